"""The blocks of a Markdown text, its lists above all, set apart and moved in as Python-Markdown wants them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from lessonpress.printing.hidden import Hidden
from lessonpress.read.scan import scan_blocks

MARK = re.compile(r"(?P<mark>[-*+]|(?P<number>\d{1,9})[.)])(?P<gap> +|$)(?P<text>.*)")
BARE_MARK = re.compile(r"\s*(?:[-*+]|\d+\.) +")
RULE = re.compile(r"([-*_])(?:[ \t]*\1){2,}[ \t]*")
HEADING = re.compile(r"#{1,6}(?:\s|$)")
LIKE_A_HEADING = re.compile(r"^(\s*)(?=#+[^#\s])")  # to Python-Markdown it is one
TABLE = re.compile(r"(?=.*\|)\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
# What takes in the lines below that stand four blanks further: admonitions, definitions, footnotes.
BOX = re.compile(r"(?:!!!|\?\?\?\+?|===[!+]?) |: {1,3}\S|\[\^[^\]]+\]:")
HTML = re.compile(
    r"<(?:!--|/?(?:article|aside|blockquote|center|details|d[dlt]|div|fieldset|fig(?:caption|ure)|footer|form|h\d|hr|"
    r"header|iframe|li|main|nav|[ou]l|p|pre|script|section|style|summary|t(?:able|body|d|foot|h|head|r)|video)\b)",
    re.IGNORECASE,
)
HOLDS_MARKDOWN = re.compile(
    r"<(?P<tag>details|div|center|section|aside)\b(?![^>]*\bmarkdown\b)[^<>]*(?=>)", re.IGNORECASE
)
NOTHING = "&#8203;"  # the text of an item that has none

Before = Literal["blank", "text", "item", "empty", "code", "fence", "table", "formula", "other"]


@dataclass(frozen=True)
class Item:
    """What takes in lines that stand further right: where its own text begins, and what kind of list it is in."""

    content: int
    kind: str


class BlockWriter:
    """Writes line by line. `open` are the items that the next line may belong to, `before` is what the last one was."""

    def __init__(self, hidden: Hidden, write_quoted: Callable[[str], str]) -> None:
        self.hidden, self.write_quoted = hidden, write_quoted
        self.written: list[str] = []
        self.open: list[Item] = []
        self.before: Before = "blank"
        self.depth_of_block = 0  # how far in the lines since the last blank one begin

    def write(self, lines: Sequence[str]) -> list[str]:
        """All lines of a text, as Python-Markdown wants them."""
        fences = {block.first: block.end for block in scan_blocks(lines) if block.kind != "text"}
        number = 0
        while number < len(lines):
            begin, line = number, lines[number].expandtabs(4)
            text = line.lstrip(" ")
            indent = len(line) - len(text)
            if text.startswith(">") and not self.is_code(indent):
                while number < len(lines) and lines[number].lstrip().startswith(">"):
                    number += 1
                self.write_quote(lines[begin:number], indent)
            elif number in fences:
                while number in fences:  # a fence with doctests in it is several blocks
                    number = fences[number]
                self.write_fence(lines[begin:number], indent)
            elif HTML.match(text) and not self.is_code(indent):
                while number < len(lines) and lines[number].strip():
                    number += 1
                self.write_html("\n".join(lines[begin:number]))
            else:
                number += 1
                self.write_line(lines[begin], text, indent, lines[number] if number < len(lines) else "")
        return self.written

    @property
    def margin(self) -> str:
        return "    " * len(self.open)

    def depth(self, indent: int) -> int:
        """How many of the open items a line belongs to that stands so far to the right."""
        return next((number for number, item in enumerate(self.open) if indent < item.content), len(self.open))

    def base(self, indent: int) -> int:
        """Where the text of the item begins that such a line belongs to."""
        depth = self.depth(indent)
        return self.open[depth - 1].content if depth else 0

    def is_code(self, indent: int) -> bool:
        """Whether a line is one of a block of code that four blanks make."""
        return indent >= self.base(indent) + 4 and self.before in ("blank", "code", "fence")

    def say(self, before: Before, *lines: str, apart: bool = False) -> None:
        apart = apart or (self.before in ("formula", "fence") and bool(lines[0].strip()))
        if apart and self.written and self.written[-1].strip():
            self.written.append("")
        if not self.written or not self.written[-1].strip():
            self.depth_of_block = (len(lines[0]) - len(lines[0].lstrip(" "))) // 4
        self.written += lines
        self.before = before

    def write_line(self, line: str, text: str, indent: int, following: str) -> None:
        mark = MARK.fullmatch(text) if not RULE.fullmatch(text) and indent < self.base(indent) + 4 else None
        if not text:
            self.say("code" if self.before == "code" else "blank", line)
        elif self.is_code(indent):
            moved = self.margin + " " * (indent - self.base(indent)) + text if self.open else line
            self.say("code", self.hidden.hide(moved), apart=self.before == "fence")
        elif self.before == "table" and not mark and not HEADING.match(text):
            self.say("table", self.margin + self.in_line(text))
        elif mark:
            self.write_item(line, mark, indent)
        else:
            self.write_text(line, text, indent, following)

    def write_item(self, line: str, mark: re.Match[str], indent: int) -> None:
        """A line that begins an item, unless it is text that happens to begin so."""
        kind = mark["mark"][-1] if mark["number"] else "bullet"
        sibling = next(iter(self.open[self.depth(indent) :]), None)
        begins = bool(mark["text"]) and (mark["number"] or "1") == "1"
        if self.before in ("text", "item") and not begins and sibling is None:
            self.say(self.before, line)
            return
        del self.open[self.depth(indent) :]
        other = sibling is not None and sibling.kind not in (kind, "box")
        apart = other or self.before in ("text", "code", "fence", "table") or len(self.open) < self.depth_of_block
        sign = f"{mark['number']}." if mark["number"] else mark["mark"]
        text = LIKE_A_HEADING.sub(r"\\", mark["text"]) or NOTHING
        first = f"{self.margin}{sign}{mark['gap'] or ' '}{text}"
        gap = len(mark["gap"]) if 0 < len(mark["gap"]) < 5 else 1
        self.open.append(Item(indent + len(mark["mark"]) + gap, kind))
        self.write_pieces("empty" if text == NOTHING else "item", first, apart)

    def write_text(self, line: str, text: str, indent: int, following: str) -> None:
        closes = self.depth(indent) < len(self.open)
        left = self.before == "empty" and closes
        begins = HEADING.match(text) or RULE.fullmatch(text) or BOX.match(text) or self.before == "blank" or left
        if begins:
            del self.open[self.depth(indent) :]
        if BOX.match(text):
            self.say("other", self.margin + text)
            self.open.append(Item(indent + 4, "box"))
        elif HEADING.match(text):
            self.say("blank", self.margin + self.in_line(text))
        elif "|" in text and TABLE.fullmatch(following.strip()):
            self.say("table", self.margin + self.in_line(text), apart=True)
        elif RULE.fullmatch(text):
            self.say("blank", line, apart=closes)
        else:
            moves = begins or self.before == "formula" or Hidden.DISPLAYED.search(text)
            moved = LIKE_A_HEADING.sub(r"\1\\", self.margin + text if moves else line)
            if moved.endswith("\\") and not moved.endswith("\\\\"):  # to Jupyter, the line ends there
                moved = moved[:-1] + "  "
            self.write_pieces("item" if self.before in ("item", "empty") and not left else "text", moved, left)

    def write_pieces(self, before: Before, line: str, apart: bool) -> None:
        """A line of text, with the formulas in it that stand by themselves."""
        done = 0
        for match in Hidden.DISPLAYED.finditer(line):
            lead, first = self.margin, line[done : match.start()]
            if before == "item" and BARE_MARK.fullmatch(first):  # the item begins with it
                lead = first
            else:
                self.write_piece(before, line, done, match.start(), apart)
                apart = True
            rows = self.hidden.texts[int(match["number"])].split("\n")
            rest = [self.margin + row.strip() for row in rows[1:]] if self.open else rows[1:]
            self.say("formula", self.hidden.hide("\n".join([lead + rows[0], *rest])), apart=apart)
            apart, done = True, match.end()
        self.write_piece(before, line, done, len(line), apart)

    def write_piece(self, before: Before, line: str, begin: int, end: int, apart: bool) -> None:
        if line[begin:end].strip() and begin == 0:
            self.say(before, line if end == len(line) else line[:end].rstrip(), apart=apart)
        elif line[begin:end].strip():
            self.say("text", self.margin + line[begin:end].strip())

    def in_line(self, text: str) -> str:
        """A heading or a row of a table, which can't be broken, with its formulas in the line."""

        def write(match: re.Match[str]) -> str:
            tex = self.hidden.texts[int(match["number"])].removeprefix("$$").removesuffix("$$").strip()
            return self.hidden.hide(f"$\\displaystyle {tex}$")

        return Hidden.DISPLAYED.sub(write, text)

    def write_html(self, block: str) -> None:
        """A block of HTML, which a blank line ends; what stands below in an element that is still open is Markdown."""
        match = HOLDS_MARKDOWN.match(block)
        if match and f"</{match['tag']}" not in block:
            block = f"{match[0]} markdown{block[match.end() :]}"
        self.say("other", self.hidden.hide(block))

    def write_fence(self, lines: Sequence[str], indent: int) -> None:
        apart = bool(self.open) or self.before in ("text", "code")
        del self.open[self.depth(indent) :]
        if self.open:
            lines = [self.margin + line[indent:] if line.strip() else line for line in lines]
        self.say("fence", self.hidden.hide("\n".join(lines)), apart=apart)

    def write_quote(self, lines: Sequence[str], indent: int) -> None:
        apart = bool(self.open)
        del self.open[self.depth(indent) :]
        quoted = self.hidden.show("\n".join(lines))  # a formula may go on over its lines
        inner = re.sub(r"^\s*> ?", "", quoted, flags=re.MULTILINE)
        written = self.write_quoted(inner)
        if written != inner or self.open:
            quoted = "\n".join(f"{self.margin}> {line}".rstrip() for line in written.split("\n"))
        self.say("text", self.hidden.hide(quoted), apart=apart)
