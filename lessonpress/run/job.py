"""A lesson run as a job: what a folder asks for, done in a process that is there for nothing else."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import traceback
from pathlib import Path
from typing import Any

from lessonpress.run.events import EventFile
from lessonpress.run.harm import ANYTHING, Before
from lessonpress.run.places import Places
from lessonpress.run.runner import run_steps
from lessonpress.run.step import Step
from lessonpress.run.streams import capture_streams
from lessonpress.run.texts import printable

# What a job's folder holds.
JOB, EVENTS, CRASH = "job.json", "events.jsonl", "crash.txt"
# The statuses a process leaves with: the engine failed by its own fault, or for what the lesson did to the process.
ENGINE_BROKE, LESSON_HARMED = 71, 72


def run_job(folder: Path) -> int:
    """Run the lesson a job describes; returns the status to leave with, 0 unless the engine itself failed."""
    job = json.loads((folder / JOB).read_text(encoding="utf-8"))
    before = Before()
    try:
        run_events(folder, job)
    except ANYTHING as error:  # what a lesson raises is no business of the engine's
        harm = before.says(error, job["path"])
        text = harm or "".join(traceback.format_exception(error))
        (folder / CRASH).write_text(text, encoding="utf-8", errors="backslashreplace")
        return LESSON_HARMED if harm else ENGINE_BROKE
    return 0


def run_events(folder: Path, job: dict[str, Any]) -> None:
    """Run the lesson; events go to a file, one a line, each written before the next thing happens."""
    crash = (folder / CRASH).open("w", encoding="utf-8")
    faulthandler.enable(crash)
    # A thread of the interpreter's own ends the process even where C code never returns to Python.
    faulthandler.dump_traceback_later(job["limit"], exit=True, file=crash)
    with contextlib.suppress(ImportError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    file = EventFile(folder / EVENTS)
    places = Places(Path(job["root"]))

    def emit_written(event: dict[str, Any]) -> None:
        file.emit(event | {"text": printable(places.hide(event["text"]))} if "text" in event else event)

    wait_for_streams = capture_streams(emit_written, job["most_characters"])

    def emit_in_order(event: dict[str, Any]) -> None:
        if event["event"] in ("done", "trouble") and os.getpid() == file.process:
            wait_for_streams()
        file.emit(event)

    run_steps(Path(job["path"]), Path(job["root"]), [Step(**step) for step in job["steps"]], emit_in_order)
    faulthandler.cancel_dump_traceback_later()
