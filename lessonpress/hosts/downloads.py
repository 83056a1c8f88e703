"""What a reader takes home: each lesson as a zip that runs and as a notebook, and the whole course as one zip."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote, urljoin

from mkdocs.config.defaults import MkDocsConfig

from lessonpress.course import BuildResult, page_of_exercises
from lessonpress.hosts.wheel import is_installed, keep_zip, wheel_name, write_wheel
from lessonpress.kept.stages import LastAnswers, code_hash, remembered, version_of
from lessonpress.printing.exercises import anchor_of
from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Run
from lessonpress.settings import Settings

COURSE, EXERCISES = "course.zip", "exercises.json"
CONFIG_FILE = "mkdocs.yml"
IGNORED = "/.venv/\n/answers/\n/figures/\n__pycache__/\n"
LICENSES = ("LICENSE*", "CITATION*")
GITHUB = re.compile(r"https://github\.com/(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?$")
BEGIN = """\
{title}
{line}

Here is {what}.
It runs without a network once it is set up, with Python 3.11 or newer.

Set up, in this folder, once. On Linux and macOS:

    python3 -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt

{torch}On Windows:

    py -m venv .venv
    .venv\\Scripts\\python -m pip install -r requirements.txt

Then ('.venv\\Scripts\\' in place of '.venv/bin/' on Windows):

    .venv/bin/lessonpress run {lesson}
        runs a lesson, and shows its figures
{practice}
The notebooks open in VS Code, or in Jupyter: .venv/bin/python -m pip install jupyterlab, then .venv/bin/jupyter lab
"""
TORCH = """\
On Linux, PyTorch's standard build brings several gigabytes for graphics cards, which nothing here needs. To get it
without, say this first:

    export PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu

"""
PRACTICE = """\
    .venv/bin/lessonpress practice
        opens the next exercise, and checks it each time you save
    .venv/bin/lessonpress practice list
        shows how far you are

Your answers lie in the folder 'answers', and so does your progress. To update the course, unpack the new one over this
folder: it holds no such folder, so that nothing of yours is overwritten.
"""


class Downloads:
    """The zips and notebooks of one build.

    `result` has what was read and what came of it, `last` knows what was made before.
    """

    def __init__(self, settings: Settings, result: BuildResult, config: MkDocsConfig, last: LastAnswers) -> None:
        self.settings, self.result, self.config, self.name = settings, result, config, config.site_name
        self.last = last
        self.root, self.folder = settings.root, settings.root / settings.cache
        self.lessons = [lesson for path, lesson in result.lessons.items() if path.endswith(".py")]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Each file that pages load, by its path in the site: data, and the list of exercises."""
        for lesson in self.lessons:
            yield from self._data(self.result.runs[lesson.path]).items()
        if self.result.exercises:
            yield EXERCISES, json.dumps(self._exercises(), ensure_ascii=False, indent=0).encode()

    def zips(self) -> dict[str, list[Lesson]]:
        """The lessons in each zip, by its path in the site.

        There are none where the engine isn't installed, and so can't be taken along.
        """
        if not is_installed() or not self.lessons:
            return {}
        return {place_of(self.config, one, "zip"): [one] for one in self.lessons} | {COURSE: self.lessons}

    def pack(self, path: str) -> bytes:
        """The zip at this path in the site."""
        lessons = self.zips()[path]
        return keep_zip(self._pack(lessons, self.name if path == COURSE else lessons[0].title), self.folder)

    def _pack(self, lessons: list[Lesson], title: str) -> dict[str, bytes]:
        files: dict[str, bytes] = {wheel_name(): write_wheel(self.folder), ".gitignore": IGNORED.encode()}
        files[CONFIG_FILE] = self._config(lessons).encode()
        packages: dict[str, str] = {}
        practice = False
        for path in (self.settings.lessons + "/__init__.py", *self._licenses()):
            if (self.root / path).is_file():
                files[self.settings.site_path(path)] = (self.root / path).read_bytes()
        for lesson in lessons:
            module = self.result.exercises.get(f"{self.settings.exercises}/{lesson.name}.py")
            runs = [self.result.runs[lesson.path]]
            files[lesson.place] = lesson.text.encode()
            files[lesson.place.removesuffix(".py") + ".ipynb"] = self.notebook(lesson.path)
            pictures = self.result.pages[lesson.path].pictures
            files |= {place: (self.root / path).read_bytes() for place, path in pictures.items()}
            if module is not None and module.exercises:
                practice = True
                runs.append(self.result.runs[module.path])
                files[self.settings.site_path(module.path)] = (self.root / module.path).read_bytes()
                notebook = self._written("exercise_notebook", module, lesson.title, self._address(lesson))
                files[lesson.place.removesuffix(".py") + "_exercises.ipynb"] = notebook
            for run in runs:
                files |= self._data(run, modules=True)
                packages |= run.versions
        if len(lessons) > 1:
            for path in self.result.exercises:  # those of no lesson, as a closing project
                files.setdefault(self.settings.site_path(path), (self.root / path).read_bytes())
                files |= self._data(self.result.runs[path], modules=True)
        what = "one lesson" if len(lessons) == 1 else f"the whole course, {len(lessons)} lessons"
        text = BEGIN.format(
            title=title,
            line="=" * len(title),
            what=f"{what}, as modules and as notebooks, with the data",
            lesson=lessons[0].place,
            torch=TORCH if "torch" in packages else "",
            practice=PRACTICE if practice else "",
        )
        files["README.txt"] = text.encode()
        if len(lessons) > 1:  # what a single lesson needs and is large, its page says how to get
            packages = {name: version for name, version in packages.items() if name not in needed_by_some(lessons)}
        files["requirements.txt"] = self._requirements(packages).encode()
        return files

    def _exercises(self) -> list[dict[str, str]]:
        """All exercises that stand on a lesson's page, in the course's order, each with its place in the site."""
        listed = []
        for module in self.result.exercises.values():
            page = self.settings.site_path(page_of_exercises(module, self.result.lessons, self.settings))
            for exercise in module.exercises:
                place = f"{page_of(self.config, page)}#{anchor_of(exercise)}"
                listed.append({"key": exercise.key, "title": exercise.title, "url": place})
        return listed

    def notebook(self, path: str) -> bytes:
        """The notebook of the lesson whose source has this path."""
        lesson = self.result.lessons[path]
        run, address, data = self.result.runs[lesson.path], self._address(lesson), self.data_of(lesson)

        def write() -> bytes:
            results = [replace(result, seconds=0.0, memory=0) for result in run.results]
            told = replace(run, results=results, seconds=0.0, dependencies=None)  # none of which a notebook tells
            return self._written("notebook", lesson, told, address, data)

        return self.last(("notebook", lesson.path), (lesson, run, address, data), write)

    def _address(self, lesson: Lesson) -> str:
        """Where a lesson's page is on the web; "" as long as `site_url` doesn't tell it."""
        url = self.config.site_url
        return urljoin(url, quote(page_of(self.config, lesson.place))) if url else ""

    def _written(self, kind: str, *parts: object) -> bytes:
        """What `write_notebook` or its like makes of these parts; a build that finds all kept doesn't import it."""

        def write() -> bytes:
            module = importlib.import_module(f"lessonpress.printing.{kind}")
            text: str = getattr(module, f"write_{kind}")(*parts)
            return text.encode()

        inputs = (*parts, code_hash("printing", "read", "run"), version_of("nbformat"))
        return remembered(self.folder, kind, inputs, write)

    def data_of(self, lesson: Lesson) -> list[str]:
        """The files that a lesson reads, by their path from its own folder."""
        folder = f"{self.settings.lessons}/"
        return [path.removeprefix(folder) for path in self._read_by(self.result.runs[lesson.path])]

    def _data(self, run: Run, modules: bool = False) -> dict[str, bytes]:
        """What a run has read, by its place in the site."""
        return {self.settings.site_path(path): (self.root / path).read_bytes() for path in self._read_by(run, modules)}

    def _read_by(self, run: Run, modules: bool = False) -> list[str]:
        """The files in the lessons' folder that a run has read, as data or also as modules, but no hidden one."""
        paths = run.dependencies.files if run.dependencies else {}
        own = [path for path in paths if path.startswith(f"{self.settings.lessons}/") and "/." not in path]
        kinds = [path for path in own if modules or not path.endswith(".py")]
        return sorted(path for path in kinds if (self.root / path).is_file())

    def _licenses(self) -> list[str]:
        return sorted(path.name for pattern in LICENSES for path in self.root.glob(pattern) if path.is_file())

    def _config(self, lessons: list[Lesson]) -> str:
        """What tells the practice where the course is and in which order its lessons are read."""
        order = "".join(f"  - {quoted(lesson.place)}\n" for lesson in lessons)
        folder = quoted(self.settings.site_path(self.settings.lessons))
        return (
            f"# The order of the lessons, for `lessonpress practice`.\nsite_name: {quoted(self.name)}\n"
            f"plugins:\n  - lessonpress: {{lessons: {folder}}}\nnav:\n{order}"
        )

    def _requirements(self, packages: Mapping[str, str]) -> str:
        # A local version, as in 2.13.0+cpu, is in one registry alone.
        pins = [
            f"{name}=={version.partition('+')[0]}" for name, version in sorted(packages.items()) if name != "Python"
        ]
        return "\n".join([*pins, f"./{wheel_name()}", ""])


def quoted(text: str) -> str:
    """A text as YAML, whatever signs it has."""
    return json.dumps(text, ensure_ascii=False)


def take_home(config: MkDocsConfig, lesson: Lesson) -> dict[str, str]:
    """What a lesson's page offers besides its source and its notebook, by address.

    Colab opens a notebook from GitHub alone, where `mkdocs gh-deploy` has put it, and fetches data from the site.
    """
    offered = {f"{lesson.name}.zip": "Zip that runs at home"} if is_installed() else {}
    repository = GITHUB.match(config.repo_url or "")
    if repository and config.site_url:
        place = f"{repository['name']}/blob/{config.remote_branch}/{place_of(config, lesson, 'ipynb')}"
        offered[f"https://colab.research.google.com/github/{place}"] = "Open in Colab"
    return offered


def page_of(config: MkDocsConfig, source: str) -> str:
    """The address of the page of a source, from the site's root."""
    return source.rpartition(".")[0] + ("/" if config.use_directory_urls else ".html")


def place_of(config: MkDocsConfig, lesson: Lesson, end: str) -> str:
    """Where a file that belongs to a lesson's page lies in the site: beside that page."""
    return f"{page_of(config, lesson.place).rpartition('/')[0]}/{lesson.name}.{end}"


def needed_by_some(lessons: Sequence[Lesson]) -> set[str]:
    """The packages that lessons say no set-up has to have."""
    return {name for lesson in lessons for name in lesson.needs}
