"""How a drawing is laid out, and left as it was once it is kept."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from matplotlib.backend_bases import FigureManagerBase
from matplotlib.figure import Figure as Drawing
from matplotlib.layout_engine import ConstrainedLayoutEngine, PlaceHolderLayoutEngine
from matplotlib.text import Text


class HouseLayout(PlaceHolderLayoutEngine):
    """Gives all labels room, unless the lesson says with `subplots_adjust` where the axes stand.

    After `tight_layout`, which asks for room for all labels too, that says how much of the drawing they are given.
    To Matplotlib this is a layout that was taken away: so another may follow without a warning.
    """

    def __init__(self, drawing: Drawing) -> None:
        super().__init__(adjust_compatible=True, colorbar_gridspec=False)
        self.given, self.tight = dict(vars(drawing.subplotpars)), False
        self.rect = {"left": 0.0, "bottom": 0.0, "right": 1.0, "top": 1.0}

    def tighten(self, rect: Sequence[float] | None) -> None:
        """Do in its place what `tight_layout` is asked for."""
        self.tight = True
        self.rect |= dict(zip(self.rect, rect or (0.0, 0.0, 1.0, 1.0), strict=True))

    def execute(self, fig: Drawing) -> None:
        """Lay a drawing out."""
        changed = {name: value for name, value in vars(fig.subplotpars).items() if value != self.given[name]}
        if changed and not self.tight:
            return
        room = {name: changed.get(name, value) for name, value in self.rect.items()}
        width, height = room["right"] - room["left"], room["top"] - room["bottom"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what keeps the house's layout from being done is not the lesson's
            ConstrainedLayoutEngine(rect=(room["left"], room["bottom"], width, height)).execute(fig)


def give_layout(drawing: Drawing) -> None:
    """Have a drawing laid out by the house, unless it has a layout of its own."""
    if drawing.get_layout_engine() is None:
        drawing.set_layout_engine(HouseLayout(drawing))


def lay_out(drawing: Drawing) -> None:
    """Lay a drawing out once: writing would do it anew, and a hair apart."""
    give_layout(drawing)
    drawing.get_layout_engine().execute(drawing)  # type: ignore[union-attr]
    drawing.set_layout_engine("none")


@contextlib.contextmanager
def left_as_it_was(drawing: Drawing) -> Iterator[None]:
    """Change a drawing for the page, and give it back: a lesson may go on drawing, and show it again."""
    canvas, engine, dpi = drawing.canvas, drawing.get_layout_engine(), drawing.dpi
    artists = [(artist, artist.get_gid(), artist.get_rasterized()) for artist in drawing.findobj()]
    sizes = [(text, text.get_fontsize()) for text, *_ in artists if isinstance(text, Text)]
    try:
        yield
    finally:
        for artist, name, rasterized in artists:
            artist.set_gid(name)
            if artist.get_rasterized() != rasterized:
                artist.set_rasterized(rasterized)
            vars(artist).pop("draw", None)  # another that was put before the class's own
        for text, size in sizes:
            text.set_fontsize(size)
        drawing.set_dpi(dpi)
        drawing.set_canvas(canvas)
        drawing.set_layout_engine(engine if engine is not None else "none")


@contextlib.contextmanager
def layouts_kept() -> Iterator[None]:
    """Have `tight_layout` mean the house's layout, which keeps labels clear as well, and `Figure.show` say nothing.

    Shown is what a cell draws at its end; whether the author has a display makes no difference.
    """
    tight, show = Drawing.tight_layout, FigureManagerBase.show

    def tight_layout(self: Drawing, *, rect: Any = None, **options: Any) -> None:
        engine = self.get_layout_engine()
        if isinstance(engine, HouseLayout):
            engine.tighten(rect)
        else:
            tight(self, rect=rect, **options)

    Drawing.tight_layout = tight_layout  # type: ignore[method-assign]
    FigureManagerBase.show = lambda self: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        Drawing.tight_layout, FigureManagerBase.show = tight, show  # type: ignore[method-assign]
