"""A course's exercises found: in the order of its pages, without the site's packages, and whatever else is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import EXERCISES, WriteExercises

from lessonpress.practice.workbook import open_workbook
from lessonpress.problems import CannotGoOn


def lessons_of(root: Path) -> list[str]:
    return [module.lesson for module in open_workbook(root).modules]


def test_exercises_come_in_the_order_of_the_pages_and_the_rest_by_name(
    root: Path, write_exercises: WriteExercises
) -> None:
    for name in ("a", "b", "c", "d", "_draft"):
        write_exercises(name=name)
    nav = "nav:\n  - Home: index.md\n  - Lessons:\n      - lessons/d.py\n      - Second: lessons/b.py\n"
    (root / "mkdocs.yml").write_text(nav, encoding="utf-8")
    assert lessons_of(root) == ["d", "b", "a", "c"]


@pytest.mark.parametrize(
    "config",
    [
        "",
        "- not\n- a mapping\n",
        "site_name: !ENV [NAME, 'Tiny']\nemoji: !!python/name:material.extensions.emoji.to_svg\n",
        "plugins: {search: {}, lessonpress: {lessons: lessons}}\n",
        "plugins: [search, lessonpress]\nnav:\n",
        "plugins:\n  - lessonpress:\n      lessons:\n",
        "\ufeffsite_name: Tïny\n",
    ],
)
def test_whatever_mkdocs_reads_is_read(root: Path, write_exercises: WriteExercises, config: str) -> None:
    write_exercises()
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")
    assert lessons_of(root) == ["tiny"]


def test_lessons_may_lie_in_another_folder(root: Path, write_exercises: WriteExercises) -> None:
    write_exercises()
    (root / "lessons").rename(root / "kapitel")
    (root / "mkdocs.yml").write_text("plugins: [search, {lessonpress: {lessons: kapitel}}]", encoding="utf-8")
    assert lessons_of(root / "kapitel") == ["tiny"], "from any folder of the course"


def test_a_broken_module_is_left_out_and_told_of(root: Path, write_exercises: WriteExercises) -> None:
    write_exercises(name="good")
    write_exercises("# %% starter\nx = 1\n", name="bad")
    workbook = open_workbook(root)
    assert [module.lesson for module in workbook.modules] == ["good"]
    assert [problem.where for problem in workbook.problems] == ["lessons/exercises/bad.py:2"]


def test_what_a_learner_can_do_nothing_with_is_told_in_a_plain_sentence(
    root: Path, tmp_path: Path, write_exercises: WriteExercises
) -> None:
    with pytest.raises(CannotGoOn, match="no exercises in lessons/exercises of tiny çourse"):
        open_workbook(root)
    write_exercises("# %% starter\nx = 1\n")
    with pytest.raises(CannotGoOn, match=r"no exercise can be read .*\nlessons/exercises/tiny.py:2: 'starter' before"):
        open_workbook(root)
    (root / "mkdocs.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(CannotGoOn, match=r"mkdocs.yml can't be read"):
        open_workbook(root)
    (root / "mkdocs.yml").write_text("a: 2026-99-99", encoding="utf-8")
    with pytest.raises(CannotGoOn, match=r"mkdocs.yml can't be read: month must be in"):
        open_workbook(root)
    with pytest.raises(CannotGoOn, match=r"no course in .* or above it; go to the course's folder"):
        open_workbook(tmp_path)


def test_an_exercise_is_found_by_its_name_and_by_its_lessons_where_two_have_it(
    root: Path, write_exercises: WriteExercises
) -> None:
    write_exercises()
    write_exercises(EXERCISES.replace("exercise triple", "exercise quadruple"), name="other")
    workbook = open_workbook(root)
    assert workbook.find("triple").key == "tiny/triple"
    assert workbook.find("other/double").key == "other/double"
    with pytest.raises(CannotGoOn, match=r"more than one .* 'double': say 'other/double' or 'tiny/double'"):
        workbook.find("double")
    with pytest.raises(CannotGoOn, match="no exercise is called 'tripel'; did you mean 'triple'"):
        workbook.find("tripel")
