"""Where a build's time and memory went, by lesson and cell, as the runs that are kept tell."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lessonpress.course import Course
from lessonpress.hosts.commands import RIGHT
from lessonpress.hosts.commands.run import find_lesson
from lessonpress.kept.dependencies import InstalledPackages
from lessonpress.progress import is_page
from lessonpress.read.lesson import Lesson
from lessonpress.read.solutions import solutions_of
from lessonpress.run.record import Run
from lessonpress.settings import Settings

MOST_CELLS = 3  # of a lesson, where it isn't asked for by name
SHORT = 0.1  # seconds; a cell that took less is shown only where its lesson is asked for


@dataclass(frozen=True)
class Taken:
    """What one lesson, or one cell of it, took: seconds, and bytes; `where` is its place."""

    where: str
    seconds: float
    memory: int

    def __str__(self) -> str:
        return f"{self.seconds:8.1f} s {self.memory / 1e6:8.0f} MB  {self.where}"


def show_times(options: argparse.Namespace) -> int:
    """Print what lessons took, the longest first, and their longest cells, or all cells of those that are named."""
    settings = Settings.read(options.root)
    named = {settings.name_of(find_lesson(name, options.root.resolve())) for name in options.lessons}
    kept, missing = find_runs(Course(settings))
    lessons = {lesson.path: run for lesson, run in kept if not is_page(lesson)}
    for lesson, run in sorted(kept, key=lambda pair: -pair[1].seconds):
        if lesson.path in (named or lessons):
            print(Taken(lesson.path, run.seconds, max((result.memory for result in run.results), default=0)))
            cells = list(cells_of(lesson, run))
            for cell in cells if named else longest(cells):
                print(f"{cell}")
    pages = [run.seconds for lesson, run in kept if is_page(lesson)]
    print(f"\n{len(lessons)} lessons took {sum(run.seconds for run in lessons.values()):.1f} s, one after the other")
    print(f"{len(pages)} pages with doctests or values took {sum(pages):.1f} s")
    print("A lesson's memory is the most it had, imports beforehand with it; a cell's is what it added to that.")
    for path in missing:
        print(f"not kept: {path}")
    return RIGHT


def find_runs(course: Course) -> tuple[list[tuple[Lesson, Run]], list[str]]:
    """The runs that are kept and still stand, each with its lesson, and the paths of the lessons that have none."""
    result, installed = course.read(), InstalledPackages()
    lessons = [*result.lessons.values(), *map(solutions_of, result.exercises.values())]
    found = [(lesson, course.cache.find(lesson, installed)[0]) for lesson in lessons if lesson.steps]
    missing = sorted({problem.path for problem in result.problems} | {one.path for one, run in found if run is None})
    return [(lesson, run) for lesson, run in found if run is not None], missing


def cells_of(lesson: Lesson, run: Run) -> Iterator[Taken]:
    """What each cell took, in order; cells in which nothing runs are left out."""
    before = 0
    for number, pairs in groupby(zip(lesson.steps, run.results, strict=True), key=lambda pair: pair[0].cell):
        steps, results = zip(*pairs, strict=True)
        added, before = max(0, results[-1].memory - before) if before else 0, results[-1].memory
        place = f"  {lesson.path}:{steps[0].line}, cell {number}" if number else f"  {lesson.path}, its frame"
        yield Taken(place, sum(result.seconds for result in results), added)


def longest(cells: Sequence[Taken]) -> list[Taken]:
    """The few cells that took longest, in order."""
    few = sorted(cells, key=lambda cell: -cell.seconds)[:MOST_CELLS]
    return [cell for cell in cells if cell in few and cell.seconds >= SHORT]
