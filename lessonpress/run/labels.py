"""The letters of a drawing: large enough on a phone, and clear of each other there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

COLUMN = 345.0  # what a phone of 390 CSS pixels leaves for a picture, in a frame too
SMALLEST = 12.0  # CSS pixels that a letter's size has there
POINTS = 72.0
# Two labels whose boxes touch by this share of a line's height still don't touch with their letters.
SLACK = 0.2
EDGE = 1.5  # points by which a label may leave the picture, which shows a little of its surroundings


def grow_letters(drawing: Drawing) -> None:
    """Give each text at least the size that a phone needs.

    The size it had is noted in its identity, so that a wide page can show it.
    """
    from matplotlib.text import Text

    least = round(SMALLEST * float(drawing.get_figwidth()) * POINTS / COLUMN, 1)
    for text in drawing.findobj(Text):
        assert isinstance(text, Text)
        size = float(text.get_fontsize())
        if size < least:
            text.set_gid(f"{text.get_gid() or ''} size-{size:g}".strip())
            text.set_fontsize(least)


def note_ticks(drawing: Drawing) -> None:
    """Note the size that a tick's label had, too, where the layout has added the tick.

    It is a copy of the first one in all but the identity.
    """
    for axes in drawing.axes:
        for axis, minor in itertools.product(axes._axis_map.values(), (False, True)):
            labels = axis.get_ticklabels(minor=minor)
            for label in labels:
                label.set_gid(label.get_gid() or labels[0].get_gid())


def find_clashes(drawing: Drawing) -> Iterator[str]:
    """The labels that cover each other or leave the picture, by what they say.

    They are measured in the font of the house style, which is wider than most that a reader's system has.
    """
    boxes = list(_boxes_of(drawing))
    width, height = (float(inches) * POINTS for inches in drawing.get_size_inches())
    for words, box in boxes:
        if box.x0 < -EDGE or box.y0 < -EDGE or box.x1 > width + EDGE or box.y1 > height + EDGE:
            yield f"'{words}' leaves the picture"
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        if first.overlaps(second):
            yield f"'{one}' covers '{other}'"


def _boxes_of(drawing: Drawing) -> Iterator[tuple[str, Bbox]]:
    """Each text that is drawn, and the box of its letters in points."""
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.transforms import Bbox

    before = drawing.dpi
    drawing.set_dpi(POINTS)
    width, height = (float(inches) * POINTS for inches in drawing.get_size_inches())
    renderer = RendererAgg(width, height, POINTS)  # type: ignore[no-untyped-call]
    for text in _drawn_texts(drawing, renderer):
        box = text.get_window_extent(renderer)
        slack = SLACK * float(text.get_fontsize()) / 2
        lines = text.get_text().split("\n")
        yield " ".join(lines), Bbox.from_extents(box.x0 + 0.5, box.y0 + slack, box.x1 - 0.5, box.y1 - slack)
    drawing.set_dpi(before)


def _drawn_texts(drawing: Drawing, renderer: Any) -> list[Text]:
    """The texts that a drawing draws: a tick outside of the axes has one that it doesn't."""
    from matplotlib.text import Text

    texts = {f"text-{number}": text for number, text in enumerate(drawing.findobj(Text))}
    before = {name: text.get_gid() for name, text in texts.items()}
    drawn: list[str] = []
    renderer.open_group = lambda _, gid=None: drawn.append(gid)
    for name, text in texts.items():
        text.set_gid(name)
    try:
        drawing.draw(renderer)
    finally:
        for name, text in texts.items():
            text.set_gid(before[name])
    return [texts[name] for name in drawn if name in texts and texts[name].get_alpha() != 0]
