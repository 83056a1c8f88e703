"""Prose with its values filled in, its links set, and its doctests shown as what they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from lessonpress.printing.texts import fenced
from lessonpress.read.cells import Cell
from lessonpress.read.prose import (
    LOOKED_AT,
    VALUE_BEGINS,
    VALUE_ENDS,
    VALUE_MARK,
    Part,
    Passage,
    fill_values,
    join_passages,
)
from lessonpress.run.record import Result
from lessonpress.run.texts import escape_markdown

DIRECTIVE = re.compile(r"[ \t]*#\s*doctest:.*")

# Values of lessons that other pages quote: by lesson, expression and format.
Quoted = Mapping[tuple[str, str, str], Result]
NOTHING_QUOTED: Quoted = {}

CHECKED, UNCHECKED = "✓ checked in this build", "not checked yet"

# What is done to a passage before its values are filled in: gets its text, and its line from 0 in the prose.
Edit = Callable[[str, int], str]


def write_prose(
    parts: Sequence[Part],
    results: Sequence[Result],
    quoted: Quoted = NOTHING_QUOTED,
    edit: Edit = lambda text, line: text,
    folds: bool = True,
    arrange: Callable[[str], str] = str,
) -> str:
    """Prose as Markdown; `results` are those of its values and doctests, `quoted` has the values of other lessons.

    `folds` says whether the reader can open what is folded; if not, all of it stands open. `arrange` writes the whole
    anew before its values are filled in, so that none of them is taken for Markdown.
    """
    answers = iter(results)
    values, checked = [], []
    for part in parts:
        if part.kind == "value":
            key = part.lesson, part.source, part.format
            values.append(_write_value(part, quoted.get(key, Result()) if part.lesson else next(answers)))
        elif part.kind == "doctest":
            checked.append(_holds(next(answers)))
    held = iter(checked)
    pieces = []
    for piece in join_passages(parts):
        if isinstance(piece, Passage):
            pieces.append(VALUE_MARK.sub(VALUE_BEGINS + VALUE_ENDS, LOOKED_AT.sub("", edit(piece.text, piece.line))))
        else:
            pieces.append(piece.source if piece.kind == "text" else _write_doctest(piece, folds, next(held)))
    return fill_values(arrange("".join(pieces)), iter(values))


def fill_texts(cell: Cell, results: Sequence[Result], edit: Callable[[str], Edit] | None = None) -> dict[str, str]:
    """A code cell's captions and alternative text by option; `edit` tells for each what is done to its passages."""
    answers = iter(results[sum(step.kind != "value" for step in cell.steps) :])
    filled = {}
    for name, parts in cell.texts.items():
        mine = [next(answers) for part in parts if part.kind != "text"]
        if parts and name == "fig_alt":
            filled[name] = _write_plain(parts, mine)
        elif parts:
            filled[name] = write_prose(parts, mine, edit=edit(name)) if edit else write_prose(parts, mine)
    return filled


def _write_plain(parts: Sequence[Part], results: Sequence[Result]) -> str:
    """Text that is no Markdown, such as an alternative text, so that a page shows every sign of it."""
    answers = iter(results)
    return escape_markdown("".join(part.source if part.kind == "text" else _value_of(next(answers)) for part in parts))


def _holds(result: Result) -> bool:
    return result.ran and not result.troubles


def _value_of(result: Result) -> str:
    return result.value if _holds(result) else "(no value)"


def _write_value(part: Part, result: Result) -> str:
    text = _value_of(result)
    if part.context == "plain":
        return escape_markdown(text)
    return text.replace("`", "'") if part.context == "code" else text


def _write_doctest(part: Part, folds: bool, holds: bool) -> str:
    source = "\n".join(DIRECTIVE.sub("", line) for line in part.source.rstrip("\n").split("\n"))
    if part.context == "fence":
        return "\n".join(f"{part.indent}{line}".rstrip() for line in source.split("\n")) + "\n"
    if part.folded and folds:
        block = fenced(source, " { .pycon .lesson-doctest }", f"{part.indent}    ")
        blank = part.indent.rstrip()  # in a quote, its mark
        return f'{blank}\n{part.indent}??? lesson-check "{CHECKED if holds else UNCHECKED}"\n{blank}\n{block}\n'
    return fenced(source, " { .pycon .lesson-doctest }", part.indent) + "\n"
