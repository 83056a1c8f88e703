"""`display` and its kin, by name and from IPython."""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Callable

import pytest
from conftest import WriteLesson

from lessonpress.course import Course
from lessonpress.read.lesson import Lesson
from lessonpress.run.display import GIVEN_ON, IPYTHON
from lessonpress.run.record import Run

Shown = Callable[[str], list[tuple[str, str]]]
FROM_IPYTHON = "from IPython.display import clear_output, display, publish_display_data, update_display\n"


@pytest.fixture
def shown(write_lesson: WriteLesson, run: Callable[[Lesson], Run]) -> Shown:
    """What a cell shows."""

    def shown(cell: str) -> list[tuple[str, str]]:
        (result,) = run(write_lesson(cell)).results
        assert not result.troubles
        return [(output.kind, output.text) for output in result.outputs]

    return shown


@pytest.mark.parametrize("begin", ["", FROM_IPYTHON, "import IPython\ndisplay = IPython.display.display\n"])
def test_what_is_displayed_keeps_its_place(begin: str, shown: Shown) -> None:
    assert shown(f"{begin}print(1)\ndisplay(2, None)\nprint(3)\n4") == [
        ("stdout", "1\n"),
        ("value", "2"),
        ("value", "None"),
        ("stdout", "3\n"),
        ("value", "4"),
    ]


def test_each_state_of_what_is_updated_is_shown(shown: Shown) -> None:
    code = "handle = display('one', display_id=True)\nhandle.update('two')\nupdate_display('three', display_id='x')"
    assert shown(FROM_IPYTHON + code) == [("value", "'one'"), ("value", "'two'"), ("value", "'three'")]


def test_output_is_cleared_at_once(shown: Shown) -> None:
    assert shown(FROM_IPYTHON + "print(1)\ndisplay(2)\nclear_output()\nprint(3)") == [("stdout", "3\n")]


def test_output_waits_to_be_cleared_for_what_comes_next(shown: Shown) -> None:
    assert shown(FROM_IPYTHON + "print(1)\nclear_output(wait=True)") == [("stdout", "1\n")]
    assert shown(FROM_IPYTHON + "print(1)\nclear_output(wait=True)\nprint(2)\nprint(3)") == [("stdout", "2\n3\n")]
    assert shown(FROM_IPYTHON + "print(1)\ndisplay(2, clear=True)") == [("value", "2")]


def test_forms_that_a_lesson_has_made_are_shown(shown: Shown) -> None:
    assert shown(FROM_IPYTHON + "publish_display_data({'text/html': '<b>b</b>'})") == [("html", "<b>b</b>")]
    assert shown("display({'text/markdown': '*m*'}, raw=True)") == [("markdown", "*m*")]


def test_a_value_may_display_itself(shown: Shown) -> None:
    assert shown("class Own:\n    def _ipython_display_(self):\n        display('mine')\nOwn()") == [
        ("value", "'mine'")
    ]


def test_display_needs_no_ipython(write_lesson: WriteLesson, course: Course) -> None:
    ((_, run),) = course.pool.run([write_lesson("import sys\ndisplay('IPython' in sys.modules)")])
    assert [output.text for output in run.results[0].outputs] == ["False"]


def test_ipython_is_left_as_it_was(shown: Shown) -> None:
    for name in (GIVEN_ON, IPYTHON):
        sys.modules.pop(name, None)
    shown(FROM_IPYTHON + "display(1)")
    for name in (GIVEN_ON, IPYTHON):
        assert vars(importlib.import_module(name))["display"].__module__ == IPYTHON
    assert not hasattr(builtins, "display")
    assert not any(type(finder).__module__.startswith("lessonpress") for finder in sys.meta_path)
