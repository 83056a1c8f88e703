"""The course's site: built once, and served."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import served

ROOT = Path(__file__).parents[2]
BUILD = [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "--site-dir"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make site` does, in a folder of its own; the lessons' doctests find its runs in the cache."""
    folder = tmp_path_factory.mktemp("built") / "site"
    result = subprocess.run([*BUILD, folder], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return folder


def copy_course(copy: Path) -> Path:
    """The course in another folder, in which nothing has run yet."""
    for part in ("docs", "lessons", "glossary"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (ROOT / "mkdocs.yml", *ROOT.glob("LICENSE*")):
        shutil.copy(path, copy)
    return copy


@pytest.fixture(scope="session")
def site(folder: Path) -> Iterator[str]:
    """The address the site is served at, by a process of its own: a thread would share the tests' interpreter."""
    with served(folder) as address:
        yield address
