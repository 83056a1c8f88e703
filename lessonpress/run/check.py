"""A learner's answer judged by what it does: it is asked the same as the solution, and must say the same.

A check is a generator that an author writes. It gets an answer, calls what the answer defines, and yields what it
asked and what came, as `("neuron(x, w, b)", value)`, or with the difference that is let pass as a third. The same check
is run on the solution, and an answer is right where all that came is equal. Where it is not, the answers known to be
wrong are asked as well: one that says the same as the learner's has the message that the learner needs.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import itertools
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lessonpress.run.compare import describe, describe_pair, same
from lessonpress.run.guard import LibrarySettings, guarded, take_seed_calls
from lessonpress.run.places import line_in
from lessonpress.run.randomness import Randomness
from lessonpress.run.streams import LessonStopped

Names = dict[str, Any]
Check = Callable[["Answer"], Iterator[Sequence[Any]]]

RIGHT, WRONG, RAISED, BROKEN = "right", "wrong", "raised", "broken"
STOPS = (Exception, SystemExit, LessonStopped)  # what ends an answer, and not the one who checks
OF_CHECK = ", its check"  # told from an answer that stands in the same file: an error has its line only from there


class MissingName(Exception):
    """A name that the exercise asks for and the answer does not define."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the name '{name}' is not defined")
        self.name = name


@dataclass(frozen=True)
class Raised:
    """What came of a call that raised: the error in one line, and the line of the answer that it comes from."""

    text: str
    line: int = field(default=0, compare=False)


@dataclass
class Observed:
    """What was asked, what came, and which difference is let pass; `faults` are what the calls did on the side."""

    asked: str
    came: Any
    within: float | None = None
    faults: tuple[str, ...] = ()


class Answer:
    """What an answer defines, by attribute, as a check sees it; its functions are watched while they are called."""

    def __init__(self, names: Names, seed: int) -> None:
        self._names, self._faults, self._last = names, list[str](), ("", Raised("it was not called"))
        self._drawn = Randomness(seed + 1)

    def __getattr__(self, name: str) -> Any:
        if name not in self._names:
            raise MissingName(name)
        value = self._names[name]
        return self._watch(name, value) if isinstance(value, types.FunctionType) else value

    def _watch(self, name: str, function: types.FunctionType) -> Callable[..., Any]:
        """A function that says what it does on the side, under the name it is asked for: it may have another."""

        @functools.wraps(function)
        def watched(*arguments: Any, **named: Any) -> Any:
            given = [*arguments, *named.values()]
            before = [copy_of(value) for value in given]
            of_check = Randomness()
            self._drawn.put_back()
            self._last = f"{name}(…)", Raised("it did not return")
            take_seed_calls()  # those of the exercise's own code
            try:
                result = function(*arguments, **named)
            finally:
                self._drawn.keep()
                of_check.put_back()
                if take_seed_calls():
                    self._faults.append(f"{name} sets the seed, which is for its caller to do")
            self._last = self._last[0], result
            for number, (now, then) in enumerate(zip(given, before, strict=True), start=1):
                if then is not None and not same(now, then):
                    self._faults.append(f"{name} changes its argument {number} in place; work on a copy")
            return result

        return watched

    def _take_faults(self) -> tuple[str, ...]:
        faults, self._faults = tuple(dict.fromkeys(self._faults)), []
        return faults


def copy_of(value: object) -> Any:
    """A copy of data that a call should leave as it is; None for what a call may well change, as a model."""
    kind = type(value).__module__.partition(".")[0]
    if kind == "torch" and hasattr(value, "detach"):
        return None if getattr(value, "requires_grad", False) else value.detach().clone()
    if isinstance(value, (list, dict, set)) or kind in ("numpy", "pandas"):
        with contextlib.suppress(Exception):
            return copy.deepcopy(value)
    return None


def observe(check: Check, names: Names, seed: int, path: str, own: bool = False) -> list[Observed]:
    """All that a check asks of an answer, and what came; an error ends it, and is what came last.

    Each question has random numbers of its own: a model that an answer makes may draw more, or fewer, than another.
    Of the author's `own` solution an error is raised: the exercise is broken.
    """
    take_seed_calls()  # a seed set outside of any function is no function's doing
    answer, seen = Answer(names, seed), list[Observed]()
    Randomness.sow(seed)
    try:
        for asked, came, *within in check(answer):
            seen.append(Observed(asked, frozen(came), within[0] if within else None, answer._take_faults()))
            Randomness.sow(seed + 1000 * len(seen))
    except MissingName:
        raise
    except STOPS as error:
        if own:
            raise
        asked, came = answer._last
        line = line_in(error, path)
        if line or isinstance(came, Raised) or not isinstance(error, Exception):
            came = Raised(describe_raised(error), line)
        seen.append(Observed(asked or "the check", frozen(came), None, answer._take_faults()))
        seen.append(Observed("the check", Raised(describe_raised(error))))  # nothing behind it was asked
    return seen


def frozen(value: Any) -> Any:
    """A value as it is now, for a tensor that is handed on may change later; itself where it can't be copied."""
    with contextlib.suppress(Exception):
        if hasattr(value, "detach"):
            return value.detach().clone()
        if isinstance(value, (list, tuple)):
            return type(value)(map(frozen, value)) if type(value) in (list, tuple) else list(map(frozen, value))
        if isinstance(value, dict):
            return {name: frozen(entry) for name, entry in value.items()}
        return copy.deepcopy(value)
    return value


def judge(names: Names, plan: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The verdict on an answer: what state it is in, and what a learner is told.

    `names` are what the answer's code has defined, `path` the file it came from. A plan has the exercise's code as
    texts: `shared`, `given`, `solution`, `check`; `wrong`, a list of messages and codes; the `path` of the file they
    stand in and each text's `lines`; `seeds`, how often to ask with other random numbers.
    Where the author's own code fails, that is the verdict.
    """
    with guarded():
        try:
            return _judge(names, plan, path)
        except STOPS as error:
            line = line_in(error, plan["path"], plan["path"] + OF_CHECK)
            return {"state": BROKEN, "message": describe_raised(error), "line": line}


def _judge(names: Names, plan: Mapping[str, Any], path: str) -> dict[str, Any]:
    check = namespace(plan, "check")["check"]
    solution = namespace(plan, "solution")
    settings = LibrarySettings()
    for seed in range(plan["seeds"]):
        expected = observe(check, solution, seed, plan["path"], own=True)
        try:
            came = observe(check, names, seed, path)
        except MissingName as error:
            return {"state": WRONG, "message": f"{error}; keep the name that the task gives"}
        if changed := settings.changed():
            return {"state": WRONG, "message": f"the answer changes {changed} for everybody; leave it as it was"}
        for mine, theirs in itertools.zip_longest(came, expected, fillvalue=Observed("the check", None)):
            if faults := [fault for fault in mine.faults if fault not in theirs.faults]:  # the cause of what follows
                return {"state": WRONG, "message": faults[0]}
            if not same(mine.came, theirs.came, theirs.within):
                message = diagnose(check, plan, came, seed)
                return tell_difference(mine, theirs, message)
    return {"state": RIGHT}


def tell_difference(mine: Observed, theirs: Observed, message: str) -> dict[str, Any]:
    """The verdict on one thing that came out otherwise."""
    verdict: dict[str, Any] = {"state": WRONG, "called": mine.asked, "message": message}
    verdict["came"], verdict["expected"] = describe_pair(mine.came, theirs.came)
    if isinstance(mine.came, Raised):
        verdict |= {"state": RAISED, "came": mine.came.text, "line": mine.came.line}
        verdict["expected"] = describe(theirs.came)
    return verdict


def diagnose(check: Check, plan: Mapping[str, Any], came: Sequence[Observed], seed: int) -> str:
    """The message of the answer known to be wrong that says all that this one says; empty where none does."""
    for number, (message, _) in enumerate(plan["wrong"]):
        try:
            theirs = observe(check, namespace(plan, "wrong", number), seed, plan["path"])
        except MissingName:
            continue
        if len(theirs) == len(came) and all(
            same(a.came, b.came, b.within) and a.faults == b.faults for a, b in zip(came, theirs, strict=True)
        ):
            return str(message)
    return ""


def namespace(plan: Mapping[str, Any], part: str, number: int | None = None) -> Names:
    """What one part of an exercise defines, with all that stands before it."""
    names: Names = {"__name__": "__main__", "__file__": plan["path"]}
    file = plan["path"] + (OF_CHECK if part == "check" else "")
    text = plan[part] if number is None else plan[part][number][1]
    place = plan["lines"][part] if number is None else plan["lines"][part][number]
    for source, line in (
        (plan["shared"], plan["lines"]["shared"]),
        (plan["given"], plan["lines"]["given"]),
        (text, place),
    ):
        exec(compile("\n" * (line - 1) + source, file, "exec", dont_inherit=True), names)
    return names


def describe_raised(error: BaseException) -> str:
    """An error in one line.

    >>> describe_raised(SystemExit(1))
    'sys.exit was called'
    """
    if isinstance(error, SystemExit):
        return "sys.exit was called"
    if isinstance(error, LessonStopped):
        return str(error).partition(";")[0]
    try:
        first = str(error).strip().split("\n")[0]
    except Exception:  # the answer's own __str__ failed
        first = ""
    return f"{type(error).__name__}: {first}".rstrip(": ")
