"""Where a course lies, and how it is run: one reading of `mkdocs.yml`, for every way of calling the engine."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lessonpress.problems import CannotGoOn, did_you_mean

CONFIG_FILES = ("mkdocs.yml", "mkdocs.yaml")
PLUGIN = "lessonpress"
FOLDERS = ("lessons", "glossary")
PRELOAD = ("torch", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_svg")


class SettingsError(CannotGoOn):
    """What is wrong with a course's configuration."""


@dataclass(frozen=True)
class Settings:
    """Where a course lies, and how it is run.

    root      the project's folder; all other folders are named from there
    docs      the folder of all pages that are neither lesson nor term
    order     the lessons' paths in reading order; any that are not named come last
    lessons   the folder of the lessons, one module each
    glossary  the folder of the terms, one Markdown page each
    cache     the folder that keeps runs from one build to the next; it may be deleted at any time
    workers   how many lessons run side by side; 0 for as many as there are cores
    limit     seconds after which a lesson is ended
    preload   what the process that lessons are forked from imports beforehand; what is not installed is passed over
    avoid     words that `lessonpress check` reports wherever they stand in prose
    claims    words that it reports in a section of a lesson that holds no doctest
    excluded  a pathspec of the sources, by their path in the site, that MkDocs leaves out of it
    """

    root: Path
    docs: str = "docs"
    order: tuple[str, ...] = ()
    lessons: str = "lessons"
    glossary: str = "glossary"
    cache: str = ".cache/lessonpress"
    workers: int = 0
    limit: float = 120.0
    preload: tuple[str, ...] = PRELOAD
    avoid: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    excluded: Any = field(default=None, hash=False)

    @classmethod
    def read(cls, place: Path) -> Settings:
        """The settings of the course whose `mkdocs.yml` is `place`, or lies in that folder.

        Raises SettingsError where there is no such file, or something in it is wrong.
        """
        from lessonpress.plugin_options import Options

        path = config_file(place)
        config = _read_config(path)
        options = options_in(config.get("plugins"))
        if options is None:
            raise SettingsError(f"{path} has no plugin '{PLUGIN}'; add it to its list `plugins`")
        checked = Options()
        checked.load_dict(options)
        for name, what in checked.validate()[0]:
            raise SettingsError(f"{path}: option '{name}' of the plugin '{PLUGIN}': {what}")
        root = Path(os.path.abspath(path)).parent
        docs, excluded = root / (config.get("docs_dir") or "docs"), _read_patterns(config.get("exclude_docs"))
        return cls.of_options(root, docs, config.get("nav"), checked, excluded)

    @classmethod
    def of_options(cls, root: Path, docs: Path, nav: Any, options: Mapping[str, Any], excluded: Any = None) -> Settings:
        """The settings that `mkdocs.yml` makes: its folder of pages, its `nav`, the plugin's options, what it excludes.

        Raises SettingsError where a folder that is named isn't there.
        """
        chosen = {name: options[name] for name in OPTION_NAMES}
        chosen = {name: tuple(value) if isinstance(value, list) else value for name, value in chosen.items()}
        pages = _path_from(root, docs)
        chosen |= {name: find_folder(root, pages, name, chosen[name]) for name in FOLDERS}
        settings = cls(root, pages, tuple(paths_in(nav)), excluded=excluded, **chosen)
        settings._check_folders()
        return settings

    def _check_folders(self) -> None:
        for name in FOLDERS:
            folder = getattr(self, name)
            if folder.split("/")[0] == "..":
                raise SettingsError(f"the folder '{folder}' lies outside of {self.root.name}; move the {name} into it")
            may_be_absent = name == "glossary" and folder == Settings.glossary
            if not may_be_absent and not (self.root / folder).is_dir():
                near = [path for place in (self.root, self.root / self.docs) for path in place.glob("[!.]*")]
                there = [self.name_of(path) for path in near if path.is_dir()]
                raise SettingsError(
                    f"no folder '{folder}' in {self.root.name}, where the {name} should lie; make it, or name another"
                    f" as option '{name}' of the plugin '{PLUGIN}'{did_you_mean(folder, there)}"
                )

    def lesson_paths(self) -> list[Path]:
        """The lessons' files, in reading order; names that begin with an underscore or a dot are no lessons."""
        order = {path: number for number, path in enumerate(self.order)}
        paths = filter(self._is_part, (self.root / self.lessons).glob("[!_.]*.py"))
        return sorted(paths, key=lambda path: (order.get(self.site_path(self.name_of(path)), len(order)), path))

    @property
    def exercises(self) -> str:
        """The folder of the exercises, one module for each lesson."""
        return f"{self.lessons}/exercises"

    def exercise_paths(self) -> list[Path]:
        """The modules of exercises, in the lessons' order."""
        order = {path: number for number, path in enumerate(self.order)}
        paths = (self.root / self.exercises).glob("[!_.]*.py")
        lessons = self.site_path(self.lessons)
        return sorted(paths, key=lambda path: (order.get(f"{lessons}/{path.name}", len(order)), path))

    def page_paths(self) -> list[Path]:
        """The Markdown pages of the glossary and of the rest of the site."""
        folders = (self.root / self.glossary, self.root / self.docs)
        found = [path for folder in folders for path in sorted(folder.rglob("*.md")) if not _is_hidden(path, folder)]
        return list(filter(self._is_part, dict.fromkeys(found)))  # the one folder may lie in the other

    def _is_part(self, path: Path) -> bool:
        """Whether a source is a page of the site."""
        place = self.site_path(self.name_of(path))
        return not place.startswith("templates/") and not (self.excluded and self.excluded.match_file(place))

    def name_of(self, path: Path) -> str:
        """A source's path from the project's folder, with forward slashes."""
        return _path_from(self.root, path)

    def site_path(self, path: str) -> str:
        """Where a source stands in the site: the pages in `docs` at its root, all others where they lie."""
        return path.removeprefix(f"{self.docs}/")


OPTION_NAMES = tuple(
    field.name for field in dataclasses.fields(Settings) if field.name not in ("root", "docs", "order", "excluded")
)


def find_folder(root: Path, docs: str, name: str, folder: str = "") -> str:
    """The folder of the lessons or of the terms from the root: beside the one of all pages, or else in it."""
    folder = _path_from(root, root / (folder or name))
    inside = f"{docs}/{name}"
    return inside if folder == name and not (root / name).is_dir() and (root / inside).is_dir() else folder


def _path_from(root: Path, place: Path) -> str:
    return os.path.relpath(place, root).replace(os.sep, "/")


def _is_hidden(path: Path, folder: Path) -> bool:
    """Whether the name of a file, or of a folder it lies in below another one, begins with a dot, as MkDocs sees it."""
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def config_file(place: Path) -> Path:
    """The `mkdocs.yml` that `place` is, or that lies in that folder.

    Raises SettingsError where there is none.
    """
    if not place.is_dir():
        return place
    for name in CONFIG_FILES:
        if (place / name).is_file():
            return place / name
    raise SettingsError(f"no {CONFIG_FILES[0]} in {place}; go to the course's folder, or name it with --root")


def _read_config(path: Path) -> dict[str, Any]:
    from mkdocs.exceptions import ConfigurationError  # exercises are done without it
    from mkdocs.utils.yaml import yaml_load

    try:
        with path.open(encoding="utf-8-sig") as file:
            config = yaml_load(file)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ConfigurationError) as error:
        raise SettingsError(f"{path} can't be read: {error}") from error
    if not isinstance(config, dict):
        raise SettingsError(f"{path} can't be read: it holds no 'name: value' lines")
    return config


def _read_patterns(text: str | None) -> Any:
    if not text:
        return None
    from pathspec.gitignore import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(text.splitlines())


def options_in(plugins: Any) -> dict[str, Any] | None:
    """The plugin's options in a list of plugins, or in a mapping of them; None where it is in neither."""
    entries = (
        plugins.items()
        if isinstance(plugins, dict)
        else [
            pair for entry in plugins or () for pair in (entry.items() if isinstance(entry, dict) else [(entry, None)])
        ]
    )
    return next((options or {} for name, options in entries if name == PLUGIN), None)


def paths_in(nav: Any) -> Iterator[str]:
    """The paths in `nav`, in order, however it is nested."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, (list, dict)):
        for entry in nav.values() if isinstance(nav, dict) else nav:
            yield from paths_in(entry)
