"""Text made fit for a page."""

from __future__ import annotations

import html
import string
from collections.abc import Callable

import pytest

from lessonpress.printing.texts import fenced
from lessonpress.run.texts import escape_markdown, hide_addresses

NASTY = [
    "<script>alert(1)</script>",
    "a | b",
    "*a* **b** _c_ __d__ ~~e~~ ^f^",
    "`a` ```b```",
    "[a](b) ![c](d) [e][f] <https://example.org>",
    "{ .a #b } {{ c }} {: d }",
    "$a$ $$b$$ \\(c\\) \\[d\\]",
    "&amp; &#60; \\* \\",
    "# a #",
    "\"a\" 'b'",
    string.punctuation,
]


@pytest.mark.parametrize("text", NASTY)
def test_escaped_text_shows_as_itself(text: str, render: Callable[[str], str]) -> None:
    page = render(f"Text {escape_markdown(text)} text.")
    assert page.startswith("<p>")
    assert "<" not in page[3:-4]
    assert html.unescape(page[3:-4]) == f"Text {text} text."


@pytest.mark.parametrize("text", NASTY)
def test_escaped_text_shows_as_itself_in_a_table(text: str, render: Callable[[str], str]) -> None:
    page = render(f"| a | b |\n| --- | --- |\n| {escape_markdown(text)} | c |")
    assert [html.unescape(cell.split("</td>")[0]) for cell in page.split("<td>")[1:]] == [text, "c"]


def test_memory_addresses_are_hidden() -> None:
    assert hide_addresses(f"{object()} and {str}") == "<object object at 0x…> and <class 'str'>"


def test_numbers_in_base_16_stay() -> None:
    assert hide_addresses("0x7f is 127") == "0x7f is 127"


@pytest.mark.parametrize("text", ["x", "```", "````\n```", "~~~", "a ````` b", "", "  ```python"])
def test_a_fence_holds_any_text(text: str, render: Callable[[str], str]) -> None:
    page = render(f"Before.\n\n{fenced(text, ' { .text .a }')}\n\nAfter.")
    code = page.split("<code>")[1].split("</code>")[0]
    assert html.unescape(code).strip("\n") == text
    assert page.endswith("<p>After.</p>")


def test_a_fence_may_be_indented() -> None:
    assert fenced("a\n\nb", "text", "    ") == "    ```text\n    a\n\n    b\n    ```"
