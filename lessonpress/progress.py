"""What a build tells while lessons run: a line a lesson on a terminal, plain lines elsewhere.

Pages that run, such as a glossary's, are many and quick; they share one line.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from lessonpress.kept.pool import Tell
from lessonpress.read.lesson import Lesson

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
    began = time.monotonic()
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
        say(f"{pages} of the pages have doctests or values, which ran beside; {time.monotonic() - began:.1f} s in all")


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
