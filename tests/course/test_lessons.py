"""What every lesson owes its reader, in the order in which the site shows them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mkdocs.utils.yaml import yaml_load

from lessonpress.kept.dependencies import missing_packages
from lessonpress.read.lesson import read_lesson

ROOT = Path(__file__).parents[2]
NAV = yaml_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
PARTS = [pages for entry in NAV for pages in entry.values() if isinstance(pages, list)]
LESSONS = [path for pages in PARTS for path in pages if isinstance(path, str)]


def prose_of(path: str) -> str:
    """A lesson's prose, its cells joined, as the page has it before anything is filled in."""
    lesson = read_lesson(ROOT / path, ROOT)
    return "\n\n".join(cell.source for cell in lesson.cells if cell.kind == "prose")


def section(path: str, title: str) -> str:
    return prose_of(path).split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_lesson_has_its_place_in_the_order() -> None:
    there = {f"lessons/{path.name}" for path in (ROOT / "lessons").glob("[!_]*.py")}
    assert sorted(LESSONS) == sorted(there)


@pytest.mark.parametrize("path", LESSONS)
def test_it_opens_with_a_question_and_says_what_one_will_learn(path: str) -> None:
    opening = " ".join(prose_of(path).split("\n## ")[0].split())
    assert re.match(r"# [^*]+? \*\*[^*]+\?\*\*", opening), "no question in bold below the title"
    assert "After this lesson you can" in opening
    assert "need" in opening, "nothing on what to know first"


@pytest.mark.parametrize("path", LESSONS)
def test_it_ends_with_three_takeaways_and_what_comes_next(path: str) -> None:
    keep = section(path, "What to keep")
    takeaways, _, after = keep.strip().rpartition("\n\n")
    assert len(re.findall(r"^- ", takeaways, re.MULTILINE)) == 3
    assert re.search(r"\]\(\w+\.py(#[\w-]+)?\)", after), "no link to what comes next"


@pytest.mark.parametrize("path", LESSONS)
def test_a_figure_stands_within_the_first_two_code_cells(path: str) -> None:
    lesson = read_lesson(ROOT / path, ROOT)
    cells = [cell for cell in lesson.cells if cell.kind == "code"][:2]
    assert any(cell.options.fig_alt for cell in cells)


@pytest.mark.prove
@pytest.mark.parametrize("path", LESSONS)
def test_it_runs_to_its_end_as_a_script(path: str) -> None:
    if missing := missing_packages(read_lesson(ROOT / path, ROOT).needs):
        pytest.skip(f"needs {', '.join(missing)}")
    command = [sys.executable, "-m", f"lessons.{Path(path).stem}"]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"}  # not on all cores
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith(f"\n{path}: ran to its end\n")


@pytest.mark.parametrize("path", LESSONS)
def test_it_names_exercises_by_a_link_and_not_by_a_number_that_may_change(path: str) -> None:
    assert re.findall(r"[Ee]xercise \d+", prose_of(path)) == []
