"""An answer to an exercise as something that runs: the answer's code, and behind it the check."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from lessonpress.read.cells import Cell
from lessonpress.read.exercises import Exercise, Part
from lessonpress.read.lesson import Lesson
from lessonpress.run.step import Step

SEEDS = 3  # how often an answer is asked, with other random numbers each time
BEGIN = "__import__('lessonpress.run.guard', fromlist=['begin']).begin({root!r}, {folder!r}, {threads})"


def plan_of(exercise: Exercise, seeds: int = SEEDS) -> dict[str, Any]:
    """The exercise as `run.check.judge` takes it."""
    single = {name: getattr(exercise, name) for name in ("shared", "given", "solution", "check")}
    lines: dict[str, Any] = {name: part.line for name, part in single.items()}
    lines["wrong"] = [part.line for part in exercise.wrong]
    return {
        **{name: part.text for name, part in single.items()},
        "wrong": [[part.says, part.text] for part in exercise.wrong],
        "lines": lines,
        "path": exercise.path,
        "seeds": seeds,
    }


def answer_of_file(exercise: Exercise, path: str, source: str, seeds: int = SEEDS) -> Lesson:
    """The answer in a learner's file, whose path is relative to the course's folder."""
    return _to_run(exercise, path, [Part(source, 1)], plan_of(exercise, seeds))


def answer_of_part(exercise: Exercise, part: Part, seeds: int = SEEDS, threads: int = 1, path: str = "") -> Lesson:
    """The answer that one part of the exercise is: its solution, say, or a wrong one."""
    parts = [exercise.shared, exercise.given, part]
    return _to_run(exercise, path or exercise.path, parts, plan_of(exercise, seeds), threads)


def _to_run(exercise: Exercise, path: str, parts: Sequence[Part], plan: dict[str, Any], threads: int = 1) -> Lesson:
    """Lessons' own code reads `data/...`, so that an answer runs in the lessons' folder too."""
    root = os.path.relpath(".", os.path.dirname(path)).replace(os.sep, "/")
    begin = BEGIN.format(root=root, folder=f"{root}/{folder_of_lessons(exercise)}", threads=threads)
    code = [Step("code", part.text, part.line, number) for number, part in enumerate(parts, start=1)]
    check = Step("check", json.dumps(plan), exercise.check.line, len(parts) + 1)
    steps = (Step("code", begin, 1, 0), *code, check)
    text = "\n".join(part.text for part in parts)
    return Lesson(path, exercise.title, (Cell("code", 1, 1, text, steps=steps),), text)


def folder_of_lessons(exercise: Exercise) -> str:
    """The lessons' folder: the one above that of the exercises."""
    return os.path.dirname(os.path.dirname(exercise.path)) or "."
