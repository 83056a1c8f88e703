"""Rendered pages kept between builds: used where nothing changed, and made anew where something did."""

from __future__ import annotations

import importlib
import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.config import load_config
from mkdocs.structure.files import get_files
from mkdocs.structure.pages import Page

from lessonpress.hosts.rendered import Renders

Build = Callable[..., "subprocess.CompletedProcess[str]"]


def kept(root: Path) -> set[str]:
    return {path.name for path in (root / ".cache" / "lessonpress").glob("page-*.json")}


def test_a_second_build_renders_nothing_and_makes_the_same_site(root: Path, build: Build) -> None:
    (root / "docs" / "other.md").write_text("# Other *title*\n\n## Part\n\n[home](index.md#home)\n", encoding="utf-8")
    assert build().returncode == 0
    before = kept(root)
    shutil.copytree(root / "site", root / "first")
    assert build(afresh=True).returncode == 0
    assert kept(root) == before
    for path in (root / "first").rglob("*.html"):
        assert path.read_bytes() == (root / "site" / path.relative_to(root / "first")).read_bytes()


def test_a_changed_page_is_rendered_anew_and_no_other(root: Path, build: Build) -> None:
    (root / "docs" / "other.md").write_text("# Other\n", encoding="utf-8")
    build()
    before = kept(root)
    (root / "docs" / "other.md").write_text("# Other\n\nNew words.\n", encoding="utf-8")
    assert build().returncode == 0
    assert len(kept(root) - before) == 1
    assert "New words." in (root / "site" / "other" / "index.html").read_text(encoding="utf-8")


def test_what_is_wrong_with_a_page_is_said_again_in_the_next_build(root: Path, build: Build) -> None:
    (root / "docs" / "index.md").write_text("# Home\n\n[nowhere](nope.md)\n", encoding="utf-8")
    for _ in range(2):
        result = build()
        assert result.returncode != 0
        assert "nope.md" in result.stderr


@pytest.mark.parametrize(
    ("link", "after", "missed"),
    [("other.md", None, "other.md"), ("other.md#part", "# Other\n\n## Another\n", "#part")],
    ids=["page", "anchor"],
)
def test_a_target_that_went_away_is_missed_by_a_page_that_did_not_change(
    root: Path, build: Build, link: str, after: str | None, missed: str
) -> None:
    other = root / "docs" / "other.md"
    other.write_text("# Other\n\n## Part\n", encoding="utf-8")
    (root / "docs" / "index.md").write_text(f"# Home\n\n[the other]({link})\n", encoding="utf-8")
    assert build().returncode == 0
    if after is None:
        other.unlink()
    else:
        other.write_text(after, encoding="utf-8")
    result = build()
    assert result.returncode != 0
    assert missed in result.stderr


# One page, rendered in this very process


@pytest.fixture
def here(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without the course's plugin, as the current folder and on Python's path; what it imports is dropped."""
    configure(root, "")
    monkeypatch.chdir(root)
    monkeypatch.syspath_prepend(root)
    for name in ("local", "local_helper"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return root


def configure(root: Path, text: str) -> None:
    (root / "mkdocs.yml").write_text(f"site_name: Tiny\nplugins: []\n{text}", encoding="utf-8")


def render(root: Path, text: str) -> tuple[Page, bool]:
    """A page with this text, rendered if it isn't kept; and whether it was rendered."""
    (root / "docs" / "index.md").write_text(text, encoding="utf-8")
    config = load_config(str(root / "mkdocs.yml"))
    files = get_files(config)
    file = files.get_file_from_path("index.md")
    assert file is not None
    page = Page(None, file, config)
    really, rendered = page.render, []
    page.render = lambda config, files: rendered.append(really(config, files))  # type: ignore[method-assign]
    Renders(root / ".cache", root, config, files).attach(page)
    config._current_page = page
    page.read_source(config)
    page.render(config, files)
    return page, bool(rendered)


def is_kept(root: Path, text: str) -> bool:
    """Whether such a page is rendered once, and no more."""
    render(root, text)
    return not render(root, text)[1]


SNIPPETS = "markdown_extensions: [{pymdownx.snippets: {base_path: [parts, ../shared], auto_append: [words.md]}}]"
IMAGES = "markdown_extensions: [{pymdownx.b64: {base_path: docs}}]"


@pytest.mark.parametrize(
    ("configuration", "text", "changes"),
    [
        (SNIPPETS, '--8<-- "part.md"', {"parts/part.md": "new"}),
        (SNIPPETS, '--8<-- "shared.md"', {"../shared/shared.md": "new"}),
        (SNIPPETS, "Text.", {"parts/words.md": "new"}),
        (SNIPPETS, '--8<-- "later.md"', {"parts/later.md": "new"}),
        (SNIPPETS, '--8<-- "shared.md"', {"parts/shared.md": "new, and found before the other"}),
        (SNIPPETS.replace("parts", "!relative $config_dir/parts"), '--8<-- "part.md"', {"parts/part.md": "new"}),
        (SNIPPETS.replace("parts", "nowhere"), '--8<-- "later.md"', {"nowhere/later.md": "new"}),
        (IMAGES, "![](image.png)", {"docs/image.png": "new"}),
    ],
    ids=["snippet", "outside", "appended", "absent", "found before", "relative", "folder", "image"],
)
def test_a_page_follows_what_its_extensions_read_or_look_for(
    here: Path, configuration: str, text: str, changes: dict[str, str]
) -> None:
    for path in ("parts/part.md", "parts/words.md", "../shared/shared.md", "docs/image.png"):
        (here / path).parent.mkdir(exist_ok=True)
        (here / path).write_text("old", encoding="utf-8")
    configure(here, configuration)
    assert is_kept(here, text)
    before = render(here, text)[0].content
    for path, new in changes.items():
        (here / path).parent.mkdir(exist_ok=True)
        (here / path).write_text(new, encoding="utf-8")
    page, anew = render(here, text)
    assert anew
    assert page.content != before
    assert is_kept(here, text)


def test_what_one_page_reads_concerns_no_other(here: Path) -> None:
    (here / "part.md").write_text("old", encoding="utf-8")
    configure(here, SNIPPETS.replace("parts", "."))
    render(here, "Plain.")
    render(here, '--8<-- "part.md"')
    (here / "part.md").write_text("new", encoding="utf-8")
    assert not render(here, "Plain.")[1]


LOCAL = "markdown_extensions: [local]"
EXTENSION = """
import subprocess, sys
from local_helper import says
from markdown import Extension
from markdown.preprocessors import Preprocessor

class Local(Extension):
    def extendMarkdown(self, md):
        md.preprocessors.register(Says(md), "says", 1)

class Says(Preprocessor):
    def run(self, lines):
        return [*lines, says()]

def makeExtension(**options):
    return Local(**options)
"""


def write_extension(root: Path, body: str) -> None:
    (root / "local.py").write_text(EXTENSION, encoding="utf-8")
    (root / "local_helper.py").write_text(f"import os, pathlib, sqlite3, subprocess, sys\ndef says():\n    {body}\n")


def test_a_page_follows_an_extension_of_the_project_and_what_that_imports(here: Path) -> None:
    configure(here, LOCAL)
    write_extension(here, "return 'first'")
    importlib.import_module("local")  # and so it is not opened while a page is rendered
    assert is_kept(here, "Text.")
    write_extension(here, "return 'another'")
    for name in ("local", "local_helper"):  # as a new process has it
        del sys.modules[name]
    page, anew = render(here, "Text.")
    assert anew
    assert "another" in (page.content or "")


@pytest.mark.parametrize(
    "body",
    [
        "return subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True, text=True).stdout",
        "return str(os.system('true'))",
        "return str(sqlite3.connect('data.db').execute('select 1').fetchone())",
        "return str(os.path.getsize(os.open('/dev/zero', os.O_RDONLY)))",
    ],
    ids=["program", "shell", "database", "device"],
)
def test_a_page_whose_rendering_can_not_be_followed_is_not_kept(here: Path, body: str) -> None:
    configure(here, LOCAL)
    write_extension(here, body)
    assert not is_kept(here, "Text.")


def test_a_page_follows_the_names_in_a_folder_that_is_listed(here: Path) -> None:
    configure(here, LOCAL)
    write_extension(here, "return ' '.join(sorted(os.listdir('glossary')))")
    assert is_kept(here, "Text.")
    (here / "glossary" / "new.md").touch()
    assert "new.md" in (render(here, "Text.")[0].content or "")


def test_what_an_extension_writes_is_no_reason_to_render_anew(here: Path) -> None:
    configure(here, LOCAL)
    write_extension(here, "pathlib.Path('log').write_text('rendered'); return ''")
    assert is_kept(here, "Text.")


NAMED = """
markdown_extensions:
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
  - toc:
      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}
  - pymdownx.superfences:
      custom_fences:
        - {name: mermaid, class: mermaid, format: !!python/name:pymdownx.superfences.fence_code_format }
"""


def test_what_is_named_in_the_configuration_is_the_same_in_each_process(root: Path, build: Build) -> None:
    site = (root / "mkdocs.yml").read_text(encoding="utf-8").partition("markdown_extensions")[0]
    (root / "mkdocs.yml").write_text(site + NAMED, encoding="utf-8")
    assert build("-q", afresh=True).returncode == 0
    before = kept(root)
    assert before
    assert build("-q", afresh=True).returncode == 0
    assert kept(root) == before


def test_a_function_without_a_name_keeps_pages_from_being_kept_which_is_said_once(
    here: Path, caplog: pytest.LogCaptureFixture
) -> None:
    configure(here, "markdown_extensions: [{toc: {slugify: !!python/object/apply:local.make []}}]")
    (here / "local.py").write_text("def make():\n    return lambda text, mark: text\n", encoding="utf-8")
    with caplog.at_level(logging.DEBUG, "mkdocs.plugins.lessonpress"):
        assert not is_kept(here, "# Title")
    told = [record.getMessage() for record in caplog.records if record.name == "mkdocs.plugins.lessonpress"]
    assert len(told) == 2, "once a build"
    assert told[0].startswith("rendered pages aren't kept, since mkdocs.yml has an object without a name")


@pytest.mark.parametrize(
    "changed",
    [
        "use_directory_urls: false",
        "markdown_extensions: [{toc: {permalink: true}}]",
        "markdown_extensions: [admonition]",
    ],
)
def test_other_settings_render_pages_anew(here: Path, changed: str) -> None:
    assert is_kept(here, "# Title")
    configure(here, changed)
    assert render(here, "# Title")[1]


def test_another_package_renders_pages_anew(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = here / "packages"
    (packages / "extension-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(packages)
    assert is_kept(here, "Text.")
    (packages / "extension-1.0.dist-info").rename(packages / "extension-1.1.dist-info")
    assert render(here, "Text.")[1]


def test_another_current_folder_renders_pages_anew(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(here, LOCAL)
    write_extension(here, "return os.path.basename(os.getcwd())")
    assert is_kept(here, "Text.")
    monkeypatch.chdir(here / "lessons")
    page, anew = render(here, "Text.")
    assert anew
    assert "lessons" in (page.content or "")


def test_a_page_that_gains_something_unknown_is_not_kept(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it may in a MkDocs to come."""
    really = Page.render

    def render_more(page: Page, *arguments: object) -> None:
        really(page, *arguments)  # type: ignore[arg-type]
        page.word_count = 5  # type: ignore[attr-defined]

    monkeypatch.setattr(Page, "render", render_more)
    assert not is_kept(here, "Text.")


def test_all_that_rendering_gives_a_page_is_there_when_it_is_kept(here: Path) -> None:
    text = "# A *title*\n\n## Part\n\nA [link](index.md#part).\n"
    before = set(vars(render(here, text)[0]))
    page, anew = render(here, text)
    assert not anew
    assert set(vars(page)) == before
    assert (page.title, [anchor.id for anchor in page.toc.items[0].children]) == ("A title", ["part"])
    assert list((page.links_to_anchors or {}).values()) == [{"part": "index.md#part"}]


@pytest.mark.parametrize("level", [logging.ERROR, logging.DEBUG])
def test_what_a_quiet_or_verbose_build_finds_wrong_is_said_in_the_next(
    here: Path, caplog: pytest.LogCaptureFixture, level: int
) -> None:
    text = "[nowhere](nope.md)" if level == logging.ERROR else "[nowhere](#nope)"
    with caplog.at_level(level, "mkdocs"):
        render(here, text)
    assert not [record for record in caplog.records if "nope" in record.getMessage()]
    page, anew = render(here, text)
    assert anew
    assert page.links_to_anchors is not None
