"""What can be wrong with a lesson or a page: always with a file, a line, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

MOST_WORDS = 12  # of those known, where none is near


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    `path` is relative to the project's root, `line` counts from 1, `cell` is the number of the cell
    in its lesson (0 where there is none). `detail` holds what helps to mend it: the cell's code, what
    it printed, the traceback, the answer expected and the one got.
    """

    path: str
    line: int
    message: str
    cell: int = 0
    detail: str = ""

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
