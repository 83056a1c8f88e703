"""What a run reads, asks for and starts, noted by its own processes as it happens."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import threading
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from lessonpress.run.askers import asked_by, library_starts, place_in_project, program_of
from lessonpress.run.files import LOOK, NO_FILE, file_hash, match_files
from lessonpress.run.imports import code_of, imports_of
from lessonpress.run.notes import Event
from lessonpress.run.places import Places
from lessonpress.run.step import Step
from lessonpress.run.unaudited import heard_calls

# Modules that look for modules, and for what is installed; and by way of which others look at paths and list folders.
IMPORTERS = frozenset({"importlib", "_frozen_importlib", "_frozen_importlib_external", "pkgutil", "zipimport"})
LOOKERS = frozenset({"os", "posixpath", "ntpath", "genericpath", "pathlib", "glob"})
NOTHING = frozenset[str]()
READS_NOTHING = "nothing"  # what an author says of programs that read no file of the project
READ_AND_WRITE = os.O_WRONLY | os.O_RDWR


class Watcher:
    """Notes, from Python's own audit events, what a process and those forked from it open, import and start.

    An audit hook can't be taken away, so `watching` only turns it on and off. What the watcher itself does in a
    thread, such as reading a file to note it, is not heard in that thread.
    """

    def __init__(self, path: Path, root: Path, emit: Callable[[Event], None]) -> None:
        self.path, self.root, self.emit = path, root, emit
        self.places = Places(root)
        self.on = False
        self.thread = threading.local()
        self.step: Step | None = None
        self.seen: set[tuple[str, str]] = set()
        self.written: set[str] = set()
        self.read_and_written: set[str] = set()
        self.imported: set[str] = set()
        starting = dict.fromkeys(("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"), self._hear_start)
        changing = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate")
        self.hearers: dict[str, Callable[[str, tuple[Any, ...]], None]] = {
            "import": lambda _, arguments: self._hear_import(str(arguments[0])),
            "open": lambda _, arguments: self._hear_open(*arguments),
            "os.listdir": self._hear_listing,
            "os.scandir": self._hear_listing,
            "sqlite3.connect": lambda _, arguments: self._hear_database(arguments[0]),
            **starting,
            # What a lesson takes away again, it had written, be it by a program.
            **dict.fromkeys(changing, self._hear_change),
            **dict.fromkeys(("os.link", "os.symlink"), self._hear_link),
        }

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Note what happens meanwhile."""
        sys.addaudithook(self._hear)
        with heard_calls(self._hear_look, self._open_below, self._hear_worker):
            self.on = True
            try:
                yield
            finally:
                self.on = False
        for place in sorted(self.read_and_written):
            self._emit("in the end", self.places.shorten(place), file_hash(Path(place)))

    def begin(self, steps: Iterable[Step]) -> None:
        """Note which modules the lesson's own code imports."""
        for name in sorted(set[str]().union(*(imports_of(code_of(step)) for step in steps))):
            self._emit("named", name)

    def note_matches(self, pattern: str) -> bool:
        """Note the files that a pattern, seen from the lesson's folder, stands for; false where there is none."""
        if pattern == READS_NOTHING:
            return True
        with self.unheard():
            name = self.places.shorten(os.path.normpath(self.path.parent / pattern))
            self._emit("matches", name, LOOK["matches"](self.root, name))
            found = match_files(self.root, name)
            for path in found:
                self._note("files", os.path.normpath(self.root / path))
        return bool(found)

    @contextlib.contextmanager
    def unheard(self) -> Iterator[None]:
        """Note nothing of what happens meanwhile in this thread."""
        before, self.thread.unheard = getattr(self.thread, "unheard", False), True
        try:
            yield
        finally:
            self.thread.unheard = before

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and event in self.hearers and not getattr(self.thread, "unheard", False):
            with self.unheard():
                self.hearers[event](event, arguments)

    def _hear_look(self, kinds: tuple[str, ...], path: Any, folder: int | None) -> None:
        quickly = isinstance(path, str) and path.startswith(self.places.surely_foreign)
        if quickly or not self.on or isinstance(path, int) or getattr(self.thread, "unheard", False):
            return
        with self.unheard():
            place = self._place(path, folder)
            new = [kind for kind in kinds if (kind, place) not in self.seen]
            if new and asked_by(LOOKERS) not in IMPORTERS | {"linecache"}:
                for kind in new:
                    self._note(kind, place)

    def _hear_listing(self, event: str, arguments: tuple[Any, ...]) -> None:
        place = self._place(arguments[0] if arguments[0] is not None else os.curdir)
        asker = asked_by(NOTHING)
        # Python lists the folders that it looks for modules and packages in; the lesson did not ask for that.
        if asker in IMPORTERS:
            return
        self._note("folders", place)
        if event == "os.scandir" and asker not in LOOKERS and self.places.is_ours(place + os.sep):
            for name in os.listdir(place) if os.path.isdir(place) else ():  # its entries tell sizes and times, unheard
                self._note("files", os.path.join(place, name))

    def _hear_open(self, path: Any, mode: str | None, flags: int, folder: int | None = None) -> None:
        if isinstance(path, int):  # opened before
            return
        place = self._place(path, folder)
        if place.endswith(".pyc") and "__pycache__" in place:
            place = importlib.util.source_from_cache(place)
        if flags & READ_AND_WRITE != os.O_WRONLY and not flags & os.O_TRUNC:
            self._note("files", place)
        if flags & (READ_AND_WRITE | os.O_CREAT):
            self._note_written(place)

    def _hear_change(self, event: str, arguments: tuple[Any, ...]) -> None:
        for path in arguments:
            if not isinstance(path, int):
                self._note_written(self._place(path))

    def _hear_link(self, event: str, arguments: tuple[Any, ...]) -> None:
        """A link is the lesson's own; what it leads to can be read by way of it."""
        target, place = arguments[0], self._place(arguments[1])
        if event == "os.symlink":
            target = os.path.join(os.path.dirname(place), os.fsdecode(target))
        self._note("files", self._place(target))
        self._note_written(place)

    def _open_below(self, function: Any, path: Any, flags: int, *rest: Any, **options: Any) -> int:
        """Open a file below an open folder, of which the audit event does not tell."""
        with self.unheard():
            if self.on:
                self._hear_open(path, None, flags, options["dir_fd"])
            return int(function(path, flags, *rest, **options))

    def _hear_database(self, name: Any) -> None:
        text = os.fsdecode(name)
        if text.startswith("file:"):
            text = urllib.parse.unquote(text.removeprefix("file:").partition("?")[0])
            text = "/" + text[2:].partition("/")[2] if text.startswith("//") else text  # without the host
        if text and text != ":memory:":
            for place in (self._place(text), self._place(text) + "-wal"):  # what it holds may lie beside it
                self._note("files", place)
                self.read_and_written |= {place} if self.places.is_data(place) else set()

    def _hear_import(self, name: str) -> None:
        package = name.partition(".")[0]
        folders = (self.root, self.path.parent)
        if package in sys.stdlib_module_names:
            return
        if package not in self.imported:
            self.imported.add(package)
            self._emit("imported", package)
        if name != package and not any((folder / package).is_dir() for folder in folders):
            return
        for folder in folders:  # where a module of the project would lie that isn't there
            for end in (".py", "/__init__.py"):
                place = f"{folder}/{name.replace('.', '/')}{end}"
                if not os.path.lexists(place):
                    self._note("files", place)

    def _hear_start(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not library_starts(self.places):
            self._note_start(program_of(event, arguments))

    def _hear_worker(self, command: Any) -> None:
        """Of another Python that multiprocessing starts, in which the lesson's functions run."""
        helper = any("resource_tracker import" in str(word) for word in command)  # which runs no code of the lesson
        if self.on and not helper and asked_by(NOTHING) != "subprocess":
            self._note_start(os.path.basename(sys.executable))

    def _note_start(self, program: str) -> None:
        if self.step is not None and self.step.reads:
            return
        place = place_in_project(self.places) or self.places.shorten(
            f"{self.path}:{self.step.line if self.step else 1}"
        )
        self._emit("unkept", "", f"{place} starts the program '{program}'; say what it reads in '#| reads: ...'")

    def _place(self, path: Any, folder: int | None = None) -> str:
        """The absolute path of what a call names; empty where it names nothing."""
        try:
            above = os.getcwd() if folder is None else os.readlink(f"/proc/self/fd/{folder}")
            text = os.readlink(f"/proc/self/fd/{path}") if isinstance(path, int) else os.fsdecode(path)
            place = os.path.join(above, text)
            if os.pardir in place.split(os.sep):  # which leads to the folder above the one that a link leads to
                place = os.path.join(os.path.realpath(os.path.dirname(place)), os.path.basename(place))
            return os.path.normpath(place)
        except (OSError, TypeError, ValueError):
            return ""

    def _note(self, kind: str, place: str) -> None:
        if not place or (kind, place) in self.seen or place in self.written:
            return
        if place == str(self.path) and asked_by(LOOKERS) != "__main__":  # to show a line of it, say
            return
        self.seen.add((kind, place))
        if not self.places.is_data(place):
            return
        name = self.places.shorten(place)
        value = LOOK[kind](self.root, name)
        self._emit(kind, name, value)
        if kind == "files" and place.endswith(".py") and value != NO_FILE:
            self._note_module(Path(place))

    def _note_module(self, path: Path) -> None:
        """Note what a module of the project imports: what is there beforehand, no event tells of."""
        with contextlib.suppress(OSError, ValueError, SyntaxError):
            for name in imports_of(path.read_text(encoding="utf-8-sig")) - self.imported:
                self.imported.add(name)
                self._emit("imported", name)
        for folder in (self.root, self.path.parent):
            if path != self.path and path.is_relative_to(folder):
                self._emit("own", path.relative_to(folder).parts[0].removesuffix(".py"))

    def _note_written(self, place: str) -> None:
        if place and place not in self.written and self.places.is_data(place):
            if ("files", place) in self.seen:
                self.read_and_written.add(place)
            self.written.add(place)
            self._emit("written", self.places.shorten(place))

    def _emit(self, kind: str, name: str, value: str = "") -> None:
        self.emit({"event": "noted", "kind": kind, "name": name, "value": value})
