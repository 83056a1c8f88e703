"""A run's events on their way to its file, whatever the lesson does to the process's files."""

from __future__ import annotations

import json
import os
from pathlib import Path

from lessonpress.run.files import identity
from lessonpress.run.notes import Event

# A process that a lesson forks may print, and what it reads counts; the course of the lesson it can't tell again.
OF_CHILDREN_TOO = ("noted", "output", "written", "cleared")


class EventFile:
    """Appends events, one a line. Lines of several processes and threads don't mix, and no lock is needed for that."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.process = os.getpid()
        self._open()

    def _open(self) -> None:
        self.descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.identity = identity(self.descriptor)

    def emit(self, event: Event) -> None:
        """Write an event, before the next thing happens."""
        if os.getpid() != self.process and event["event"] not in OF_CHILDREN_TOO:
            return
        if identity(self.descriptor) != self.identity:  # the lesson closed it, and may have opened another file as it
            self._open()
        line = (json.dumps(event) + "\n").encode()
        while line:
            line = line[os.write(self.descriptor, line) :]
