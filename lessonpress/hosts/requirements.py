"""What the engine itself needs, looked for before anything fails for want of it, in words that say how to get it."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lessonpress.kept.dependencies import requirements_of
from lessonpress.kept.stages import remembered
from lessonpress.problems import CannotGoOn

if TYPE_CHECKING:
    from packaging.requirements import Requirement

DISTRIBUTION = "lessonpress"
OLDEST_PYTHON = (3, 11)


class Missing(CannotGoOn):
    """What the engine needs and is not there."""


def check() -> None:
    """Raise Missing if Python is too old, or a package that the engine needs is not installed or too old."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        found = sys.version.split()[0]
        raise Missing(f"lessonpress needs Python {wanted} or newer, and this is {found}: install it, and a new .venv")
    if missing := missing_requirements():
        needs = ", ".join(f"{requirement.name}{requirement.specifier}" for requirement in missing)
        wanted = " ".join(f"'{requirement.name}{requirement.specifier}'" for requirement in missing)
        raise Missing(f"lessonpress needs {needs}, which this Python has not: run: python -m pip install {wanted}")


def check_once(folder: Path) -> None:
    """As `check`, which is left out where a folder of the cache knows that it was met by the same packages."""

    def met() -> bytes:
        check()
        return b""

    try:
        required = importlib.metadata.requires(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:  # an engine that runs from its folder
        required = None
    remembered(folder, "requirements", (sys.version, installed_packages(), required), met)


def installed_packages() -> list[str]:
    """The names and versions of all packages, as their folders' names tell them."""
    folders = [Path(entry) for entry in sys.path]
    return sorted(path.name for folder in folders for path in folder.glob("*.*-info"))


def missing_requirements() -> list[Requirement]:
    """What the engine's own distribution needs to make a site, and is not met here."""
    return [one for one in requirements_of(DISTRIBUTION, extras=("", "site")) if not _is_met(one)]


def _is_met(requirement: Requirement) -> bool:
    try:
        return importlib.metadata.version(requirement.name) in requirement.specifier
    except importlib.metadata.PackageNotFoundError:
        return False
