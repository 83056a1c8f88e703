"""Markdown as Jupyter reads it, written so that Python-Markdown reads the same.

A list may stand right below a line of text and be nested by two blanks, and a formula in `$$` may stand in a line;
`$5-$7` is no formula, and `#5` no heading. What both read alike is left as it is, and no code is touched.
"""

from __future__ import annotations

import re

from lessonpress.printing.blocks import BlockWriter
from lessonpress.printing.hidden import Hidden
from lessonpress.read.scan import CODE_SPAN, blank, edit_text, find_formulas

PARAGRAPH = re.compile(r"(?:.+\n?)+")
MISREAD = re.compile(r"(?<!\\)\$(?!\s)(?:\\.|[^\\$])+?(?<!\s)\$")  # what pymdownx.arithmatex takes for a formula
DOLLAR = re.compile(r"(?<!\\)\$")
STRUCK = re.compile(r"(?<![~\\])~~(?=[^\s~])(?P<text>.+?)(?<=[^\s~])~~(?!~)")


def write_dialect(markdown: str) -> str:
    """Markdown that shows on a page what it shows in Jupyter.

    >>> print(write_dialect("A line:\\n- one\\n  - deep"))
    A line:
    <BLANKLINE>
    - one
        - deep
    """
    hidden = Hidden()
    text = edit_text(markdown, lambda text: _hide_formulas(text, hidden))
    return hidden.show(_edit_signs("\n".join(BlockWriter(hidden, write_dialect).write(text.split("\n")))))


def escape_money(text: str) -> str:
    """A line of Markdown in which dollars that are no formula's show as such."""
    hidden = Hidden()
    return hidden.show(_edit_signs(_hide_formulas(text, hidden)))


def _hide_formulas(text: str, hidden: Hidden) -> str:
    pieces, done = [], 0
    for match in find_formulas(text):
        begin, end = match.span()
        pieces += [text[done:begin], hidden.hide(text[begin:end], match[0].startswith(("$$", "\\begin")))]
        done = end
    return "".join([*pieces, text[done:]])


def _edit_signs(text: str) -> str:
    """Text whose dollars are no formulas, and with `~~` written out, which is no Markdown to all."""
    plain = blank(CODE_SPAN, text)
    edits = []
    for paragraph in PARAGRAPH.finditer(plain):
        if MISREAD.search(paragraph[0]):
            begins = (paragraph.start() + match.start() for match in DOLLAR.finditer(paragraph[0]))
            edits += [(begin, begin, "\\") for begin in begins]
    for match in STRUCK.finditer(plain):
        edits += [(match.start(), match.start("text"), "<del>"), (match.end("text"), match.end(), "</del>")]
    for begin, end, written in sorted(edits, reverse=True):
        text = text[:begin] + written + text[end:]
    return text
