"""One lesson under way in a process of its own, and the run that its folder tells of when it has ended."""

from __future__ import annotations

import contextlib
import json
import math
import platform
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lessonpress.kept.dependencies import InstalledPackages
from lessonpress.problems import CannotGoOn
from lessonpress.read.lesson import Lesson
from lessonpress.run.job import CRASH, ENGINE_BROKE, EVENTS, LESSON_HARMED
from lessonpress.run.notes import Event
from lessonpress.run.record import Run, Trouble, collect_run
from lessonpress.run.streams import TOO_MUCH_OUTPUT

TRACED = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+)')
OUT_OF_MEMORY = "; was the machine out of memory?"


class EngineBroke(CannotGoOn):
    """A fault of the engine, not of a lesson."""


@dataclass
class Job:
    """One lesson under way; `process` is its own where there is no fork, else the one it is forked from.

    `patience` is when the wait for its end is over. `lost` says how the process it was forked from ended before it.
    What is `dropped` nobody waits for any more. One that has to be `full` goes on from no other.
    """

    lesson: Lesson
    folder: Path
    process: subprocess.Popen[bytes]
    began: float = 0.0
    pid: int = 0
    patience: float = math.inf
    killed: bool = False
    dropped: bool = False
    full: bool = False
    lost: str = ""


def finish(job: Job, status: int, root: Path, limit: float, installed: InstalledPackages | None) -> Run:
    """The run that a job's folder tells of, also where its process ended before its time; the folder is removed.

    Without installed packages it is left open what the run depended on.
    Raises EngineBroke where it was the engine that failed.
    """
    run, broken_off = collect_run(len(job.lesson.steps), read_events(job.folder / EVENTS))
    if run.noted is not None and not job.lost and installed is not None:  # else it is as if it had not run
        run.versions, run.dependencies = installed.resolve(run.noted)
    run.machine, run.noted = describe_machine(), None
    took = time.monotonic() - job.began
    run.seconds = run.seconds or took
    crash = job.folder / CRASH
    trace = crash.read_text(encoding="utf-8", errors="replace") if crash.exists() else ""
    shutil.rmtree(job.folder, ignore_errors=True)
    if status == ENGINE_BROKE:
        raise EngineBroke(
            f"lessonpress itself failed while it ran {job.lesson.path}; this is no fault of the lesson\n{trace}"
        )
    if broken_off is not None and status != TOO_MUCH_OUTPUT and run.results:
        message = _why_it_ended(job, status, trace)
        if job.killed or took >= limit or "Timeout (" in trace:
            message = f"still running after its time limit of {limit:g} s; shorten it, or raise `limit`"
        line = _line_in(root / job.lesson.path, trace) or job.lesson.steps[broken_off].line
        run.results[broken_off].troubles.append(Trouble(message, line))
    return run


def _why_it_ended(job: Job, status: int, trace: str) -> str:
    if job.lost:
        what = f"the process that all lessons are forked from ended ({job.lost}); a lesson must leave it alone"
        return what + OUT_OF_MEMORY
    if status == LESSON_HARMED:
        told = trace.startswith("the lesson")  # it may have been unable to tell
        return trace if told else "the lesson harmed the process it runs in, which could not go on"
    if status < 0:
        return f"the interpreter crashed ({ending(status)}){OUT_OF_MEMORY if status == -signal.SIGKILL else ''}"
    return f"the process ended with {ending(status)}, as os._exit does; a lesson runs to its end"


def ending(status: int) -> str:
    """How a process ended, in a word or two.

    >>> ending(3), ending(-9)
    ('exit status 3', 'SIGKILL')
    """
    try:
        return signal.Signals(-status).name if status < 0 else f"exit status {status}"
    except ValueError:  # one of those without a name
        return f"signal {-status}"


def current_step(job: Job) -> int:
    """The number of the step that a job has got to."""
    return max((event["number"] for event in read_events(job.folder / EVENTS, "step")), default=0)


def read_events(path: Path, *kinds: str) -> list[Event]:
    """The events that a job has told, or those of some kinds: others, as figures, take long to read."""
    begins = tuple(f'{{"event": "{kind}"' for kind in kinds) or ""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:  # the job has not begun
        return []
    events = []
    for line in lines:
        if line.startswith(begins):
            with contextlib.suppress(ValueError):  # the last line of a process that died writing it, or still writes
                events.append(json.loads(line))
    return events


def _line_in(path: Path, trace: str) -> int:
    written = str(path).encode("ascii", "backslashreplace").decode()  # as faulthandler writes it
    lines = [int(match["line"]) for match in TRACED.finditer(trace) if match["path"] == written]
    return lines[0] if lines else 0


@cache
def describe_machine() -> str:
    """The machine in a few words, for results that differ from one to the next."""
    model = platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return f"{model}, {platform.system()}"
