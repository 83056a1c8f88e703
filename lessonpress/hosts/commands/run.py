"""Lessons run in this terminal, each in a process of its own if there are several."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from lessonpress.hosts.commands import WRONG, WrongCall
from lessonpress.problems import did_you_mean


def run_lessons(options: argparse.Namespace) -> int:
    """Run lessons one after the other; the status says whether something in one of them failed."""
    root = options.root.resolve()
    paths = [find_lesson(name, root) for name in options.lessons]
    if len(paths) > 1:
        return run_each(paths, root)
    from lessonpress.hosts.terminal import run_in_terminal

    return run_in_terminal(paths[0], root)


def run_each(paths: Iterable[Path], root: Path) -> int:
    """Run each lesson as if it had been named alone, so that none finds what another left behind."""
    command = [sys.executable, "-m", "lessonpress.hosts.cli", "--root", str(root), "run"]
    statuses = [subprocess.run([*command, str(path)], check=False).returncode for path in paths]
    return WRONG if any(statuses) else 0


def find_lesson(name: str, root: Path) -> Path:
    """The file of a lesson, given that file or the lesson's name.

    Raises WrongCall where there is none.
    """
    path = Path(name).resolve()
    if path.is_file():
        if not path.is_relative_to(root):
            raise WrongCall(f"{name} lies outside {root}; name the project's folder with --root")
        return path
    if not name.isidentifier():
        raise WrongCall(f"no lesson at {name}")
    from lessonpress.settings import Settings

    known = {path.stem: path for path in Settings.read(root).lesson_paths()}
    if name not in known:
        raise WrongCall(f"no lesson is called {name}{did_you_mean(name, known)}")
    return Path(os.path.abspath(known[name]))
