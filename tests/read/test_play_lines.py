"""The lines that say what a reader can move: what is wrong with them, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessonpress.problems import Problem, ProblemsFound
from lessonpress.read.cells import Cell
from lessonpress.read.lesson import read_lesson
from lessonpress.read.play import HOW


def read(tmp_path: Path, cell: str) -> Cell:
    """A cell that begins in line 5."""
    (tmp_path / "tiny.py").write_text(f"# %% [markdown]\n# # Tiny\n\n# %%\n{cell}\n", encoding="utf-8")
    return read_lesson(tmp_path / "tiny.py", tmp_path).cells[1]


def problem_of(tmp_path: Path, cell: str) -> Problem:
    with pytest.raises(ProblemsFound) as caught:
        read(tmp_path, cell)
    (problem,) = caught.value.problems
    return problem


def test_each_line_is_kept_with_the_place_of_the_first(tmp_path: Path) -> None:
    (step,) = read(
        tmp_path, "#| label: a\n#| play: a = [1, 2]; b = 'xy'\n#| play: c = [3,\n#|   4]\na = 1\nb = 'x'\nc = 3"
    ).steps
    assert step.play == ("a = [1, 2]; b = 'xy'", "c = [3, 4]")
    assert step.play_line == 6


def test_a_cell_without_such_a_line_has_nothing_to_move(tmp_path: Path) -> None:
    (step,) = read(tmp_path, "a = 1").steps
    assert (step.play, step.data) == ((), False)


@pytest.mark.parametrize(
    "line", ["", "step", "step = ", "range(3)", "a, b = 1, 2", "a.b = [1]", "a = b = [1]", "a == 1"]
)
def test_a_line_that_says_nothing_to_move_is_a_problem(tmp_path: Path, line: str) -> None:
    problem = problem_of(tmp_path, f"#| play: {line}\na = b = step = 1")
    assert problem.message == f"'{line.strip()}' doesn't say what a reader can move; {HOW}"
    assert problem.where == "tiny.py:5, cell 2"


@pytest.mark.parametrize(
    "code",
    ["other = 1", "step += 1", "a = step = 1", "for step in [1]:\n    pass", "if True:\n    step = 1", "step: int = 1"],
)
def test_a_name_that_the_cell_does_not_set_is_a_problem(tmp_path: Path, code: str) -> None:
    problem = problem_of(tmp_path, f"#| label: a\n#| play: step = range(3)\n{code}")
    assert problem.message == "the cell doesn't set 'step', which a reader is to move; begin its code with 'step = ...'"
    assert problem.where == "tiny.py:6, cell 2"


@pytest.mark.parametrize("between", ["; ", "\n#| play: "])
def test_a_name_can_be_moved_in_one_place_alone(tmp_path: Path, between: str) -> None:
    problem = problem_of(tmp_path, f"#| play: a = [1, 2]{between}a = [3]\na = 1")
    assert problem.message == "'a' can be moved already; say all its values in one place"


def test_a_cell_with_a_script_ends_in_its_data(tmp_path: Path) -> None:
    (step,) = read(tmp_path, "#| script: own/neuron.js\n{'a': 1}").steps
    assert step.data
