"""The running text of a lesson, passage by passage, each with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lessonpress.problems import Problem
from lessonpress.read.cells import Cell
from lessonpress.read.lesson import Lesson
from lessonpress.read.prose import VALUE, VALUE_BEGINS, Passage, join_passages
from lessonpress.read.scan import LINK, blank

WORD = re.compile(rf"[^\s{VALUE_BEGINS}]+")


@dataclass(frozen=True)
class Place:
    """A passage of a lesson's cell; `line` is the one of the file that it begins in."""

    lesson: Lesson
    cell: Cell
    text: str
    line: int

    def problem(self, index: int, message: str, code: str) -> Problem:
        """What is wrong with the word at an index of the text."""
        line = self.line + self.text.count("\n", 0, index)
        column = self._column_of(index, line)
        return Problem(self.lesson.path, line, message, self.cell.number, code=code, column=column)

    def _column_of(self, index: int, line: int) -> int:
        """Where the word stands in the file, which has marks of comments and expressions that the text has not."""
        begin = self.text.rfind("\n", 0, index) + 1
        word = WORD.match(self.text, index)
        written = blank(VALUE, self.lesson.text.split("\n")[line - 1])
        pieces = written.split(word[0]) if word else []
        before = self.text.count(word[0], begin, index) + 1 if word else 0
        return len(word[0].join(pieces[:before])) + 1 if word and before < len(pieces) else 1


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
