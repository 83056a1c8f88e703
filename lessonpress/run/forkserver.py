"""The process that holds the imports: it imports torch & co. once, then forks a clean child a lesson.

`pool` starts it and talks to it in lines of JSON over its standard streams. It tells what it imports as
`{"importing": name}`, with an empty name when that is done. It is told `{"start": folder}` and answers
`{"started": folder, "pid": ...}`, later `{"ended": folder, "status": ...}`; it is told `{"kill": pid}` or
`{"import": names}`. When its standard input closes, because the pool is done or because the process of the pool is no
more, it ends every child and itself.

Where there is no `os.fork` (Windows), `pool` starts one such process a lesson instead, and the lesson
runs in it.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import sys
import warnings
from collections.abc import Container, Sequence
from pathlib import Path
from typing import IO

PR_SET_CHILD_SUBREAPER = 36


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
        selector = selectors.DefaultSelector()
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
        while kill_orphans():  # the lessons too, by now
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, 0)

    def read_requests(self) -> bool:
        """Take what was asked; false at the end of the stream."""
        data = os.read(self.requests, 65536)
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if "start" in request:
                self.start(request["start"])
            elif "import" in request:
                import_all(request["import"], self.answers)
            elif request["kill"] in self.children:
                kill_group(request["kill"])
                os.kill(request["kill"], signal.SIGKILL)  # it may have joined another group
        return bool(data)

    def start(self, folder: str) -> None:
        pid = os.fork()
        if pid == 0:
            # While a child held them too, nobody would hear that this process, or the pool's, is no more.
            self.answers.close()
            os.close(self.requests)
            become_a_lesson(folder)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # the child does the same; whoever is first
        self.children[pid] = folder
        tell(self.answers, started=folder, pid=pid)

    def reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)) != (0, 0):
                self.tell_end(*ended)

    def tell_end(self, pid: int, status: int) -> None:
        kill_group(pid)  # whatever the lesson itself has started ends with it
        kill_orphans(but=self.children)
        if pid in self.children:
            tell(self.answers, ended=self.children.pop(pid), status=os.waitstatus_to_exitcode(status))


def adopt_orphans() -> None:
    """Have processes whose parent ends become children of this one, rather than of the system's first (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_orphans(but: Container[int] = ()) -> bool:
    """End the children of this process but those named, where the system tells of them; whether there were any.

    A lesson adopts orphans of its own, so these were started by one that has ended, in a session of their own.
    """
    lists = [path.read_text(encoding="ascii") for path in Path("/proc/self/task").glob("*/children")]
    orphans = [int(pid) for pids in lists for pid in pids.split() if int(pid) not in but]
    for pid in orphans:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return bool(orphans)


def kill_group(pid: int) -> None:
    """End a lesson's process and all it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def become_a_lesson(folder: str) -> None:
    """In a fresh fork: run the job and leave, whatever the lesson did to the interpreter."""
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    adopt_orphans()
    from lessonpress.run.job import LESSON_HARMED, run_job

    leave, status = os._exit, LESSON_HARMED
    try:
        status = run_job(Path(folder))
    finally:
        leave(status)


if __name__ == "__main__":
    main(sys.argv[1:])
