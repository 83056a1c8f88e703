"""What a learner is told of an answer, in at most three lines."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lessonpress.read.exercises import BLANK, UNREADABLE, Exercise, blank_lines
from lessonpress.run.check import BROKEN, RAISED, RIGHT
from lessonpress.run.record import Run

State = Literal["right", "wrong", "blank", "broken"]


@dataclass(frozen=True)
class Verdict:
    """What came of a check.

    state  right; wrong, which includes an answer that raises or never ends; blank, where it was not yet tried;
           broken, where the exercise itself is at fault
    lines  what a learner is told, at most three lines
    line   the line of the answer that this is about, 0 where there is none
    says   the message of a named wrong answer, where it was that one
    """

    state: State
    lines: tuple[str, ...] = ()
    line: int = 0
    says: str = ""


def look_at(source: str) -> Verdict | None:
    """The verdict on an answer's text alone; None where it has to be run."""
    if not source.strip():
        return Verdict("blank", ("The file is empty; a reset brings the task back.",))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those come when the answer runs
            compile(source, "answer", "exec", dont_inherit=True)
    except UNREADABLE as error:
        line = getattr(error, "lineno", None) or 1
        shown = (getattr(error, "text", None) or [*source.split("\n"), ""][line - 1]).strip()
        what = getattr(error, "msg", None) or str(error) or "it is nested too deep"
        return Verdict("wrong", (f"Line {line} is not Python: {what}", *([f"    {shown}"] if shown else [])), line)
    if lines := blank_lines(source):
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        return Verdict("blank", (f"Not attempted yet: line {lines[0]}{more} still holds {BLANK}.",), lines[0])
    return None


def verdict_of(exercise: Exercise, run: Run) -> Verdict:
    """The verdict that a run of an answer and its check comes to."""
    for result in run.results:
        for trouble in result.troubles:  # the check catches its own, so that these come from the answer
            begun, checked = result is not run.results[0], result is run.results[-1]
            line = trouble.line if begun and not (checked and trouble.line == exercise.check.line) else 0
            where = f"Line {line}: " if line else ""
            return Verdict("wrong", (where + reword(trouble.message),), line)
    return verdict_from(json.loads(run.results[-1].value), exercise)


def verdict_from(told: Mapping[str, Any], exercise: Exercise) -> Verdict:
    """The verdict that `run.check.judge` has told."""
    state, says, line = told["state"], told.get("message", ""), told.get("line", 0)
    if state == BROKEN:
        return Verdict("broken", (f"The check itself fails, at {exercise.path}:{line}:", says), line)
    if state == RIGHT:
        return Verdict("right")
    if "called" not in told:
        return Verdict("wrong", (says,), line, says)
    if state == RAISED:
        where = f"{told['called']} raised, in line {line}:" if line else f"{told['called']} raised:"
        if f"name '{BLANK}' is not defined" in told["came"]:  # in a notebook, where nothing has looked at the text
            return Verdict("blank", (f"Not attempted yet: line {line} still holds {BLANK}.",), line)
        return Verdict("wrong", (where, f"    {reword(told['came'])}", *([says] if says else [])), line, says)
    came, expected = f"{told['called']} gave {told['came']}", f"expected {told['expected']}"
    if exercise.kind != "code":  # which would give the answer away
        return Verdict("wrong", (says or f"Not yet: answer is {told['came']}",), line, says)
    return Verdict("wrong", (came, expected, *([says] if says else [])), line, says)


def reword(message: str) -> str:
    """What the engine says of a lesson that ended early, said of an answer."""
    for pattern, words in REWORDED:
        if re.match(pattern, message):
            return re.sub(pattern, words, message)
    return message


REWORDED = (
    (r"still running after its time limit of (\S+) s.*", r"still running after \1 s: is there a loop that never ends?"),
    (r"printed more than.*|.*wrote more than.*", "the answer printed far too much: is there a loop that never ends?"),
    (r"input\(\) asks.*", "input() asks a question, and nobody answers a check: set the value in code"),
    (r"(sys\.exit\(.*\)) was called.*", r"\1 was called, and ended the check: remove it"),
    (r"the process ended.*|the interpreter crashed.*", "the answer ended Python itself: remove what does so"),
    (r"the lesson (.*)", r"the answer \1"),
)
