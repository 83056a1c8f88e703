"""The letters of a drawing: large enough on a phone, and clear of each other there."""

from __future__ import annotations

import re
from collections.abc import Callable

import matplotlib.pyplot as plt
import pytest
from drawn import kept, texts

from lessonpress.run.labels import COLUMN, SMALLEST


@pytest.mark.parametrize("width", [3, 5.6, 9])
def test_every_letter_is_at_least_12_pixels_high_on_a_phone(width: float) -> None:
    def draw() -> None:
        plt.subplots(figsize=(width, 4))
        plt.title("A title", fontsize=30)
        plt.text(0.5, 0.5, "tiny", fontsize=4)
        plt.xlabel("below")

    sizes = [float(size) for size in re.findall(r'<text [^>]*font-size="([\d.]+)"', kept(draw).svg)]
    on_phone = [size * COLUMN / (width * 72) for size in sizes]  # a picture is as wide as the column there
    assert len(sizes) > 5
    assert min(on_phone) >= SMALLEST * 0.995  # places have a decimal
    assert 30 in sizes, "large ones stay as they are"


def test_a_wide_page_can_show_letters_in_the_size_that_their_author_gave_them() -> None:
    svg = kept(lambda: (plt.text(0.2, 0.2, "tiny", fontsize=7), plt.text(0.5, 0.5, "large", fontsize=20))).svg
    (tiny,) = (text for text in texts(svg) if ">tiny<" in text)
    (large,) = (text for text in texts(svg) if ">large<" in text)
    assert 'font-size="14"' in tiny
    assert "--size: 7" in tiny
    assert "--size" not in large


def test_all_ticks_of_an_axis_have_one_size_those_that_the_layout_adds_too() -> None:
    svg = kept(lambda: plt.plot([1, 20])).svg
    ticks = [text for text in texts(svg) if 'text-anchor="end"' in text]
    assert len(ticks) > 5
    assert all("--size: 11" in text for text in ticks)


def clashes(*placed: tuple[float, float, str], **settings: object) -> tuple[str, ...]:
    def draw() -> None:
        plt.gca().set_axis_off()
        for x, y, words in placed:
            plt.text(x, y, words, in_layout=False, **settings)  # type: ignore[arg-type]

    return kept(draw).clashes


def test_labels_that_cover_each_other_are_found() -> None:
    assert clashes((0.2, 0.5, "one label"), (0.25, 0.52, "another")) == ("'one label' covers 'another'",)


def test_labels_that_stand_apart_are_not() -> None:
    assert clashes((0.2, 0.5, "one label"), (0.2, 0.7, "another"), (0.6, 0.5, "third")) == ()


def test_a_label_that_leaves_the_picture_is_found() -> None:
    assert clashes((0.9, 0.5, "a label that is too long")) == ("'a label that is too long' leaves the picture",)


def test_a_label_is_judged_in_the_size_that_a_phone_needs() -> None:
    near = ((0.2, 0.5, "one label"), (0.2, 0.525, "another"))
    assert clashes(*near, fontsize=3) == ("'one label' covers 'another'",)


def test_lines_of_one_text_are_one_label() -> None:
    assert clashes((0.2, 0.4, "two\nlines")) == ()
    assert clashes((0.2, 0.4, "two\nlines"), (0.2, 0.46, "upper")) == ("'two lines' covers 'upper'",)


def test_lines_below_each_other_in_two_texts_may_touch() -> None:
    assert clashes((0.2, 0.4, "gypsy"), (0.2, 0.463, "gypsy")) == ()


def test_a_label_turned_upright_is_measured_as_it_stands() -> None:
    assert clashes((0.5, 0.2, "a long upright label"), (0.6, 0.4, "beside"), rotation=90) == ()
    assert clashes((0.5, 0.2, "a long upright label"), (0.52, 0.4, "upon"), rotation=90) == (
        "'a long upright label' covers 'upon'",
    )


@pytest.mark.parametrize(
    "hide",
    [
        lambda text: text.set_visible(False),
        lambda text: text.set_alpha(0),
        lambda text: text.set_text(""),
    ],
)
def test_a_label_that_nobody_sees_covers_none(hide: Callable[[plt.Text], None]) -> None:
    def draw() -> None:
        plt.gca().set_axis_off()
        plt.text(0.2, 0.5, "seen")
        hide(plt.text(0.2, 0.5, "unseen"))

    assert kept(draw).clashes == ()


def test_a_tick_outside_of_the_axes_has_no_label_to_cover_another() -> None:
    def draw() -> None:
        plt.xticks([0, 1, 1.01, 5])
        plt.xlim(0, 1)

    assert kept(draw).clashes == ()


def test_ticks_that_stand_too_close_are_found() -> None:
    assert "'1000' covers '1001'" in kept(lambda: (plt.xticks([1000, 1001]), plt.xlim(0, 2000))).clashes


def test_an_ordinary_figure_has_no_clash() -> None:
    def draw() -> None:
        plt.plot([1, 2, 3], label="line")
        plt.legend()
        plt.title("A title")
        plt.xlabel("below")
        plt.ylabel("beside")

    assert kept(draw).clashes == ()
