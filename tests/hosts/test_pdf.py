"""The course as one PDF: the page that is printed, and what Chromium makes of it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from small_project import FIGURE, SITE, Project, new_project

from lessonpress.hosts.cli import main
from lessonpress.hosts.pdf import CannotPrint, join_site, print_pdf
from lessonpress.settings import Settings

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
ADDRESS = "https://example.org/course/"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = new_project(tmp_path_factory.mktemp("built"))
    project.write("mkdocs.yml", f"{SITE}site_url: {ADDRESS}\nnav: [index.md, lessons/zebra.py, lessons/good.py]\n")
    links = "[bias](../glossary/bias.md), [there](good.py#part), [home](../index.md), [else](https://example.com/a#b)"
    project.write_lesson("zebra", f"# A {links}.\n#\n# ## Part\n#\n# >>> 1 + 1 == 2\n# True", FIGURE)
    project.write_lesson("good", "# ## Part", FIGURE)
    project.write("glossary/abc.md", "---\nterm: abc\ndefinition: Letters.\n---\n\n## Part\n")
    result = project.build()
    assert result.returncode == 0, result.stderr
    return project


@pytest.fixture(scope="module")
def whole(built: Project) -> str:
    return join_site(Settings.read(built.root), built.root / "site")


def test_lessons_come_in_the_courses_order_and_terms_by_their_names(whole: str) -> None:
    sections = re.findall(r'<section class="printed (\w+) md-typeset" id="([\w-]+)"', whole)
    assert sections == [
        ("lesson", "lessons-zebra"),
        ("lesson", "lessons-good"),
        ("term", "glossary-abc"),
        ("term", "glossary-bias"),
    ]
    assert re.findall(r"<h1[^>]*>\s*([\w ]+)", whole) == ["Tiny", "Zebra", "Good", "Glossary"], "a term is below it"


def test_links_lead_on_in_the_whole_or_to_the_site(whole: str) -> None:
    ids = re.findall(r'\sid="([^"]*)"', whole)
    inside = re.findall(r'\shref="#([^"]*)"', whole)
    assert len(ids) == len(set(ids))
    assert {"lessons-good--part", "glossary-bias"} <= set(inside) <= set(ids)
    outside = {link for link in re.findall(r'<a[^>]*\shref="([^"#]+[^"]*)"', whole) if link.startswith("http")}
    assert outside == {ADDRESS, "https://example.com/a#b"}


def test_what_it_shows_lies_in_the_site_and_what_is_folded_is_open(built: Project, whole: str) -> None:
    assert re.findall(r'<svg class="lesson-drawing"[^>]*aria-label="([^"]*)"', whole) == ["A line that rises."] * 2
    style = re.search(r'<link[^>]*href="(file://[^"]*lessonpress\.css)"', whole)
    assert style
    assert style[1] == (built.root / "site" / "assets" / "lessonpress.css").as_uri()
    assert re.search(r"<details open[^>]*lesson-check", whole)


def test_a_site_that_is_not_there_is_told(built: Project) -> None:
    with pytest.raises(CannotPrint, match="build the site first"):
        join_site(Settings.read(built.root), built.root / "nowhere")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; install Debian's package, or name one in CHROMIUM")
def test_chromium_prints_it_with_bookmarks_and_tags(built: Project, tmp_path: Path) -> None:
    target = tmp_path / "course.pdf"
    assert main(["--root", str(built.root), "pdf", str(built.root / "site"), str(target)]) == 0
    printed = target.read_bytes()
    assert printed.startswith(b"%PDF")
    assert b"/Outlines" in printed
    assert b"/StructTreeRoot" in printed


def test_without_chromium_it_says_what_to_do(built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(CannotPrint, match="CHROMIUM"):
        print_pdf(Settings.read(built.root), built.root / "site", tmp_path / "course.pdf")
