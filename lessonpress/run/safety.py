"""Whether a fork of a lesson's process could go on as the lesson itself would have."""

from __future__ import annotations

import os
import signal
import stat
import threading
from collections.abc import Container
from pathlib import Path

from lessonpress.run.places import Places

PROCESS = Path("/proc/self")


class Start:
    """What a process had when its lesson began; what has come since may be of a kind that no fork can share.

    A fork has one thread, none of the process's children and none of its timers, and reads on in an open file from
    where the other process has got to.
    """

    def __init__(self, root: Path) -> None:
        self.places = Places(root)
        self.python_threads = set(threading.enumerate())
        self.threads, self.files, self.shared = count_threads(), open_files(), count_shared()

    def danger(self, known: Container[int]) -> str:
        """What keeps the process from being forked, in words that follow the lesson's name; empty where nothing does.

        Of its children, those that are known do no harm.
        """
        if count_threads() > self.threads or not set(threading.enumerate()) <= self.python_threads:
            return "runs threads of its own"
        if any(pid not in known for pid in children()):
            return "has started a program that still runs"
        for number, what in open_files().items():
            if self.files.get(number) != what and not self._is_of_a_library(number):
                return f"holds {_describe(number)} open"
        if count_shared() > self.shared:
            return "shares memory with other processes"
        return "has set a timer" if any(signal.getitimer(signal.ITIMER_REAL)) else ""

    def _is_of_a_library(self, number: int) -> bool:
        """Whether a descriptor is of a file that a library reads here and there in, such as a font."""
        import fcntl  # not on Windows

        reads = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
        place = os.readlink(f"{PROCESS}/fd/{number}")
        return reads and os.path.isabs(place) and not self.places.is_data(place)


def count_threads() -> int:
    """The threads of this process, those of C code too."""
    return len(os.listdir(PROCESS / "task"))


def children() -> list[int]:
    """The processes that this one has started, and those it has adopted."""
    lists = [path.read_text(encoding="ascii") for path in PROCESS.glob("task/*/children")]
    return [int(pid) for pids in lists for pid in pids.split()]


def open_files() -> dict[int, tuple[int, int]]:
    """What each open descriptor stands for; those that have no place to read on from, such as /dev/null, left out."""
    found = {}
    for number in map(int, os.listdir(PROCESS / "fd")):
        try:
            status = os.fstat(number)
        except OSError:  # that of the listing itself
            continue
        if not stat.S_ISCHR(status.st_mode):
            found[number] = status.st_dev, status.st_ino
    return found


def count_shared() -> int:
    """The pieces of memory that this process may write and others see."""
    with (PROCESS / "maps").open("rb") as lines:
        return sum(b" rw-s " in line for line in lines)


def _describe(number: int) -> str:
    place = os.readlink(f"{PROCESS}/fd/{number}")
    kind = place.partition(":")[0]
    return {"socket": "a connection", "pipe": "a pipe"}.get(kind, f"'{os.path.basename(place)}'")
