"""Lessons, terms and exercises begun on the command line: they build at once, and `check` knows them for drafts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import EXERCISES, WriteExercises, WriteLesson, tree
from mkdocs.utils.yaml import yaml_load
from warm_mkdocs import run_mkdocs

from lessonpress.hosts.cli import main
from lessonpress.hosts.commands.nav import with_entry

NAV = """\
# The course
nav:
  - Home: index.md     # a page
  - A network:
      - 'lessons/tiny.py'   # the first
      - Deep: lessons/deep.py
  - End: end.md
plugins: [lessonpress]
"""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new course."""
    folder = tmp_path_factory.mktemp("begun") / "course"
    assert main(["init", str(folder)]) == 0
    return folder


@pytest.fixture
def course_folder(begun: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "course"))


def say(root: Path, *words: str) -> int:
    return main(["--root", str(root), *words])


def test_what_is_begun_builds_without_a_warning_is_proved_and_is_a_draft(
    course_folder: Path, capsys: pytest.CaptureFixture[str], warm_courses: None
) -> None:
    assert say(course_folder, "new", "two_dice") == 0
    assert say(course_folder, "new-term", "fair", "coin") == 0
    assert say(course_folder, "new-exercise", "two_dice") == 0
    assert say(course_folder, "new-exercise", "lessons/coin.py") == 0
    done = run_mkdocs(course_folder, "build", "--strict")
    assert done.returncode == 0, done.stderr
    assert "WARNING -" not in done.stderr
    page = (course_folder / "site" / "lessons" / "two_dice" / "index.html").read_text(encoding="utf-8")
    assert "The sum is 7;" in page
    assert '<h1 id="two-dice">Two dice' in page
    assert say(course_folder, "prove") == 0
    capsys.readouterr()
    assert say(course_folder, "check", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert {one["code"] for one in found} == {"LP206"}
    assert {one["file"] for one in found} == {
        "lessons/two_dice.py", "glossary/fair-coin.md", "lessons/exercises/coin.py", "lessons/exercises/two_dice.py"
    }  # fmt: skip


# The nav


def test_a_lesson_comes_behind_the_last_or_behind_the_one_that_is_named_and_all_else_stays(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1")
    write_lesson("1", name="deep")
    (root / "mkdocs.yml").write_text(NAV, encoding="utf-8")
    assert say(root, "new", "deeper") == 0
    assert say(root, "new", "wide", "--after", "lessons/tiny.py") == 0
    text = (root / "mkdocs.yml").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line not in NAV.splitlines()] == [
        "      - lessons/wide.py",
        "      - lessons/deeper.py",
    ]
    assert "      - 'lessons/tiny.py'   # the first\n      - lessons/wide.py\n      - Deep: lessons/deep.py\n" in text
    assert text.replace("      - lessons/wide.py\n", "").replace("      - lessons/deeper.py\n", "") == NAV
    assert "mkdocs.yml: it comes behind lessons/tiny.py" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "nav: [index.md, lessons/tiny.py]\n",
        "nav:\n  - index.md\n  - First:\n      lessons/tiny.py\n",
        "nav:\n  - Course: &course\n      - lessons/tiny.py\n  - Again: *course\n",
        "extra:\n  course: &course\n    - lessons/tiny.py\nnav: *course\n",
        "extra: |\n  - lessons/tiny.py\nnav: [lessons/tiny.py]\n",
        "extra:\n  - lessons/tiny.py\nnav:\n  - lessons/tiny.py\n",
        "nav:\n  - {Tiny: lessons/tiny.py}\n",
    ],
)
def test_where_it_is_not_safe_the_line_to_write_is_printed_and_the_status_says_so(
    text: str, root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1")
    text += "plugins: [lessonpress]\n"
    (root / "mkdocs.yml").write_text(text, encoding="utf-8")
    assert say(root, "new", "wide") == 3
    assert capsys.readouterr().out.endswith("put this line into the list `nav`:\n  - lessons/wide.py\n")
    assert (root / "mkdocs.yml").read_text(encoding="utf-8") == text
    assert (root / "lessons" / "wide.py").is_file()


@pytest.mark.parametrize("nav", ["[index.md]", "\n  - index.md"])
def test_where_no_lesson_is_in_the_nav_the_line_is_printed(
    nav: str, root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1")
    text = f"site_name: Tiny\nplugins:\n  - search\n  - lessonpress:   # runs lessons\n      limit: 20\nnav: {nav}\n"
    (root / "mkdocs.yml").write_text(text, encoding="utf-8")
    assert say(root, "new", "wide") == 3
    assert capsys.readouterr().out.endswith("put this line into the list `nav`:\n  - lessons/wide.py\n")
    assert (root / "mkdocs.yml").read_text(encoding="utf-8") == text


def test_a_lesson_in_the_pages_folder_is_named_as_the_nav_names_it(root: Path, write_lesson: WriteLesson) -> None:
    write_lesson("1")
    (root / "lessons").rename(root / "docs" / "lessons")
    text = "site_name: Tiny\nplugins: [lessonpress]\nnav:\n  - index.md\n  - lessons/tiny.py\n"
    (root / "mkdocs.yml").write_text(text, encoding="utf-8")
    assert say(root, "new", "wide", "--after", "tiny") == 0
    assert (root / "docs" / "lessons" / "wide.py").is_file()
    assert (root / "mkdocs.yml").read_text(encoding="utf-8") == f"{text}  - lessons/wide.py\n"


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("last", ["", "end"])
def test_the_file_s_own_line_ends_are_kept(end: str, last: str) -> None:
    text = f"site_name: Tiny{end}nav:{end}- lessons/tiny.py" + (end if last else "")
    made = with_entry(text, "lessons/wide.py", "lessons/tiny.py")
    assert made is not None
    assert made.startswith(text)
    assert yaml_load(made)["nav"] == ["lessons/tiny.py", "lessons/wide.py"]
    if last:
        assert made.splitlines(keepends=True)[-1] == f"- lessons/wide.py{end}"


def test_without_a_nav_nothing_is_to_be_written_unless_an_order_is_asked_for(
    root: Path, write_lesson: WriteLesson
) -> None:
    write_lesson("1")
    before = (root / "mkdocs.yml").read_bytes()
    assert say(root, "new", "wide") == 0
    assert say(root, "new", "deep", "--after", "tiny") == 3
    assert (root / "mkdocs.yml").read_bytes() == before


def test_a_term_is_put_into_the_nav_where_other_terms_are(root: Path, write_lesson: WriteLesson) -> None:
    write_lesson("1")
    (root / "mkdocs.yml").write_text("plugins: [lessonpress]\nnav:\n- glossary/index.md\n", encoding="utf-8")
    assert say(root, "new-term", "bias") == 0
    assert "bias" not in (root / "mkdocs.yml").read_text(encoding="utf-8")
    (root / "mkdocs.yml").write_text("plugins: [lessonpress]\nnav:\n- glossary/bias.md\n", encoding="utf-8")
    assert say(root, "new-term", "weight") == 0
    assert (root / "mkdocs.yml").read_text(encoding="utf-8").endswith("- glossary/bias.md\n- glossary/weight.md\n")


# What is refused


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["new", "Two-Dice"], "'Two-Dice' can't name a lesson, which is a module"),
        (["new", "class"], "'class' can't name a lesson"),
        (["new", "lessons/dice.py"], "can't name a lesson"),
        (["new", "_dice"], "can't name a lesson"),
        (["new", "statistics"], "'statistics' is a module of Python too"),
        (["new", "mkdocs"], "'mkdocs' is a module of mkdocs too"),
        (["new", "dice", "--after", "tyni"], "no lesson is called tyni; did you mean 'tiny'?"),
        (["new-term", "à la carte"], "can't name a term's page"),
        (["new-term", "Index"], "'glossary/index.md' is no term's page"),
        (["new-exercise", "tyni"], "no lesson is called tyni; did you mean 'tiny'?"),
        (["new-exercise", "tiny", "Twice"], "'Twice' can't name an exercise"),
    ],
)
def test_a_wrong_name_is_refused_with_the_reason(
    words: list[str], told: str, root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1")
    before = tree(root)
    with pytest.raises(SystemExit, match="2"):
        say(root, *words)
    assert told in capsys.readouterr().err
    assert tree(root) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["new", "tiny"], "lessons/tiny.py is there already"),
        (["new-term", "bias"], "the term 'bias' stands on glossary/bias.md already"),
        (["new-term", "Y", "Intercept"], "the term 'y intercept' stands on glossary/bias.md already"),
        (["new-term", "odd"], "glossary/odd.md is there already"),
        (["new-exercise", "tiny", "double"], "lessons/exercises/tiny.py has an exercise 'double' already"),
    ],
)
def test_a_name_that_is_taken_is_refused_and_nothing_changes(
    words: list[str],
    told: str,
    root: Path,
    write_lesson: WriteLesson,
    write_exercises: WriteExercises,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_lesson("1")
    write_exercises()
    bias = "---\nterm: bias\nsynonyms: [y intercept]\ndefinition: A number.\n---\n"
    (root / "glossary" / "bias.md").write_text(bias, encoding="utf-8")
    (root / "glossary" / "odd.md").write_text("---\nterm: [\n---\n", encoding="utf-8")
    before = tree(root)
    assert say(root, *words) == 1
    assert told in capsys.readouterr().err
    assert tree(root) == before


def test_an_exercise_is_put_behind_those_that_are_there(root: Path, write_lesson: WriteLesson) -> None:
    write_lesson("1")
    path = root / "lessons" / "exercises" / "tiny.py"
    path.parent.mkdir()
    path.write_text(EXERCISES, encoding="utf-8")
    assert say(root, "new-exercise", "tiny") == say(root, "new-exercise", "tiny") == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith(EXERCISES)
    assert text.index("# %% exercise exercise_1 [markdown]") < text.index("# %% exercise exercise_2 [markdown]")
