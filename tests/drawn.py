"""Drawings as the engine keeps them, and what a reader's browser would find in them."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable

from matplotlib.colors import to_rgb
from PIL import Image

from lessonpress.run.figures import Figure, capture_figures, use_house_style
from lessonpress.run.svg import FAINT, HOUSE, INK


def kept(draw: Callable[[], object]) -> Figure:
    """What is kept of a drawing."""
    with use_house_style():
        draw()
        (figure,) = capture_figures()
    return figure


def variable(color: str) -> str:
    """How a house color stands in a picture."""
    return f"var(--lesson-{HOUSE[color][0]}, {color})"


def colors(svg: str) -> set[str]:
    """The colors of a picture, as its styles say them, but for those of axes, grid, texts and what says none."""
    said = re.sub(r'<g style="fill: #000000"', "", svg.partition(">")[2])
    found = set(re.findall(r"(?<![-\w])(?:fill|stroke): ([^;\"]+)", said))
    return found - {"none", variable(INK), variable(FAINT)}


def texts(svg: str) -> list[str]:
    """The texts of a picture, each with its tag."""
    return re.findall(r"<text\b.*?</text>", svg, re.DOTALL)


def images(svg: str) -> list[Image.Image]:
    """What is drawn as dots in a picture."""
    found = re.findall(r"data:image/png;base64,\s*([^\"]+)\"", svg)
    return [Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA") for data in found]


def contrast(one: str, other: str) -> float:
    """The contrast of two colors, as WCAG 2 defines it."""
    low, high = sorted([_luminance(one), _luminance(other)])
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(color)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
