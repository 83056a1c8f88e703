"""Lessons run in this terminal, each in a process of its own if there are several; or a part of all, to be kept."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from lessonpress.course import Course
from lessonpress.hosts.commands import RIGHT, WRONG, WrongCall
from lessonpress.problems import Problem, did_you_mean
from lessonpress.progress import show_progress
from lessonpress.read.lesson import Lesson
from lessonpress.read.solutions import solutions_of
from lessonpress.run.record import Run
from lessonpress.settings import Settings


def run_lessons(options: argparse.Namespace) -> int:
    """Run lessons one after the other; the status says whether something in one of them failed."""
    if bool(options.lessons) == bool(options.part):
        raise WrongCall("name lessons to run in this terminal, or a part of the course to run and keep")
    if options.part:
        return run_part(options.root, *read_part(options.part))
    root = options.root.resolve()
    paths = [find_lesson(name, root) for name in options.lessons]
    if len(paths) > 1:
        return run_each(paths, root)
    from lessonpress.hosts.terminal import run_in_terminal

    return run_in_terminal(paths[0], root)


def run_each(paths: Iterable[Path], root: Path) -> int:
    """Run each lesson as if it had been named alone, so that none finds what another left behind."""
    command = [sys.executable, "-m", "lessonpress.hosts.cli", "--root", str(root), "run"]
    statuses = [subprocess.run([*command, str(path)], check=False).returncode for path in paths]
    return WRONG if any(statuses) else RIGHT


def find_lesson(name: str, root: Path) -> Path:
    """The file of a lesson, given that file or the lesson's name.

    Raises WrongCall where there is none.
    """
    path = Path(name).resolve()
    if path.is_file():
        if not path.is_relative_to(root):
            raise WrongCall(f"{name} lies outside {root}; name the project's folder with --root")
        return path
    if not re.fullmatch(r"\w+", name):
        raise WrongCall(f"no lesson at {name}")
    try:
        known = {path.stem: path for path in Settings.read(root).lesson_paths()}
    except ModuleNotFoundError as error:  # as in a course taken home, which needs no MkDocs
        raise WrongCall(f"no file {name}; to call a lesson by its name, MkDocs has to be installed") from error
    if name not in known:
        raise WrongCall(f"no lesson is called {name}{did_you_mean(name, known)}")
    return Path(os.path.abspath(known[name]))


def run_part(root: Path, number: int, count: int) -> int:
    """Run one of several parts of all that a build runs, and keep it, for a build somewhere else that runs nothing.

    A part is each `count`-th lesson, page, or module of exercises: long ones lie next to each other in reading order.
    """
    course = Course(Settings.read(root))
    result = course.read()
    read = [*result.lessons.values(), *map(solutions_of, result.exercises.values())]
    lessons = [lesson for lesson in read if lesson.steps]
    mine = lessons[number - 1 :: count]
    try:
        runs, rerun = course.run_lessons(mine, show_progress)
    finally:
        course.close()
    problems = [*result.problems, *(problem for lesson in mine for problem in troubles_of(lesson, runs[lesson.path]))]
    for problem in problems:
        print(problem, end="\n\n", file=sys.stderr)
    part = f"part {number} of {count}: {len(mine)} of {len(lessons)} lessons and pages that run"
    print(f"{part}, {len(rerun)} run in this call")
    return WRONG if problems else RIGHT


def troubles_of(lesson: Lesson, run: Run) -> Iterator[Problem]:
    """What went wrong in a run, each with its place."""
    for step, result in zip(lesson.steps, run.results, strict=True):
        for trouble in result.troubles:
            line = trouble.line or step.line
            yield Problem(lesson.path, line, trouble.message, step.cell, trouble.detail, code="LP120")


def read_part(text: str) -> tuple[int, int]:
    """The number and the count in a part, as in 2/4.

    Raises WrongCall where it is none.
    """
    match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
    if not match or int(match[1]) > int(match[2]):
        raise WrongCall(f"'{text}' is no part; write 1/4 for the first of four")
    return int(match[1]), int(match[2])
