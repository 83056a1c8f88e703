"""The process that holds the imports: it imports torch & co. once, then forks a clean child a lesson.

`pool` starts it and talks to it in lines of JSON over its standard streams. It tells what it imports as
`{"importing": name}`, with an empty name when that is done. It is told `{"start": folder}` and answers
`{"started": folder, "pid": ...}`, later `{"ended": folder, "status": ...}`; it is told `{"kill": pid}` or
`{"import": names}`. When its standard input closes, because the pool is done or because the process of the pool is no
more, it ends every child and itself.

With `"start"` may come `"keep": bytes`, so that the lesson leaves stopped copies of itself, which take no more memory
than that; `"copies": [[folder, number], ...]`, those that it can go on from, the best first; and `"forget": folders`,
the jobs whose copies are no longer wanted.

Where there is no `os.fork` (Windows), `pool` starts one such process a lesson instead, and the lesson
runs in it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import warnings
from collections.abc import Container, Sequence
from pathlib import Path
from typing import IO

from lessonpress.run.family import adopt_orphans, end_with_parent
from lessonpress.run.keeper import Keeper
from lessonpress.run.safety import children

Copies = Sequence[tuple[str, int]]


def main(preload: list[str]) -> None:
    """Import what most lessons need, then serve until standard input closes."""
    requests = os.dup(0)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    import_all([*preload, "lessonpress.run.job"], answers)
    if "matplotlib.pyplot" in sys.modules:
        draw_once()
    if hasattr(os, "fork"):
        Server(requests, answers).serve()
    else:
        start = json.loads(os.fdopen(requests).readline())
        tell(answers, started=start["start"], pid=os.getpid())
        from lessonpress.run.job import run_job

        os._exit(run_job(Path(start["start"])))


def tell(answers: IO[str], **answer: object) -> None:
    """Answer the pool, if it is still there."""
    with contextlib.suppress(BrokenPipeError):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def import_all(names: Sequence[str], answers: IO[str]) -> None:
    """Import modules, and share them with the forks to come; each is told of before, for it may never end."""
    gc.disable()  # thousands of modules bring no garbage, and looking for it takes its time
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            tell(answers, importing=name)
            with contextlib.suppress(Exception):  # a lesson that needs it will say so
                importlib.import_module(name)
    tell(answers, importing="")
    gc.freeze()  # objects that the collector never touches need not be copied by a child
    gc.enable()


def draw_once() -> None:
    """Load the fonts and the code that a first figure needs, before the forks do it one by one."""
    from lessonpress.run.figures import capture_figures, use_house_style

    with use_house_style():
        sys.modules["matplotlib.pyplot"].loglog([1, 100], [1, 100])  # its ticks are formulas, the slowest of all texts
        capture_figures()


class Server:
    """Forks, and tells of ends; its loop waits for two things, a request or the end of a child."""

    def __init__(self, requests: int, answers: IO[str]) -> None:
        self.requests, self.answers = requests, answers
        self.children: dict[int, str] = {}
        self.buffer = b""

    def serve(self) -> None:
        waker, wakened = os.pipe()
        os.set_blocking(waker, False)
        os.set_blocking(wakened, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(wakened, warn_on_full_buffer=False)
        self.keeper = Keeper(selector := selectors.DefaultSelector())
        selector.register(self.requests, selectors.EVENT_READ, self.read_requests)
        selector.register(waker, selectors.EVENT_READ, lambda: bool(os.read(waker, 4096)))
        adopt_orphans()
        serving = True
        while serving:
            for key, _ in selector.select():
                serving = key.data() and serving
            self.reap()
        for pid in self.children:
            kill_group(pid)
        while kill_orphans():  # the lessons and their copies too, by now
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, 0)

    def read_requests(self) -> bool:
        """Take what was asked; false at the end of the stream."""
        data = os.read(self.requests, 65536)
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if "start" in request:
                self.start(**request)
            elif "import" in request:
                import_all(request["import"], self.answers)
            elif request["kill"] in self.children:
                kill_group(request["kill"])
                os.kill(request["kill"], signal.SIGKILL)  # it may have joined another group
        return bool(data)

    def start(self, start: str, keep: int = 0, copies: Copies = (), forget: Sequence[str] = ()) -> None:
        """Have the job of a folder run, from where a copy has stopped if there is one."""
        self.keeper.most = keep or self.keeper.most
        self.keeper.forget(forget)
        line = self.keeper.open_line(start) if keep else None
        pid = (line and self.keeper.wake(copies, start, line)) or self.fork(start, line)
        if line:
            line.close()
        self.children[pid] = start
        tell(self.answers, started=start, pid=pid)

    def fork(self, folder: str, line: socket.socket | None) -> int:
        """Fork a fresh child for a job; its process id."""
        pid = os.fork()
        if pid == 0:
            # While a child held them too, nobody would hear that this process, or the pool's, is no more.
            self.answers.close()
            os.close(self.requests)
            self.keeper.close_in_child()
            become_a_lesson(folder, line)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # the child does the same; whoever is first
        return pid

    def reap(self) -> None:
        reaped = False
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)) != (0, 0):
                self.tell_end(*ended)
                reaped = True
        if reaped:
            self.keeper.keep_within()  # a copy that ends leaves others a larger share of what they had in common

    def tell_end(self, pid: int, status: int) -> None:
        kill_group(pid)  # whatever the lesson itself has started ends with it
        self.keeper.hear_all()
        kill_orphans(but={*self.children, *self.keeper.pids})
        if pid in self.children:
            tell(self.answers, ended=self.children.pop(pid), status=os.waitstatus_to_exitcode(status))


def kill_orphans(but: Container[int] = ()) -> bool:
    """End the children of this process but those named, where the system tells of them; whether there were any.

    A lesson adopts orphans of its own, so these were started by one that has ended, in a session of their own.
    """
    orphans = [pid for pid in children() if pid not in but]
    for pid in orphans:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return bool(orphans)


def kill_group(pid: int) -> None:
    """End a lesson's process and all it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def become_a_lesson(folder: str, line: socket.socket | None) -> None:
    """In a fresh fork: run the job and leave, whatever the lesson did to the interpreter."""
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    adopt_orphans()
    end_with_parent()
    from lessonpress.run.job import LESSON_HARMED, run_job

    leave, status = os._exit, LESSON_HARMED
    try:
        status = run_job(Path(folder), line)
    finally:
        leave(status)


if __name__ == "__main__":
    main(sys.argv[1:])
