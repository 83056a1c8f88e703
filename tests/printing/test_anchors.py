"""Headings and their anchors."""

from __future__ import annotations

import pytest

from lessonpress.printing.anchors import add_anchors, plain_text, slug_of


@pytest.mark.parametrize(
    ("heading", "text", "slug"),
    [
        ("Why a bias?", "Why a bias?", "why-a-bias"),
        ("What `w` *does*", "What w does", "what-w-does"),
        ("See [the bias](../glossary/bias.md)", "See the bias", "see-the-bias"),
        ("Größe & Wert", "Größe & Wert", "groe-wert"),
    ],
)
def test_a_heading_has_a_text_and_an_anchor(heading: str, text: str, slug: str) -> None:
    assert (plain_text(heading), slug_of(heading)) == (text, slug)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("## A\ntext\n## A", "## A { #a }\ntext\n## A"),  # the second leaves the anchor to the first
        ("## →", "## →"),
        ("## A { #b }", "## A { #b }"),
        ("## `__init__`", "## `__init__` { #\\_\\_init\\_\\_ }"),
    ],
)
def test_anchors_are_written_out(text: str, written: str) -> None:
    assert add_anchors(text, set()) == written


def test_an_anchor_seen_before_is_left_out() -> None:
    assert add_anchors("## A\n## B", {"a"}) == "## A\n## B { #b }"
