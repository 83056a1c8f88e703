"""What a learner is told of an answer, also of one that raises, never ends, floods, or ends Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from conftest import WriteExercises

from lessonpress.practice.checker import Checker
from lessonpress.practice.verdict import Verdict, look_at, verdict_from
from lessonpress.practice.workbook import open_workbook

Tell = Callable[..., Verdict]


@pytest.fixture
def tell(root: Path, write_exercises: WriteExercises, checker: Checker) -> Tell:
    """Check code as the learner's file for an exercise."""
    write_exercises()
    workbook = open_workbook(root)

    def tell(code: str | bytes, name: str = "double", limit: float = 20) -> Verdict:
        path = workbook.root / "answers" / "tiny" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(code if isinstance(code, bytes) else code.encode())
        checker.pool.limit = limit
        return checker.check_file(workbook.find(name), path)[0]

    return tell


@pytest.mark.parametrize(
    ("code", "state", "lines", "line"),
    [
        ("", "blank", ("The file is empty; a reset brings the task back.",), 0),
        (" \n", "blank", ("The file is empty; a reset brings the task back.",), 0),
        ("x = 1\ny = ____", "blank", ("Not attempted yet: line 2 still holds ____.",), 2),
        ("____\n____\n____", "blank", ("Not attempted yet: line 1 and 2 more still holds ____.",), 1),
        ("x = 1\ny = (", "wrong", ("Line 2 is not Python: '(' was never closed", "    y = ("), 2),
        ("x = 1\nreturn 2", "wrong", ("Line 2 is not Python: 'return' outside function", "    return 2"), 2),
        ("def f(x, x):\n    pass", "wrong", ("Line 1 is not Python: duplicate argument",), 1),
        ("x = '\0'", "wrong", ("Line 1 is not Python: source code string cannot contain null bytes",), 1),
        ("  x = 1\n", "wrong", ("Line 1 is not Python: unexpected indent", "    x = 1"), 1),
    ],
)
def test_what_a_text_alone_says(code: str, state: str, lines: tuple[str, ...], line: int) -> None:
    verdict = look_at(code)
    assert verdict is not None
    assert (verdict.state, verdict.line, len(verdict.lines) <= 3) == (state, line, True)
    assert verdict.lines[0].startswith(lines[0])
    assert verdict.lines[1:] == lines[1:] or len(lines) == 1


def test_code_nested_too_deep_is_no_python() -> None:
    verdict = look_at("x = " + "-" * 100_000 + "1")
    assert verdict is not None
    assert verdict.state == "wrong"


def test_a_text_that_python_only_warns_of_can_be_run() -> None:
    assert look_at(r"x = '\d'") is None


def test_right_answers(tell: Tell) -> None:
    assert tell("def double(x):\n    return x + x") == Verdict("right")
    assert tell("answer = 10.005", "grams") == Verdict("right")
    assert tell("\ufeffanswer = 'b'\r\n", "which") == Verdict("right")


def test_wrong_answers_are_told_in_three_lines_at_most(tell: Tell) -> None:
    says = "That squares; twice is a sum."
    verdict = tell("def double(x):\n    return x ** 2")
    assert verdict == Verdict("wrong", ("double(3) gave 9", "expected 6", says), 0, says)
    verdict = tell("def double(x):\n    return x / 2")
    assert verdict == Verdict("wrong", ("double(3) gave 1.5", "expected 6"))


def test_an_answer_to_a_question_is_not_given_away(tell: Tell) -> None:
    assert tell("answer = 46", "grams").lines == ("Take the 90 away first.",)
    assert tell("answer = 47", "grams").lines == ("Not yet: answer is 47",)
    assert tell("answer = '10'", "grams").lines == ("Not yet: answer is '10'",)
    assert tell("answer = 'a'", "which").lines == ("Look again.",)
    (told,) = tell("anser = 'a'", "which").lines
    assert told == "the name 'answer' is not defined; keep the name that the task gives"


@pytest.mark.parametrize(
    ("code", "lines", "line"),
    [
        ("x = 1\n1 / 0", ("Line 2: ZeroDivisionError: division by zero",), 2),
        ("def double(x):\n    return x.y", ("double(…) raised, in line 2:", "    AttributeError: 'int' object"), 2),
        ("import sys\nsys.exit(3)", ("Line 2: sys.exit(3) was called, and ended the check: remove it",), 2),
        ("def double(x):\n    raise SystemExit", ("double(…) raised, in line 2:", "    sys.exit was called"), 2),
        ("import os\nos._exit(0)", ("Line 1: the answer ended Python itself: remove what does so",), 1),
        ("def double(x):\n    import os\n    os._exit(0)", ("the answer ended Python itself: remove what does so",), 0),
        ("x = input('?')", ("Line 1: input() asks a question, and nobody answers a check: set the value in code",), 1),
        (
            "def double(x):\n    return input()",
            ("double(…) raised, in line 2:", "    input() asks a question, and nobody answers a check: set the value"),
            2,
        ),
        (
            "while True:\n    print('x' * 1000)",
            ("Line 2: the answer printed far too much: is there a loop that never ends?",),
            2,
        ),
        (
            "def double(x):\n    while True:\n        print('x' * 1000)",
            ("double(…) raised, in line 3:", "    the answer printed far too much: is there a loop that never ends?"),
            3,
        ),
        ("import os\nos.remove('tiny.py')", ("Line 2: PermissionError: an answer leaves files alone: remove of",), 2),
        ("def f():\n    f()\nf()", ("Line 2: RecursionError: maximum recursion depth exceeded",), 2),
        ("raise KeyboardInterrupt", ("Line 1: KeyboardInterrupt",), 1),
        ("def double(x):\n    raise KeyboardInterrupt", ("Line 2: KeyboardInterrupt",), 2),
    ],
)
def test_an_answer_that_goes_wrong_in_its_own_way(tell: Tell, code: str, lines: tuple[str, ...], line: int) -> None:
    verdict = tell(code)
    assert (verdict.state, verdict.line) == ("wrong", line)
    assert len(verdict.lines) == len(lines)
    for told, expected in zip(verdict.lines, lines, strict=True):
        assert told.startswith(expected)
    assert "lessonpress" not in "".join(verdict.lines)


@pytest.mark.parametrize(
    ("code", "lines", "line"),
    [
        ("import time\nwhile True:\n    time.sleep(1)", "Line 3: still running after 1 s: is there a loop", 3),
        ("def double(x):\n    while True:\n        pass", "still running after 1 s: is there a loop", 3),
    ],
)
def test_a_loop_that_never_ends_is_ended(tell: Tell, code: str, lines: str, line: int) -> None:
    verdict = tell(code, limit=1)
    assert verdict.state == "wrong"
    assert lines in verdict.lines[0]
    assert verdict.line in (line - 1, line)
    assert tell("def double(x):\n    return 2 * x").state == "right", "the next is checked as ever"


def test_no_process_that_an_answer_has_started_is_left(tell: Tell) -> None:
    tell("import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(98)'])")
    running = psutil.process_iter(["cmdline"])
    started = [one for one in running if one.info["cmdline"] and "time.sleep(98)" in one.info["cmdline"][-1]]
    _, left = psutil.wait_procs(started, timeout=3)  # killed it is by now, and the system may take a moment
    assert not left


def test_an_answer_runs_beside_the_lessons_and_reads_their_data(tell: Tell, root: Path) -> None:
    (root / "lessons" / "data.csv").write_text("2", encoding="utf-8")
    code = "with open('data.csv') as file:\n    two = int(file.read())\ndef double(x):\n    return two * x"
    assert tell(code).state == "right"


def test_a_file_that_is_not_utf8_is_told_with_its_line(tell: Tell) -> None:
    verdict = tell(b"x = 1\n# caf\xe9\n")
    assert verdict == Verdict("wrong", ("Line 2 is not UTF-8: save the file as UTF-8.",), 2)


def test_a_check_that_fails_itself_is_broken(root: Path, write_exercises: WriteExercises, checker: Checker) -> None:
    path = write_exercises()
    path.write_text(path.read_text().replace('yield "double(3)"', 'nope\n    yield "double(3)"'), encoding="utf-8")
    exercise = open_workbook(root).find("double")
    answer = root.resolve() / "answers" / "x.py"
    answer.parent.mkdir()
    answer.write_text("def double(x):\n    return 2 * x", encoding="utf-8")
    verdict, _ = checker.check_file(exercise, answer)
    assert verdict.state == "broken"
    assert verdict.lines[0] == "The check itself fails, at lessons/exercises/tiny.py:26:"
    assert verdict.lines[1] == "NameError: name 'nope' is not defined"


def test_a_blank_that_only_the_run_meets_is_not_attempted(root: Path, write_exercises: WriteExercises) -> None:
    write_exercises()
    told = {"state": "raised", "called": "double(…)", "came": "NameError: name '____' is not defined", "line": 2}
    verdict = verdict_from(told, open_workbook(root).find("double"))
    assert verdict == Verdict("blank", ("Not attempted yet: line 2 still holds ____.",), 2)
