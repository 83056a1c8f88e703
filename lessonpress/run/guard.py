"""What a learner's answer may not do while it is checked: delete or write files, seed, or set what is everybody's."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

# What changes a file or a folder, and how many of its first arguments are paths that it changes.
CHANGING = {
    "os.remove": 1,
    "os.rmdir": 1,
    "os.rename": 2,
    "os.truncate": 1,
    "os.chmod": 1,
    "os.mkdir": 1,
    "shutil.rmtree": 1,
    "shutil.move": 2,
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC


class Guard:
    """Hears of what Python does; an audit hook stays for as long as the process does, so it can be switched off."""

    def __init__(self) -> None:
        self.on, self.hooked, self.seeded = False, False, False
        self.root = ""  # the course's folder, which may well lie among the temporary ones

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        for path in arguments[: CHANGING.get(event, 0)]:
            if not self.is_free(path):
                raise PermissionError(f"an answer leaves files alone: {event.partition('.')[2]} of {path!r}")
        if event == "open" and len(arguments) == 3 and isinstance(arguments[2], int) and arguments[2] & WRITING:
            if isinstance(arguments[0], int) or self.is_free(arguments[0]):
                return
            raise PermissionError(f"an answer writes no files: {arguments[0]!r}")

    def is_free(self, path: Any) -> bool:
        """Whether a path lies among the temporary files, and not in the course."""
        with contextlib.suppress(TypeError, ValueError):
            place = os.path.realpath(os.fsdecode(path)) + os.sep
            free = (os.path.realpath(tempfile.gettempdir()) + os.sep, os.devnull)
            return place.startswith(free) and not (self.root and place.startswith(self.root + os.sep))
        return True


GUARD = Guard()


def begin(root: str = "", folder: str = "", threads: int = 0) -> None:
    """Guard from now on, to the end of the process; for one that runs a learner's whole file.

    `root` is the course's folder, `folder` the one to run in, `threads` how many torch may use.
    """
    if root:
        GUARD.root = os.path.realpath(root)
    if folder:
        os.chdir(folder)
    if threads and (torch := sys.modules.get("torch")):
        torch.set_num_threads(threads)
    if not GUARD.hooked:
        sys.addaudithook(GUARD.hear)
        GUARD.hooked = True
    GUARD.on = True


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Guard for a while, and hear of calls that set torch's seed."""
    was = GUARD.on
    begin()
    torch: Any = sys.modules.get("torch")
    seed = torch.manual_seed if torch else None

    def manual_seed(*arguments: Any) -> Any:
        GUARD.seeded = True
        return seed(*arguments)  # type: ignore[misc]

    if torch:
        torch.manual_seed = manual_seed
    try:
        yield
    finally:
        GUARD.on = was
        if torch:
            torch.manual_seed = seed


def take_seed_calls() -> bool:
    """Whether the seed was set since this was last asked."""
    seeded, GUARD.seeded = GUARD.seeded, False
    return seeded


class LibrarySettings:
    """What torch is set to, for everybody in the process."""

    def __init__(self) -> None:
        self.before = self.now()

    @staticmethod
    def now() -> dict[str, Any]:
        torch = sys.modules.get("torch")
        if torch is None:
            return {}
        ask: dict[str, Callable[[], Any]] = {
            "torch's default dtype": torch.get_default_dtype,
            "whether torch computes gradients": torch.is_grad_enabled,
            "the number of torch's threads": torch.get_num_threads,
        }
        return {name: get() for name, get in ask.items()}

    def changed(self) -> str:
        """The first setting that is not as it was; empty where all are."""
        now = self.now()
        return next((name for name, value in self.before.items() if now[name] != value), "")
