"""Prose split into what is text, what is an inline value, and what is a doctest."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from lessonpress.read.scan import PROMPT, context_of, scan_blocks

OTHER_LESSON = re.compile(r"\s*(?P<lesson>\w[\w-]*)\s*::(?P<inner>.+)", re.DOTALL)
VALUE = re.compile(r"\\?\{\{(?P<inner>(?:(?!\{\{).)+?)\}\}(?!\})", re.DOTALL)
OF_TEX = re.compile(r"\\?\{\{(?!\s)|\\\{\{")  # in a formula, where a value has a blank behind its braces
# What an author writes for the proofreader, and no page shows: a word that was looked at, findings to ignore.
LOOKED_AT = re.compile(r"<!--\s*(?:looked at:(?P<word>[^>]*?)|lessonpress: ignore[^>]*?)-->\n?")
FOLD = re.compile(r"[ \t]*#\|[ \t]*fold:[ \t]*(?P<fold>true|false)[ \t]*$", re.MULTILINE)
# Signs that no text has: Unicode keeps them for marks of a program's own.
VALUE_BEGINS, VALUE_ENDS = "\ufdd0", "\ufdd1"
VALUE_MARK = re.compile(f"{VALUE_BEGINS}\n*{VALUE_ENDS}")


Context = Literal["plain", "code", "math", "fence"]


@dataclass(frozen=True)
class Part:
    """A stretch of prose of one kind.

    `source` is the text as written; for a value, its expression; for a doctest, its lines without
    their indentation. `line` counts from 0 at the first line of the prose. `context` says what it
    stands in, since that decides how a value or a doctest has to be written down. `lesson` names the
    lesson whose value it is, where that is not the text's own. `folded` is a doctest of which a page shows
    no more than that it was checked.
    """

    kind: Literal["text", "value", "doctest"]
    source: str
    line: int
    format: str = ""
    indent: str = ""
    context: Context = "plain"
    lesson: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Passage:
    """Running text that no block of code and no doctest breaks, with a mark where each of its values stands.

    `line` counts as in Part. As long as a value's mark stays, the text may be edited before the values are filled in.
    """

    text: str
    line: int


def split_prose(prose: str) -> Iterator[Part]:
    """Split Markdown into parts, in order; joined again, the text parts and the rest make the whole.

    Nothing inside a fenced block is a value; a doctest may stand in a fenced block or without one.

    >>> [(part.kind, part.source) for part in split_prose("It is {{ w:.1f }}.")]
    [('text', 'It is '), ('value', 'w'), ('text', '.')]
    """
    lines = prose.split("\n")
    for block in scan_blocks(lines):
        text = "\n".join(lines[block.first : block.end]) + ("\n" if block.end < len(lines) else "")
        if block.kind == "doctest":
            prompt = PROMPT.match(lines[block.first])
            indent, quote = (prompt["indent"], prompt["quote"].rstrip()) if prompt else ("", "")
            bare = "\n".join(line.removeprefix(quote) for line in lines[block.first : block.end])
            source, folded = read_fold(textwrap.dedent(bare) + "\n")
            context: Context = "fence" if block.fenced else "plain"
            yield Part("doctest", source, block.first, indent=indent, context=context, folded=folded)
        elif block.kind == "fence":
            yield Part("text", text, block.first, context="fence")
        else:
            yield from split_values(text, block.first)


def read_fold(doctest: str) -> tuple[str, bool]:
    """A doctest without its mark `#| fold: ...`, and whether it is to be folded.

    Without a mark one is folded that only holds a claim: all of its answers are True.

    >>> read_fold(">>> loss < 1\\nTrue\\n"), read_fold(">>> loss\\n0.5\\n")[1]
    (('>>> loss < 1\\nTrue\\n', True), False)
    >>> read_fold(">>> loss < 1  #| fold: false\\nTrue\\n")
    ('>>> loss < 1\\nTrue\\n', False)
    """
    answers = [line for line in doctest.splitlines() if line.strip() and not line.startswith((">>>", "..."))]
    mark = FOLD.search(doctest)
    folded = mark["fold"] == "true" if mark else bool(answers) and all(line.strip() == "True" for line in answers)
    return FOLD.sub("", doctest), folded


def split_values(text: str, first: int) -> Iterator[Part]:
    """Split text that holds no fence and no doctest at its `{{ expression:format }}`.

    `{{ lesson::expression:format }}` is a value of another lesson.
    """
    done = 0
    for match, context in _find_values(text):
        begin, end = match.span()
        line = first + text.count("\n", 0, done)
        if match[0].startswith("\\"):
            yield Part("text", text[done:begin] + match[0][1:], line)
        else:
            if begin > done:
                yield Part("text", text[done:begin], line)
            yield _read_value(match, first + text.count("\n", 0, begin), context)
        done = end
    if done < len(text):
        yield Part("text", text[done:], first + text.count("\n", 0, done))


def _find_values(text: str) -> Iterator[tuple[re.Match[str], Context]]:
    """The values of a text, and braces shown as such, each with what it stands in; braces of TeX are none."""
    outside = _without_values(text)
    place = 0
    while match := VALUE.search(text, place):
        context = context_of(match.start(), outside)
        if context == "math" and OF_TEX.match(match[0]):
            place = match.start() + 2
        else:
            yield match, context
            place = match.end()


def _without_values(text: str) -> str:
    """Text in which no sign within a value can be taken for one that begins or ends code or a formula."""

    def hide(match: re.Match[str]) -> str:
        hidden = match["inner"][0].isspace() or _is_expression(split_format(match["inner"])[0])
        return re.sub(r"[^\n]", "x", match[0]) if hidden and not match[0].startswith("\\") else match[0]

    return VALUE.sub(hide, text)


def _read_value(match: re.Match[str], line: int, context: Context) -> Part:
    other = OTHER_LESSON.fullmatch(match["inner"])
    expression, form = split_format(other["inner"] if other else match["inner"])
    return Part("value", expression, line, format=form, context=context, lesson=other["lesson"] if other else "")


def join_passages(parts: Iterable[Part]) -> Iterator[Passage | Part]:
    """Text and values joined to passages, so that a link or a formula with a value in it is seen whole."""
    text, first = "", 0
    for part in parts:
        if part.kind == "doctest" or part.context == "fence":
            if text:
                yield Passage(text, first)
            yield part
            text = ""
            continue
        if not text:
            first = part.line
        elif text.endswith(VALUE_ENDS):  # the value before may have been wrapped
            text = text.removesuffix(VALUE_ENDS) + "\n" * (part.line - first - text.count("\n")) + VALUE_ENDS
        text += part.source if part.kind == "text" else VALUE_BEGINS + VALUE_ENDS
    if text:
        yield Passage(text, first)


def fill_values(text: str, values: Iterator[str]) -> str:
    """The text of a passage with its values in their places."""
    return VALUE_MARK.sub(lambda _: next(values), text)


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
    lines = prose.split("\n")
    for block in scan_blocks(lines):
        text = "\n".join(lines[block.first : block.end]) if block.kind == "text" else ""
        values = {place for match, _ in _find_values(text) for place in range(*match.span())}
        outside = _without_values(text)
        for match in re.finditer(r"(?<!\\)\{\{", text):
            context = context_of(match.start(), outside)
            tex = context == "math" and OF_TEX.match(text, match.start())
            if match.start() not in values and context != "code" and not tex:
                return block.first + text.count("\n", 0, match.start())
    return None


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True
