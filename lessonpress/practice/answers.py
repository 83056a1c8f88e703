"""The learner's files, which nothing of the engine's overwrites, and how far the learner is."""

from __future__ import annotations

import contextlib
import json
import os
import re
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from filelock import FileLock

from lessonpress.kept.files import write_whole
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
        """The learner's file; made with the task and the starter where it is not there, or is empty.

        Raises CannotGoOn where it can't be read or written.
        """
        path = self.path_of(exercise)
        with told(f"the file {path} can't be opened"):
            if not path.exists() or not path.read_bytes().strip():
                write_whole(path, write_file(exercise).encode(), prefix=".")
        return path

    def reset(self, exercise: Exercise) -> Path | None:
        """Begin anew; what was there is kept as a copy beside it, whose path comes back.

        Raises CannotGoOn where it can't be read or written.
        """
        path, copy = self.path_of(exercise), None
        with told(f"the file {path} can't be begun anew"):
            untouched = b"", write_file(exercise).encode().strip()
            if path.is_dir() or (path.exists() and path.read_bytes().strip() not in untouched):
                copies = (_numbered(path, number) for number in count(1))
                copy = next(copy for copy in copies if not copy.exists())
                os.replace(path, copy)
            write_whole(path, write_file(exercise).encode(), prefix=".")
        return copy

    def progress(self) -> tuple[Progress, str]:
        """How far the learner is, and a word on it where the file could not be read and is begun anew."""
        path = self.folder / PROGRESS
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            return Progress({key: _record(entry) for key, entry in kept["exercises"].items()}), ""
        except (FileNotFoundError, NotADirectoryError):
            return Progress(), ""
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            with contextlib.suppress(OSError):
                names = (path.with_suffix(f".unreadable{number or ''}.json") for number in count())
                os.replace(path, next(name for name in names if not name.exists()))
            return Progress(), f"{FOLDER}/{PROGRESS} could not be read; it is begun anew, your answers are all there"

    @contextlib.contextmanager
    def changing(self, exercise: Exercise) -> Iterator[Record]:
        """Change the record of an exercise; another practice that does the same has to wait for it.

        Raises CannotGoOn where the folder can't be written.
        """
        with told(f"your progress can't be kept in {self.folder}"):
            self.folder.mkdir(parents=True, exist_ok=True)
            with self.lock:
                progress, _ = self.progress()
                yield progress.of(exercise)
                records = {key: asdict(record) for key, record in sorted(progress.records.items())}
                text = json.dumps({"exercises": records}, indent=1) + "\n"
                write_whole(self.folder / PROGRESS, text.encode(), prefix=".")


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Have what the system says against a file told to the learner in one line."""
    try:
        yield
    except OSError as error:
        raise CannotGoOn(f"{what}: {error.strerror or error}") from error


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}.{number}.py")


def _record(entry: dict[str, Any]) -> Record:
    record = Record(**{name: entry[name] for name in Record.__dataclass_fields__ if name in entry})
    for name, standard in asdict(Record()).items():
        if type(getattr(record, name)) is not type(standard):
            raise TypeError(name)
    return record


def write_file(exercise: Exercise) -> str:
    """A learner's file: the task as comments, the code that is given, and the starter."""
    about = f"{exercise.title} ({exercise.key}, about {exercise.minutes} min)"
    code = [part.text.strip("\n") for part in (exercise.shared, exercise.given, exercise.starter)]
    end = f"Put your own in place of {BLANK}, and save."
    return "\n\n\n".join(filter(None, [as_comments(f"{about}\n\n{write_task(exercise)}\n\n{end}"), *code])) + "\n"


def write_task(exercise: Exercise, marks: bool = False) -> str:
    """The task as plain text, with its choices; or with the marks of Markdown, but for links."""
    set_text = unlinked if marks else plain
    choices = "\n".join(f"- {letter}) {text}" for letter, text in exercise.choices)
    task = set_text(exercise.task)
    if choices:
        answer = '`answer = "a"`' if marks else 'answer = "a"'
        task += f"\n\n{set_text(choices)}\n\nAnswer with a letter, as in {answer}."
    return task


def unlinked(markdown: str) -> str:
    """Markdown whose links have lost their targets, which lead nowhere from a terminal."""
    return LINK.sub(lambda match: match["text"], markdown)


def plain(markdown: str) -> str:
    """Markdown as text: links lose their targets, code and emphasis their marks.

    >>> plain("The [bias](../glossary/bias.md) of `neuron` is **one** number.")
    'The bias of neuron is one number.'
    """
    text = re.sub(r"\*\*([^*\n]+)\*\*", r"\1", unlinked(markdown))
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
