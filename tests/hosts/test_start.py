"""A course begun by `lessonpress init`: it builds, checks and tests at once, and takes nobody's file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import tree
from warm_mkdocs import run_mkdocs

from lessonpress.hosts import wheel
from lessonpress.hosts.cli import main
from lessonpress.hosts.commands.start import SKELETON

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course begun in a folder that is not there yet."""
    folder = tmp_path_factory.mktemp("begun") / "throws & dice"
    assert main(["init", str(folder)]) == 0
    return folder


def test_it_builds_without_a_warning_and_shows_figure_value_term_and_exercise(begun: Path) -> None:
    done = run_mkdocs(begun, "build", "--strict")
    assert done.returncode == 0, done.stderr
    assert "WARNING -" not in done.stderr
    home, page = ((begun / "site" / path / "index.html").read_text("utf-8") for path in ("", "lessons/coin"))
    assert "<title>Throws dice</title>" in home
    assert "throws it 1000 times" in home
    assert home.count('<svg class="lesson-drawing"') == page.count('<svg class="lesson-drawing"') == 1
    assert "Of 1000 throws" in page
    assert "The share of heads" in page
    assert 'class="term"' in page
    assert not re.search(r'(src|href)="https?://(?!squidfunk)', home + page), "a request to another host"


def test_nothing_is_wrong_with_it(begun: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(begun), "check"]) == 0
    assert capsys.readouterr().out.endswith("nothing is wrong\n")
    assert main(["--root", str(begun), "prove"]) == 0


def test_its_lesson_term_and_pages_are_tests(begun: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=begun, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout


def test_it_brings_the_engine_that_its_requirements_name(begun: Path) -> None:
    (named,) = re.findall(r"^\./(engine/.*\.whl)\[site\]$", (begun / "requirements.txt").read_text("utf-8"), re.M)
    with zipfile.ZipFile(begun / named) as engine:
        assert "lessonpress/skeleton/course/mkdocs.yml" in engine.namelist()


@pytest.mark.parametrize("taken", ["mkdocs.yml", "lessons/coin.py", "lessons", "engine"])
def test_a_file_in_the_way_is_named_and_nothing_is_written(
    taken: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("mine", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"lessonpress: {tmp_path / taken} is in the way")
    assert tree(tmp_path) == {taken: b"mine"}


def test_a_link_that_leads_nowhere_is_in_the_way_too(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").symlink_to(tmp_path / "elsewhere.yml")
    assert main(["init", str(tmp_path)]) == 1
    assert not (tmp_path / "elsewhere.yml").exists()


def test_other_files_of_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 0
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_an_engine_that_is_not_installed_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wheel, "DISTRIBUTION", "no-such-engine")
    wheel.wheel_name.cache_clear()
    assert main(["init", str(tmp_path / "course")]) == 1
    assert "install it with pip first" in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


def test_its_workflow_takes_the_same_actions_as_this_project_s() -> None:
    ours, theirs = ROOT / ".github/workflows/site.yml", SKELETON / "course/dot_github/workflows/pages.yml"
    if not ours.is_file():
        pytest.skip("the engine without the course")
    uses = [set(re.findall(r"uses: (\S+)@([0-9a-f]{40})  # (\S+)", path.read_text("utf-8"))) for path in (theirs, ours)]
    assert len(uses[0]) == 5
    assert uses[0] <= uses[1]
