"""The cells of a lesson, each with its options, its steps, and its place in the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from lessonpress.problems import Problem
from lessonpress.read.magics import read_code
from lessonpress.read.options import TEXT_OPTIONS, Options, read_options, split_patterns
from lessonpress.read.percent import CELL_MARK, read_raw_cell, skip_header
from lessonpress.read.play import check_play
from lessonpress.read.prose import Part, split_prose, unclosed_value
from lessonpress.read.scan import HEADING, find_headings, open_fence
from lessonpress.run.step import Step

IN_FORMULAS = "in a formula, TeX's own have no blank behind them"
QUOTES = re.compile(r"""\s*r?(\"{3}|'{3})(?P<rest>.*)""")


@dataclass(frozen=True)
class Cell:
    """One cell: prose (Markdown) or code. `number` and `line` count from 1.

    `parts` is the prose, split. `texts` holds the parts of a code cell's captions and alternative text.
    `steps` is what runs, in the order in which the parts and texts ask for it. `title` and `named` are what its mark
    says behind '%%', as in '# %% exercise neuron [markdown] minutes=2'.
    """

    kind: Literal["prose", "code"]
    number: int
    line: int
    source: str
    parts: tuple[Part, ...] = ()
    options: Options = field(default_factory=Options)
    texts: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    title: str = ""
    named: dict[str, object] = field(default_factory=dict)


def headings(cell: Cell) -> Iterator[tuple[int, str, int]]:
    """The headings of a prose cell: level, text, and line in the file."""
    for part in cell.parts:
        if part.kind == "text" and part.context != "fence":
            for offset, level, words in find_headings(part.source):
                yield level, words, cell.line + part.line + offset


def read_cells(path: str, text: str, problems: list[Problem]) -> Iterator[Cell]:
    """The cells of a module in the percent format; what is wrong with them joins `problems`."""
    lines = text.split("\n")
    start = skip_header(lines)
    number = 0
    while start < len(lines):
        raw, length = read_raw_cell(lines[start:])
        marked = CELL_MARK.match(lines[start]) is not None
        line = start + 1 + marked
        start += length
        source = raw.source
        if not source.strip() or (not marked and _only_a_docstring(source)):
            continue
        number += 1
        named = dict(raw.named)
        title = str(named.pop("title", ""))
        if raw.kind == "raw":
            cell = Cell("prose", number, line, source, parts=(Part("text", _as_block(source), 0, context="fence"),))
        elif raw.kind == "markdown":
            opening = next(number for number in range(line, len(lines) + 1) if lines[number - 1].strip())
            if match := QUOTES.match(lines[opening - 1]):
                line = opening if match["rest"].strip() else opening + 1
            cell = read_prose_cell(path, number, line, source, problems)
        else:
            cell = _code_cell(path, number, line, source, problems)
        yield replace(cell, title=title, named=named)


def read_prose_cell(path: str, number: int, line: int, source: str, problems: list[Problem]) -> Cell:
    """A cell of Markdown, which begins in a line of the file."""
    unclosed = unclosed_value(source)
    if unclosed is not None:
        message = f"'{{{{' without '}}}}'; close the inline value, or write '\\{{{{' to show the braces; {IN_FORMULAS}"
        problems.append(Problem(path, line + unclosed, message, number, code="LP102"))
    lines = source.split("\n")
    endless = open_fence(lines)
    if endless is not None:
        message = f"'{lines[endless].strip()}' begins a block of code that never ends; close it with the same marks"
        problems.append(Problem(path, line + endless, message, number, code="LP102"))
    parts = tuple(split_prose(source))
    for part in parts:
        if part.kind == "value" and HEADING.match(lines[part.line]):
            message = "inline value in a heading, whose anchor would change with it; move the value into the text"
            problems.append(Problem(path, line + part.line, message, number, code="LP102"))
    steps = tuple(_steps_of(path, number, line, parts, problems))
    return Cell("prose", number, line, source, parts=parts, steps=steps)


def _code_cell(path: str, number: int, line: int, source: str, problems: list[Problem]) -> Cell:
    """A cell of code, which begins in a line of the file with its options."""
    lines = source.split("\n")
    options, length = read_options(path, number, line, lines, problems)
    while length < len(lines) and not lines[length].strip():
        length += 1
    code, code_line = "\n".join(lines[length:]).rstrip("\n"), line + length
    reads, reads_line = split_patterns(options.reads), options.lines.get("reads", 0)
    play_line = options.lines.get("play", 0)
    play = tuple(options.play.split("\n")) if play_line else ()
    ran = Step("code", code, code_line, number, error=options.error == "true", reads=reads, reads_line=reads_line)
    ran = replace(ran, play=play, play_line=play_line, data=bool(options.script))
    steps = [ran]
    try:
        tree, runs, wrong = read_code(code)
        steps = [replace(ran, source=runs)]
        problems += (Problem(path, code_line + place - 1, message, number, code="LP104") for place, message in wrong)
        problems += (Problem(path, play_line, message, number, code="LP103") for message in check_play(play, tree))
        for step in _docstring_steps(tree, code_line, number):
            problems += _doctest_problems(path, number, step.line, step.source)
            steps.append(step)
    except SyntaxError as error:
        shown = (error.text or "").rstrip()
        message = f"SyntaxError: {error.msg}"
        problems.append(Problem(path, code_line + (error.lineno or 1) - 1, message, number, shown, code="LP104"))
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
                message += f"; {IN_FORMULAS}" if part.context == "math" else ""
                problems.append(Problem(path, place, message, number, code="LP102"))
            if not part.lesson:
                yield Step("value", part.source, place, number, format=part.format)
        elif part.kind == "doctest":
            problems += _doctest_problems(path, number, place, part.source)
            yield Step("doctest", part.source, place, number)


def _doctest_problems(path: str, number: int, line: int, source: str) -> Iterator[Problem]:
    """What keeps a doctest from being read, such as an answer that stands further left than its prompt."""
    try:
        from doctest import DocTestParser  # which brings a debugger, and few changes have to do with

        DocTestParser().get_examples(source)
    except ValueError as error:
        found = re.match(r"line (\d+) of the docstring for \S+ (?P<why>.*)", str(error), re.DOTALL)
        place = line + int(found[1]) - 1 if found else line
        yield Problem(
            path, place, f"doctest that can't be read: {found['why'] if found else error}", number, code="LP102"
        )


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


def _as_block(source: str) -> str:
    """Text of a raw cell, which is neither code nor Markdown, as a block that shows it as it is."""
    marks = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", source))])
    return f"{marks}\n{source}\n{marks}\n"


def _only_a_docstring(source: str) -> bool:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body)
