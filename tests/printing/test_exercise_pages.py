"""Exercises on the lesson's page: where they stand, what is folded, and what can be answered in the page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import EXERCISES, WriteExercises, WriteLesson

from lessonpress.course import BuildResult, Course
from lessonpress.printing.exercises import tidy
from lessonpress.problems import Problem

Set = Callable[..., tuple[str, list[Problem]]]


@pytest.fixture
def set_page(write_lesson: WriteLesson, write_exercises: WriteExercises, course: Course) -> Set:
    """Build a course of one lesson with two sections and exercises: its page, and all that is wrong."""
    write_lesson("# %% [markdown]\n# ## Twice\n#\n# Text.\n#\n# ### Deeper\n#\n# ## Last\n#\n# End.")

    def set_page(*changes: tuple[str, str]) -> tuple[str, list[Problem]]:
        text = EXERCISES
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        write_exercises(text)
        result: BuildResult = course.build()
        return result.pages["lessons/tiny.py"].markdown, result.problems

    return set_page


def headings(page: str) -> list[str]:
    return re.findall(r"^#+ (.*?)(?: \{.*)?$", page, re.MULTILINE)


def test_an_exercise_stands_behind_its_section_and_the_rest_at_the_end(set_page: Set) -> None:
    page, problems = set_page()
    assert problems == []
    end = ["Exercises", "Exercise: Tripled", "Exercise: Grams", "Exercise: Which"]
    assert headings(page) == ["Tiny", "Twice", "Deeper", "Exercise: Doubled", "Last", *end]
    assert "### Exercise: Doubled { #exercise-double }" in page
    assert "About 1 minute. In your copy of the course, say `lessonpress practice open tiny/double`" in page


def test_an_exercise_of_a_deeper_section_stands_before_the_next(set_page: Set) -> None:
    page, _ = set_page(('after="twice"', 'after="deeper"'))
    assert headings(page)[:5] == ["Tiny", "Twice", "Deeper", "Exercise: Doubled", "Last"]


def test_an_unknown_section_is_a_problem_in_the_exercises_line(set_page: Set) -> None:
    _, (problem,) = set_page(('after="twice"', 'after="twise"'))
    assert problem.where == "lessons/exercises/tiny.py:2"
    assert problem.message.endswith(
        "stands after a section that the lesson doesn't have, 'twise'; did you mean 'twice'?"
    )


def test_links_lead_on_from_the_lessons_page(set_page: Set) -> None:
    page, _ = set_page()
    assert "as in [Twice](tiny.py#twice)." in page
    assert "    Or add [the number](tiny.py#twice) to itself." in page


@pytest.mark.parametrize("old", ["[Twice](../tiny.py#twice)", "[the number](../tiny.py#twice)"])
def test_a_link_to_a_term_that_is_not_there_is_a_problem_in_its_line(set_page: Set, old: str) -> None:
    _, (problem,) = set_page((old, "[it](../../glossary/nope.md)"))
    assert problem.path == "lessons/exercises/tiny.py"
    assert old in EXERCISES.split("\n")[problem.line - 1]
    assert "nope" in problem.message


def test_hints_and_solution_are_folded(set_page: Set, render: Callable[[str], str]) -> None:
    page, _ = set_page()
    assert '??? tip "Hint 1 of 2"\n\n    Twice is `*` two.\n' in page
    folded = re.findall(r"<details class=\"(\w+)\">\s*<summary>(.*?)</summary>", render(page))
    assert folded[:3] == [("tip", "Hint 1 of 2"), ("tip", "Hint 2 of 2"), ("success", "Solution")]
    assert "    def double(x):\n        return 2 * x\n" in page


def test_what_a_solution_prints_is_shown_with_it(set_page: Set) -> None:
    page, _ = set_page(("    return 3 * x\n", "    return 3 * x\n\nprint('thrice', triple(4))\n"))
    assert "thrice 12" in page.partition("Exercise: Tripled")[2].partition("Exercise: Grams")[0]


def test_a_question_carries_its_answer_and_each_wrong_ones_message(set_page: Set) -> None:
    page, _ = set_page()
    kinds = re.findall(r'class="lesson-question" data-kind="(\w+)" data-answer="(.*?)"', page)
    answers = {kind: json.loads(html.unescape(data)) for kind, data in kinds}
    assert answers == {
        "number": {"right": "10.0", "within": 0.01, "says": [["46.0", "Take the 90 away first."]]},
        "choice": {"right": "b", "within": 0.0, "says": [["a", "Look again."]]},
    }
    assert "- a) It stays.\n- b) It *grows*.\n" in page
    assert "**b)** It *grows*." in page
    assert "**10**" in page


def test_choices_are_a_list_where_no_script_runs(set_page: Set, render: Callable[[str], str]) -> None:
    question = render(set_page()[0]).partition('data-kind="choice"')[2].partition("</div>")[0]
    assert re.findall(r"<li>(.*?)</li>", question) == ["a) It stays.", "b) It <em>grows</em>."]


def test_a_solution_that_fails_is_a_problem_and_so_fails_the_build(set_page: Set) -> None:
    _, problems = set_page(("return 3 * x", "return 3 * x\n\nnope"))
    assert problems[0].path == "lessons/exercises/tiny.py"
    assert problems[0].message == "exercise 'triple', its solution: NameError: name 'nope' is not defined"
    assert "nope" in EXERCISES.replace("return 3 * x", "return 3 * x\n\nnope").split("\n")[problems[0].line - 1]


@pytest.mark.parametrize(("number", "told"), [("10.000000149", "10"), ("0.1", "0.1"), ("inf", "inf"), ("a", "a")])
def test_numbers_are_shown_without_what_rounding_leaves(number: str, told: str) -> None:
    assert tidy(number) == told


def test_a_picture_beside_the_exercises_is_found_from_the_page(
    root: Path, write_lesson: WriteLesson, write_exercises: WriteExercises, course: Course
) -> None:
    write_lesson("# %% [markdown]\n# ## Twice")
    write_exercises(EXERCISES.replace("# Write `double(x)`", "# ![a](a.png) Write `double(x)`", 1))
    (root / "lessons" / "exercises" / "a.png").write_bytes(b"")
    result = course.build()
    assert result.problems == []
    assert "![a](exercises/a.png)" in result.pages["lessons/tiny.py"].markdown
    assert result.pages["lessons/tiny.py"].pictures == {"lessons/exercises/a.png": "lessons/exercises/a.png"}
