"""The course as plain Markdown and files."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from conftest import WriteLesson

from lessonpress.course import Course
from lessonpress.hosts.export import export_pages

FIGURE = "#| label: line\n#| fig-alt: A line.\nimport matplotlib.pyplot as plt\nplt.plot([1, {}]);"


@pytest.fixture
def folder(root: Path, write_lesson: WriteLesson, course: Course, tmp_path: Path) -> Path:
    """Where a course of one lesson, one term and one page is exported to."""
    write_lesson("# %% [markdown]\n# A [bias](../glossary/bias.md).", FIGURE.format(2))
    (root / "glossary" / "bias.md").write_text("---\nterm: bias\ndefinition: A number.\n---\n", encoding="utf-8")
    (root / "docs" / "index.md").write_text("# Home\n\nTo [a lesson](lessons/tiny.py#tiny).\n", encoding="utf-8")
    export(course, tmp_path / "pages")
    return tmp_path / "pages"


def export(course: Course, folder: Path) -> None:
    result = course.build()
    assert result.problems == []
    export_pages(course, result, folder)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_every_page_is_written_and_with_a_lesson_its_figures_source_and_notebook(folder: Path, root: Path) -> None:
    beside = ("line.svg", "tiny.py", "tiny.ipynb")
    pages = {"index.md", "glossary/bias.md", "lessons/tiny.md"}
    assert names(folder) == pages | {f"lessons/tiny/{name}" for name in beside}
    assert (folder / "lessons/tiny/tiny.py").read_bytes() == (root / "lessons/tiny.py").read_bytes()
    nbformat.validate(nbformat.read(folder / "lessons/tiny/tiny.ipynb", as_version=4))


def test_links_and_pictures_of_the_pages_lead_to_files(folder: Path) -> None:
    targets = []
    for path in folder.rglob("*.md"):
        for target in re.findall(r"\]\(([^()\s#]+)", path.read_text(encoding="utf-8")):
            targets.append(target)
            assert (path.parent / target).is_file(), (path, target)
    assert len(targets) >= 4


def test_links_and_pictures_of_the_notebooks_lead_to_files(
    course: Course, write_lesson: WriteLesson, root: Path, folder: Path
) -> None:
    (root / "lessons" / "a.png").write_bytes(b"picture")
    prose = "A [bias](../glossary/bias.md#why), [home](../index.md), [this](tiny.py), `[code](x.md)`.\n#\n# ![a](a.png)"
    write_lesson(f"# %% [markdown]\n# {prose}")
    export(course, folder)
    (cell,) = nbformat.read(folder / "lessons/tiny/tiny.ipynb", as_version=4).cells[1:]
    targets = re.findall(r"\]\(([^()\s#]+)", cell.source)
    assert targets.pop(3) == "x.md"
    assert all((folder / "lessons/tiny" / target).is_file() for target in targets), targets
    assert "#why" in cell.source
    assert (folder / "lessons" / "a.png").read_bytes() == b"picture"


def test_a_figure_stands_still_there_without_controls(course: Course, write_lesson: WriteLesson, folder: Path) -> None:
    write_lesson("#| play: step = [1, 2]\n" + FIGURE.replace("import", "step = 1\nprint(step)\nimport").format("step"))
    export(course, folder)
    page = (folder / "lessons" / "tiny.md").read_text(encoding="utf-8")
    assert "lesson-drawing" in page
    assert "lesson-play" not in page
    assert "input" not in page
    assert not list(folder.rglob("*.json"))


def test_only_what_changed_is_written_again(
    folder: Path, course: Course, write_lesson: WriteLesson, root: Path
) -> None:
    write_lesson("2", name="other", title="Other")
    export(course, folder)
    for name in names(folder):
        os.utime(folder / name, (0, 0))
    export(course, folder)
    assert [name for name in names(folder) if (folder / name).stat().st_mtime] == []
    write_lesson("# %% [markdown]\n# A [bias](../glossary/bias.md).", FIGURE.format(3))
    export(course, folder)
    changed = {name for name in names(folder) if (folder / name).stat().st_mtime}
    beside = ("line.svg", "tiny.py", "tiny.ipynb")
    assert changed == {"lessons/tiny.md"} | {f"lessons/tiny/{name}" for name in beside}
