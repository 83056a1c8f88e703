"""Pages that a build made: found again as long as nothing changed, and else made as a clean build makes them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from small_project import Project
from test_preview import previewing

from lessonpress.hosts import page_memory
from lessonpress.hosts.page_memory import OnDisk

Build = Callable[..., "subprocess.CompletedProcess[str]"]
SITE = """
site_name: Tiny
theme: {name: material, custom_dir: own}
extra: {word: tea}
plugins: [{search: {lang: en}}, {lessonpress: {preload: [matplotlib.pyplot]}}]
"""
TEMPLATE = '{% extends "base.html" %}{% block content %}{{ config.extra.word }}{{ super() }}{% endblock %}'
OTHERS = "{% for file in pages %}{{ file.page.content }}{% endfor %}"


@pytest.fixture
def site(root: Path, build: Build) -> Path:
    """A project of three pages in Material, with a template of its own."""
    write(root, "mkdocs.yml", SITE)
    write(root, "own/main.html", TEMPLATE)
    write(root, "docs/other.md", "# Other\n\nIts words.\n\n## Part\n\nMore.\n")
    write(root, "docs/third.md", "# Third\n\n![a line](line.svg)\n")
    write(root, "docs/line.svg", "<svg/>")
    return root


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def made(root: Path) -> dict[Path, int]:
    """The files of made pages, and where on the disk each lies: another place once it is written anew."""
    return {path: path.stat().st_ino for path in (root / ".cache" / "lessonpress").glob("made-*.bin")}


def published(root: Path) -> dict[str, bytes]:
    """What readers meet: all pages, and what the search knows of them."""
    found = [*(root / "site").rglob("*.html"), *(root / "site").rglob("search_index.json")]
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def build_clean(root: Path, build: Build) -> dict[str, bytes]:
    """The site of a build that finds no made page."""
    for path in made(root):
        path.unlink()
    assert build().returncode == 0
    return published(root)


def test_a_second_build_makes_no_page_anew(site: Path, build: Build) -> None:
    assert build().returncode == 0
    first, pages = published(site), made(site)
    assert len(pages) == 3
    assert build(afresh=True).returncode == 0
    assert made(site) == pages
    assert published(site) == first == build_clean(site, build)


CHANGES = {
    "its text": ("docs/other.md", "More.", "Other words.", 1),
    "its title": ("docs/other.md", "# Other", "# Another", 3),
    "its description": ("docs/other.md", "Its words.", "Other words.", 1),
    "what the nav shows of it": ("docs/other.md", "# Other", "---\nicon: material/pencil\n---\n# Other", 3),
    "a template": ("own/main.html", "{{ super() }}", "<p>New.</p>{{ super() }}", 3),
    "what templates say": ("mkdocs.yml", "word: tea", "word: milk", 3),
    "the theme": ("mkdocs.yml", "custom_dir: own", "custom_dir: own, language: de", 3),
    "another plugin's option": ("mkdocs.yml", "lang: en", "lang: de", 3),
    "the address": ("mkdocs.yml", "site_name: Tiny", "site_name: Tiny\nsite_url: https://example.org/a/", 3),
}


@pytest.mark.parametrize(("path", "before", "after", "count"), CHANGES.values(), ids=CHANGES)
def test_what_changed_is_met(site: Path, build: Build, path: str, before: str, after: str, count: int) -> None:
    assert build().returncode == 0
    first, pages = published(site), made(site)
    text = (site / path).read_text(encoding="utf-8")
    assert before in text
    write(site, path, text.replace(before, after))
    assert build().returncode == 0
    assert len({path for path, place in made(site).items() if pages.get(path) != place}) == count
    found = published(site)
    assert found != first
    assert found == build_clean(site, build)


@pytest.mark.parametrize(
    "shown",
    [
        "file.page.content",
        "file.page.meta.description",
        "file.page.meta.get('description')",
        "file.page.meta.items()",
        "file.page.meta",
        "dict(file.page.meta)",
        "file.page.meta.values() | list",
    ],
)
def test_a_template_that_shows_other_pages_shows_them_as_they_are(site: Path, build: Build, shown: str) -> None:
    write(site, "own/main.html", TEMPLATE.replace("{{ super() }}", OTHERS.replace("file.page.content", shown)))
    assert build().returncode == 0
    write(site, "docs/other.md", "# Other\n\nNew words.\n")
    assert build().returncode == 0
    found = published(site)
    assert all(b"New words." in page for path, page in found.items() if path.endswith("index.html"))
    assert found == build_clean(site, build)


def test_what_a_page_says_of_itself_is_met_by_those_that_looked_whether_it_says_anything(
    site: Path, build: Build
) -> None:
    shown = "file.page.meta.word if file.page.meta else 'nothing said'"
    write(site, "own/main.html", TEMPLATE.replace("{{ super() }}", OTHERS.replace("file.page.content", shown)))
    write(site, "docs/other.md", "# Other\n")
    assert build().returncode == 0
    assert b"nothing said" in published(site)["site/index.html"]
    write(site, "docs/other.md", "---\nword: biscuit\n---\n# Other\n")
    assert build().returncode == 0
    found = published(site)
    assert b"biscuit" in found["site/index.html"]
    assert found == build_clean(site, build)


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-9], lambda data: b"\0" + data[1:]])
def test_a_damaged_file_does_no_harm(site: Path, build: Build, damage: Callable[[bytes], bytes]) -> None:
    assert build().returncode == 0
    first = published(site)
    for path in made(site):
        path.write_bytes(damage(path.read_bytes()))
    assert build().returncode == 0
    assert published(site) == first


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("own/main.html", "{{ super() }}", "{{ build_date_utc }}{{ super() }}"),
        ("mkdocs.yml", "{name: material, custom_dir: own}", "mkdocs"),
        ("mkdocs.yml", "extra:", "hooks: [own/hook.py]\nextra:"),
    ],
    ids=["the time", "the time on Home", "a hook"],
)
def test_what_may_be_another_page_each_time_is_not_kept(
    site: Path, build: Build, path: str, before: str, after: str
) -> None:
    write(site, "own/hook.py", "def on_page_context(context, **rest):\n    return context\n")
    write(site, path, (site / path).read_text(encoding="utf-8").replace(before, after))
    assert build().returncode == 0
    assert not made(site)


@pytest.mark.parametrize("what", ["installed_packages", "code_hash", "loaded_modules"])
def test_what_only_changes_from_one_process_to_the_next_goes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    config: Any = SimpleNamespace(theme=SimpleNamespace(dirs=[]))
    memory = OnDisk(tmp_path, tmp_path, "build")
    before = memory.look_around(config)
    assert before == memory.look_around(config)
    monkeypatch.setattr(page_memory, what, lambda *given: {"another": "one"})
    assert before != memory.look_around(config)


def test_a_preview_begins_with_the_pages_that_the_one_before_began_with(project: Project) -> None:
    ports: list[int] = []  # which is part of a site's address

    def begin() -> dict[Path, int]:
        with previewing(project, port=ports[0] if ports else 0) as preview:
            preview.wait_for("lessons/good/", "all is well")
            ports.append(int(preview.url.split(":")[2].strip("/")))
        return made(project.root)

    begin()  # in which the lesson had not run yet
    pages = begin()
    assert len(pages) == 4
    assert begin() == pages
    project.write("docs/index.md", "# Home again\n")
    assert len(pages.items() - begin().items()) == 4  # whose title all pages show
    assert project.build().returncode == 0
    assert len(made(project.root)) == 8  # a build writes pages in another way
