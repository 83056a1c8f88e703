"""Links between pages: terms get their definitions, and what leads nowhere is told with its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import WriteLesson

from lessonpress.printing.glossary import Term, read_terms
from lessonpress.printing.links import Links, Targets
from lessonpress.problems import Problem
from lessonpress.read.lesson import Lesson
from lessonpress.settings import Settings

Write = Callable[..., Lesson]


@pytest.fixture
def link(terms: dict[str, Term], write_lesson: WriteLesson, root: Path) -> Callable[[str], tuple[str, list[Problem]]]:
    """Set the links in the text of a lesson, which begins in line 10."""

    def link(text: str) -> tuple[str, list[Problem]]:
        links = Links(write_lesson(), Targets(Settings(root), terms))
        return links.set(text, 10), links.problems

    return link


Link = Callable[[str], tuple[str, list[Problem]]]


def test_a_link_to_a_term_gets_its_definition_as_a_title(link: Link) -> None:
    assert link("See [the bias](../glossary/bias.md).") == (
        'See [the bias](../glossary/bias.md "A number that is added."){ .term }.',
        [],
    )


def test_a_title_shows_as_text(
    root: Path, write_term: Write, write_lesson: WriteLesson, render: Callable[[str], str]
) -> None:
    terms, _ = read_terms([write_term("bias", """term: bias\ndefinition: 'A "number" <b> `c` *d* | $e$'""")])
    html = render(Links(write_lesson(), Targets(Settings(root), terms)).set("[b](../glossary/bias.md)", 1))
    assert 'title="A &#34;number&#34; &#60;b&#62; &#96;c&#96; &#42;d&#42; &#124; &#36;e&#36;"' in html


def test_a_link_to_a_section_of_a_term_keeps_it(link: Link) -> None:
    assert link("[b](../glossary/bias.md#why)")[0].startswith('[b](../glossary/bias.md#why "A number that is added.")')


def test_a_link_from_one_term_to_another_gets_a_title_too(terms: dict[str, Term], root: Path) -> None:
    text = Links(terms["bias"].page, Targets(Settings(root), terms)).set("[w](weight.md)", 5)
    assert text.startswith('[w](weight.md "A number that is multiplied.")')


def test_a_link_from_a_page_at_the_root_gets_a_title_too(
    terms: dict[str, Term], write_lesson: WriteLesson, root: Path
) -> None:
    page = replace(write_lesson(), place="index.md")
    assert '"A number that is added."' in Links(page, Targets(Settings(root), terms)).set("[b](glossary/bias.md)", 1)


def test_a_link_written_as_on_windows_is_mended(link: Link) -> None:
    assert link(r"[b](..\glossary\bias.md)")[0].startswith("[b](../glossary/bias.md ")


def test_an_unknown_term_is_a_problem_with_its_line_that_suggests_the_nearest(link: Link) -> None:
    text, problems = link("Text,\nsee [w](../glossary/wieght.md).")
    assert text == "Text,\nsee w."
    message = "link to the term 'wieght', which isn't there; did you mean 'weight'?"
    assert problems == [Problem("lessons/tiny.py", 11, message, code="LP140")]


def test_a_link_to_another_name_leads_to_the_term(link: Link) -> None:
    (problem,) = link("[o](../glossary/offset.md)")[1]
    assert problem.message.endswith("'offset' is another name for 'bias': link to bias.md")


@pytest.mark.parametrize(
    "text",
    [
        "`[c](../glossary/c.md)`",
        "`` a ` [c](../glossary/c.md) ``",
        "![c](https://example.org/glossary/c.png)",
        "![c](/c.png)",
        '<img src="data:image/png;base64,AA==">',
        "`![c](c.png)`",
        "[c](c.md)",
        "[c](../glossary/index.md)",
        "[c](../glossary/c.svg)",
        "[c](https://example.org/glossary/c.md)",
        '[bias](../glossary/bias.md "A title of its own")',
    ],
)
def test_other_links_and_code_stay_as_they_are(text: str, link: Link) -> None:
    assert link(text) == (text, [])


def test_another_link_written_as_on_windows_is_mended_too(link: Link) -> None:
    assert link(r"[c](..\lessons\c.py)") == ("[c](../lessons/c.py)", [])


def test_a_link_right_behind_code_gets_its_title(link: Link) -> None:
    assert link("`x`[b](../glossary/bias.md)")[0].startswith('`x`[b](../glossary/bias.md "')


def test_a_link_to_another_name_of_two_words_leads_to_the_term(
    root: Path, write_term: Write, write_lesson: WriteLesson
) -> None:
    terms, _ = read_terms([write_term("loss", "term: loss\nsynonyms: [cost function]\ndefinition: d")])
    links = Links(write_lesson(), Targets(Settings(root), terms))
    links.set("[c](../glossary/cost-function.md)", 1)
    assert links.problems[0].message.endswith("'cost function' is another name for 'loss': link to loss.md")


# Pictures


@pytest.fixture
def links(root: Path, write_lesson: WriteLesson) -> Links:
    """The links of a lesson beside which lies a picture; another lies among the pages."""
    for path in ("lessons/a b.png", "docs/img/c.png", "secret.png"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(b"")
    return Links(write_lesson(), Targets(Settings(root)))


@pytest.mark.parametrize("text", ["![a](a%20b.png)", '<img alt="a" src="../lessons/a%20b.png" width="5">'])
def test_a_picture_beside_a_lesson_is_found(links: Links, text: str) -> None:
    assert (links.set(text, 1), links.pictures, links.problems) == (text, {"lessons/a b.png": "lessons/a b.png"}, [])


def test_a_picture_among_the_pages_is_left_to_the_site(links: Links) -> None:
    links.set("![c](../img/c.png)", 1)
    assert (links.pictures, links.problems) == ({"img/c.png": "docs/img/c.png"}, [])


@pytest.mark.parametrize("text", ["Text\n![a]({})", 'Text\n<img src="{}">'])
@pytest.mark.parametrize(
    ("target", "remedy"),
    [
        ("nowhere.png", "put it beside this file, or into 'docs'"),
        ("../secret.png", "put it beside this file"),
        ("attachment:a.png", "save it as a file beside this one"),
    ],
)
def test_a_picture_that_is_not_there_is_a_problem_with_its_line(
    links: Links, text: str, target: str, remedy: str
) -> None:
    links.set(text.format(target), 10)
    ((problem,), pictures) = links.problems, links.pictures
    assert (problem.line, pictures) == (11, {})
    assert problem.message.startswith(f"picture '{target}'")
    assert remedy in problem.message


def test_a_figure_of_a_lesson_that_has_not_run_to_its_end_is_announced(root: Path, write_lesson: WriteLesson) -> None:
    links = Links(write_lesson(), Targets(Settings(root), failed=["lessons/other.py"]))
    assert links.set("![](other.py#fit)", 1) == "*This figure comes once lessons/other.py has run to its end.*"
    assert links.problems == []


def test_a_figure_that_is_not_there_is_named_where_it_should_stand(root: Path, write_lesson: WriteLesson) -> None:
    links = Links(write_lesson(), Targets(Settings(root), figures={"lessons/other.py": {}}))
    assert links.set("![](other.py#fit)", 1) == "*(no figure 'fit')*"
    assert [problem.message for problem in links.problems] == ["figure 'fit' of lessons/other.py isn't there"]
