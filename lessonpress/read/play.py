"""The lines of a cell that say what a reader can move in its figure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

HOW = "write it as in '#| play: step = range(0, 101, 10)'"


def check_play(lines: Sequence[str], code: ast.Module) -> Iterator[str]:
    """What is wrong with such lines, seen beside the cell's code."""
    set_here = {
        node.targets[0].id
        for node in code.body
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }
    seen: set[str] = set()
    for line in lines:
        try:
            names = [name for name, _ in controls_in(line)]
        except SyntaxError:
            yield f"'{line}' doesn't say what a reader can move; {HOW}"
            continue
        for name in names:
            if name in seen:
                yield f"'{name}' can be moved already; say all its values in one place"
            elif name not in set_here:
                yield f"the cell doesn't set '{name}', which a reader is to move; begin its code with '{name} = ...'"
            seen.add(name)


def controls_in(line: str) -> list[tuple[str, ast.expr]]:
    """The names in a line, each with the expression of its values.

    Raises SyntaxError for a line that doesn't have the form 'name = values; other = values'.

    >>> [(name, ast.unparse(values)) for name, values in controls_in("rate = [0.1, 1]; big = [False, True]")]
    [('rate', '[0.1, 1]'), ('big', '[False, True]')]
    """
    found = []
    for node in ast.parse(line.strip()).body:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
            raise SyntaxError("not 'name = values'")
        found.append((node.targets[0].id, node.value))
    if not found:
        raise SyntaxError("nothing is named")
    return found
