"""Whether all that a run depended on still stands: files, folders, and what is installed."""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lessonpress.run.files import LOOK, NO_FILE
from lessonpress.run.notes import Observed
from lessonpress.run.record import Dependencies, Run

if TYPE_CHECKING:
    from packaging.requirements import Requirement

VERSION = re.compile(r"^Version: *(\S+)[ \t]*$", re.MULTILINE)
CHANGES = {
    "files": "{} changed",
    "folders": "the files in {} changed",
    "links": "the link {} changed",
    "matches": "the files that match {} changed",
}


def first_change(dependencies: Dependencies, root: Path, installed: InstalledPackages) -> str:
    """What has changed since a run, in words; empty where everything still stands."""
    for kind, words in CHANGES.items():
        for path, found in getattr(dependencies, kind).items():
            if LOOK[kind](root, path) != found:
                return words.format(path)
    for package, found in dependencies.packages.items():
        if installed.version(package) != found:
            return f"{package} is now {installed.version(package)}, was {found}"
    return ""


def reads_of(run: Run) -> set[str]:
    """The files and folders that a run has read or looked for, as far as it says so."""
    return {*run.dependencies.files, *run.dependencies.folders} if run.dependencies else set()


def package_version(package: str) -> str:
    """The version of an installed package, "none" where it is not installed."""
    try:
        installed = importlib.metadata.distribution(package)
        stated = VERSION.search(installed.read_text("METADATA") or "")
        return stated[1] if stated else installed.version  # which reads all that a package says of itself
    except importlib.metadata.PackageNotFoundError:
        return "unpackaged" if not _nowhere(package) else NO_FILE


class InstalledPackages:
    """What is installed now, looked up at most once each: a build asks for the same packages again and again."""

    def __init__(self) -> None:
        self.version = cache(package_version)
        self.needs = cache(needs_of)
        self.packages_of = cache(packages_by_module)

    def resolve(self, noted: Observed) -> tuple[dict[str, str], Dependencies]:
        """The versions a page should name, and the dependencies of its run."""
        brought_by = self.packages_of()
        modules = [*noted.named, *noted.imported]
        packages = self.closure(brought_by[name] for name in modules if name in brought_by)
        missing = {name: NO_FILE for name in modules if name not in brought_by and _nowhere(name)}
        shown = {brought_by[name]: self.version(brought_by[name]) for name in noted.named if name in brought_by}
        versions = {"Python": platform.python_version(), **shown}
        found = {package: self.version(package) for package in packages}
        kinds = {kind: dict(sorted(getattr(noted, kind).items())) for kind in LOOK}
        return versions, Dependencies(**kinds, packages=dict(sorted({**found, **missing}.items())))

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
    """The packages that an installed package requires here."""
    return [requirement.name for requirement in requirements_of(package)]


def requirements_of(package: str, extras: Sequence[str] = ("",)) -> list[Requirement]:
    """What an installed package requires here, other extras left out; nothing where it is not installed."""
    from packaging.requirements import InvalidRequirement, Requirement  # which a build that finds all kept doesn't need

    try:
        lines = importlib.metadata.requires(package) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    found: list[Requirement] = []
    for line in lines:
        with contextlib.suppress(InvalidRequirement):  # as some old packages have them
            found.append(Requirement(line))
    return [
        one for one in found if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)
    ]


def packages_by_module() -> dict[str, str]:
    """For each importable top-level name, the installed package that brings it; takes a good half second at first."""
    return _packages_in(tuple((entry, os.stat(entry).st_mtime_ns) for entry in sys.path if os.path.isdir(entry)))


@lru_cache(maxsize=1)
def _packages_in(folders: tuple[tuple[str, int], ...]) -> dict[str, str]:
    return {name: sorted(packages)[0] for name, packages in importlib.metadata.packages_distributions().items()}


def _nowhere(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is None
    except (ImportError, ValueError):
        return True


def missing_packages(names: Sequence[str]) -> list[str]:
    """Those of the named packages that aren't installed; none is imported to find out."""
    if names:  # few lessons need any, and what Python knows of its folders is worth keeping
        importlib.invalidate_caches()  # one may have come while a preview runs
    return [name for name in names if importlib.util.find_spec(name) is None]
