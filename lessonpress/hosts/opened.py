"""What is read in one thread for a while, from Python's own audit events."""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lessonpress.run.files import file_hash, folder_hash

# What can read in ways that nobody hears of.
UNHEARD = (
    *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system"),
    *("subprocess.Popen", "socket.connect", "socket.getaddrinfo", "sqlite3.connect"),
)
INSTALLED = (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())

_here = threading.local()


class Opened:
    """Hashes of the files and folders that are read, by absolute path; packages, unless below `root`, left out.

    `complete` is False where something was read, or a program started, that can't be followed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.hashes: dict[str, str] = {}
        self.complete = True

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Listen to this thread."""
        _install_hook()
        stat = os.stat

        def hear_stat(path: Any, **options: Any) -> os.stat_result:
            try:
                return stat(path, **options)
            except OSError:
                if getattr(_here, "opened", None) is self:
                    self.note(path)
                raise

        os.stat = hear_stat  # no event tells of a file that is looked for and not there
        _here.opened = self
        try:
            yield
        finally:
            _here.opened = None
            os.stat = stat

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in UNHEARD:
            self.complete = False
        elif event == "open":
            path, _, flags = arguments
            if not (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
                self.note(path)
        elif event in ("os.listdir", "os.scandir") and not _is_importing():
            self.note(arguments[0] or os.curdir)

    def note(self, path: Any) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        place = Path(os.path.abspath(os.fsdecode(path)))
        if str(place) in self.hashes or place.suffix == ".pyc" or not self._is_data(place):
            return
        _here.opened = None  # reading it to note it is no reading
        try:
            self.complete = self.complete and (place.is_file() or place.is_dir() or not place.exists())
            self.hashes[str(place)] = hash_of(place) if self.complete else ""
        finally:
            _here.opened = self

    def _is_data(self, place: Path) -> bool:
        return place.is_relative_to(self.root) or not any(place.is_relative_to(folder) for folder in INSTALLED)


def hash_of(place: Path) -> str:
    """The hash of a file's bytes or of the names in a folder, "none" where nothing is."""
    return folder_hash(place) if place.is_dir() else file_hash(place)


def _is_importing() -> bool:
    """Whether what is heard is Python itself listing a folder that it looks for modules in."""
    return sys._getframe(3).f_code.co_filename.startswith("<frozen importlib")


@cache
def _install_hook() -> None:
    """Have Python tell of its events; an audit hook stays for good, and so there is one."""

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        opened = getattr(_here, "opened", None)
        if opened is not None:
            opened.hear(event, arguments)

    sys.addaudithook(hear)
