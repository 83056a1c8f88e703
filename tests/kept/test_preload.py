"""What the process that lessons are forked from has ready for them, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import WriteLesson

from lessonpress.course import Course
from lessonpress.kept import pool as pool_module
from lessonpress.kept.pool import Pool
from lessonpress.kept.runs import Tell
from lessonpress.read.lesson import Lesson

IS_THERE = "import sys; print('json.tool' in sys.modules)"


def run(pool: Pool, *lessons: Lesson, tell: Tell = lambda *_: None) -> dict[str, str]:
    """What each lesson printed, in the order in which they ran."""
    runs = {lesson.name: run for lesson, run in pool.run(lessons, tell)}
    pool.close()
    return {name: "".join(o.text for r in run.results for o in r.outputs) for name, run in runs.items()}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the process with the imports is told to do, in order; it imports json beforehand, json.tool later."""
    told: list[str] = []
    ask = pool_module._ask

    def listen(process: Any, **request: object) -> None:
        told.extend(request)
        ask(process, **request)

    monkeypatch.setattr(pool_module, "_ask", listen)
    monkeypatch.setattr(pool_module, "PRELOAD_LATER", ("json.tool", "no_such_package.part"))
    return told


def test_lessons_that_optimize_come_last_and_find_their_import_made_while_others_run(
    root: Path, write_lesson: WriteLesson, told: list[str]
) -> None:
    optimizing = [write_lesson(f"optim = 1\n{IS_THERE}", name=name) for name in ("a", "b")]
    other = write_lesson(IS_THERE, name="c")
    printed = run(Pool(root, 1, 20, ("json",)), *optimizing, other, tell=lambda _, what, __: told.append(what))
    assert list(printed) == ["c", "a", "b"]
    assert printed == {"c": "False\n", "a": "True\n", "b": "True\n"}
    lesson = ["start", "started", "ended"]
    assert told == ["start", "import", "started", "ended", *lesson, *lesson]


def test_what_no_lesson_wants_is_not_imported(root: Path, write_lesson: WriteLesson, told: list[str]) -> None:
    assert run(Pool(root, 1, 20, ("json",)), write_lesson(IS_THERE)) == {"tiny": "False\n"}
    assert told == ["start"]


def test_what_a_first_figure_needs_is_there_before_the_first_lesson(write_lesson: WriteLesson, course: Course) -> None:
    lesson = write_lesson("import sys; print('matplotlib.backends.backend_svg' in sys.modules)")
    ((_, run),) = course.pool.run([lesson])
    assert run.results[0].outputs[0].text == "True\n"


def test_numbers_are_computed_on_one_thread_and_alike_on_any_machine(
    root: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MKL_CBWR": "COMPATIBLE"}
    for name in wanted:
        monkeypatch.setenv(name, "7")
    lesson = write_lesson(f"import os\nfor name in {list(wanted)}:\n    print(name, os.environ[name])")
    assert run(Pool(root, 1, 20, ()), lesson)["tiny"] == "".join(f"{name} {value}\n" for name, value in wanted.items())
