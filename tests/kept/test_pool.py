"""Lessons that go wrong in every way a program can, and the lessons beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from conftest import WriteLesson

from lessonpress.course import Course
from lessonpress.kept import dependencies
from lessonpress.kept import pool as pool_module
from lessonpress.kept.jobs import EngineBroke
from lessonpress.kept.pool import Pool
from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Run, Trouble

RunAll = Callable[..., dict[str, Run]]


@pytest.fixture
def run_all(warm_pool: Pool, course: Course) -> RunAll:
    """Run lessons in the pool; the runs by the lessons' names."""

    def run_all(*lessons: Lesson, limit: float = 20) -> dict[str, Run]:
        warm_pool.limit = limit
        return {lesson.name: run for lesson, run in warm_pool.run(lessons)}

    return run_all


def printed(run: Run) -> str:
    return "".join(output.text for result in run.results for output in result.outputs if output.kind == "stdout")


def only_trouble(run: Run) -> Trouble:
    (trouble,) = [trouble for result in run.results for trouble in result.troubles]
    return trouble


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.02)


def server_of(pool: Pool) -> int:
    """The process id of the process that holds the imports, started if need be."""
    pool.start()
    assert pool.server is not None
    return pool.server.pid


def has_ended(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_each_of_many_lessons_gets_its_own_result(write_lesson: WriteLesson, run_all: RunAll) -> None:
    lessons = [write_lesson(f"print({number} * 7)", name=f"number_{number}") for number in range(9)]
    runs = run_all(*lessons)
    assert {name: printed(run) for name, run in runs.items()} == {f"number_{n}": f"{n * 7}\n" for n in range(9)}


def test_what_goes_past_pythons_streams_is_shown_as_any_other(write_lesson: WriteLesson, run_all: RunAll) -> None:
    code = """
        import os, sys
        os.write(1, f"{os.getcwd()} {object()}\\n".encode())
        for step in range(20_000):
            _ = os.write(1, f"\\r{step} of 20,000".encode())
        os.write(2, b"\\x1b[31mred");
    """
    (result,) = run_all(write_lesson(code))["tiny"].results
    assert [(output.kind, output.text) for output in result.outputs] == [
        ("stdout", "…/lessons <object object at 0x…>\n19999 of 20,000"),
        ("stderr", "red"),
    ]


def test_folders_of_this_machine_are_hidden(write_lesson: WriteLesson, run_all: RunAll, root: Path) -> None:
    code = f"""
        import os, sys, threading, pandas
        print(os.getcwd(), __file__, pandas.__file__, "/usr/bin/env", "{root}er")
        def fail():
            raise ValueError(os.getcwd())
        thread = threading.Thread(target=fail)
        thread.start(); thread.join()
        pandas
    """
    printed, error, value = run_all(write_lesson(code))["tiny"].results[0].outputs
    assert printed.text == f"…/lessons …/lessons/tiny.py …/pandas/__init__.py /usr/bin/env {root}er\n"
    assert 'File "…/threading.py", line' in error.text
    assert 'File "…/lessons/tiny.py", line 8, in fail' in error.text
    assert error.text.endswith("ValueError: …/lessons\n")
    assert value.text == "<module 'pandas' from '…/pandas/__init__.py'>"


def test_no_more_lessons_run_at_once_than_there_are_workers(write_lesson: WriteLesson, warm_pool: Pool) -> None:
    lessons = [write_lesson("1", name=f"number_{number}") for number in range(5)]
    under_way, most = set[str](), 0

    def tell(lesson: Lesson, what: str, seconds: float) -> None:
        nonlocal most
        (under_way.add if what == "started" else under_way.remove)(lesson.name)
        most = max(most, len(under_way))

    list(warm_pool.run(lessons, tell))
    assert most == 2


def test_the_process_with_the_imports_stays_between_runs(
    write_lesson: WriteLesson, run_all: RunAll, warm_pool: Pool
) -> None:
    lesson = write_lesson("import os; print(os.getppid())")
    first, second = printed(run_all(lesson)["tiny"]), printed(run_all(lesson)["tiny"])
    assert first == second == f"{server_of(warm_pool)}\n"


@pytest.mark.parametrize("package", ["jinja2", "MarkupSafe"])
def test_a_new_version_of_a_preloaded_package_or_of_what_it_needs_starts_the_process_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    pool = Pool(root, workers=1, limit=20, preload=("jinja2",))
    before, version = server_of(pool), dependencies.package_version
    assert server_of(pool) == before
    monkeypatch.setattr(dependencies, "package_version", lambda name: "99" if name == package else version(name))
    assert server_of(pool) != before
    assert has_ended(before)
    pool.close()


def test_a_preloaded_package_that_cannot_be_imported_is_the_lesson_s_business(
    root: Path, write_lesson: WriteLesson
) -> None:
    (root / "broken_package.py").write_text("raise OSError('no such library')\n", encoding="utf-8")
    pool = Pool(root, workers=1, limit=20, preload=("broken_package", "no_such_package"))
    try:
        ((_, run),) = pool.run([write_lesson("print('I need none of them')")])
    finally:
        pool.close()
    assert printed(run) == "I need none of them\n"


def test_a_lesson_sees_nothing_of_another_s_names_folder_or_patches(
    write_lesson: WriteLesson, run_all: RunAll, warm_pool: Pool
) -> None:
    meddler = write_lesson(
        "import json, math, os, sys\nmath.pi = 3\nleft_over = 1\nos.chdir('/')\nos.environ['LEFT'] = '1'",
        name="meddler",
    )
    victim = write_lesson(
        """
        import math, os
        print("left_over" in globals(), math.pi > 3, os.path.basename(os.getcwd()), "LEFT" in os.environ)
        """,
        name="victim",
    )
    run_all(meddler)
    assert printed(run_all(victim)["victim"]) == "False True lessons False\n"


def test_what_python_hashes_is_the_same_in_every_run(write_lesson: WriteLesson, run_all: RunAll) -> None:
    code = "print(hash('a'), list({'a', 'b', 'c', 'd'}))"
    fixed = os.environ | {"PYTHONHASHSEED": "0"}
    expected = subprocess.run([sys.executable, "-c", code], env=fixed, capture_output=True, text=True, check=True)
    assert printed(run_all(write_lesson(code))["tiny"]) == expected.stdout


LOOPS = ["while True: pass", "import re; re.match(r'(a+)+$', 'a' * 60 + 'b')"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        *[(code, "still running after its time limit of 2 s") for code in LOOPS],
        ("import ctypes; ctypes.string_at(0)", "the interpreter crashed (SIGSEGV)"),
        ("import os; os._exit(3)", "the process ended with exit status 3, as os._exit does"),
        ("import os; os._exit(0)", "the process ended with exit status 0, as os._exit does"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "(SIGKILL); was the machine out of memory?"),
        ("import sys; sys.exit()", "sys.exit() was called"),
        ("import sys; sys.exit('bye')", "sys.exit('bye') was called"),
        ("name = input('Who? ')", "nobody is there to answer"),
        ("while True: print('x' * 1000)", "printed more than 200,000 characters"),
        ("import os; os.system('yes')", "wrote more than 200,000 characters"),
        ("import os; os.system('yes >&2')", "wrote more than 200,000 characters"),
        ("raise ValueError('no')", "ValueError: no"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def deep(): deep()\ndeep()", "RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_a_lesson_that_ends_badly_says_how_and_where(
    write_lesson: WriteLesson, run_all: RunAll, code: str, message: str
) -> None:
    bad = write_lesson("print('before')", code, "print('after')", name="bad")
    good = write_lesson("print('unharmed')", name="good")
    runs = run_all(bad, good, limit=2 if code in LOOPS else 20)
    trouble = only_trouble(runs["bad"])
    assert message in trouble.message
    assert (trouble.line or bad.steps[1].line) == bad.text.split("\n").index(code.split("\n")[0]) + 1
    assert printed(runs["good"]) == "unharmed\n"
    assert printed(runs["bad"]).startswith("before\n")
    assert "after" not in printed(runs["bad"])
    assert not runs["bad"].ok


def test_an_endless_loop_is_found_at_its_own_line(write_lesson: WriteLesson, run_all: RunAll) -> None:
    lesson = write_lesson("number = 0\n\nwhile True:\n    number = number")
    trouble = only_trouble(run_all(lesson, limit=1)["tiny"])
    assert trouble.line in (lesson.steps[0].line + 2, lesson.steps[0].line + 3)


def test_a_loop_that_switches_off_its_own_watch_is_ended_from_outside(
    write_lesson: WriteLesson, run_all: RunAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "GRACE", 0.2)
    lesson = write_lesson("import faulthandler\nfaulthandler.cancel_dump_traceback_later()\nwhile True: pass")
    assert "still running" in only_trouble(run_all(lesson, limit=1)["tiny"]).message


def test_a_fault_of_the_engine_is_told_from_one_of_the_lesson(
    write_lesson: WriteLesson, run_all: RunAll, warm_pool: Pool
) -> None:
    lesson = write_lesson("1")
    cell = replace(lesson.cells[1], steps=(replace(lesson.steps[0], kind="no such kind"),))  # type: ignore[arg-type]
    with pytest.raises(EngineBroke, match=r"(?s)lessonpress itself failed while it ran lessons/tiny\.py.*KeyError"):
        run_all(replace(lesson, cells=(cell,)))
    assert run_all(lesson)["tiny"].ok


def test_a_program_that_a_lesson_leaves_running_ends_with_it(write_lesson: WriteLesson, run_all: RunAll) -> None:
    start = "import subprocess\nprint(subprocess.Popen(['sleep', '1000']).pid)"
    ends = write_lesson(start, name="ends")
    crashes = write_lesson(start, "import os\nos._exit(1)", name="crashes")
    loops = write_lesson(start, "while True: pass", name="loops")
    pids = [int(printed(run)) for run in run_all(ends, crashes, loops, limit=2).values()]
    assert len(pids) == 3
    for pid in pids:
        wait_until(lambda pid=pid: has_ended(pid))


# Writes the process ids of the lesson, of the process it was forked from, and of a program it has started.
WRITES_PIDS = """
import os, subprocess
child = subprocess.Popen(["sleep", "1000"]).pid
open("new", "w").write(f"{os.getpid()} {os.getppid()} {child}")
os.rename("new", "pids")
"""


@pytest.fixture
def looping(root: Path, write_lesson: WriteLesson) -> Iterator[tuple[Pool, list[int], Callable[[], Run]]]:
    """A pool in a thread with a lesson that loops, the process ids, and what waits for its run."""
    pool = Pool(root, workers=1, limit=100, preload=())
    lesson = write_lesson(WRITES_PIDS, "while True: pass")
    with ThreadPoolExecutor() as thread:
        future = thread.submit(lambda: [run for _, run in pool.run([lesson])])
        pids = root / "lessons" / "pids"
        wait_until(pids.exists)
        yield pool, [int(pid) for pid in pids.read_text(encoding="utf-8").split()], lambda: future.result(60)[0]
        pool.close()


def test_without_the_process_with_the_imports_a_lesson_fails_and_the_next_runs(
    looping: tuple[Pool, list[int], Callable[[], Run]], write_lesson: WriteLesson
) -> None:
    pool, pids, wait_for_run = looping
    os.kill(pids[1], signal.SIGKILL)
    assert "the process that all lessons are forked from ended (SIGKILL)" in only_trouble(wait_for_run()).message
    assert [printed(run) for _, run in pool.run([write_lesson("print('works')", name="next")])] == ["works\n"]
    for pid in pids:
        wait_until(lambda pid=pid: has_ended(pid))


def test_no_lesson_is_lost_when_another_ends_just_before_the_process_with_the_imports_does(
    root: Path, write_lesson: WriteLesson
) -> None:
    pool = Pool(root, workers=2, limit=100, preload=())
    names = ("quick", "loops", "last")
    lessons = [write_lesson("1", "while True: pass" if name == "loops" else "2", name=name) for name in names]
    runs = pool.run(lessons)
    found = [next(runs)]
    assert pool.server is not None
    pool.server.kill()
    wait_until(lambda: pool.server is None or pool.server.poll() is not None)
    found += runs
    pool.close()
    assert {lesson.name: run.ok for lesson, run in found} == {"quick": True, "loops": False, "last": True}


def test_closing_the_pool_ends_lessons_and_what_they_started(
    looping: tuple[Pool, list[int], Callable[[], Run]],
) -> None:
    pool, pids, _ = looping
    pool.close()
    for pid in pids:
        wait_until(lambda pid=pid: has_ended(pid))


def test_runs_leave_no_temporary_folder(
    write_lesson: WriteLesson, run_all: RunAll, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    run_all(
        write_lesson("1", name="good"),
        write_lesson("1 / 0", name="bad"),
        write_lesson("import os; os._exit(0)", name="ends"),
    )
    assert set(tmp_path.iterdir()) == before


def test_an_authors_desktop_makes_no_difference(
    root: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"COLUMNS": "33", "LINES": "5", "PYTHONWARNINGS": "error"}.items():
        monkeypatch.setenv(name, value)
    code = "import shutil, sys, warnings\nwarnings.warn('no error')\nprint(shutil.get_terminal_size(), sys.warnoptions)"
    pool = Pool(root, workers=1, limit=20, preload=())
    ((_, run),) = pool.run([write_lesson(code)])
    pool.close()
    assert printed(run) == "os.terminal_size(columns=80, lines=24) []\n"


def test_where_python_cannot_fork_lessons_run_in_processes_of_their_own(
    root: Path, write_lesson: WriteLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os\ndel os.fork\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    show_pids = "import os; print(os.getpid())"
    pool = Pool(root, workers=2, limit=2, preload=("matplotlib.pyplot",), fork=False)
    runs = pool.run(
        [
            write_lesson(show_pids, "while True: pass", name="loops"),
            write_lesson(show_pids, "import ctypes; ctypes.string_at(0)", name="crashes"),
            write_lesson(show_pids, name="first"),
            write_lesson(show_pids, name="second"),
        ]
    )
    found = {lesson.name: run for lesson, run in runs}
    pool.close()
    assert "time limit of 2 s" in only_trouble(found["loops"]).message
    assert "crashed (SIGSEGV)" in only_trouble(found["crashes"]).message
    assert found["first"].ok
    assert found["second"].ok
    pids = {int(printed(run)) for run in found.values()}
    assert len(pids) == 4
    assert all(has_ended(pid) for pid in pids)
