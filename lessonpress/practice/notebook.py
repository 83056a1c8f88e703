"""The same check in a notebook or an editor's cell, on the names that the learner has defined there."""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lessonpress.practice.answers import Answers
from lessonpress.practice.plans import plan_of
from lessonpress.practice.verdict import Verdict, verdict_from
from lessonpress.practice.workbook import Workbook, open_workbook
from lessonpress.problems import CannotGoOn
from lessonpress.read.exercises import Exercise, folder_of_lessons
from lessonpress.run.check import judge
from lessonpress.run.randomness import Randomness

MARKS = {"right": "✓ Right.", "wrong": "✗ ", "blank": "○ ", "broken": "! "}


def check(name: str, names: Mapping[str, Any] | None = None) -> None:
    """Check the exercise of this name on what is defined where this is called; print the verdict.

    `names` are the learner's own names, by default those of the caller. Random numbers, the folder and the
    learner's names are afterwards as they were.
    """
    given = dict(sys._getframe(1).f_globals if names is None else names)
    try:
        workbook = open_workbook(Path.cwd())
        exercise = workbook.find(name)
        verdict = check_names(workbook, exercise, given)
        print("\n".join([MARKS[verdict.state] + " ".join(verdict.lines[:1]), *verdict.lines[1:]]))
        if verdict.state == "right":
            note_solved(workbook, exercise)
    except CannotGoOn as error:
        print(error)


def check_names(workbook: Workbook, exercise: Exercise, names: dict[str, Any]) -> Verdict:
    """The verdict on names."""
    plan = plan_of(exercise)
    randomness = Randomness()
    try:
        with contextlib.chdir(workbook.root / folder_of_lessons(exercise.path)):
            return verdict_from(judge(names, plan, place_of(names)), exercise)
    finally:
        randomness.put_back()


def note_solved(workbook: Workbook, exercise: Exercise) -> None:
    """Note a right answer in the learner's progress.

    Raises CannotGoOn where it can't be written.
    """
    answers = Answers(workbook)
    if said := answers.progress()[1]:
        print(said)
    with answers.changing(exercise) as record:
        record.solved = True


def place_of(names: Mapping[str, Any]) -> str:
    """Where the learner's functions come from: the last cell that defined one, so that an error has its line."""
    own = [
        value for value in names.values() if isinstance(value, types.FunctionType) and value.__module__ == "__main__"
    ]
    return own[-1].__code__.co_filename if own else ""
