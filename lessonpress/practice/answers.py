"""The learner's files, which nothing of the engine's overwrites, and how far the learner is."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock

from lessonpress.practice.workbook import Workbook
from lessonpress.problems import CannotGoOn
from lessonpress.read.exercises import BLANK, Exercise

FOLDER = "answers"
PROGRESS = "progress.json"
WIDTH = 88
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)]*)\)")


@dataclass
class Record:
    """How far a learner is with one exercise."""

    solved: bool = False
    hints: int = 0
    seen_solution: bool = False
    skipped: bool = False

    @property
    def state(self) -> str:
        """In a word or two.

        >>> Record(solved=True, hints=2).state
        'solved with 2 hints'
        """
        if self.solved and self.seen_solution:
            return "solved, solution seen"
        if self.solved:
            return f"solved with {self.hints} hint{'s' * (self.hints > 1)}" if self.hints else "solved"
        return "solution seen" if self.seen_solution else "skipped" if self.skipped else "open"


@dataclass
class Progress:
    """The records by the exercises' keys; those of exercises that this course does not have are kept, too."""

    records: dict[str, Record] = field(default_factory=dict)

    def of(self, exercise: Exercise) -> Record:
        return self.records.setdefault(exercise.key, Record())


class Answers:
    """The folder of a learner's files and progress."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.folder = workbook.root / FOLDER
        self.lock = FileLock(self.folder / ".lock", timeout=5)

    def path_of(self, exercise: Exercise) -> Path:
        return self.folder / exercise.lesson / f"{exercise.name}.py"

    def open(self, exercise: Exercise) -> Path:
        """The learner's file; made with the task and the starter where it is not there, or is empty."""
        path = self.path_of(exercise)
        if not path.exists() or not path.read_bytes().strip():
            self._write(path, write_file(exercise))
        return path

    def reset(self, exercise: Exercise) -> Path | None:
        """Begin anew; what was there is kept as a copy beside it, whose path comes back."""
        path, copy = self.path_of(exercise), None
        if path.exists() and path.read_bytes().strip() and path.read_text("utf-8", "replace") != write_file(exercise):
            number = next(n for n in range(1, 10_000) if not _numbered(path, n).exists())
            copy = _numbered(path, number)
            os.replace(path, copy)
        self._write(path, write_file(exercise))
        return copy

    def progress(self) -> tuple[Progress, str]:
        """How far the learner is, and a word on it where the file could not be read and is begun anew."""
        path = self.folder / PROGRESS
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return Progress({key: _record(entry) for key, entry in told["exercises"].items()}), ""
        except FileNotFoundError:
            return Progress(), ""
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            with contextlib.suppress(OSError):
                os.replace(path, path.with_suffix(".unreadable.json"))
            return Progress(), f"{FOLDER}/{PROGRESS} could not be read; it is begun anew, your answers are all there"

    @contextlib.contextmanager
    def changing(self, exercise: Exercise) -> Iterator[Record]:
        """Change the record of an exercise; another practice that does the same has to wait for it.

        Raises CannotGoOn where the folder can't be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self.lock:
                progress, _ = self.progress()
                yield progress.of(exercise)
                told = {key: asdict(record) for key, record in sorted(progress.records.items())}
                self._write(self.folder / PROGRESS, json.dumps({"exercises": told}, indent=1) + "\n")
        except (OSError, TimeoutError) as error:
            raise CannotGoOn(f"your progress can't be kept in {self.folder}: {error}") from error

    def _write(self, path: Path, text: str) -> None:
        """Write a file whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.remove(name)
            raise


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}.{number}.py")


def _record(entry: dict[str, Any]) -> Record:
    known = {name: entry[name] for name in Record.__dataclass_fields__ if name in entry}
    return Record(**known)


def write_file(exercise: Exercise) -> str:
    """A learner's file: the task as comments, the code that is given, and the starter."""
    about = f"{exercise.title} ({exercise.key}, about {exercise.minutes} min)"
    code = [part.text.strip("\n") for part in (exercise.shared, exercise.given, exercise.starter)]
    end = f"Put your own in place of {BLANK}, and save."
    return "\n\n\n".join(filter(None, [as_comments(f"{about}\n\n{write_task(exercise)}\n\n{end}"), *code])) + "\n"


def write_task(exercise: Exercise) -> str:
    """The task as plain text, with its choices."""
    choices = "\n".join(f"- {letter}) {text}" for letter, text in exercise.choices)
    task = plain(exercise.task)
    if choices:
        task += f'\n\n{plain(choices)}\n\nAnswer with a letter, as in answer = "a".'
    return task


def plain(markdown: str) -> str:
    """Markdown as text: links lose their targets, code and emphasis their marks.

    >>> plain("The [bias](../glossary/bias.md) of `neuron` is **one** number.")
    'The bias of neuron is one number.'
    """
    text = LINK.sub(lambda match: match["text"], markdown)
    text = re.sub(r"\*\*([^*\n]+)\*\*", r"\1", text)
    return re.sub(r"(?<!`)`([^`\n]+)`(?!`)", r"\1", text)


def as_comments(text: str) -> str:
    """Text as comment lines; paragraphs are wrapped, lists and blocks of code stay as they are."""
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        if paragraph.lstrip().startswith(("-", "|", "```", ">", "1.", "$$")) or paragraph.startswith("    "):
            lines += paragraph.split("\n")
        else:
            lines += textwrap.wrap(
                " ".join(paragraph.split()), WIDTH - 2, break_long_words=False, break_on_hyphens=False
            )
        lines.append("")
    return "\n".join(f"# {line}".rstrip() for line in lines[:-1])
