"""Small faults put into a solution, one at a time: a check that lets one pass does not look at what it changes."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

Change = Callable[[], object]

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.USub: ast.UAdd,
}


def mutants_of(source: str) -> Iterator[tuple[int, str, str]]:
    """The line, what was changed, and the code with that one fault; comments are lost.

    >>> [(line, what) for line, what, _ in mutants_of("x = f(a, b) + 1")]
    [(1, 'Add becomes Sub'), (1, 'arguments swapped'), (1, '1 becomes 2')]
    """
    tree = ast.parse(source)
    unchanged = ast.unparse(tree)
    for number, node in enumerate(ast.walk(tree)):
        for kind in range(len(list(_changes(node)))):
            changed = copy.deepcopy(tree)
            place = next(other for count, other in enumerate(ast.walk(changed)) if count == number)
            what, change = list(_changes(place))[kind]
            line = getattr(place, "lineno", 0) or _line_of(tree, number)
            change()
            text = ast.unparse(ast.fix_missing_locations(changed))
            if text != unchanged:
                yield line, what, text


def _line_of(tree: ast.AST, number: int) -> int:
    """The line of the nearest node above one that has none, such as an operator."""
    parents = {id(child): parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    node = next(other for count, other in enumerate(ast.walk(tree)) if count == number)
    while not hasattr(node, "lineno") and id(node) in parents:
        node = parents[id(node)]
    return getattr(node, "lineno", 1)


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """What can be changed in one node: a word for it, and a function that does it."""
    for name in ("op", "ops"):
        operators = getattr(node, name, None)
        for place, operator in enumerate(operators if isinstance(operators, list) else [operators]):
            if type(operator) in SWAPPED:
                other = SWAPPED[type(operator)]
                yield f"{type(operator).__name__} becomes {other.__name__}", _setter(node, name, place, other())
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float)):
        value = not node.value if isinstance(node.value, bool) else node.value + 1
        yield f"{node.value} becomes {value}", lambda: setattr(node, "value", value)
    if isinstance(node, ast.Call) and len(node.args) > 1:
        yield "arguments swapped", lambda: node.args.reverse()
    if isinstance(node, (ast.FunctionDef, ast.For, ast.If, ast.With)):
        for place, line in enumerate(node.body):
            docstring = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
            if not isinstance(line, ast.Return) and not docstring and not isinstance(line, ast.Pass):
                yield f"line {line.lineno} dropped", _dropper(node.body, place)


def _setter(node: ast.AST, name: str, place: int, operator: ast.AST) -> Change:
    if isinstance(getattr(node, name), list):
        return lambda: getattr(node, name).__setitem__(place, operator)
    return lambda: setattr(node, name, operator)


def _dropper(body: list[ast.stmt], place: int) -> Change:
    return lambda: body.__setitem__(place, ast.Pass())
