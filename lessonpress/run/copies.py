"""Stopped copies of a lesson's process, left at the borders of its steps, from which a later run can go on.

A copy is a fork that waits until the fork server hands it a job to go on with. Then it first leaves another one in its
place, for the next edit. When the server lets go of it, or is no more, it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from lessonpress.run.family import adopt_orphans, end_with_parent
from lessonpress.run.harm import ANYTHING
from lessonpress.run.notes import Event
from lessonpress.run.randomness import Randomness
from lessonpress.run.safety import Start
from lessonpress.run.step import Step

COST = 0.02  # seconds that a copy takes, until one has been made
PATIENCE = 5.0  # seconds until the process that a copy was forked from is gone, which has been killed
FIRST, USUAL = "1000", "0"  # among all processes, where memory is short


class Telling(Protocol):
    """Where a run tells what happens."""

    def emit(self, event: Event) -> None: ...
    def open_events(self) -> tuple[IO[bytes], int]: ...
    def go_on(self, folder: Path, events: IO[bytes], size: int) -> list[Step]: ...
    def watch_time(self) -> None: ...
    def unwatch_time(self) -> None: ...


@dataclass(frozen=True)
class Wake:
    """What a copy goes on with: the folder of a job, and a line by which to tell the server of copies in turn."""

    folder: Path
    server: socket.socket


@dataclass(frozen=True)
class State:
    """What a fork needs of the moment before it: random numbers, and what had been told, so many bytes of a file."""

    random: Randomness
    events: IO[bytes]
    size: int


class Copies:
    """Leaves copies of a lesson's process where one is worth its time, and safe.

    `most_time` is the share of a run's time that all of them together may take at most, from 0 to 1.
    """

    def __init__(self, server: socket.socket, telling: Telling, root: Path, most_time: float) -> None:
        self.server, self.telling, self.root = server, telling, root
        self.most_time, self.parent = most_time, os.getppid()
        self.began = self.last = time.monotonic()
        self.cost, self.spent = COST, 0.0
        self.start, self.children = Start(root), set[int]()
        self.told = ""

    def leave(self, number: int) -> list[Step] | None:
        """Leave a copy before a step; None, but in the copy, later: the steps of the run that it goes on in.

        Where no copy can be had, the lesson takes no harm.
        """
        now, used = time.monotonic(), time.thread_time()  # what others do on this machine makes no copy dearer
        if number == 0:
            self.began = self.last = now
        dear = self.spent + self.cost > self.most_time * (now - self.began)
        if dear or now - self.last < self.cost or not (state := self._state(number)):
            return None
        self.telling.unwatch_time()  # by a thread, which no fork has
        wake, copied = self._fork(number)
        steps = self._go_on(wake, state, number, now - self.began) if wake else None
        state.events.close()
        if not wake:
            self.telling.watch_time()
            self.cost = time.thread_time() - used
            self.spent += self.cost
        self.last = time.monotonic()
        if copied:
            self.telling.emit({"event": "copied", "number": number})
        return steps

    def _state(self, number: int) -> State | None:
        """What is known only before the fork; None where there is no forking."""
        with contextlib.suppress(Exception):  # whatever the lesson has done to Python
            danger = self.start.danger(self.children)
            if not danger:
                return State(Randomness(), *self.telling.open_events())
            if danger != self.told:
                self.told = danger
                self.telling.emit({"event": "uncopied", "number": number, "why": danger})
        return None

    def _fork(self, number: int) -> tuple[Wake | None, bool]:
        """Fork, and tell the server; a copy comes back when it is woken, and says by what. Also whether it was left."""
        wake: Wake | None = None
        with contextlib.suppress(Exception):  # no memory for another process, say, or the server is no more
            while True:
                own, others = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with own, others:
                    with no_warning():
                        pid = os.fork()
                    if pid:
                        os.setpgid(pid, pid)  # it does so too, but this process may end first, and all its group
                        message = json.dumps({"number": number, "pid": pid}).encode()
                        socket.send_fds(self.server, [message], [others.fileno()])
                        self.children.add(pid)
                        return wake, True
                    others.close()
                    wake = wait(own, self.server)
                self.server, self.children = wake.server, set()
        return wake, False

    def _go_on(self, wake: Wake, state: State, number: int, elapsed: float) -> list[Step]:
        """In a copy: begin anew what a process can't share with the one it was forked from."""
        rank_for_ending(USUAL)
        deadline = time.monotonic() + PATIENCE
        while os.getppid() != self.parent and time.monotonic() < deadline:
            time.sleep(0.001)
        if os.getppid() == self.parent:
            end_with_parent()
        adopt_orphans()
        steps = self.telling.go_on(wake.folder, state.events, state.size)
        self.telling.emit({"event": "resumed", "number": number})
        state.random.put_back()  # Python sows anew in each fork
        self.began = time.monotonic() - elapsed
        self.start, self.told = Start(self.root), ""
        return steps


def wait(line: socket.socket, server: socket.socket) -> Wake:
    """In a copy: stop until the server hands over what to go on with; where it never will, end."""
    leave = os._exit
    try:
        os.setpgid(0, 0)
        server.close()
        rank_for_ending(FIRST)
        message, descriptors, *_ = socket.recv_fds(line, 4096, 1)
        if message:
            return Wake(Path(json.loads(message)["folder"]), socket.socket(fileno=descriptors[0]))
    except ANYTHING:
        pass
    leave(0)


def rank_for_ending(rank: str) -> None:
    """Say how soon the system should end this process where memory is short."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(rank, encoding="ascii")


@contextlib.contextmanager
def no_warning() -> Iterator[None]:
    """Python warns of a fork beside threads, which here are the engine's own; the filters are left as they are."""
    before, warnings.showwarning = warnings.showwarning, lambda *_, **__: None
    try:
        yield
    finally:
        warnings.showwarning = before
