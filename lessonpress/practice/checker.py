"""Answers checked: each runs in a process of its own, that starts warm and can be ended."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from lessonpress.kept.pool import Pool
from lessonpress.practice.plans import answer_of_file, answer_of_part
from lessonpress.practice.verdict import Verdict, look_at, verdict_of
from lessonpress.read.exercises import Exercise, Part
from lessonpress.run.record import Run

LIMIT = 20.0  # seconds after which an answer is ended; on slow machines the slowest solution takes five
PRELOAD = ("torch", "pandas", "matplotlib.pyplot", "torch._dynamo", "lessonpress.run.check")
FEWER = ("torch", "lessonpress.run.check")


class Checker:
    """Checks answers; the imports stay warm between one and the next."""

    def __init__(self, root: Path, workers: int = 1, limit: float = LIMIT) -> None:
        self.root = root
        # Where each answer has a process of its own, it waits for its imports, so there they are few.
        self.pool = Pool(root, workers, limit, PRELOAD if hasattr(os, "fork") else FEWER, resolve=False)

    def warm_up(self) -> None:
        """Begin with the imports, which take a while."""
        self.pool.start()

    def close(self) -> None:
        self.pool.close()

    def check_file(self, exercise: Exercise, path: Path) -> tuple[Verdict, Run | None]:
        """The verdict on a learner's file, and the run it comes from, whose outputs are the learner's own."""
        data = path.read_bytes()
        try:
            source = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            return Verdict("wrong", (f"Line {line} is not UTF-8: save the file as UTF-8.",), line), None
        verdict = look_at(source := source.replace("\r\n", "\n").replace("\r", "\n"))
        if verdict is not None:
            return verdict, None
        name = path.relative_to(self.root).as_posix()
        [(_, run)] = self.pool.run([answer_of_file(exercise, name, source)])
        return verdict_of(exercise, run), run

    def check_parts(
        self, exercise: Exercise, parts: Sequence[Part], seeds: int, threads: int = 1
    ) -> Iterator[tuple[Part, Verdict]]:
        """The verdicts on parts of the exercise itself, each taken as an answer."""
        lessons = [answer_of_part(exercise, part, seeds, threads) for part in parts]
        part_of = {id(lesson): part for lesson, part in zip(lessons, parts, strict=True)}
        for lesson, run in self.pool.run(lessons):
            yield part_of[id(lesson)], verdict_of(exercise, run)
