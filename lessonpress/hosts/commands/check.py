"""A whole course checked, or handed over without MkDocs: as Markdown, or its built site as a PDF."""

from __future__ import annotations

import argparse
import dataclasses
import functools
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from lessonpress.course import BuildResult, Course
from lessonpress.hosts.commands import RIGHT, WRONG
from lessonpress.printing.ignored import without_ignored
from lessonpress.printing.proofread import check_drafts, proofread
from lessonpress.problems import CannotGoOn, Problem
from lessonpress.progress import show_progress
from lessonpress.read.lesson import read_source
from lessonpress.settings import Settings


def check_course(options: argparse.Namespace) -> int:
    """Build the course, proofread it, and print all that is wrong."""
    course, result = build_course(options.root, aside=options.json)
    findings = [*result.problems, *proofread_course(course, result)]
    findings.sort(key=lambda finding: (finding.path, finding.line, finding.column))
    if options.json:
        print(json.dumps([as_json(finding) for finding in findings], ensure_ascii=False, indent=2))
        return WRONG if findings else RIGHT
    return tell(result, findings)


def proofread_course(course: Course, result: BuildResult) -> Iterator[Problem]:
    """What is to be mended in prose, but for what its author has said to ignore."""
    for path, lesson in result.lessons.items():
        found = [*result.warnings.get(path, ()), *proofread(lesson, result.terms, course.settings)]
        yield from without_ignored(path, lesson.text, found)
    for path in result.exercises:
        _, text = read_source(course.root / path, course.root)
        yield from without_ignored(path, text, check_drafts(path, text))


def as_json(finding: Problem) -> dict[str, object]:
    """A finding as editors read it."""
    told = dataclasses.asdict(finding)
    return {"file": told.pop("path")} | {name: told[name] for name in ("line", "column", "code", "message")} | told


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


def build_course(root: Path, aside: bool = False) -> tuple[Course, BuildResult]:
    """The course, which is closed again, and what came of it; how it goes is told, on standard error if `aside`.

    Raises CannotGoOn where it has no lesson.
    """
    course = Course(Settings.read(root))
    if not course.settings.lesson_paths():
        raise CannotGoOn(f"no lesson in the folder '{course.settings.lessons}'; a lesson is a module there, NAME.py")
    try:
        say = functools.partial(print, file=sys.stderr) if aside else print
        return course, course.build(functools.partial(show_progress, say=say))
    finally:
        course.close()


def tell(result: BuildResult, problems: Iterable[Problem]) -> int:
    """Print problems, or that there are none; the status."""
    status = RIGHT
    for problem in problems:
        head, *detail = str(problem).split("\n")
        print("\n".join([f"{head} [{problem.code}]", *detail]), end="\n\n", file=sys.stderr)
        status = WRONG
    if status == RIGHT:
        count = f"{len(result.pages)} pages, {len(result.terms)} terms, {len(result.rerun)} run in this call"
        print(f"{count}: nothing is wrong")
    return status
