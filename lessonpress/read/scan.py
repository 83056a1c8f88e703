"""Markdown scanned: which lines are code or a doctest, and where in the rest code spans, formulas and links stand.

The one place that knows how Markdown is written. It agrees with what Python-Markdown and pymdownx.superfences, which
set the pages, take for code: a fence ends with the very same marks, at the same indentation, or is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

FENCE = re.compile(
    r"""(?P<indent>[ \t]*(?:>[ \t]*)*)(?P<marks>`{3,}|~{3,})[ \t]*
    (?:\{[^\n]*\}|\.?[\w#.+-]*(?:[ \t]+[\w-]+=(?:"[^"]*"|'[^']*'|\S+))*)[ \t]*""",
    re.VERBOSE,
)
OPENS_A_BLOCK = re.compile(r"[ \t]*(?:>[ \t]*)*(`{3,}[^`]*|~{3,}.*)")
PROMPT = re.compile(r"(?P<indent>(?P<quote>\s*(?:>\s+)*)[ \t]*)>>>( |$)")  # also in a block quote
# Neither goes on past a blank line.
CODE_SPAN = re.compile(r"(?<![\\`])(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
MATH_SPAN = re.compile(
    r"""(?<!\\)\$\$(?:(?!\n[ \t]*\n).)+?\$\$
    |\\begin\{(?P<environment>[a-z]+\*?)\}(?:(?!\n[ \t]*\n).)+?\\end\{(?P=environment)\}
    |(?<![\\$])\$(?![\s$])(?:\\.|(?!\n[ \t]*\n)[^\\$])+?(?<!\s)\$(?!\d)  # no money: 'from $5 to $6', '$5-$7'""",
    re.DOTALL | re.VERBOSE,
)
LINK = re.compile(r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])+)\]\((?P<target>[^()\s]+?)(?P<anchor>#[^()\s]*)?\)")
HEADING = re.compile(r"^(?P<marks>#{1,6})\s+(?P<text>.+?)\s*#*$")


@dataclass(frozen=True)
class Block:
    """Lines of one kind, from `first` up to but not with `end`, counted from 0; a doctest may stand in a fence."""

    kind: Literal["text", "fence", "doctest"]
    first: int
    end: int
    fenced: bool = False


def scan_blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The blocks of a text, in order; together they are all of its lines.

    >>> [(block.kind, block.first, block.end) for block in scan_blocks(["It is", "```", "x = 1", "```", ">>> x", "1"])]
    [('text', 0, 1), ('fence', 1, 4), ('doctest', 4, 6)]
    """
    start = number = 0
    while number < len(lines):
        doctest = PROMPT.match(lines[number]) is not None
        end = _end_of_doctest(lines, number, len(lines)) if doctest else _end_of_fence(lines, number)
        if end is None:
            number += 1
            continue
        if start < number:
            yield Block("text", start, number)
        yield from [Block("doctest", number, end)] if doctest else _scan_fence(lines, number, end)
        start = number = end
    if start < len(lines):
        yield Block("text", start, len(lines))


def open_fence(lines: Sequence[str]) -> int | None:
    """The line, from 0, of marks that begin a block of code which never ends; None where there are none."""
    for block in scan_blocks(lines):
        if block.kind == "text":
            for number in range(block.first, block.end):
                if OPENS_A_BLOCK.fullmatch(lines[number]) and _end_of_fence(lines, number) is None:
                    return number
    return None


def edit_text(markdown: str, edit: Callable[[str], str]) -> str:
    """Markdown with all of it edited but fenced blocks and doctests."""
    lines = markdown.split("\n")
    edited = []
    for block in scan_blocks(lines):
        text = "\n".join(lines[block.first : block.end])
        edited.append(edit(text) if block.kind == "text" else text)
    return "\n".join(edited)


def replace_links(text: str, replace: Callable[[re.Match[str]], str], link: re.Pattern[str] = LINK) -> str:
    """Text with its links (or what else matches `link`) replaced, but not in code spans."""
    if not link.search(text):
        return text
    spans = [match.span() for match in CODE_SPAN.finditer(text)]
    return link.sub(lambda match: match[0] if _inside(match.start(), spans) else replace(match), text)


def find_links(text: str) -> Iterator[re.Match[str]]:
    """The links of a text that stand in no code span; the words of a link may be wrapped."""
    spans = [match.span() for match in CODE_SPAN.finditer(text)]
    return (match for match in LINK.finditer(text) if not _inside(match.start(), spans))


def find_headings(text: str) -> Iterator[tuple[int, int, str]]:
    """The headings of a text outside of code: line from 0, level, and words."""
    for number, line in enumerate(text.split("\n")):
        if match := HEADING.match(line):
            yield number, len(match["marks"]), match["text"]


def context_of(place: int, text: str) -> Literal["plain", "code", "math"]:
    """Whether a place in a text lies in a code span, in a formula, or in neither."""
    if _inside(place, [match.span() for match in CODE_SPAN.finditer(text)]):
        return "code"
    return "math" if _inside(place, [match.span() for match in find_formulas(text)]) else "plain"


def find_formulas(text: str) -> Iterator[re.Match[str]]:
    """The formulas of a text, with their marks; what stands in code spans is none, and is blank in the matches."""
    return MATH_SPAN.finditer(blank(CODE_SPAN, text))


def blank(pattern: re.Pattern[str], text: str) -> str:
    """Text with blanks in the place of whatever matches; its lines stay."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(low <= place < high for low, high in spans)


def _end_of_fence(lines: Sequence[str], first: int) -> int | None:
    """The line after the fenced block that begins in a line; None where none begins, or it never ends."""
    opening = FENCE.fullmatch(lines[first])
    if not opening:
        return None
    closing = opening["indent"] + opening["marks"]
    blanks = " \t>" if ">" in opening["indent"] else None
    for number in range(first + 1, len(lines)):
        if lines[number].rstrip() == closing:
            return number + 1
        if lines[number].strip(blanks) and not lines[number].startswith(opening["indent"]):
            return None
    return None


def _scan_fence(lines: Sequence[str], first: int, end: int) -> Iterator[Block]:
    start = number = first
    while number < end:
        if PROMPT.match(lines[number]):
            if start < number:
                yield Block("fence", start, number)
            start = _end_of_doctest(lines, number, end - 1)
            yield Block("doctest", number, start, fenced=True)
            number = start
        else:
            number += 1
    yield Block("fence", start, end)


def _end_of_doctest(lines: Sequence[str], first: int, end: int) -> int:
    """The first line that is blank, or leaves the quote that the doctest stands in."""
    prompt = PROMPT.match(lines[first])
    quote = prompt["quote"].rstrip() if prompt else ""
    for number in range(first, end):
        if not lines[number].startswith(quote) or not lines[number].removeprefix(quote).strip():
            return number
    return end
