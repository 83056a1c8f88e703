"""A whole course checked, or handed over without MkDocs: as Markdown, or its built site as a PDF."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from lessonpress.course import BuildResult, Course
from lessonpress.hosts.commands import RIGHT, WRONG
from lessonpress.printing.proofread import proofread
from lessonpress.problems import CannotGoOn, Problem
from lessonpress.progress import show_progress
from lessonpress.settings import Settings


def check_course(options: argparse.Namespace) -> int:
    """Build the course, proofread it, and print all that is wrong."""
    course, result = build_course(options.root)
    for lesson in result.lessons.values():
        result.problems += proofread(lesson, result.terms, course.settings)
    return tell(result, result.problems)


def export_course(options: argparse.Namespace) -> int:
    """Build the course, and write its pages where all went well."""
    from lessonpress.hosts.export import export_pages

    course, result = build_course(options.root)
    status = tell(result, result.problems)
    if status == RIGHT:
        export_pages(course, result, options.folder)
    return status


def print_course(options: argparse.Namespace) -> int:
    """Print a built site as one PDF."""
    from lessonpress.hosts.pdf import print_pdf

    print_pdf(Settings.read(options.root), options.site, options.file)
    return RIGHT


def build_course(root: Path) -> tuple[Course, BuildResult]:
    """The course, which is closed again, and what came of it.

    Raises CannotGoOn where it has no lesson.
    """
    course = Course(Settings.read(root))
    if not course.settings.lesson_paths():
        raise CannotGoOn(f"no lesson in the folder '{course.settings.lessons}'; a lesson is a module there, NAME.py")
    try:
        return course, course.build(show_progress)
    finally:
        course.close()


def tell(result: BuildResult, problems: Iterable[Problem]) -> int:
    """Print problems, or that there are none; the status."""
    status = RIGHT
    for problem in problems:
        print(problem, end="\n\n", file=sys.stderr)
        status = WRONG
    if status == RIGHT:
        count = f"{len(result.pages)} pages, {len(result.terms)} terms, {len(result.rerun)} run in this call"
        print(f"{count}: nothing is wrong")
    return status
