"""Drawings as a page or a file of their own shows them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from lessonpress.hosts.assets import FOLDER
from lessonpress.printing.figures import PrintedFigure, set_drawings, write_figure, write_file
from lessonpress.run.svg import HOUSE

SVG = (
    '<svg viewBox="0 0 403 252" font-family="system-ui, sans-serif" xmlns="http://www.w3.org/2000/svg">'
    '<defs><path id="p0" d="M 0 0" /><clipPath id="p1"><rect /></clipPath></defs>'
    '<g clip-path="url(#p1)"><use href="#p0" style="fill: #0067a5" /></g><text>a #p0</text></svg>'
)
DRAWINGS = {"lessons/größe/line.svg": SVG, "lessons/b/line.svg": SVG}


def picture(src: str, alt: str = "A line.") -> str:
    return f'<p><img alt="{alt}" class="lesson-drawing" height="336" loading="lazy" src="{src}" width="538" /></p>'


def test_a_drawing_takes_the_place_of_its_picture_in_its_size_and_with_its_words() -> None:
    page = set_drawings(picture("../b/line.svg", alt="x &lt; &quot;y&quot;"), "lessons/a/", DRAWINGS)
    head = re.match("<p><svg ([^>]*)>", page)
    assert head is not None
    given = dict(re.findall(r'([\w-]+)="([^"]*)"', head[1]))
    assert (given["role"], given["aria-label"]) == ("img", "x &lt; &quot;y&quot;")
    assert (given["width"], given["height"], given["viewBox"]) == ("538", "336", "0 0 403 252")
    assert "<img" not in page


def test_names_are_the_drawings_own_wherever_it_is_placed() -> None:
    page = set_drawings(picture("b/line.svg") + picture("gr%C3%B6%C3%9Fe/line.svg") * 2, "lessons/", DRAWINGS)
    named = re.findall(r' id="([^"]+)"', page)
    assert len(named) == len(set(named)) == 6
    assert re.findall(r'(?:url\(| href=")#([^")]+)', page) == [named[place] for place in (1, 0, 3, 2, 5, 4)]
    assert page.count("<text>a #p0</text>") == 3, "a text is no reference"
    assert page.count("fill: #0067a5") == 3
    assert [prefix in named[2 * place] for place, prefix in enumerate(re.findall('data-prefix="([^"]+)"', page))]


def test_a_picture_of_something_else_stays() -> None:
    page = picture("other.svg") + '<img src="b/line.svg" alt="no drawing">'
    assert set_drawings(page, "lessons/", DRAWINGS) == page


@pytest.mark.parametrize(
    ("url", "data", "script"),
    [
        ("lessons/b/", "line.json", "../../own/digits.js"),
        ("lessons/b.html", "b/line.json", "../own/digits.js"),
        ("./", "lessons/b/line.json", "own/digits.js"),
        ("index.html", "lessons/b/line.json", "own/digits.js"),
    ],
)
def test_what_a_figure_moves_by_is_found_from_any_page(url: str, data: str, script: str) -> None:
    page = '<div class="lesson-play" data-play="lessons/b/line.json" data-script="own/digits.js"></div>'
    found = set_drawings(page, url, {})
    assert found == f'<div class="lesson-play" data-play="{data}" data-script="{script}"></div>'


def test_a_figure_has_its_picture_its_controls_and_its_caption_in_this_order() -> None:
    figure = PrintedFigure("fit", "lessons/b/fit.svg", 538, 336, "A line.", "It rises.", "<div>controls</div>")
    written = write_figure(figure, "../")
    places = [written.index(part) for part in ('id="fig-fit"', "](../lessons/b/fit.svg)", "<div>controls", "It rises.")]
    assert places == sorted(places)


def test_a_file_shows_itself_as_dark_as_its_surroundings() -> None:
    root = ElementTree.fromstring(write_file(SVG, 538, 336))
    assert (root.get("width"), root.get("height")) == ("538", "336")
    (style,) = (element.text or "" for element in root if element.tag.endswith("style"))
    media, _, rules = style.partition("{")
    assert media == "@media (prefers-color-scheme:dark)"
    assert "color-scheme:dark" in rules
    for name, dark in HOUSE.values():
        assert f"--lesson-{name}:{dark};" in rules


def test_the_style_of_a_page_has_the_colors_that_are_drawn_with() -> None:
    style = (FOLDER / "style" / "20-figures.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--lesson-(\w+): (#\w+);", part)) for part in style.split("@media screen"))
    assert light == {name: color for color, (name, _) in HOUSE.items()}
    assert dark == dict(HOUSE.values())
