"""What holds of all exercises; and one of each lesson in short: its starter, its right answers on three seeds, each
wrong answer with its own message. `make prove` does that, and more, with all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lessonpress.practice.proofs import Prover
from lessonpress.practice.workbook import open_workbook

ROOT = Path(__file__).parents[2]
WORKBOOK = open_workbook(ROOT)
LESSONS = {path.stem for path in (ROOT / "lessons").glob("[!_]*.py")}
# Where four plausible mistakes can't be found, fewer do.
LEAST_WRONG, AT_LEAST_ON_AVERAGE = 2, 4


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    prover = Prover(ROOT, workers=1)
    yield prover
    prover.close()


def test_each_module_can_be_read() -> None:
    assert WORKBOOK.problems == ()


@pytest.mark.parametrize("lesson", sorted(LESSONS))
def test_each_lesson_has_three_or_more(lesson: str) -> None:
    mine = [exercise for exercise in WORKBOOK.exercises if exercise.lesson == lesson]
    assert len(mine) >= 3
    assert any(exercise.kind == "code" for exercise in mine)


def test_most_ask_for_code_and_refuse_four_mistakes() -> None:
    code = [exercise for exercise in WORKBOOK.exercises if exercise.kind == "code"]
    assert len(code) > len(WORKBOOK.exercises) / 2
    assert min(len(exercise.wrong) for exercise in code) >= LEAST_WRONG
    assert sum(len(exercise.wrong) for exercise in code) / len(code) >= AT_LEAST_ON_AVERAGE


FIRST = {exercise.lesson: exercise.key for exercise in reversed(WORKBOOK.exercises)}


@pytest.mark.parametrize("key", sorted(FIRST.values()))
def test_it_takes_right_answers_and_tells_wrong_ones_what_is_wrong(key: str, prover: Prover) -> None:
    assert [str(problem) for problem in prover.prove(WORKBOOK.find(key)).problems] == []
