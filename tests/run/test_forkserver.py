"""What lessons' processes write past Python's own streams."""

from __future__ import annotations

from conftest import WriteLesson

from lessonpress.course import Course
from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Result


def results_of(course: Course, lesson: Lesson) -> list[Result]:
    ((_, run),) = course.pool.run([lesson])
    assert run.ok
    return run.results


def test_what_programs_and_c_code_write_is_shown_with_the_cell_that_made_them_write(
    write_lesson: WriteLesson, course: Course
) -> None:
    lesson = write_lesson(
        "import os\nos.system('echo first');",
        "os.write(1, b'second\\n');",
        "import ctypes\nctypes.CDLL(None).printf(b'third\\n');",
        "import sys\nprint('fourth', file=sys.__stdout__, flush=True)",
    )
    texts = ["".join(output.text for output in result.outputs) for result in results_of(course, lesson)]
    assert texts == ["first\n", "second\n", "third\n", "fourth\n"]


def test_what_a_program_writes_stands_after_what_its_cell_prints_in_every_run(
    write_lesson: WriteLesson, course: Course
) -> None:
    loop = "import os\nfor _ in range(20):\n    print('a')\n    os.system('echo b; echo c >&2')\n    print('d')"
    (result,) = results_of(course, write_lesson(loop))
    written = [(output.kind, output.text) for output in result.outputs]
    assert written == [("stdout", "a\nd\n" * 20 + "b\n" * 20), ("stderr", "c\n" * 20)]


def test_bytes_that_are_no_text_and_letters_that_come_in_pieces_are_shown(
    write_lesson: WriteLesson, course: Course
) -> None:
    pieces = "import os, time\nfor byte in 'ü\\0é'.encode() + b'\\xff\\n':\n    os.write(1, bytes([byte]))"
    (result,) = results_of(course, write_lesson(pieces))
    assert result.outputs[0].text == "ü�é�\n"
