"""A picture that a value shows itself by, kept as a figure: wrapped, so that nothing in it touches the page."""

from __future__ import annotations

import base64
import io
import re
from typing import Any
from xml.etree import ElementTree

from lessonpress.run.figures import Figure
from lessonpress.run.markup import Refused

PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
MOST_BYTES = 3_000_000
LENGTH = re.compile(r"\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>px|pt|in|cm|mm|)\s*")
PIXELS = {"px": 1.0, "": 1.0, "pt": 96 / 72, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


def keep_picture(form: str, data: str | bytes, width: Any = None, height: Any = None) -> Figure:
    """A picture as a figure, in its own size or in the one that is given; text that is no SVG is base64.

    Raises Refused where it is no picture, or a very large one.
    """
    is_svg = form == "image/svg+xml"
    raw = data if isinstance(data, bytes) else data.encode() if is_svg else base64.b64decode(data)
    if len(raw) > MOST_BYTES:
        raise Refused(f"{len(raw) / 1e6:.0f} MB, of {MOST_BYTES / 1e6:.0f} that a picture may have")
    own_width, own_height = _size_of_svg(raw) if is_svg else _size_of_dots(raw)
    shown = _complete(width, height, own_width / own_height) or (own_width, own_height)
    width, height = (max(1, round(length)) for length in shown)
    url = f"data:{form};base64,{base64.b64encode(raw).decode()}"
    picture = f'<image href="{url}" width="{width}" height="{height}"/>'
    size = f'viewBox="0 0 {width} {height}" style="width: min(100%, {width}px)"'  # not as wide as a drawing's
    return Figure(f'<svg {size} xmlns="http://www.w3.org/2000/svg">{picture}</svg>', width, height)


def _complete(width: Any, height: Any, ratio: float) -> tuple[float, float] | None:
    if not width and not height:
        return None
    return float(width or height * ratio), float(height or width / ratio)


def _size_of_dots(data: bytes) -> tuple[float, float]:
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(io.BytesIO(data)).size
    except UnidentifiedImageError as error:
        raise Refused("no picture") from error


def _size_of_svg(data: bytes) -> tuple[float, float]:
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise Refused(f"what is no SVG ({error})") from error
    lengths = [LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    width, height = (float(length["number"]) * PIXELS[length["unit"]] if length else 0.0 for length in lengths)
    box = [float(number) for number in re.findall(r"[-\d.e]+", root.get("viewBox", ""))]
    ratio = box[2] / box[3] if len(box) == 4 and box[2] > 0 and box[3] > 0 else 2.0  # which a browser takes
    if width and height:
        return width, height
    return _complete(width, height, ratio) or ((box[2], box[3]) if len(box) == 4 else (300.0, 150.0))
