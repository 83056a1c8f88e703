"""The search index made for beginners: what a page is about, terms before lessons, and no code."""

from __future__ import annotations

import copy
import html
import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from lessonpress.course import BuildResult
from lessonpress.hosts.rendered import keep_contents
from lessonpress.kept.stages import code_hash, remembered
from lessonpress.printing.glossary import Term

NAMES = "assets/lessonpress-names.json"  # which the script asks for beside itself
PLUGINS = ("search", "material/search")
TERM, LESSON = 10, 3  # how much more than any other page they count, where the theme counts

# Code, results, hints and solutions, and what stands on each page.
UNSAID = re.compile(
    r"<pre.*?</pre>|<svg.*?</svg>|<summary>The code</summary>"
    r"|<details class=.(?:success|lesson-check)\b.*?</details>|<div class=.lesson-table\b.*?</div>"
    r"|<details class=.tip.>\s*<summary>Hint(?: \d+ of \d+)?</summary>.*?</details>"
    r"|<h2\b(?:(?!</h2>).)*</h2>\s*<div class=.lesson-gallery\b.*?</div>"
    r"|<p class=.lesson-(?:downloads|versions|do)\b.*?</p>",
    re.DOTALL,
)
LISTS = re.compile(r'<div class="lesson-(?:filter|map)".*|<h2 id="(?:related-terms|where-it-runs)".*', re.DOTALL)
HEAD = re.compile(r"(?<=</h1>)\s*<p><strong>.*?</strong></p>(\s*<p><em>Also called.*?</em></p>)?", re.DOTALL)


def improve_index(config: MkDocsConfig, files: Files, result: BuildResult, folder: Path) -> None:
    """Have the site's search plugin index each page as `entry_of` has it, and the site hold the names it may find.

    What it makes of a page is kept in a folder of the cache. A site without that plugin stays as it is.
    """
    index = find_index(config)
    if index is None:
        return
    index.add_entry_from_context = keep_entries(index, folder, result)
    if files.get_file_from_path(NAMES) is None:
        names = json.dumps(names_of(result, files), ensure_ascii=False, separators=(",", ":"))
        files.append(File.generated(config, NAMES, content=names))


def find_index(config: MkDocsConfig) -> Any:
    """The index of the site's search; None where there is none, or it is switched off."""
    found: list[Any] = [config.plugins[name] for name in PLUGINS if name in config.plugins]
    return next((getattr(plugin, "search_index", None) for plugin in found), None)


def entries_of(index: Any) -> list[Any] | None:
    """What an index holds, as a list that may be added to; an empty one for no index, None for one of unknown kind."""
    if index is None:
        return []
    return next((getattr(index, name) for name in ("entries", "_entries") if hasattr(index, name)), None)


def keep_entries(index: Any, folder: Path, result: BuildResult) -> Callable[[Page], None]:
    """An index's own way to add the entries of a page, gone once for each page: it takes as long as all of Markdown."""
    add: Callable[[Page], None] = index.add_entry_from_context
    entries = entries_of(index)
    if entries is None:
        return lambda page: add(entry_of(page, term_of(page, result)))
    maker = Path(inspect.getfile(type(index))).read_bytes()
    options = json.dumps(index.config, default=str)

    def add_kept(page: Page) -> None:
        term = term_of(page, result)
        named = (term.title, term.definition, *term.synonyms) if term else ()
        page_itself = [page.content, str(page.title), page.file.src_uri, page.url, page.meta, keep_contents(page.toc)]

        def read() -> bytes:
            before = len(entries)
            add(entry_of(page, term))
            made = entries[before:]
            del entries[before:]
            return json.dumps(made).encode()

        inputs = (maker, code_hash("hosts"), options, json.dumps([page_itself, named], default=str))
        entries.extend(json.loads(remembered(folder, "search", inputs, read)))

    return add_kept


def term_of(page: Page, result: BuildResult) -> Term | None:
    """The term that a page is about."""
    term = result.terms.get(page.file.name)
    return term if term and term.page.place == page.file.src_uri else None


def entry_of(page: Page, term: Term | None) -> Page:
    """A page as the index should see it: prose alone, a term with its names and definition first."""
    seen = copy.copy(page)
    content = LISTS.sub("", UNSAID.sub("", page.content or ""))
    seen.content = HEAD.sub(lambda _: write_head(term), content, count=1) if term else content
    if term or page.file.src_uri.endswith(".py"):
        boost: dict[str, Any] = {"boost": TERM if term else LESSON}
        seen.meta = {**page.meta, "search": boost | (page.meta.get("search") or {})}
    return seen


def write_head(term: Term) -> str:
    """One paragraph, since what a search shows of a page are the paragraphs that have what was asked for."""
    also = f" Also called {', '.join(term.synonyms)}." if term.synonyms else ""
    return f"<p>{html.escape(f'{term.title}: {term.definition}{also}', quote=False)}</p>"


def names_of(result: BuildResult, files: Files) -> dict[str, list[str]]:
    """The names of terms and lessons by their addresses; the first of them is the page's own."""
    named = {term.page.place: [term.name, *term.synonyms] for term in result.terms.values()}
    named |= {one.place: [one.title] for one in result.lessons.values() if one.place.endswith(".py")}
    return {file.url: names for path, names in named.items() if (file := files.get_file_from_path(path))}
