"""`lessonpress times`: what lessons and cells took, from the runs that are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import WriteExercises, WriteLesson

from lessonpress.hosts.cli import main
from lessonpress.kept.files import read_text, write_text

pytestmark = pytest.mark.usefixtures("warm_courses")

Took = Callable[..., None]


@pytest.fixture
def took(root: Path) -> Took:
    """Say of a kept run that its steps took so many seconds and had so many megabytes."""

    def took(name: str, *steps: tuple[float, int]) -> None:
        (path,) = (root / ".cache" / "lessonpress").glob(f"{name}-*.json")
        run: dict[str, Any] = json.loads(read_text(path) or "")
        assert len(run["results"]) == len(steps)
        for result, (seconds, megabytes) in zip(run["results"], steps, strict=True):
            result.update(seconds=seconds, memory=megabytes * 1_000_000)
        run["seconds"] = sum(seconds for seconds, _ in steps)
        write_text(path, json.dumps(run))

    return took


def times(root: Path, *lessons: str) -> int:
    return main(["--root", str(root), "times", *lessons])


def test_the_longest_lesson_and_its_longest_cells_come_first(
    root: Path, write_lesson: WriteLesson, took: Took, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1", name="quick")
    write_lesson(*map(str, range(5)), "# %% [markdown]\n# It is {{ 1 + 1 }}.", name="slow")
    main(["--root", str(root), "check"])
    took("quick", (0.05, 70))
    took("slow", (2, 70), (1, 170), (4, 170), (0.5, 170), (3, 180), (0.2, 180))
    capsys.readouterr()
    assert times(root) == 0
    told = capsys.readouterr().out
    assert [line.split() for line in told.split("\n\n")[0].splitlines()] == [
        ["10.7", "s", "180", "MB", "lessons/slow.py"],
        ["2.0", "s", "0", "MB", "lessons/slow.py:5,", "cell", "2"],
        ["4.0", "s", "0", "MB", "lessons/slow.py:11,", "cell", "4"],
        ["3.0", "s", "10", "MB", "lessons/slow.py:17,", "cell", "6"],
        ["0.1", "s", "70", "MB", "lessons/quick.py"],
    ]
    assert "2 lessons took 10.8 s, one after the other" in told


def test_all_cells_of_a_lesson_that_is_named_are_shown(
    root: Path, write_lesson: WriteLesson, took: Took, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1", name="other")
    write_lesson("1", "# %% [markdown]\n# It is {{ 1 + 1 }} or {{ 1 + 2 }}.")
    main(["--root", str(root), "check"])
    took("tiny", (0.05, 70), (0.25, 170), (0.5, 270))
    capsys.readouterr()
    assert times(root, "tiny") == 0
    told = capsys.readouterr().out.split("\n\n")[0]
    assert re.findall(r"([\d.]+) s +(\d+) MB +(.*)", told) == [
        ("0.8", "270", "lessons/tiny.py"),
        ("0.1", "0", "lessons/tiny.py:5, cell 2"),
        ("0.8", "200", "lessons/tiny.py:8, cell 3"),
    ]


def test_what_is_not_kept_is_named(
    root: Path, write_lesson: WriteLesson, write_exercises: WriteExercises, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1")
    write_exercises()
    write_lesson("1 / 0", name="fails")
    main(["--root", str(root), "check"])
    (root / "lessons" / "broken.py").write_text("# %%\n1 +\n", encoding="utf-8")
    capsys.readouterr()
    assert times(root) == 0
    told = capsys.readouterr().out
    assert told.endswith("not kept: lessons/broken.py\nnot kept: lessons/fails.py\n")
    assert "lessons/exercises/tiny.py" in told


def test_a_lesson_that_is_not_there_is_a_wrong_call(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1")
    with pytest.raises(SystemExit, match="2"):
        times(root, "tyni")
    assert "no lesson is called tyni; did you mean 'tiny'?" in capsys.readouterr().err
