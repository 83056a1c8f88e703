"""What the fork server knows of stopped copies: it wakes them, lets go of them, and watches what memory they take."""

from __future__ import annotations

import json
import re
import selectors
import socket
import time
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

SHARE = 0.05  # the most of the server's time that goes into looking at memory while copies are being made
SIZES = re.compile(r"^(\w+): *(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Copy:
    """A stopped copy: whose job it is of, before which step it stopped, and the line whose end lets go of it."""

    folder: str
    number: int
    pid: int
    line: socket.socket


class Keeper:
    """The copies of all lessons, the oldest first."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self.selector = selector
        self.copies: list[Copy] = []
        self.lines: dict[str, socket.socket] = {}  # by which the lessons that run tell of copies
        self.most, self.looked, self.took = 0, 0.0, 0.0

    @property
    def pids(self) -> set[int]:
        return {copy.pid for copy in self.copies}

    def open_line(self, folder: str) -> socket.socket:
        """The end for a lesson of a new line, by which it tells of copies of itself."""
        own, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        own.setblocking(False)
        self.lines[folder] = own
        self.selector.register(own, selectors.EVENT_READ, partial(self.hear, folder))
        return its

    def hear(self, folder: str) -> bool:
        """Take up the copies that a lesson tells of; true, for the server goes on."""
        while folder in self.lines:
            try:
                message, descriptors, *_ = socket.recv_fds(self.lines[folder], 4096, 1)
            except BlockingIOError:
                break
            except OSError:
                message = b""
            if not message:  # the lesson has ended
                self._close(self.lines.pop(folder))
                break
            line = socket.socket(fileno=descriptors[0])
            copy = Copy(folder, line=line, **json.loads(message))
            self.copies.append(copy)
            self.selector.register(
                line, selectors.EVENT_READ, partial(self.let_go, copy)
            )  # it says nothing but its end
        self.keep_within(patiently=True)
        return True

    def hear_all(self) -> None:
        """Take up what all lessons have told by now."""
        for folder in list(self.lines):
            self.hear(folder)

    def wake(self, wanted: Iterable[tuple[str, int]], folder: str, line: socket.socket) -> int:
        """Have the first copy that is there of those wanted go on with a job; its process id, 0 where there is none."""
        self.hear_all()
        for place in wanted:
            for copy in [copy for copy in self.copies if [copy.folder, copy.number] == list(place)]:
                try:
                    socket.send_fds(copy.line, [json.dumps({"folder": folder}).encode()], [line.fileno()])
                except OSError:  # it is no more
                    continue
                else:
                    return copy.pid
                finally:
                    self.let_go(copy)
        return 0

    def let_go(self, copy: Copy) -> bool:
        """Have a copy end, unless it has been woken; true, for the server goes on."""
        if copy in self.copies:
            self.copies.remove(copy)
            self._close(copy.line)
        return True

    def forget(self, folders: Container[str]) -> None:
        """Let go of all copies of these jobs."""
        for copy in [copy for copy in self.copies if copy.folder in folders]:
            self.let_go(copy)

    def keep_within(self, patiently: bool = False) -> None:
        """Let go of the oldest copies while all take too much memory; if patiently, not if that was just looked at.

        What they share with this process they don't take, for it is there anyway.
        """
        began = time.monotonic()
        if not self.copies or (patiently and began < self.looked + self.took / SHARE):
            return
        shares = [memory_of(copy.pid)["Pss_Anon"] for copy in self.copies]
        own = memory_of("self")
        excess = sum(shares) + own["Pss_Anon"] - own["Anonymous"] - self.most
        while excess > 0 and shares:  # the others' shares grow by that, which is seen the next time
            self.let_go(self.copies[0])
            excess -= shares.pop(0)
        self.looked = time.monotonic()
        self.took = self.looked - began

    def close_in_child(self) -> None:
        """In a fork: leave the lines to the server alone, whose end then ends the copies."""
        for line in [*self.lines.values(), *(copy.line for copy in self.copies)]:
            line.close()

    def _close(self, line: socket.socket) -> None:
        self.selector.unregister(line)
        line.close()


def memory_of(pid: int | str) -> dict[str, int]:
    """The bytes of memory that a process has of its own, and shares with others, by the system's names of them.

    The shares of all processes together are what they take; zeros for a process that is no more.
    """
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        text = ""
    return dict.fromkeys(("Pss_Anon", "Anonymous"), 0) | {name: int(size) * 1024 for name, size in SIZES.findall(text)}
