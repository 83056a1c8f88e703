"""The house's layout: room for all labels, unless the lesson says where things stand, and never a word of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import pytest
from drawn import kept

from lessonpress.run.figures import use_house_style


def labelled(rows: int = 2) -> None:
    _, axes = plt.subplots(rows)
    for one in axes if rows > 1 else [axes]:
        one.set(ylabel="a label", xlabel="another", title="A title")


def with_colorbar() -> None:
    _, axes = plt.subplots(1, 2)
    plt.colorbar(axes[0].imshow([[1, 2]]), ax=axes[0])


def tightened(draw: Callable[[], None], **options: object) -> Callable[[], None]:
    return lambda: (draw(), plt.tight_layout(**options))  # type: ignore[func-returns-value, return-value]


@pytest.mark.parametrize("draw", [labelled, with_colorbar])
def test_a_tight_layout_is_the_houses_own(draw: Callable[[], None]) -> None:
    assert kept(tightened(draw)) == kept(draw)  # and a warning would be an error here


def test_a_tight_layout_leaves_the_room_it_is_told_to() -> None:
    *_, top = kept(tightened(labelled, rect=(0, 0, 1, 0.5))).axes[0]
    assert top > 0.5 * kept(labelled).height * 72 / 96


def places(draw: Callable[[], object]) -> list[tuple[float, float, float, float]]:
    """Left, right, bottom and top of each axes, as shares of the picture."""
    figure = kept(draw)
    width, height = figure.width * 72 / 96, figure.height * 72 / 96
    return [
        (round(left / width, 2), round(right / width, 2), round(1 - bottom / height, 2), round(1 - top / height, 2))
        for _, _, left, right, _, _, bottom, top in figure.axes
    ]


def test_axes_stand_where_the_lesson_puts_them() -> None:
    adjust = {"left": 0.3, "right": 0.8, "bottom": 0.25, "top": 0.75}
    assert places(lambda: (labelled(1), plt.subplots_adjust(**adjust))) == [(0.3, 0.8, 0.25, 0.75)]  # type: ignore[func-returns-value]
    (upper, lower) = places(lambda: (labelled(), plt.subplots_adjust(hspace=1)))  # type: ignore[func-returns-value]
    assert upper[3] - upper[2] == pytest.approx(upper[2] - lower[3], abs=0.02)


def test_room_made_after_a_tight_layout_is_kept() -> None:
    draw = tightened(labelled)
    *_, top = places(lambda: (draw(), plt.subplots_adjust(top=0.6)))[0]  # type: ignore[func-returns-value]
    assert top < 0.6 < places(draw)[0][3]


def test_a_layout_that_the_lesson_chooses_is_its_own() -> None:
    assert kept(lambda: plt.subplots(layout="tight")) != kept(lambda: plt.subplots())
    with pytest.warns(UserWarning, match="changed to tight"):
        kept(lambda: plt.subplots(layout="constrained")[0].tight_layout())


def test_an_empty_drawing_says_nothing_of_its_layout() -> None:
    kept(lambda: plt.figure().text(0.5, 0.5, "no axes"))


def test_an_authors_display_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":99")
    kept(lambda: plt.subplots()[0].show())


def test_an_authors_own_settings_make_no_difference(tmp_path: Path) -> None:
    def draw() -> None:
        plt.plot([1, 2], label="line")
        plt.legend()

    before = kept(draw)
    (tmp_path / "matplotlibrc").write_text("lines.linestyle: --\nlegend.loc: center\nxtick.direction: in\n")
    with matplotlib.rc_context(fname=tmp_path / "matplotlibrc"):
        assert plt.rcParams["legend.loc"] == "center"
        assert kept(draw) == before


def test_what_is_replaced_meanwhile_is_put_back() -> None:
    before = matplotlib.figure.Figure.tight_layout, matplotlib.backend_bases.FigureManagerBase.show
    with use_house_style():
        assert matplotlib.figure.Figure.tight_layout is not before[0]
    assert (matplotlib.figure.Figure.tight_layout, matplotlib.backend_bases.FigureManagerBase.show) == before
