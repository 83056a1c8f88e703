"""A course run in parts on several machines, whose kept runs are brought together for a build that runs nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import WriteExercises, WriteLesson

from lessonpress.hosts.cli import main

pytestmark = pytest.mark.usefixtures("warm_courses")

READS = """
import os
import helper
open("data/numbers.csv").read(), os.listdir("data"), helper.x
"""


@pytest.fixture
def course_folder(root: Path, write_lesson: WriteLesson, write_exercises: WriteExercises) -> Path:
    """A course whose lessons read a file, a folder and a module, draw, are quoted, and have exercises."""
    (root / "lessons" / "data").mkdir()
    (root / "lessons" / "data" / "numbers.csv").write_text("1\n", encoding="utf-8")
    (root / "lessons" / "helper.py").write_text("# %% [markdown]\n# # Helper\n\n# %%\nx = 1\n", encoding="utf-8")
    write_lesson(READS, "# %% [markdown]\n# ## Twice")
    figure = "#| fig-alt: A line.\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])"
    write_lesson(figure, "value = 3", name="draws")
    write_exercises()
    (root / "docs" / "index.md").write_text("# Home\n\nIt is {{ draws::value }}.\n\n>>> 1 + 1\n2\n", encoding="utf-8")
    return root


def copy(course: Path, place: Path) -> Path:
    return Path(shutil.copytree(course, place / "elsewhere" / course.name))


def test_parts_run_in_two_places_are_all_that_a_build_in_a_third_needs(
    course_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = [copy(course_folder, tmp_path / name) for name in ("first", "second", "third")]
    for number, place in enumerate(places[:2], start=1):
        assert main(["--root", str(place), "run", "--part", f"{number}/2"]) == 0
    told = capsys.readouterr().out
    assert "part 1 of 2: 3 of 5 lessons and pages that run, 3 run in this call\n" in told
    assert "part 2 of 2: 2 of 5 lessons and pages that run, 2 run in this call\n" in told
    for place in places[:2]:
        shutil.copytree(place / ".cache", places[2] / ".cache", dirs_exist_ok=True)
    assert main(["--root", str(places[2]), "check"]) == 0
    assert "0 run in this call: nothing is wrong" in capsys.readouterr().out
    (places[2] / "lessons" / "data" / "numbers.csv").write_text("2\n", encoding="utf-8")
    assert main(["--root", str(places[2]), "check"]) == 0
    assert "1 run in this call" in capsys.readouterr().out


def test_what_fails_in_a_part_is_told_with_its_place(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1 / 0")
    (root / "lessons" / "unread.py").write_text("1 +\n", encoding="utf-8")
    assert main(["--root", str(root), "run", "--part", "1/1"]) == 1
    told = capsys.readouterr().err
    assert "lessons/tiny.py:5, cell 2: ZeroDivisionError: division by zero\n" in told
    assert "lessons/unread.py:1" in told


@pytest.mark.parametrize(
    "words", [["--part", "0/2"], ["--part", "3/2"], ["--part", "two"], ["--part", "1/2", "tiny"], []]
)
def test_what_is_no_part_is_a_wrong_call(words: list[str], root: Path, write_lesson: WriteLesson) -> None:
    write_lesson("1")
    with pytest.raises(SystemExit, match="2"):
        main(["--root", str(root), "run", *words])
