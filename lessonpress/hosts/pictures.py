"""Pictures that stand in a page as HTML, whose targets MkDocs leaves as they were written: from the page's source."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin

from mkdocs.structure.files import File, Files

from lessonpress.printing.links import ELSEWHERE, seen_from

SOURCE = re.compile(r"""(?P<lead><img\b[^>]*?\bsrc=(?P<quote>["']))(?P<target>[^"']+)(?=(?P=quote))""")


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
