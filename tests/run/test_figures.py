"""Drawings kept as a light and a dark picture."""

from __future__ import annotations

import base64
import functools
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb, to_rgba
from PIL import Image

from lessonpress.run.figures import (
    DARK_INK,
    LIGHT_INK,
    LIGHT_TO_DARK,
    MOST_MARKS,
    PAIRS,
    Figure,
    capture_figures,
    dark_color,
    use_house_style,
)

LIGHT_PAGE, DARK_PAGE = "#ffffff", "#1e2129"
BLUE, GREEN = "#0067a5", "#007558"
GRID = np.arange(9).reshape(3, 3) % 5


@pytest.fixture(autouse=True)
def house_style() -> Iterator[None]:
    with use_house_style():
        yield
    plt.close("all")


def kept(draw: Callable[[], object]) -> Figure:
    """What is kept of a drawing."""
    draw()
    (figure,) = capture_figures()
    return figure


def colors(svg: str) -> set[str]:
    """The colors of a picture, but for those of its axes, grid and texts."""
    return set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", svg)) - set(PAIRS) - set(PAIRS.values())


def house_colors(svg: str) -> set[str]:
    return set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", svg)) & {*LIGHT_TO_DARK, *LIGHT_TO_DARK.values()}


def without_colors(svg: str) -> str:
    """A picture without its colors, and with its identifiers, which come from the colors too, by number."""
    svg = re.sub(r"#[0-9a-f]{6}\b", "#", svg)
    for number, name in enumerate(dict.fromkeys(re.findall(r'id="([^"]+)"', svg))):
        svg = re.sub(rf'(["#]){re.escape(name)}(["\)])', rf"\1id-{number}\2", svg)
    return svg


def images(svg: str) -> list[Image.Image]:
    found = re.findall(r"data:image/png;base64,\s*([^\"]+)\"", svg)
    return [Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA") for data in found]


def luminance(color: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(color)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def draw_much() -> None:
    figure, ((a, b), (c, d)) = plt.subplots(2, 2)
    a.plot([1, 3, 2], "o-", label="line")
    a.fill_between([0, 1, 2], [0, 2, 1], alpha=0.3)
    a.axhline(2, color="gray", linestyle="--")
    a.legend(frameon=True)
    b.bar([1, 2], [3, 4], alpha=0.5, color=BLUE)
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
    "much": draw_much,
}


@functools.cache
def kept_once(name: str) -> Figure:
    return kept(DRAWINGS[name])


# One drawing, one pair of files


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
    sys.stdout.write(capture_figures()[0].dark)
"""
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    result = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert result.stdout == kept(lambda: (plt.plot([1, 2, 3], "o-"), plt.title("A title"))).dark


@pytest.mark.parametrize("name", DRAWINGS)
def test_light_and_dark_differ_in_color_and_in_nothing_else(name: str) -> None:
    figure = kept_once(name)
    assert figure.light != figure.dark
    assert without_colors(figure.light) == without_colors(figure.dark)


@pytest.mark.parametrize("name", DRAWINGS)
def test_both_pictures_are_well_formed(name: str) -> None:
    figure = kept_once(name)
    for svg in (figure.light, figure.dark):
        assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_title_that_would_end_a_comment_leaves_the_picture_well_formed() -> None:
    ElementTree.fromstring(kept(lambda: plt.title("a --> b <script> & --")).light)


def test_a_picture_holds_no_date_and_no_word_on_how_it_was_made() -> None:
    svg = kept_once("much").light
    assert svg.startswith("<svg")
    assert not re.search(r"metadata|matplotlib\.org|dc:date|20\d\d-\d\d", svg)


def test_a_picture_needs_no_font() -> None:
    svg = kept(lambda: plt.title("A title")).light
    assert "<text" not in svg
    assert "font-family" not in svg


def test_places_have_two_decimals_at_most_and_letters_keep_their_size() -> None:
    drawing = kept(lambda: plt.plot(np.linspace(0, 1, 50) ** 2)).light
    assert not re.search(r"[1-9]\.\d{3}", re.sub(r"<!--.*?-->", "", drawing))
    assert "scale(0.015625)" in drawing


def test_a_figure_knows_the_size_to_show_it_at() -> None:
    figure = kept(lambda: plt.subplots(figsize=(5, 2.5)))
    assert (figure.width, figure.height) == (480, 240)


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


# Colors


@pytest.mark.parametrize("color", [*LIGHT_TO_DARK, LIGHT_INK])
def test_a_color_for_light_pages_has_contrast_there(color: str) -> None:
    assert contrast(color, LIGHT_PAGE) >= 4.5


@pytest.mark.parametrize("color", [*LIGHT_TO_DARK.values(), DARK_INK])
def test_a_color_for_dark_pages_has_contrast_there(color: str) -> None:
    assert contrast(color, DARK_PAGE) >= 4.5


@pytest.mark.parametrize(("light", "dark"), PAIRS.items())
def test_a_house_color_becomes_its_pair_and_keeps_its_alpha(light: str, dark: str) -> None:
    assert dark_color(*to_rgb(light), 0.5) == pytest.approx(to_rgba(dark, 0.5))


def test_black_becomes_light_and_white_becomes_dark() -> None:
    assert contrast(to_hex(dark_color(0, 0, 0, 1)), DARK_PAGE) > 10
    assert contrast(to_hex(dark_color(1, 1, 1, 1)), DARK_PAGE) < 1.5


@pytest.mark.parametrize("color", ["red", "navy", "darkgreen", "saddlebrown", "purple", "blue"])
def test_a_dark_color_becomes_light_enough_to_be_seen(color: str) -> None:
    assert contrast(to_hex(dark_color(*to_rgb(color), 1)), DARK_PAGE) >= 3


def test_the_house_colors_are_taken_in_turn() -> None:
    figure = kept(lambda: [plt.plot([0, height]) for height in range(len(LIGHT_TO_DARK))])
    assert house_colors(figure.light) == set(LIGHT_TO_DARK)
    assert house_colors(figure.dark) == set(LIGHT_TO_DARK.values())


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plt.plot([1, 2], color="black"),
        lambda: plt.plot([1, 2], "ko"),
        lambda: plt.plot([1, 2], "o", color=LIGHT_INK),
        lambda: plt.scatter([1, 2], [1, 2], color="black"),
        lambda: plt.bar([1, 2], [1, 2], color="black"),
        lambda: plt.text(0.5, 0.5, "here", color="black"),
        lambda: plt.contour(GRID, levels=[2], colors="black"),
        lambda: plt.annotate("here", (0, 0), (0.5, 0.5), arrowprops={"arrowstyle": "->", "color": "black"}),
        lambda: plt.vlines([1, 2], 0, 1, colors="black"),
        lambda: plt.quiver([0], [0], [1], [1], color="black"),
        lambda: plt.boxplot([[1, 2, 3]]),
    ],
)
def test_nothing_black_stays_on_a_dark_page(draw: Callable[[], object]) -> None:
    dark = kept(draw).dark
    seen = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", dark)) - {PAIRS["#d9d9e0"]}
    assert min(contrast(color, DARK_PAGE) for color in seen) > 4.5


def test_markers_have_the_color_of_their_line() -> None:
    dark = kept(lambda: plt.plot([1, 2], "o-", color=GREEN)).dark
    assert (house_colors(dark), colors(dark)) == ({LIGHT_TO_DARK[GREEN]}, set())


def test_the_box_of_a_text_turns_dark_with_the_page() -> None:
    figure = kept(lambda: plt.text(0.5, 0.5, "here", bbox={"facecolor": "white", "edgecolor": "none"}))
    assert colors(figure.light) == {"#ffffff"}
    assert contrast(*colors(figure.dark), DARK_PAGE) < 1.5


def test_the_ground_of_axes_turns_dark_with_the_page() -> None:
    figure = kept(lambda: plt.gca().set_facecolor("white"))
    assert contrast(*colors(figure.dark), DARK_PAGE) < 1.5


def test_what_a_color_map_colors_keeps_its_colors() -> None:
    figure = kept(lambda: plt.scatter([1, 2, 3], [1, 2, 3], c=[0, 1, 2]))
    assert colors(figure.light) == colors(figure.dark) == {"#440154", "#21918c", "#fde725"}


def test_an_image_keeps_its_colors() -> None:
    figure = kept(lambda: plt.imshow(GRID))
    (light,), (dark,) = images(figure.light), images(figure.dark)
    assert light.tobytes() == dark.tobytes()


def test_a_text_on_an_image_keeps_its_color_since_the_image_does() -> None:
    def draw() -> None:
        plt.imshow([[0, 1]], cmap="gray")
        plt.text(0, 0, "7", color="white")
        plt.text(1, 0, "3", color="black", bbox={"facecolor": "red"})

    figure = kept(draw)
    assert colors(figure.light) == colors(figure.dark) == {"#ffffff", "#000000", "#ff0000"}


# Crowds


def scatter(count: int) -> Figure:
    numbers = np.random.default_rng(0).random((2, count))
    return kept(lambda: plt.scatter(*numbers, color=BLUE))


def test_a_crowd_of_marks_is_kept_as_dots() -> None:
    assert len(images(scatter(5000).light)) == 1


def test_a_few_marks_are_kept_as_paths() -> None:
    assert images(scatter(MOST_MARKS).light) == []


def test_a_long_line_without_marks_is_kept_as_a_path() -> None:
    assert images(kept(lambda: plt.plot(np.arange(5000) % 7)).light) == []
    assert len(images(kept(lambda: plt.plot(np.arange(5000) % 7, ".")).light)) == 1


def test_a_crowd_is_dark_on_a_dark_page() -> None:
    figure = scatter(5000)
    for svg, color in ((figure.light, BLUE), (figure.dark, LIGHT_TO_DARK[BLUE])):
        (image,) = images(svg)
        dots = {to_hex(np.array(dot[:3]) / 255) for _, dot in image.getcolors(10**6) or [] if dot[3] == 255}
        assert dots == {color}
