"""All figures of a course on one page, each leading to the place where it is made."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lessonpress.printing.anchors import plain_text
from lessonpress.printing.figures import PrintedFigure, write_picture

MARK = re.compile(r"^<!-- gallery -->$", re.MULTILINE)


def write_gallery(figures: Mapping[str, Mapping[str, PrintedFigure]], titles: Mapping[str, str], up: str) -> str:
    """The figures as Markdown, lesson by lesson; `up` leads from the page's folder to the site's root."""
    pieces = []
    for path, drawn in figures.items():
        if drawn:
            entries = [_write_entry(path, figure, up) for figure in drawn.values()]
            pieces.append(f"## {titles[path]}\n\n" + '<div class="lesson-gallery" markdown>\n\n' + "\n\n".join(entries))
            pieces.append("</div>")
    return "\n\n".join(pieces)


def _write_entry(path: str, figure: PrintedFigure, up: str) -> str:
    """A figure as a link; the links in its caption, which are written from its lesson, are left as words."""
    picture, caption = write_picture(figure, up), plain_text(figure.caption)
    words = f"<figcaption markdown>{caption}</figcaption>\n" if caption else ""
    return f"<figure markdown>\n[{picture}]({up}{path}#fig-{figure.label})\n{words}</figure>"
