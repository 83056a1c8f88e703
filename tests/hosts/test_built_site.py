"""A site in which nothing is wrong, though much is unusual: what it holds, and that it is the same each time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import pytest
from conftest import tree
from small_project import Project, new_project


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A site with a term, a page and lessons as Windows or an old editor would save them, and in other languages."""
    project = new_project(tmp_path_factory.mktemp("built"))
    project.write("docs/index.md", "# Home\n\nSee\n\n![](lessons/good.py#line)\n\nIt is $y = wx$.\n")
    project.write(
        "glossary/naïveté.md", '---\nterm: naïveté\ndefinition: Trust in "data".\n---\nSo be it.\n\n>>> 1 + 1\n2\n'
    )
    project.write_lesson("größe", "# A [bias](../glossary/bias.md), a [naïveté](../glossary/naïveté.md).", "'größe'")
    windows = "# %% [markdown]\n# # Windows\n#\n# A [bias](..\\glossary\\bias.md).\n\n# %%\nif True:\n\tprint(1 + 1)\n"
    (project.root / "lessons" / "windows.py").write_bytes(b"\xef\xbb\xbf" + windows.replace("\n", "\r\n").encode())
    result = project.build()
    assert result.returncode == 0, result.stderr
    assert not project.left_over()
    return project


@pytest.fixture(scope="module")
def flat(built: Project) -> Iterator[Project]:
    """The same site with a file for each page, instead of a folder."""
    project = Project(built.root.parent / "flat")
    project.root.mkdir()
    for part in ("mkdocs.yml", "docs", "lessons", "glossary", ".cache"):
        (project.root / part).symlink_to(built.root / part)
    result = project.build("--no-directory-urls")
    assert result.returncode == 0, result.stderr
    return project


def test_a_second_build_from_nothing_is_the_same_to_the_byte(built: Project) -> None:
    first = tree(built.root / "site")
    (built.root / ".cache").rename(built.root.parent / "cache of the first build")
    assert built.build_afresh().returncode == 0
    second = tree(built.root / "site")
    assert sorted(second) == sorted(first)
    assert [name for name in first if first[name] != second[name]] == []


def test_a_build_from_kept_runs_is_the_same_to_the_byte(built: Project) -> None:
    first = tree(built.root / "site")
    result = built.build_afresh()
    assert "0 lessons ran, 3 kept" in result.stderr
    assert tree(built.root / "site") == first


def test_a_lesson_may_be_saved_as_windows_does_with_tabs_and_a_mark_in_front(built: Project) -> None:
    page = built.page("lessons/windows/index.html")
    assert re.search(r'<a[^>]* href="../../glossary/bias/"[^>]*>bias</a>', page)
    assert re.search(r"lesson-output.*?<code>.*?2\n", page, re.DOTALL)
    assert "\r" not in page


def test_names_may_have_letters_of_any_language(built: Project) -> None:
    page = built.page("lessons/größe/index.html")
    assert 'title="Trust in &quot;data&quot;."' in page.replace("&#34;", "&quot;")
    assert "'größe'" in page.replace("&#39;", "'")


@pytest.mark.parametrize("name", ["good", "größe", "windows"])
@pytest.mark.parametrize("kind", ["built", "flat"])
def test_each_page_offers_its_lesson_to_take_home(request: pytest.FixtureRequest, kind: str, name: str) -> None:
    project: Project = request.getfixturevalue(kind)
    page = f"lessons/{name}/index.html" if kind == "built" else f"lessons/{name}.html"
    folder = (project.root / "site" / page).parent
    assert {f"{name}.py", f"{name}.ipynb"} <= set(links_of(project.page(page)))
    assert (folder / f"{name}.py").read_bytes() == (project.root / "lessons" / f"{name}.py").read_bytes()
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert any(cell.cell_type == "code" and cell.outputs for cell in notebook.cells)


@pytest.mark.parametrize("kind", ["built", "flat"])
def test_whatever_a_page_names_is_there(request: pytest.FixtureRequest, kind: str) -> None:
    project: Project = request.getfixturevalue(kind)
    site = project.root / "site"
    pages = [path for path in site.rglob("*.html") if path.name != "404.html"]
    assert len(pages) == 7
    missing = []
    for page in pages:
        for link in links_of(page.read_text(encoding="utf-8")):
            if not urlsplit(link).scheme and urldefrag(link).url:
                target = page.parent / unquote(urlsplit(link).path)
                if not (target / "index.html" if target.is_dir() else target).is_file():
                    missing.append((page.name, link))
    assert missing == []


def links_of(page: str) -> list[str]:
    """What the tags of a page lead to."""
    found: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(value for name, value in attrs if name in ("href", "src") and value)

    Links().feed(page)
    return found


def test_a_link_to_a_term_shows_its_definition(built: Project) -> None:
    assert re.search(r'<a[^>]* title="The number that a neuron adds\."', built.page("lessons/größe/index.html"))


def test_a_figure_of_a_lesson_stands_on_another_page_with_its_alternative_text(built: Project) -> None:
    home = built.page("index.html")
    assert home.count('aria-label="A line that rises."') == 1
    assert "<img" not in home
    assert (built.root / "site" / "lessons" / "good" / "line.svg").is_file()


def test_a_formula_needs_no_script(built: Project) -> None:
    assert "<math" in built.page("index.html")
    assert (built.root / "site" / "assets" / "stix-two-math.woff2").is_file()


def test_search_knows_what_a_lesson_says(built: Project) -> None:
    index = json.loads(built.page("search/search_index.json"))
    texts = {entry["location"]: entry["text"] for entry in index["docs"]}
    assert "It rises." in texts["lessons/good/"]
    assert "all is well" not in texts["lessons/good/"], "it stands in the code, and comes of it"
