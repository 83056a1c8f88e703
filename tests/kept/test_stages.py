"""What a stage gave is found again by all that went into it, and by nothing less."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from lessonpress.kept import stages
from lessonpress.kept.stages import LastAnswers, RememberedTexts, read_remembered, remembered
from lessonpress.problems import ProblemsFound
from lessonpress.read.lesson import Lesson, read_lesson

SOURCES = {
    "lessons/tiny.py": "# %% [markdown]\n# # A tiny one\n#\n# Two and two is {{ 2 + 2 }}.\n\n# %%\nprint(1)\n",
    "docs/page.md": "---\ndescription: A page.\nday: 2026-01-01\n---\n\n# A page\n\n>>> 1 + 1\n2\n",
}


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_read_again_is_what_it_was_and_is_not_read_a_second_time(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, SOURCES[name])
    read = [read_remembered(tmp_path / "cache", LastAnswers(), read_lesson, path, tmp_path)]

    def read_no_more(path: Path, root: Path) -> Lesson:
        raise AssertionError("read a second time")

    read_no_more.__name__ = read_lesson.__name__
    read.append(read_remembered(tmp_path / "cache", LastAnswers(), read_no_more, path, tmp_path))
    assert read[0] == read[1] == read_lesson(path, tmp_path)


def test_another_text_place_python_or_reader_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = itertools.count()

    def number(path: Path, root: Path) -> int:
        return next(count)

    def other(path: Path, root: Path) -> int:
        return next(count)

    text = SOURCES["lessons/tiny.py"]
    path, folder = write(tmp_path, "lessons/tiny.py", text), tmp_path / "cache"
    found = [read_remembered(folder, LastAnswers(), number, path, tmp_path) for _ in range(2)]
    found.append(read_remembered(folder, LastAnswers(), number, write(tmp_path, "lessons/moved.py", text), tmp_path))
    found.append(read_remembered(folder, LastAnswers(), other, path, tmp_path))
    write(tmp_path, "lessons/tiny.py", text.replace("2 + 2", "2 + 3"))
    found.append(read_remembered(folder, LastAnswers(), number, path, tmp_path))
    monkeypatch.setattr(stages.sys, "version", "another Python")
    found.append(read_remembered(folder, LastAnswers(), number, path, tmp_path))
    monkeypatch.setattr(stages, "version_of", lambda name: f"another {name}")
    found.append(read_remembered(folder, LastAnswers(), number, path, tmp_path))
    monkeypatch.setattr(stages, "code_hash", lambda *rooms: f"other code in {rooms}")
    found.append(read_remembered(folder, LastAnswers(), number, path, tmp_path))
    assert found == [0, 0, 1, 2, 3, 4, 5, 6]


def test_what_is_wrong_with_a_source_is_said_in_each_build(tmp_path: Path) -> None:
    path = write(tmp_path, "lessons/bad.py", "# %%\nprint(\n")
    for _ in range(2):
        with pytest.raises(ProblemsFound, match="SyntaxError"):
            read_remembered(tmp_path / "cache", LastAnswers(), read_lesson, path, tmp_path)
    path.unlink()
    with pytest.raises(ProblemsFound, match="can't be read"):
        read_remembered(tmp_path / "cache", LastAnswers(), read_lesson, path, tmp_path)


def test_inputs_that_join_to_the_same_bytes_are_not_the_same(tmp_path: Path) -> None:
    parts = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), (b"abc", "\ud800")]
    made = [remembered(tmp_path, "x", part, lambda part=part: repr(part).encode()) for part in parts]
    assert len(set(made)) == len(parts)
    assert remembered(tmp_path, "y", parts[0], lambda: b"another stage") == b"another stage"


@pytest.mark.parametrize("harm", ["missing", "truncated", "flipped", "foreign"])
def test_a_kept_source_that_is_harmed_is_read_anew(harm: str, tmp_path: Path) -> None:
    path, folder = write(tmp_path, "lessons/tiny.py", SOURCES["lessons/tiny.py"]), tmp_path / "cache"
    before = read_remembered(folder, LastAnswers(), read_lesson, path, tmp_path)
    (kept,) = folder.iterdir()
    data = kept.read_bytes()
    if harm == "missing":
        kept.unlink()
    else:
        flipped = data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]
        kept.write_bytes({"truncated": data[: len(data) // 2], "flipped": flipped, "foreign": b"PK\x03"}[harm])
    assert read_remembered(folder, LastAnswers(), read_lesson, path, tmp_path) == before
    assert kept.read_bytes() == data


def test_what_is_made_of_texts_is_remembered_as_long_as_they_are_asked_for(tmp_path: Path) -> None:
    made: list[str] = []

    def make(text: str) -> str:
        made.append(text)
        return text.upper()

    def build(*texts: str, code: str = "1") -> list[str]:
        made.clear()
        remembered_texts = RememberedTexts(tmp_path, "upper", make, code)
        found = [remembered_texts(text) for text in texts]
        remembered_texts.keep()
        return found

    assert build("a", "B", "a", "\ud800") == ["A", "B", "A", "\ud800"]
    assert made == ["a", "B", "\ud800"]
    assert build("a", "B", "c") == ["A", "B", "C"]
    assert made == ["c"]
    assert build("\ud800") == ["\ud800"]
    assert made == ["\ud800"], "it had not been asked for in the build before"
    assert build("\ud800", code="2") == ["\ud800"]
    assert made == ["\ud800"]
    for path in tmp_path.iterdir():
        path.write_bytes(b"something else")
    assert build("a") == ["A"]
