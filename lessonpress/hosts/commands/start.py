"""A course begun: one lesson with its exercise, one term, and all that builds, tests and publishes them."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from lessonpress.hosts.commands import RIGHT
from lessonpress.hosts.wheel import is_installed, wheel_name, write_wheel
from lessonpress.problems import CannotGoOn
from lessonpress.settings import Settings

SKELETON = Path(__file__).parents[2] / "skeleton"
NEXT = """\
{count} files are in {folder}. In that folder, say:
  python -m pip install -r requirements.txt
  mkdocs serve                  the site, following each edit
  lessonpress check             all that is wrong
  lessonpress new NAME          another lesson"""


def begin_course(options: argparse.Namespace) -> int:
    """Write a course that builds into a folder, which may hold other files; none is overwritten."""
    folder: Path = options.folder
    if not is_installed():
        raise CannotGoOn("a course brings its engine along, and this one is not installed; install it with pip first")
    texts = dict(read_course(folder.resolve().name))
    wheel = f"engine/{wheel_name()}"
    make_room(folder, [*texts, wheel])
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / wheel).write_bytes(write_wheel(folder / Settings.cache))
    print(NEXT.format(count=len(texts) + 1, folder=folder.resolve()))
    return RIGHT


def read_course(name: str) -> Iterator[tuple[str, str]]:
    """The texts of a new course by their path, for a folder of that name."""
    words = re.sub(r"[\W_]+", " ", name).strip() or "my course"
    filled = {"$site_name": words[0].upper() + words[1:], "$wheel": wheel_name()}
    for path in sorted((SKELETON / "course").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            text = path.read_text(encoding="utf-8")
            for mark, value in filled.items():
                text = text.replace(mark, value)
            yield path.relative_to(SKELETON / "course").as_posix().replace("dot_", "."), text


def make_room(folder: Path, names: Iterable[str]) -> None:
    """Make the folders for new files.

    Raises CannotGoOn, before anything is made, where one of the files is there already or can't be.
    """
    paths = [folder / name for name in names]
    for path in paths:
        above = [one for one in path.parents if one == folder or folder in one.parents]
        taken = [one for one in above if os.path.lexists(one) and not one.is_dir()]
        taken += [path] if os.path.lexists(path) else []
        if taken:
            raise CannotGoOn(f"{taken[0]} is in the way; move it, or name another folder. Nothing was written")
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
