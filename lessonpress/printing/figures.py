"""A figure as any page may show it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urljoin

from lessonpress.run.svg import HOUSE, NAMESPACE

DRAWING = "lesson-drawing"
IMAGE = re.compile(rf'<img(?P<attributes>[^>]*\bclass="{DRAWING}"[^>]*?)/?>')
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
MOVES = re.compile(r'(?P<name> data-(?:play|script))="(?P<path>[^"]+)"')
# An identity is made or named; one expression for all three would take ten times as long, having no first letters.
IDENTITIES = [re.compile(rf"{begin}(?=p\d)") for begin in (' id="', '"#', r"url\(#")]
DARK = "".join(f"--lesson-{name}:{dark};" for name, dark in HOUSE.values())
FOLLOWS = f"<style>@media (prefers-color-scheme:dark){{:root{{color-scheme:dark;{DARK}}}}}</style>"


@dataclass(frozen=True)
class PrintedFigure:
    """A figure as any page may show it: where its file lies, its alternative text and its caption, in Markdown."""

    label: str
    path: str  # of the file, from the site's root
    width: int
    height: int
    alt: str
    caption: str
    play: str = ""  # the controls that move it, as HTML


def write_figure(figure: PrintedFigure, up: str) -> str:
    """A figure as Markdown, with its file as a picture, in whose place a host may set the drawing itself.

    `up` leads from the page's folder to the site's root.
    """
    size = f'width="{figure.width}" height="{figure.height}" loading="lazy"'
    picture = f"![{figure.alt}]({up}{figure.path}){{ .{DRAWING} {size} }}"
    caption = f"<figcaption markdown>{figure.caption}</figcaption>" if figure.caption else ""
    identity = f' id="fig-{figure.label}"' if figure.label else ""  # a heading may have the label's words
    return "\n".join(
        filter(None, [f'<figure class="lesson-figure"{identity} markdown>', picture, figure.play, caption, "</figure>"])
    )


def write_file(svg: str, width: int, height: int) -> str:
    """A drawing as a file, which shows itself as dark as its surroundings say they are."""
    return svg.replace(">", f' width="{width}" height="{height}">{FOLLOWS}', 1)


def set_drawings(page: str, url: str, drawings: Mapping[str, str]) -> str:
    """A page's HTML with each drawing in place of the picture that stands for it.

    `url` is the page's address from the site's root, and `drawings` holds SVG by the path of its file from there.
    """
    placed: Counter[str] = Counter()

    def set_one(match: re.Match[str]) -> str:
        given = dict(ATTRIBUTE.findall(match["attributes"]))
        path = unquote(urljoin(url, given.get("src", "")))
        if path not in drawings:
            return match[0]
        placed[path] += 1
        prefix = re.sub(r"\W+", "-", path.removesuffix(".svg")) + (f"-{placed[path]}" if placed[path] > 1 else "")
        return _write_inline(drawings[path], given, prefix)

    def lead_to(match: re.Match[str]) -> str:
        return f'{match["name"]}="{posixpath.relpath(match["path"], posixpath.dirname(url) or ".")}"'

    return IMAGE.sub(set_one, MOVES.sub(lead_to, page))


def pictures_in(page: str, url: str) -> list[str]:
    """The files, from the site's root, of the pictures in a page's HTML in whose place drawings may be set."""
    found = (dict(ATTRIBUTE.findall(match["attributes"])).get("src", "") for match in IMAGE.finditer(page))
    return [unquote(urljoin(url, source)) for source in found]


def _write_inline(svg: str, given: Mapping[str, str], prefix: str) -> str:
    """A drawing as part of a page, its identities with a prefix that no other has there."""
    body = svg.replace(f' xmlns="{NAMESPACE.strip("{}")}"', "", 1)
    for identity in IDENTITIES:
        body = identity.sub(rf"\g<0>{prefix}-", body)
    size = "".join(f' {name}="{given[name]}"' for name in ("width", "height") if name in given)
    head = f'<svg class="{DRAWING}" data-prefix="{prefix}-" role="img" aria-label="{given.get("alt", "")}"{size}'
    return head + body.removeprefix("<svg")


def write_picture(figure: PrintedFigure, up: str) -> str:
    """The file of a figure as a picture, which is fetched when it comes into view, and which no host replaces."""
    return f'![{figure.alt}]({up}{figure.path}){{ width="{figure.width}" height="{figure.height}" loading="lazy" }}'
