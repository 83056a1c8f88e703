"""Prose split into what is text, what is an inline value, and what is a doctest."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
PROMPT = re.compile(r"^\s*>>>( |$)")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
MATH_SPAN = re.compile(r"(?<!\\)\$\$.+?\$\$|(?<![\\$])\$(?=[^\s$])[^$\n]*?[^\s$\\]\$(?!\d)", re.DOTALL)
OTHER_LESSON = re.compile(r"\s*(?P<lesson>[A-Za-z_]\w*)\s*::(?P<inner>.+)", re.DOTALL)
VALUE = re.compile(r"\\?\{\{(?P<inner>(?:(?!\{\{).)+?)\}\}(?!\})", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A stretch of prose of one kind.

    `source` is the text as written; for a value, its expression; for a doctest, its lines without
    their indentation. `line` counts from 0 at the first line of the prose. `context` says what it
    stands in, since that decides how a value or a doctest has to be written down. `lesson` names the
    lesson whose value it is, where that is not the text's own.
    """

    kind: Literal["text", "value", "doctest"]
    source: str
    line: int
    format: str = ""
    indent: str = ""
    context: Literal["plain", "code", "math", "fence"] = "plain"
    lesson: str = ""


def split_prose(prose: str) -> Iterator[Part]:
    """Split Markdown into parts, in order; joined again, the text parts and the rest make the whole.

    Nothing inside a fenced block is a value; a doctest may stand in a fenced block or without one.

    >>> [(part.kind, part.source) for part in split_prose("It is {{ w:.1f }}.")]
    [('text', 'It is '), ('value', 'w'), ('text', '.')]
    """
    lines = prose.split("\n")
    fence = ""
    start = number = 0  # lines[start:number] is plain text not yet handed out
    while number < len(lines):
        line = lines[number]
        mark = FENCE.match(line)
        if PROMPT.match(line):
            yield from split_values(lines[start:number], start) if not fence else verbatim(lines[start:number], start)
            end = _end_of_doctest(lines, number, fence)
            indent = line[: len(line) - len(line.lstrip())]
            block = textwrap.dedent("\n".join(lines[number:end])) + "\n"
            yield Part("doctest", block, number, indent=indent, context="fence" if fence else "plain")
            start = number = end
            continue
        if mark and not fence:
            yield from split_values(lines[start:number], start)
            start, fence = number, mark[1]
        elif mark and fence and closes(line, fence):
            yield from verbatim(lines[start : number + 1], start)
            start, fence = number + 1, ""
        number += 1
    yield from verbatim(lines[start:], start, last=True) if fence else split_values(lines[start:], start, last=True)


def verbatim(lines: list[str], first: int, last: bool = False) -> Iterator[Part]:
    """The lines of a fenced block as one text part."""
    if lines:
        yield Part("text", "\n".join(lines) + ("" if last else "\n"), first, context="fence")


def split_values(lines: list[str], first: int, last: bool = False) -> Iterator[Part]:
    """Split text that holds no fence and no doctest at its `{{ expression:format }}`.

    `{{ lesson::expression:format }}` is a value of another lesson.
    """
    if not lines:
        return
    text = "\n".join(lines) + ("" if last else "\n")
    code_spans = [match.span() for match in CODE_SPAN.finditer(text)]
    math_spans = [match.span() for match in MATH_SPAN.finditer(text)]
    done = 0
    for match in VALUE.finditer(text):
        begin, end = match.span()
        if match[0].startswith("\\"):
            yield Part("text", text[done:begin] + match[0][1:], first + text.count("\n", 0, done))
            done = end
            continue
        if begin > done:
            yield Part("text", text[done:begin], first + text.count("\n", 0, done))
        other = OTHER_LESSON.fullmatch(match["inner"])
        expression, form = split_format(other["inner"] if other else match["inner"])
        context: Literal["plain", "code", "math"] = "plain"
        if any(low < begin < high for low, high in code_spans):
            context = "code"
        elif any(low < begin < high for low, high in math_spans):
            context = "math"
        place = first + text.count("\n", 0, begin)
        lesson = other["lesson"] if other else ""
        yield Part("value", expression, place, format=form, context=context, lesson=lesson)
        done = end
    if done < len(text):
        yield Part("text", text[done:], first + text.count("\n", 0, done))


def split_format(inner: str) -> tuple[str, str]:
    """Part an inline value into its expression and its format.

    The format begins at the first colon before which there is a whole expression.

    >>> split_format(" w:.1f ")
    ('w', '.1f')
    >>> split_format("table['a:b'][1:2]")
    ("table['a:b'][1:2]", '')
    """
    text = " ".join(inner.split())
    cuts = [len(text)] + [index for index, letter in enumerate(text) if letter == ":"]
    for cut in cuts:
        if _is_expression(text[:cut].strip()):
            return text[:cut].strip(), text[cut + 1 :].strip()
    return text, ""


def unclosed_value(prose: str) -> int | None:
    """The line (from 0) of a `{{` that no `}}` closes, or None."""
    for part in split_prose(prose):
        if part.kind != "text" or part.context == "fence":
            continue
        masked = CODE_SPAN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), part.source)
        masked = VALUE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), masked).replace("\\{{", "   ")
        if "{{" in masked:
            return part.line + masked[: masked.index("{{")].count("\n")
    return None


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


def closes(line: str, fence: str) -> bool:
    stripped = line.strip()
    return set(stripped) == {fence[0]} and len(stripped) >= len(fence)


def _end_of_doctest(lines: list[str], number: int, fence: str) -> int:
    while number < len(lines) and lines[number].strip() and not (fence and closes(lines[number], fence)):
        number += 1
    return number
