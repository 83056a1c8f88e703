"""The running text of a lesson, passage by passage, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lessonpress.problems import Problem
from lessonpress.read.cells import Cell
from lessonpress.read.lesson import Lesson
from lessonpress.read.prose import Passage, join_passages
from lessonpress.read.scan import LINK


@dataclass(frozen=True)
class Place:
    """A passage of a lesson's cell; `line` is the one of the file that it begins in."""

    lesson: Lesson
    cell: Cell
    text: str
    line: int

    def problem(self, index: int, message: str) -> Problem:
        return Problem(self.lesson.path, self.line + self.text.count("\n", 0, index), message, self.cell.number)


def find_places(lesson: Lesson, captions: bool = True) -> Iterator[Place]:
    """The passages of the prose, and those of captions and alternative texts unless they are not wanted."""
    for cell in lesson.cells:
        texts = [(cell.line, cell.parts)]
        if captions:
            texts += [(cell.options.lines[name], parts) for name, parts in cell.texts.items() if parts]
        for line, parts in texts:
            for piece in join_passages(parts):
                if isinstance(piece, Passage):
                    yield Place(lesson, cell, piece.text, line + piece.line)


def without_targets(text: str) -> str:
    """Text with blanks in the place of where its links lead."""
    return LINK.sub(lambda match: f"[{match['text']}]".ljust(len(match[0])), text)
