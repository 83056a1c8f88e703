"""What tells others of a site's pages: descriptions always, and the rest where the site has an address."""

from __future__ import annotations

import html
import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import pytest
from conftest import tree
from PIL import Image, ImageFont
from small_project import SITE, Project, new_project

from lessonpress.hosts.cards import HEIGHT, MARGIN, WIDTH, draw_card, wrap
from lessonpress.hosts.published import MOST, find_lead
from lessonpress.kept.files import write_bytes
from lessonpress.printing.formulas import font_path

ADDRESS = "https://example.org/course/"
SHARED = {"robots.txt", "sitemap.xml", "assets/card.png", "assets/cards/good.png"}
MATERIAL = "{name: material, font: false}"


def facts_of(page: str) -> dict[str, str]:
    """What the head of a page says of it, by name."""
    head = page.partition("</head>")[0]
    found = re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)">', head)
    assert len(dict(found)) == len(found), "a fact is told twice"
    return {name: html.unescape(value) for name, value in found}


@pytest.fixture(scope="module")
def write_site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Project]:
    """Build a course with pages of all kinds, in a theme, with more lines in its `mkdocs.yml`."""

    def write(theme: str, more: str) -> Project:
        project = new_project(tmp_path_factory.mktemp("published"))
        project.write("mkdocs.yml", f"{SITE.replace(MATERIAL, theme)}\nsite_description: All of it.\n{more}\n")
        project.write("docs/told.md", '---\ndescription: As "told".\n---\n# Told\n\nNot this.\n')
        project.write("docs/plain.md", "# Plain\n\nIt is $w$ & [more](told.md),\nin two lines.\n\nNot this.\n")
        project.write_lesson("good", "# **Why `a`\n# & b?** Not this.", "print('all is well')")
        result = project.build()
        assert result.returncode == 0, result.stderr
        return project

    return write


@pytest.fixture(scope="module", params=[MATERIAL, "{name: mkdocs, highlightjs: false}"])
def public(request: pytest.FixtureRequest, write_site: Callable[[str, str], Project]) -> Project:
    return write_site(request.param, f"site_url: {ADDRESS}")


@pytest.fixture(scope="module")
def private(write_site: Callable[[str, str], Project]) -> Project:
    return write_site(MATERIAL, "")


@pytest.mark.parametrize(
    ("page", "description"),
    [
        ("index.html", "All of it."),
        ("told/index.html", 'As "told".'),
        ("plain/index.html", "It is w & more, in two lines."),
        ("lessons/good/index.html", "Why a & b?"),
        ("glossary/bias/index.html", "The number that a neuron adds."),
    ],
)
def test_each_page_has_a_description_of_its_own(public: Project, private: Project, page: str, description: str) -> None:
    for project in (public, private):
        assert facts_of(project.page(page))["description"] == description


def test_a_page_tells_those_who_share_it_its_address_and_its_card(public: Project) -> None:
    page = public.page("lessons/good/index.html")
    facts = facts_of(page)
    assert f'<link rel="canonical" href="{ADDRESS}lessons/good/">' in page
    assert facts["og:url"] == f"{ADDRESS}lessons/good/"
    assert (facts["og:title"], facts["og:description"]) == ("Good", "Why a & b?")
    assert facts["og:image"] == f"{ADDRESS}assets/cards/good.png"
    assert facts_of(public.page("told/index.html"))["og:image"] == f"{ADDRESS}assets/card.png"
    assert facts_of(public.page("index.html"))["og:title"] == "Tiny"


def test_the_map_of_the_site_has_each_page_once_and_no_day_of_the_build(public: Project) -> None:
    sitemap = ElementTree.fromstring(public.page("sitemap.xml"))
    places = [place.text for place in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    pages = ["", "glossary/", "glossary/bias/", "lessons/good/", "plain/", "told/"]
    assert sorted(map(str, places)) == [f"{ADDRESS}{page}" for page in pages]
    assert "lastmod" not in public.page("sitemap.xml")
    assert not (public.root / "site" / "sitemap.xml.gz").exists(), "it would have the day of the build in it"
    assert f"Sitemap: {ADDRESS}sitemap.xml" in public.page("robots.txt")


def test_a_site_without_an_address_has_none_of_these(public: Project, private: Project) -> None:
    assert set(tree(public.root / "site")) >= SHARED
    assert not {*SHARED, "sitemap.xml.gz"}.intersection(tree(private.root / "site"))
    assert "og:" not in private.page("index.html")
    assert "canonical" not in private.page("index.html")


def test_a_course_may_have_its_own_robots(project: Project) -> None:
    project.write("mkdocs.yml", f"{SITE}\nsite_url: {ADDRESS}\n")
    project.write("docs/robots.txt", "User-agent: *\nDisallow: /\n")
    assert project.build().returncode == 0
    assert project.page("robots.txt") == "User-agent: *\nDisallow: /\n"


def test_an_id_that_a_page_has_twice_is_told_but_a_figure_may_be_called_as_a_heading_is(project: Project) -> None:
    project.write_lesson(
        "good", "# ## Line", "#| label: line\n#| fig-alt: A line.\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    )
    assert project.build().returncode == 0
    page = project.page("lessons/good/index.html")
    assert 'id="line"' in page
    assert 'id="fig-line"' in page
    project.write("docs/index.md", '# Home\n\n## Twice\n\n<p id="twice">Again.</p>\n')
    result = project.build()
    assert result.returncode != 0
    assert "docs/index.md: two elements have the id 'twice'" in result.stderr


def test_a_long_lead_ends_with_a_sentence_or_with_a_word() -> None:
    assert find_lead(f"<p>It ends here. {'And goes on ' * 20}.</p>") == "It ends here."
    words = find_lead(f"<p>{'word ' * 60}</p>")
    assert words.endswith("word…")
    assert len(words) <= MOST
    assert find_lead("<h1>Nothing below</h1>") == ""


def test_a_card_is_a_picture_of_the_size_that_is_told_and_the_same_each_time() -> None:
    card = draw_card("A single neuron", "Can one small formula predict it? " * 9, "The course")
    assert Image.open(io.BytesIO(card)).size == (WIDTH, HEIGHT)
    assert card == draw_card("A single neuron", "Can one small formula predict it? " * 9, "The course")
    assert card != draw_card("Another neuron", "Can one small formula predict it? " * 9, "The course")
    assert len(card) < 60_000


def test_words_stay_on_the_card() -> None:
    font = ImageFont.truetype(font_path(), 44)
    lines = wrap("A question with so many words that a card has no room for all of them. " * 9, font, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert max(map(font.getlength, lines)) <= WIDTH - MARGIN


def test_a_build_with_nothing_changed_draws_no_card(project: Project) -> None:
    project.write("mkdocs.yml", f"{SITE}\nsite_url: {ADDRESS}\n")
    project.build()
    for path in (project.root / ".cache").rglob("card-*.bin"):
        write_bytes(path, b"kept")
    assert project.build().returncode == 0
    assert (project.root / "site" / "assets" / "cards" / "good.png").read_bytes() == b"kept"
