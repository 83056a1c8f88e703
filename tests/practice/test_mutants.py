"""Small faults put into a solution, one at a time."""

from __future__ import annotations

import ast

from lessonpress.practice.mutants import mutants_of

SOURCE = '''\
def stops_after(losses, patience, least=0.1):
    """When to stop."""
    best, waited = float("inf"), 0
    for number, loss in enumerate(losses, 1):
        if loss < best - least and not False:
            best, waited = loss, 0
        else:
            waited += 1
        if waited == patience:
            return -number
    return len(losses) ** 2
'''


def test_each_differs_from_the_solution_in_one_place_and_is_python() -> None:
    mutants = list(mutants_of(SOURCE))
    texts = [text for _, _, text in mutants]
    assert len(set(texts)) == len(texts)
    for line, what, text in mutants:
        assert ast.unparse(ast.parse(text)) == text
        assert text != ast.unparse(ast.parse(SOURCE))
        assert what
        assert 1 <= line <= SOURCE.count("\n")


def test_operators_constants_arguments_and_lines_are_changed() -> None:
    found = {(line, what) for line, what, _ in mutants_of(SOURCE)}
    assert {
        (1, "0.1 becomes 1.1"),
        (4, "arguments swapped"),
        (5, "Lt becomes LtE"),
        (5, "Sub becomes Add"),
        (5, "And becomes Or"),
        (5, "False becomes True"),
        (5, "line 6 dropped"),
        (8, "Add becomes Sub"),
        (9, "Eq becomes NotEq"),
        (10, "USub becomes UAdd"),
        (11, "Pow becomes Mult"),
    } <= found
    dropped = {what for _, what in found if "dropped" in what}
    assert dropped == {f"line {line} dropped" for line in (3, 4, 5, 6, 9)}, "not the docstring, nor what is returned"


def test_a_chain_of_comparisons_is_changed_one_by_one() -> None:
    texts = {text for _, what, text in mutants_of("x = 0 < y <= 1") if "becomes Lt" in what}
    assert texts == {"x = 0 <= y <= 1", "x = 0 < y < 1"}
