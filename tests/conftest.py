"""What tests share: lessons written into a small project of their own, and that project built."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import markdown
import pytest
from mkdocs.utils.yaml import yaml_load
from playwright.sync_api import Browser, sync_playwright
from small_project import SITE, Project, new_project
from warm_mkdocs import run_mkdocs

from lessonpress.course import Course
from lessonpress.kept.pool import Pool
from lessonpress.practice.checker import Checker
from lessonpress.printing.glossary import Term, read_terms
from lessonpress.read.lesson import Lesson, read_lesson
from lessonpress.run.record import Event, Run, collect_run
from lessonpress.run.runner import run_steps
from lessonpress.settings import Settings

collect_ignore_glob = ["run/corpus/*"]  # lessons, which a test runs

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
os.environ["MPLBACKEND"] = "agg"  # no windows, on whatever machine

# A process started in the background of a shell ignores Ctrl-C, and hands that on to those it starts in turn, which
# the tests then could not stop in the way a person does.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Two exercises that ask for code, a number, and a choice; none needs torch.
EXERCISES = """\
# %% exercise double [markdown] after="twice" minutes=1
# ## Doubled
#
# Write `double(x)`, which returns `2 * x`, as in [Twice](../tiny.py#twice).

# %% starter
def double(x):
    return ____

# %% solution
def double(x):
    return 2 * x

# %% also right
def double(x):
    return x + x

# %% hint [markdown]
# Twice is `*` two.

# %% hint [markdown]
# Or add [the number](../tiny.py#twice) to itself.

# %% check
def check(answer):
    yield "double(3)", answer.double(3)
    yield "double(-0.5)", answer.double(-0.5)

# %% wrong
#| says: That squares; twice is a sum.
def double(x):
    return x * x

# %% wrong
#| says: That adds two.
def double(x):
    return x + 2

# %% exercise triple [markdown]
# ## Tripled
#
# Write `triple(x)`.

# %% starter
def triple(x):
    return ____

# %% solution
def triple(x):
    return 3 * x

# %% check
def check(answer):
    yield "triple(3)", answer.triple(3)

# %% wrong
#| says: That doubles.
def triple(x):
    return 2 * x

# %% exercise grams [markdown] minutes=1 within=0.01
# ## Grams
#
# For how many grams is it 115?

# %% solution
answer = (115 - 90) / 2.5

# %% wrong
#| says: Take the 90 away first.
answer = 115 / 2.5

# %% exercise which [markdown]
# ## Which
#
# What happens to it?

# %% choices [markdown]
# - a) It stays.
# - b) It *grows*.

# %% solution
answer = "b"

# %% wrong
#| says: Look again.
answer = "a"
"""

WriteLesson = Callable[..., Lesson]
WriteExercises = Callable[..., Path]


def tree(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out the engine's tests one by one, a file that shares fixtures and all that needs the course as a whole.

    So no lesson runs and no site is built in both processes. Marks of pytest-xdist would do, had they not lost their
    effect with pytest 9.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            if path.endswith("/test_exercises.py") and path.startswith("tests/course/"):
                return path + nodeid.partition("[")[2].partition("/")[0]  # a lesson's, which need no site
            if not path.startswith(("tests/", "lessonpress/")) or path.startswith("tests/course/"):
                return "course"
            return path if shares_fixtures(config.rootpath / path) else nodeid

    return Scheduling(config, log)


@functools.cache
def shares_fixtures(path: Path) -> bool:
    return 'scope="module"' in path.read_text(encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty project; its name has a blank and a letter outside ASCII, as folders at home do."""
    root = tmp_path / "tiny çourse"
    for folder in ("lessons", "glossary", "docs"):
        (root / folder).mkdir(parents=True)
    (root / "mkdocs.yml").write_text(SITE, encoding="utf-8")
    return root


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A course in which nothing is wrong: one lesson with a figure, one term."""
    return new_project(tmp_path)


@pytest.fixture
def write_lesson(root: Path) -> WriteLesson:
    """Write cells (code, or prose where they begin with '# %% [markdown]') as a lesson, and read it."""

    def write(*cells: str, name: str = "tiny", title: str = "Tiny") -> Lesson:
        pieces = [f"# %% [markdown]\n# # {title}"]
        for cell in map(textwrap.dedent, cells):
            pieces.append(cell.strip("\n") if cell.lstrip().startswith("# %%") else "# %%\n" + cell.strip("\n"))
        path = root / "lessons" / f"{name}.py"
        path.write_text("\n\n".join(pieces) + "\n", encoding="utf-8")
        return read_lesson(path, root)

    return write


@pytest.fixture
def write_exercises(root: Path) -> WriteExercises:
    """Write a text as the exercises of a lesson; the path of its module."""

    def write(text: str = EXERCISES, name: str = "tiny") -> Path:
        path = root / "lessons" / "exercises" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def answer_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """One process for all tests that answers are forked from; it holds no torch, which these answers do without."""
    pool = Pool(
        tmp_path_factory.mktemp("answers"), 2, 20, ("matplotlib.pyplot", "lessonpress.run.check"), resolve=False
    )
    yield pool
    pool.close()


@pytest.fixture
def checker(root: Path, answer_pool: Pool) -> Checker:
    """A checker of the project's answers that is warm already."""
    checker = Checker(root)
    answer_pool.root, answer_pool.limit = root, 20
    checker.pool = answer_pool
    return checker


@pytest.fixture
def write_term(root: Path) -> Callable[..., Lesson]:
    """Write a page of the glossary, and read it."""

    def write_term(slug: str, matter: str, prose: str = "Text.") -> Lesson:
        path = root / "glossary" / f"{slug}.md"
        path.write_text(f"---\n{matter}\n---\n\n{prose}\n", encoding="utf-8")
        return read_lesson(path, root)

    return write_term


@pytest.fixture
def terms(write_term: Callable[..., Lesson]) -> dict[str, Term]:
    """Two terms, of which one has other names."""
    bias = "term: bias\nsynonyms: [offset, intercept]\ndefinition: A number that is\n  added."
    weight = "term: weight\ndefinition: A number that is multiplied."
    return read_terms([write_term("bias", bias), write_term("weight", weight)])[0]


@pytest.fixture
def run(root: Path) -> Callable[[Lesson], Run]:
    """Run a lesson in this very process, which is quick, and enough for all but processes that end."""

    def run(lesson: Lesson) -> Run:
        events: list[Event] = []
        run_steps(root / lesson.path, root, lesson.steps, events.append)
        return collect_run(len(lesson.steps), events)[0]

    return run


@pytest.fixture(scope="session")
def render() -> Callable[[str], str]:
    """Turn Markdown into HTML with the extensions that the tiny site names."""
    named = [entry if isinstance(entry, dict) else {entry: {}} for entry in yaml_load(SITE)["markdown_extensions"]]
    options = {name: settings for entry in named for name, settings in entry.items()}
    return lambda text: markdown.markdown(text, extensions=[*options], extension_configs=options)


@pytest.fixture(scope="session")
def warm_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """One process for all tests that lessons are forked from; it holds no more than each of them would import."""
    pool = Pool(tmp_path_factory.mktemp("server"), workers=2, limit=20, preload=("matplotlib.pyplot",))
    pool.start()  # in a folder of its own, which stays on the path of all lessons
    yield pool
    pool.close()


@pytest.fixture
def course(root: Path, warm_pool: Pool) -> Course:
    """The course of the project, with a pool that has few imports and is warm already."""
    course = Course(Settings(root, workers=2, limit=20, preload=()))
    warm_pool.root, warm_pool.limit = root, 20
    course.pool = warm_pool
    return course


@pytest.fixture
def warm_courses(warm_pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have any course that the engine makes for itself use the pool that is warm already, and leave it open."""
    initialize = Course.__init__

    def initialize_with_pool(course: Course, settings: Settings) -> None:
        initialize(course, settings)
        warm_pool.root, warm_pool.limit = settings.root, settings.limit
        course.pool = warm_pool

    monkeypatch.setattr(Course, "__init__", initialize_with_pool)
    monkeypatch.setattr(Course, "close", lambda course: None)


@pytest.fixture
def build(root: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `mkdocs build` on the project; `afresh` as an author does, with hashes and addresses of its own."""
    (root / "docs" / "index.md").write_text("# Home\n", encoding="utf-8")

    def run(*arguments: str, afresh: bool = False) -> subprocess.CompletedProcess[str]:
        if not afresh:
            return run_mkdocs(root, "build", *(arguments or ("--strict",)))
        command = [sys.executable, "-m", "mkdocs", "build", *(arguments or ("--strict",))]
        return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium; install Debian's package, or name one in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
