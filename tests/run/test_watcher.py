"""What a run's own process notes of itself: each way to read, write, look at, list and import, as it happens."""

from __future__ import annotations

import contextlib
import errno
import linecache
import os
import pkgutil
import py_compile
import sqlite3
import sys
import tempfile
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from lessonpress.kept import dependencies
from lessonpress.run.files import file_hash
from lessonpress.run.notes import Event, Observed, collect_notes
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


def test_nothing_is_heard_once_it_is_over(root: Path, data: Path) -> None:
    events: list[Event] = []
    with Watcher(root / "lessons" / "tiny.py", root, events.append).watching():
        pass
    data.read_text(encoding="utf-8")
    assert data.exists()
    assert events == []


# Writing


def append(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("3,4\n")


def write_and_read(path: Path) -> None:
    with path.open("w+", encoding="utf-8") as file:
        file.write("x")
        file.seek(0)
        file.read()


@pytest.mark.parametrize("write", [lambda path: path.write_text("x", encoding="utf-8"), append, write_and_read])
def test_a_file_that_is_only_written_is_not_noted(note: Note, data: Path, write: Callable[[Path], object]) -> None:
    assert note(lambda: write(data)).files == {}


def change_inside(path: Path) -> None:
    with path.open("r+", encoding="utf-8") as file:
        file.read()
        file.write("3,4\n")


def make_if_absent(path: Path) -> None:
    os.close(os.open(path.with_name("made.csv"), os.O_CREAT | os.O_RDONLY))


def test_what_was_written_by_a_run_that_never_ended_is_not_noted_as_it_was_before(root: Path, data: Path) -> None:
    events: list[Event] = []
    with Watcher(root / "lessons" / "tiny.py", root, events.append).watching():
        data.read_bytes()
        data.write_text("x", encoding="utf-8")
        noted = collect_notes(events)
    assert noted == Observed()


@pytest.mark.parametrize(("change", "name"), [(change_inside, "data.csv"), (make_if_absent, "made.csv")])
def test_a_file_that_is_read_and_changed_is_noted_as_it_is_in_the_end(
    note: Note, data: Path, change: Callable[[Path], object], name: str
) -> None:
    noted = note(lambda: change(data))
    assert noted.files == {name: file_hash(data.with_name(name))}
    assert noted.files[name] != "none"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (os.remove, "data.csv"),
        (lambda path: os.rename(path, path.with_name("new.csv")), "data.csv"),
        (lambda path: os.rename(path, path.with_name("new.csv")), "new.csv"),
        (lambda path: os.truncate(path, 0), "data.csv"),
        (lambda path: os.mkdir(path.with_name("new")), "new"),
        (lambda path: os.rmdir(path.with_name("docs")), "docs"),
    ],
)
def test_what_a_lesson_has_changed_it_does_not_depend_on(
    note: Note, data: Path, change: Callable[[Path], object], name: str
) -> None:
    assert note(lambda: (change(data), data.with_name(name).exists())).files == {}


def test_a_link_leads_where_python_says(note: Note, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data.parent / "docs")
    noted = {"data.csv": file_hash(data)}
    assert note(lambda: os.symlink("../data.csv", "../lessons/one.csv")).files == noted
    assert note(lambda: os.symlink("data.csv", "../two.csv")).files == noted
    assert note(lambda: os.link("../data.csv", "../three.csv")).files == noted


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_file_that_a_lesson_links_to_is_read_and_the_link_is_its_own(
    note: Note, data: Path, link: Callable[[Path, Path], None]
) -> None:
    made = data.with_name("made.csv")
    assert note(lambda: (link(data, made), made.read_text(encoding="utf-8"))).files == {"data.csv": file_hash(data)}


# Descriptors, folders, and names of every kind


def test_a_pipe_is_no_file(note: Note, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    reading, writing = os.pipe()
    os.close(writing)

    def read() -> None:
        os.stat(reading)
        with open(reading, encoding="utf-8") as pipe:
            pipe.read()

    assert note(read) == Observed()


@pytest.mark.parametrize("look", [os.listdir, lambda path: list(os.walk(path)), lambda path: list(path.iterdir())])
def test_a_folder_is_noted_by_its_names_and_not_by_what_its_files_hold(
    note: Note, root: Path, look: Callable[[Path], object]
) -> None:
    (root / "lessons" / "unread.csv").touch()
    noted = note(lambda: look(root / "lessons"))
    assert (set(noted.folders), noted.files) == ({"lessons"}, {})


@pytest.mark.parametrize("look", [os.listdir, lambda: list(os.scandir())])
def test_a_folder_that_is_not_named_is_the_current_one(
    note: Note, root: Path, monkeypatch: pytest.MonkeyPatch, look: Callable[[], object]
) -> None:
    monkeypatch.chdir(root / "lessons")
    assert set(note(look).folders) == {"lessons"}


def test_a_file_below_an_open_folder_is_no_other_of_its_name(
    note: Note, root: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "lessons")
    folder = os.open(root, os.O_RDONLY)
    noted = note(lambda: os.close(os.open("data.csv", os.O_RDONLY, dir_fd=folder)))
    os.close(folder)
    assert noted.files == {"data.csv": file_hash(data)}


def test_what_is_looked_up_for_a_pattern_is_its_files_and_no_folder(root: Path, data: Path) -> None:
    events: list[Event] = []
    watcher = Watcher(root / "lessons" / "tiny.py", root, events.append)
    with watcher.watching():
        assert watcher.note_matches("../*.csv")
        assert not watcher.note_matches("../docs/*.csv")
    noted = collect_notes(events)
    assert noted is not None
    assert (noted.files, noted.folders) == ({"data.csv": file_hash(data)}, {})
    assert set(noted.matches) == {"*.csv", "docs/*.csv"}


def test_the_folder_above_a_link_is_the_one_above_what_it_leads_to(note: Note, root: Path) -> None:
    (root / "lessons" / "deep").mkdir()
    (root / "lessons" / "x.csv").touch()
    (root / "link").symlink_to("lessons/deep")
    assert set(note(lambda: open(f"{root}/link/../x.csv").close()).files) == {"lessons/x.csv"}


def test_a_call_that_fails_fails_as_it_would_unheard(note: Note) -> None:
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
        note(lambda: os.listdir(9999))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a b.db", True),
        (b"a b.db", True),
        ("file:a%20b.db", True),
        ("file:a%20b.db?mode=rwc", True),
        ("file://{folder}/a%20b.db", True),
        ("file://localhost{folder}/a%20b.db", True),
        (":memory:", False),
        ("file::memory:", False),
        ("", False),
    ],
)
def test_a_database_is_noted_under_whatever_name_with_what_lies_beside_it(
    note: Note, root: Path, monkeypatch: pytest.MonkeyPatch, name: str | bytes, found: bool
) -> None:
    monkeypatch.chdir(root / "lessons")
    if isinstance(name, str):
        name = name.format(folder=urllib.parse.quote(str(root / "lessons")))
    noted = note(lambda: contextlib.closing(sqlite3.connect(name, uri=True)).__exit__())
    assert set(noted.files) == ({"lessons/a b.db", "lessons/a b.db-wal"} if found else set())


def test_a_database_that_a_lesson_makes_and_fills_is_noted_as_it_is_in_the_end(note: Note, root: Path) -> None:
    def fill() -> None:
        with contextlib.closing(sqlite3.connect(root / "new.db")) as database:
            database.execute("create table t (x)")
            database.commit()

    assert note(fill).files == {"new.db": file_hash(root / "new.db"), "new.db-wal": "none"}


def test_a_temporary_database_is_nobody_s(note: Note, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    connect = lambda: sqlite3.connect(tmp_path / "temporary" / "t.db").close()  # noqa: E731
    assert note(connect).files == {}


# Modules


def test_a_module_of_python_is_looked_for_nowhere_else(note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    assert of_project(note(lambda: __import__("colorsys"))) == []


def of_project(noted: Observed) -> list[str]:
    """What was noted by its path in the project: where coverage is measured, that looks around too, outside of it."""
    names = [*noted.files, *noted.folders, *noted.links, *noted.matches, *noted.imported]
    return [name for name in names if not name.startswith("/")]


def test_what_python_looks_at_on_its_own_account_is_not_noted(note: Note, root: Path) -> None:
    (root / "lessons" / "part").mkdir()
    for ask in (
        lambda: list(pkgutil.iter_modules([str(root / "lessons")])),
        lambda: linecache.getline(str(root / "none.py"), 1),
    ):
        assert of_project(note(ask)) == []


def test_a_package_is_noted_though_it_is_not_there(note: Note) -> None:
    def ask() -> None:
        with contextlib.suppress(ImportError):
            __import__("no_such_package")

    assert note(ask).imported == ["no_such_package"]


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("folder", [".", "lessons"])
def test_a_module_of_the_project_is_no_package_and_what_it_imports_is_noted(
    note: Note, root: Path, monkeypatch: pytest.MonkeyPatch, folder: str, compiled: bool
) -> None:
    path = root / folder / "local_module.py"
    path.write_text("\ufeffdef later():\n    import no_such_package, pytest\n", encoding="utf-8")
    if compiled:
        py_compile.compile(str(path))  # and so Python opens that instead
    monkeypatch.syspath_prepend(path.parent)
    noted = note(lambda: __import__("local_module"))
    del sys.modules["local_module"]
    assert noted.imported == ["no_such_package", "pytest"]
    assert noted.files[path.relative_to(root).as_posix()] == file_hash(path)


@pytest.mark.parametrize("content", [b"x = (", b"caf\xe9", b"x = 1\x00"])
def test_what_only_looks_like_a_module_may_be_read(note: Note, root: Path, content: bytes) -> None:
    (root / "odd.py").write_bytes(content)
    noted = note((root / "odd.py").read_bytes)
    assert (set(noted.files), noted.imported) == ({"odd.py"}, [])


def test_a_file_of_data_imports_nothing(note: Note, data: Path) -> None:
    data.write_text("import no_such_package\n", encoding="utf-8")
    assert note(data.read_bytes).imported == []
