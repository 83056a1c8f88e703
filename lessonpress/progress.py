"""What a build tells while lessons run: a line a lesson on a terminal, plain lines elsewhere; and at its end.

Pages that run, such as a glossary's, are many and quick; they share one line.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from lessonpress.kept.runs import Tell
from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Run

if TYPE_CHECKING:
    from rich.progress import TaskID

Progress = Callable[[int], AbstractContextManager[Tell]]


@contextlib.contextmanager
def no_progress(count: int) -> Iterator[Tell]:
    """Tell nothing."""
    yield lambda lesson, what, seconds: None


@contextlib.contextmanager
def show_progress(count: int, say: Callable[[str], object] = print) -> Iterator[Tell]:
    """Tell which lessons run: live on a terminal, else `say` a line for each that has ended."""
    if sys.stderr.isatty():
        with live() as tell_live:
            yield tell_live
        return
    pages = 0

    def tell(lesson: Lesson, what: str, seconds: float) -> None:
        nonlocal pages
        if what == "ended" and is_page(lesson):
            pages += 1
        elif what == "ended":
            say(f"{lesson.path} ran in {seconds:.1f} s")
        elif what != "started":
            say(f"{lesson.path} {what}")

    yield tell
    if pages:
        say(f"{pages} of the pages have doctests or values, which ran beside")


@contextlib.contextmanager
def live() -> Iterator[Tell]:
    """A line a lesson with its seconds, and one for all pages, drawn anew as they go."""
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TimeElapsedColumn()
    with Bars(*columns, console=Console(stderr=True)) as bars:
        imports = bars.add_task("the packages that lessons import", total=1)
        tasks: dict[str, TaskID] = {}

        def tell(lesson: Lesson, what: str, seconds: float) -> None:
            name = "pages" if is_page(lesson) else lesson.path
            bars.update(imports, completed=1)
            if what == "started":
                if name not in tasks:
                    tasks[name] = bars.add_task(name, total=0)
                bars.update(tasks[name], total=(bars.tasks[tasks[name]].total or 0) + 1)
            elif what == "ended":
                bars.advance(tasks[name])
            else:
                bars.console.print(f"{lesson.path} {what}")

        yield tell


def is_page(lesson: Lesson) -> bool:
    return lesson.path.endswith(".md")


def sum_up(runs: Mapping[str, Run], rerun: Container[str], pages: int, changed: int | None, seconds: float) -> str:
    """A build in one line: what became of its lessons, its other pages, the files of the site that changed, its time.

    >>> sum_up({"lessons/a.py": Run([], seconds=10.2), "lessons/b.py": Run([])}, {"lessons/a.py"}, 9, 4, 12.41)
    '1 lesson ran (10.2 s), 1 kept; 9 pages, 4 files of the site changed; 12.4 s in all'
    >>> sum_up({"lessons/a.py": Run([]), "lessons/b.py": Run([], missing=("keras",))}, (), 1, None, 0.5)
    '0 lessons ran, 1 kept, 1 not run; 1 page; 0.5 s in all'
    >>> sum_up({"lessons/a.py": Run([], waiting=True)}, (), 1, None, 0.5)
    '0 lessons ran, 0 kept, 1 to run; 1 page; 0.5 s in all'
    """
    lessons = {path: run for path, run in runs.items() if path.endswith(".py")}
    ran = [run.seconds for path, run in lessons.items() if path in rerun]
    left_out = sum(bool(run.missing) for run in lessons.values())
    waiting = sum(run.waiting for run in lessons.values())
    time = f" ({sum(ran):.1f} s)" if ran else ""
    told = f"{_count(len(ran), 'lesson')} ran{time}, {len(lessons) - len(ran) - left_out - waiting} kept"
    told += f", {left_out} not run" if left_out else ""
    told += f", {waiting} to run" if waiting else ""
    site = _count(pages, "page") + ("" if changed is None else f", {_count(changed, 'file')} of the site changed")
    return f"{told}; {site}; {seconds:.1f} s in all"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
