"""Lessons that harm the process they run in: each ends well or in a message about the lesson, and harms no other."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from conftest import WriteLesson

from lessonpress.course import Course
from lessonpress.kept import pool as pool_module
from lessonpress.kept.pool import Pool, PreloadFailed
from lessonpress.printing.notebook import write_notebook
from lessonpress.printing.page import print_page
from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Run

RunOne = Callable[[Lesson], Run]


@pytest.fixture
def run_one(course: Course) -> RunOne:
    def run_one(lesson: Lesson) -> Run:
        ((_, run),) = course.pool.run([lesson])
        return run

    return run_one


def texts(run: Run) -> list[str]:
    return [output.text for result in run.results for output in result.outputs]


def messages(run: Run) -> list[str]:
    return [trouble.message for result in run.results for trouble in result.troubles]


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.02)


HARMS = [
    ("import builtins\nvars(builtins).clear()", "the lesson took away or replaced builtins."),
    ("import builtins\nfor name in ('len', 'BaseException', 'isinstance'): delattr(builtins, name)", "builtins."),
    ("import json\njson.dumps = None", "the lesson took away or replaced json.dumps, which Python itself needs"),
    ("class E(Exception):\n    def __str__(self): raise SystemExit\nraise E", "raised SystemExit where nothing could"),
    ("import matplotlib\nvars(matplotlib).clear()", "the lesson emptied the module 'matplotlib', which others need"),
    ("import os\nos.kill(os.getpid(), 40)", "the interpreter crashed (signal 40)"),
    ("import os, signal\nos.killpg(0, signal.SIGTERM)", "the interpreter crashed (SIGTERM)"),
    ("import os, signal, time\nos.kill(os.getppid(), signal.SIGTERM)\ntime.sleep(60)", "forked from ended (SIGTERM)"),
    ("import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))", "the lesson"),
    ("import os, signal\nos.kill(os.getpid(), signal.SIGINT)", "KeyboardInterrupt"),
]


@pytest.mark.parametrize(("code", "told"), HARMS)
def test_a_lesson_that_harms_its_process_is_told_so(
    write_lesson: WriteLesson, run_one: RunOne, code: str, told: str
) -> None:
    run = run_one(write_lesson("print('before')", code, "print('after')"))
    assert texts(run)[:1] == ["before\n"]
    (message,) = messages(run)
    assert told in message
    assert run_one(write_lesson("1", name="next")).ok


def test_a_lesson_that_takes_os_away_is_told_so(
    write_lesson: WriteLesson, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("COV")]:
        monkeypatch.delenv(name)  # what measures the tests' coverage could not take its leave without `os`
    pool = Pool(root, workers=1, limit=20, preload=())
    take_away = "import os\nfor name in list(vars(os)): name.startswith('_') or delattr(os, name)"
    ((_, run),) = pool.run([write_lesson("print('before')", take_away)])
    pool.close()
    assert texts(run)[:1] == ["before\n"]
    (message,) = messages(run)
    assert "which Python itself needs" in message


BEARABLE = [
    "import sys\nsys.stdout.close(); sys.stderr.close(); sys.__stdout__.close()",
    "import sys\nsys.modules.clear()",
    "import os\nos.closerange(0, 4096)",
    "import os\nos._exit = lambda *status: None",
    "import sys\nsys.setrecursionlimit(60)",
    "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))",
    "import os, threading\nos.mkfifo('pipe')\nthreading.Thread(target=lambda: open('pipe', 'w').write('x')).start()\n"
    "open('pipe').read();",
]


@pytest.mark.parametrize("code", BEARABLE)
def test_what_a_script_would_bear_a_lesson_bears(write_lesson: WriteLesson, run_one: RunOne, code: str) -> None:
    run = run_one(write_lesson("print('before')", code, "print('after')"))
    assert (messages(run), texts(run)) == ([], ["before\n", "after\n"])


def test_files_that_a_lesson_opens_in_the_place_of_those_it_closed_hold_what_it_writes(
    write_lesson: WriteLesson, run_one: RunOne, root: Path
) -> None:
    reopen = "import os\nos.closerange(0, 4096)\nfiles = [open(f'made_{number}', 'w') for number in range(30)]"
    write = "for file in files:\n    file.write('mine'); file.flush()"
    assert run_one(write_lesson(reopen, "print('between')", write)).ok
    assert {path.read_text(encoding="utf-8") for path in (root / "lessons").glob("made_*")} == {"mine"}


@pytest.mark.parametrize("way", ["print('child')", "raise ValueError", "sys.exit(3)", "os._exit(0)", "1 / 0"])
def test_a_forked_child_that_comes_back_from_its_cell_tells_nothing_of_the_rest(
    write_lesson: WriteLesson, run_one: RunOne, way: str
) -> None:
    fork = f"import os, sys\npid = os.fork()\nif pid == 0:\n    {way}\nos.waitpid(pid, 0) if pid else None;"
    run = run_one(write_lesson(fork, "print('rest')", "# %% [markdown]\n# {{ 1 + 1 }}"))
    assert messages(run) == []
    assert texts(run) == [*(["child\n"] if "child" in way else []), "rest\n"]
    assert run.results[2].value == "2"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("import os\nopen(os.fsdecode(b'caf\\xe9.csv'))", "No such file or directory: 'caf\\udce9.csv'"),
        ("print('caf\\udce9')", "caf\\udce9"),
        ("class Odd:\n    def __repr__(self): return 'caf\\udce9'\nOdd()", "caf\\udce9"),
        ("import pandas as pd\npd.DataFrame({'a': ['caf\\udce9']})", "caf\\udce9"),
        ("# %% [markdown]\n# {{ 'caf' + chr(0xdce9) }}", "caf\\udce9"),
        ("# %% [markdown]\n# >>> 'caf' + chr(0xdce9)\n# 'x'", "caf\\udce9"),
    ],
)
def test_what_is_no_character_is_shown_escaped_wherever_it_goes(
    write_lesson: WriteLesson, course: Course, code: str, shown: str
) -> None:
    lesson = write_lesson(code)
    run = course.run_lessons([lesson])[0][lesson.path]
    kept = course.run_lessons([lesson])[0][lesson.path]
    assert kept == run
    page = print_page(lesson, run)
    told = "\n".join([page.markdown, *map(str, page.problems)])
    assert shown in told.replace("&#92;", "\\")
    assert told.encode()
    assert write_notebook(lesson, run).encode()


def test_a_file_whose_name_is_no_text_is_a_dependency_like_any_other(
    write_lesson: WriteLesson, course: Course, root: Path
) -> None:
    path = root / "lessons" / os.fsdecode(b"caf\xe9.csv")
    path.write_text("1", encoding="utf-8")
    lesson = write_lesson("import os\nopen(os.fsdecode(b'caf\\xe9.csv')).read()")
    assert course.run_lessons([lesson])[1] != {}
    assert course.run_lessons([lesson])[1] == {}
    path.write_text("2", encoding="utf-8")
    assert course.run_lessons([lesson])[1] != {}


def test_a_lesson_hears_ctrl_c_and_holds_no_pipe_of_the_engine(write_lesson: WriteLesson, run_one: RunOne) -> None:
    code = """
        import json, os, signal
        def pipes(pid):
            folder = f"/proc/{pid}/fd"
            paths = [f"{folder}/{name}" for name in os.listdir(folder)]
            return {os.readlink(path) for path in paths if os.path.exists(path) and "pipe:" in os.readlink(path)}
        print(json.dumps([signal.getsignal(signal.SIGINT) is signal.default_int_handler, sorted(pipes(os.getpid()))]))
    """
    run = run_one(write_lesson(code))
    hears, pipes = json.loads("".join(texts(run)))
    assert hears
    assert not set(pipes) & pipes_of(os.getpid())


def pipes_of(pid: int) -> set[str]:
    folder = Path(f"/proc/{pid}/fd")
    return {os.readlink(path) for path in folder.iterdir() if os.path.lexists(path) and path.is_fifo()}


DAEMON = "import subprocess\nprint(subprocess.Popen(['sleep', '1000'], start_new_session=True).pid)"
GRANDCHILD = """
import os, time
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if (pid := os.fork()) == 0:
        os.execlp('sleep', 'sleep', '1000')
    os.write(write, str(pid).encode())
    os._exit(0)
os.wait()
print(int(os.read(read, 99)))
"""


@pytest.mark.parametrize("start", [DAEMON, GRANDCHILD])
@pytest.mark.parametrize("end", ["1;", "import os\nos._exit(1)"])
def test_a_process_in_a_session_of_its_own_ends_with_the_lesson(
    write_lesson: WriteLesson, run_one: RunOne, start: str, end: str
) -> None:
    other = write_lesson("print('beside')", name="other")
    run = run_one(write_lesson(start, end))
    pid = int("".join(texts(run)))
    wait_until(lambda: not psutil.pid_exists(pid))
    assert run_one(other).ok


def test_closing_the_pool_ends_a_process_in_a_session_of_its_own(root: Path, write_lesson: WriteLesson) -> None:
    pool = Pool(root, workers=2, limit=100, preload=())
    pids = root / "lessons" / "pid"
    start = "import os, subprocess\npid = subprocess.Popen(['sleep', '1000'], start_new_session=True).pid"
    loops = write_lesson(f"{start}\nopen('new', 'w').write(str(pid))\nos.rename('new', 'pid')\nwhile True: pass")
    quick = write_lesson("import os, time\nwhile not os.path.exists('pid'): time.sleep(0.02)", name="quick")
    runs = pool.run([loops, quick])
    assert next(runs)[0].name == "quick"
    pid = int(pids.read_text(encoding="utf-8"))
    assert psutil.pid_exists(pid)
    pool.close()
    wait_until(lambda: not psutil.pid_exists(pid))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import os\nos._exit(3)", "module 'broken_module' ended the process that imported it (exit status 3)"),
        ("import os\nos.kill(os.getpid(), 9)", "module 'broken_module' ended the process that imported it (SIGKILL)"),
        ("import time\ntime.sleep(1000)", "module 'broken_module' was not imported after 1 s"),
    ],
)
@pytest.mark.parametrize("fork", [True, False])
def test_a_preload_that_ends_the_process_or_never_ends_is_named(
    root: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch, code: str, told: str, fork: bool
) -> None:
    monkeypatch.setattr(pool_module, "IMPORT_LIMIT", 1.0 if "sleep" in code else 60.0)
    (root / "broken_module.py").write_text(code, encoding="utf-8")
    pool = Pool(root, workers=1, limit=20, preload=("json", "broken_module", "csv"), fork=fork)
    with pytest.raises(PreloadFailed) as failed:
        list(pool.run([write_lesson("1")]))
    assert told in str(failed.value)
    assert "`preload`" in str(failed.value)
    (root / "broken_module.py").write_text("", encoding="utf-8")
    assert [run.ok for _, run in pool.run([write_lesson("1")])] == [True]
    pool.close()


def test_a_lesson_that_stops_the_process_it_was_forked_from_does_not_stop_the_build(
    root: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "GRACE", 0.5)
    pool = Pool(root, workers=1, limit=2, preload=())
    stops = write_lesson("import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\nwhile True: pass")
    ((_, run),) = pool.run([stops])
    assert "still running" in messages(run)[0]
    pool.limit = 20  # a lesson imports Matplotlib here, which may take two seconds
    assert [(run.ok, messages(run)) for _, run in pool.run([write_lesson("1")])] == [(True, [])]
    pool.close()


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        ("optimizer = torch.optim.SGD(w, lr=1)", True),
        ("from torch import optim", True),
        ("import torch.optim as o", True),
        ("optimal = 1  # an optimum", False),
        ("# %% [markdown]\n# The optim package.", False),
    ],
)
def test_a_lesson_whose_code_uses_optimizers_waits_for_what_they_import(
    write_lesson: WriteLesson, code: str, uses: bool
) -> None:
    assert pool_module.optimizes(write_lesson(code)) == uses
