"""What a stage of a build gave, kept under a hash of all that went into it: what can't be stale needs no check."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar, cast

from lessonpress.kept.files import read_bytes, write_bytes

PACKAGE = Path(__file__).parents[1]
T = TypeVar("T")


def remembered(folder: Path, stage: str, inputs: Iterable[object], make: Callable[[], bytes]) -> bytes:
    """What `make` gives for these inputs; made once, then found in a folder of the cache."""
    digest = hashlib.sha256()
    for part in inputs:
        data = part if isinstance(part, bytes) else pickle.dumps(part)
        digest.update(b"%d\n" % len(data) + data)
    path = folder / f"{stage}-{digest.hexdigest()[:24]}.bin"
    found = read_bytes(path)
    if found is None:
        found = make()
        write_bytes(path, found)
    return found


class LastAnswers:
    """What each of many stages gave the last time, by its name: given again for equal inputs, as the same object.

    A preview builds again and again, and most of what it asks for it asked a moment ago.
    """

    def __init__(self) -> None:
        self.answers: dict[object, tuple[object, Any]] = {}

    def __call__(self, stage: object, inputs: object, make: Callable[[], T]) -> T:
        known = self.answers.get(stage)
        if known is None or known[0] != inputs:
            known = self.answers[stage] = inputs, make()
        answer: T = known[1]
        return answer

    def clear(self) -> None:
        """Have every stage answer anew."""
        self.answers.clear()

    def forget(self, stage: object) -> None:
        """Have a stage answer anew: more went in than was said."""
        self.answers.pop(stage, None)


def read_remembered(folder: Path, last: LastAnswers, read: Callable[[Path, Path], T], path: Path, root: Path) -> T:
    """What `read` makes of a source, by the source's text and place.

    Raises what `read` raises, each time anew.
    """
    try:
        source = path.read_bytes()
    except OSError:  # which `read` says in its own words
        return read(path, root)
    place = os.path.relpath(path, root)
    inputs = (read.__name__, place, source, code_hash("read", "run"), sys.version, version_of("jupytext"))

    def make() -> bytes:
        return pickle.dumps(read(path, root))

    return last(("source", path), inputs, lambda: cast(T, pickle.loads(remembered(folder, "source", inputs, make))))


class RememberedTexts:
    """What `make` gives for each of many short texts, all kept in one file of a folder of the cache.

    It is kept by the text's hash, and as None where it is the text itself.
    """

    def __init__(self, folder: Path, stage: str, make: Callable[[str], str], *inputs: str) -> None:
        digest = hashlib.sha256(repr(inputs).encode()).hexdigest()
        self.path, self.make = folder / f"{stage}-{digest[:24]}.bin", make
        self.known: dict[str, str | None] = json.loads(read_bytes(self.path) or b"{}")
        self.asked: dict[str, str | None] = {}

    def __call__(self, text: str) -> str:
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        if key in self.known:
            self.asked[key] = self.known[key]
        elif key not in self.asked:
            made = self.make(text)
            self.asked[key] = None if made == text else made
        other = self.asked[key]
        return text if other is None else other

    def keep(self) -> None:
        """At the end of a build: keep what this process has asked for, and nothing else."""
        if self.asked != json.loads(read_bytes(self.path) or b"{}"):  # which may have been damaged meanwhile
            write_bytes(self.path, json.dumps(self.asked).encode())
        self.known = self.asked


version_of = cache(metadata.version)  # what is loaded stays as it is while a process lives


@cache
def code_hash(*rooms: str) -> str:
    """SHA-256 of the engine's modules in these rooms: others may make something else of the same."""
    digest = hashlib.sha256()
    for path in sorted(path for room in rooms for path in (PACKAGE / room).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
