"""All exercises of a course, in order, found without the site's own packages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lessonpress.problems import CannotGoOn, Problem, ProblemsFound, did_you_mean
from lessonpress.read.exercises import Exercise, ExerciseModule, read_exercises
from lessonpress.settings import Settings, find_folder, options_in, paths_in

CONFIG_FILE = "mkdocs.yml"


@dataclass(frozen=True)
class Workbook:
    """The exercises of a course. `root` is the course's folder, `problems` what is wrong with modules left out.

    `cache` is the folder, seen from the root, where what was proved is kept.
    """

    root: Path
    modules: tuple[ExerciseModule, ...]
    problems: tuple[Problem, ...] = ()
    cache: str = Settings.cache

    @property
    def exercises(self) -> list[Exercise]:
        return [exercise for module in self.modules for exercise in module.exercises]

    def find(self, name: str) -> Exercise:
        """The exercise called by its name, or by `lesson/name` where several lessons have one of that name.

        Raises CannotGoOn where there is none, or more than one.
        """
        found = [exercise for exercise in self.exercises if name in (exercise.name, exercise.key)]
        if len(found) > 1:
            keys = " or ".join(f"'{exercise.key}'" for exercise in found)
            raise CannotGoOn(f"more than one exercise is called '{name}': say {keys}")
        if not found:
            known = did_you_mean(name, [exercise.name for exercise in self.exercises] + [e.key for e in self.exercises])
            raise CannotGoOn(f"no exercise is called '{name}'{known}")
        return found[0]


def open_workbook(place: Path) -> Workbook:
    """The workbook of the course that a folder lies in.

    Raises CannotGoOn where the folder lies in no course, or the course has no exercises.
    """
    root = find_root(place)
    config = read_config(root / CONFIG_FILE)
    options = options_in(config.get("plugins"))
    docs, lessons = (str(place.get(name) or "") for place, name in ((config, "docs_dir"), (options or {}, "lessons")))
    docs = docs or Settings.docs
    order = tuple(paths_in(config.get("nav")))
    settings = Settings(root, docs, order, find_folder(root, docs, "lessons", lessons))
    paths = settings.exercise_paths()
    if not paths:
        raise CannotGoOn(f"no exercises in {settings.exercises} of {root.name}")
    modules, problems = list[ExerciseModule](), list[Problem]()
    for path in paths:
        try:
            modules.append(read_exercises(path, root))
        except ProblemsFound as error:
            problems += error.problems
    if not any(module.exercises for module in modules):
        why = "".join(f"\n{problem}" for problem in problems)
        raise CannotGoOn(f"no exercise can be read in {settings.exercises} of {root.name}{why}")
    return Workbook(root, tuple(modules), tuple(problems), str((options or {}).get("cache") or Settings.cache))


def find_root(place: Path) -> Path:
    """The nearest folder, this one or one above it, that holds a course's `mkdocs.yml`."""
    place = place.resolve()
    for folder in (place, *place.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder
    raise CannotGoOn(f"no course in {place} or above it; go to the course's folder, which holds {CONFIG_FILE}")


class _Tolerant(yaml.SafeLoader):
    """Reads what MkDocs reads; tags, which only the site needs, stand for nothing here."""


_Tolerant.add_multi_constructor("", lambda loader, suffix, node: None)


def read_config(path: Path) -> dict[str, Any]:
    """A course's `mkdocs.yml`, as far as exercises need it.

    Raises CannotGoOn where it can't be read.
    """
    try:
        config = yaml.load(path.read_text(encoding="utf-8-sig"), _Tolerant)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CannotGoOn(f"{path} can't be read: {error}") from error
    return config if isinstance(config, dict) else {}
