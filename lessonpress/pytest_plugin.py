"""The doctests in lessons' and pages' prose as pytest items, each with its file and line."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from lessonpress.course import Course, Settings
from lessonpress.lesson import Lesson, Step, read_lesson
from lessonpress.problems import ProblemsFound
from lessonpress.record import Run, Trouble

COURSE = pytest.StashKey["LessonRuns"]()


class LessonRuns:
    """The runs of the lessons of one test session; all that is stale runs when the first is asked for."""

    def __init__(self, root: Path) -> None:
        self.course = Course(Settings(root))
        self.lessons: dict[str, Lesson] = {}
        self.runs: dict[str, Run] = {}

    def run_of(self, lesson: Lesson) -> Run:
        if lesson.path not in self.runs:
            self.runs |= self.course.run_lessons(
                [other for path, other in self.lessons.items() if path not in self.runs]
            )[0]
        return self.runs[lesson.path]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[COURSE] = LessonRuns(config.rootpath)


def pytest_unconfigure(config: pytest.Config) -> None:
    if COURSE in config.stash:
        config.stash[COURSE].course.close()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """Take lessons and pages; pytest's own doctest collector would import a lesson, and so run it."""
    others = yield
    course = parent.config.stash[COURSE].course
    if file_path in course.lesson_paths() or file_path in course.page_paths():
        return [LessonFile.from_parent(parent, path=file_path)]
    return others


class LessonFile(pytest.File):
    """A lesson, or a page with doctests or inline values: an item for its code, and one for each doctest."""

    def collect(self) -> Iterator[pytest.Item]:
        try:
            lesson = read_lesson(self.path, self.config.rootpath)
        except ProblemsFound as error:
            raise self.CollectError(str(error)) from None
        if not lesson.steps:
            return
        self.config.stash[COURSE].lessons[lesson.path] = lesson
        yield LessonItem.from_parent(self, name="runs", lesson=lesson, step=None)
        for step in lesson.steps:
            if step.kind == "doctest":
                yield LessonItem.from_parent(self, name=f"line {step.line}", lesson=lesson, step=step)


class LessonItem(pytest.Item):
    """One block of doctests, or (without a step) all code cells and inline values of a lesson."""

    def __init__(self, *, lesson: Lesson, step: Step | None, **rest: Any) -> None:
        super().__init__(**rest)
        self.lesson, self.step = lesson, step

    def runtest(self) -> None:
        run = self.config.stash[COURSE].run_of(self.lesson)
        if run.missing:
            pytest.skip(f"{self.lesson.path} needs {', '.join(run.missing)}")
        for step, result in zip(self.lesson.steps, run.results, strict=True):
            mine = step is self.step or (self.step is None and step.kind != "doctest")
            if mine and result.troubles:
                raise LessonFailed(result.troubles, step)
            if step is self.step and not result.ran:
                raise LessonFailed([Trouble("not reached; a cell above it failed")], step)

    def repr_failure(self, excinfo: Any, *rest: Any) -> Any:
        if isinstance(excinfo.value, LessonFailed):
            return "\n".join(
                f"{self.lesson.path}:{trouble.line or excinfo.value.step.line}: {trouble.message}\n{trouble.detail}"
                for trouble in excinfo.value.troubles
            )
        return super().repr_failure(excinfo, *rest)

    def reportinfo(self) -> tuple[Path, int, str]:
        line = self.step.line if self.step else 1
        return self.path, line - 1, f"{self.lesson.path}:{line}"


class LessonFailed(Exception):
    """A lesson's step had troubles."""

    def __init__(self, troubles: list[Trouble], step: Step) -> None:
        super().__init__(troubles, step)
        self.troubles, self.step = troubles, step
