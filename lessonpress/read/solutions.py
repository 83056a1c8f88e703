"""The solutions of a lesson's exercises as one thing that runs in a build, for a page that shows what they give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lessonpress.problems import Problem
from lessonpress.read.cells import Cell
from lessonpress.read.exercises import Exercise, ExerciseModule, Part, begin_in
from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Output, Result, Run
from lessonpress.run.step import Step


@dataclass
class Solved:
    """What a solution gave: its outputs, and for a choice or a number the answer, and what each wrong one answers."""

    outputs: list[Output] = field(default_factory=list)
    value: str = ""
    wrong: list[str] = field(default_factory=list)


def solutions_of(module: ExerciseModule) -> Lesson:
    """All solutions of a module, one after the other."""
    steps = [begin_in(module.path, module.path)]
    for number, exercise in enumerate(module.exercises, start=1):
        steps += [step for _, step in _steps_of(exercise, number)]
    return Lesson(module.path, f"Exercises of {module.lesson}", (Cell("code", 1, 1, "", steps=tuple(steps)),), "")


def _steps_of(exercise: Exercise, number: int) -> Iterator[tuple[str, Step]]:
    """The steps of one solution, each with what it is."""

    def code(part: Part) -> Step:
        return Step("code", part.text, part.line, number)

    yield "before", code(exercise.shared)
    yield "before", code(exercise.given)
    yield "solution", code(exercise.solution)
    if exercise.kind != "code":
        yield "value", Step("value", "answer", exercise.solution.line, number)
        for part in exercise.wrong:
            yield "before", code(part)
            yield "wrong", Step("value", "answer", part.line, number)


def collect_solved(module: ExerciseModule, run: Run) -> tuple[dict[str, Solved], list[Problem]]:
    """What each solution gave by the exercise's name, and what went wrong."""
    results = iter(run.results[1:])
    solved: dict[str, Solved] = {}
    problems = []
    for number, exercise in enumerate(module.exercises, start=1):
        mine = solved[exercise.name] = Solved()
        for kind, _ in _steps_of(exercise, number):
            result = next(results, Result())
            for trouble in result.troubles:
                message = f"exercise '{exercise.name}', its {'solution' if kind != 'wrong' else 'wrong answer'}"
                problems.append(
                    Problem(module.path, trouble.line, f"{message}: {trouble.message}", 0, trouble.detail, code="LP120")
                )
            if kind == "solution":
                mine.outputs = result.outputs
            elif kind == "value":
                mine.value = result.value
            elif kind == "wrong":
                mine.wrong.append(result.value)
    return solved, problems
