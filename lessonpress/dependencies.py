"""What a run depended on, noted while it ran, and whether all of that still stands."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pkgutil
import platform
import re
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from lessonpress.lesson import Step

ENGINE = Path(__file__).parent
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
NO_FILE, CHANGED = "none", "changed while the lesson ran"


@dataclass(frozen=True)
class Dependencies:
    """Files and folders by path (the project's relative to its root), and packages, each with what was found.

    A file's value is the SHA-256 of its bytes, a folder's that of its names, "none" where nothing was
    there. A package's is its version, "none" where it was not installed.
    """

    files: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)

    def first_change(self, root: Path, installed: Installed) -> str:
        """What has changed since, in words; empty where everything still stands."""
        for path, found in self.files.items():
            if file_hash(root / path) != found:
                return f"{path} changed"
        for path, found in self.folders.items():
            if folder_hash(root / path) != found:
                return f"the files in {path} changed"
        for package, found in self.packages.items():
            if installed.version(package) != found:
                return f"{package} is now {installed.version(package)}, was {found}"
        return ""


@dataclass(frozen=True)
class Noted:
    """What a run's own process can tell: files and folders as in Dependencies, and the top-level names of modules.

    `named` are those that the lesson's own code imports, `imported` all others that were asked for.
    """

    files: dict[str, str]
    folders: dict[str, str]
    named: list[str]
    imported: list[str]


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

    def report(self, steps: Iterable[Step]) -> Noted:
        """What was noted, once the lesson has run."""
        modules = self._local_modules()
        named = set().union(*(imports_of(_code_of(step)) for step in steps))
        inside = set().union(*(imports_of(path.read_text(encoding="utf-8-sig")) for path in modules))
        ours = {module_of(path, folder) for path in modules for folder in (self.root, self.path.parent)}
        imported = {name.partition(".")[0] for name in self.imported}
        # What was noted as a file was opened goes before what it is by now.
        files = {**self._absent_modules(), **{str(path): self._hash_module(path) for path in modules}, **self.files}
        return Noted(
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


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, "none" where there is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return NO_FILE


def folder_hash(path: Path) -> str:
    """SHA-256 of the names in a folder, "none" where there is no folder."""
    try:
        names = sorted(name for name in os.listdir(path) if name != "__pycache__")
    except OSError:
        return NO_FILE
    return hashlib.sha256("\n".join(names).encode("utf-8", "surrogateescape")).hexdigest()


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


def package_version(package: str) -> str:
    """The version of an installed package, "none" where it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unpackaged" if not _nowhere(package) else NO_FILE


class Installed:
    """What is installed now, looked up at most once each: a build asks for the same packages again and again."""

    def __init__(self) -> None:
        self.version = cache(package_version)
        self.needs = cache(needs_of)
        self.packages_of = cache(packages_by_module)

    def resolve(self, noted: Noted) -> tuple[dict[str, str], Dependencies]:
        """The versions a page should name, and the dependencies of its run."""
        brought_by = self.packages_of()
        modules = [*noted.named, *noted.imported]
        packages = self.closure(brought_by[name] for name in modules if name in brought_by)
        missing = {name: NO_FILE for name in modules if name not in brought_by and _nowhere(name)}
        shown = {brought_by[name]: self.version(brought_by[name]) for name in noted.named if name in brought_by}
        versions = {"Python": platform.python_version(), **shown}
        found = {package: self.version(package) for package in packages}
        return versions, Dependencies(noted.files, noted.folders, dict(sorted({**found, **missing}.items())))

    def closure(self, packages: Iterable[str]) -> set[str]:
        """The packages with all that they need in turn, as far as it is installed."""
        done: set[str] = set()
        waiting = list(packages)
        while waiting:
            package = waiting.pop()
            if package not in done and self.version(package) != NO_FILE:
                done.add(package)
                waiting += self.needs(package)
        return done


def needs_of(package: str) -> list[str]:
    """The packages that an installed package requires; optional extras left out."""
    try:
        lines = importlib.metadata.requires(package) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    names = [re.match(r"[A-Za-z0-9][\w.-]*", line) for line in lines if "extra ==" not in line]
    return [name[0] for name in names if name]


def packages_by_module() -> dict[str, str]:
    """For each importable top-level name, the installed package that brings it; takes a good half second at first."""
    return _packages_in(tuple((entry, os.stat(entry).st_mtime_ns) for entry in sys.path if os.path.isdir(entry)))


@lru_cache(maxsize=1)
def _packages_in(folders: tuple[tuple[str, int], ...]) -> dict[str, str]:
    return {name: sorted(packages)[0] for name, packages in importlib.metadata.packages_distributions().items()}


def _code_of(step: Step) -> str:
    if step.kind != "doctest":
        return step.source
    import doctest

    return "".join(example.source for example in doctest.DocTestParser().get_examples(step.source))


def _nowhere(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is None
    except (ImportError, ValueError):
        return True
