"""What a build tells of the lessons that run."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from conftest import WriteLesson

from lessonpress.progress import no_progress, show_progress
from lessonpress.read.lesson import Lesson, read_lesson


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def page(root: Path, name: str) -> Lesson:
    path = root / "glossary" / f"{name}.md"
    path.write_text(f"# {name}\n", encoding="utf-8")
    return read_lesson(path, root)


def test_without_a_terminal_each_lesson_that_ended_gets_a_line(
    write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    with show_progress(1) as tell:
        tell(write_lesson("1"), "started", 0.0)
        assert capsys.readouterr() == ("", "")
        tell(write_lesson("1"), "ended", 1.26)
        assert capsys.readouterr() == ("lessons/tiny.py ran in 1.3 s\n", "")
    assert capsys.readouterr() == ("", "")


def test_without_a_terminal_all_pages_share_a_line(root: Path) -> None:
    said: list[str] = []
    with show_progress(2, said.append) as tell:
        for name in ("bias", "weight"):
            tell(page(root, name), "started", 0.0)
            tell(page(root, name), "ended", 0.1)
        assert said == []
    assert len(said) == 1
    assert said[0].startswith("2 of the pages have doctests or values")


def test_on_a_terminal_lessons_are_shown_as_they_run_and_ticked_off(
    write_lesson: WriteLesson, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    ends, goes_on = write_lesson("1", name="ends"), write_lesson("2", name="goes_on")
    with show_progress(4) as tell:
        for lesson in (ends, goes_on, page(root, "bias"), page(root, "weight")):
            tell(lesson, "started", 0.0)
        for lesson in (ends, page(root, "weight")):
            tell(lesson, "ended", 1.0)
    drawn = terminal.getvalue().split("\n")  # again and again; the last drawing counts
    ticked = {name: "✓" in line for line in drawn for name in ("import", "ends", "goes_on", "pages") if name in line}
    assert ticked == {"import": True, "ends": True, "goes_on": False, "pages": False}


def test_quiet_tells_nothing(write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]) -> None:
    with no_progress(1) as tell:
        tell(write_lesson("1"), "started", 0.0)
        tell(write_lesson("1"), "ended", 1.0)
    assert capsys.readouterr() == ("", "")
