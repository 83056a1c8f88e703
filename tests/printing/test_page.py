"""Runs set as Markdown, and what a browser makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import WriteLesson

from lessonpress.printing.anchors import slug_of
from lessonpress.printing.figures import DRAWING, write_file
from lessonpress.printing.glossary import Term
from lessonpress.printing.links import Links, Targets
from lessonpress.printing.page import Page, find_figures, print_page, write_output, write_versions
from lessonpress.printing.troubles import DRAWS_NONE
from lessonpress.read.cells import headings
from lessonpress.read.lesson import Lesson, read_lesson
from lessonpress.run.figures import Figure
from lessonpress.run.markup import fit_html
from lessonpress.run.pictures import keep_picture
from lessonpress.run.record import Output, Result, Run, Trouble
from lessonpress.settings import Settings

NASTY = "<script>alert(1)</script> ```` ``` `a` {{ b }} { .c } [d](e) **f** $g$ | h | </div> &amp; \\(i\\) #only-dark"
FIGURE = Figure("<svg>drawn</svg>", 538, 336)
DRAWN = Output("figure", figure=FIGURE)
ALT = "#| fig-alt: A line rising.\n"

Render = Callable[[str], str]
Print = Callable[..., Page]


class Shown(HTMLParser):
    """What a browser makes of a page: its elements, its text, and the attributes of its pictures and headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.pictures: list[dict[str, str | None]] = []
        self.ids: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.pictures.append(dict(attributes))
        if tag in ("h1", "h2", "h3"):
            self.ids.append(dict(attributes).get("id"))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def show(render: Render) -> Callable[[Page], Shown]:
    return lambda page: Shown(render(page.markdown))


Show = Callable[[Page], Shown]


@pytest.fixture
def print_cell(write_lesson: WriteLesson) -> Print:
    """Set one cell of a lesson as a page, with what its steps are said to have come to."""

    def print_cell(cell: str, *results: Result) -> Page:
        lesson = write_lesson(cell)
        return print_page(lesson, Run(list(results), machine="a <machine>"))

    return print_cell


def made(*outputs: Output) -> Result:
    return Result([*outputs], ran=True)


def value(text: str) -> Result:
    return Result(value=text, ran=True)


def messages(page: Page) -> list[str]:
    return [problem.message for problem in page.problems]


# Text stays text


@pytest.mark.parametrize("kind", ["stdout", "stderr", "value", "error"])
def test_output_shows_as_text(kind: str, print_cell: Print, show: Show) -> None:
    page = show(print_cell("1", made(Output(kind, NASTY))))
    assert NASTY in page.text
    assert not {"script", "strong", "em"} & set(page.tags)


def test_code_shows_as_text(print_cell: Print, show: Show) -> None:
    page = show(print_cell(f"x = r'''{NASTY}'''", made()))
    assert f"x = r'''{NASTY}'''" in page.text
    assert "script" not in page.tags


def test_folded_code_shows_as_text(print_cell: Print, show: Show) -> None:
    code = f"x = r'''\n```\n{NASTY}\n\n    # deeper\n'''"
    page = show(print_cell(f"#| echo: fold\n{code}", made()))
    assert code in page.text
    assert "script" not in page.tags


@pytest.mark.parametrize("prose", ["It is {{ x }}.", "It is {{ x }}, see `y` and {{ x }}.", "- It is {{ x }}."])
def test_a_value_in_prose_shows_as_text(prose: str, print_cell: Print, show: Show) -> None:
    page = show(print_cell(f"# %% [markdown]\n# {prose}", *[value(NASTY)] * prose.count("{{")))
    assert f"It is {NASTY}" in page.text
    assert not {"script", "strong", "em"} & set(page.tags)


def test_a_value_in_code_shows_as_text_with_its_backticks_as_quotes(print_cell: Print, show: Show) -> None:
    page = show(print_cell("# %% [markdown]\n# It is `x = {{ x }}`.", value(NASTY)))
    assert "x = " + NASTY.replace("`", "'") in page.text
    assert "script" not in page.tags


def test_a_value_in_math_is_part_of_the_formula(print_cell: Print, show: Show) -> None:
    page = show(print_cell("# %% [markdown]\n# It is $w = {{ w:.1f }}$.", value("2.5")))
    assert r"It is \(w = 2.5\)." in page.text


def test_a_value_in_math_shows_as_text(print_cell: Print, show: Show) -> None:
    page = show(print_cell("# %% [markdown]\n# It is $w = {{ w }}$.", value("<script>alert(1)</script>")))
    assert r"\(w = <script>alert(1)</script>\)" in page.text
    assert "script" not in page.tags


def test_a_value_between_values_with_dollars_shows_as_text(print_cell: Print, show: Show) -> None:
    page = show(print_cell("# %% [markdown]\n# {{ '$' }} {{ x }} {{ '$' }}", value("$"), value(NASTY), value("$")))
    assert f"$ {NASTY} $" in page.text
    assert not {"script", "strong", "em"} & set(page.tags)


@pytest.mark.parametrize(
    "alt", [NASTY.replace("{{ b }}", "b"), "x < y, y > <z", "one ` tick", "US$5", "a\\", '"b"', "![c"]
)
def test_an_alternative_text_shows_as_text(alt: str, print_cell: Print, show: Show) -> None:
    page = show(print_cell(f"#| fig-alt: '{alt}'\n1", made(DRAWN)))
    assert [picture["alt"] for picture in page.pictures] == [alt]
    assert page.tags.count("figure") == 1


def test_a_value_in_an_alternative_text_shows_as_text(print_cell: Print, show: Show) -> None:
    page = show(print_cell("#| fig-alt: It is {{ x }}, or `{{ x }}`.\n1", made(DRAWN), value(NASTY), value(NASTY)))
    assert page.pictures[0]["alt"] == f"It is {NASTY}, or `{NASTY}`."


def test_a_value_in_a_caption_shows_as_text(print_cell: Print, show: Show) -> None:
    page = show(print_cell(f"{ALT}#| fig-cap: It is {{{{ x }}}}.\n1", made(DRAWN), value(NASTY)))
    assert f"It is {NASTY}." in page.text
    assert "script" not in page.tags


def test_a_failure_shows_as_text(print_cell: Print, show: Show) -> None:
    failed = Result([Output("stdout", NASTY)], troubles=[Trouble(f"ValueError: {NASTY}", 6, NASTY)])
    page = show(print_cell(f"x = r'''{NASTY}'''", failed))
    assert page.text.count(NASTY) == 6  # in the code and its output, then in all four parts of the failure
    assert "script" not in page.tags


def test_output_with_fences_stays_in_its_block(print_cell: Print, show: Show) -> None:
    text = "```python\nprint(1)\n```\n~~~\n# no heading"
    page = show(print_cell("1", made(Output("stdout", text))))
    assert text in page.text
    assert page.ids == ["tiny"]


# Code and its output


def test_code_stands_before_what_it_made_and_in_order(print_cell: Print) -> None:
    outputs = [Output("stdout", "one\n"), Output("stderr", "two\n"), Output("value", "3")]
    markdown = print_cell("x", made(*outputs)).markdown
    places = [markdown.index(text) for text in (".python", ".lesson-stdout", ".lesson-stderr", ".lesson-value")]
    assert places == sorted(places)


def test_options_are_not_shown(print_cell: Print) -> None:
    assert "#|" not in print_cell("#| label: fit\nx = 1", made()).markdown


def test_hidden_code_leaves_its_output(print_cell: Print) -> None:
    markdown = print_cell("#| echo: false\nx = 1", made(Output("stdout", "one"))).markdown
    assert "x = 1" not in markdown
    assert "one" in markdown


def test_folded_code_can_be_opened(print_cell: Print, show: Show) -> None:
    page = show(print_cell("#| echo: fold\nx = 1", made()))
    assert page.tags.count("details") == 1


def test_hidden_output_leaves_the_code(print_cell: Print) -> None:
    page = print_cell("#| output: false\nx = 1", made(Output("stdout", "one"), DRAWN))
    assert "x = 1" in page.markdown
    assert "one" not in page.markdown
    assert (page.files, page.problems) == ({}, [])


def test_a_failure_shows_where_output_is_hidden(print_cell: Print) -> None:
    page = print_cell("#| output: false\n1 / 0", Result(troubles=[Trouble("ZeroDivisionError: division by zero", 6)]))
    assert "ZeroDivisionError" in page.markdown


def test_output_of_nothing_but_blanks_is_left_out(print_cell: Print) -> None:
    assert "lesson-stdout" not in print_cell("1", made(Output("stdout", "\n \n"))).markdown


def test_a_table_is_a_table_with_its_caption_below(print_cell: Print, show: Show) -> None:
    page = show(
        print_cell("#| tbl-cap: Has {{ n }} rows.\nx", made(Output("table", "| a |\n| ---: |\n| 1 |")), value("1"))
    )
    assert page.tags.count("table") == 1
    assert "Has 1 rows." in page.text


@pytest.mark.parametrize(
    ("head", "unseen"),
    [
        ("|  | a |", [["row"], []]),
        ("|  |  |", [["row"], ["value"]]),
        ("|  |  | a |", [["row"], ["row"], []]),
        ("| a |  |", [[], ["value"]]),
    ],
)
def test_a_column_without_a_name_has_one_for_who_cannot_see_the_table(head: str, unseen: list[list[str]]) -> None:
    columns = write_output(Output("table", f"{head}\n| --- |")).split("\n")[2].strip("|").split("|")
    assert [re.findall(r'"lesson-unseen">(\w+)<', column) for column in columns] == unseen


HTML = "<p class='a'>```\n*a* $b$ {{ c }}\n\n    # d</p>\n\n<pre>e\n\n~~~\nf</pre><table><tr><td>g<div>h"


def test_html_stands_on_a_page_as_it_is(print_cell: Print, show: Show) -> None:
    page = show(print_cell("1", made(Output("html", fit_html(HTML)), Output("stdout", "after"))))
    assert "``` *a* $b$ {{ c }}      # d" in page.text
    assert "e\n\n~~~\nf" in page.text
    assert [tag for tag in page.tags if tag in ("em", "h1", "pre", "table", "td", "code")][-5:] == [
        "pre",
        "table",
        "td",
        "pre",
        "code",
    ]


def test_markdown_and_formulas_of_a_value_are_set(print_cell: Print, show: Show) -> None:
    page = show(print_cell("1", made(Output("markdown", "It is **bold**."), Output("markdown", "$$\nx^2\n$$"))))
    assert "strong" in page.tags
    assert "\\[\nx^2\n\\]" in page.text


def test_what_a_page_cannot_show_is_said_on_it_and_to_its_author(print_cell: Print, show: Show) -> None:
    page = print_cell("1", made(Output("value", "Thing"), Output("note", f"Shown as text: {NASTY}")))
    assert f"Shown as text: {NASTY}" in show(page).text
    assert page.notes == [f"lessons/tiny.py:5, cell 2: Shown as text: {NASTY}"]
    assert page.problems == []


def test_a_picture_that_is_a_value_needs_an_alternative_text(print_cell: Print) -> None:
    picture = Output("figure", figure=keep_picture("image/svg+xml", '<svg viewBox="0 0 2 1"/>'))
    (problem,) = print_cell("1", made(picture)).problems
    assert problem.message.startswith("figure without alternative text")
    page = print_cell(f"{ALT}1", made(picture))
    assert page.problems == []
    assert "data:image/svg+xml;base64," in page.drawings["lessons/tiny/cell-2.svg"]


def test_a_measurement_says_where_it_was_made(print_cell: Print, show: Show) -> None:
    page = show(print_cell("#| varies: true\n1", made(Output("stdout", f"0.5 {NASTY}"))))
    assert "on a <machine>; another run gives other numbers" in page.text
    assert NASTY in page.text


def test_nobody_searches_for_a_measurement(print_cell: Print) -> None:
    markdown = print_cell("#| varies: true\n1", made(Output("stdout", "0.5"))).markdown
    around = markdown[markdown.index("<div") : markdown.rindex("</div>")]
    assert "data-search-exclude" in around.partition(">")[0]
    assert "0.5" in around
    assert "data-search-exclude" not in print_cell("1", made(Output("stdout", "0.5"))).markdown


def test_a_measurement_of_nothing_says_nothing(print_cell: Print) -> None:
    assert "another run" not in print_cell("#| varies: true\nx = 1", made()).markdown


# Prose


def test_prose_stays_as_written(print_cell: Print) -> None:
    assert (
        "Some *prose*, with `code`.\n\n- And a list."
        in print_cell("# %% [markdown]\n# Some *prose*, with `code`.\n#\n# - And a list.").markdown
    )


def test_prose_shows_what_it_shows_in_jupyter(print_cell: Print, render: Render) -> None:
    page = print_cell("# %% [markdown]\n# Text:\n# - one\n#   - $$x = {{ x }}$$ or $5-$7", value("2.5"))
    html = render(page.markdown)
    assert html.count("<ul>") == 2
    assert '<div class="arithmatex">\\[x = 2.5\\]</div>' in html
    assert "or $5-$7" in html


def test_a_value_at_the_beginning_of_a_line_begins_no_list(print_cell: Print, render: Render) -> None:
    page = print_cell("# %% [markdown]\n# It falls from {{ x }} to\n# {{ y }}. So.\n# - One", value("2"), value("1"))
    assert "from 2 to\n1. So.</p>" in render(page.markdown)
    assert render(page.markdown).count("<li>") == 1


def test_money_in_a_caption_is_no_formula(print_cell: Print, render: Render) -> None:
    assert "of $5-$7." in render(print_cell(f"{ALT}#| fig-cap: A price of $5-$7.\nx", made(DRAWN)).markdown)


def test_a_doctest_shows_as_what_it_is(print_cell: Print, show: Show) -> None:
    page = show(print_cell("# %% [markdown]\n# Look:\n#\n# >>> '<b>'  # doctest: +SKIP\n# '<b>'", Result(ran=True)))
    assert ">>> '<b>'\n'<b>'" in page.text
    assert page.tags.count("pre") == 1


@pytest.mark.parametrize(
    ("doctest", "folded"),
    [
        (">>> 1 < 2\n# True", True),
        (">>> x = 1\n# >>> x < 2\n# True", True),
        (">>> x = 1", False),
        (">>> 1 + 1\n# 2", False),
        (">>> 1 < 2\n# True\n# >>> 1 + 1\n# 2", False),
        (">>> 1 < 2  #| fold: false\n# True", False),
        (">>> 1 + 1  #| fold: true\n# 2", True),
    ],
)
def test_a_doctest_that_only_holds_a_claim_is_folded(print_cell: Print, show: Show, doctest: str, folded: bool) -> None:
    page = show(print_cell(f"# %% [markdown]\n# Text:\n# {doctest}\n#\n# More.", Result(ran=True)))
    assert page.tags.count("details") == folded
    assert ("✓ checked in this build" in page.text) == folded
    assert "fold:" not in page.text
    assert ">>>" in page.text, "it is there for who opens it"
    assert "More." in page.text.split("True")[-1]


@pytest.mark.parametrize("result", [Result(), Result(ran=True, troubles=[Trouble("gave another answer", 5)])])
def test_a_claim_is_called_checked_only_if_it_was(print_cell: Print, show: Show, result: Result) -> None:
    page = show(print_cell("# %% [markdown]\n# Text:\n# >>> 1 < 2\n# True", result))
    assert "checked in this build" not in page.text
    assert "not checked yet" in page.text


def test_a_folded_doctest_in_a_list_stays_in_the_list(print_cell: Print, render: Render) -> None:
    page = print_cell("# %% [markdown]\n# - Look:\n#\n#     >>> 1 < 2\n#     True\n#\n# - More.", Result(ran=True))
    html = render(page.markdown)
    assert html.count("<ul>") == html.count("</ul>") == 1
    assert html.index("<li>") < html.index("<details") < html.index("</details>") < html.index("More.")


def test_a_doctest_in_a_list_stays_in_the_list(print_cell: Print, render: Render) -> None:
    page = print_cell("# %% [markdown]\n# - Look:\n#\n#     >>> 1\n#     1\n#\n# - Next.", Result(ran=True))
    html = render(page.markdown)
    assert html.count("<ul>") == 1
    assert html.index("<pre>") < html.index("Next.") < html.index("</ul>")


@pytest.mark.parametrize("doctest", [">>> 1 + 1\n# > 2", ">>> 1 < 2\n# > True"])
def test_a_doctest_in_a_quote_stays_in_the_quote(print_cell: Print, render: Render, doctest: str) -> None:
    page = print_cell(f"# %% [markdown]\n# > Look:\n# >\n# > {doctest}\n# >\n# > More.\n#\n# After.", Result(ran=True))
    html = render(page.markdown)
    assert html.count("<blockquote>") == 1
    assert html.index("<blockquote>") < html.index("<pre>") < html.index("More.") < html.index("</blockquote>")
    assert html.index("</blockquote>") < html.index("After.")


def test_a_doctest_in_a_fence_stays_in_it(print_cell: Print, show: Show) -> None:
    page = show(print_cell("# %% [markdown]\n# ```pycon\n# >>> 1\n# 1\n#\n# ```\n# Text.", Result(ran=True)))
    assert page.tags.count("pre") == 1
    assert "Text." in page.text


def test_braces_after_a_backslash_show(print_cell: Print, show: Show) -> None:
    page = show(print_cell("# %% [markdown]\n# Write \\{{ x }} or `\\{{ y }}`, or only \\{{."))
    assert "Write {{ x }} or {{ y }}, or only {{." in page.text


def test_a_value_that_failed_shows_that_it_is_missing(print_cell: Print) -> None:
    page = print_cell("# %% [markdown]\n# It is {{ x }}.", Result(troubles=[Trouble("NameError: no x", 5)], ran=True))
    assert "It is (no value)." in page.markdown
    assert messages(page) == ["inline value '{{ x }}' failed: NameError: no x"]


# Anchors


@pytest.mark.parametrize(
    "heading",
    ["Why a bias?", "What `w` does", "The *slope* & more", "Größe", "[A link](a.md)", "1. First", "C#", "`__init__`"],
)
def test_an_anchor_is_what_the_glossary_says(heading: str, write_lesson: WriteLesson, show: Show) -> None:
    lesson = write_lesson(f"# %% [markdown]\n# ## {heading}")
    ((_, text, _),) = headings(lesson.cells[1])
    assert show(print_page(lesson, Run([]))).ids == ["tiny", slug_of(text)]


def test_the_same_heading_in_two_cells_has_two_anchors(write_lesson: WriteLesson, show: Show) -> None:
    lesson = write_lesson("# %% [markdown]\n# ## Try it", "# %% [markdown]\n# ## Try it\n#\n# ## Try it")
    assert show(print_page(lesson, Run([]))).ids == ["tiny", "try-it", "try-it_1", "try-it_2"]


@pytest.mark.parametrize("code", ["```\n# a\n```python\n# b\n```", "````\n```\n# a\n````", "~~~\n```\n# b\n~~~"])
def test_a_comment_in_a_fence_gets_no_anchor(code: str, root: Path) -> None:
    (root / "docs" / "page.md").write_text(f"# Page\n\n{code}\n\n# c\n", encoding="utf-8")
    page = print_page(read_lesson(root / "docs" / "page.md", root), Run([]))
    assert page.markdown == f"# Page {{ #page }}\n\n{code}\n\n# c {{ #c }}\n\n"


# Figures


def test_a_figure_is_a_file_a_picture_of_it_and_a_drawing_to_set_in_its_place(print_cell: Print, show: Show) -> None:
    page = print_cell(f"#| label: fit\n{ALT}x", made(DRAWN))
    assert page.files == {"lessons/tiny/fit.svg": write_file(FIGURE.svg, 538, 336)}
    assert page.drawings == {"lessons/tiny/fit.svg": FIGURE.svg}
    (picture,) = show(page).pictures
    assert (picture["src"], picture["class"]) == ("../lessons/tiny/fit.svg", DRAWING)


def test_a_picture_says_its_size_and_waits_for_its_turn(print_cell: Print, show: Show) -> None:
    (picture,) = show(print_cell(f"{ALT}x", made(DRAWN))).pictures
    assert (picture["width"], picture["height"], picture["loading"]) == ("538", "336", "lazy")


def test_a_figure_without_a_label_is_named_by_its_cell(print_cell: Print) -> None:
    assert list(print_cell(f"{ALT}x", made(DRAWN)).files) == ["lessons/tiny/cell-2.svg"]


def test_labels_that_clash_are_warned_of_at_their_cell(print_cell: Print) -> None:
    figure = replace(FIGURE, clashes=("'a' covers 'b'", "'c' leaves the picture", "'a' covers 'b'"))
    page = print_cell(f"#| label: fit\n{ALT}x", made(Output("figure", figure=figure)))
    assert page.problems == []
    assert "failed" not in page.markdown
    assert [warning.message.partition(";")[0] for warning in page.warnings] == [
        "labels that don't stay clear of each other: 'a' covers 'b'",
        "labels that don't stay clear of each other: 'c' leaves the picture",
    ]
    assert {warning.where for warning in page.warnings} == {"lessons/tiny.py:5, cell 2"}


def test_a_caption_is_markdown_with_values(print_cell: Print, show: Show) -> None:
    page = show(print_cell(f"{ALT}#| fig-cap: The *line* of {{{{ n }}}} points.\nx", made(DRAWN), value("65")))
    assert "The line of 65 points." in page.text
    assert {"figcaption", "em"} <= set(page.tags)


def test_values_reach_their_texts_past_docstrings(print_cell: Print, show: Show) -> None:
    cell = '#| fig-cap: Has {{ n }}.\n#| fig-alt: Shows {{ m }}.\ndef f():\n    """\n    >>> 1\n    1\n    """\nf()'
    page = show(print_cell(cell, made(DRAWN), Result(ran=True), value("one"), value("two")))
    assert "Has one." in page.text
    assert page.pictures[0]["alt"] == "Shows two."


def test_a_figure_elsewhere_leaves_its_anchor_to_the_first_place(print_cell: Print, write_lesson: WriteLesson) -> None:
    cell = f"#| label: fit\n{ALT}x"
    assert 'id="fig-fit"' in print_cell(cell, made(DRAWN)).markdown
    lesson = write_lesson(cell)
    figures = {lesson.path: find_figures(lesson, Run([made(DRAWN)]))}
    elsewhere = Links(write_lesson(name="other"), Targets(Settings(Path("/")), figures=figures))
    placed = elsewhere.set("![](tiny.py#fit)", 1)
    assert "../lessons/tiny/fit.svg" in placed
    assert "id=" not in placed


def test_the_links_of_a_caption_hold_on_any_page_that_shows_the_figure(
    write_lesson: WriteLesson, terms: dict[str, Term]
) -> None:
    lesson = write_lesson(f"#| label: fit\n#| fig-cap: A [bias](../glossary/bias.md), [more](deep.py#a).\n{ALT}x")
    figures = {lesson.place: find_figures(lesson, Run([made(DRAWN)]))}
    home = replace(write_lesson(name="other"), place="index.md")
    placed = Links(home, Targets(Settings(Path("/")), terms, figures)).set("![](lessons/tiny.py#fit)", 1)
    assert '[bias](glossary/bias.md "A number that is added."){ .term }, [more](lessons/deep.py#a)' in placed


def test_a_figure_without_alternative_text_is_a_problem(print_cell: Print) -> None:
    page = print_cell("#| label: fit\nx", made(DRAWN))
    assert messages(page) == ["figure without alternative text; say what it shows in a line '#| fig-alt: …'"]
    assert page.problems[0].where == "lessons/tiny.py:5, cell 2"


def test_two_figures_from_one_cell_are_a_problem(print_cell: Print) -> None:
    assert messages(print_cell(f"{ALT}x", made(DRAWN, DRAWN))) == [
        "2 figures from one cell; draw each in a cell of its own, with its own alternative text"
    ]


@pytest.mark.parametrize("option", ["fig-alt", "fig-cap"])
def test_a_text_for_a_figure_that_is_not_there_is_a_problem(option: str, print_cell: Print) -> None:
    page = print_cell(f"#| label: fit\n#| {option}: A line.\nx", made())
    assert messages(page) == [f"'{option}' on a cell that {DRAWS_NONE}"]
    assert page.problems[0].line == 6


def test_a_figure_that_a_failure_kept_from_being_drawn_is_no_problem_of_its_own(print_cell: Print) -> None:
    assert messages(print_cell(f"{ALT}1 / 0", Result(troubles=[Trouble("it failed", 6)]))) == ["it failed"]


# Failures


@pytest.fixture
def failed(write_lesson: WriteLesson) -> tuple[Lesson, Page]:
    """A lesson whose second code cell failed."""
    lesson = write_lesson("a = 1", "print('b')\n1 / 0", f"{ALT}c = 1")
    printed = "".join(f"line {number}\n" for number in range(30))
    trouble = Trouble("ZeroDivisionError: division by zero", 9, "lessons/tiny.py:9, in <module>\n    1 / 0")
    run = Run([made(), Result([Output("stdout", printed)], troubles=[trouble]), Result()])
    return lesson, print_page(lesson, run)


def test_a_failure_stands_at_its_cell(failed: tuple[Lesson, Page]) -> None:
    markdown = failed[1].markdown
    places = [markdown.index(text) for text in ("a = 1", "print('b')", "!!! failure", "c = 1")]
    assert places == sorted(places)


def test_a_failure_tells_the_cell_the_output_and_the_traceback(failed: tuple[Lesson, Page]) -> None:
    (problem,) = failed[1].problems
    assert str(problem).startswith("lessons/tiny.py:9, cell 3: ZeroDivisionError: division by zero\n")
    places = [problem.detail.index(text) for text in ("the cell:", "    1 / 0", "printed:", "traceback:")]
    assert places == sorted(places)


def test_a_failure_tells_only_the_last_lines_of_the_output(failed: tuple[Lesson, Page]) -> None:
    detail = failed[1].problems[0].detail
    assert "    …\n    line 10\n" in detail
    assert "line 9\n" not in detail


def test_a_doctest_that_fails_is_a_problem_at_its_line(print_cell: Print, show: Show) -> None:
    trouble = Trouble("doctest gave another answer", 7, ">>> x\nexpected: 1\ngot:      2")
    page = print_cell("# %% [markdown]\n# Look:\n#\n# >>> x\n# 1", Result(troubles=[trouble], ran=True))
    assert page.problems[0].where == "lessons/tiny.py:7, cell 2"
    assert "expected: 1\ngot:      2" in show(page).text


# Versions


@pytest.mark.parametrize(
    ("versions", "line"),
    [
        ({"Python": "3.13"}, "Run with Python 3.13."),
        ({"Python": "3.13", "torch": "2.13"}, "Run with Python 3.13 and torch 2.13."),
        ({"Python": "3", "a": "1", "b": "2"}, "Run with Python 3, a 1 and b 2."),
    ],
)
def test_a_page_names_the_versions_it_was_made_with(versions: dict[str, str], line: str) -> None:
    assert write_versions(Run([], versions)) == line
