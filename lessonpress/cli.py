"""The same without MkDocs, on the command line: run one lesson, check the course, export its pages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lessonpress import requirements


def main(arguments: Sequence[str] | None = None) -> int:
    """The `lessonpress` command; returns its exit status, 1 where something is wrong with the course."""
    requirements.check()
    parser = argparse.ArgumentParser(prog="lessonpress", description="Lessons run, and set as pages.")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the project's folder (default: this one)")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a lesson in this terminal")
    run.add_argument("lesson", type=Path, help="a lesson's file")
    commands.add_parser("check", help="run what changed, proofread all prose, and list all that is wrong")
    export = commands.add_parser("export", help="write every page as Markdown, with its figures and notebooks")
    export.add_argument("folder", type=Path, help="where to write")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    if options.command == "run":
        from lessonpress.terminal import run_in_terminal

        path = options.lesson.resolve()
        if not path.is_file():
            parser.error(f"no lesson at {options.lesson}")
        if not path.is_relative_to(root):
            parser.error(f"{options.lesson} lies outside {root}; name the project's folder with --root")
        return run_in_terminal(path, root)
    return press_course(root, options.folder if options.command == "export" else None)


def press_course(root: Path, folder: Path | None) -> int:
    """Press the course; print its problems, or write its pages where a folder is given and all went well."""
    from lessonpress.course import Course, Settings
    from lessonpress.progress import spoken
    from lessonpress.proofread import proofread

    course = Course(Settings(root))
    try:
        press = course.press(spoken)
    finally:
        course.close()
    problems = press.problems
    if folder is None:
        problems += [
            problem
            for lesson in press.lessons.values()
            for problem in proofread(lesson, press.terms, course.settings.glossary)
        ]
    for problem in problems:
        print(problem, end="\n\n", file=sys.stderr)
    if problems:
        return 1
    print(f"{len(press.pages)} pages, {len(press.terms)} terms, {len(press.rerun)} run in this call: nothing is wrong")
    if folder is not None:
        from lessonpress.export import export_pages

        export_pages(course, press, folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
