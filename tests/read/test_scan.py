"""Markdown scanned, held to what the page's own Markdown takes for code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lessonpress.read.scan import (
    CODE_SPAN,
    blank,
    context_of,
    edit_text,
    find_headings,
    find_links,
    open_fence,
    replace_links,
    scan_blocks,
)

MARKS = ["```", "````", "~~~", "```python", "``` { .text }", "  ```", "``` ", "```x``` y", ""]
MARKDOWN = [*MARKS, "```a b c", "> ```", ">>> 1", "    >>> 1", "# Head", "- item", "    code", "{{ x }}", "`a", "$b$"]
# Any line, and more often such as are Markdown of a kind.
LINES = st.sampled_from(MARKDOWN) | st.text(st.characters(exclude_characters="\n"), max_size=12)
# A fenced block, which may hold what would begin another.
FENCED = st.builds(
    lambda marks, inside: [marks, *inside, marks.split("{")[0].removesuffix("python").rstrip()],
    st.sampled_from([mark for mark in MARKS if mark and "x" not in mark.split("{")[0]]),
    st.lists(st.sampled_from(MARKS), max_size=3),
)


@given(st.lists(LINES))
def test_the_blocks_together_are_all_lines_in_order(lines: list[str]) -> None:
    blocks = list(scan_blocks(lines))
    assert [number for block in blocks for number in range(block.first, block.end)] == list(range(len(lines)))


@given(st.lists(LINES))
def test_text_edited_in_no_way_is_as_it_was(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert edit_text(text, lambda part: part) == text
    assert replace_links(text, lambda match: match[0]) == text
    assert blank(CODE_SPAN, text).count("\n") == text.count("\n")


@settings(max_examples=300, deadline=None)
@given(sections=st.lists(FENCED | st.just(["```x``` y"]) | st.just([""]), max_size=4))
def test_what_is_code_is_what_the_page_shows_as_code(sections: list[list[str]], render: Callable[[str], str]) -> None:
    marks = [mark for section in sections for mark in section]
    lines = [line for number, mark in enumerate(marks) for line in (mark, f"*w{number}*", "")]
    assume(open_fence(lines) is None)
    shown = render("\n".join(lines))
    code = {number for block in scan_blocks(lines) if block.kind == "fence" for number in range(block.first, block.end)}
    for number in range(len(marks)):
        assert (f"<em>w{number}</em>" in shown) == (3 * number + 1 not in code)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("```\n~~~\n```", ["fence"]),
        ("```\n````\n```", ["fence"]),
        ("```x``` is code\n\nText", ["text"]),
        ("- a\n\n    ```\n    b\n    ```\nc", ["text", "fence", "text"]),
        ("    ```\n  b\n    ```", ["text"]),  # what stands further left than the marks ends no block: there is none
        ("~~~\n>>> 1\n1\n\nb\n~~~", ["fence", "doctest", "fence"]),
        ("~~~\n>>> 1\n1\n~~~\nb", ["fence", "doctest", "fence", "text"]),
        ("a\n>>> 1\n1\n\nb", ["text", "doctest", "text"]),
        ("> ```\n>\n> b\n> ```\nc", ["fence", "text"]),
        ("> ```\nb\n> ```", ["text"]),  # a line that leaves the quote
        ("> >>> 1\n> 1\nb", ["doctest", "text"]),
    ],
)
def test_blocks_have_their_kind(text: str, kinds: list[str]) -> None:
    assert [block.kind for block in scan_blocks(text.split("\n"))] == kinds


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\n```\nb", 1), ("```\na\n  ```", 0), ("```a b c\n```\n", 0), ("```\na\n```", None), ("```x``` y", None)],
)
def test_a_block_that_never_ends_is_found(text: str, line: int | None) -> None:
    assert open_fence(text.split("\n")) == line


def test_links_in_code_are_none() -> None:
    text = "[a](b.md), `[c](d.md)`, ``[e](f.md) ` ``, [`g`](h.md#i), ![j](k.md), \\`[l](m.md)\\`"
    assert [(link["text"], link["target"], link["anchor"]) for link in find_links(text)] == [
        ("a", "b.md", None),
        ("`g`", "h.md", "#i"),
        ("l", "m.md", None),
    ]


def test_a_code_span_ends_with_its_paragraph() -> None:
    assert context_of(7, "a `b\n\n{{ c }}` d") == "plain"
    assert context_of(6, "a `b\n{{ c }}` d") == "code"


def test_headings_have_their_line_level_and_words() -> None:
    assert list(find_headings("# A #\n\n### B *c*\n#d")) == [(0, 1, "A"), (2, 3, "B *c*")]
