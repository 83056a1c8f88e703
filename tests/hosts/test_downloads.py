"""What a reader takes home: the same bytes in each build, all that runs, and nothing of the author's or a learner's."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from conftest import WriteExercises, WriteLesson
from mkdocs.config.defaults import MkDocsConfig

from lessonpress.course import Course
from lessonpress.hosts.downloads import Downloads
from lessonpress.hosts.wheel import wheel_name

READS = """
from pathlib import Path

for name in ("data/cars.csv", ".env", ".keys/mine"):
    if Path(name).exists():
        print(Path(name).read_text())
"""


@pytest.fixture
def files(root: Path, write_lesson: WriteLesson, write_exercises: WriteExercises, course: Course) -> dict[str, bytes]:
    """A course of two lessons, one with data and exercises, packed."""
    (root / "lessons" / "data").mkdir()
    (root / "lessons" / "data" / "cars.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (root / "lessons" / "data" / "unread.csv").write_text("no\n", encoding="utf-8")
    for path in (
        ".git/config",
        "answers/tiny/double.py",
        "answers/progress.json",
        "lessons/.env",
        "lessons/.keys/mine",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("own", encoding="utf-8")
    for path in ("LICENSE", "LICENSE-PROSE.md", "CITATION.cff", "lessons/__init__.py"):
        (root / path).write_text("", encoding="utf-8")
    write_lesson("# %% [markdown]\n# ## Twice\n#\n# Text.", READS)
    write_lesson("x = 1", name="other", title="Other")
    write_exercises()
    write_exercises(name="project")  # of no lesson, but of a page
    (root / "docs" / "project.md").write_text("# Project\n\n## Twice\n", encoding="utf-8")
    return pack(course)


def pack(course: Course, name: str = 'Tiny: a "course" #1') -> dict[str, bytes]:
    result = course.build()
    assert result.problems == []
    config = MkDocsConfig()
    config.load_dict({"site_name": name})
    downloads = Downloads(course.settings, result, config, course.last)
    return dict(downloads.files()) | {path: downloads.pack(path) for path in downloads.zips()}


def held(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


OF_LESSON = {
    ".gitignore",
    "CITATION.cff",
    "LICENSE",
    "LICENSE-PROSE.md",
    "README.txt",
    "lessons/__init__.py",
    "mkdocs.yml",
    "requirements.txt",
}
OF_TINY = {
    "lessons/data/cars.csv",
    "lessons/exercises/tiny.py",
    "lessons/tiny.ipynb",
    "lessons/tiny.py",
    "lessons/tiny_exercises.ipynb",
}


def test_each_lesson_and_the_course_are_packed_with_what_they_need_and_nothing_else(files: dict[str, bytes]) -> None:
    assert set(files) == {
        "course.zip",
        "exercises.json",
        "lessons/data/cars.csv",
        "lessons/other/other.zip",
        "lessons/tiny/tiny.zip",
    }
    wheel = wheel_name()
    assert set(held(files["lessons/tiny/tiny.zip"])) == OF_LESSON | OF_TINY | {wheel}
    others = {"lessons/other.py", "lessons/other.ipynb"}
    assert set(held(files["lessons/other/other.zip"])) == OF_LESSON | others | {wheel}
    assert set(held(files["course.zip"])) == OF_LESSON | OF_TINY | others | {wheel, "lessons/exercises/project.py"}


def test_two_builds_give_the_same_bytes(files: dict[str, bytes], course: Course) -> None:
    assert pack(course) == files
    with zipfile.ZipFile(io.BytesIO(files["course.zip"])) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}, "nor in a later one"


def test_what_goes_along_says_how_to_begin_and_keeps_answers_out_of_git(files: dict[str, bytes]) -> None:
    zipped = held(files["lessons/tiny/tiny.zip"])
    assert yaml.safe_load(zipped["mkdocs.yml"]) == {
        "site_name": 'Tiny: a "course" #1',
        "plugins": [{"lessonpress": {"lessons": "lessons"}}],
        "nav": ["lessons/tiny.py"],
    }
    assert "/answers/" in zipped[".gitignore"].decode().split("\n")
    assert "lessonpress practice" in zipped["README.txt"].decode()
    assert "lessonpress practice" not in held(files["lessons/other/other.zip"])["README.txt"].decode()
    assert zipped["requirements.txt"].decode().split("\n")[-2] == f"./{wheel_name()}"
    assert "+" not in zipped["requirements.txt"].decode()


def test_the_list_of_exercises_has_those_that_stand_on_pages(files: dict[str, bytes]) -> None:
    listed = json.loads(files["exercises.json"])
    assert listed[0]["url"] == "project/#exercise-double"
    assert next(entry for entry in listed if entry["key"] == "tiny/double") == {
        "key": "tiny/double",
        "title": "Doubled",
        "url": "lessons/tiny/#exercise-double",
    }
    names = ("double", "triple", "grams", "which")
    assert [entry["key"] for entry in listed] == [
        f"{lesson}/{name}" for lesson in ("project", "tiny") for name in names
    ]


def test_the_notebook_of_exercises_has_the_starter_and_a_check_for_each(files: dict[str, bytes]) -> None:
    notebook = json.loads(held(files["lessons/tiny/tiny.zip"])["lessons/tiny_exercises.ipynb"])
    cells = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert cells[1] == "from lessonpress import check"
    assert cells[3:5] == ["def double(x):\n    return ____", 'check("tiny/double")']
    assert "- a) It stays." in cells[-3]


def test_a_course_without_lessons_has_nothing_to_take_home(course: Course) -> None:
    assert pack(course) == {}


def test_a_lesson_taken_home_runs_and_checks_with_the_engine_that_came_along(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    home, engine = tmp_path / "at home", tmp_path / "engine"
    zipfile.ZipFile(io.BytesIO(files["lessons/tiny/tiny.zip"])).extractall(home)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(engine)]
    subprocess.run([*command, str(home / wheel_name())], check=True, timeout=120)

    def do(*arguments: str) -> tuple[int, str]:
        environment = os.environ | {"PYTHONPATH": str(engine)}
        program = "import lessonpress.hosts.requirements as r; r.missing_requirements = lambda: 1 / 0\n"
        program += "import lessonpress.practice.checker as c; import sys; c.PRELOAD = ('lessonpress.run.check',)\n"
        program += "assert c.__file__.startswith(sys.argv.pop(1)), c.__file__\n"
        program += "from lessonpress.hosts.cli import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-c", program, str(engine), *arguments],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    assert do("practice", "check", "double")[0] == 2
    (home / "answers" / "tiny" / "double.py").write_text("def double(x):\n    return x + x\n")
    assert do("practice", "check", "double") == (0, "✓ Right.\n")
    status, told = do("run", "lessons/tiny.py")
    assert (status, "1,2" in told) == (0, True), told


def test_pictures_go_along(root: Path, write_lesson: WriteLesson, course: Course) -> None:
    for path in ("docs/img/b.png", "lessons/a.png"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(path.encode())
    write_lesson('# %% [markdown]\n# ![a](a.png) <img alt="b" src="../img/b.png">')
    zipped = held(pack(course)["lessons/tiny/tiny.zip"])
    assert (zipped["lessons/a.png"], zipped["img/b.png"]) == (b"lessons/a.png", b"docs/img/b.png")
