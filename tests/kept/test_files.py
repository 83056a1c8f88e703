"""Files of the cache: whatever became of one, the next build comes out right; and none can be had, it comes out too."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import WriteLesson
from mkdocs.commands.build import build as build_site
from mkdocs.config import load_config

from lessonpress.course import Course
from lessonpress.kept import files
from lessonpress.kept.files import read_bytes, read_text, write_bytes, write_text

BARE = """
site_name: Tiny
theme: {name: null, custom_dir: theme}
plugins: [search, {lessonpress: {preload: [], limit: 20}}]
markdown_extensions: [{pymdownx.arithmatex: {generic: true}}, attr_list, md_in_html]
"""


def flip(place: float) -> Callable[[bytes], bytes]:
    """Turn one bit around, at a place between the beginning (0) and the end (1)."""

    def flip(data: bytes) -> bytes:
        index = int(place * (len(data) - 1))
        return data[:index] + bytes([data[index] ^ 4]) + data[index + 1 :]

    return flip


SPOILERS: list[Callable[[bytes], bytes]] = [
    lambda data: b"",
    lambda data: data[:-1],
    lambda data: data[: len(data) // 2],
    lambda data: data.partition(b"\n")[2],
    lambda data: b"Dear reader, this is a file of somebody else's.\n",
    lambda data: bytes(range(256)),
    *(flip(place) for place in (0, 0.1, 0.5, 1)),
]


def site_of(root: Path) -> dict[str, bytes]:
    """Build the site, and read it."""
    config = load_config(str(root / "mkdocs.yml"))
    config.plugins.on_startup(command="build", dirty=False)
    build_site(config)
    config.plugins.on_shutdown()
    site = root / "site"
    skipped = (".gz", ".xml")  # which tell when they were made
    return {
        str(path.relative_to(site)): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and not path.name.endswith(skipped)
    }


@pytest.mark.usefixtures("warm_courses")
def test_whatever_became_of_a_file_of_the_cache_the_next_build_is_the_same(
    root: Path, write_lesson: WriteLesson
) -> None:
    (root / "theme").mkdir()
    (root / "theme" / "main.html").write_text("{{ page.title }} {{ page.content }}", encoding="utf-8")
    (root / "mkdocs.yml").write_text(BARE, encoding="utf-8")
    (root / "docs" / "index.md").write_text("# Home\n\nA formula: $w^2$.\n", encoding="utf-8")
    write_lesson("print(6 * 7)")
    first = site_of(root)
    assert any(name.endswith(".woff2") for name in first)
    files = [path for path in (root / ".cache" / "lessonpress").iterdir() if path.is_file()]
    entries = {path: path.read_bytes() for path in files if path.suffix != ".lock"}  # a lock is empty, and stays so
    assert {path.name.rpartition("-")[0] for path in entries} == {
        "tiny",
        "page",
        "made",
        "source",
        "font",
        "zip",
        "notebook",
        "requirements",
        "formulas",
        "search",
        "dialect",
    }
    for path, data in entries.items():
        path.unlink()
        assert site_of(root) == first, path
        for spoil in SPOILERS:
            path.write_bytes(spoil(data))
            if not path.name.startswith("made"):
                for made in path.parent.glob("made-*"):  # which asks nothing of what is kept of a search
                    made.unlink()
            assert site_of(root) == first, (path, spoil)
            assert read_bytes(path) is not None
        path.unlink()
        path.mkdir()
        assert site_of(root) == first, path
        path.rmdir()
        path.write_bytes(data)


def test_what_was_written_is_read_again_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "entry"
    assert read_bytes(path) is None
    write_bytes(path, b"\0\n\xff")
    assert read_bytes(path) == b"\0\n\xff"
    write_text(path, "größer\n")
    assert read_text(path) == "größer\n"
    for spoil in SPOILERS:
        write_bytes(path, b"some bytes")
        path.write_bytes(spoil(path.read_bytes()))
        assert read_bytes(path) is None
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("broken", ["file", "replace"])
def test_a_folder_that_cannot_be_written_fails_no_build_and_is_told_of_once(
    root: Path,
    course: Course,
    write_lesson: WriteLesson,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: str,
) -> None:
    if broken == "file":  # lies where the folder should
        course.cache.folder.parent.mkdir()
        course.cache.folder.touch()
    else:
        monkeypatch.setattr(files.os, "replace", lambda *_: fail())
    for name in ("first", "second"):
        write_lesson("print(6 * 7)", name=name)
    with caplog.at_level(logging.WARNING, "lessonpress"):
        for _ in range(2):
            result = course.build()
            assert result.problems == []
            assert "42" in result.pages["lessons/first.py"].markdown
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith(f"nothing can be kept in {course.cache.folder} (")
    assert broken == "file" or list(course.cache.folder.iterdir()) == []


def fail() -> None:
    raise OSError(28, os.strerror(28))


def test_only_files_of_the_cache_are_ever_dropped(root: Path, course: Course, write_lesson: WriteLesson) -> None:
    write_lesson("1")
    course.build()
    entries = list(course.cache.folder.iterdir())
    assert {entry.name.rpartition("-")[0] for entry in entries} == {"tiny", "source", "dialect"}
    theirs = [course.cache.folder / name for name in ("package.json", "notes-of-mine.json.txt", "font.woff2")]
    for path in theirs:
        path.touch()
    font = course.cache.folder / f"font-{'0' * 24}.bin"
    font.touch()
    for path in (*theirs, *entries, font):
        os.utime(path, (0, 0))
    course.cache.prune()
    assert sorted(course.cache.folder.iterdir()) == sorted(theirs)


def test_a_file_of_the_cache_that_a_build_uses_is_kept_however_old_it_is(root: Path, course: Course) -> None:
    used, unused = (course.cache.folder / f"page-{digit * 24}.json" for digit in "01")
    for path in (used, unused):
        write_text(path, "rendered")
        os.utime(path, (0, 0))
    assert read_text(used) == "rendered"
    course.cache.prune()
    assert (used.exists(), unused.exists()) == (True, False)


def test_who_reads_a_file_while_it_is_written_anew_reads_all_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "entry.json"
    write_text(path, "one\n")
    with path.open(encoding="utf-8") as reader:
        write_text(path, "something new")
        assert reader.read().endswith("one\n")
    assert read_text(path) == "something new"
    assert list(tmp_path.iterdir()) == [path]
