"""Errors in their own words: what they were raised from, their notes, and where."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import WriteLesson

from lessonpress.read.lesson import Lesson
from lessonpress.run.errors import CAUSED, DURING, describe_error, write_error
from lessonpress.run.record import Run, Trouble

FROM = """
def read(name):
    try:
        return {}[name]
    except KeyError as error:
        raise ValueError("no entry") from error

read("w")
"""


@pytest.fixture
def trouble(write_lesson: WriteLesson, run: Callable[[Lesson], Run]) -> Callable[[str], Trouble]:
    """What a cell's failure is told as; its code begins in line 5."""

    def trouble(cell: str) -> Trouble:
        (only,) = run(write_lesson(cell)).results[0].troubles
        return only

    return trouble


def test_a_failure_names_what_it_was_raised_from(trouble: Callable[[str], Trouble]) -> None:
    failed = trouble(FROM)
    assert (failed.message, failed.line) == ("ValueError: no entry, caused by KeyError: 'w'", 9)
    assert failed.detail == (
        "lessons/tiny.py:7, in read\n    return {}[name]\nKeyError: 'w'\n\n"
        f"{CAUSED}\n\n"
        'lessons/tiny.py:11, in <module>\n    read("w")\nlessons/tiny.py:9, in read\n'
        '    raise ValueError("no entry") from error\nValueError: no entry'
    )


def test_a_failure_while_another_is_dealt_with_tells_of_both(trouble: Callable[[str], Trouble]) -> None:
    failed = trouble("try:\n    1 / 0\nexcept ZeroDivisionError:\n    int('x')")
    assert failed.message == "ValueError: invalid literal for int() with base 10: 'x'"
    assert f"ZeroDivisionError: division by zero\n\n{DURING}" in failed.detail


def test_a_failure_has_its_notes(trouble: Callable[[str], Trouble]) -> None:
    failed = trouble("error = TypeError('no number')\nerror.add_note('give a number')\nraise error")
    assert failed.message == "TypeError: no number"
    assert failed.detail.endswith("TypeError: no number\ngive a number")


def test_an_error_raised_from_none_stands_alone(trouble: Callable[[str], Trouble]) -> None:
    failed = trouble("try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise ValueError('no') from None")
    assert (failed.message, "division" in failed.detail) == ("ValueError: no", False)


def test_a_doctest_that_raises_names_the_cause(trouble: Callable[[str], Trouble]) -> None:
    prose = "# %% [markdown]\n# >>> try:\n# ...     1 / 0\n# ... except ZeroDivisionError as error:\n"
    failed = trouble(prose + "# ...     raise ValueError('no') from error")
    assert failed.message == "doctest raised ValueError: no, caused by ZeroDivisionError: division by zero"


def test_errors_that_lead_to_each_other_are_each_told_once() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__context__, other.__context__ = other, one
    assert write_error(one).count("ValueError") == 2


def test_a_long_error_is_cut() -> None:
    assert len(describe_error(ValueError("x" * 10_000_000))) < 2_100


def test_each_error_of_a_group_is_told() -> None:
    group = ExceptionGroup("many", [ValueError("one"), ExceptionGroup("more", [TypeError("two")])])
    assert write_error(group) == (
        "ExceptionGroup: many (2 sub-exceptions)\n  | ValueError: one\n"
        "  | ExceptionGroup: more (1 sub-exception)\n  |   | TypeError: two"
    )
