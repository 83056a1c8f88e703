"""A lesson run as a job: what a folder asks for, done in a process that is there for nothing else."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import socket
import time
import traceback
from pathlib import Path
from typing import IO, Any

from lessonpress.run.copies import Copies
from lessonpress.run.events import EventFile
from lessonpress.run.harm import ANYTHING, Before
from lessonpress.run.places import Places
from lessonpress.run.runner import run_steps
from lessonpress.run.step import Step
from lessonpress.run.streams import capture_streams
from lessonpress.run.texts import printable

# What a job's folder holds.
JOB, EVENTS, CRASH = "job.json", "events.jsonl", "crash.txt"
# Events that don't hold for a run that goes on from another's: what its steps name, and where it can be gone on from.
OF_ONE_RUN = tuple(
    f'{{"event": "{event}'.encode() for event in ("copied", "uncopied", "resumed", 'noted", "kind": "named')
)
# The statuses a process leaves with: the engine failed by its own fault, or for what the lesson did to the process.
ENGINE_BROKE, LESSON_HARMED = 71, 72


def run_job(folder: Path, server: socket.socket | None = None) -> int:
    """Run the lesson a job describes; returns the status to leave with, 0 unless the engine itself failed.

    Where the fork server gives a line to itself, copies of the process are left that later runs can go on from.
    """
    telling = Telling(folder)
    before = Before()
    try:
        telling.begin()
        root = Path(telling.job["root"])
        leave = Copies(server, telling, root, telling.job["most_time"]).leave if server else None
        run_steps(Path(telling.job["path"]), root, telling.steps, telling.emit, leave)
        faulthandler.cancel_dump_traceback_later()
    except ANYTHING as error:  # what a lesson raises is no business of the engine's
        harm = before.says(error, telling.job["path"])
        text = harm or "".join(traceback.format_exception(error))
        (telling.folder / CRASH).write_text(text, encoding="utf-8", errors="backslashreplace")
        return LESSON_HARMED if harm else ENGINE_BROKE
    return 0


class Telling:
    """All that a run tells: events in a file, one a line, each written before the next thing happens."""

    def __init__(self, folder: Path) -> None:
        self.take(folder)

    def take(self, folder: Path) -> None:
        """Take up the job that a folder describes."""
        self.folder = folder
        self.job: dict[str, Any] = json.loads((folder / JOB).read_text(encoding="utf-8"))
        self.steps = [Step(**step) for step in self.job["steps"]]

    def begin(self) -> None:
        """Open what is told by, and have the process ended when its time is up."""
        self.crash = (self.folder / CRASH).open("w", encoding="utf-8")
        faulthandler.enable(self.crash)
        self.deadline = time.monotonic() + self.job["limit"]
        self.watch_time()
        with contextlib.suppress(ImportError, ValueError):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        self.file = EventFile(self.folder / EVENTS)
        self.places = Places(Path(self.job["root"]))
        self.wait_for_streams = capture_streams(self.emit_written, self.job["most_characters"])

    def emit_written(self, event: dict[str, Any]) -> None:
        """Tell of what was written to the process's own streams, the folders of this machine left out."""
        self.file.emit(event | {"text": printable(self.places.hide(event["text"]))} if "text" in event else event)

    def emit(self, event: dict[str, Any]) -> None:
        """Tell of an event, after all that was written before it."""
        if event["event"] in ("done", "trouble") and os.getpid() == self.file.process:
            self.wait_for_streams()
        self.file.emit(event)

    def watch_time(self) -> None:
        """A thread of the interpreter's own ends the process even where C code never returns to Python."""
        rest = max(self.deadline - time.monotonic(), 0.01)
        faulthandler.dump_traceback_later(rest, exit=True, file=self.crash)

    def unwatch_time(self) -> None:
        faulthandler.cancel_dump_traceback_later()

    def open_events(self) -> tuple[IO[bytes], int]:
        """The file of all that was told, which stays readable when it is removed; and how much there is by now."""
        file = (self.folder / EVENTS).open("rb")
        return file, os.fstat(file.fileno()).st_size

    def go_on(self, folder: Path, events: IO[bytes], size: int) -> list[Step]:
        """In a fork: tell another job, whose first events are those told until the fork; returns the job's steps."""
        self.take(folder)
        lines = os.pread(events.fileno(), size, 0).splitlines(keepends=True)  # forks share how far a file has been read
        (folder / EVENTS).write_bytes(b"".join(line for line in lines if not line.startswith(OF_ONE_RUN)))
        self.begin()
        return self.steps
