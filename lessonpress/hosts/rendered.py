"""Pages that MkDocs has turned into HTML, kept as long as nothing that went into them has changed.

Without it a build spends most of its time on Markdown that is as it was. What goes into a page is its
Markdown, the paths and addresses of all files (its links are resolved against them), MkDocs' settings
for Markdown and links, and the versions of the packages that do the work.
"""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from lessonpress.kept.dependencies import package_version
from lessonpress.kept.files import read_text, write_text

PACKAGES = ("mkdocs", "markdown", "pymdown-extensions", "pygments")
PAGES_LOG = logging.getLogger("mkdocs.structure.pages")


class Renders:
    """A folder of rendered pages; `around` is all that pages have in common, in one build."""

    def __init__(self, folder: Path, config: MkDocsConfig, files: Files) -> None:
        self.folder = folder
        places = sorted((file.src_uri, file.url, file.inclusion.value) for file in files)
        settings = [config.markdown_extensions, config.mdx_configs, config.validation, config.use_directory_urls]
        self.around = repr((places, settings, [package_version(package) for package in PACKAGES]))

    def attach(self, page: Page) -> None:
        """Have a page render itself from here where it can."""
        render = page.render
        page.render = lambda config, files: self.render(page, render, config, files)  # type: ignore[method-assign]

    def render(self, page: Page, render: Any, config: MkDocsConfig, files: Files) -> None:
        text = json.dumps([self.around, page.file.src_uri, page.markdown])
        path = self.folder / f"page-{hashlib.sha256(text.encode()).hexdigest()[:24]}.json"
        kept = read_text(path)
        if kept is not None:
            restore(page, json.loads(kept), files)
            return
        complaints = Complaints()
        PAGES_LOG.addHandler(complaints)
        try:
            render(config, files)
        finally:
            PAGES_LOG.removeHandler(complaints)
        if not complaints.heard:  # what there is to complain of has to be said again in the next build
            write_text(path, json.dumps(keep(page)))


class Complaints(logging.Handler):
    """Hears whether anything was said about a page."""

    heard = False

    def emit(self, record: logging.LogRecord) -> None:
        self.heard = self.heard or record.levelno > logging.DEBUG


def keep(page: Page) -> dict[str, Any]:
    """All that rendering a page gives it."""
    links = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
    return {
        "content": page.content,
        "toc": [_keep_anchor(anchor) for anchor in page.toc],
        "title": page._title_from_render,
        "anchors": sorted(page.present_anchor_ids or ()),
        "links": links,
    }


def restore(page: Page, kept: dict[str, Any], files: Files) -> None:
    """Give it to the page again."""
    page.content = kept["content"]
    page.toc = TableOfContents([_restore_anchor(anchor) for anchor in kept["toc"]])
    page._title_from_render = kept["title"]
    page.present_anchor_ids = set(kept["anchors"])
    found = {files.get_file_from_path(path): anchors for path, anchors in kept["links"].items()}
    page.links_to_anchors = {file: anchors for file, anchors in found.items() if file is not None}


def _keep_anchor(anchor: AnchorLink) -> list[Any]:
    return [anchor.title, anchor.id, anchor.level, [_keep_anchor(child) for child in anchor.children]]


def _restore_anchor(kept: list[Any]) -> AnchorLink:
    title, identity, level, children = kept
    anchor = AnchorLink(title, identity, level)
    anchor.children = [_restore_anchor(child) for child in children]
    return anchor
