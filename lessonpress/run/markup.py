"""HTML that a value shows itself by, made fit to stand in a page: balanced, and with nothing that a page refuses."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

VOID = frozenset(("area", "br", "col", "hr", "img", "input", "param", "source", "track", "wbr"))
REFUSED = {
    "script": "a script",
    "iframe": "a page of its own",
    "object": "a file of its own",
    "embed": "a file of its own",
    "video": "a video",
    "audio": "a sound",
    "link": "a file of its own",
    "meta": "rules of its own for the page",
    "base": "rules of its own for the page",
    "form": "a form",
}
BARE = re.compile(r"&(?!#?\w+;)")  # which the parser loses at the end of a text
LOADED = ("src", "srcset", "data", "poster", "background")
LEADS = re.compile(r"#|https?:|mailto:|data:image/", re.IGNORECASE)
LOADS = re.compile(r"@import|url\(\s*['\"]?(?!#|data:)", re.IGNORECASE)


class Refused(Exception):
    """Says what keeps a page from showing a value in one of its forms."""


def fit_html(html: str) -> str:
    """A fragment in one line, so that nothing in it is Markdown, with each element closed.

    Raises Refused where it holds what a page doesn't load or run.

    >>> fit_html("<p>a < b<br>\\n<i>c")
    '<p>a &lt; b<br> <i>c</i></p>'
    """
    fragment = _Fragment()
    fragment.feed(BARE.sub("&amp;", html))
    fragment.close()
    fragment.end_down_to(0)
    return "".join(fragment.pieces)


class _Fragment(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._begin(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._begin(tag, attrs)
        if tag not in VOID:
            self.pieces.append(f"</{tag}>")

    def _begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in REFUSED:
            raise Refused(REFUSED[tag])
        written = ""
        for name, value in attrs:
            text = " ".join((value or "").split("\n"))
            _check(name, text)
            written += f' {name}="{escape(text)}"' if name != "markdown" else ""
        self.pieces.append(f"<{tag}{written}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            self.end_down_to(len(self.open) - 1 - self.open[::-1].index(tag))

    def end_down_to(self, depth: int) -> None:
        while len(self.open) > depth:
            self.pieces.append(f"</{self.open.pop()}>")

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            if LOADS.search(data):
                raise Refused("a file of its own")
            self.pieces.append(" ".join(data.split("\n")))
        else:
            self.pieces.append(escape(data, quote=False).replace("\n", "&#10;" if "pre" in self.open else " "))

    def handle_entityref(self, name: str) -> None:
        self.pieces.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.pieces.append(f"&#{name};")


def _check(name: str, text: str) -> None:
    if name.startswith("on") or text.strip().lower().startswith("javascript:"):
        raise Refused("a script")
    if name in LOADED and not text.startswith("data:image/"):
        raise Refused("a file of its own")
    if name in ("href", "xlink:href") and text and not LEADS.match(text):
        raise Refused("a link to a file of its own")
    if name == "style" and LOADS.search(text):
        raise Refused("a file of its own")
