"""A drawing written as SVG for the page that shows it: colors that follow its theme, letters in its font, and no more.

House colors become variables of the page's style, with the color for a light page behind the comma; black, white and
greys turn with the page. What a color map colors stays as it was drawn, and so does what is drawn upon it: those colors
mean something.
"""

from __future__ import annotations

import base64
import colorsys
import functools
import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing
    from matplotlib.text import Text

# Okabe and Ito's colors, which people who are color-blind can tell apart, each a little darker for
# light pages and a little lighter for dark ones, so that both reach a contrast of 4.5 to 1 as text
# (https://jfly.uni-koeln.de/color/).
HUES = {
    "#0067a5": ("blue", "#6cb8ea"),
    "#b34a00": ("orange", "#ff9d5c"),
    "#007558": ("green", "#3fcf9f"),
    "#a1467f": ("purple", "#eba3cf"),
    "#7a6000": ("yellow", "#e6c84a"),
    "#20718f": ("sky", "#7fd3f0"),
}
INK, FAINT = "#2b2b33", "#d9d9e0"
HOUSE = {**HUES, INK: ("ink", "#d8dae2"), FAINT: ("faint", "#3b3f4c")}
GREY = 0.15  # the most saturation of a color that turns with the page

NAMESPACE = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
COLOR = re.compile(r"#[0-9a-f]{6}\b")
NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
NEEDED = re.compile(r"#([\w-]+)")
UNTURNED = re.compile(r"rotate\(-?0\b[^)]*\)")
UNSEEN = "fill: none"  # the whole style of a ground that nobody sees
FIXED = "fixed"
GIVEN = re.compile(r"size-[\d.]+|[\w.]+_\d+")  # an identity that nobody chose
BLACK = "#000000"  # which is left unsaid where something is filled

# For what is drawn as dots inside a picture: enough for screens of double density.
RASTER_DPI = 200


def mark_fixed(drawing: Drawing) -> None:
    """Mark what keeps its colors on every page: what a color map colors, and what is drawn upon such a ground."""
    for axes in drawing.axes:
        grounds = any(map(_covers, axes.get_children()))
        own = [axes.xaxis, axes.yaxis, axes.patch, *axes.spines.values(), axes.title]
        own += [axes._left_title, axes._right_title]  # type: ignore[attr-defined]
        for child in axes.get_children():
            if child in own:
                continue
            upon = _stands_in(child, axes) if grounds else _stands_on_color(child, axes)
            if upon or _is_mapped(child):
                _fix(child)


def _fix(artist: Artist) -> None:
    for part in (artist, getattr(artist, "arrow_patch", None), getattr(artist, "_bbox_patch", None)):
        if part is not None:
            part.set_gid(f"{part.get_gid() or ''} {FIXED}".strip())
    if artist.get_rasterized():  # whose identity is lost
        artist.draw = functools.partial(_draw_fixed, artist.draw)  # type: ignore[method-assign]


def _draw_fixed(draw: Callable[[Any], None], renderer: Any) -> None:
    renderer.open_group(FIXED, gid=FIXED)
    draw(renderer)
    renderer.close_group(FIXED)


def _middle(text: Text) -> tuple[float, float]:
    box = text.get_window_extent()
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _stands_in(artist: Artist, axes: Axes) -> bool:
    """Whether something lies within its axes; a text may stand beside them."""
    from matplotlib.text import Text

    return not isinstance(artist, Text) or axes.bbox.contains(*_middle(artist))


def _covers(artist: Artist) -> bool:
    """Whether an artist lays a ground of colors that mean something."""
    from matplotlib.collections import PolyCollection, QuadMesh
    from matplotlib.contour import ContourSet
    from matplotlib.image import AxesImage

    if isinstance(artist, ContourSet):
        return bool(artist.filled) and _is_mapped(artist)
    solid = type(artist).__name__ == "Poly3DCollection"
    return (
        isinstance(artist, AxesImage)
        or solid
        or (isinstance(artist, (QuadMesh, PolyCollection)) and _is_mapped(artist))
    )


def _is_mapped(artist: Artist) -> bool:
    from matplotlib.contour import ContourSet

    if isinstance(artist, ContourSet) and artist.colors is not None:  # colors given by name, which it maps too
        return False
    return getattr(artist, "get_array", lambda: None)() is not None


def _stands_on_color(artist: Artist, axes: Axes) -> bool:
    """Whether a text's middle lies on a patch in a color of its own, as a number on a bar that a value has colored."""
    from matplotlib.colors import to_hex, to_rgb, to_rgba
    from matplotlib.text import Text

    if not isinstance(artist, Text) or not artist.get_text():
        return False
    middle = _middle(artist)
    for patch in axes.patches:
        color, alpha = to_hex(patch.get_facecolor()), to_rgba(patch.get_facecolor())[3]
        own = alpha > 0.5 and color not in HOUSE and not _is_grey(*to_rgb(color))
        if own and patch.get_window_extent().contains(*middle):
            return True
    return False


def write_svg(drawing: Drawing) -> str:
    """The drawing as SVG, to a tenth of a point, which no eye can see."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    file = io.StringIO()
    drawing.set_dpi(RASTER_DPI)  # for each file anew, since writing one leaves another value
    # Not `savefig`, which draws everything twice where there was a layout to do.
    FigureCanvasSVG(drawing).print_svg(file, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    root = ElementTree.fromstring(file.getvalue())
    _unmask_dots(root)
    for element, fixed in _walk(root, False):
        _rewrite(element, fixed)
    _drop_idle(root)
    _number(root)
    width, height = (float(inches) * 72 for inches in drawing.get_size_inches())
    root.attrib.clear()
    root.attrib.update({"viewBox": f"0 0 {width:g} {height:g}", "font-family": "system-ui, sans-serif"})
    root.set("style", _turning("fill", BLACK))
    for element in root.iter():
        element.tag = element.tag.removeprefix(NAMESPACE)
        element.text = element.text if element.tag in ("text", "tspan") else None
        element.tail = element.tail if element.tag == "tspan" else None
    root.set("xmlns", NAMESPACE.strip("{}"))
    return ElementTree.tostring(root, encoding="unicode")


def _walk(element: ElementTree.Element, fixed: bool) -> Iterator[tuple[ElementTree.Element, bool]]:
    """Every element, and whether it lies in what keeps its colors."""
    fixed = fixed or FIXED in element.get("id", "").split(" ")
    yield element, fixed
    for child in element:
        yield from _walk(child, fixed)


def _rewrite(element: ElementTree.Element, fixed: bool) -> None:
    """One element in the page's terms."""
    if LINK in element.attrib:
        element.set("href", element.attrib.pop(LINK))
    for name in ("d", "x", "y", "width", "height", "transform"):
        if name in element.attrib:
            scales = name == "transform"  # a hundredth is much of what scales
            element.set(name, " ".join(NUMBER.sub(_round_scale if scales else _round, element.attrib[name]).split()))
    if UNTURNED.fullmatch(element.get("transform", "")):
        del element.attrib["transform"]
    entries = [entry.partition(":") for entry in element.get("style", "").split(";") if entry.strip()]
    style = {name.strip(): value.strip() for name, _, value in entries}
    if FIXED in element.get("id", "").split(" "):
        style.setdefault("fill", BLACK)
    if element.tag in (f"{NAMESPACE}text", f"{NAMESPACE}tspan"):
        style.pop("font-family", None)
        for name in ("font-size", "text-anchor"):  # which, unlike a style, a page's own rules may change
            if name in style:
                element.set(name, style.pop(name).removesuffix("px"))
    element.set("style", "; ".join(f"{n}: {v}" if fixed else _turning(n, v) for n, v in style.items()))
    if not style:
        del element.attrib["style"]


def _round(match: re.Match[str]) -> str:
    return f"{round(float(match[0]), 1) + 0.0:g}"


def _round_scale(match: re.Match[str]) -> str:
    return f"{round(float(match[0]), 5) + 0.0:g}"


def _turning(name: str, value: str) -> str:
    """A property of a style with a color that turns with the page.

    >>> _turning("fill", "#0067a5"), _turning("stroke-width", "2")
    ('fill: var(--lesson-blue, #0067a5)', 'stroke-width: 2')
    >>> _turning("stroke", "#000000")
    'stroke: #000000; stroke: light-dark(#000000, #ebebeb)'
    """
    entry = f"{name}: {value}"
    if not COLOR.fullmatch(value):
        return entry
    if value in HOUSE:
        return f"{name}: var(--lesson-{HOUSE[value][0]}, {value})"
    red, green, blue = (int(value[place : place + 2], 16) / 255 for place in (1, 3, 5))
    if not _is_grey(red, green, blue):
        return entry
    _, lightness, _ = colorsys.rgb_to_hls(red, green, blue)
    turned = round((0.92 - 0.8 * lightness) * 255)
    return f"{entry}; {name}: light-dark({value}, #{turned:02x}{turned:02x}{turned:02x})"


def _is_grey(red: float, green: float, blue: float) -> bool:
    return max(red, green, blue) - min(red, green, blue) < GREY


def _unmask_dots(root: ElementTree.Element) -> None:
    """Crowds drawn as dots of one color become a stencil for that color, so that it can turn with the page too."""
    for number, element in enumerate(list(root.iter(f"{NAMESPACE}image"))):
        color = _color_of_dots(base64.b64decode((element.get(LINK) or "").partition("base64,")[2]))
        if not color:
            continue
        place = {key: element.get(key, "0") for key in ("x", "y", "width", "height", "transform") if element.get(key)}
        inner = {key: value for key, value in element.attrib.items() if key != "id"}
        element.clear()
        element.tag = f"{NAMESPACE}g"
        name = f"dots-{number}"
        mask = ElementTree.SubElement(element, f"{NAMESPACE}mask", {"id": name, "style": "mask-type: alpha"})
        ElementTree.SubElement(mask, f"{NAMESPACE}image", inner)
        fill = {**place, "mask": f"url(#{name})", "style": f"fill: {color}"}
        ElementTree.SubElement(element, f"{NAMESPACE}rect", fill)


def _color_of_dots(png: bytes) -> str:
    """The one color of all that is drawn on a clear ground, however faint; empty where there are more, or no ground."""
    import numpy as np
    from PIL import Image

    dots = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).reshape(-1, 4)
    alpha = dots[:, 3]
    drawn = dots[alpha > alpha.max() / 2, :3]  # faint ones are rounded too much to compare
    if alpha.min() or not len(drawn) or np.ptp(drawn, axis=0).max() > 3:
        return ""
    return "#" + "".join(f"{int(part):02x}" for part in np.median(drawn, axis=0))


def _drop_idle(root: ElementTree.Element) -> None:
    """Take away identities that nothing refers to, and groups that say nothing; texts keep the size they had."""
    used = {name for element in root.iter() for value in element.attrib.values() for name in NEEDED.findall(value)}
    for element in root.iter():
        identity = element.get("id", "")
        if size := re.search(r"size-([\d.]+)", identity):
            for text in element.iter(f"{NAMESPACE}text"):
                text.set("style", f"--size: {size[1]}; {text.get('style', '')}".rstrip("; "))
        if identity and identity not in used:
            del element.attrib["id"]
            named = [word for word in identity.split() if word != FIXED and not GIVEN.fullmatch(word)]
            if named:  # by the lesson, for a script in the page
                element.set("data-name", named[0])
    _unwrap(root)


def _unwrap(element: ElementTree.Element) -> None:
    children: list[ElementTree.Element] = []
    for child in element:
        _unwrap(child)
        idle = child.tag == f"{NAMESPACE}g" and not child.attrib
        children += list(child) if idle else [child]
    for child in list(element):
        element.remove(child)
    element.extend(child for child in children if not _is_idle(child))


def _is_idle(element: ElementTree.Element) -> bool:
    empty = element.tag in (f"{NAMESPACE}defs", f"{NAMESPACE}style") and not len(element)
    unseen = element.tag == f"{NAMESPACE}path" and element.get("style") == UNSEEN and "id" not in element.attrib
    return empty or unseen or element.tag == f"{NAMESPACE}metadata"


def _number(root: ElementTree.Element) -> None:
    """Short names in the order in which they come, the same in any drawing with the same parts."""
    names: dict[str, str] = {}
    for element in root.iter():
        if "id" in element.attrib:
            names.setdefault(element.attrib["id"], f"p{len(names)}")
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, names[value])
            elif "#" in value:
                element.set(key, NEEDED.sub(lambda match: f"#{names.get(match[1], match[1])}", value))
