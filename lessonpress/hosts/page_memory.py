"""Pages as they left the theme, written again as long as nothing that went into them has changed.

A build finds those of the build before in a folder of the cache. A preview has them in memory, and finds those of the
preview before when it begins.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.commands import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from lessonpress.hosts.opened import hash_of
from lessonpress.hosts.rendered import is_known, keep_contents, loaded_modules
from lessonpress.hosts.requirements import installed_packages
from lessonpress.hosts.search import entries_of, find_index
from lessonpress.hosts.stable import NoStableForm, stable_form
from lessonpress.kept.files import read_bytes, write_bytes
from lessonpress.kept.stages import code_hash
from lessonpress.printing.figures import pictures_in

SKIPPED = ("env", "page_context", "post_page")
READ_ELSEWHERE = ("content", "markdown", "toc")
SET_ANEW = {"site_dir", "site_url", "plugins"}  # of what the command line says, and what is looked at by itself
MATERIAL = ("material", "templates")  # which are many, and show no time
TIME = "build_date_utc"
ALL, ANY = "*", "?"  # stand for all entries of a front matter, and for whether it has any


@dataclass(frozen=True)
class Made:
    """A page as it came out: the file, and what a search found on it.

    `read` has what its template read of other pages, by their paths and the attribute.
    """

    read: dict[tuple[str, str], object]
    output: bytes
    entries: list[Any]


@dataclass(frozen=True)
class Given:
    """What goes into a page: what all of a build have in common, the page's own text, and what else it shows."""

    common: str
    content: str
    rest: Sequence[object]


class InMemory:
    """What each page of a preview became the last time, by its path, with what went into it."""

    def __init__(self) -> None:
        self.made: dict[str, tuple[Given, Made]] = {}

    def look_around(self, config: MkDocsConfig) -> list[object] | None:
        """What else goes into each page; None where none can be kept."""
        return []

    def state_of(self, path: Path) -> object:
        """What changes with a file."""
        state = path.stat()
        return state.st_mtime_ns, state.st_size

    def find(self, path: str, given: Given) -> Made | None:
        """What became of a page, if the same went in."""
        before, made = self.made.get(path, (None, None))
        return made if before == given else None

    def keep(self, path: str, given: Given, made: Made) -> None:
        """Know from now on what became of a page."""
        self.made[path] = given, made


class OnDisk:
    """The same from one process to the next: a file for each page, with the last that became of it.

    Builds and previews, which are of different `kind`, write pages in different ways.
    """

    def __init__(self, folder: Path, root: Path, kind: str) -> None:
        self.folder, self.root, self.kind = folder, root, kind

    def is_new(self, common: str) -> bool:
        """Whether nothing can be found that has this in common; from now on, something may."""
        place = self.folder / f"made-{self.kind}.txt"
        known = read_bytes(place) == common.encode()
        if not known:
            write_bytes(place, common.encode())
        return not known

    def look_around(self, config: MkDocsConfig) -> list[object] | None:
        """Python, packages, the engine, and the project's own modules; None for a theme that may show the time."""
        folders = [Path(folder) for folder in config.theme.dirs]
        own = [path for folder in folders if folder.parts[-2:] != MATERIAL for path in folder.rglob("*.html")]
        if any(TIME in path.read_text(encoding="utf-8", errors="replace") for path in own if path.is_file()):
            return None
        return [sys.version, installed_packages(), code_hash("."), sorted(loaded_modules(self.root).items())]

    def state_of(self, path: Path) -> object:
        """A hash: what changes with a file, wherever it came from."""
        return hash_of(path)

    def find(self, path: str, given: Given) -> Made | None:
        """What became of a page, if the same went in."""
        sign, _, kept = (read_bytes(self._place_of(path)) or b"").partition(b"\n")
        if sign != self._sign(given):
            return None
        parts, _, output = kept.partition(b"\n")
        read, entries = json.loads(parts)
        return Made({(other, name): value for other, name, value in read}, output, entries)

    def keep(self, path: str, given: Given, made: Made) -> None:
        """Have the next build know what became of a page."""
        with contextlib.suppress(TypeError):  # what JSON can't hold
            read = [(*one, value) for one, value in made.read.items()]
            parts = json.dumps([read, made.entries]).encode()
            write_bytes(self._place_of(path), b"\n".join([self._sign(given), parts, made.output]))

    def _place_of(self, path: str) -> Path:
        return self.folder / f"made-{hashlib.sha256(f'{self.kind} {path}'.encode()).hexdigest()[:24]}.bin"

    def _sign(self, given: Given) -> bytes:
        digest = hashlib.sha256(json.dumps([given.common, given.rest]).encode())
        digest.update(b"\n" + given.content.encode("utf-8", "surrogatepass"))
        return digest.hexdigest().encode()


Store = InMemory | OnDisk


class PageMemory:
    """Stands in for MkDocs' way to make one page, which it first looks for in `stores`, the nearest of them first.

    `beside` writes the files that belong to a page but are not it.

    A theme's template may use whatever it likes: the page, the nav, all pages' titles, the settings. What it reads of
    other pages' texts, headings, and front matters is noticed, and goes in too.
    """

    def __init__(self, stores: Sequence[Store], beside: Callable[[Page, MkDocsConfig], None]) -> None:
        self.stores, self.beside = stores, beside
        # With a hash of what all pages of this build have in common; none where no page can be remembered.
        self.usable: list[tuple[Store, str]] = []
        self.drawings: Mapping[str, str] = {}
        self.texts: dict[tuple[str, str], object] = {}  # of all pages, before they went through the theme
        self.read: set[tuple[str, str]] = set()
        self.pages: list[Page] = []
        self.current = ""  # the path of the page that goes through the theme
        self.told: dict[str, str] = {}  # what the front matters of all pages say, by the entry, as far as someone asked
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
        self.drawings, self.pages = drawings, pages
        self.texts = {}
        for page in pages:
            self._note_texts(page)
        self.usable = []
        if not is_known(config, *SKIPPED):
            return
        try:
            with warnings.catch_warnings(action="ignore"):  # MkDocs says that it never uses these itself
                parts = config.user_configs
            given = [{name: value for name, value in part.items() if name not in SET_ANEW} for part in parts]
            assets = config.extra_css, [str(script) for script in config.extra_javascript]
            settings = stable_form([given, config.extra, assets])
            titles = stable_form([[page.url, page.title] for page in pages])
            plugins = stable_form({name: getattr(plugin, "config", None) for name, plugin in config.plugins.items()})
        except NoStableForm:
            return
        tree = [item.title for item in nav], [page.url for page in nav.pages]
        for store in self.stores:
            around = store.look_around(config)
            if around is not None:
                templates = [state for folder in config.theme.dirs for state in states_of(Path(folder), store)]
                common = [around, settings, config.site_url, titles, plugins, tree, templates]
                self.usable.append((store, hashlib.sha256(json.dumps(common).encode()).hexdigest()))

    def has_to_make_all(self) -> bool:
        """Whether no page of this build can be found, but each will be that is made now, by whatever process."""
        return any(isinstance(store, OnDisk) and store.is_new(common) for store, common in self.usable)

    def build_page(self, page: Page, config: MkDocsConfig, *others: Any, **options: Any) -> None:
        """What `mkdocs.commands.build._build_page` does."""
        path = page.file.src_uri
        self._note_texts(page)
        content = str(self.texts[path, "content"])
        rest = [page.update_date, options, *self._given_to(page)]
        entries = entries_of(find_index(config))
        without: list[tuple[Store, Given]] = []
        for store, common in self.usable if entries is not None else ():
            given = Given(common, content, rest)
            found = store.find(path, given)
            if found is not None and self._stands(found):
                self._write(page, config, found)
                break
            without.append((store, given))
        else:
            found = self._make(page, config, *others, **options)
        if found is not None:
            for store, given in without:
                store.keep(path, given, found)

    def _write(self, page: Page, config: MkDocsConfig, made: Made) -> None:
        place = Path(page.file.abs_dest_path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(made.output)
        entries_of(find_index(config)).extend(made.entries)  # type: ignore[union-attr]
        self.beside(page, config)

    def _make(self, page: Page, config: MkDocsConfig, *rest: Any, **options: Any) -> Made | None:
        """Have MkDocs make a page; None where nobody can say what went in."""
        path, place, entries = page.file.src_uri, Path(page.file.abs_dest_path), entries_of(find_index(config))
        before = len(entries or ())
        self.read.clear()
        self.current = path
        try:
            self._build_page(page, config, *rest, **options)
        finally:
            self.current = ""
        read = {one: self._value_of(one) for one in self.read if one[0] != path}
        if not self.usable or entries is None or None in read.values() or not place.is_file():
            return None
        return Made(read, place.read_bytes(), entries[before:])

    def _stands(self, found: Made) -> bool:
        return all(self._value_of(one) == value for one, value in found.read.items())

    def _value_of(self, one: tuple[str, str]) -> object:
        """What is read of another page, or, by no path, of one entry in the front matters of all; None for no page."""
        path, name = one
        if path:
            return self.texts.get(one)
        if name not in self.told:
            metas = [(page.file.src_uri, page.meta) for page in self.pages]
            looks: dict[str, Callable[[object], object]] = {ALL: repr, ANY: bool}
            said = [(path, looks[name](meta) if name in looks else meta.get(name)) for path, meta in metas]
            self.told[name] = hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()
        return self.told[name]

    def note_told(self, path: str, name: str) -> None:
        """An entry in the front matter of a page is read."""
        if self.current and self.current != path:
            self.read.add(("", name))

    def _note_texts(self, page: Page) -> None:
        if not isinstance(page.meta, FrontMatter):
            page.meta = FrontMatter(page.meta, functools.partial(self.note_told, page.file.src_uri))
            self.told.clear()
        own = vars(page)
        for name in READ_ELSEWHERE:
            self.texts[page.file.src_uri, name] = keep_contents(own[name]) if name == "toc" else own[name]

    def _given_to(self, page: Page) -> Iterator[object]:
        path = page.file.src_uri
        around = [page.previous_page, page.next_page, *page.ancestors]
        yield from (self.texts[path, "toc"], str(page.title))
        yield from (page.url, page.canonical_url, page.edit_url)
        yield [(str(other.title), getattr(other, "url", "")) if other else None for other in around]
        yield repr(page.meta)
        yield [self.drawings.get(path) for path in pictures_in(page.content or "", page.url)]


def states_of(folder: Path, store: Store) -> Iterator[tuple[str, object]]:
    """Of a folder that is not installed: its files, as far as one sees that they changed."""
    if "site-packages" not in folder.parts:
        for path in sorted(folder.rglob("*")):
            with contextlib.suppress(OSError):  # an editor's lock is a link that leads nowhere
                if path.is_file():
                    yield str(path.relative_to(folder)), store.state_of(path)


WHOLE = ("__iter__", "__len__", "__repr__", "keys", "values", "items", "copy")


def _noting_all(name: str) -> Any:
    """A method of dictionaries that depends on all entries, and notes that."""
    method = getattr(dict, name)

    def noting(self: FrontMatter) -> Any:
        self.note(ALL)
        return method(self)

    return noting


class FrontMatter(dict[str, Any]):
    """What a page says of itself, of which `note` is told each entry that someone reads, ALL of them, or ANY."""

    def __init__(self, entries: Mapping[str, Any], note: Callable[[str], None]) -> None:
        super().__init__(entries)
        self.note = note

    def __getitem__(self, name: str) -> Any:
        self.note(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.note(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.note(str(name))
        return super().__contains__(name)

    def __bool__(self) -> bool:
        self.note(ANY)
        return dict.__len__(self) > 0

    __iter__, __len__, __repr__, keys, values, items, copy = map(_noting_all, WHOLE)


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
