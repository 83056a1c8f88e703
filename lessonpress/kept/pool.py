"""Lessons run side by side, each in its own process, within a time limit, and none left behind."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lessonpress.kept.dependencies import InstalledPackages
from lessonpress.problems import CannotGoOn
from lessonpress.read.lesson import Lesson
from lessonpress.run.job import CRASH, ENGINE_BROKE, EVENTS, JOB
from lessonpress.run.record import Run, Trouble, collect_run
from lessonpress.run.runner import MOST_CHARACTERS
from lessonpress.run.streams import TOO_MUCH_OUTPUT
from lessonpress.settings import PRELOAD

# The first optimizer made in a process imports this, which takes as long as torch itself. It is imported while the
# first lessons run, and the lessons that want it come last.
PRELOAD_LATER = ("torch._dynamo",)
WANTS_LATER = "optim"
GRACE = 2.0  # seconds after its time limit until a lesson's process is ended from outside
TRACED = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+)')


Tell = Callable[[Lesson, str, float], None]


class EngineBroke(CannotGoOn):
    """A fault of the engine, not of a lesson."""


@dataclass
class Job:
    """One lesson under way; `process` is its own where there is no fork, else the one it is forked from."""

    lesson: Lesson
    folder: Path
    process: subprocess.Popen[bytes]
    began: float = 0.0
    pid: int = 0
    killed: bool = False


class Pool:
    """Workers for lessons: `run` may be called again and again, and the imports stay warm in between.

    Where the system can't fork, each lesson starts a process of its own and imports for itself.
    """

    def __init__(
        self, root: Path, workers: int, limit: float, preload: Sequence[str] = PRELOAD, fork: bool = hasattr(os, "fork")
    ) -> None:
        self.root, self.workers, self.limit, self.preload, self.fork = root, workers, limit, tuple(preload), fork
        self.preload_later = [name for name in PRELOAD_LATER if name.partition(".")[0] in self.preload]
        self.complete = False  # whether the process that holds the imports has been asked for the later ones
        self.server: subprocess.Popen[bytes] | None = None
        self.running: dict[str, Job] = {}
        self.imported: dict[str, str] = {}
        self.installed = InstalledPackages()
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()

    def start(self) -> None:
        """Start the process that holds the imports, unless it is there and has the packages now installed."""
        self.installed = InstalledPackages()  # a new one each time: packages change under a running preview too
        if not self.fork:
            return  # each lesson will start its own
        needed = self.installed.closure(name.partition(".")[0] for name in self.preload)
        versions = {package: self.installed.version(package) for package in needed}
        if versions != self.imported:
            self.close()
            self.imported = versions
        self._holder()

    def _holder(self) -> subprocess.Popen[bytes]:
        """The process that holds the imports; a new one where it died, whose lessons are still to be told of."""
        if self.server is None or self.server.poll() is not None:
            self.server, self.complete = self._launch(), False
        return self.server

    def import_later(self) -> None:
        """Have the process that holds the imports go on with those that only some lessons need."""
        if self.fork and not self.complete:
            _ask(self._holder(), **{"import": self.preload_later})
            self.complete = True

    def run(self, lessons: Sequence[Lesson], tell: Tell = lambda *_: None) -> Iterator[tuple[Lesson, Run]]:
        """Run lessons, as many at once as there are workers, and hand each run over when it ends.

        `tell` is called with a lesson, "started" or "ended", and the seconds it has taken.
        """
        waiting = sorted(lessons, key=lambda lesson: WANTS_LATER in lesson.text)[::-1]
        self.start()
        try:
            while waiting or self.running:
                while waiting and len(self.running) < self.workers:
                    lesson = waiting.pop()
                    if WANTS_LATER in lesson.text:
                        self.import_later()
                    self._begin(lesson)
                if any(WANTS_LATER in lesson.text for lesson in waiting):
                    self.import_later()
                for job, status in self._next_ends(tell):
                    run = self._finish(job, status)
                    tell(job.lesson, "ended", run.seconds)
                    yield job.lesson, run
        except BaseException:  # Ctrl-C too: nothing may be left running
            self.close()
            raise

    def close(self) -> None:
        """End the process that holds the imports, and every lesson with it."""
        jobs, self.running = list(self.running.values()), {}
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
        self.server = None

    def _launch(self) -> subprocess.Popen[bytes]:
        search = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {
            "MPLBACKEND": "agg",
            "OMP_NUM_THREADS": "1",  # torch on one thread: the lessons run side by side, and results repeat
            "MKL_NUM_THREADS": "1",
            "MKL_CBWR": "COMPATIBLE",  # the same last digit wherever in memory the numbers happen to lie
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "PYTHONPATH": os.pathsep.join(search),
        }
        command = [sys.executable, "-m", "lessonpress.run.forkserver", *self.preload]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, cwd=self.root, env=environment, start_new_session=True
        )
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()
        return process

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """In a thread: pass on what a process answers, and that it is no more."""
        with process.stdout as lines:  # type: ignore[union-attr]
            for line in lines:
                self.answers.put(json.loads(line))
        self.answers.put({"gone": process})

    def _begin(self, lesson: Lesson) -> Job:
        process = self._holder() if self.fork else self._launch()
        folder = Path(tempfile.mkdtemp(prefix="lessonpress-"))
        description = {
            "path": str(self.root / lesson.path),
            "root": str(self.root),
            "steps": [asdict(step) for step in lesson.steps],
            "limit": self.limit,
            "most_characters": MOST_CHARACTERS,
        }
        (folder / JOB).write_text(json.dumps(description), encoding="utf-8")
        self.installed.packages_of()  # takes a while, best while the process that holds the imports has to import
        job = self.running[str(folder)] = Job(lesson, folder, process, time.monotonic())
        _ask(process, start=str(folder))
        return job

    def _next_ends(self, tell: Tell) -> Iterator[tuple[Job, int]]:
        """Wait for one answer, or until the time of a lesson is up; hand over the jobs that have ended."""
        ends = [job.began + self.limit + GRACE for job in self.running.values() if job.pid and not job.killed]
        try:
            answer = self.answers.get(timeout=max(0.0, min(ends) - time.monotonic()) if ends else None)
        except queue.Empty:
            for job in self.running.values():
                if job.pid and not job.killed and time.monotonic() > job.began + self.limit + GRACE:
                    job.killed = True
                    _ask(job.process, kill=job.pid) if self.fork else job.process.kill()
            return
        if "started" in answer and answer["started"] in self.running:
            job = self.running[answer["started"]]
            job.pid, job.began = answer["pid"], time.monotonic()
            tell(job.lesson, "started", 0.0)
        elif "ended" in answer and answer["ended"] in self.running:
            yield self.running.pop(answer["ended"]), answer["status"]
        elif "gone" in answer:
            status = answer["gone"].wait()
            with contextlib.suppress(BrokenPipeError):
                answer["gone"].stdin.close()
            for job in [job for job in self.running.values() if job.process is answer["gone"]]:
                _end(job)
                yield self.running.pop(str(job.folder)), status if not self.fork else -signal.SIGKILL

    def _finish(self, job: Job, status: int) -> Run:
        """The run that a job's folder tells of, also where the process ended before its time."""
        events = _read_lines(job.folder / EVENTS)
        run, broken_off = collect_run(len(job.lesson.steps), events)
        if run.noted is not None:
            run.versions, run.dependencies = self.installed.resolve(run.noted)
            run.machine, run.noted = describe_machine(), None
        run.seconds = run.seconds or time.monotonic() - job.began
        crash = job.folder / CRASH
        trace = crash.read_text(encoding="utf-8", errors="replace") if crash.exists() else ""
        shutil.rmtree(job.folder, ignore_errors=True)
        if status == ENGINE_BROKE:
            raise EngineBroke(
                f"lessonpress itself failed while it ran {job.lesson.path}; this is no fault of the lesson\n{trace}"
            )
        if broken_off is not None and status != TOO_MUCH_OUTPUT and run.results:
            message = self._why_it_ended(job, status, trace)
            line = _line_in(self.root / job.lesson.path, trace) or job.lesson.steps[broken_off].line
            run.results[broken_off].troubles.append(Trouble(message, line))
        return run

    def _why_it_ended(self, job: Job, status: int, trace: str) -> str:
        if job.killed or trace.startswith("Timeout"):
            return f"still running after its time limit of {self.limit:g} s; shorten it, or raise `limit`"
        if status < 0:
            name = signal.Signals(-status).name
            hint = "; was the machine out of memory?" if name == "SIGKILL" else ""
            return f"the interpreter crashed ({name}){hint}"
        return f"the process ended with exit status {status}, as os._exit does; a lesson runs to its end"


def _read_lines(path: Path) -> Iterator[dict[str, object]]:
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
            with contextlib.suppress(ValueError):  # the last line of a process that died writing it
                yield json.loads(line)


def _line_in(path: Path, trace: str) -> int:
    written = str(path).encode("ascii", "backslashreplace").decode()  # as faulthandler writes it
    lines = [int(match["line"]) for match in TRACED.finditer(trace) if match["path"] == written]
    return lines[0] if lines else 0


def _ask(process: subprocess.Popen[bytes], **request: object) -> None:
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write((json.dumps(request) + "\n").encode())  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]


def _end(job: Job) -> None:
    if job.pid and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(job.pid, signal.SIGKILL)


@cache
def describe_machine() -> str:
    """The machine in a few words, for results that differ from one to the next."""
    model = platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return f"{model}, {platform.system()}"
