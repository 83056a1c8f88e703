"""What a run reads and imports, noted by its own process while it goes."""

from __future__ import annotations

import ast
import contextlib
import importlib
import os
import pkgutil
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from lessonpress.run.files import file_hash, folder_hash
from lessonpress.run.record import Observed
from lessonpress.run.step import Step

ENGINE = Path(__file__).parents[1]
# Libraries look here for fonts, settings and caches; no lesson keeps its data here.
SYSTEM_FOLDERS = (
    "/bin",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/sys",
    "/usr",
    "/var",
    "~/.cache",
    "~/.config",
    "~/.matplotlib",
)
CHANGED = "changed while the lesson ran"

# Where the code lies that looks for modules, and for what is installed.
IMPORTERS = ("<frozen importlib", os.path.dirname(importlib.__file__) + os.sep, pkgutil.__file__)


class Watcher:
    """Notes the files a process opens, from Python's own audit events, and what it imports.

    An audit hook can't be taken away, so `watching` only turns it on and off.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.root = path, root
        self.began = time.time()
        self.on = False
        self.last_module = next(reversed(sys.modules))
        self.files: dict[str, str] = {}
        self.folders: dict[str, str] = {}
        self.written: set[str] = set()
        self.imported: set[str] = set()
        installed = (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())
        not_data = (*installed, tempfile.gettempdir(), *SYSTEM_FOLDERS, str(ENGINE))
        self.not_ours = tuple({os.path.realpath(os.path.expanduser(folder)) + os.sep for folder in not_data})

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        sys.addaudithook(self._hear)
        self.on = True
        try:
            yield
        finally:
            self.on = False

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on:
            return
        if event == "import":
            self.imported.add(str(arguments[0]))
        elif event == "open":
            self._hear_open(arguments)
        elif event in ("os.listdir", "os.scandir"):
            # Python lists the folders that it looks for modules and packages in; the lesson did not ask for that.
            if not sys._getframe(1).f_code.co_filename.startswith(IMPORTERS):
                self._note(arguments[0] or os.curdir, self.folders, folder_hash)
        elif event in ("os.remove", "os.rename"):  # what a lesson takes away again, it had written, be it by a program
            self.written |= {os.path.abspath(path) for path in arguments if isinstance(path, (str, os.PathLike))}

    def _hear_open(self, arguments: tuple[object, ...]) -> None:
        path, mode, flags = arguments
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes or (isinstance(mode, str) and set(mode) & set("wax+")):
            if isinstance(path, (str, os.PathLike)):
                self.written.add(os.path.abspath(os.fspath(path)))
        else:
            self._note(path, self.files, file_hash)

    def _note(self, path: object, notes: dict[str, str], read: object) -> None:
        if not isinstance(path, (str, os.PathLike)):
            return
        place = os.path.abspath(os.fspath(path))
        if place in notes or place in self.written or place == str(self.path) or self._is_foreign(place):
            return
        self.on = False  # reading the file to note it is no reading by the lesson
        try:
            notes[place] = read(Path(place))  # type: ignore[operator]
        finally:
            self.on = True

    def _is_foreign(self, place: str) -> bool:
        if place.endswith(".pdbrc"):  # doctest's debugger looks for its settings everywhere
            return True
        real = os.path.realpath(place) + os.sep
        mine = os.path.realpath(self.root) + os.sep
        if real.startswith(mine) and not real.startswith(os.path.realpath(sys.prefix) + os.sep):
            return real.startswith(str(ENGINE) + os.sep) or real.endswith(".pyc" + os.sep) or "__pycache__" in real
        return real.startswith(self.not_ours)

    def report(self, steps: Iterable[Step]) -> Observed:
        """What was noted, once the lesson has run."""
        modules = self._local_modules()
        named = set().union(*(imports_of(_code_of(step)) for step in steps))
        inside = set().union(*(imports_of(path.read_text(encoding="utf-8-sig")) for path in modules))
        ours = {module_of(path, folder) for path in modules for folder in (self.root, self.path.parent)}
        imported = {name.partition(".")[0] for name in self.imported}
        # What was noted as a file was opened goes before what it is by now.
        files = {**self._absent_modules(), **{str(path): self._hash_module(path) for path in modules}, **self.files}
        return Observed(
            files={self._shorten(path): value for path, value in sorted(files.items()) if path not in self.written},
            folders={self._shorten(path): value for path, value in sorted(self.folders.items())},
            named=sorted(named - ours - sys.stdlib_module_names),
            imported=sorted((inside | imported) - ours - named - sys.stdlib_module_names),
        )

    def _local_modules(self) -> list[Path]:
        # Only what came in since the watch began, found from the end: in a fresh fork, each of the thousands of
        # modules that is looked at has to be copied.
        paths = set()
        for name in reversed(list(sys.modules)):
            if name == self.last_module:
                break
            file = getattr(sys.modules[name], "__file__", None) or ""
            if file.startswith(str(self.root) + os.sep) and file.endswith(".py"):
                paths.add(Path(file))
        return sorted(path for path in paths if path != self.path and not self._is_foreign(str(path)))

    def _absent_modules(self) -> dict[str, str]:
        """Where modules of the project would lie that were asked for and not found."""
        names = [name.replace(".", "/") for name in self.imported if name not in sys.modules]
        ends = [f"{name}{end}" for name in names for end in (".py", "/__init__.py")]
        places = [folder / end for folder in (self.root, self.path.parent) for end in ends]
        return {str(place): file_hash(place) for place in places}

    def _hash_module(self, path: Path) -> str:
        # A module whose bytecode was at hand has not been opened, and is hashed only now: what has changed since the
        # run began can't be kept. A file's time may lie a few milliseconds behind the clock.
        return CHANGED if path.stat().st_mtime >= self.began - 0.05 else file_hash(path)

    def _shorten(self, path: str) -> str:
        place = Path(path)
        return place.relative_to(self.root).as_posix() if place.is_relative_to(self.root) else path


def module_of(path: Path, folder: Path) -> str:
    """The top-level name by which a module is imported from a folder; empty where it lies elsewhere.

    >>> module_of(Path("lessons/toolkit/plots.py"), Path("lessons"))
    'toolkit'
    """
    return path.relative_to(folder).parts[0].removesuffix(".py") if path.is_relative_to(folder) else ""


def imports_of(source: str) -> set[str]:
    """The top-level names that Python code imports.

    >>> sorted(imports_of("import torch.nn as nn; from pandas import DataFrame"))
    ['pandas', 'torch']
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _code_of(step: Step) -> str:
    if step.kind != "doctest":
        return step.source
    import doctest

    return "".join(example.source for example in doctest.DocTestParser().get_examples(step.source))
