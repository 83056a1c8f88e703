"""A figure drawn once, in the house style, and kept as one picture whose colors follow the page that shows it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lessonpress.run.labels import find_clashes, grow_letters, note_ticks
from lessonpress.run.svg import FAINT, HUES, INK, mark_fixed, write_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

# Past this many marks a picture is smaller, and faster to show, as dots than as paths.
MOST_MARKS = 1500

HOUSE_STYLE: dict[str, Any] = {
    "figure.figsize": (5.6, 3.5),
    "figure.hooks": ["lessonpress.run.layout:give_layout"],
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": FAINT,
    "axes.grid": True,
    "axes.axisbelow": True,
    "lines.linewidth": 2,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    # One drawing, one file: no date, no random identifiers, letters as letters, in the page's own font.
    "svg.hashsalt": "lessonpress",
    "svg.fonttype": "none",
}


OF_THE_MACHINE = ("backend", "backend_fallback", "interactive")


@dataclass(frozen=True)
class Figure:
    """A picture (SVG text), and the size a page should show it at, in CSS pixels.

    `clashes` says which labels cover each other, or leave the picture, at the size of a phone. `play` is what a reader
    can move, and how the picture changes. `axes` has for each of its axes the limits of x and y in the data and in the
    picture: x0, x1, their places, y0, y1, their places.
    """

    svg: str
    width: int
    height: int
    clashes: tuple[str, ...] = ()
    play: tuple[dict[str, Any], ...] = ()  # as `plays.draw_group` makes them
    data: str = ""  # JSON, for a script in the page
    axes: tuple[tuple[float, ...], ...] = ()


@contextlib.contextmanager
def use_house_style() -> Iterator[None]:
    """Draw in the house style, if matplotlib can be had; a lesson that doesn't draw need not have it."""
    try:
        import matplotlib
    except ImportError:
        yield
        return
    from cycler import cycler

    from lessonpress.run.layout import layouts_kept

    with matplotlib.rc_context(), layouts_kept():
        style: Any = {name: value for name, value in matplotlib.rcParamsDefault.items() if name not in OF_THE_MACHINE}
        style |= HOUSE_STYLE
        matplotlib.rcParams.update(style)  # nothing of a matplotlibrc that the author has
        matplotlib.rcParams["axes.prop_cycle"] = cycler(color=list(HUES))
        yield


def capture_figures(keep: Callable[[Drawing], Figure] | None = None) -> list[Figure]:
    """Keep every figure that is open in pyplot and not empty, and close it."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or not pyplot.get_fignums():
        return []
    try:
        drawings = map(pyplot.figure, pyplot.get_fignums())
        return [(keep or keep_figure)(drawing) for drawing in drawings if not is_empty(drawing)]
    finally:
        pyplot.close("all")


def keep_figure(drawing: Drawing, check: bool = True, once: bool = False) -> Figure:
    """Lay a drawing out for the letters that a phone needs, write it, and check that its labels stay clear.

    One that is kept `once` nobody will see again, so that it need not be left as it was.
    """
    from lessonpress.run.layout import lay_out, left_as_it_was

    with contextlib.nullcontext() if once else left_as_it_was(drawing):
        rasterize_crowds(drawing)
        grow_letters(drawing)
        lay_out(drawing)
        note_ticks(drawing)
        mark_fixed(drawing)
        width, height = (round(float(inches) * 96) for inches in drawing.get_size_inches())
        svg = write_svg(drawing)
        places = tuple(_places_of(axes, drawing) for axes in drawing.axes)  # where writing has left them
        return Figure(svg, width, height, tuple(find_clashes(drawing)) if check else (), axes=places)


def is_empty(drawing: Drawing) -> bool:
    """Whether nothing is drawn in a figure, as in one that a question such as `plt.gcf()` has opened."""
    return not (drawing.axes or drawing.lines or drawing.texts or drawing.images or drawing.patches)


def is_open(drawing: Drawing) -> bool:
    """Whether pyplot still has a drawing in its hands, and will show it at the end of the cell."""
    from matplotlib._pylab_helpers import Gcf

    return any(manager.canvas.figure is drawing for manager in Gcf.get_all_fig_managers())


def close(drawing: Drawing) -> None:
    """Take a drawing out of pyplot's hands; those that it never had stay as they are."""
    from matplotlib import pyplot

    if is_open(drawing):
        pyplot.close(drawing)


def _places_of(axes: Axes, drawing: Drawing) -> tuple[float, ...]:
    """The limits of x and y in the data, each pair followed by its places in the picture."""
    x0, x1, y0, y1 = map(float, (*axes.get_xlim(), *axes.get_ylim()))
    points = axes.transData.transform([(x0, y0), (x1, y1)]) * 72 / drawing.dpi
    (left, bottom), (right, top) = points.tolist()
    height = float(drawing.get_figheight()) * 72
    return (x0, x1, round(left, 2), round(right, 2), y0, y1, round(height - bottom, 2), round(height - top, 2))


def rasterize_crowds(drawing: Drawing) -> None:
    """Have artists with very many marks drawn as dots inside the picture."""
    import numpy as np
    from matplotlib.collections import Collection
    from matplotlib.lines import Line2D

    for artist in drawing.findobj(lambda artist: isinstance(artist, (Collection, Line2D))):
        if isinstance(artist, Collection):
            marks = max(np.shape(artist.get_offsets())[0], len(artist.get_paths()))
        else:
            marked = artist.get_marker() not in ("None", "none", "", " ", None)  # type: ignore[attr-defined]
            marks = np.size(artist.get_xdata()) if marked else 0  # type: ignore[attr-defined]
        if marks > MOST_MARKS:
            artist.set_rasterized(True)
