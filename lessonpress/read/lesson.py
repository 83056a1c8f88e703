"""A lesson read from its module, or a page from its Markdown: its title, its cells, and all that is wrong with it."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from lessonpress.problems import Problem, ProblemsFound
from lessonpress.read.cells import Cell, headings, read_cells, read_prose_cell
from lessonpress.read.options import split_patterns
from lessonpress.read.prose import VALUE_BEGINS, VALUE_ENDS, Part
from lessonpress.run.compiled import looked_at
from lessonpress.run.step import Step


@dataclass(frozen=True)
class Lesson:
    """A lesson, or any Markdown page whose values and doctests are to run (a page is one prose cell).

    `path` is relative to the project's root, with forward slashes. `meta` is a page's front matter.
    `asked` are the values that pages quote from this lesson; they are computed at the end of its run.
    `place` is where the source stands in the site, from where links lead on; its path, unless another is given.
    """

    path: str
    title: str
    cells: tuple[Cell, ...]
    text: str
    meta: dict[str, object] = field(default_factory=dict)
    asked: tuple[Step, ...] = ()
    place: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", self.place or self.path)

    @property
    def steps(self) -> list[Step]:
        return [*(step for cell in self.cells for step in cell.steps), *self.asked]

    @property
    def quotes(self) -> Iterator[tuple[Part, int]]:
        """The values of other lessons that the prose quotes, each with its line in the file."""
        for cell in self.cells:
            yield from ((part, cell.line + part.line) for part in cell.parts if part.lesson)

    @property
    def needs(self) -> list[str]:
        """The packages that its cells' options name."""
        named = (re.split(r"[,\s]+", cell.options.needs) for cell in self.cells)
        return sorted({name for names in named for name in names if name})

    @property
    def name(self) -> str:
        return posixpath.splitext(posixpath.basename(self.path))[0]


@looked_at()
def read_lesson(path: Path, root: Path) -> Lesson:
    """Read a `.py` module in the percent format, or a `.md` page.

    Raises ProblemsFound with every problem the text has: syntax errors, a missing title, an unknown
    option, two cells with one label, an inline value that is not an expression.
    """
    name, text = read_source(path, root)
    problems = [
        Problem(
            name, number, "a sign that Unicode keeps for programs' own use (U+FDD0 or U+FDD1); remove it", code="LP101"
        )
        for number, line in enumerate(text.split("\n"), start=1)
        if VALUE_BEGINS in line or VALUE_ENDS in line
    ]
    meta: dict[str, object] = {}
    if path.suffix == ".py":
        cells = list(read_cells(name, text, problems))
    else:
        meta, body, line = read_front_matter(name, text)
        cells = [read_prose_cell(name, 1, line, body, problems)]
        if reads := split_patterns(meta.pop("reads", "")):  # a page has no option that could say so
            steps = tuple(replace(step, reads=reads, reads_line=1) for step in cells[0].steps)
            cells = [replace(cells[0], steps=steps)]
    title = _find_title(cells) or str(meta.get("term") or meta.get("title") or "")
    if not title:
        problems.append(
            Problem(name, 1, "no title; begin the first prose cell with a line like '# A single neuron'", code="LP101")
        )
    problems += _twice_labelled(name, cells)
    problems += _quoted_in_a_lesson(name, cells) if path.suffix == ".py" else []
    if problems:
        raise ProblemsFound(*sorted(problems, key=lambda problem: problem.line))
    return Lesson(name, title, tuple(cells), text, meta)


def read_source(path: Path, root: Path) -> tuple[str, str]:
    """A source's name, which is its path from the project's root with forward slashes, and its text.

    Raises ProblemsFound where it can't be read.
    """
    name = os.path.relpath(path, root).replace(os.sep, "/")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ProblemsFound(
            Problem(name, line, f"not UTF-8: {error.reason}; save the file as UTF-8", code="LP101")
        ) from None
    except OSError as error:  # a link that leads nowhere, or an editor that saves by delete and create
        raise ProblemsFound(Problem(name, 1, f"can't be read: {error.strerror}; save it again", code="LP101")) from None
    return name, text


def read_front_matter(path: str, text: str) -> tuple[dict[str, object], str, int]:
    """A Markdown page's YAML front matter, the rest, and the line at which the rest begins."""
    match = re.match(r"---[ \t]*\n(.*?\n)---[ \t]*\n", text, re.DOTALL)
    if not match:
        return {}, text, 1
    try:
        meta = yaml.safe_load(match[1]) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"front matter is not YAML: {getattr(error, 'problem', error)}; put the text in quotes"
        raise ProblemsFound(Problem(path, (mark.line if mark else 0) + 2, message, code="LP101")) from None
    if not isinstance(meta, dict):
        raise ProblemsFound(Problem(path, 2, "front matter holds no 'name: value' lines", code="LP101"))
    return meta, text[match.end() :], match[0].count("\n") + 1


def _find_title(cells: list[Cell]) -> str:
    for cell in cells:
        if cell.kind == "prose":
            return next((text for level, text, _ in headings(cell) if level == 1), "")
    return ""


def _quoted_in_a_lesson(path: str, cells: list[Cell]) -> Iterator[Problem]:
    for cell in cells:
        for parts in (cell.parts, *cell.texts.values()):
            for part in parts:
                if part.lesson:
                    message = (
                        f"value of another lesson, '{part.lesson}'; a lesson stands alone, only pages quote lessons"
                    )
                    yield Problem(path, cell.line + part.line, message, cell.number, code="LP121")


def _twice_labelled(path: str, cells: list[Cell]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for cell in cells:
        label = cell.options.label
        place = cell.options.lines.get("label", cell.line)
        if label and label in first:
            message = f"label '{label}' already names the cell at line {first[label]}; choose another"
            yield Problem(path, place, message, cell.number, code="LP103")
        elif label:
            first[label] = place
