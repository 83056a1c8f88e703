"""Who asked for what Python is about to do: the lesson and its modules, or a library on its own account."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import FrameType

from lessonpress.run.places import Places

# By way of these, others start programs; who calls them is who starts one.
STARTERS = frozenset({"subprocess", "os", "multiprocessing", "concurrent", "asyncio", "pty", "threading"})


def frames_outside(modules: frozenset[str]) -> Iterator[FrameType]:
    """The frames that led here, innermost first, without those of the engine and of some top-level modules."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if module_of(frame) not in modules and module_of(frame) != "lessonpress":
            yield frame
        frame = frame.f_back


def module_of(frame: FrameType) -> str:
    """The top-level module a frame's code belongs to."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def asked_by(passing: frozenset[str]) -> str:
    """The top-level module that asked for what happens, by way of those named or directly; empty where none did."""
    return next((module_of(frame) for frame in frames_outside(passing)), "")


def library_starts(places: Places) -> bool:
    """Whether the program that is about to start is a library's own affair."""
    frames = (frame for frame in frames_outside(STARTERS) if not _is_generated(frame))
    asker = next(frames, None)
    return asker is not None and not (module_of(asker) == "__main__" or places.is_ours(asker.f_code.co_filename))


def place_in_project(places: Places) -> str:
    """The innermost file and line of the project that led here; empty where there is none."""
    frames = (frame for frame in frames_outside(frozenset()) if places.is_ours(frame.f_code.co_filename))
    return next((f"{places.shorten(frame.f_code.co_filename)}:{frame.f_lineno}" for frame in frames), "")


def _is_generated(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith("<") and module_of(frame) != "__main__"


def program_of(event: str, arguments: tuple[object, ...]) -> str:
    """The name of the program that an audit event is about."""
    command = arguments[1] if event == "subprocess.Popen" else arguments[0]
    words = command if isinstance(command, (list, tuple)) else [command]
    first = os.fsdecode(words[0]) if words and isinstance(words[0], (str, bytes, os.PathLike)) else "?"
    return os.path.basename(first.split()[0] if event in ("os.system", "subprocess.Popen") and first.strip() else first)
