"""Pages of a preview as they left the theme, written again as long as nothing that went into them has changed."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.commands import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from lessonpress.hosts.rendered import keep_contents
from lessonpress.hosts.search import entries_of, find_index
from lessonpress.hosts.stable import NoStableForm, stable_form
from lessonpress.printing.figures import pictures_in

# What other plugins do with a page on its way through the theme nobody here knows; these are search and the engine.
KNOWN = ("mkdocs.contrib.search", "material.plugins.search", "lessonpress")
SKIPPED = ("env", "page_context", "post_page")
READ_ELSEWHERE = ("content", "markdown", "toc")
SET_ANEW = {"site_dir", "site_url", "plugins"}  # of what the command line says, and what is looked at by itself


@dataclass(frozen=True)
class Made:
    """A page as it came out: what went in, the file, and what a search found on it.

    `read` has what its template read of other pages, by their paths and the attribute.
    """

    given: tuple[object, ...]
    read: dict[tuple[str, str], object]
    output: bytes
    entries: list[Any]


class PageMemory:
    """Stands in for MkDocs' way to make one page. `beside` writes the files that belong to a page but are not it.

    A theme's template may use whatever it likes: the page, the nav, what all pages say of themselves in their front
    matter, the settings. If it reads the text of other pages, or their headings, that is noticed, and goes in too.
    """

    def __init__(self, root: Path, beside: Callable[[Page, MkDocsConfig], None]) -> None:
        self.root, self.beside = root, beside
        self.made: dict[str, Made] = {}
        self.common: object = None  # what all pages of this build have in common; None where none can be remembered
        self.drawings: Mapping[str, str] = {}
        self.texts: dict[tuple[str, str], object] = {}  # of all pages, before they went through the theme
        self.read: set[tuple[str, str]] = set()
        self._build_page = build._build_page
        build._build_page = self.build_page
        for name in READ_ELSEWHERE:
            setattr(Page, name, Noticed(name, self.read))

    def close(self) -> None:
        """Give MkDocs its own way back."""
        build._build_page = self._build_page
        for name in READ_ELSEWHERE:
            delattr(Page, name)

    def begin(self, config: MkDocsConfig, nav: Navigation, pages: list[Page], drawings: Mapping[str, str]) -> None:
        """All pages have been read: from here on nothing changes that they have in common."""
        self.drawings = drawings
        self.texts = {}
        for page in pages:
            self._note_texts(page)
        paths = {page.file.src_uri for page in pages}
        self.made = {path: made for path, made in self.made.items() if path in paths}
        methods = [method for event in SKIPPED for method in config.plugins.events[event]]
        known = all(_module_of(method).startswith(KNOWN) for method in methods)
        try:
            with warnings.catch_warnings(action="ignore"):  # MkDocs says that it never uses these itself
                parts = config.user_configs
            given = [{name: value for name, value in part.items() if name not in SET_ANEW} for part in parts]
            settings = stable_form([given, config.extra_css, [str(script) for script in config.extra_javascript]])
            told = stable_form([[page.url, page.title, page.meta] for page in pages])
        except NoStableForm:
            known = False
        tree = [item.title for item in nav], [page.url for page in nav.pages]
        templates = [state for folder in config.theme.dirs for state in self._states(Path(folder))]
        self.common = (settings, config.site_url, told, tree, templates) if known else None

    def build_page(self, page: Page, config: MkDocsConfig, *rest: Any, **options: Any) -> None:
        """What `mkdocs.commands.build._build_page` does."""
        path = page.file.src_uri
        self._note_texts(page)
        given = (self.common, page.update_date, options, *self._given_to(page))
        found = self.made.get(path)
        entries = entries_of(find_index(config))
        if found is not None and self.common is not None and entries is not None and self._stands(found, given):
            place = Path(page.file.abs_dest_path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(found.output)
            entries.extend(found.entries)
            self.beside(page, config)
            return
        before = len(entries or ())
        self.read.clear()
        self._build_page(page, config, *rest, **options)
        self.made.pop(path, None)
        others = {one for one in self.read if one[0] != path}
        if entries is not None and others <= set(self.texts) and Path(page.file.abs_dest_path).is_file():
            read = {one: self.texts[one] for one in others}
            self.made[path] = Made(given, read, Path(page.file.abs_dest_path).read_bytes(), entries[before:])

    def _stands(self, found: Made, given: tuple[object, ...]) -> bool:
        return found.given == given and all(self.texts.get(one) == value for one, value in found.read.items())

    def _note_texts(self, page: Page) -> None:
        own = vars(page)
        for name in READ_ELSEWHERE:
            self.texts[page.file.src_uri, name] = keep_contents(own[name]) if name == "toc" else own[name]

    def _given_to(self, page: Page) -> Iterator[object]:
        path = page.file.src_uri
        around = [page.previous_page, page.next_page, *page.ancestors]
        yield from (self.texts[path, "content"], self.texts[path, "toc"], str(page.title))
        yield from (page.url, page.canonical_url, page.edit_url)
        yield [(str(other.title), getattr(other, "url", "")) if other else None for other in around]
        yield repr(page.meta)
        yield [self.drawings.get(path) for path in pictures_in(page.content or "", page.url)]

    def _states(self, folder: Path) -> Iterator[tuple[str, int, int]]:
        """Of a folder of the project's: its files, as far as one sees that they changed; installed ones stay."""
        if folder.is_relative_to(self.root) and "site-packages" not in folder.parts:
            for path in sorted(folder.rglob("*")):
                with contextlib.suppress(OSError):  # an editor's lock is a link that leads nowhere
                    state = path.stat()
                    yield str(path), state.st_mtime_ns, state.st_size


class Noticed:
    """An attribute of pages, of which is noted whose was read."""

    def __init__(self, name: str, read: set[tuple[str, str]]) -> None:
        self.name, self.read = name, read

    def __get__(self, page: Page | None, owner: type) -> Any:
        if page is None:
            return self
        try:
            value = vars(page)[self.name]
        except KeyError:
            raise AttributeError(self.name) from None
        if sys._getframe(1).f_globals.get("__name__") != Page.__module__:  # whose titles go in as such
            self.read.add((page.file.src_uri, self.name))
        return value

    def __set__(self, page: Page, value: object) -> None:
        vars(page)[self.name] = value


def _module_of(method: Any) -> str:
    """Where the plugin of a method comes from; that of a hook, which has none, is Python's own."""
    return type(getattr(method, "__self__", None)).__module__
