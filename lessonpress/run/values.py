"""What a page shows of a value: a table, a picture, HTML, Markdown; or its text, and why it is no more than that."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lessonpress.run.figures import Figure
from lessonpress.run.markup import Refused, fit_html
from lessonpress.run.pictures import PICTURES, keep_picture
from lessonpress.run.tables import is_table, write_table

MOST_TEXT = 5_000
MOST_MARKUP = 200_000
# The methods by which a value shows itself, the best first, as a notebook has them.
METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "image/gif": "",
    "image/webp": "",
    "application/javascript": "_repr_javascript_",
    "application/json": "_repr_json_",
    "application/pdf": "_repr_pdf_",
}
# Of what is in these, no reader wants to see which it is.
HANDED_BACK = ("matplotlib.container", "matplotlib.colorbar", "matplotlib.streamplot")
INSTEAD = {
    "text/html": "show a figure, a table or text",
    "animation": "draw its stages side by side, or let a reader move them by '#| play:'",
}


@dataclass(frozen=True)
class Shown:
    """One thing that a page shows: of which kind, as an output has it, and its text or its picture."""

    kind: str
    text: str = ""
    figure: Figure | None = None


def look_at(value: Any, number: int) -> Iterator[Shown]:
    """What is shown of a value, and a note where that is not all; `number` is another one for each value of a run."""
    if is_table(value):
        yield Shown("table", write_table(value))
        return
    notes = ["it is an animation"] if _is_from("matplotlib.animation", "Animation", value) else []
    for form, data, about in forms_of(value, number):
        try:
            yield _make(form, data, about)
            return
        except Refused as refused:
            notes.append(f"as {form} it holds {refused}")
    text = repr(value)
    yield Shown("value", shorten(text))
    if len(text) > MOST_TEXT:
        yield Shown("note", f"Shortened: the value has {len(text):,} characters.")
    if notes:
        instead = INSTEAD["animation" if "it is an animation" in notes else "text/html"]
        yield Shown("note", f"Shown as text, since {'; '.join(notes)}, which no page can show; {instead}.")


def shorten(text: str) -> str:
    """A text's beginning and end, where it is long.

    >>> len(shorten("x" * 10_000_000)) < 6000
    True
    """
    return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 500]}\n…\n{text[-500:]}"


def forms_of(value: Any, number: int) -> Iterator[tuple[str, Any, Any]]:
    """The forms in which a value shows itself, the best first, each with its data and what is said about that."""
    if isinstance(value, type):
        return
    bundle, about = _bundle_of(value)
    for form, name in METHODS.items():
        if form in bundle:
            yield form, bundle[form], about.get(form, about)
        elif (method := getattr(type(value), name, None)) is not None:
            styled = form == "text/html" and _is_from("pandas.io.formats.style", "Styler", value)
            data = value.to_html(table_uuid=str(number)) if styled else method(value)
            if data is not None:
                yield form, *_with_metadata(data)
    for form in bundle:
        if form not in METHODS and form != "text/plain":
            yield form, bundle[form], {}


def _bundle_of(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    method = getattr(type(value), "_repr_mimebundle_", None)
    data, about = _with_metadata(method(value, include=None, exclude=None) if method is not None else None)
    return data or {}, about


def _with_metadata(data: Any) -> tuple[Any, dict[str, Any]]:
    return data if isinstance(data, tuple) else (data, {})


def _make(form: str, data: Any, about: dict[str, Any]) -> Shown:
    """A form of a value as an output; raises Refused where a page doesn't show it."""
    if form in PICTURES:
        return Shown("figure", figure=keep_picture(form, data, about.get("width"), about.get("height")))
    if form not in ("text/html", "text/markdown", "text/latex"):
        raise Refused("what only a notebook shows")
    if len(data) > MOST_MARKUP:
        raise Refused(f"{len(data):,} characters")
    html = fit_html(data)
    return Shown("html", html) if form == "text/html" else Shown("markdown", _as_markdown(data))


def _as_markdown(text: str) -> str:
    r"""Markdown, in which a formula that stands alone has lines of its own.

    >>> _as_markdown(r"$\displaystyle x^2$")
    '$$\nx^2\n$$'
    """
    inner = text.strip().strip("$").strip().removeprefix(r"\displaystyle").strip()
    alone = text.strip().startswith(("$", r"\begin")) and "$" not in inner
    return f"$$\n{inner}\n$$" if alone else text.strip()


def is_drawn(value: object, depth: int = 3) -> bool:
    """Whether a value is what a plotting call hands back, in a list or not, which no reader wants to see."""
    if _is_from("matplotlib.artist", "Artist", value) or type(value).__module__ in HANDED_BACK:
        return True
    return depth > 0 and any(is_drawn(part, depth - 1) for part in itertools.islice(_parts(value), 10))


def _parts(value: Any) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    if isinstance(value, (list, tuple)):
        return value
    if _is_from("pandas", "Series", value):
        return value.array if value.dtype.kind == "O" else ()
    return value.flat if _is_from("numpy", "ndarray", value) and value.dtype.kind == "O" else ()


def is_figure(value: object) -> bool:
    """Whether a value is a figure of Matplotlib's, drawn by way of pyplot or not."""
    return _is_from("matplotlib.figure", "Figure", value)


def _is_from(module: str, name: str, value: object) -> bool:
    """Whether a value is of a class, which no value can be whose module nobody has imported."""
    return module in sys.modules and isinstance(value, getattr(sys.modules[module], name))
