"""Lessons run while a preview goes on: what is known of each is shown at once, and the rest when it comes."""

from __future__ import annotations

import contextlib
import difflib
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lessonpress.kept.dependencies import InstalledPackages, first_change, reads_of
from lessonpress.kept.differences import describe_difference, differing_cells
from lessonpress.kept.jobs import current_step
from lessonpress.kept.pool import Pool
from lessonpress.kept.resumed import Origins, Say
from lessonpress.kept.runs import fingerprint
from lessonpress.problems import CannotGoOn
from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Result, Run, Trouble
from lessonpress.run.step import Step

Ended = Callable[[Lesson, Run, bool], None]
PENDING = "…"  # a value that is to come


@dataclass(frozen=True)
class Underway:
    """A lesson that runs: the cell it has got to, the seconds so far, and whether it only bears out what is shown."""

    path: str
    cell: int
    seconds: float
    full: bool


class Background:
    """A thread that has lessons run; `ended` is called in it, with each run, and whether a page has to show it.

    A lesson that is asked for again with other code takes the place of the one under way. Where it can, it goes on from
    a copy of an earlier run, and a full run follows when nobody waits for another. `tell` is called with what an author
    should know of a lesson. If `held`, nothing runs until `begin`.
    """

    def __init__(self, pool: Pool, ended: Ended, tell: Say, held: bool = False) -> None:
        self.pool, self.ended, self.tell = pool, ended, tell
        self.origins = pool.origins = Origins(pool.root, tell, sys.platform == "linux" and pool.fork)
        self.wanted: dict[str, Lesson] = {}
        self.asked: dict[str, str] = {}  # what of each lesson was last asked for or known, by fingerprint
        self.resumed: dict[str, tuple[str, Run]] = {}  # what is shown until a full run has borne it out
        self.differing: dict[str, tuple[str, tuple[int, ...]]] = {}  # the cells in which it did not
        self.good: dict[str, tuple[Sequence[Step], Run]] = {}  # the last run of each lesson that went well
        self.reads: dict[str, set[str]] = {}  # the files and folders that the last full run of each lesson read
        self.closed = False
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._work, daemon=True)
        if not held:
            self.begin()

    def begin(self) -> None:
        """Run what is asked for from now on."""
        if self.thread.ident is None:
            self.thread.start()

    def want(self, lesson: Lesson) -> Run:
        """Ask for a run; what is known of it so far, which is what an earlier one gave."""
        self._note(lesson)
        with self.changed:
            asked = self.wanted.get(lesson.path)
            self.wanted[lesson.path] = lesson
            if asked is None or fingerprint(asked) != fingerprint(lesson):
                self.pool.ask(lesson)
            self.changed.notify()
        return self.with_earlier(lesson, Run([Result() for _ in lesson.steps], waiting=True))

    def with_earlier(self, lesson: Lesson, run: Run) -> Run:
        """A run which has, for each step that did not run or failed, what came of it when all went well."""
        self._note(lesson)
        known, cells = self.differing.get(lesson.path, ("", ()))
        if known == fingerprint(lesson) and not run.resumed:
            run = replace(run, differs=cells)
        if run.ok and not run.waiting:
            self.good[lesson.path] = lesson.steps, run
            return run
        steps, good = self.good.get(lesson.path, ((), Run([])))
        before = dict(zip(_matching(steps, lesson.steps), good.results, strict=False))
        results = []
        for number, (step, result) in enumerate(zip(lesson.steps, run.results, strict=True)):
            earlier = before.get(number)
            if result.ran and not result.troubles:
                results.append(result)
            elif step.kind == "code":
                results.append(replace(result, earlier=earlier.outputs if earlier else []))
            elif result.troubles:
                results.append(result)
            elif step.kind == "value" and (earlier or run.waiting):
                results.append(Result(value=earlier.value if earlier else PENDING, ran=True))
            else:
                results.append(result)
        return replace(run, results=results)

    def _note(self, lesson: Lesson) -> None:
        """Note which code a lesson has now: one that had other code before is being edited."""
        now = fingerprint(lesson)
        before = self.asked.setdefault(lesson.path, now)
        if before != now:
            self.asked[lesson.path] = now
            self.origins.note_edit(lesson)

    def underway(self) -> list[Underway]:
        """What runs now."""
        found = []
        for job in list(self.pool.running.values()):
            if job.pid and not job.dropped:
                with contextlib.suppress(OSError, IndexError):
                    cell = job.lesson.steps[current_step(job)].cell
                    found.append(Underway(job.lesson.path, cell, time.monotonic() - job.began, job.full))
        return found

    @property
    def later(self) -> list[str]:
        """The lessons to run in full when nobody waits for another."""
        return [lesson.path for lesson in self.pool.later]

    @property
    def busy(self) -> bool:
        return bool(self.wanted)

    def close(self) -> None:
        """End what runs, and the thread."""
        with self.changed:
            self.closed = True
            self.wanted.clear()
            self.changed.notify()
        self.pool.waiting.clear()
        self.pool.later.clear()
        for job in list(self.pool.running.values()):
            job.dropped = True
        self.pool.close()
        self.pool.answers.put({"process": None})
        if self.thread.ident is not None:
            self.thread.join(timeout=5)
        self.pool.close()  # it may have begun another meanwhile

    def _work(self) -> None:
        with contextlib.suppress(CannotGoOn):
            self.pool.start()  # imports before anything is asked for
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.wanted or self.closed)
                if self.closed:
                    return
                lessons = list(self.wanted.values())
            try:
                for lesson, run in self.pool.run(lessons):
                    self._end(lesson, run)
            except Exception as error:  # the engine's own fault, it may be; a page has to say it, not a thread
                why = str(error) if isinstance(error, CannotGoOn) else traceback.format_exc()
                for lesson in list(self.wanted.values()):
                    self._end(lesson, _failed(lesson, why))

    def _end(self, lesson: Lesson, run: Run) -> None:
        known, shown = self.resumed.get(lesson.path, ("", run))
        if self._is_wanted(lesson):
            self.resumed.pop(lesson.path, None)
            self.ended(lesson, run, True)
            with (
                self.changed
            ):  # it may have been edited meanwhile, and must not be so between the question and the rest
                if run.resumed and self._is_wanted(lesson):
                    self.resumed[lesson.path] = fingerprint(lesson), run
                    self.pool.later.append(lesson)
        elif known == fingerprint(lesson) and run.dependencies is not None:  # else it came to no end of its own
            del self.resumed[lesson.path]
            self._compare(lesson, shown, run)
        if run.dependencies is not None:
            self.reads[lesson.path] = reads_of(run)
        with self.changed:  # not before: one that asks meanwhile need not have it run again
            if self._is_wanted(lesson):
                del self.wanted[lesson.path]

    def _compare(self, lesson: Lesson, shown: Run, run: Run) -> None:
        """Take a full run in the place of one that went on from another, of the same code."""
        cells = differing_cells(lesson, shown, run)
        if cells:
            self.differing[lesson.path] = fingerprint(lesson), cells
            self.origins.forget(lesson.path)
            self.tell(lesson, describe_difference(cells))
        gives_more = (run.results, run.versions) != (shown.results, shown.versions)
        self.ended(lesson, run, gives_more or self._has_to_be_met(lesson, run))

    def _has_to_be_met(self, lesson: Lesson, run: Run) -> bool:
        """Whether a full run needs a build though its page is the same.

        It may have read a file that is not watched yet; and if a file changed that it had read by then, the build that
        followed found the resumed run standing.
        """
        installed = InstalledPackages()
        changed = run.dependencies and first_change(run.dependencies, self.pool.root, installed)
        return bool(changed) or not reads_of(run) <= self.reads.get(lesson.path, set())

    def _is_wanted(self, lesson: Lesson) -> bool:
        wanted = self.wanted.get(lesson.path)
        return wanted is not None and fingerprint(wanted) == fingerprint(lesson)


def _failed(lesson: Lesson, message: str) -> Run:
    run = Run([Result() for _ in lesson.steps])
    run.results[0].troubles.append(Trouble(message, lesson.steps[0].line))
    return run


def _matching(old: Sequence[Step], new: Sequence[Step]) -> list[int]:
    """For each old step, the number of the new one that took its place; -1 where there is none."""
    place = [-1] * len(old)
    before, after = ([(step.kind, step.source, step.format) for step in steps] for steps in (old, new))
    for tag, begin, end, new_begin, new_end in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if tag in ("equal", "replace"):
            for offset in range(min(end - begin, new_end - new_begin)):
                if old[begin + offset].kind == new[new_begin + offset].kind:
                    place[begin + offset] = new_begin + offset
    return place
