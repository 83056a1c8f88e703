"""Drawings kept as one picture: the same each time, at its size, its crowds as dots."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections.abc import Callable
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from drawn import images, kept

from lessonpress.run.figures import MOST_MARKS, Figure, capture_figures, use_house_style

BLUE, GREEN = "#0067a5", "#007558"
GRID = np.arange(9).reshape(3, 3) % 5


def draw_much() -> None:
    figure, ((a, b), (c, d)) = plt.subplots(2, 2)
    a.plot([1, 3, 2], "o-", label="line")
    a.fill_between([0, 1, 2], [0, 2, 1], alpha=0.3)
    a.axhline(2, color="gray", linestyle="--")
    a.legend(frameon=True)
    b.bar([1, 2], [3, 4], alpha=0.5, color=BLUE, hatch="/")
    b.annotate("here", (1, 1), (1.5, 3), arrowprops={"arrowstyle": "->", "color": GREEN}, bbox={"alpha": 0.4})
    c.scatter([1, 2], [1, 2], c=[0, 1])
    c.contour(GRID, levels=[2], colors=BLUE)
    figure.colorbar(d.imshow(GRID), ax=d)
    figure.suptitle("All of it, $x^2$")


DRAWINGS: dict[str, Callable[[], object]] = {
    "line": lambda: plt.plot([1, 2, 3]),
    "markers": lambda: plt.plot([1, 2, 3], "o-", color=GREEN),
    "bars": lambda: plt.bar([1, 2], [1, 2], alpha=0.5),
    "span": lambda: plt.axvspan(0, 1, alpha=0.3),
    "band": lambda: plt.fill_between([0, 1], [1, 2], alpha=0.3),
    "histogram": lambda: plt.hist([1, 2, 2, 3], edgecolor="white"),
    "scatter": lambda: plt.scatter([1, 2], [1, 2], alpha=0.4, edgecolors="none"),
    "hollow": lambda: plt.scatter([1, 2], [1, 2], facecolors="none", edgecolors=GREEN),
    "arrow": lambda: plt.annotate("here", (0, 0), (0.5, 0.5), arrowprops={"arrowstyle": "->"}),
    "color bar": lambda: plt.colorbar(plt.imshow(GRID)),
    "crowd": lambda: plt.plot(np.arange(5000) % 7, "."),
    "much": draw_much,
}


@functools.cache
def kept_once(name: str) -> Figure:
    return kept(DRAWINGS[name])


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_same_drawing_gives_the_same_bytes(name: str) -> None:
    assert kept(DRAWINGS[name]) == kept_once(name)


def test_another_process_gives_the_same_bytes() -> None:
    code = """
import sys
import matplotlib.pyplot as plt
from lessonpress.run.figures import capture_figures, use_house_style
with use_house_style():
    plt.plot([1, 2, 3], "o-")
    plt.title("A title")
    sys.stdout.write(capture_figures()[0].svg)
"""
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    result = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert result.stdout == kept(lambda: (plt.plot([1, 2, 3], "o-"), plt.title("A title"))).svg


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_is_well_formed_and_names_what_it_refers_to_once(name: str) -> None:
    root = ElementTree.fromstring(kept_once(name).svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    named = [element.get("id") for element in root.iter() if element.get("id")]
    needed = {found for value in _values(root) for found in re.findall(r"(?:url\(|^)#([\w-]+)", value)}
    assert sorted(named) == sorted(set(named))
    assert {name for name in needed if not re.fullmatch("[0-9a-f]{6}", name)} == set(named)


def _values(root: ElementTree.Element) -> list[str]:
    return [value for element in root.iter() for value in element.attrib.values()]


def test_a_title_with_signs_of_markup_leaves_the_picture_well_formed() -> None:
    root = ElementTree.fromstring(kept(lambda: plt.title("a --> b <script> & --")).svg)
    assert "a --> b <script> & --" in [element.text for element in root.iter()]


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_holds_no_date_and_no_word_on_how_it_was_made(name: str) -> None:
    svg = re.sub(r"base64,[^\"]+", "", kept_once(name).svg)
    assert svg.startswith("<svg")
    assert not re.search(r"metadata|matplotlib|dc:date|20\d\d-\d\d|<!--", svg)


def test_places_have_one_decimal_at_most() -> None:
    path = re.findall(r' d="([^"]+)"', kept(lambda: plt.plot(np.linspace(0, 1, 50) ** 2)).svg)
    assert max(map(len, path)) > 200
    assert not re.search(r"\.\d\d", " ".join(path))


def test_a_figure_knows_the_size_to_show_it_at() -> None:
    figure = kept(lambda: plt.subplots(figsize=(5, 2.5)))
    assert (figure.width, figure.height) == (480, 240)
    assert 'viewBox="0 0 360 180"' in figure.svg


def test_figures_are_kept_in_order_and_closed() -> None:
    for width in (1, 2, 3):
        plt.subplots(figsize=(width, 1))
    assert [figure.width for figure in capture_figures()] == [96, 192, 288]
    assert plt.get_fignums() == []
    assert capture_figures() == []


def test_figures_are_closed_even_where_one_cannot_be_drawn() -> None:
    plt.title(r"$\frac{$")
    with pytest.raises(ValueError, match="frac"):
        capture_figures()
    assert plt.get_fignums() == []


def test_the_house_style_ends_with_what_it_is_for() -> None:
    before = dict(plt.rcParams)
    with use_house_style():
        assert plt.rcParams["svg.fonttype"] == "none"
    assert dict(plt.rcParams) == before


# Crowds


def scatter(count: int) -> Figure:
    numbers = np.random.default_rng(0).random((2, count))
    return kept(lambda: plt.scatter(*numbers, color=BLUE))


def test_a_crowd_of_marks_is_kept_as_dots() -> None:
    assert len(images(scatter(MOST_MARKS + 1).svg)) == 1


def test_a_few_marks_are_kept_as_paths() -> None:
    assert images(scatter(MOST_MARKS).svg) == []


def test_a_long_line_without_marks_is_kept_as_a_path() -> None:
    assert images(kept(lambda: plt.plot(np.arange(5000) % 7)).svg) == []
    assert len(images(kept(lambda: plt.plot(np.arange(5000) % 7, ".")).svg)) == 1
