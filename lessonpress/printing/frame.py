"""What frames a lesson on its page: its place and length, its question, and what it gives, wants and leaves to take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from lessonpress.printing.passages import find_places, without_targets
from lessonpress.read.exercises import ExerciseModule
from lessonpress.read.lesson import Lesson
from lessonpress.read.scan import edit_text, replace_links

WORDS, LINES = 200, 10  # what is read in a minute, of prose and of code that shows
ASKED = re.compile(r"\*\*(?P<question>.+?)\*\*", re.DOTALL)
AIM = re.compile(r"^After this lesson you can\s+(?P<aim>.+(?:\n.+)*)", re.MULTILINE)
NEED = re.compile(r"(?<=\.)\s+You need\s+")
TITLE = re.compile(r"^# .*$", re.MULTILINE)


@dataclass(frozen=True)
class Frame:
    """A lesson's place among `of`, counted from 1, how long it takes, and the question it opens with.

    `reading` and `practice` are minutes, rounded to five; `practice` is 0 without exercises. `question` is plain text,
    "" where none stands in bold.
    """

    number: int
    of: int
    reading: int
    practice: int
    question: str


def frame_lessons(lessons: Sequence[Lesson], modules: Iterable[ExerciseModule]) -> Iterator[tuple[str, Frame]]:
    """The frame of each lesson by its path, in the course's order; `modules` are the exercises of all."""
    minutes = {module.lesson: sum(exercise.minutes for exercise in module.exercises) for module in modules}
    for number, lesson in enumerate(lessons, start=1):
        practice = _to_fives(minutes.get(lesson.name, 0))
        yield lesson.path, Frame(number, len(lessons), count_minutes(lesson), practice, find_question(lesson))


def count_minutes(lesson: Lesson) -> int:
    """The minutes that it takes to read a lesson's words and the code that its page shows, rounded to five."""
    words = sum(len(without_targets(place.text).split()) for place in find_places(lesson))
    shown = [cell.source for cell in lesson.cells if cell.kind == "code" and cell.options.echo == "true"]
    lines = sum(bool(line.strip()) for source in shown for line in source.split("\n"))
    return max(5, _to_fives(words / WORDS + lines / LINES))


def find_question(lesson: Lesson) -> str:
    """What stands in bold at a lesson's beginning, as plain text."""
    opening = takewhile(lambda cell: cell.kind == "prose", lesson.cells)
    match = ASKED.match(TITLE.sub("", "\n\n".join(cell.source for cell in opening), count=1).lstrip())
    words = replace_links(match["question"], lambda link: link["text"]) if match else ""
    return " ".join(words.replace("`", "").replace("*", "").split())


def add_downloads(markdown: str, lesson: Lesson, more: Mapping[str, str]) -> str:
    """A lesson's page with its files to take home: in a band with what one can after it and needs for it.

    Without a paragraph that begins "After this lesson you can", they stand below the title.
    """
    names = {f"{lesson.name}.ipynb": "Notebook", f"{lesson.name}.py": "Python file"} | dict(more)
    links = " ".join(
        f'<a href="{address}"{"" if ":" in address else " download"}>{name}</a>' for address, name in names.items()
    )
    with_band = _edit_first(markdown, AIM, lambda match: _write_band(match["aim"], links))
    line = f'<p class="lesson-downloads">{links}</p>'
    return with_band or _edit_first(markdown, TITLE, lambda match: f"{match[0]}\n\n{line}") or markdown


def _edit_first(markdown: str, pattern: re.Pattern[str], write: Callable[[re.Match[str]], str]) -> str:
    """A page in which the first match is written anew that stands in no code; "" where there is none."""
    found = 0

    def edit(text: str) -> str:
        nonlocal found
        text, count = (text, 0) if found else pattern.subn(write, text, count=1)
        found += count
        return text

    edited = edit_text(markdown, edit)
    return edited if found else ""


def _write_band(aim: str, links: str) -> str:
    can, need = [*NEED.split(aim, maxsplit=1), ""][:2]
    rows = (("After it you can", can), ("You need", need), ("Take it with you", links))
    pieces = [f"<div markdown>\n<dt>{head}</dt>\n<dd markdown>{text}</dd>\n</div>" for head, text in rows if text]
    pieces[-1] = pieces[-1].replace("<div", '<div class="lesson-downloads"', 1)
    return "\n".join(['<dl class="lesson-band" markdown>', *pieces, "</dl>"])


def _to_fives(minutes: float) -> int:
    return 5 * round(minutes / 5)
