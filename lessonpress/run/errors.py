"""What is said of an error, in its own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lessonpress.run.streams import LessonStopped

CAUSED = "The above exception was the direct cause of the following exception:"
DURING = "During handling of the above exception, another exception occurred:"
MOST_CHARACTERS = 2_000  # of an error's own words


def describe_error(error: BaseException) -> str:
    """An error in one line.

    >>> describe_error(NameError("name 'w' is not defined"))
    "NameError: name 'w' is not defined"
    >>> describe_error(SystemExit(2))
    'sys.exit(2) was called; a lesson runs to its end'
    """
    if isinstance(error, LessonStopped):
        return str(error)
    if isinstance(error, SystemExit):
        return f"sys.exit({'' if error.code is None else repr(error.code)}) was called; a lesson runs to its end"
    try:
        text = f"{type(error).__name__}: {error}".rstrip(": ")
    except Exception:  # the lesson's own __str__ failed
        return type(error).__name__
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def name_cause(error: BaseException) -> str:
    """What an error was raised from, which is what says why; empty where it was raised from none."""
    cause = error.__cause__
    return f", caused by {describe_error(cause)}" if cause is not None and cause is not error else ""


def write_error(error: BaseException, frames_of: Callable[[BaseException], str] = lambda _: "") -> str:
    """An error with those before it, first to last as Python has them, each with its notes; above each its frames."""
    pieces: list[str] = []
    for link, part in _chain(error):
        pieces += ["", link, ""] if link else []
        pieces += filter(None, [frames_of(part), describe_error(part), *_notes(part)])
    return "\n".join(pieces)


def say_more(error: BaseException, frames_of: Callable[[BaseException], str]) -> str:
    """What stands below a message that has named the error: its frames; and its notes, and those before it."""
    told = frames_of(error)
    has_more = len(list(_chain(error))) > 1 or any(_notes(error))
    return write_error(error, frames_of) if has_more else told


def _notes(error: BaseException) -> Iterator[str]:
    notes = getattr(error, "__notes__", ())
    yield from map(str, notes if isinstance(notes, list) else ())
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield "\n".join(f"  | {line}" for line in write_error(part).split("\n"))


def _chain(error: BaseException) -> list[tuple[str, BaseException]]:
    """Errors from the first to this one, each with the words that lead to it from the one before."""
    found: list[tuple[str, BaseException]] = []
    part: BaseException | None = error
    while part is not None and not any(part is seen for _, seen in found):
        before = part.__cause__ or (None if part.__suppress_context__ else part.__context__)
        link = (CAUSED if part.__cause__ is not None else DURING) if before is not None else ""
        found.append((link, part))
        part = before
    found[-1] = "", found[-1][1]
    return found[::-1]
