"""The doctests in lessons' and pages' prose as pytest items, each with its file and line.

A project asks for it: `addopts = "-p lessonpress.hosts.pytest_plugin"`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.doctest import DoctestModule, DoctestTextfile

from lessonpress.course import Course, check_quotes, find_quoted
from lessonpress.problems import Problem
from lessonpress.read.lesson import Lesson
from lessonpress.read.prose import Part
from lessonpress.run.record import Run
from lessonpress.run.step import Step
from lessonpress.settings import CONFIG_FILES, Settings, SettingsError

COURSE = pytest.StashKey["LessonRuns"]()


class LessonRuns:
    """The runs of one test session; of the lessons collected, those stale run when the first is asked for."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.read = course.read()  # all of it: what pages quote of a lesson belongs to its run
        self.broken = {problem.path: problem for problem in reversed(self.read.problems)}
        self.collected: set[str] = set()
        self.runs: dict[str, Run] = {}

    def run_of(self, lesson: Lesson) -> Run:
        if lesson.path not in self.runs:
            quoted = {self.course.lesson_path(part.lesson) for path in self.collected for part in self._quotes(path)}
            wanted = [self.read.lessons[path] for path in sorted(self.collected | quoted) if path in self.read.lessons]
            self.runs |= self.course.run_lessons([one for one in wanted if one.path not in self.runs])[0]
        return self.runs[lesson.path]

    def quotes_of(self, lesson: Lesson) -> list[Problem]:
        """What is wrong with the values of other lessons that a page quotes."""
        self.run_of(lesson)
        return list(check_quotes(lesson, find_quoted(self.read.lessons, self.runs)))

    def _quotes(self, path: str) -> list[Part]:
        return [part for part, _ in self.read.lessons[path].quotes]


def pytest_configure(config: pytest.Config) -> None:
    """Read the course whose `mkdocs.yml` lies in pytest's root folder; without one, there are no lessons."""
    if not any((config.rootpath / name).is_file() for name in CONFIG_FILES):
        return
    try:
        config.stash[COURSE] = LessonRuns(Course(Settings.read(config.rootpath)))
    except SettingsError as error:
        raise pytest.UsageError(f"lessonpress.hosts.pytest_plugin: {error}") from error


def pytest_report_header(config: pytest.Config) -> str:
    """Say so where there are no lessons, lest they be thought of as tested."""
    return "" if COURSE in config.stash else f"lessonpress: no {CONFIG_FILES[0]} in {config.rootpath}, so no lessons"


def pytest_unconfigure(config: pytest.Config) -> None:
    if COURSE in config.stash:
        config.stash[COURSE].course.close()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """Take lessons and pages; pytest's own doctest collector would import a lesson, and so run it."""
    others = yield
    if COURSE not in parent.config.stash:
        return others
    settings = parent.config.stash[COURSE].course.settings
    if file_path not in settings.lesson_paths() and file_path not in settings.page_paths():
        return others
    foreign = [other for other in others if not isinstance(other, (pytest.Module, DoctestModule, DoctestTextfile))]
    return [LessonFile.from_parent(parent, path=file_path), *foreign]


class LessonFile(pytest.File):
    """A lesson, or a page in which something runs: an item for its code, one for each doctest, one for its quotes."""

    def collect(self) -> Iterator[pytest.Item]:
        runs = self.config.stash[COURSE]
        path = runs.course.settings.name_of(self.path)
        lesson = runs.read.lessons.get(path)
        if lesson is None:
            raise self.CollectError(str(runs.broken[path]))
        runs.collected.add(path)
        if any(step for cell in lesson.cells for step in cell.steps):
            yield LessonItem.from_parent(self, name="runs", lesson=lesson, step=None)
        for step in lesson.steps:
            if step.kind == "doctest":
                yield LessonItem.from_parent(self, name=f"line {step.line}", lesson=lesson, step=step)
        if any(lesson.quotes):
            yield QuotesItem.from_parent(self, name="quotes", lesson=lesson)


class LessonItem(pytest.Item):
    """One block of doctests, or (without a step) all code cells and inline values of a lesson."""

    def __init__(self, *, lesson: Lesson, step: Step | None, **rest: Any) -> None:
        super().__init__(**rest)
        self.lesson, self.step = lesson, step

    def runtest(self) -> None:
        run = self.config.stash[COURSE].run_of(self.lesson)
        if run.missing:
            pytest.skip(f"{self.lesson.path} needs {', '.join(run.missing)}")
        own = self.lesson.steps[: len(self.lesson.steps) - len(self.lesson.asked)]  # the rest belongs to other pages
        for step, result in zip(own, run.results, strict=False):
            mine = step is self.step or (self.step is None and step.kind != "doctest")
            if mine and result.troubles:
                raise LessonFailed(
                    f"{self.lesson.path}:{trouble.line or step.line}: {trouble.message}\n{trouble.detail}"
                    for trouble in result.troubles
                )
            if step is self.step and not result.ran:
                raise LessonFailed([f"{self.lesson.path}:{step.line}: not reached; a cell above it failed\n"])

    def repr_failure(self, excinfo: Any, *rest: Any) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, LessonFailed) else super().repr_failure(excinfo, *rest)

    def reportinfo(self) -> tuple[Path, int, str]:
        line = self.step.line if self.step else 1
        return self.path, line - 1, f"{self.lesson.path}:{line}"


class QuotesItem(LessonItem):
    """The values of other lessons that a page quotes."""

    def __init__(self, *, lesson: Lesson, **rest: Any) -> None:
        super().__init__(lesson=lesson, step=None, **rest)

    def runtest(self) -> None:
        if problems := self.config.stash[COURSE].quotes_of(self.lesson):
            raise LessonFailed(map(str, problems))


class LessonFailed(Exception):
    """What is wrong with a lesson, each with its place."""

    def __init__(self, told: Iterable[str]) -> None:
        super().__init__("\n".join(told))
