"""The check called on a learner's own names, as in a cell of a notebook."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import WriteExercises

from lessonpress import check

Say = Callable[..., str]


@pytest.fixture
def say(
    root: Path, write_exercises: WriteExercises, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Say:
    """Run code as a cell, in the lessons' folder, and hand back what is printed."""
    write_exercises()
    monkeypatch.chdir(root / "lessons")

    def say(code: str) -> str:
        exec(compile(code, "<cell>", "exec"), {"__name__": "__main__", "check": check})
        return capsys.readouterr().out

    return say


def test_a_right_answer_is_told_and_noted(say: Say, root: Path) -> None:
    assert say('def double(x):\n    return x + x\ncheck("double")') == "✓ Right.\n"
    kept = json.loads((root / "answers" / "progress.json").read_text())
    assert kept["exercises"]["tiny/double"]["solved"] is True


def test_a_wrong_answer_is_told_in_three_lines(say: Say, root: Path) -> None:
    told = "✗ double(3) gave 9\nexpected 6\nThat squares; twice is a sum.\n"
    assert say('def double(x):\n    return x * x\ncheck("tiny/double")') == told
    assert not (root / "answers").exists(), "nothing is noted"


def test_names_may_be_handed_over(say: Say) -> None:
    assert say('check("grams", {"answer": 10})') == "✓ Right.\n"
    assert say('def f():\n    check("grams", dict(answer=46))\nf()') == "✗ Take the 90 away first.\n"


def test_an_error_has_the_cells_line_and_a_blank_is_not_attempted(say: Say) -> None:
    told = say('def double(x):\n    y = x\n    return y.z\ncheck("double")')
    assert told.startswith("✗ double(…) raised, in line 3:\n    AttributeError: 'int' object has no attribute 'z'\n")
    assert say('def double(x):\n    return ____\ncheck("double")') == "○ Not attempted yet: line 2 still holds ____.\n"
    assert say('check("double")') == "✗ the name 'double' is not defined; keep the name that the task gives\n"


def test_names_random_numbers_and_the_folder_are_as_before(say: Say) -> None:
    before = Path.cwd(), random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    code = "import random\ndef double(x):\n    random.random()\n    return 2 * x\nnames = sorted(globals())\n"
    say(code + 'check("double")\nassert sorted([*names, "names"]) == sorted(globals())')
    say(code + '\ndef double(x):\n    raise KeyError\ncheck("double")')
    assert (Path.cwd(), random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()) == before


def test_where_it_cannot_be_checked_a_plain_sentence_says_so(
    say: Say, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert say('check("doubel")').startswith("no exercise is called 'doubel'; did you mean 'double'?")
    (root / "answers").write_text("in the way")
    told = say('check("grams", {"answer": 10})').split("\n")
    assert told[0] == "✓ Right.", "an answer is right, whether it can be noted or not"
    assert told[1].startswith("your progress can't be kept")
    monkeypatch.chdir(tmp_path)
    assert say('check("double")').startswith("no course in ")


def test_progress_that_is_begun_anew_is_said(say: Say, root: Path) -> None:
    (root / "answers").mkdir()
    (root / "answers" / "progress.json").write_text("{")
    assert "could not be read; it is begun anew" in say('check("grams", {"answer": 10})')
