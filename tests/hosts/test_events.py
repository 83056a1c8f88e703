"""What a preview hears of changes, whichever way the system tells of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers.polling import PollingObserver

from lessonpress.hosts import events
from lessonpress.hosts.events import Events, is_remote
from lessonpress.hosts.watched import Watched
from lessonpress.run.record import Dependencies, Run

WAY = ("native", "polling")


class Told:
    """An observer at work in a folder, and what it tells of."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
        self.folder, self.heard, self.events = folder, set[str](), list[FileSystemEvent]()
        monkeypatch.setattr(events, "PAUSE", 0.05)
        monkeypatch.setattr(events, "is_remote", lambda path: way == "polling")
        self.observer = Events(self.hear)
        self.handler = FileSystemEventHandler()
        self.handler.on_any_event = self.events.append  # type: ignore[method-assign]

    def hear(self, paths: set[str]) -> None:
        self.heard |= {os.path.relpath(path, self.folder) for path in paths}

    def of(self, change: Callable[[], object], name: str) -> bool:
        """Whether a change of a file comes, and what comes to an end before it."""
        self.heard.clear()
        self.events.clear()
        change()
        deadline = time.monotonic() + 10
        while name not in self.heard and time.monotonic() < deadline:
            time.sleep(0.01)
        return name in self.heard and bool(self.events)


@pytest.fixture(params=WAY)
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Told]:
    told = Told(tmp_path, monkeypatch, request.param)
    for path in ("lessons/relu.py", "mkdocs.yml", "other.txt"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("first", encoding="utf-8")
    told.observer.schedule(told.handler, str(tmp_path / "lessons"), recursive=True)
    told.observer.schedule(told.handler, str(tmp_path / "mkdocs.yml"))
    told.observer.start()
    yield told
    told.observer.stop()
    told.observer.join()


def test_changes_are_heard_of_files_in_a_folder_and_of_a_single_file(told: Told) -> None:
    lesson, settings = told.folder / "lessons" / "relu.py", told.folder / "mkdocs.yml"
    assert told.of(lambda: lesson.write_text("second", encoding="utf-8"), "lessons/relu.py")
    assert told.of(lambda: settings.write_text("second", encoding="utf-8"), "mkdocs.yml")
    (told.folder / "new.yml").write_text("third", encoding="utf-8")
    assert told.of(lambda: (told.folder / "new.yml").replace(settings), "mkdocs.yml")  # as many editors save
    assert told.of(lambda: settings.write_text("fourth", encoding="utf-8"), "mkdocs.yml")
    assert told.of(lambda: lesson.rename(lesson.with_name("tanh.py")), "lessons/tanh.py")
    (told.folder / "elsewhere").mkdir()
    (told.folder / "elsewhere" / "new.py").write_text("", encoding="utf-8")
    assert told.of(lambda: (told.folder / "elsewhere").rename(told.folder / "lessons" / "more"), "lessons/more/new.py")
    assert told.of(lambda: (told.folder / "lessons" / "more" / "new.py").unlink(), "lessons/more/new.py")


def test_nothing_is_heard_of_files_that_are_read_or_that_an_editor_keeps_for_itself(told: Told) -> None:
    lessons = told.folder / "lessons"
    (lessons / "relu.py").read_text(encoding="utf-8")
    for name in (".relu.py.swp", ".#relu.py", "#relu.py#", "relu.py~", "4913"):
        (lessons / name).write_text("", encoding="utf-8")
    (told.folder / "other.txt").write_text("second", encoding="utf-8")
    time.sleep(0.2)
    assert told.heard == set()
    assert told.events == []


def test_what_is_watched_no_more_is_not_heard_and_the_rest_is(told: Told) -> None:
    again = told.observer.schedule(told.handler, str(told.folder / "other.txt"))
    assert told.of(lambda: (told.folder / "other.txt").write_text("2", encoding="utf-8"), "other.txt")
    told.observer.unschedule(again)
    (told.folder / "other.txt").write_text("third", encoding="utf-8")
    assert told.of(lambda: (told.folder / "mkdocs.yml").write_text("3", encoding="utf-8"), "mkdocs.yml")
    assert told.heard == {"mkdocs.yml"}


def test_where_the_system_has_no_room_for_a_watch_changes_are_looked_for_and_it_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told(tmp_path, monkeypatch, "native")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(told.observer.observer, "schedule", refuse)
    (tmp_path / "a.txt").write_text("first", encoding="utf-8")
    told.observer.schedule(told.handler, str(tmp_path))
    told.observer.schedule(told.handler, str(tmp_path / "a.txt"))
    told.observer.start()
    assert isinstance(told.observer.observer, PollingObserver)
    assert told.of(lambda: (tmp_path / "a.txt").write_text("another", encoding="utf-8"), "a.txt")
    told.observer.stop()
    told.observer.join()
    assert caplog.text.count("No space left on device") == 1
    assert "changes are found by looking" in caplog.text


def test_a_file_system_that_another_machine_can_change_is_known_by_its_kind(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    lines = [
        "21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
        f"22 21 0:40 / {tmp_path}/far rw,relatime - nfs4 server:/home rw",
        f"23 22 0:41 / {tmp_path}/far/near rw - tmpfs tmpfs rw",
    ]
    mounts.write_text("\n".join(lines), encoding="utf-8")
    found = {name: is_remote(str(tmp_path / name), mounts) for name in ("far", "far/a", "far/near/a", "farther", "a")}
    assert found == {"far": True, "far/a": True, "far/near/a": False, "farther": False, "a": False}
    assert not is_remote(str(tmp_path), tmp_path / "not there")


def test_what_runs_read_stays_watched_until_all_say_what_they_read(tmp_path: Path) -> None:
    watched: list[str] = []
    server: Any = SimpleNamespace(
        observer=None, watch=lambda path, recursive: watched.append(path), unwatch=watched.remove
    )
    one, other = (tmp_path / name for name in ("one.txt", "other.txt"))
    one.touch()
    other.touch()

    def reading(*places: Path, **more: Any) -> Run:
        return Run([], dependencies=Dependencies({str(place): "read" for place in places}), **more)

    following = Watched(server)
    assert following.follow(tmp_path, tmp_path / "docs", [], [reading(one)])
    assert not following.follow(tmp_path, tmp_path / "docs", [], [Run([], waiting=True)])
    assert not following.follow(tmp_path, tmp_path / "docs", [], [Run([], resumed=2)])
    assert watched == [str(one)]
    assert following.follow(tmp_path, tmp_path / "docs", [], [reading(other)])
    assert watched == [str(other)]
    assert not following.follow(tmp_path, tmp_path / "docs", [], [reading(other)])


def test_of_a_folder_in_which_something_is_missing_nothing_else_counts(told: Told) -> None:
    watched: list[str] = []

    def watch(path: str, recursive: bool) -> None:
        watched.append(path)
        told.observer.schedule(told.handler, path, recursive)

    server: Any = SimpleNamespace(observer=told.observer, watch=watch, unwatch=watched.remove)
    module, deep = told.folder / "torch.py", told.folder / "data" / "deep" / "x.csv"
    run = Run([], dependencies=Dependencies({str(module): "none", str(deep): "none"}))
    following = Watched(server)
    following.follow(told.folder, told.folder / "docs", [], [run])
    following.follow(told.folder, told.folder / "docs", [], [Run([], waiting=True)])
    assert watched == [str(told.folder)]

    def write() -> None:
        (told.folder / "serve.log").write_text("a line", encoding="utf-8")
        module.write_text("1", encoding="utf-8")

    assert told.of(write, "torch.py")
    assert "serve.log" not in told.heard
    assert told.of((told.folder / "data").mkdir, "data")
    following.follow(told.folder, told.folder / "docs", [], [run])
    assert sorted(watched) == [str(told.folder / "data"), str(module)]
    listing = Run([], dependencies=Dependencies({str(told.folder / "new.py"): "none"}, {str(told.folder): "listed"}))
    following.follow(told.folder, told.folder / "docs", [], [listing])
    assert watched == [str(told.folder)]
    assert told.of(lambda: (told.folder / "any.txt").write_text("", encoding="utf-8"), "any.txt")


def test_a_folder_that_takes_the_place_of_a_file_is_watched_as_one(tmp_path: Path) -> None:
    watched: list[str] = []
    server: Any = SimpleNamespace(
        observer=None, watch=lambda path, recursive: watched.append(path), unwatch=watched.remove
    )
    place = tmp_path / "place"
    run = Run([], dependencies=Dependencies(folders={str(place): "listed"}))
    following = Watched(server)
    place.touch()
    assert following.follow(tmp_path, tmp_path / "docs", [], [run])
    place.unlink()
    place.mkdir()
    assert following.follow(tmp_path, tmp_path / "docs", [], [run]), "a file is watched in another way"
    assert watched == [str(place)]
    assert not following.follow(tmp_path, tmp_path / "docs", [], [run])
