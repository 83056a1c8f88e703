"""Changes of files, as the system tells of them; found by looking again and again where it doesn't."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchdog.events import FileModifiedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

log = logging.getLogger("mkdocs.plugins.lessonpress")

PAUSE = 0.5  # seconds between two looks where the system tells of nothing
READ_ONLY = ("opened", "closed", "closed_no_write")  # each change comes as another event too
MOUNTS = Path("/proc/self/mountinfo")
# Where changes can be made by another machine, of which the system hears nothing.
REMOTE = ("nfs", "cifs", "smb", "9p", "drvfs", "vboxsf", "prl_fs", "fuse", "virtiofs", "afs", "ceph", "glusterfs")


@dataclass(frozen=True)
class Watch:
    """One path that is watched, and who is told of it."""

    handler: FileSystemEventHandler
    path: str
    recursive: bool


class Events:
    """An observer as a preview's server wants one; `hear` gets the paths that a change has to do with.

    A single file is watched by way of its folder, for an editor may put another one in its place. Of a folder neither
    what is hidden in it counts, nor what editors keep beside a file while it is open. Of a folder in `expected` nothing
    counts but the paths that it has there.
    """

    def __init__(self, hear: Callable[[set[str]], None]) -> None:
        self.hear = hear
        self.observer: Any = Observer()
        self.watched: dict[Watch, Any] = {}
        self.expected: dict[str, set[str]] = {}
        self.started = False

    def schedule(self, event_handler: FileSystemEventHandler, path: str, recursive: bool = False) -> Watch:
        watch = Watch(event_handler, os.path.abspath(path), recursive)
        if is_remote(watch.path):
            self._look("no events come from the file system there", watch.path)
        try:
            self._schedule(watch)
        except OSError as error:  # as where the system has no room for more watches
            self._look(error.strerror or str(error), watch.path)
            self._schedule(watch)
        return watch

    def unschedule(self, watch: Watch) -> None:
        observed = self.watched.pop(watch)
        self.observer.remove_handler_for_watch(*observed)
        if all(other[1] != observed[1] for other in self.watched.values()):
            self.observer.unschedule(observed[1])

    def start(self) -> None:
        self.started = True
        try:
            self.observer.start()
        except OSError as error:
            self._look(error.strerror or str(error), "the course")

    def stop(self) -> None:
        if self.started:
            self.observer.stop()

    def join(self) -> None:
        if self.started:
            self.observer.join()

    def _schedule(self, watch: Watch) -> None:
        is_folder = os.path.isdir(watch.path)
        folder = watch.path if is_folder else os.path.dirname(watch.path)
        handler = FileSystemEventHandler()
        handler.on_any_event = lambda event: self._pass_on(event, watch, is_folder)  # type: ignore[method-assign]
        self.watched[watch] = handler, self.observer.schedule(handler, folder, recursive=is_folder and watch.recursive)

    def _pass_on(self, event: FileSystemEvent, watch: Watch, is_folder: bool) -> None:
        if event.event_type in READ_ONLY or (event.is_directory and event.event_type == "modified"):
            return
        paths = {os.fsdecode(path) for path in (event.src_path, event.dest_path) if path}
        counts = {path for path in paths if not is_passing(path)} if is_folder else paths & {watch.path}
        counts &= self.expected.get(watch.path, counts)
        if counts:
            self.hear(counts)
            watch.handler.on_any_event(FileModifiedEvent(min(counts)))  # a folder that is gone is a change too

    def _look(self, why: str, path: str) -> None:
        if isinstance(self.observer, PollingObserver):
            return
        log.warning(f"changes are found by looking each {PAUSE:g} s ({os.path.basename(path)}: {why})")
        old, self.observer = self.observer, PollingObserver(timeout=PAUSE)
        watched, self.watched = list(self.watched), {}
        for watch in watched:
            self._schedule(watch)
        if self.started:
            old.stop()
            self.observer.start()


def is_passing(path: str) -> bool:
    """Whether a file is one that an editor keeps for a while: a lock, a swap file, a backup; or is hidden.

    >>> [is_passing(f"lessons/{name}") for name in (".#relu.py", ".relu.py.swp", "relu.py~", "#relu.py#", "4913")]
    [True, True, True, True, True]
    >>> is_passing("lessons/relu.py")
    False
    """
    name = os.path.basename(path)
    return name.startswith((".", "#")) or name.endswith("~") or name == "4913"  # the last one is Vim's


def is_remote(path: str, mounts: Path = MOUNTS) -> bool:
    """Whether a path lies in a file system of which no events come; false where the system doesn't say."""
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return False
    place = os.path.realpath(path)
    kinds = {
        line[4]: line[line.index("-") + 1]
        for line in lines
        if place == line[4] or place.startswith(line[4].rstrip("/") + "/")
    }
    return bool(kinds) and kinds[max(kinds, key=len)].startswith(REMOTE)
