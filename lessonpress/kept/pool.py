"""Lessons run side by side, each in its own process, within a time limit, and none left behind."""

from __future__ import annotations

import contextlib
import json
import math
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lessonpress.kept.dependencies import InstalledPackages
from lessonpress.kept.jobs import Job, ending, finish
from lessonpress.kept.resumed import Origins
from lessonpress.kept.runs import Tell
from lessonpress.problems import CannotGoOn
from lessonpress.read.lesson import Lesson
from lessonpress.run.job import JOB
from lessonpress.run.record import Run
from lessonpress.run.runner import MOST_CHARACTERS
from lessonpress.settings import PRELOAD

# The first optimizer made in a process imports this, which takes as long as torch itself. It is imported while the
# first lessons run, and the lessons that use `torch.optim` come last.
PRELOAD_LATER = ("torch._dynamo",)
OPTIMIZES = re.compile(r"\boptim\b")
GRACE = 2.0  # seconds after its time limit until a lesson's process is ended from outside
IMPORT_LIMIT = 300.0  # seconds until a module of `preload` that has not been imported is given up
REMEDY = "take it out of the option `preload`, or mend it"


class PreloadFailed(CannotGoOn):
    """A module of the option `preload` that never ends, or that ends the process."""


class Pool:
    """Workers for lessons: `run` may be called again and again, and the imports stay warm in between.

    Where the system can't fork, each lesson starts a process of its own and imports for itself.
    """

    def __init__(
        self,
        root: Path,
        workers: int,
        limit: float,
        preload: Sequence[str] = PRELOAD,
        fork: bool = hasattr(os, "fork"),
        resolve: bool = True,
    ) -> None:
        self.root, self.workers, self.limit, self.preload, self.fork = root, workers, limit, tuple(preload), fork
        self.resolve = resolve  # what runs depended on; a learner's answer is not kept, and has to be told at once
        self.preload_later = [name for name in PRELOAD_LATER if name.partition(".")[0] in self.preload]
        self.server: subprocess.Popen[bytes] | None = None  # holds the imports
        self.asked_for_later = False
        self.origins: Origins | None = None  # of a preview, where runs go on from others
        self.waiting: list[Lesson] = []  # the next one last
        self.later: list[Lesson] = []  # those to run in full when nobody waits for another
        self.running: dict[str, Job] = {}
        self.importing: dict[subprocess.Popen[bytes], tuple[str, float]] = {}  # which module, and since when
        self.listeners: list[threading.Thread] = []
        self.imported: dict[str, str] = {}
        self.installed = InstalledPackages()
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()

    def start(self) -> None:
        """Start the process that holds the imports, unless it is there and has the packages now installed."""
        self.installed = InstalledPackages()  # a new one each time: packages change under a running preview too
        if not self.fork:
            return  # each lesson will start its own
        if not self.resolve:
            self._fork_server()
            return
        needed = self.installed.closure(name.partition(".")[0] for name in self.preload)
        versions = {package: self.installed.version(package) for package in needed}
        if versions != self.imported:
            self.close()
            self.imported = versions
        self._fork_server()

    def _fork_server(self) -> subprocess.Popen[bytes]:
        """The process that holds the imports; a new one where it died, whose lessons are still to be told of."""
        if self.server is None or self.server.poll() is not None:
            self.server, self.asked_for_later = self._launch(), False
        return self.server

    def import_later(self) -> None:
        """Have the process that holds the imports go on with those that only some lessons need."""
        if self.fork and not self.asked_for_later:
            _ask(self._fork_server(), **{"import": self.preload_later})
            self.asked_for_later = True

    def run(self, lessons: Sequence[Lesson], tell: Tell = lambda *_: None) -> Iterator[tuple[Lesson, Run]]:
        """Run lessons, as many at once as there are workers, and hand each run over when it ends.

        `tell` is called with a lesson, "started" or "ended", and the seconds it has taken.
        Raises PreloadFailed where a module of `preload` keeps all of them from beginning.
        """
        self.start()
        asked = {lesson.path for lesson in self.waiting}
        given = [lesson for lesson in lessons if lesson.path not in asked]
        self.waiting[:0] = sorted(given, key=optimizes)[::-1]
        try:
            while self.waiting or self.running or self.later:
                while len(self.running) < self.workers and (found := self._take()):
                    if optimizes(found[0]):
                        self.import_later()
                    self._begin(*found)
                if any(map(optimizes, self.waiting)):
                    self.import_later()
                for job, status in self._next_ends(tell):
                    if self.origins and not job.dropped:
                        self.origins.hear(job, self.installed)
                    if job.dropped:
                        shutil.rmtree(job.folder, ignore_errors=True)
                        continue
                    run = finish(job, status, self.root, self.limit, self.installed if self.resolve else None)
                    tell(job.lesson, "ended", run.seconds)
                    yield job.lesson, run
        except BaseException:  # Ctrl-C too: nothing may be left running
            self.close()
            raise

    def ask(self, lesson: Lesson) -> None:
        """From another thread than that of `run`: run this one first, and none of its path that is older."""
        self.waiting[:] = [*(other for other in self.waiting if other.path != lesson.path), lesson]
        self.later[:] = [other for other in self.later if other.path != lesson.path]
        jobs = [job for job in self.running.values() if not job.dropped]
        for job in jobs:
            if job.lesson.path == lesson.path:
                self._drop(job)
        if len(jobs) >= self.workers and not any(job.dropped for job in jobs):
            for job in [job for job in jobs if job.full][:1]:
                self.later.append(job.lesson)
                self._drop(job)
        self.answers.put({"process": None})

    def _take(self) -> tuple[Lesson, bool] | None:
        """The lesson to begin with next, and whether it has to run in full; None where there is none."""
        for lessons in (self.waiting, self.later):
            with contextlib.suppress(IndexError):  # it may be taken away just now
                return lessons.pop(), lessons is self.later
        return None

    def _drop(self, job: Job) -> None:
        job.dropped = True
        if self.origins:
            self.origins.hear(job, self.installed)
        self._kill(job)

    def close(self) -> None:
        """End the process that holds the imports, and every lesson with it."""
        jobs, self.running = list(self.running.values()), {}
        self.waiting.clear()
        self.later.clear()
        for process in {
            id(process): process for process in (self.server, *(job.process for job in jobs)) if process
        }.values():
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()  # type: ignore[union-attr]
            if not self.fork:
                process.kill()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for job in jobs:
            _end(job)
            shutil.rmtree(job.folder, ignore_errors=True)
        for listener in self.listeners:
            listener.join(timeout=5)
        self.listeners.clear()
        self.server = None
        self.importing.clear()

    def _launch(self) -> subprocess.Popen[bytes]:
        search = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {
            "MPLBACKEND": "agg",
            "OMP_NUM_THREADS": "1",  # torch on one thread: the lessons run side by side, and results repeat
            "MKL_NUM_THREADS": "1",
            "OMP_WAIT_POLICY": "PASSIVE",  # where code asks for more threads, those that wait leave the cores to others
            "MKL_CBWR": "COMPATIBLE",  # the same last digit wherever in memory the numbers happen to lie
            "PYTHONHASHSEED": "0",
            "PYTHONWARNINGS": "",  # as in all that follows, what an author's desktop says is not the page's business
            "COLUMNS": "80",
            "LINES": "24",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "PYTHONPATH": os.pathsep.join(search),
        }
        command = [sys.executable, "-m", "lessonpress.run.forkserver", *self.preload]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, cwd=self.root, env=environment, start_new_session=True
        )
        self.importing[process] = "", time.monotonic()
        self.listeners = [listener for listener in self.listeners if listener.is_alive()]
        self.listeners.append(threading.Thread(target=self._listen, args=(process,), daemon=True))
        self.listeners[-1].start()
        return process

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """In a thread: pass on what a process answers, and that it is no more."""
        with process.stdout as lines:  # type: ignore[union-attr]
            for line in lines:
                self.answers.put(json.loads(line) | {"process": process})
        self.answers.put({"gone": True, "process": process})

    def _begin(self, lesson: Lesson, full: bool = False) -> Job:
        process = self._fork_server() if self.fork else self._launch()
        folder = Path(tempfile.mkdtemp(prefix="lessonpress-"))
        description = {
            "path": str(self.root / lesson.path),
            "root": str(self.root),
            "steps": [asdict(step) for step in lesson.steps],
            "limit": self.limit,
            "most_characters": MOST_CHARACTERS,
            "most_time": self.origins.most_time if self.origins else 0.0,
        }
        (folder / JOB).write_text(json.dumps(description), encoding="utf-8")
        if self.resolve:
            self.installed.packages_of()  # takes a while, best while the process that holds the imports has to import
        job = self.running[str(folder)] = Job(lesson, folder, process, time.monotonic(), full=full)
        _ask(process, start=str(folder), **(self.origins.ask(job, self.installed) if self.origins else {}))
        return job

    def _next_ends(self, tell: Tell) -> Iterator[tuple[Job, int]]:
        """Wait for one answer, or until the time of a lesson or an import is up; hand over the jobs that have ended."""
        try:
            answer = self.answers.get(timeout=self._patience())
        except queue.Empty:
            self._lose_patience()
            return
        process = answer["process"]
        if "importing" in answer:
            self.importing.pop(process, None)
            if answer["importing"]:
                self.importing[process] = answer["importing"], time.monotonic()
        elif "started" in answer and answer["started"] in self.running:
            job = self.running[answer["started"]]
            job.pid, job.began = answer["pid"], time.monotonic()
            job.patience = job.began + self.limit + GRACE
            if job.dropped:
                self._kill(job)
            tell(job.lesson, "started", 0.0)
        elif "ended" in answer and answer["ended"] in self.running:
            yield self.running.pop(answer["ended"]), answer["status"]
        elif "gone" in answer:
            yield from self._ends_with(process)

    def _patience(self) -> float | None:
        """The seconds until the wait for something is over; None where nothing is waited for but an answer."""
        ends = [job.patience for job in self.running.values()]
        ends += [since + IMPORT_LIMIT for _, since in self.importing.values()]
        soonest = min(ends, default=math.inf)
        return max(0.0, soonest - time.monotonic()) if soonest < math.inf else None

    def _lose_patience(self) -> None:
        now = time.monotonic()
        for module, since in self.importing.values():
            if now >= since + IMPORT_LIMIT:
                what = f"module '{module}'" if module else "Python itself"
                raise PreloadFailed(f"{what} was not imported after {IMPORT_LIMIT:g} s; {REMEDY}")
        for job in self.running.values():
            if now >= job.patience:
                self._kill(job)
                job.killed, job.patience = True, now + GRACE

    def _kill(self, job: Job) -> None:
        if job.killed or not self.fork:
            job.process.kill()
        elif job.pid:
            _ask(job.process, kill=job.pid)

    def _ends_with(self, process: subprocess.Popen[bytes]) -> Iterator[tuple[Job, int]]:
        """The jobs of a process that is no more."""
        status = process.wait()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()  # type: ignore[union-attr]
        module, _ = self.importing.pop(process, ("", 0.0))
        jobs = [job for job in self.running.values() if job.process is process]
        if module and jobs:
            raise PreloadFailed(f"module '{module}' ended the process that imported it ({ending(status)}); {REMEDY}")
        for job in jobs:
            _end(job)
            job.lost = ending(status) if self.fork else ""
            yield self.running.pop(str(job.folder)), status


def optimizes(lesson: Lesson) -> bool:
    """Whether the code of a lesson uses `torch.optim`."""
    return any(OPTIMIZES.search(step.source) for step in lesson.steps)


def _ask(process: subprocess.Popen[bytes], **request: object) -> None:
    with contextlib.suppress(BrokenPipeError, ValueError):  # it has ended, or its pipe was closed by another thread
        process.stdin.write((json.dumps(request) + "\n").encode())  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]


def _end(job: Job) -> None:
    if job.pid and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(job.pid, signal.SIGKILL)
