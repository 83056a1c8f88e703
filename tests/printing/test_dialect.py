"""Markdown written for the page, held to what a reader of CommonMark, as Jupyter has one, makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lessonpress.printing.dialect import escape_money, write_dialect
from lessonpress.read.scan import edit_text, find_formulas

Render = Callable[[str], str]
SHOWN = {"ul", "ol", "li", "blockquote", "pre", "table", "tr", "h1", "h2", "del", "br", "code"}


class Outline(HTMLParser):
    """The elements of a page that are blocks, and the letters in them; neighboring lists of one kind count as one."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.pieces += [f"<{tag}>"] if tag in SHOWN else []

    def handle_endtag(self, tag: str) -> None:
        self.pieces += [f"</{tag}>"] if tag in SHOWN else []

    def handle_data(self, text: str) -> None:
        self.pieces.append(re.sub(r"[^\w$]|_", "", text))

    def __str__(self) -> str:
        return re.sub(r"</([uo]l)><\1>", "", "".join(self.pieces))


def as_in_jupyter(markdown: str) -> str:
    """What a reader of CommonMark shows from which formulas are kept away, as Jupyter does it."""

    def hide(text: str) -> str:
        for match in reversed([*find_formulas(text)]):
            text = f"{text[: match.start()]}FORMULA{text[match.end() :]}"
        return text

    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return str(Outline(reader.render(edit_text(markdown, hide)).replace("<s>", "<del>").replace("</s>", "</del>")))


def as_on_the_page(markdown: str, render: Render) -> str:
    page = re.sub(r'<(span|div) class="arithmatex">.*?</\1>', "FORMULA", render(markdown), flags=re.DOTALL)
    return str(Outline(page.replace("&para;", "")))


LISTS = [
    "Text\n- one\n- two",
    "Text\n1. one\n2. two",
    "Text\n2. no list",
    "Text\n-\nnot empty",
    "- a\n  - b\n    - c\n      - d\n  - e\n- f",
    "* a\n   * b\n* c",
    "1. a\n   - b\n   - c\n2. d",
    "1) a\n2) b",
    "- a\n1. b",
    "1. a\n- b",
    "  - a\n  - b",
    "- a\n\n  more\n- b",
    "- a\n\n  more\n  - b",
    "1. a\n\n   more\n\n   - b\n2. c",
    "1. a\n\n    more\n    - b\n    - c\n2. d",
    "10. a\n    - b",
    "- a\n  goes on\n- b",
    "- a\ngoes on\n- b",
    "- a\n\ntext\n- b",
    "## Head\n- a",
    "- a\n\n## Head\n- b",
    "- a\n---\ntext",
    "* * *\n- a",
    "- a\n\n      code\n- b",
    "- a\n  ```\n  code\n    code\n  ```\n- b",
    "- a\n```\ncode\n```",
    "```\ncode\n```\n- a",
    "```\n- no list\n```",
    "    - code\n\ntext",
    "- a\n  > quote\n- b",
    "- a\n> quote",
    "> text\n> - a\n>   - b\n>\n> ```\n> - c\n> ```",
    "> $$\n> x\n> $$\n> - a",
    "3.\n   a\n4. b",
    "Text\n\n3.\na\n4. b",
    "| a | b |\n|---|---|\n| 1 | 2 |\n- c",
]
FORMULAS = [
    "Text\n$$ x $$",
    "Text\n$$\nx\n- y\n$$\ntext",
    "$$x$$\n$$y$$",
    "Text $$x$$ and $$y$$.",
    "- a $$x$$ b\n- c",
    "- a\n- $$x$$\n- b",
    "- $$x$$ b\n  - c",
    "1. $$\n   x\n   $$\n2. b",
    "- a\n  $$\n  x\n  $$\n- b",
    "1. a\n\n   $$x$$\n\n   b\n2. c",
    "Text\n\\begin{align}\nx\n\\end{align}\ntext",
    "  $$x$$",
    "# Head $$x$$\ntext",
    "| a | $$x$$ |\n|---|---|\n| 1 | 2 |",
    "$a\n- b$ c",
    "`$$x$$` and `$y$`",
]
OTHERS = [
    "#5 is no head",
    "text\n#5 is no head",
    "- #5",
    "a\\\nb",
    "text\n| a | b |\n|---|---|\n| 1 | 2 |",
    "a ~~b c~~ `~~d~~`",
    " ## Head",
    "It costs $5-$7 or $8/$9.",
    "`a $5-$7 b`",
]


@pytest.mark.parametrize("markdown", [*LISTS, *FORMULAS, *OTHERS])
def test_the_page_shows_what_jupyter_shows(markdown: str, render: Render) -> None:
    written = write_dialect(markdown)
    assert as_on_the_page(written, render) == as_in_jupyter(markdown)
    if "      code" not in markdown:  # which has no place that both read alike
        assert write_dialect(written) == written


@pytest.mark.parametrize(
    "markdown",
    [
        "Text.\n\n- a\n    - b\n\n        more\n\n- c\n\n1. d\n2. e",
        "!!! note\n    Text\n\n    - a\n        - b\n\nAfter",
        '??? note "Title"\n\n    - a\n\n    1. b',
        "Term\n:   what it is\n\n    - a",
        '<div class="a" markdown>\n\n- a\n\n</div>',
        "<figure markdown>\n![a](b.svg)\n<figcaption markdown>$5-$7</figcaption>\n</figure>",
        "Text:\n\n$$\nx\n$$\n\nIt costs $5, `$6`, and $x$.",
        "[^1]: a note\n    - goes on",
        "    $HOME-$X\n    - x\n\ntext",
    ],
)
def test_what_both_read_alike_stays_as_it_is(markdown: str) -> None:
    assert write_dialect(markdown) == markdown


def test_money_is_no_formula(render: Render) -> None:
    assert "arithmatex" not in render(write_dialect("It costs $200-$700, or {$3/$4}."))
    assert "arithmatex" not in render(escape_money("It costs $200-$700."))
    assert render(write_dialect("For $5-$7, $x$.")).count("arithmatex") == 1


@pytest.mark.parametrize("tag", ["details", "div", "center"])
def test_what_stands_in_an_element_behind_a_blank_line_is_markdown(tag: str, render: Render) -> None:
    assert "<em>a</em>" in render(write_dialect(f"<{tag}>\n<p>Text</p>\n\n*a*\n\n</{tag}>"))
    for html in (f"<{tag}>*a*</{tag}>", f"<{tag} markdown>\n\na\n\n</{tag}>"):
        assert write_dialect(html) == html


LINES = [
    "text",
    "- a",
    "  - b",
    "1. c",
    "   more",
    "",
    "> q",
    "```",
    "~~~",
    "    - code",
    "$$",
    "$x$",
    "`",
    "#5",
    "| a |",
]


@given(st.lists(st.sampled_from(LINES), max_size=8), st.sampled_from(["```", "~~~~", "``` python"]))
def test_code_is_never_touched(lines: list[str], marks: str) -> None:
    code = "\n".join(line for line in lines if not line.startswith(marks[0]))
    block = f"{marks}\n$5-$7\n- a\n  - b\n#5 ~~c~~\n{code}\n{marks.split(' ')[0]}"
    assert write_dialect(block) == block
    assert block in write_dialect(f"text\n{block}\ntext")
