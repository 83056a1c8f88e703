"""Whatever a lesson learns from a file makes it run again when the file changes, and never makes it run for nothing."""

from __future__ import annotations

import os
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import WriteLesson

from lessonpress.course import Course
from lessonpress.read.lesson import Lesson, read_lesson
from lessonpress.run.record import Run

Go = Callable[[Lesson], tuple[Run, str]]


@pytest.fixture
def go(course: Course) -> Go:
    """Run a lesson if it has to: its run, and why it had to."""

    def go(lesson: Lesson) -> tuple[Run, str]:
        runs, rerun = course.run_lessons([lesson])
        return runs[lesson.path], rerun.get(lesson.path, "")

    return go


@pytest.fixture
def folder(root: Path) -> Path:
    """The lessons' folder, with something of every kind to read."""
    folder = root / "lessons"
    for name in ("data", "other", "package"):
        (folder / name).mkdir()
    for name in ("data/x.csv", "other/x.csv", "beside.csv"):
        (folder / name).write_text(f"{name}\n", encoding="utf-8")
    (folder / "link.csv").symlink_to("data/x.csv")
    (folder / "linked").symlink_to("data")
    (folder / "helper.py").write_text("x = 1\n", encoding="utf-8")
    (folder / "package" / "__init__.py").touch()
    (folder / "package" / "text.txt").write_text("1", encoding="utf-8")
    np.save(folder / "array.npy", np.zeros(3))
    with zipfile.ZipFile(folder / "packed.zip", "w") as packed:
        packed.writestr("a", "1")
    with sqlite3.connect(folder / "table.db") as database:
        database.execute("create table t (x)")
    database.close()
    return folder


def rewrite(path: Path) -> None:
    path.write_text("changed = 5\n", encoding="utf-8")


def lead_elsewhere(path: Path) -> None:
    target = "other" if path.is_dir() else "beside.csv"
    path.unlink()
    path.symlink_to(target)


FORK = "import os\nif os.fork() == 0:\n    open('data/x.csv').read(); os._exit(0)\nos.wait();"
WORKER = """
import multiprocessing
def read(): open('data/x.csv').read()
worker = multiprocessing.get_context('fork').Process(target=read)
worker.start(); worker.join()
"""
WORKERS = """
import concurrent.futures
def read(name): return open(name).read()
with concurrent.futures.ProcessPoolExecutor(1) as pool:
    list(pool.map(read, ['data/x.csv']))
"""
LOADER = """
from torch.utils.data import DataLoader, Dataset
class Sizes(Dataset):
    def __len__(self): return 1
    def __getitem__(self, number): return len(open('data/x.csv').read())
list(DataLoader(Sizes(), num_workers=1));
"""
THREADS = """
import concurrent.futures
def read(number): return open(f'many/{number}').read(1)
with concurrent.futures.ThreadPoolExecutor(40) as pool:
    list(pool.map(read, range(40)));
"""
BELOW = "import os\nfolder = os.open('data', os.O_RDONLY)\n"
READS: list[tuple[str, str, Callable[[Path], object]]] = [
    # in other processes
    (FORK, "data/x.csv", rewrite),
    (WORKER, "data/x.csv", rewrite),
    (WORKERS, "data/x.csv", rewrite),
    (LOADER, "data/x.csv", rewrite),
    # databases
    ("import sqlite3; list(sqlite3.connect('table.db').execute('select * from t'))", "table.db", rewrite),
    ("import sqlite3; sqlite3.connect('file:table.db?mode=ro', uri=True);", "table.db", rewrite),
    # looks at a path
    ("import pathlib; pathlib.Path('data/x.csv').exists()", "data/x.csv", Path.unlink),
    ("import pathlib; pathlib.Path('data/x.csv').is_file()", "data/x.csv", Path.unlink),
    ("import os; os.path.exists('none.csv')", "none.csv", rewrite),
    ("import os; os.path.isdir('none')", "none", Path.mkdir),
    ("import os; os.path.getmtime('data/x.csv');", "data/x.csv", rewrite),
    ("import os; os.path.getsize('data/x.csv')", "data/x.csv", rewrite),
    ("import os; os.access('data/x.csv', os.R_OK)", "data/x.csv", Path.unlink),
    ("import os; [entry.stat().st_size for entry in os.scandir('data')]", "data/x.csv", rewrite),
    ("import os; list(os.walk('data'))", "data/new", Path.mkdir),
    ("import importlib.resources as r; (r.files('package') / 'text.txt').is_file()", "package/text.txt", Path.unlink),
    # through links
    ("open('link.csv').read()", "link.csv", lead_elsewhere),
    ("open('linked/x.csv').read()", "linked", lead_elsewhere),
    ("import os; os.readlink('linked')", "linked", lead_elsewhere),
    ("import os; os.path.islink('link.csv')", "link.csv", lambda path: (path.unlink(), rewrite(path))),
    ("open('linked/../beside.csv').read()", "beside.csv", rewrite),
    # below open folders, and by other names
    (BELOW + "os.read(os.open('x.csv', os.O_RDONLY, dir_fd=folder), 9)", "data/x.csv", rewrite),
    (BELOW + "os.stat('x.csv', dir_fd=folder).st_size", "data/x.csv", rewrite),
    (BELOW + "os.listdir(folder)", "data/new", Path.mkdir),
    ("import os; open(os.open('data/x.csv', os.O_RDONLY)).read()", "data/x.csv", rewrite),
    ("open(b'data/x.csv').read()", "data/x.csv", rewrite),
    ("import os; os.chdir('data'); open('x.csv').read()", "data/x.csv", rewrite),
    # by way of libraries
    ("import numpy; numpy.load('array.npy', mmap_mode='r').sum()", "array.npy", rewrite),
    ("import numpy; numpy.load('array.npy', mmap_mode='r+').sum()", "array.npy", rewrite),
    ("import zipfile; zipfile.ZipFile('packed.zip').namelist()", "packed.zip", rewrite),
    ("import shutil, tempfile; shutil.copy('data/x.csv', tempfile.mkdtemp());", "data/x.csv", rewrite),
    # code
    ("import runpy; runpy.run_path('helper.py')['__name__']", "helper.py", rewrite),
    ("exec(open('helper.py').read())", "helper.py", rewrite),
    ("import io, os; io.open_code(os.path.abspath('helper.py')).read();", "helper.py", rewrite),
    ("open('data/x.csv', 'r+').read()", "data/x.csv", rewrite),
]


@pytest.mark.parametrize(("code", "name", "change"), READS)
def test_what_a_lesson_learned_from_a_file_that_changes_makes_it_run_again(
    write_lesson: WriteLesson, go: Go, folder: Path, code: str, name: str, change: Callable[[Path], object]
) -> None:
    lesson = write_lesson(code)
    run, reason = go(lesson)
    assert (run.ok, run.unkept, reason) == (True, "", "new or changed")
    assert go(lesson)[1] == ""
    change(folder / name)
    assert go(lesson)[1] != ""


def test_none_of_forty_files_that_forty_threads_read_is_missed(write_lesson: WriteLesson, go: Go, folder: Path) -> None:
    (folder / "many").mkdir()
    for number in range(40):
        (folder / "many" / str(number)).write_bytes(bytes(500_000))  # which takes a while to note
    run, _ = go(write_lesson(THREADS))
    assert run.dependencies is not None
    assert {f"lessons/many/{number}" for number in range(40)} <= set(run.dependencies.files)


def test_a_lesson_that_reads_its_own_file_runs_again_when_its_prose_changes(write_lesson: WriteLesson, go: Go) -> None:
    assert go(write_lesson("len(open(__file__).read())"))[1] != ""
    assert go(write_lesson("len(open(__file__).read())"))[1] == ""
    assert go(write_lesson("len(open(__file__).read())", title="Tiny, and longer"))[1] != ""


def test_a_file_that_a_lesson_reads_and_then_writes_counts_as_it_was_in_the_end(
    write_lesson: WriteLesson, go: Go, folder: Path
) -> None:
    lesson = write_lesson("n = len(open('beside.csv').read())", "open('beside.csv', 'w').write('1')")
    go(lesson)
    assert go(lesson)[1] == ""
    rewrite(folder / "beside.csv")
    assert go(lesson)[1] == "lessons/beside.csv changed"


def test_a_folder_made_by_a_lesson_that_asked_for_it_reruns_nothing(write_lesson: WriteLesson, go: Go) -> None:
    lesson = write_lesson("import os\nos.path.isdir('made') or os.mkdir('made')")
    assert go(lesson)[1] != ""
    assert go(lesson)[1] == ""


def test_a_run_that_never_ended_has_its_dependencies_too(write_lesson: WriteLesson, go: Go, folder: Path) -> None:
    lesson = write_lesson("import helper, os\nos.path.exists('none.csv')\nopen('data/x.csv').read()\nos._exit(3)")
    run, _ = go(lesson)
    assert run.dependencies is not None
    assert {"lessons/helper.py", "lessons/data/x.csv", "lessons/none.csv"} <= set(run.dependencies.files)
    assert go(lesson)[1] == ""
    (folder / "unread.csv").touch()
    assert go(lesson)[1] == ""
    rewrite(folder / "helper.py")
    assert go(lesson)[1] != ""


def test_a_lesson_whose_helper_was_mended_while_it_ran_and_failed_runs_again(
    write_lesson: WriteLesson, go: Go, folder: Path
) -> None:
    (folder / "helper.py").write_text("raise ValueError('first save')\n", encoding="utf-8")
    mend = "ctypes.CDLL(None).system(b'echo x = 1 > helper.py')"  # as an author does: unheard
    lesson = write_lesson(f"import ctypes\ntry:\n    import helper\nfinally:\n    {mend}")
    assert not go(lesson)[0].ok
    run, reason = go(lesson)
    assert reason != ""
    assert run.ok


START = "import subprocess\nsubprocess.run(['cat', 'data/x.csv'], stdout=subprocess.PIPE).stdout"
ASYNC = """
import asyncio
async def start(): await (await asyncio.create_subprocess_exec('cat', 'data/x.csv')).wait()
asyncio.run(start())
"""
IN_A_THREAD = """
import concurrent.futures, subprocess
with concurrent.futures.ThreadPoolExecutor() as pool:
    list(pool.map(subprocess.check_output, [['cat', 'data/x.csv']]))
"""
OTHER_PYTHON = """
import multiprocessing, os
worker = multiprocessing.get_context({!r}).Process(target=os.getcwd)
worker.start(); worker.join()
"""
STARTS = [
    (START, 6, "cat"),
    ("import os; os.system('cat data/x.csv');", 5, "cat"),
    ("import os; os.popen('cat data/x.csv').read()", 5, "sh"),
    ("import os; os.waitpid(os.posix_spawn('/bin/cat', ['cat', 'data/x.csv'], os.environ), 0);", 5, "cat"),
    ("import os; os.spawnv(os.P_WAIT, '/bin/cat', ['cat', 'data/x.csv']);", 5, "cat"),
    ("exec('import os; os.system(\"cat data/x.csv\")')", 5, "cat"),
    (ASYNC, 6, "cat"),
    (IN_A_THREAD, 5, "cat"),
    (OTHER_PYTHON.format("spawn"), 7, os.path.basename(sys.executable)),
    (OTHER_PYTHON.format("forkserver"), 7, os.path.basename(sys.executable)),
    ("# %% [markdown]\n# >>> import os\n# >>> os.system('true')\n# 0", 5, "true"),
]


@pytest.mark.parametrize(("code", "line", "program"), STARTS)
def test_a_run_that_starts_a_program_is_not_kept_and_says_why(
    write_lesson: WriteLesson, go: Go, folder: Path, code: str, line: int, program: str
) -> None:
    lesson = write_lesson(code.strip("\n"))
    run, _ = go(lesson)
    assert run.ok
    place, _, told = run.unkept.partition(" ")
    assert told == f"starts the program '{program}'; say what it reads in '#| reads: ...'"
    assert place.split(":")[0] == "lessons/tiny.py"
    assert abs(int(place.split(":")[1]) - line) <= 2
    assert go(lesson)[1] == "new or changed"


def test_a_program_that_a_module_of_the_project_starts_is_the_project_s(
    write_lesson: WriteLesson, go: Go, folder: Path
) -> None:
    (folder / "helper.py").write_text("import os\n\ndef start():\n    os.system('true')\n", encoding="utf-8")
    assert go(write_lesson("import helper\nhelper.start()"))[0].unkept.startswith("lessons/helper.py:4 starts the")


@pytest.mark.parametrize(
    "code",
    [
        "import platform\nplatform.processor();",
        "import ctypes.util\nctypes.util.find_library('m')",
        "from matplotlib import font_manager\nfont_manager._get_fontconfig_fonts.__wrapped__();",
        "from multiprocessing import shared_memory\nshared_memory.SharedMemory(create=True, size=1).unlink()",
    ],
)
def test_a_program_that_a_library_starts_on_its_own_account_keeps_no_run_from_being_kept(
    write_lesson: WriteLesson, go: Go, code: str
) -> None:
    lesson = write_lesson(code)
    run, _ = go(lesson)
    assert (run.ok, run.unkept) == (True, "")
    assert go(lesson)[1] == ""


@pytest.mark.parametrize(
    ("patterns", "name"),
    [
        ("data/*.csv", "data/x.csv"),
        ("data/*.csv", "data/new.csv"),
        ("beside.csv, data/*.csv", "data/x.csv"),
        ("beside.csv data/*.csv", "beside.csv"),
        ("data", "data/new.csv"),
        ("../lessons/data/**", "data/x.csv"),
    ],
)
def test_a_program_whose_files_are_named_lets_its_run_be_kept_until_one_of_them_changes(
    write_lesson: WriteLesson, go: Go, folder: Path, patterns: str, name: str
) -> None:
    lesson = write_lesson(f"#| reads: {patterns}\n{START}")
    run, _ = go(lesson)
    assert (run.ok, run.unkept) == (True, "")
    assert go(lesson)[1] == ""
    (folder / "unread.csv").touch()
    assert go(lesson)[1] == ""
    rewrite(folder / name)
    assert go(lesson)[1] != ""


def test_a_program_that_reads_nothing_of_the_project_can_be_said_to(
    write_lesson: WriteLesson, go: Go, root: Path
) -> None:
    lesson = write_lesson("#| reads: nothing\nimport os\nos.system('true');")
    page = root / "docs" / "page.md"
    page.write_text("---\nreads: nothing\n---\n# Page\n\n>>> import os\n>>> os.system('true')\n0\n", encoding="utf-8")
    for read in (lesson, read_lesson(page, root)):
        run, _ = go(read)
        assert (run.ok, run.unkept) == (True, "")
        assert go(read)[1] == ""


def test_a_package_that_is_not_of_the_project_is_looked_for_in_it_once(write_lesson: WriteLesson, go: Go) -> None:
    run, _ = go(write_lesson("import jinja2.ext, json.tool"))
    assert run.dependencies is not None
    assert {name for name in run.dependencies.files if "jinja2" in name} == {
        "jinja2.py", "jinja2/__init__.py", "lessons/jinja2.py", "lessons/jinja2/__init__.py",
    }  # fmt: skip


def test_other_files_to_be_read_make_a_lesson_run_again(write_lesson: WriteLesson, go: Go, folder: Path) -> None:
    go(write_lesson(f"#| reads: data/x.csv\n{START}"))
    assert go(write_lesson(f"#| reads: beside.csv\n{START}"))[1] == "new or changed"


def test_a_pattern_that_no_file_matches_is_a_problem_at_its_line(
    write_lesson: WriteLesson, course: Course, folder: Path
) -> None:
    write_lesson(f"#| echo: false\n#| reads: dato/*.csv\n{START}")
    told = [f"{problem.where}: {problem.message}" for problem in course.build().problems]
    assert "lessons/tiny.py:6, cell 2: no file matches 'dato/*.csv', which the cell says it reads" in told


def test_it_is_told_once_why_a_run_is_not_kept(write_lesson: WriteLesson, course: Course, folder: Path) -> None:
    from lessonpress.progress import show_progress

    said: list[str] = []
    write_lesson("import os\nos.system('true');")
    for _ in range(2):
        course.build(lambda count: show_progress(count, said.append))
    told = "lessons/tiny.py runs in each build: lessons/tiny.py:6 starts the program 'true'"
    assert [line.split(";")[0] for line in said if "in each build" in line] == [told]
    assert sum(line.startswith("lessons/tiny.py ran in") for line in said) == 2


def test_a_changed_data_file_reruns_its_lesson_in_a_project_that_lies_where_python_does(
    write_lesson: WriteLesson, course: Course, go: Go, folder: Path, root: Path
) -> None:
    # as the interpreter of Debian does for a course in /usr/src, or a virtual environment with a course in it
    prefix = f"import sys\nsys.prefix = sys.base_prefix = {str(root.parent)!r}\n"
    (folder / "sitecustomize.py").write_text(prefix, encoding="utf-8")
    from lessonpress.kept.pool import Pool

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        course.pool = Pool(root, workers=1, limit=20, preload=())
        lesson = write_lesson("open('data/x.csv').read()")
        assert go(lesson)[1] != ""
        assert go(lesson)[1] == ""
        rewrite(folder / "data" / "x.csv")
        assert go(lesson)[1] == "lessons/data/x.csv changed"
        course.close()
