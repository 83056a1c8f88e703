"""Stages of a build that are gone through once, and give what they would have given again."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.theme import Theme

from lessonpress.course import BuildResult
from lessonpress.hosts.page_memory import InMemory, states_of
from lessonpress.hosts.search import keep_entries
from lessonpress.hosts.templates import quicken


class Index:
    """A search index that counts the pages it reads."""

    def __init__(self, **config: Any) -> None:
        self.config, self.entries, self.read = config, [{"text": "before"}], 0

    def add_entry_from_context(self, page: Any) -> None:
        self.read += 1
        self.entries.append({"text": page.content, "title": page.title, "boost": page.meta.get("search")})


def page_of(content: str, title: str = "Loss", path: str = "glossary/loss.md", **meta: object) -> Any:
    file = SimpleNamespace(name=Path(path).stem, src_uri=path)
    return SimpleNamespace(content=content, title=title, url="loss/", meta=meta, toc=[], file=file)


def term_of(definition: str) -> Any:
    page = SimpleNamespace(place="glossary/loss.md")
    return SimpleNamespace(title="Loss", name="loss", definition=definition, synonyms=(), page=page)


def entries_of(
    folder: Path, page: Any, definition: str = "A number.", **config: Any
) -> tuple[list[dict[str, Any]], int]:
    """What an index gains from a page, and how many it read for that."""
    index = Index(**config)
    result = BuildResult(terms={"loss": term_of(definition)})
    keep_entries(index, folder, result)(page)
    return index.entries[1:], index.read


def test_an_index_reads_a_page_once_and_anew_where_anything_of_it_changed(tmp_path: Path) -> None:
    page = "<h1>Loss</h1> <p><strong>Old.</strong></p> <p>Text.</p>"
    first, read = entries_of(tmp_path, page_of(page))
    assert read == 1
    assert "A number." in json.dumps(first)
    assert entries_of(tmp_path, page_of(page)) == (first, 0)
    changed = [
        (page_of(page + "<p>More.</p>"), {}),
        (page_of(page, title="Cost"), {}),
        (page_of(page, search={"boost": 3}), {}),
        (page_of(page, path="glossary/other/loss.md"), {}),
        (page_of(page), {"definition": "Another number."}),
        (page_of(page), {"lang": "de"}),
    ]
    for again, given in changed:
        entries, read = entries_of(tmp_path, again, **given)
        assert read == 1, (again, given)
        assert (entries, 0) == entries_of(tmp_path, again, **given)
    assert entries_of(tmp_path, page_of(page)) == (first, 0)


@pytest.mark.parametrize("name", ["material", "mkdocs", "readthedocs"])
def test_a_themes_hidden_files_are_passed_over_and_no_others(name: str, tmp_path: Path) -> None:
    for path in ("own.css", ".hidden/a.css", "shown/.b.css", "shown/c.css"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("", encoding="utf-8")
    config = MkDocsConfig()
    config.load_dict({"site_name": "Tiny", "docs_dir": str(tmp_path), "theme": {"name": name}})
    config.validate()
    found = []
    for quick in (False, True):
        theme = Theme(name, custom_dir=str(tmp_path))
        config.theme = theme
        if quick:
            quicken(theme, tmp_path / "templates")
        files = Files([])
        files.add_files_from_theme(theme.get_env(), config)
        found.append(sorted((file.src_uri, file.abs_src_path) for file in files))
    assert found[0] == found[1]
    assert "shown/c.css" in dict(found[1])


def test_a_theme_compiles_its_templates_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def translated() -> str:
        theme = Theme("material")
        quicken(theme, tmp_path)
        template = theme.get_env().get_template("partials/language.html", None, {"config": {"theme": theme}})
        return str(template.module.t("search.placeholder"))  # type: ignore[attr-defined]

    assert translated() == "Search"
    monkeypatch.setattr(Environment, "_generate", lambda *_: pytest.fail("compiled again"))
    assert translated() == "Search"


def test_a_theme_in_which_an_editor_holds_a_lock_is_looked_at_without_it(tmp_path: Path) -> None:
    (tmp_path / "main.html").write_text("", encoding="utf-8")
    (tmp_path / ".#main.html").symlink_to("me@machine.1234:567")  # as Emacs does while one edits
    assert [path for path, _ in states_of(tmp_path, InMemory())] == ["main.html"]
