"""A lesson's frame: its place and length, its question, and the band below it."""

from __future__ import annotations

import re

import markdown
import pytest
from conftest import WriteExercises, WriteLesson

from lessonpress.course import Course
from lessonpress.printing.frame import Frame, add_downloads, count_minutes, find_question, frame_lessons
from lessonpress.read.exercises import read_exercises
from lessonpress.read.lesson import Lesson

AIM = "After this lesson you can add two\nnumbers, and [more](more.md).  You need\n[numbers](numbers.py), and paper."


@pytest.fixture
def lesson(write_lesson: WriteLesson) -> Lesson:
    return write_lesson("# %% [markdown]\n# Text.")


def as_html(text: str) -> str:
    return re.sub(r"\s+", " ", markdown.markdown(text, extensions=["md_in_html", "attr_list"]))


def test_each_lesson_knows_its_place_and_its_minutes(
    write_lesson: WriteLesson, write_exercises: WriteExercises, course: Course
) -> None:
    first, second = write_lesson("# %%\n1", name="first"), write_lesson("# %%\n1", name="tiny")
    module = read_exercises(write_exercises(), course.root)
    frames = dict(frame_lessons([first, second], [module]))
    assert frames[first.path] == Frame(1, 2, 5, 0, "")
    assert frames[second.path] == Frame(2, 2, 5, 10, ""), "1 + 5 + 1 + 5 minutes, rounded"


def test_words_take_time_and_so_does_code_that_shows(write_lesson: WriteLesson) -> None:
    words = "# %% [markdown]\n" + "# [one two](some/where/that/is/not/read.md) three four\n" * 500
    code = "\n".join(f"a = {number}\n" for number in range(150))
    assert count_minutes(write_lesson(words)) == 10
    assert count_minutes(write_lesson(f"{words}\n# %%\n{code}")) == 25
    assert count_minutes(write_lesson(f"{words}\n# %%\n#| echo: fold\n{code}")) == 10


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("**What does `a`\n# [*mean*](a.md)?** This.", "What does a mean?"),
        ("This. **What does it mean?**", ""),
        ("", ""),
    ],
)
def test_the_question_is_what_a_lesson_opens_with_in_bold(text: str, question: str, write_lesson: WriteLesson) -> None:
    assert find_question(write_lesson(title=f"Tiny\n#\n# {text}")) == question


def test_aim_needs_and_downloads_stand_in_one_band(lesson: Lesson) -> None:
    page = as_html(add_downloads(f"# Title\n\n**Question?**\n\n{AIM}\n\nHere.\n", lesson, {"course.zip": "Zip"}))
    heads = ["After it you can", "You need", "Take it with you"]
    assert re.findall("<dt>(.*?)</dt>", page) == heads
    can, need, take = re.findall("<dd>(.*?)</dd>", page)
    assert can == 'add two numbers, and <a href="more.md">more</a>.'
    assert need == '<a href="numbers.py">numbers</a>, and paper.'
    assert re.findall('<a href="(.*?)" download>(.*?)</a>', take) == [
        ("tiny.ipynb", "Notebook"),
        ("tiny.py", "Python file"),
        ("course.zip", "Zip"),
    ]
    assert "After this lesson" not in page
    assert page.index("Question") < page.index("<dl") < page.index("Here.")


def test_a_lesson_that_needs_nothing_has_a_band_without_it(lesson: Lesson) -> None:
    page = as_html(add_downloads("# Title\n\nAfter this lesson you can add.\n\nYou need luck.", lesson, {}))
    assert re.findall("<dt>(.*?)</dt>", page) == ["After it you can", "Take it with you"]
    assert "<p>You need luck.</p>" in page


def test_without_an_aim_the_downloads_stand_below_the_title(lesson: Lesson) -> None:
    page = add_downloads("# Title\n\nText.", lesson, {"https://example.org/": "Elsewhere"})
    assert page.split("\n\n")[1].startswith('<p class="lesson-downloads"><a href="tiny.ipynb" download>')
    assert '<a href="https://example.org/">Elsewhere</a></p>\n\nText.' in page


@pytest.mark.parametrize("code", ["```python\n# a comment\n```", "```\nAfter this lesson you can\n```"])
def test_downloads_stand_in_no_code(lesson: Lesson, code: str) -> None:
    page = add_downloads(f"{code}\n\n# Title\n\nText\n\n# More\n", lesson, {})
    assert page.startswith(f'{code}\n\n# Title\n\n<p class="lesson-downloads">')
    assert page.count("lesson-downloads") == 1
    assert add_downloads(f"{code}\n\nText", lesson, {}) == f"{code}\n\nText"
