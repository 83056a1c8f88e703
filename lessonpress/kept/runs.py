"""Runs kept on disk, one file each, found again by what was run and checked against what it read."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lessonpress.kept.dependencies import InstalledPackages, first_change
from lessonpress.kept.files import read_bytes, write_text
from lessonpress.kept.stages import LastAnswers, code_hash
from lessonpress.read.lesson import Lesson
from lessonpress.run.figures import Figure
from lessonpress.run.record import Dependencies, Output, Result, Run, Trouble
from lessonpress.run.step import Step

Tell = Callable[[Lesson, str, float], None]  # a lesson that runs or ran, what it does, and its seconds so far

KEPT_DAYS = 30
ENTRY = re.compile(r".*-[0-9a-f]{24}\.")  # an author may name a folder that holds other files too


class Cache:
    """A folder of runs. Each entry is written whole or not at all, and begins with its own checksum.

    So two builds at once, a process killed at any moment, and a file that something else wrote do no
    harm: an entry that is not as it should be is as good as none.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder, self.root = folder, root
        self.last = LastAnswers()

    def find(self, lesson: Lesson, installed: InstalledPackages) -> tuple[Run | None, str]:
        """The run of a lesson if it still stands; otherwise None, and why it has to run again."""
        entry = read_bytes(self.path_of(lesson))
        run = self.last(("run", lesson.path), entry, lambda: read_entry(entry))
        if run is None or len(run.results) != len(lesson.steps) or run.dependencies is None:
            return None, "new or changed"
        change = first_change(run.dependencies, self.root, installed)
        return (None, change) if change else (run, "")

    def keep(self, lesson: Lesson, run: Run) -> None:
        """Keep a full run without troubles of which all that it read is known; any other runs again the next time."""
        if run.ok and run.dependencies is not None and not run.unkept and not run.resumed:
            write_entry(self.path_of(lesson), run)

    def path_of(self, lesson: Lesson) -> Path:
        return self.folder / f"{lesson.name}-{fingerprint(lesson)[:24]}.json"

    def has(self, stage: str) -> bool:
        """Whether anything is kept that a stage gave."""
        with contextlib.suppress(OSError), os.scandir(self.folder) as found:
            return any(entry.name.startswith(f"{stage}-") for entry in found)
        return False

    def prune(self) -> None:
        """Drop what no build has asked for in a month, half-written files among it."""
        oldest = time.time() - KEPT_DAYS * 24 * 3600
        with contextlib.suppress(OSError), os.scandir(self.folder) as found:
            for entry in found:
                if ENTRY.match(entry.name) and entry.stat().st_mtime < oldest:
                    Path(entry).unlink(missing_ok=True)


def fingerprint(lesson: Lesson) -> str:
    """SHA-256 of all that a run depends on and that is known beforehand.

    That is the lesson's steps (code, inline values, doctests, and the options that say how code runs),
    its path, the engine and Python. Prose, captions' words and line numbers are not in it.
    """
    steps = [identity(step) for step in lesson.steps]
    where = (lesson.path, code_hash("run"), sys.version, platform.system(), platform.machine())
    return hashlib.sha256(json.dumps([steps, where]).encode()).hexdigest()


def identity(step: Step) -> tuple[object, ...]:
    """All that says how a step runs; where it stands is not in it."""
    return step.kind, step.source, step.format, step.error, step.reads, step.play, step.data


def write_entry(path: Path, run: Run) -> None:
    """Write a run as an entry of the cache."""
    write_text(path, json.dumps(asdict(run), sort_keys=True))


def read_entry(entry: bytes | None) -> Run | None:
    """The run in an entry; None where there is none, or not one that `write_entry` wrote in full."""
    try:
        return None if entry is None else run_from(json.loads(entry))
    except (ValueError, KeyError, TypeError):
        return None


def run_from(data: dict[str, Any]) -> Run:
    """A run made again from what `asdict` made of it."""
    results = [
        Result(
            outputs=[output_from(output) for output in result["outputs"]],
            value=result["value"],
            troubles=[Trouble(**trouble) for trouble in result["troubles"]],
            ran=result["ran"],
            seconds=result["seconds"],
            memory=result["memory"],
        )
        for result in data["results"]
    ]
    dependencies = data["dependencies"] and Dependencies(**data["dependencies"])
    return Run(results, data["versions"], data["machine"], data["seconds"], dependencies)


def output_from(data: dict[str, Any]) -> Output:
    return Output(data["kind"], data["text"], data["figure"] and Figure(**data["figure"]))
