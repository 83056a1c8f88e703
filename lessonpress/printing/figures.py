"""A figure as any page may show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PrintedFigure:
    """A figure as any page may show it: where its files lie, its alternative text and its caption, in Markdown."""

    label: str
    path: str  # of the files, from the site's root, without '-light.svg'
    width: int
    height: int
    alt: str
    caption: str


def write_figure(figure: PrintedFigure, up: str) -> str:
    """A figure as Markdown: a light picture and a dark one, of which the page shows the one that fits.

    `up` leads from the page's folder to the site's root.
    """
    size = f'width="{figure.width}" height="{figure.height}" loading="lazy"'
    pictures = [
        f"![{figure.alt}]({up}{figure.path}-{shade}.svg#only-{shade}){{ {size} }}" for shade in ("light", "dark")
    ]
    caption = f"<figcaption markdown>{figure.caption}</figcaption>" if figure.caption else ""
    identity = f' id="{figure.label}"' if figure.label else ""
    return "\n".join(
        filter(None, [f'<figure class="lesson-figure"{identity} markdown>', *pictures, caption, "</figure>"])
    )
