"""What a lesson writes, wherever it writes it: Python's own streams, and those of the process."""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import io
import os
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

from lessonpress.run.files import identity
from lessonpress.run.screen import Screen

TOO_MUCH_OUTPUT = 70  # the status a process leaves with


class LessonStopped(BaseException):
    """Raised inside a lesson to end it, past any `except Exception` of its own."""


class Printed(io.TextIOBase):
    """A stream whose text becomes outputs of the lesson."""

    encoding = "utf-8"

    def __init__(self, kind: str, hear: Callable[[str, str], None]) -> None:
        self.kind, self.hear = kind, hear

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.hear(self.kind, text)
        return len(text)

    @property
    def buffer(self) -> PrintedBytes:
        return PrintedBytes(self)

    def writable(self) -> bool:
        return True


class PrintedBytes(io.RawIOBase):
    """The same stream for bytes, as `sys.stdout.buffer` is."""

    def __init__(self, stream: Printed) -> None:
        self.stream = stream

    def write(self, data: Any) -> int:
        self.stream.write(bytes(data).decode(errors="replace"))
        return len(data)

    def writable(self) -> bool:
        return True


def filter_warnings() -> None:
    """Have warnings told as Python does where nobody has set anything: those for the lesson's own author, each once.

    One of an open file is left out too, since when it comes is up to the garbage collector.
    """
    warnings.resetwarnings()
    for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", category)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
    warnings.showwarning = tell_warning


def tell_warning(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    """Print a warning without the place it comes from, which would name folders of this machine."""
    print(f"{category.__name__}: {message}", file=sys.stderr)


class NobodyThere(io.TextIOBase):
    """Standard input while a site is built."""

    def readline(self, *_: object) -> str:  # type: ignore[override]
        raise LessonStopped(
            "input() asks a question, and nobody is there to answer while the site is built; set the value in code"
        )

    read = readline


def read_what_is_there(end: int) -> bytes:
    """Some bytes of a pipe; none at its end, and none where the lesson has closed it under our hands."""
    try:
        return os.read(end, 65536)
    except OSError:
        return b""


def capture_streams(emit: Callable[[dict[str, Any]], None], most: int) -> Callable[[], None]:
    """Catch what C code and child processes write to the process's own streams, past `sys.stdout`.

    Returns a function that waits until all that was written up to now has been told.
    """
    mark = b"\0end of step"
    streams: list[tuple[int, tuple[int, int] | None, threading.Event]] = []

    def read(kind: str, end: int, told: threading.Event) -> None:
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        screen, total, rest = Screen(), 0, b""
        while data := read_what_is_there(end):
            total += len(data)
            rest += data
            ended = mark in rest
            rest = rest.replace(mark, b"")
            begun = rest.rfind(b"\0")  # a mark of which only the beginning is there
            cut = begun if begun >= 0 and mark.startswith(rest[begun:]) else len(rest)
            text, rest = decode(rest[:cut]), rest[cut:]
            screen.write(text)
            if screen.size > most or total > 50 * most:
                message = f"a program it started, or C code, wrote more than {most:,} characters; write less"
                emit({"event": "trouble", "message": message, "line": 0, "detail": ""})
                os._exit(TOO_MUCH_OUTPUT)
            if text:
                emit({"event": "written", "kind": kind, "text": text})
            if ended:
                told.set()

    for number, kind in ((1, "stdout"), (2, "stderr")):
        end, begin = os.pipe()
        os.dup2(begin, number)
        told = threading.Event()
        streams.append((begin, identity(begin), told))
        threading.Thread(target=read, args=(kind, end, told), daemon=True).start()

    def wait() -> None:
        with contextlib.suppress(OSError, AttributeError, TypeError):  # not where there is no such library
            ctypes.CDLL(None).fflush(None)
        for stream in list(streams):
            begin, is_pipe, told = stream
            told.clear()
            if identity(begin) == is_pipe:
                os.write(begin, mark)
            if identity(begin) != is_pipe or not told.wait(timeout=5):
                streams.remove(stream)  # the lesson has closed it

    return wait
