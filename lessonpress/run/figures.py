"""A figure drawn once and kept as two pictures, one for a light page and one for a dark one."""

from __future__ import annotations

import colorsys
import contextlib
import io
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure as Drawing

# Okabe and Ito's colors, which people who are color-blind can tell apart, each a little darker for
# light pages and a little lighter for dark ones, so that both reach a contrast of 4.5 to 1 as text
# (https://jfly.uni-koeln.de/color/).
LIGHT_TO_DARK = {
    "#0067a5": "#6cb8ea",  # blue
    "#b34a00": "#ff9d5c",  # vermilion
    "#007558": "#3fcf9f",  # green
    "#a1467f": "#eba3cf",  # purple
    "#7a6000": "#e6c84a",  # yellow
    "#20718f": "#7fd3f0",  # sky
}
LIGHT_INK, DARK_INK = "#2b2b33", "#d8dae2"
LIGHT_FAINT, DARK_FAINT = "#d9d9e0", "#3b3f4c"
PAIRS = {**LIGHT_TO_DARK, LIGHT_INK: DARK_INK, LIGHT_FAINT: DARK_FAINT}

# Numbers below one are left alone: they scale the letters, and a hundredth is much of them.
LONG_NUMBER = re.compile(r"(?<![\w#.])-?[1-9]\d*\.\d{3,}(?![\w.])")

# For what is drawn as dots inside a picture: enough for screens of double density.
RASTER_DPI = 200

# Past this many marks a picture is smaller, and faster to show, as dots than as paths.
MOST_MARKS = 1500

HOUSE_STYLE: dict[str, Any] = {
    "figure.figsize": (5.6, 3.5),
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": LIGHT_INK,
    "axes.labelcolor": LIGHT_INK,
    "text.color": LIGHT_INK,
    "xtick.color": LIGHT_INK,
    "ytick.color": LIGHT_INK,
    "grid.color": LIGHT_FAINT,
    "axes.grid": True,
    "axes.axisbelow": True,
    "lines.linewidth": 2,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    # One drawing, one file: no date, no random identifiers, letters as outlines, which need no font.
    "svg.hashsalt": "lessonpress",
    "svg.fonttype": "path",
}


@dataclass(frozen=True)
class Figure:
    """A picture in two versions (SVG text), with the size a page should show it at, in CSS pixels."""

    light: str
    dark: str
    width: int
    height: int


@contextlib.contextmanager
def use_house_style() -> Iterator[None]:
    """Draw in the house style, if matplotlib can be had; a lesson that doesn't draw need not have it."""
    try:
        import matplotlib
    except ImportError:
        yield
        return
    from cycler import cycler

    with matplotlib.rc_context():
        matplotlib.rcParams.update(HOUSE_STYLE)  # type: ignore[arg-type]
        matplotlib.rcParams["axes.prop_cycle"] = cycler(color=list(LIGHT_TO_DARK))
        yield


def capture_figures() -> list[Figure]:
    """Keep every figure that is open in pyplot, and close it."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or not pyplot.get_fignums():
        return []
    try:
        return [keep_figure(pyplot.figure(number)) for number in pyplot.get_fignums()]
    finally:
        pyplot.close("all")


def keep_figure(drawing: Drawing) -> Figure:
    """Write a drawing for a light page, recolor it, and write it for a dark one."""
    rasterize_crowds(drawing)
    engine = drawing.get_layout_engine()
    if engine is not None:  # laid out once, here: each file would do it anew, twice, and a hair apart
        engine.execute(drawing)
        drawing.set_layout_engine("none")
    light = write_svg(drawing)
    recolor(drawing)
    dark = write_svg(drawing)
    width, height = (round(float(inches) * 96) for inches in drawing.get_size_inches())
    return Figure(light, dark, width, height)


def write_svg(drawing: Drawing) -> str:
    """The drawing as SVG, to a hundredth of a point, which no eye can see."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    file = io.StringIO()
    drawing.set_dpi(RASTER_DPI)  # for each file anew, since writing one leaves another value
    # Not `savefig`, which draws everything twice where there was a layout to do.
    FigureCanvasSVG(drawing).print_svg(file, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    text = file.getvalue()
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    return LONG_NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), text)


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


def recolor(drawing: Drawing) -> None:
    """Give a drawing the colors of a dark page; what a color map colors keeps its colors, and so do texts on images.

    All colors are read before any is written: an artist may take its color from another.
    """
    changes = [change for artist in _artists_of(drawing) for change in _changes_of(artist)]
    for write, color in changes:
        write(color)


def _artists_of(drawing: Drawing) -> Iterator[Artist]:
    """Every artist but texts on images, with the arrows and boxes of texts, which `findobj` passes by."""
    on_images = {text for axes in drawing.axes if axes.images for text in axes.texts}
    for artist in drawing.findobj(lambda artist: artist not in on_images):
        yield artist
        for extra in ("arrow_patch", "_bbox_patch"):
            if getattr(artist, extra, None) is not None:
                yield getattr(artist, extra)


def _changes_of(artist: Artist) -> Iterator[tuple[Callable[[Any], None], Any]]:
    """Each color of an artist as what writes it, and the color for a dark page."""
    from matplotlib.contour import ContourSet
    from matplotlib.image import AxesImage

    if isinstance(artist, AxesImage):
        return
    mapped = getattr(artist, "get_array", lambda: None)() is not None
    if isinstance(artist, ContourSet) and artist.colors is not None:  # colors given by name, which it maps too
        mapped = False
        yield artist.set_array, None
    for name in ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor"):
        read = getattr(artist, f"get_{name}", None)
        write = getattr(artist, f"set_{name}", None)
        if read is None or write is None or (mapped and name != "color"):
            continue
        if name == "color" and hasattr(artist, "get_facecolor"):
            continue  # a patch or a collection: set_color would give its face the color of its edge
        with contextlib.suppress(ValueError):  # 'none' and 'auto' are no colors
            yield write, _dark_of(read())


def _dark_of(value: Any) -> Any:
    import numpy as np
    from matplotlib.colors import to_rgba, to_rgba_array

    if isinstance(value, np.ndarray) and value.ndim == 2:
        return [_dark_of(tuple(color)) for color in to_rgba_array(value)]
    if isinstance(value, str) and value in ("none", "auto"):
        raise ValueError(value)
    red, green, blue, alpha = to_rgba(value)
    # A color nobody sees has to stay unseen: an artist with an alpha of its own would make it show.
    return dark_color(red, green, blue, alpha) if alpha else "none"


def dark_color(red: float, green: float, blue: float, alpha: float) -> tuple[float, float, float, float]:
    """The color that plays the same part on a dark page: the pair of a house color, else its lightness turned round.

    >>> dark_color(0, 0, 0, 1)
    (0.92, 0.92, 0.92, 1)
    """
    from matplotlib.colors import to_hex, to_rgb

    pair = PAIRS.get(to_hex((red, green, blue)))
    if pair:
        return (*to_rgb(pair), alpha)
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    turned = 0.92 - 0.8 * lightness if saturation < 0.15 else max(lightness, 0.7)
    return (*colorsys.hls_to_rgb(hue, turned, saturation), alpha)
