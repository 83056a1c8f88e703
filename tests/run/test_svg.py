"""The colors and letters of a picture: what follows the page that shows it, and what stays as drawn."""

from __future__ import annotations

import re
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pytest
from drawn import colors, contrast, images, kept, texts, variable
from matplotlib import colormaps
from matplotlib.colors import to_hex

from lessonpress.run.svg import HOUSE, HUES, INK

LIGHT_PAGE, DARK_PAGE = "#ffffff", "#1e2129"
BLUE, GREEN = "#0067a5", "#007558"
BLACK_TURNS = {"#000000", "light-dark(#000000, #ebebeb)"}
UNSAID = 'style="fill: #000000; fill: light-dark(#000000, #ebebeb)"'
GRID = np.arange(9).reshape(3, 3) % 5


# What follows the page


@pytest.mark.parametrize("color", [*HUES, INK])
def test_a_color_for_light_pages_has_contrast_there(color: str) -> None:
    assert contrast(color, LIGHT_PAGE) >= 4.5


@pytest.mark.parametrize("color", [*HUES, INK])
def test_a_color_for_dark_pages_has_contrast_there(color: str) -> None:
    assert contrast(HOUSE[color][1], DARK_PAGE) >= 4.5


def test_the_house_colors_are_taken_in_turn_and_become_variables() -> None:
    svg = kept(lambda: [plt.plot([0, height]) for height in range(len(HUES))]).svg
    assert colors(svg) == set(map(variable, HUES))


def test_texts_axes_and_grid_are_ink_and_faint() -> None:
    svg = kept(lambda: (plt.title("Title"), plt.xlabel("x"))).svg
    assert colors(svg) == set()
    assert all(variable(INK) in text for text in texts(svg))
    assert f"stroke: {variable('#d9d9e0')}" in svg


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plt.plot([1, 2], color="black"),
        lambda: plt.plot([1, 2], "ko"),
        lambda: plt.scatter([1, 2], [1, 2], color="black"),
        lambda: plt.contour(GRID, levels=[2], colors="black"),
        lambda: plt.annotate("", (0, 0), (0.5, 0.5), arrowprops={"arrowstyle": "->", "color": "black"}),
        lambda: plt.vlines([1, 2], 0, 1, colors="black"),
    ],
)
def test_nothing_black_stays_on_a_dark_page(draw: Callable[[], object]) -> None:
    assert colors(kept(draw).svg) == BLACK_TURNS


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plt.text(0.5, 0.5, "here", color="black"),
        lambda: plt.bar([1], [1], color="black"),
        lambda: plt.quiver([0], [0], [1], [1], color="black"),
    ],
)
def test_what_is_filled_with_black_and_does_not_say_so_turns_too(draw: Callable[[], object]) -> None:
    svg = kept(draw).svg
    assert UNSAID in svg.partition(">")[0], "what says nothing else has the color of the whole"
    assert colors(svg) == set()


def test_greys_turn_with_the_page_the_lighter_the_darker() -> None:
    svg = kept(lambda: plt.gca().set_facecolor("white")).svg
    (ground,) = (color for color in colors(svg) if color.startswith("light-dark"))
    light, dark = ground.removeprefix("light-dark(").removesuffix(")").split(", ")
    assert light == "#ffffff"
    assert contrast(dark, DARK_PAGE) < 1.5
    assert contrast("#ebebeb", DARK_PAGE) > 10


def test_a_color_of_the_authors_own_stays() -> None:
    assert colors(kept(lambda: plt.plot([1, 2], color="#aa1122")).svg) == {"#aa1122"}


def test_markers_have_the_color_of_their_line() -> None:
    assert colors(kept(lambda: plt.plot([1, 2], "o-", color=GREEN)).svg) == {variable(GREEN)}


def test_alpha_is_kept_beside_the_color() -> None:
    svg = kept(lambda: plt.fill_between([0, 1], [1, 2], color=BLUE, alpha=0.3, linewidth=0)).svg
    assert f"fill: {variable(BLUE)}; fill-opacity: 0.3" in svg


def test_the_box_of_a_text_turns_with_the_page() -> None:
    svg = kept(lambda: plt.text(0.5, 0.5, "here", bbox={"facecolor": "white", "edgecolor": "none"})).svg
    assert {color for color in colors(svg) if "light-dark" in color} == {"light-dark(#ffffff, #1f1f1f)"}


# Crowds, which are dots: a stencil for a color that can follow the page


def crowd(color: str, alpha: float = 1.0) -> str:
    numbers = np.random.default_rng(0).random((2, 5000))
    return kept(lambda: plt.scatter(*numbers, color=color, alpha=alpha)).svg


@pytest.mark.parametrize("alpha", [1, 0.3, 0.05])
def test_a_crowd_follows_the_page_whatever_its_alpha(alpha: float) -> None:
    svg = crowd(BLUE, alpha)
    assert len(images(svg)) == 1
    assert colors(svg) == {variable(BLUE)}
    assert 'mask="url(#' in svg


def test_a_black_crowd_turns_with_the_page() -> None:
    assert colors(crowd("black")) == BLACK_TURNS


def test_a_crowd_of_many_colors_stays_as_drawn() -> None:
    numbers = np.random.default_rng(0).random((2, 5000))
    svg = kept(lambda: plt.scatter(*numbers, c=numbers[0], alpha=0.5)).svg
    assert len(images(svg)) == 1
    assert "mask" not in svg


def test_a_crowd_on_an_image_keeps_its_color_since_the_image_does() -> None:
    def draw() -> None:
        plt.imshow(GRID, extent=(0, 1, 0, 1))
        plt.scatter(*np.random.default_rng(0).random((2, 5000)), color=BLUE)

    found = colors(kept(draw).svg)
    assert BLUE in found
    assert variable(BLUE) not in found


def test_an_image_of_one_color_is_no_stencil() -> None:
    assert "mask" not in kept(lambda: plt.imshow(np.zeros((3, 3)), cmap="gray")).svg


# What a color map colors, and what stands upon it


def test_what_a_color_map_colors_keeps_its_colors() -> None:
    svg = kept(lambda: plt.scatter([1, 2, 3], [1, 2, 3], c=[0, 1, 2])).svg
    assert colors(svg) == {"#440154", "#21918c", "#fde725"}


def test_a_grey_color_map_keeps_its_colors_too() -> None:
    svg = kept(lambda: plt.scatter([1, 2], [1, 2], c=[0, 1], cmap="gray")).svg
    assert colors(svg) == {"#000000", "#ffffff"}


def test_an_image_keeps_its_colors() -> None:
    (image,) = images(kept(lambda: plt.imshow(GRID)).svg)
    drawn = {color for _, color in image.getcolors(10**6) or ()}
    assert drawn == {tuple(color) for color in colormaps["viridis"](np.linspace(0, 1, 5), bytes=True)}


GROUNDS: dict[str, Callable[[], object]] = {
    "image": lambda: plt.imshow(GRID, cmap="gray"),
    "cells": lambda: plt.pcolormesh(GRID, cmap="gray"),
    "contours": lambda: plt.contourf(GRID, cmap="gray"),
    "hexagons": lambda: plt.hexbin([1, 2, 2], [1, 2, 1], gridsize=3, cmap="gray"),
}


@pytest.mark.parametrize("name", GROUNDS)
def test_what_stands_on_a_ground_of_mapped_colors_keeps_its_color(name: str) -> None:
    def draw() -> None:
        GROUNDS[name]()
        plt.text(1, 1, "7", color="white")
        plt.text(1, 1.5, "3", color="black", bbox={"facecolor": "red"})
        plt.plot([1, 2], [1, 2], "o-", color="white")
        plt.annotate("", (1, 1), (1, 2), arrowprops={"arrowstyle": "->", "color": "black"})
        plt.xlabel("below")

    svg = kept(draw).svg
    assert not any("light-dark" in color for color in colors(svg))
    assert {"#ffffff", "#ff0000", "#000000"} <= colors(svg)
    black = svg.index(">3</text>")
    assert svg[:black].endswith('font-size="14" text-anchor="start" style="--size: 11"')
    assert 'style="fill: #000000"' in svg[black - 250 : black]
    (label,) = (text for text in texts(svg) if ">below<" in text)
    assert variable(INK) in label, "what stands beside the ground follows the page"


def test_a_text_beside_a_ground_follows_the_page() -> None:
    def draw() -> None:
        plt.imshow(GRID)
        plt.text(-1.5, 1, "beside")
        plt.text(1, 1, "upon")

    found = {words: text for text in texts(kept(draw).svg) for words in ("beside", "upon") if f">{words}<" in text}
    assert variable(INK) in found["beside"]
    assert variable(INK) not in found["upon"]
    assert INK in found["upon"]


def test_bars_colored_by_a_value_and_the_numbers_on_them_stay() -> None:
    def draw() -> None:
        bars = plt.bar([1, 2], [3, 4], color=colormaps["viridis"]([0.1, 0.9]))
        for bar, color in zip(bars, ("white", "black"), strict=True):
            plt.text(bar.get_x() + 0.4, 2, "7", color=color)
        plt.text(1.5, 1, "|", color="#444444", ha="center")

    assert colors(kept(draw).svg) == {
        *map(to_hex, colormaps["viridis"]([0.1, 0.9])),
        "#ffffff",
        "#444444",
        "light-dark(#444444, #b4b4b4)",
    }


def test_numbers_on_bars_in_house_colors_follow_the_page_as_the_bars_do() -> None:
    svg = kept(lambda: (plt.bar([1], [3], color=BLUE), plt.text(1, 2, "7", color="white"))).svg
    assert colors(svg) == {variable(BLUE), "#ffffff", "light-dark(#ffffff, #1f1f1f)"}


def test_a_shaded_surface_stays_as_drawn() -> None:
    def draw() -> None:
        axes = plt.figure().add_subplot(projection="3d")
        axes.plot_surface(*np.meshgrid([0.0, 1, 2], [0.0, 1, 2]), GRID.astype(float), color="#888888")

    svg = kept(draw).svg
    faces = [color for color in colors(svg) if color.startswith("#") and f"light-dark({color}" not in svg]
    assert len(faces) > 2, "the light falls on them from one side"


# Letters


def test_letters_are_text_in_the_font_of_the_page() -> None:
    svg = kept(lambda: plt.title("A title")).svg
    assert ">A title</text>" in svg
    assert "DejaVu" not in svg
    assert svg.count("font-family") == svg.count('font-family="system-ui, sans-serif"') == 1


def test_a_formula_is_text_too() -> None:
    svg = kept(lambda: plt.title("$x^2$")).svg
    assert ">x</tspan>" in svg
    assert ">2</tspan>" in svg
    assert "DejaVu" not in svg


@pytest.mark.parametrize("name", ["kernel-x", "größe"])
def test_a_name_of_the_authors_own_is_there_for_a_script_and_is_no_identity(name: str) -> None:
    svg = kept(lambda: plt.plot([1, 2], gid=name)).svg
    assert svg.count(f'<g data-name="{name}">') == 1
    assert f'"{name}"' not in svg.replace(f'data-name="{name}"', "")
    assert set(re.findall(r'data-name="([^"]*)"', svg)) == {name}, "none that matplotlib gave"
