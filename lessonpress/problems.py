"""What can be wrong with a lesson or a page: always with a file, a line, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

MOST_WORDS = 12  # of those known, where none is near

# What kinds of things can be wrong. Those that begin with LP1 end a build; the others `lessonpress check` reports.
# A build warns of LABELS too, which ends a strict one.
LABELS = "LP207"
CODES = {
    "LP101": "a source that can't be read, or has no title",
    "LP102": "prose with braces, a block of code, a value or a doctest that can't be read",
    "LP103": "an option of a cell that isn't known, can't be what it is, or names a second cell",
    "LP104": "code that isn't Python",
    "LP110": "an exercise without one of its parts, or without a lesson",
    "LP111": "an exercise that refuses right answers or takes wrong ones, as `lessonpress prove` alone finds",
    "LP120": "code, a value or a doctest that failed when it ran",
    "LP121": "a value of another lesson that isn't there, or that a lesson quotes, as only pages may",
    "LP130": "a figure without alternative text, a second one, a caption without one; a script or size that won't do",
    "LP140": "a link to a term, a figure of a lesson, or a picture of a lesson or term, that isn't there",
    "LP141": "a term whose front matter won't do, or whose name is taken",
    "LP200": "a comment that ignores nothing",
    "LP201": "a number in prose that nothing vouches for",
    "LP202": "a term that isn't linked where it first stands",
    "LP203": "a word to `avoid`",
    "LP204": "a word that claims much, where no doctest holds it",
    "LP205": "a lesson with the name of a module that others import",
    "LP206": "a draft: `TODO` is left to be filled in",
    LABELS: "words in a figure that cover each other at the size of a phone, or leave the picture",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    `path` is relative to the project's root, `line` counts from 1, `cell` is the number of the cell
    in its lesson (0 where there is none). `detail` holds what helps to mend it: the cell's code, what
    it printed, the traceback, the answer expected and the one got. `code` is one of CODES. `column` counts from 1,
    and is 1 where no more than the line is known.
    """

    path: str
    line: int
    message: str
    cell: int = 0
    detail: str = ""
    code: str = ""
    column: int = 1

    @property
    def where(self) -> str:
        """The place, as editors and terminals recognize it.

        >>> Problem("lessons/tiny.py", 12, "NameError", cell=4).where
        'lessons/tiny.py:12, cell 4'
        """
        place = f"{self.path}:{self.line}"
        return f"{place}, cell {self.cell}" if self.cell else place

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}"
        if not self.detail:
            return head
        return head + "\n" + "\n".join(f"    {line}".rstrip() for line in self.detail.splitlines())


class CannotGoOn(Exception):
    """Raised for what no lesson or page is at fault for: says in one line what is wrong, and what to do."""


class ProblemsFound(Exception):
    """Raised where work cannot go on; carries every problem found so far."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n\n".join(map(str, problems)))
        self.problems = problems


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the known word nearest to `name`.

    >>> did_you_mean("fig-atl", ["fig-alt", "label"])
    "; did you mean 'fig-alt'?"
    >>> did_you_mean("zzz", ["label", "echo"])
    '; known: echo, label'
    """
    words = sorted(known)
    near = difflib.get_close_matches(name, words, n=1, cutoff=0.5)
    if near:
        return f"; did you mean '{near[0]}'?"
    shown = words if len(words) <= MOST_WORDS else [*words[: MOST_WORDS - 1], f"and {len(words) - MOST_WORDS + 1} more"]
    return f"; known: {', '.join(shown)}" if words else ""
