"""What counts as a dependency of a run, and what does not."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lessonpress.kept import dependencies
from lessonpress.kept.dependencies import InstalledPackages, first_change
from lessonpress.run.files import file_hash, folder_hash
from lessonpress.run.imports import imports_of
from lessonpress.run.notes import Event, Observed, collect_notes
from lessonpress.run.record import Dependencies
from lessonpress.run.watcher import Watcher

Note = Callable[[Callable[[], object]], Observed]


def watch(root: Path, act: Callable[[], object]) -> Observed:
    events: list[Event] = []
    with Watcher(root / "lessons" / "tiny.py", root, events.append).watching():
        act()
    return collect_notes(events) or Observed()


@pytest.fixture
def note(root: Path) -> Note:
    """What is noted of an action that stands for a lesson."""

    def note(act: Callable[[], object]) -> Observed:
        return watch(root, act)

    return note


@pytest.fixture
def data(root: Path) -> Path:
    path = root / "data.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    return path


def open_low(path: Path) -> None:
    os.close(os.open(path, os.O_RDONLY))


def load_numpy(path: Path) -> None:
    import numpy

    numpy.loadtxt(path, delimiter=",", skiprows=1)


def read_pandas(path: Path) -> None:
    import pandas

    pandas.read_csv(path)


@pytest.mark.parametrize("read", [Path.read_text, Path.read_bytes, open_low, load_numpy, read_pandas])
def test_a_file_is_noted_in_whatever_way_it_is_read(note: Note, data: Path, read: Callable[[Path], object]) -> None:
    noted = note(lambda: read(data))
    assert noted.files["data.csv"] == file_hash(data)


def test_a_file_is_noted_as_it_was_when_it_was_opened(note: Note, data: Path) -> None:
    before = file_hash(data)

    def read_and_replace() -> None:
        data.read_text(encoding="utf-8")
        os.system(f"echo changed > '{data}'")

    assert note(read_and_replace).files == {"data.csv": before}


def test_nothing_is_noted_before_or_after(note: Note, data: Path) -> None:
    assert note(lambda: None).files == {}
    data.read_text(encoding="utf-8")
    assert note(lambda: None) == Observed()


def test_a_file_outside_the_project_is_noted_with_its_whole_path(
    note: Note, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    outside = tmp_path / "outside.txt"
    outside.touch()
    assert list(note(outside.read_text).files) == [str(outside)]


@pytest.mark.parametrize("place", ["temporary/left.txt", "tiny çourse/.venv/lib/data.txt"])
def test_what_is_temporary_or_installed_is_not_noted(
    note: Note, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "tiny çourse" / ".venv"))
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    path.touch()
    assert note(path.read_text).files == {}


@pytest.mark.parametrize("path", [tempfile.__file__, pytest.__file__, "/proc/cpuinfo", dependencies.__file__])
def test_files_of_python_of_packages_of_the_system_and_of_the_engine_are_not_noted(note: Note, path: str) -> None:
    assert note(Path(path).read_bytes).files == {}


def test_a_file_is_noted_where_a_link_leads_to_the_project(root: Path, data: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    assert watch(link, (link / "data.csv").read_text).files == {"data.csv": file_hash(data)}


def test_the_lesson_s_own_file_is_not_noted(note: Note, root: Path) -> None:
    (root / "lessons" / "tiny.py").touch()
    assert note((root / "lessons" / "tiny.py").read_text).files == {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda root: (root / "data.csv").write_text("2", encoding="utf-8"), "data.csv changed"),
        (lambda root: (root / "data.csv").unlink(), "data.csv changed"),
        (lambda root: (root / "none.csv").touch(), "none.csv changed"),
        (lambda root: (root / "lessons" / "new.csv").touch(), "the files in lessons changed"),
        (lambda root: (root / "lessons").rmdir(), "the files in lessons changed"),
        (lambda root: (root / "lessons" / "__pycache__").mkdir(), ""),
        (lambda root: (root / "else.csv").touch(), ""),
    ],
)
def test_the_first_change_is_told(root: Path, data: Path, change: Callable[[Path], object], told: str) -> None:
    files = {"data.csv": file_hash(data), "none.csv": file_hash(root / "none.csv")}
    found = Dependencies(files, {"lessons": folder_hash(root / "lessons")})
    assert first_change(found, root, InstalledPackages()) == ""
    change(root)
    assert first_change(found, root, InstalledPackages()) == told


def test_imports_are_found_wherever_they_stand() -> None:
    source = (
        "def f():\n    import numpy.linalg\ntry:\n    from pandas import x\nexcept ImportError:\n    from . import y\n"
    )
    assert imports_of(source) == {"numpy", "pandas"}


def test_a_page_names_the_packages_that_its_lesson_imports_and_no_others() -> None:
    noted = Observed(named=["jinja2", "no_such_package"], imported=["yaml"])
    versions, found = InstalledPackages().resolve(noted)
    assert set(versions) == {"Python", "Jinja2"}
    assert set(found.packages) >= {"Jinja2", "MarkupSafe", "PyYAML", "no_such_package"}
    assert found.packages["no_such_package"] == "none"
    assert "mkdocs" not in found.packages


def test_what_a_package_needs_only_for_an_extra_is_left_out() -> None:
    assert "pytest" in dependencies.needs_of("pytest-cov")
    assert "Babel" not in InstalledPackages().closure(["jinja2"])


def test_a_package_installed_meanwhile_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    assert "nice" not in InstalledPackages().packages_of()
    info = folder / "nice_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: nice-package\nVersion: 1.0\n", encoding="utf-8")
    (info / "top_level.txt").write_text("nice\n", encoding="utf-8")
    assert InstalledPackages().packages_of()["nice"] == "nice-package"
    versions, _ = InstalledPackages().resolve(Observed(named=["nice"]))
    assert versions["nice-package"] == "1.0"
