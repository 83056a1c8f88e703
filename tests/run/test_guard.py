"""What an answer may not do to files and settings while it is checked."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from lessonpress.run.guard import GUARD, LibrarySettings, begin, guarded, take_seed_calls


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A course that lies among the temporary files, as it may; two files in it, and one beside it."""
    (tmp_path / "course" / "data").mkdir(parents=True)
    for path in ("course/a.csv", "course/b.csv", "free.txt"):
        (tmp_path / path).write_text("kept", encoding="utf-8")
    monkeypatch.setattr(GUARD, "root", os.path.realpath(tmp_path / "course"))
    monkeypatch.chdir(tmp_path / "course")
    yield tmp_path
    GUARD.on = False


def append(path: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write("more")


CHANGES: dict[str, Callable[[], object]] = {
    "remove": lambda: os.remove("a.csv"),
    "unlink": lambda: Path("a.csv").unlink(),
    "rmdir": lambda: os.rmdir("data"),
    "rmtree": lambda: shutil.rmtree("../course"),
    "rename": lambda: os.rename("a.csv", "c.csv"),
    "rename to": lambda: os.replace("../free.txt", "a.csv"),
    "move": lambda: shutil.move("a.csv", "../a.csv"),
    "move to": lambda: shutil.move("../free.txt", "a.csv"),
    "copy to": lambda: shutil.copy("b.csv", "a.csv"),
    "truncate": lambda: os.truncate("a.csv", 0),
    "chmod": lambda: os.chmod("a.csv", 0),
    "write": lambda: Path("a.csv").write_text("no", encoding="utf-8"),
    "append": lambda: append("a.csv"),
    "create": lambda: Path("new.txt").touch(),
    "mkdir": lambda: os.mkdir("new"),
    "os.open": lambda: os.open("a.csv", os.O_RDWR),
    "bytes": lambda: os.remove(b"a.csv"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_files_of_the_course_are_neither_changed_nor_removed(place: Path, name: str) -> None:
    before = {path: path.is_file() and path.read_text() for path in place.rglob("*")}
    with guarded(), pytest.raises(PermissionError, match=r"an answer (leaves files alone|writes no files)"):
        CHANGES[name]()
    assert {path: path.is_file() and path.read_text() for path in place.rglob("*")} == before


def test_a_link_among_the_temporary_files_is_followed(place: Path) -> None:
    (place / "link.csv").symlink_to(place / "course" / "a.csv")
    with guarded(), pytest.raises(PermissionError):
        append(str(place / "link.csv"))


def test_files_elsewhere_than_among_the_temporary_ones_are_left_alone_too(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(place / "course" / "data"))
    with guarded(), pytest.raises(PermissionError):
        append(str(place / "free.txt"))


def test_all_may_be_read_and_temporary_files_written(place: Path) -> None:
    with guarded():
        assert Path("a.csv").read_text() == "kept"
        with tempfile.TemporaryDirectory() as folder:
            append(f"{folder}/x.txt")
            os.rename(f"{folder}/x.txt", f"{folder}/y.txt")
        with open(os.devnull, "w") as nothing:
            nothing.write("x")
        read, write = os.pipe()
        with open(read, "rb"), open(write, "wb") as end:
            end.write(b"x")


def test_the_guard_ends_with_its_block_and_stays_where_it_was_begun(place: Path) -> None:
    with guarded():
        pass
    append("a.csv")
    begin()
    with guarded():
        pass
    with pytest.raises(PermissionError):
        append("a.csv")


def test_a_process_for_one_answer_runs_in_the_folder_and_with_the_threads_it_is_told(place: Path) -> None:
    threads = torch.get_num_threads()
    try:
        begin(str(place), "data", 1)
        assert (Path.cwd().name, torch.get_num_threads()) == ("data", 1)
    finally:
        torch.set_num_threads(threads)


def test_calls_that_set_torchs_seed_are_heard_and_none_of_its_generators(place: Path) -> None:
    seed = torch.manual_seed
    state = torch.get_rng_state(), random.getstate()
    with guarded():
        torch.Generator().manual_seed(1)
        assert not take_seed_calls()
        torch.manual_seed(1)
        assert take_seed_calls()
        assert not take_seed_calls(), "each is told once"
    assert torch.manual_seed is seed
    torch.set_rng_state(state[0])


def test_a_setting_of_torch_that_is_not_as_it_was_is_named() -> None:
    settings = LibrarySettings()
    assert settings.changed() == ""
    torch.set_default_dtype(torch.float64)
    try:
        assert settings.changed() == "torch's default dtype"
    finally:
        torch.set_default_dtype(torch.float32)
    with torch.no_grad():
        assert settings.changed() == "whether torch computes gradients"
