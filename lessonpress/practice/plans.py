"""An answer to an exercise as something that runs: the answer's code, and behind it the check."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lessonpress.read.cells import Cell
from lessonpress.read.exercises import Exercise, Part, begin_in
from lessonpress.read.lesson import Lesson
from lessonpress.run.step import Step

SEEDS = 3  # how often an answer is asked, with other random numbers each time


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


def answer_of_file(exercise: Exercise, path: str, source: str) -> Lesson:
    """The answer in a learner's file, whose path is relative to the course's folder."""
    return _to_run(exercise, path, [Part(source, 1)], SEEDS, threads=1)


def answer_of_part(exercise: Exercise, part: Part, seeds: int = SEEDS, threads: int = 1) -> Lesson:
    """The answer that one part of the exercise is: its solution, say, or a wrong one."""
    return _to_run(exercise, exercise.path, [exercise.shared, exercise.given, part], seeds, threads)


def _to_run(exercise: Exercise, path: str, parts: Sequence[Part], seeds: int, threads: int) -> Lesson:
    code = [Step("code", part.text, part.line, number) for number, part in enumerate(parts, start=1)]
    check = Step("check", json.dumps(plan_of(exercise, seeds)), exercise.check.line, len(parts) + 1)
    steps = (begin_in(path, exercise.path, threads), *code, check)
    text = "\n".join(part.text for part in parts)
    return Lesson(path, exercise.title, (Cell("code", 1, 1, text, steps=steps),), text)
