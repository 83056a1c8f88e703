"""Headings and their anchors, so that a link to a section stands on what the page says."""

from __future__ import annotations

import re
from collections import Counter

from markdown.extensions.toc import slugify

from lessonpress.read.scan import HEADING, LINK

IDENTITY = re.compile(r"""<[a-z][^<>]*?\sid=["']?([^"'\s>]+)""")
LIKE_IDENTITY = re.compile(r"""id=["']?([^"'\s>]+)""")  # found sooner, though in words too
ESCAPED = re.compile("\x02(\\d+)\x03")


def plain_text(heading: str) -> str:
    """A heading without its Markdown.

    >>> plain_text("What `w` does to [the line](line.md)")
    'What w does to the line'
    """
    return re.sub(r"[`*]", "", LINK.sub(lambda match: match["text"], heading))


def slug_of(heading: str) -> str:
    """The anchor of a heading.

    >>> slug_of("Why a bias?")
    'why-a-bias'
    """
    return str(slugify(plain_text(heading), "-"))


def add_anchors(text: str, seen: set[str]) -> str:
    """Text in which each heading has its anchor written out, but those whose anchor was `seen` before."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = HEADING.match(line)
        slug = slug_of(match["text"]) if match and not match["text"].endswith("}") else ""
        if slug and slug not in seen:
            seen.add(slug)
            written = slug.replace("_", "\\_")  # else `__init__` would be set in bold
            lines[number] = f"{line} {{ #{written} }}"
    return "\n".join(lines)


def put_back_escaped(anchor: str) -> str:
    """An anchor as the page has it, from one in which Markdown still keeps an escaped sign by its number.

    >>> put_back_escaped("input\x0295\x03shape")
    'input_shape'
    """
    return ESCAPED.sub(lambda match: chr(int(match[1])), anchor)


def repeated_ids(content: str) -> list[str]:
    """The ids that more than one element of a page's HTML has, so that a link to the second leads to the first.

    >>> repeated_ids('<h2 id="fit">id="fit"</h2><p class="a" id="fit">')
    ['fit']
    """
    if not _repeated(LIKE_IDENTITY, content):
        return []
    return _repeated(IDENTITY, content)


def _repeated(identity: re.Pattern[str], content: str) -> list[str]:
    return [found for found, count in Counter(identity.findall(content)).items() if count > 1]
