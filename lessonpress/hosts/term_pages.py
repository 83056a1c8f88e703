"""What MkDocs is told about the pages of terms: which comes next, where they stand, and where the map's links lead."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from itertools import pairwise

from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

MAP_LINK = re.compile(r'(?P<lead><a class="lesson-map-term" href=")(?P<target>[^"]+)')


def chain_pages(paths: Sequence[str], nav: Navigation, files: Files) -> None:
    """Have each of these pages know the one before and the one behind it, unless the site's nav has them."""
    found = [file.page for path in paths if (file := files.get_file_from_path(path))]
    pages = [page for page in found if page is not None and page not in nav.pages]
    for before, behind in pairwise(pages):
        before.next_page, behind.previous_page = behind, before


def mark_index(page: Page, folder: str, files: Files, active: bool) -> None:
    """Mark the glossary's index in the site's nav while the page of one of its terms is written."""
    index = files.get_file_from_path(f"{folder}/index.md")
    if index and index.page and index.page is not page and page.file.src_uri.startswith(f"{folder}/"):
        index.page.active = active


def lead_map(content: str, file: File, files: Files) -> str:
    """The links of a drawn map, which MkDocs doesn't look into, as the page's place in the site needs them."""

    def lead(match: re.Match[str]) -> str:
        target = files.get_file_from_path(posixpath.join(posixpath.dirname(file.src_uri), match["target"]))
        return match["lead"] + (target.url_relative_to(file) if target else match["target"])

    return MAP_LINK.sub(lead, content)
