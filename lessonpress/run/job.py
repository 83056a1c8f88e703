"""A lesson run as a job: what a folder asks for, done in a process that is there for nothing else."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import threading
import traceback
from pathlib import Path
from typing import Any

from lessonpress.run.runner import run_steps
from lessonpress.run.step import Step
from lessonpress.run.streams import capture_streams

# What a job's folder holds.
JOB, EVENTS, CRASH = "job.json", "events.jsonl", "crash.txt"
ENGINE_BROKE = 71  # the status a process leaves with


def run_job(folder: Path) -> int:
    """Run the lesson a job describes; returns the status to leave with, 0 unless the engine itself broke."""
    try:
        run_events(folder)
    except BaseException:  # what a lesson raises is no business of the engine's, so this is its own fault
        (folder / CRASH).write_text(traceback.format_exc(), encoding="utf-8")
        return ENGINE_BROKE
    return 0


def run_events(folder: Path) -> None:
    """Run the lesson; events go to a file, one a line, each written before the next thing happens."""

    job = json.loads((folder / JOB).read_text(encoding="utf-8"))
    crash = (folder / CRASH).open("w", encoding="utf-8")
    faulthandler.enable(crash)
    # A thread of the interpreter's own ends the process even where C code never returns to Python.
    faulthandler.dump_traceback_later(job["limit"], exit=True, file=crash)
    with contextlib.suppress(ImportError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with (folder / EVENTS).open("w", encoding="utf-8") as file:
        lock = threading.Lock()

        def emit(event: dict[str, Any]) -> None:
            with lock:
                file.write(json.dumps(event, ensure_ascii=False) + "\n")
                file.flush()

        streams = capture_streams(emit, job["most_characters"])

        def emit_in_order(event: dict[str, Any]) -> None:
            if event["event"] in ("done", "trouble"):
                streams()
            emit(event)

        steps = [Step(**step) for step in job["steps"]]
        run_steps(Path(job["path"]), Path(job["root"]), steps, emit_in_order)
    faulthandler.cancel_dump_traceback_later()
