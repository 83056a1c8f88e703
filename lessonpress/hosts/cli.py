"""The same without MkDocs, on the command line: run one lesson, check the course, export its pages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lessonpress import __version__
from lessonpress.hosts import requirements
from lessonpress.problems import CannotGoOn
from lessonpress.settings import Settings

PROOFS = f"{Settings.cache}/proofs"
# What can be done with one exercise, in one go.
ACTIONS = ("open", "check", "hint", "solution", "skip", "list", "reset")


def main(arguments: Sequence[str] | None = None) -> int:
    """The `lessonpress` command; returns its exit status, 1 where something is wrong with the course."""
    about = "Run a lesson, check a course, or write its pages. The status is 1 if something is wrong with it."
    parser = argparse.ArgumentParser(prog="lessonpress", description=about)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the folder of mkdocs.yml (default: this one)")
    parser.add_argument("--version", action="version", version=f"lessonpress {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run one lesson in this terminal, and show what a notebook would")
    run.add_argument("lesson", type=Path, help="a lesson's file")
    commands.add_parser("check", help="run what changed, proofread, and list all that is wrong")
    export = commands.add_parser("export", help="write every page as plain Markdown, with figures and notebooks")
    export.add_argument("folder", type=Path, help="where to write; it is made if it is not there")
    pdf = commands.add_parser("pdf", help="print a built site's lessons and terms as one PDF, with Chromium")
    pdf.add_argument("site", type=Path, help="the folder of the built site")
    pdf.add_argument("file", type=Path, help="the PDF to write")
    do = commands.add_parser("practice", help="do the exercises: the next one, checked on each save")
    do.add_argument("action", nargs="?", choices=ACTIONS, help="do this alone, and end")
    do.add_argument("exercise", nargs="?", default="", help="its name; without one, the next that is not solved")
    do.add_argument("--plain", action="store_true", help="without keys, as where there is no terminal")
    prove = commands.add_parser("prove", help="prove that each exercise takes right answers and refuses wrong ones")
    prove.add_argument("exercise", nargs="*", help="names of exercises or of lessons; without any, all")
    prove.add_argument("--full", action="store_true", help="more seeds, two threads, and faults put into solutions")
    options = parser.parse_args(arguments)
    try:
        if options.command == "prove":
            return prove_exercises(options.root, options.exercise, options.full)
        if options.command == "practice":
            from lessonpress.hosts.practice import practice

            return practice(options.root, options.action or "", options.exercise, options.plain)
        requirements.check()
        if options.command == "pdf":
            from lessonpress.hosts.pdf import print_pdf

            print_pdf(Settings.read(options.root), options.site, options.file)
            return 0
        if options.command == "run":
            return run_lesson(options.lesson, options.root, parser)
        return build_course(options.root, options.folder if options.command == "export" else None)
    except CannotGoOn as error:
        print(f"lessonpress: {error}", file=sys.stderr)
        return 1


def run_lesson(lesson: Path, root: Path, parser: argparse.ArgumentParser) -> int:
    """Run a lesson in this terminal."""
    from lessonpress.hosts.terminal import run_in_terminal

    path, root = lesson.resolve(), root.resolve()
    if not path.is_file():
        parser.error(f"no lesson at {lesson}")
    if not path.is_relative_to(root):
        parser.error(f"{lesson} lies outside {root}; name the project's folder with --root")
    return run_in_terminal(path, root)


def build_course(root: Path, folder: Path | None) -> int:
    """Build the course; print its problems, or write its pages where a folder is given and all went well."""
    from lessonpress.course import Course
    from lessonpress.printing.proofread import proofread
    from lessonpress.progress import show_progress

    course = Course(Settings.read(root))
    if not course.settings.lesson_paths():
        raise CannotGoOn(f"no lesson in the folder '{course.settings.lessons}'; a lesson is a module there, NAME.py")
    try:
        result = course.build(show_progress)
    finally:
        course.close()
    problems = result.problems
    if folder is None:
        problems += [
            problem
            for lesson in result.lessons.values()
            for problem in proofread(lesson, result.terms, course.settings)
        ]
    for problem in problems:
        print(problem, end="\n\n", file=sys.stderr)
    if problems:
        return 1
    print(
        f"{len(result.pages)} pages, {len(result.terms)} terms, {len(result.rerun)} run in this call: nothing is wrong"
    )
    if folder is not None:
        from lessonpress.hosts.export import export_pages

        export_pages(course, result, folder)
    return 0


def prove_exercises(root: Path, names: Sequence[str], full: bool) -> int:
    """Prove exercises; print what is wrong, and a table of what was tried."""
    from lessonpress.practice.proofs import Prover, write_table
    from lessonpress.practice.workbook import open_workbook

    workbook = open_workbook(root)
    wanted = [one for one in workbook.exercises if not names or {one.name, one.key, one.lesson} & set(names)]
    if not wanted:
        raise CannotGoOn(f"no exercise and no lesson with exercises is called {' or '.join(names)}")
    prover = Prover(workbook.root, cache=workbook.root / PROOFS)
    try:
        proofs = [prover.prove(exercise, full) for exercise in wanted]
    finally:
        prover.close()
    problems = [*workbook.problems, *(problem for proof in proofs for problem in proof.problems)]
    for problem in problems:
        print(problem, end="\n\n", file=sys.stderr)
    print(write_table(proofs))
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
