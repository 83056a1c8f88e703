"""The command line: which commands there are, what each is told, and what the status says at its end."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lessonpress import __version__
from lessonpress.hosts.commands import WRONG, WrongCall
from lessonpress.problems import CannotGoOn

STATUS = (
    "The status is 0 if all is well, 1 if something is wrong with the course, 2 if the command can't be understood,"
    " and 3 if a line is left to write by hand."
)
# What can be done with one exercise, in one go.
ACTIONS = ("open", "check", "hint", "solution", "skip", "list", "reset")


def main(arguments: Sequence[str] | None = None) -> int:
    """The `lessonpress` command; returns its status, as `commands` names them.

    Raises SystemExit where the command can't be understood.
    """
    parser = make_parser()
    if "_ARGCOMPLETE" in os.environ:  # a shell asks, on a Tab
        with contextlib.suppress(ImportError):
            importlib.import_module("argcomplete").autocomplete(parser)
    options = parser.parse_args(arguments)
    module, _, function = options.does.partition(":")
    try:
        if options.builds:
            from lessonpress.hosts import requirements

            requirements.check()
        status: int = getattr(importlib.import_module(f"lessonpress.hosts.commands.{module}"), function)(options)
        return status
    except WrongCall as error:
        parser.error(str(error))
    except CannotGoOn as error:
        print(f"lessonpress: {error}", file=sys.stderr)
        return WRONG


def make_parser() -> argparse.ArgumentParser:
    """What reads the command line; nothing that a command needs is imported for it."""
    about = "Begin a course, write its lessons, run them, check them."
    parser = argparse.ArgumentParser(prog="lessonpress", description=about, epilog=STATUS)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the folder of mkdocs.yml (default: this one)")
    parser.add_argument("--version", action="version", version=f"lessonpress {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    _add_writing(commands)
    _add_running(commands)
    _add_handing_over(commands)
    _add_exercising(commands)
    return parser


def _add(commands: Any, name: str, does: str, about: str, *examples: str, builds: bool = True) -> Any:
    """Add a command; `does` names the function that does it, `builds` says whether it needs what makes a site."""
    told = "\n".join(["examples:", *(f"  lessonpress {example}" for example in examples)])
    layout = argparse.RawDescriptionHelpFormatter
    added = commands.add_parser(name, help=about, description=about, epilog=told, formatter_class=layout)
    added.set_defaults(does=does, builds=builds)
    return added


def _complete_lessons(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """The names of the lessons, for a Tab; argcomplete names the arguments, and wants no error."""
    from lessonpress.settings import Settings

    with contextlib.suppress(CannotGoOn):
        return [path.stem for path in Settings.read(parsed_args.root).lesson_paths()]
    return []


def _add_writing(commands: Any) -> None:
    about = "begin a course of one lesson that builds; no file is overwritten"
    init = _add(commands, "init", "start:begin_course", about, "init", "init my-course", builds=False)
    init.add_argument("folder", nargs="?", type=Path, default=Path(), help="where (default: the current folder)")
    about = "begin a lesson, and put it into the nav"
    lesson = _add(commands, "new", "new:new_lesson", about, "new dice", "new dice --after coin")
    lesson.add_argument("name", help="a module's name, such as gradient_descent")
    after = lesson.add_argument("--after", default="", metavar="LESSON", help="the lesson before (default: the last)")
    after.completer = _complete_lessons
    about = "begin a term of the glossary"
    term = _add(commands, "new-term", "new:new_term", about, "new-term variance", "new-term relative frequency")
    term.add_argument("name", nargs="+", help="as a sentence would have it")
    about = "begin an exercise of a lesson"
    exercise = _add(commands, "new-exercise", "new:new_exercise", about, "new-exercise coin", "new-exercise coin share")
    exercise.add_argument("lesson", help="the lesson's name, or its file").completer = _complete_lessons
    exercise.add_argument("name", nargs="?", default="", help="what the exercise is called by")


def _add_running(commands: Any) -> None:
    run = _add(
        commands,
        "run",
        "run:run_lessons",
        "run lessons in this terminal, and show what a notebook would",
        "run coin",
        "run lessons/coin.py lessons/dice.py",
        "run --part 2/4",
        builds=False,  # a course taken home says it, without what makes a site
    )
    lessons = run.add_argument("lessons", nargs="*", metavar="lesson", help="a lesson's name, or its file")
    lessons.completer = _complete_lessons
    run.add_argument("--part", default="", metavar="K/N", help="run and keep the K-th of N parts of the whole course")
    about = "run what changed, proofread, and list all that is wrong"
    check = _add(commands, "check", "check:check_course", about, "check", "check --json")
    check.add_argument("--json", action="store_true", help="the findings as a list on standard output, for editors")
    times = _add(
        commands, "times", "times:show_times", "show where a build's time and memory went", "times", "times coin"
    )
    lessons = times.add_argument("lessons", nargs="*", metavar="lesson", help="show all cells of these")
    lessons.completer = _complete_lessons


def _add_handing_over(commands: Any) -> None:
    about = "write every page as plain Markdown, with figures and notebooks"
    export = _add(commands, "export", "check:export_course", about, "export pages")
    export.add_argument("folder", type=Path, help="where to write; it is made if it is not there")
    about = "print a built site's lessons and terms as one PDF, with Chromium"
    pdf = _add(commands, "pdf", "check:print_course", about, "pdf site course.pdf")
    pdf.add_argument("site", type=Path, help="the folder of the built site")
    pdf.add_argument("file", type=Path, help="the PDF to write")


def _add_exercising(commands: Any) -> None:
    about = "do the exercises: the next one, checked on each save"
    examples = ("practice", "practice check", "practice hint neuron")
    do = _add(commands, "practice", "exercises:practice_exercises", about, *examples, builds=False)
    do.add_argument("action", nargs="?", choices=ACTIONS, help="do this alone, and end")
    do.add_argument("exercise", nargs="?", default="", help="its name; without one, the next that is not solved")
    do.add_argument("--plain", action="store_true", help="without keys, as where there is no terminal")
    about = "prove that each exercise takes right answers and refuses wrong ones"
    prove = _add(
        commands, "prove", "exercises:prove_exercises", about, "prove", "prove coin", "prove --full", builds=False
    )
    prove.add_argument("exercise", nargs="*", help="names of exercises or of lessons; without any, all")
    prove.add_argument("--full", action="store_true", help="more seeds, two threads, and faults put into solutions")


if __name__ == "__main__":
    raise SystemExit(main())
