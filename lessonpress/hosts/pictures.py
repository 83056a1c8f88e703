"""Pictures that stand in a page as HTML, whose targets MkDocs leaves as they were written: from the page's source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urljoin

from mkdocs.structure.files import File, Files

from lessonpress.printing.links import ELSEWHERE, seen_from

SOURCE = re.compile(r"""(?P<lead><img\b[^>]*?\bsrc=(?P<quote>["']))(?P<target>[^"']+)(?=(?P=quote))""")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def lead_to_pictures(content: str, file: File, files: Files) -> str:
    """A page's HTML in which such pictures are named as its address needs it; those that are found stay."""

    def lead(match: re.Match[str]) -> str:
        target = match["target"]
        picture = files.get_file_from_path(seen_from(file.src_uri, target))
        if ELSEWHERE.match(target) or picture is None or unquote(urljoin(file.url, target)) in addresses:
            return match[0]
        return match["lead"] + picture.url_relative_to(file)

    addresses = {unquote(other.url) for other in files} if SOURCE.search(content) else set()
    return SOURCE.sub(lead, content)


def lost_pictures(text: str, content: str, file: File, files: Files) -> Iterator[tuple[int, str]]:
    """The lines of a page's source that show such a picture which isn't there, and its name; `content` is its HTML."""
    if not SOURCE.search(text):
        return
    there = {unquote(other.url) for other in files}
    shown = {match["target"] for match in SOURCE.finditer(COMMENT.sub("", content))}  # in a block of code none is
    for match in SOURCE.finditer(text):
        target = match["target"]
        if target not in shown or ELSEWHERE.match(target) or files.get_file_from_path(seen_from(file.src_uri, target)):
            continue
        if unquote(re.split(r"[?#]", urljoin(file.url, target))[0]) not in there:
            yield text.count("\n", 0, match.start()) + 1, target
