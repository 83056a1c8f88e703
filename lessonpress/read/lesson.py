"""A lesson read from its module: cells, each with its options, its steps, and its place in the file."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from doctest import DocTestParser
from pathlib import Path
from typing import Literal

import yaml
from jupytext.cell_reader import DoublePercentScriptCellReader
from jupytext.header import header_to_metadata_and_cell

from lessonpress.problems import Problem, ProblemsFound
from lessonpress.read.options import TEXT_OPTIONS, Options, read_options
from lessonpress.read.prose import VALUE_BEGINS, VALUE_ENDS, Part, split_prose, unclosed_value
from lessonpress.read.scan import HEADING, find_headings, open_fence
from lessonpress.run.step import Step

PERCENT_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
CELL_MARK = re.compile(r"\s*#\s*%%")
QUOTES = re.compile(r"""\s*r?(\"{3}|'{3})(?P<rest>.*)""")


@dataclass(frozen=True)
class Cell:
    """One cell: prose (Markdown) or code. `number` and `line` count from 1.

    `parts` is the prose, split. `texts` holds the parts of a code cell's captions and alternative text.
    `steps` is what runs, in the order in which the parts and texts ask for it.
    """

    kind: Literal["prose", "code"]
    number: int
    line: int
    source: str
    parts: tuple[Part, ...] = ()
    options: Options = field(default_factory=Options)
    texts: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A lesson, or any Markdown page whose values and doctests are to run (a page is one prose cell).

    `path` is relative to the project's root, with forward slashes. `meta` is a page's front matter.
    `asked` are the values that pages quote from this lesson; they are computed at the end of its run.
    """

    path: str
    title: str
    cells: tuple[Cell, ...]
    text: str
    meta: dict[str, object] = field(default_factory=dict)
    asked: tuple[Step, ...] = ()

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
        return Path(self.path).stem


def read_lesson(path: Path, root: Path) -> Lesson:
    """Read a `.py` module in the percent format, or a `.md` page.

    Raises ProblemsFound with every problem the text has: syntax errors, a missing title, an unknown
    option, two cells with one label, an inline value that is not an expression.
    """
    name = os.path.relpath(path, root).replace(os.sep, "/")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ProblemsFound(Problem(name, line, f"not UTF-8: {error.reason}; save the file as UTF-8")) from None
    except OSError as error:  # a link that leads nowhere, or an editor that saves by delete and create
        raise ProblemsFound(Problem(name, 1, f"can't be read: {error.strerror}; save it again")) from None
    problems = [
        Problem(name, number, "a sign that Unicode keeps for programs' own use (U+FDD0 or U+FDD1); remove it")
        for number, line in enumerate(text.split("\n"), start=1)
        if VALUE_BEGINS in line or VALUE_ENDS in line
    ]
    meta: dict[str, object] = {}
    if path.suffix == ".py":
        cells = list(_read_cells(name, text, problems))
    else:
        meta, body, line = read_front_matter(name, text)
        cells = [_prose_cell(name, 1, line, body, problems)]
    title = _find_title(cells) or str(meta.get("term") or meta.get("title") or "")
    if not title:
        problems.append(Problem(name, 1, "no title; begin the first prose cell with a line like '# A single neuron'"))
    problems += _twice_labelled(name, cells)
    problems += _quoted_in_a_lesson(name, cells) if path.suffix == ".py" else []
    if problems:
        raise ProblemsFound(*sorted(problems, key=lambda problem: problem.line))
    return Lesson(name, title, tuple(cells), text, meta)


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
        raise ProblemsFound(Problem(path, (mark.line if mark else 0) + 2, message)) from None
    if not isinstance(meta, dict):
        raise ProblemsFound(Problem(path, 2, "front matter holds no 'name: value' lines"))
    return meta, text[match.end() :], match[0].count("\n") + 1


def headings(cell: Cell) -> Iterator[tuple[int, str, int]]:
    """The headings of a prose cell: level, text, and line in the file."""
    for part in cell.parts:
        if part.kind == "text" and part.context != "fence":
            for offset, level, words in find_headings(part.source):
                yield level, words, cell.line + part.line + offset


def _read_cells(path: str, text: str, problems: list[Problem]) -> Iterator[Cell]:
    lines = text.split("\n")
    *_, start = header_to_metadata_and_cell(lines, "#", "", ".py")
    number = 0
    while start < len(lines):
        reader = DoublePercentScriptCellReader(PERCENT_FORMAT)
        raw, length = reader.read(lines[start:])
        marked = CELL_MARK.match(lines[start]) is not None
        line = start + 1 + marked
        start += length
        source = raw.source
        if not source.strip() or (not marked and _only_a_docstring(source)):
            continue
        number += 1
        if raw.cell_type == "markdown":
            opening = next(number for number in range(line, len(lines) + 1) if lines[number - 1].strip())
            if match := QUOTES.match(lines[opening - 1]):
                line = opening if match["rest"].strip() else opening + 1
            yield _prose_cell(path, number, line, source, problems)
        else:
            yield _code_cell(path, number, line, source, problems)


def _prose_cell(path: str, number: int, line: int, source: str, problems: list[Problem]) -> Cell:
    unclosed = unclosed_value(source)
    if unclosed is not None:
        message = "'{{' without '}}'; close the inline value, or write '\\{{' to show the braces"
        problems.append(Problem(path, line + unclosed, message, number))
    lines = source.split("\n")
    endless = open_fence(lines)
    if endless is not None:
        message = f"'{lines[endless].strip()}' begins a block of code that never ends; close it with the same marks"
        problems.append(Problem(path, line + endless, message, number))
    parts = tuple(split_prose(source))
    for part in parts:
        if part.kind == "value" and HEADING.match(lines[part.line]):
            message = "inline value in a heading, whose anchor would change with it; move the value into the text"
            problems.append(Problem(path, line + part.line, message, number))
    steps = tuple(_steps_of(path, number, line, parts, problems))
    return Cell("prose", number, line, source, parts=parts, steps=steps)


def _code_cell(path: str, number: int, line: int, source: str, problems: list[Problem]) -> Cell:
    lines = source.split("\n")
    options, length = read_options(path, number, line, lines, problems)
    code = "\n".join(lines[length:]).strip("\n")
    while length < len(lines) and not lines[length].strip():
        length += 1
    code_line = line + length
    steps = [Step("code", code, code_line, number, error=options.error == "true")]
    try:
        for step in _docstring_steps(ast.parse(code), code_line, number):
            problems += _doctest_problems(path, number, step.line, step.source)
            steps.append(step)
    except SyntaxError as error:
        shown = (error.text or "").rstrip()
        message = f"SyntaxError: {error.msg}"
        problems.append(Problem(path, code_line + (error.lineno or 1) - 1, message, number, shown))
    texts = {}
    for option in TEXT_OPTIONS:
        texts[option] = parts = tuple(split_prose(getattr(options, option)))
        place = options.lines.get(option, line)
        steps += _steps_of(path, number, place, parts, problems)
    return Cell("code", number, code_line, code, options=options, texts=texts, steps=tuple(steps))


def _steps_of(path: str, number: int, line: int, parts: tuple[Part, ...], problems: list[Problem]) -> Iterator[Step]:
    for part in parts:
        place = line + part.line
        if part.kind == "value":
            try:
                ast.parse(part.source, mode="eval")
            except SyntaxError:
                message = f"inline value '{{{{ {part.source} }}}}' is not a Python expression"
                problems.append(Problem(path, place, message, number))
            if not part.lesson:
                yield Step("value", part.source, place, number, format=part.format)
        elif part.kind == "doctest":
            problems += _doctest_problems(path, number, place, part.source)
            yield Step("doctest", part.source, place, number)


def _doctest_problems(path: str, number: int, line: int, source: str) -> Iterator[Problem]:
    """What keeps a doctest from being read, such as an answer that stands further left than its prompt."""
    try:
        DocTestParser().get_examples(source)
    except ValueError as error:
        found = re.match(r"line (\d+) of the docstring for \S+ (?P<why>.*)", str(error), re.DOTALL)
        place = line + int(found[1]) - 1 if found else line
        yield Problem(path, place, f"doctest that can't be read: {found['why'] if found else error}", number)


def _docstring_steps(tree: ast.Module, line: int, number: int) -> Iterator[Step]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            text = ast.get_docstring(node)
            if text and ">>>" in text:
                before = text[: text.index(">>>")].count("\n")
                source = "\n".join(text.split("\n")[before:]) + "\n"
                written = ast.get_docstring(node, clean=False) or text  # with the blank lines it begins with
                place = line + node.body[0].lineno - 1 + written[: written.index(">>>")].count("\n")
                yield Step("doctest", source, place, number)


def _only_a_docstring(source: str) -> bool:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body)


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
                    yield Problem(path, cell.line + part.line, message, cell.number)


def _twice_labelled(path: str, cells: list[Cell]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for cell in cells:
        label = cell.options.label
        place = cell.options.lines.get("label", cell.line)
        if label and label in first:
            message = f"label '{label}' already names the cell at line {first[label]}; choose another"
            yield Problem(path, place, message, cell.number)
        elif label:
            first[label] = place
