"""The process that holds the imports: it imports torch & co. once, then forks a clean child a lesson.

`pool` starts it and talks to it in lines of JSON over its standard streams. It is told
`{"start": folder}` and answers `{"started": folder, "pid": ...}`, later `{"ended": folder,
"status": ...}`; it is told `{"kill": pid}` or `{"import": names}`. When its standard input closes, because
the pool is done or because the process of the pool is no more, it ends every child and itself.

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
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import IO


def main(preload: list[str]) -> None:
    """Import what most lessons need, then serve until standard input closes."""
    requests = os.dup(0)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    import_all([*preload, "lessonpress.run.job"])
    if "matplotlib.pyplot" in sys.modules:
        draw_once()
    if hasattr(os, "fork"):
        Server(requests, answers).serve()
    else:
        start = json.loads(os.fdopen(requests).readline())
        answers.write(json.dumps({"started": start["start"], "pid": os.getpid()}) + "\n")
        answers.flush()
        from lessonpress.run.job import run_job

        os._exit(run_job(Path(start["start"])))


def import_all(names: Sequence[str]) -> None:
    """Import modules, and share them with the forks to come."""
    gc.disable()  # thousands of modules bring no garbage, and looking for it takes its time
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            with contextlib.suppress(Exception):  # a lesson that needs it will say so
                importlib.import_module(name)
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
        serving = True
        while serving:
            for key, _ in selector.select():
                serving = key.data() and serving
            self.reap()
        for pid in list(self.children):
            kill_group(pid)

    def read_requests(self) -> bool:
        """Take what was asked; false at the end of the stream."""
        data = os.read(self.requests, 65536)
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if "start" in request:
                self.start(request["start"])
            elif "import" in request:
                import_all(request["import"])
            elif request["kill"] in self.children:
                kill_group(request["kill"])
        return bool(data)

    def start(self, folder: str) -> None:
        pid = os.fork()
        if pid == 0:
            # While a child held it too, nobody would hear that this process is no more.
            self.answers.close()
            become_a_lesson(folder)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # the child does the same; whoever is first
        self.children[pid] = folder
        self.tell(started=folder, pid=pid)

    def reap(self) -> None:
        while self.children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            kill_group(pid)  # whatever the lesson itself has started ends with it
            self.tell(ended=self.children.pop(pid), status=os.waitstatus_to_exitcode(status))

    def tell(self, **answer: object) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.answers.write(json.dumps(answer) + "\n")
            self.answers.flush()


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
    from lessonpress.run.job import run_job

    os._exit(run_job(Path(folder)))


if __name__ == "__main__":
    main(sys.argv[1:])
