"""Pages that MkDocs has turned into HTML, kept as long as nothing that went into them has changed.

Without it a build spends most of its time on Markdown that is as it was. What goes into a page is its
Markdown, the paths and addresses of all files (its links are resolved against them), MkDocs' settings
for Markdown and links, the packages installed, and whatever extensions read or look for.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.commands import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from lessonpress.hosts.opened import Opened, hash_of
from lessonpress.hosts.requirements import installed_packages
from lessonpress.hosts.stable import NoStableForm, stable_form
from lessonpress.kept.files import read_text, write_text

RENDERED = {"content", "toc", "_title_from_render", "present_anchor_ids", "links_to_anchors"}  # what a page gains
KNOWN = ("mkdocs.contrib.search", "material.plugins.search", "lessonpress")
PAGES_LOG = logging.getLogger("mkdocs.structure.pages")
log = logging.getLogger("mkdocs.plugins.lessonpress")


class Renders:
    """A folder of rendered pages; `around` is a hash of what all of one build share, "" if none can be kept."""

    def __init__(self, folder: Path, root: Path, config: MkDocsConfig, files: Files) -> None:
        self.folder, self.root = folder, root
        self.hash_of = cache(lambda path: hash_of(root / path))
        places = sorted((file.src_uri, file.url, file.inclusion.value) for file in files)
        settings = [config.markdown_extensions, config.mdx_configs, config.validation, config.use_directory_urls]
        try:
            around = [places, stable_form(settings), installed_packages(), self._shorten(os.getcwd())]
            self.around = hashlib.sha256(json.dumps(around).encode()).hexdigest()
        except NoStableForm as error:
            log.debug(f"rendered pages aren't kept, since mkdocs.yml has an object without a name: {error}")
            self.around = ""

    def attach(self, page: Page) -> None:
        """Have a page render itself from here where it can."""
        render = getattr(page.render, "of_mkdocs", page.render)  # a page of a preview may have been here before

        def render_here(config: MkDocsConfig, files: Files) -> None:
            self.render(page, render, config, files)

        render_here.of_mkdocs = render  # type: ignore[attr-defined]
        if self.around:
            page.render = render_here  # type: ignore[method-assign]

    def has(self, path: str, markdown: str | None) -> bool:
        """Whether a page with this text, and its source at this path, has been rendered, if it can be kept at all."""
        return not self.around or self._place_of(path, markdown).exists()

    def _place_of(self, path: str, markdown: str | None) -> Path:
        text = json.dumps([self.around, path, markdown])
        return self.folder / f"page-{hashlib.sha256(text.encode()).hexdigest()[:24]}.json"

    def render(self, page: Page, render: Any, config: MkDocsConfig, files: Files) -> None:
        path = self._place_of(page.file.src_uri, page.markdown)
        kept = self.find(path, files)
        if kept is not None:
            vars(page).update(kept)
            return
        before, complaints, opened = dict(vars(page)), Complaints(), Opened(self.root)
        with complaints.listening(), opened.listening():
            render(config, files)
        gained = {name for name, value in vars(page).items() if name not in before or value is not before[name]}
        # What there is to complain of has to be said again in the next build. A verbose one doesn't look for anchors.
        if opened.complete and not complaints.heard and gained <= RENDERED and page.links_to_anchors is not None:
            reads = {
                self._shorten(place): found for place, found in {**loaded_modules(self.root), **opened.hashes}.items()
            }
            with contextlib.suppress(OSError):
                write_text(path, json.dumps({"page": keep(page), "reads": reads}))

    def find(self, path: Path, files: Files) -> dict[str, Any] | None:
        """What rendering gave a page, if that still stands; None for whatever else the file may hold."""
        try:
            kept = json.loads(read_text(path) or "")
            page = restore(kept["page"], files)
            return page if all(self.hash_of(place) == found for place, found in kept["reads"].items()) else None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def _shorten(self, place: str) -> str:
        return os.path.relpath(place, self.root) if Path(place).is_relative_to(self.root) else place


def populate(file: File, config: MkDocsConfig, files: Files) -> Page:
    """The page of a file, read and rendered as MkDocs does it in its turn."""
    page = file.page or Page(None, file, config)
    build._populate_page(page, config, files)
    return page


def make_page(page: Page, config: MkDocsConfig, files: Files, nav: Navigation, env: Any) -> None:
    """Send a page through the theme and write it, as MkDocs does it in its turn."""
    excluded = page.file.inclusion.is_excluded()  # type: ignore[no-untyped-call]
    build._build_page(page, config, files.documentation_pages(), nav, env, excluded=excluded)


def is_known(config: MkDocsConfig, *events: str) -> bool:
    """Whether search and the engine are all that hears of some events: what others do, nobody here knows."""
    return all(_module_of(method).startswith(KNOWN) for event in events for method in config.plugins.events[event])


def _module_of(method: Any) -> str:
    """Where the plugin of a method comes from; that of a hook, which has none, is Python's own."""
    return type(getattr(method, "__self__", None)).__module__


class Complaints(logging.Handler):
    """Hears whether anything is said about a page, also where a quiet build shows none of it."""

    heard = False

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        mkdocs, level, shown = logging.getLogger("mkdocs"), PAGES_LOG.level, PAGES_LOG.getEffectiveLevel()

        def hear(record: logging.LogRecord) -> bool:
            self.emit(record)
            return record.levelno >= shown

        mkdocs.addHandler(self)
        PAGES_LOG.addFilter(hear)
        PAGES_LOG.setLevel(min(shown, logging.INFO))
        try:
            yield
        finally:
            PAGES_LOG.setLevel(level)
            PAGES_LOG.removeFilter(hear)
            mkdocs.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.heard = self.heard or record.levelno > logging.DEBUG


def loaded_modules(root: Path) -> dict[str, str]:
    """Hashes of the project's own modules in this process, such as its Markdown extensions; packages left out."""
    files = map(_file_of, list(sys.modules.values()))
    inside, installed = f"{root}{os.sep}", f"{sys.prefix}{os.sep}"
    ours = [file for file in files if isinstance(file, str) and file.startswith(inside)]
    outside = not installed.startswith(inside)
    return {file: _module_hash(Path(file)) for file in ours if outside or not file.startswith(installed)}


def _file_of(module: object) -> object:
    """A module's file, without asking the module: one that waits to be loaded would be."""
    try:
        return object.__getattribute__(module, "__dict__").get("__file__")
    except AttributeError:  # what stands in a module's place may be anything
        return None


@cache
def _module_hash(place: Path) -> str:
    """A module's hash when it was first met: it is not loaded anew when its file changes."""
    return hash_of(place)


def keep(page: Page) -> dict[str, Any]:
    """All that rendering a page gives it."""
    links = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
    return {
        "content": page.content,
        "toc": keep_contents(page.toc),
        "title": page._title_from_render,
        "anchors": sorted(page.present_anchor_ids or ()),
        "links": links,
    }


def restore(kept: dict[str, Any], files: Files) -> dict[str, Any]:
    """The same again, by the names that a page has for it."""
    found = {files.get_file_from_path(path): anchors for path, anchors in kept["links"].items()}
    return {
        "content": "".join([kept["content"]]),  # nothing but a text
        "toc": TableOfContents([_restore_anchor(anchor) for anchor in kept["toc"]]),
        "_title_from_render": kept["title"],
        "present_anchor_ids": set(kept["anchors"]),
        "links_to_anchors": {file: anchors for file, anchors in found.items() if file is not None},
    }


def keep_contents(toc: TableOfContents) -> list[Any]:
    """A table of contents as lists of title, id, level and what stands below."""
    return [_keep_anchor(anchor) for anchor in toc]


def _keep_anchor(anchor: AnchorLink) -> list[Any]:
    return [anchor.title, anchor.id, anchor.level, [_keep_anchor(child) for child in anchor.children]]


def _restore_anchor(kept: list[Any]) -> AnchorLink:
    title, identity, level, children = kept
    anchor = AnchorLink(title, identity, level)
    anchor.children = [_restore_anchor(child) for child in children]
    return anchor
