"""The gallery of all figures, and the mark that a page has for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import WriteLesson

from lessonpress.course import Course

FIGURE = """
#| label: {label}
#| fig-cap: A *line* of `y` by [a term](../glossary/bias.md).
#| fig-alt: It rises.
import matplotlib.pyplot as plt
plt.plot([1, 2]);
"""
PAGE = "# Figures\n\n<!-- gallery -->\n\nIts mark is `<!-- gallery -->`.\n\n```\n<!-- gallery -->\n```\n"


def test_a_gallery_has_each_figure_with_a_link_to_where_it_is_made(
    course: Course,
    root: Path,
    write_lesson: WriteLesson,
    write_term: Callable[..., object],
    render: Callable[[str], str],
) -> None:
    write_term("bias", "term: bias\ndefinition: d")
    write_lesson(FIGURE.format(label="one"), FIGURE.format(label="two"), name="drawn", title="Drawn")
    write_lesson("x = 1", name="plain", title="Plain")
    (root / "docs" / "sub").mkdir()
    (root / "docs" / "sub" / "figures.md").write_text(PAGE, encoding="utf-8")
    result = course.build()
    assert result.problems == []
    markdown = result.pages["docs/sub/figures.md"].markdown
    html = render(markdown)
    assert (
        html.count('<a href="../lessons/drawn.py#fig-one">')
        == html.count('<a href="../lessons/drawn.py#fig-two">')
        == 1
    )
    assert html.count('loading="lazy"') == html.count("<img")
    assert html.count("<p>A line of y by a term.</p>\n</figcaption>") == 2, (
        "a link of the lesson would lead elsewhere here"
    )
    assert "Drawn" in html
    assert "Plain" not in html, "it draws nothing"
    assert markdown.count("<!-- gallery -->") == 2, "code is left as it is"


def test_a_gallery_without_figures_is_empty(course: Course, root: Path, write_lesson: WriteLesson) -> None:
    write_lesson("x = 1")
    (root / "docs" / "figures.md").write_text("# Figures\n\n<!-- gallery -->\n", encoding="utf-8")
    assert course.build().pages["docs/figures.md"].markdown.strip() == "# Figures { #figures }"
