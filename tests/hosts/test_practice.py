"""Practice in the terminal: one thing at a time, without a terminal, and a sitting in a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import psutil
import pytest
from conftest import EXERCISES, WriteExercises
from pexpect.popen_spawn import PopenSpawn

from lessonpress.hosts import practice as practice_module
from lessonpress.hosts.cli import main
from lessonpress.hosts.practice import practice, shown
from lessonpress.practice.checker import Checker
from lessonpress.problems import CannotGoOn

RIGHT, WRONG = "def double(x):\n    return x + x\n", "def double(x):\n    return x * x\n"
STARTED = (
    "import sys\n{before}\nimport lessonpress.practice.checker as checker\n"
    "checker.PRELOAD = ('matplotlib.pyplot', 'lessonpress.run.check')\n"
    "checker.Checker.__init__.__defaults__ = (1, 2.0)\n"
    "from lessonpress.hosts.cli import main\nraise SystemExit(main(sys.argv[1:]))"
)

Do = Callable[..., tuple[int, str]]


@pytest.fixture
def do(
    root: Path,
    write_exercises: WriteExercises,
    checker: Checker,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Do:
    """Do one thing, as on the command line: the status, and what was said."""
    write_exercises()
    monkeypatch.setattr(practice_module, "Checker", lambda root: checker)
    monkeypatch.setattr(checker, "close", lambda: None)

    def do(*arguments: str) -> tuple[int, str]:
        status = main(["--root", str(root), "practice", *arguments])
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return do


@pytest.fixture
def answer(root: Path) -> Path:
    path = root / "answers" / "tiny" / "double.py"
    path.parent.mkdir(parents=True)
    return path


def test_the_status_of_a_check_says_what_came(do: Do, answer: Path, root: Path) -> None:
    assert do("check", "double") == (2, "○ Not attempted yet: line 9 still holds ____.\n")
    answer.write_text(WRONG)
    assert do("check", "double") == (1, "✗ double(3) gave 9\n  expected 6\n  That squares; twice is a sum.\n")
    answer.write_text(RIGHT)
    assert do("check") == (0, "✓ Right.\n"), "the next that is not solved"
    assert do("check")[1] == "○ Not attempted yet: line 9 still holds ____.\n"
    assert (root / "answers" / "tiny" / "triple.py").is_file()


def test_an_empty_file_is_left_alone_by_a_check_for_an_editor_may_be_writing_it(do: Do, answer: Path) -> None:
    answer.write_text("")
    assert do("check", "double") == (2, "○ The file is empty; a reset brings the task back.\n")
    assert answer.read_text() == ""


def test_what_an_answer_prints_is_shown_and_cut(do: Do, answer: Path) -> None:
    answer.write_text("print('[red]a[/] :smile: \\x1b[2J\\x07')\nfor n in range(20):\n    print(n)\n" + RIGHT)
    lines = do("check", "double")[1].split("\n")
    assert lines[:2] == ["│ [red]a[/] :smile: ", "│ 0"], "a terminal obeys no code of an answer"
    assert lines[11:] == ["│ 10", "│ and 9 lines more", "✓ Right.", ""]


def test_signs_that_style_text_or_command_a_terminal_are_shown() -> None:
    assert shown("a[0] [/b] \x1b \x9b") == r"a[0] \[/b] \x1b \x9b"


def test_hints_come_one_by_one_and_are_counted(do: Do, answer: Path) -> None:
    assert do("hint", "double") == (0, "Hint 1 of 2. Twice is * two.\n")
    for _ in range(2):
        assert do("hint", "double")[1].splitlines()[1] == "Hint 2 of 2. Or add the number to itself."
    assert do("hint", "triple")[1] == "There is no hint for this one.\n"
    answer.write_text(RIGHT)
    do("check", "double")
    assert "  ✓ double                   Doubled  solved with 2 hints\n" in do("list")[1]


def test_solution_skip_list_and_open(do: Do, answer: Path) -> None:
    assert "    def double(x):\n        return 2 * x\n" in do("solution")[1]
    assert do("skip")[1] == "Skipped for now: tiny/double\n"
    told = do("open")[1]
    assert "Tripled  tiny/triple, 2 of 4, about 5 min" in told
    assert told.endswith("Edit and save  answers/tiny/triple.py\n")
    assert do("list")[1].split("\n") == [
        "tiny",
        "  · double                   Doubled  solution seen",
        "  · triple                   Tripled",
        "  · grams                    Grams",
        "  · which                    Which",
        "0 of 4 solved",
        "",
    ]


def test_a_task_keeps_its_signs(do: Do, root: Path, write_exercises: WriteExercises) -> None:
    write_exercises(EXERCISES.replace("Write `double(x)`", "Write `__double__(a*b*c)`"))
    assert "Write __double__(a*b*c), which returns 2 * x, as in Twice." in do("open")[1]


def test_a_reset_says_where_the_copy_is(do: Do, answer: Path) -> None:
    answer.write_text(WRONG)
    told = "Begun anew: answers/tiny/double.py; what you had is kept as answers/tiny/double.1.py\n"
    assert do("reset", "double") == (0, told)
    assert do("reset", "double") == (0, "Begun anew: answers/tiny/double.py\n")


def test_what_cannot_be_done_is_told_in_a_sentence(do: Do, root: Path, answer: Path, write_exercises) -> None:  # type: ignore[no-untyped-def]
    assert do("check", "dubble") == (1, "lessonpress: no exercise is called 'dubble'; did you mean 'double'?\n")
    answer.mkdir()
    status, told = do("check", "double")
    assert (status, told.partition(" the file ")[0]) == (1, "lessonpress:")
    assert "double.py can't be checked: Is a directory" in told
    write_exercises("# %% starter\nx = 1\n", name="other")
    assert do("list")[1].startswith("left out: lessons/exercises/other.py:2: 'starter' before the first exercise")


def test_progress_that_is_begun_anew_is_said_whatever_is_done(do: Do, root: Path, answer: Path) -> None:
    answer.write_text(RIGHT)
    (root / "answers" / "progress.json").write_text("{")
    said = "answers/progress.json could not be read; it is begun anew, your answers are all there\n"
    assert do("check", "double") == (0, f"✓ Right.\n{said}")
    assert do("check", "double") == (0, "✓ Right.\n")


def test_all_solved(do: Do, root: Path) -> None:
    solved = {f"tiny/{name}": {"solved": True} for name in ("double", "triple", "grams", "which")}
    (root / "answers").mkdir()
    (root / "answers" / "progress.json").write_text(json.dumps({"exercises": solved}))
    assert do("check") == (0, "Everything is solved.\n")
    assert do() == (0, "Everything is solved. Begin one anew with: lessonpress practice reset NAME\n")


def test_without_a_course_a_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="no course in"):
        practice(tmp_path)


@contextlib.contextmanager
def start(root: Path, *arguments: str, before: str = "", **variables: str) -> Iterator[PopenSpawn]:
    """A practice in a process of its own, without a terminal."""
    command = [sys.executable, "-c", STARTED.format(before=before), "--root", str(root), "practice", *arguments]
    running = PopenSpawn(command, timeout=30, encoding="utf-8", env=os.environ | variables, cwd=str(root))
    with running.proc:
        try:
            yield running
        finally:
            running.proc.kill()


def end(running: PopenSpawn) -> None:
    """End a practice as Ctrl-C does."""
    running.kill(signal.SIGINT)
    running.expect(pexpect.EOF)
    assert "Traceback" not in running.before
    assert running.wait() == 0


@pytest.mark.parametrize("variables", [{}, {"WATCHFILES_FORCE_POLLING": "1"}], ids=["events", "polling"])
def test_without_a_terminal_each_save_is_checked_and_ctrl_c_ends(
    root: Path, write_exercises: WriteExercises, variables: dict[str, str]
) -> None:
    write_exercises()
    with start(root, **variables) as running:
        running.expect_exact("Edit and save  answers/tiny/double.py")
        running.expect_exact("Each save is checked; Ctrl-C ends.")
        answer = root / "answers" / "tiny" / "double.py"
        answer.write_text(WRONG)
        running.expect_exact("That squares; twice is a sum.")
        answer.write_text(RIGHT)
        running.expect_exact("Tripled")  # the next begins by itself
        running.expect_exact("Ctrl-C ends.")
        (root / "answers" / "tiny" / "triple.py").write_text("open('begun.txt')\n")
        running.expect_exact("FileNotFoundError")
        (root / "answers" / "tiny" / "triple.py").write_text("while True:\n    pass\n")
        time.sleep(1)
        children = psutil.Process(running.pid).children(recursive=True)
        end(running)
        assert not psutil.wait_procs(children, timeout=5)[1]


def test_it_works_where_mkdocs_is_not_installed_and_where_no_terminal_has_the_signs(
    root: Path, write_exercises: WriteExercises, answer: Path
) -> None:
    write_exercises()
    answer.write_text(RIGHT)
    names = ("mkdocs", "mkdocs_jupyter", "markdown")
    before = f"sys.modules.update(dict.fromkeys({names!r}))"
    with start(root, "check", "double", before=before, PYTHONIOENCODING="ascii") as running:
        running.expect(pexpect.EOF)
        assert (running.before, running.wait()) == ("? Right.\n", 0)


@pytest.fixture
def sitting(root: Path, write_exercises: WriteExercises) -> Iterator[pexpect.spawn]:
    """A practice in a pseudo-terminal, as a learner sees it."""
    write_exercises()
    arguments = ["-c", STARTED.format(before=""), "practice"]
    child = pexpect.spawn(sys.executable, arguments, cwd=str(root), encoding="utf-8", timeout=30, dimensions=(40, 100))
    yield child
    child.close(force=True)


def test_a_sitting_in_a_terminal(sitting: pexpect.spawn, root: Path) -> None:
    answer = root / "answers" / "tiny" / "double.py"

    def save(text: str) -> None:
        """As some editors do: another file is put in its place."""
        (root / "answers" / "tiny" / ".double.swp").write_text(text)
        os.replace(root / "answers" / "tiny" / ".double.swp", answer)

    def press(key: str, *expected: str) -> None:
        sitting.send(key)
        for text in expected:
            sitting.expect_exact(text)

    sitting.expect_exact("Doubled")
    sitting.expect_exact("answers/tiny/double.py")
    sitting.expect_exact("q quit")
    children = psutil.Process(sitting.pid).children(recursive=True)
    assert children
    save(WRONG)
    sitting.expect_exact("That squares; twice is a sum.")
    press("h", "Hint 1 of 2.")
    press("x", "q quit")
    press("\x1b[A", "q quit")
    press("s", "return 2 * x", "Read it, then write it yourself.")
    press("l", "solution seen", "0 of 4 solved")
    save("def double(x):\n    return x + 2\n")
    press("h", "That adds two.")  # a key just behind a save does not hide it
    save("while True:\n    pass\n")
    sitting.expect_exact("still running after 2 s")
    answer.unlink()
    time.sleep(0.3)
    assert not answer.exists(), "its editor is about to put it there"
    save(RIGHT)
    sitting.expect_exact("Right.")
    sitting.expect_exact("n for the next")
    assert answer.read_text() == RIGHT
    press("r", "Begun anew", "double.1.py")
    press("n", "Tripled", "q quit")
    press("b", "Doubled", "q quit")
    answer.unlink()
    sitting.expect_exact("The file was gone, and is begun anew: answers/tiny/double.py")
    answer.write_text(WRONG)
    sitting.expect_exact("That squares")
    sitting.send("q")
    sitting.expect(pexpect.EOF)
    assert "Traceback" not in sitting.before
    sitting.close()
    assert sitting.exitstatus == 0
    assert not psutil.wait_procs(children, timeout=5)[1], "no process is left"


def test_ctrl_c_ends_a_sitting_and_the_terminal_is_as_before(sitting: pexpect.spawn) -> None:
    sitting.expect_exact("q quit")
    sitting.send("\x03")
    sitting.expect(pexpect.EOF)
    sitting.close()
    assert (sitting.exitstatus, sitting.signalstatus) == (0, None)


@pytest.mark.parametrize("variables", [{}, {"WATCHFILES_FORCE_POLLING": "1"}], ids=["events", "polling"])
def test_answers_that_are_deleted_meanwhile_are_begun_anew(
    root: Path, write_exercises: WriteExercises, variables: dict[str, str]
) -> None:
    write_exercises()
    with start(root, **variables) as running:
        running.expect_exact("Ctrl-C ends.")
        shutil.rmtree(root / "answers")
        running.expect_exact("The file was gone, and is begun anew: answers/tiny/double.py")
        (root / "answers" / "tiny" / "double.py").write_text(WRONG)
        running.expect_exact("That squares; twice is a sum.")
        end(running)


def test_saves_are_seen_where_the_system_has_no_events_to_give(root: Path, write_exercises: WriteExercises) -> None:
    write_exercises()
    before = "import watchfiles\ndef none(*_, **__):\n    raise OSError('inotify limit')\nwatchfiles.awatch = none"
    with start(root, before=before) as running:
        running.expect_exact("Ctrl-C ends.")
        (root / "answers" / "tiny" / "double.py").write_text(WRONG)
        running.expect_exact("That squares; twice is a sum.")
        end(running)
