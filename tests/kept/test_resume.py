"""A lesson under edit goes on from the cell that changed, and a full run bears that out."""

from __future__ import annotations

import os
import queue
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from conftest import WriteLesson
from small_project import has_ended, wait_until

from lessonpress.course import Course
from lessonpress.kept import dependencies
from lessonpress.kept.background import Background
from lessonpress.kept.jobs import current_step
from lessonpress.kept.pool import Pool
from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Run
from lessonpress.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no stopped copies on this system")

TAKES_ITS_TIME = "import time\ntime.sleep(0.3)"  # so that a copy after it is worth it
TELLS_THE_TIME = f"{TAKES_ITS_TIME}\nprint('at', time.time_ns())"
PROSE = "# %% [markdown]\n# A sentence.\n#\n# Another."


class Preview:
    """What runs lessons while an author edits them, and what is said of it."""

    def __init__(self, root: Path, workers: int = 2, preload: tuple[str, ...] = ()) -> None:
        self.pool = Pool(root, workers, 20, preload)
        self.ends: queue.Queue[tuple[Lesson, Run]] = queue.Queue()
        self.said: list[str] = []
        self.background = Background(
            self.pool,
            lambda lesson, run, news: self.ends.put((lesson, run)),
            lambda lesson, what: self.said.append(what),
        )
        self.background.origins.most_time = 1.0  # how long a fork takes here and now decides nothing

    def next_run(self) -> Run:
        return self.ends.get(timeout=60)[1]

    def run(self, lesson: Lesson) -> Run:
        """The first run of a lesson that ends now."""
        self.background.want(lesson)
        return self.next_run()

    def edit(self, write: Callable[[str], Lesson]) -> None:
        """Have a lesson's first versions run, of which the second leaves copies."""
        for last in ("'unedited'", "'edited'"):
            assert self.run(write(last)).ok

    def copies(self) -> list[psutil.Process]:
        """The stopped copies: no lesson runs, so they are all children of the process that holds the imports."""
        wait_until(lambda: not self.pool.running)
        return psutil.Process(server_of(self.pool)).children()


def server_of(pool: Pool) -> int:
    assert pool.server is not None
    return pool.server.pid


def shown(run: Run) -> list[str]:
    """What the steps of a run gave: what each printed, its value as text, or why it failed."""
    return [
        "".join(output.text for output in result.outputs) + result.value + "".join(t.message for t in result.troubles)
        for result in run.results
    ]


@pytest.fixture
def preview(root: Path) -> Iterator[Preview]:
    preview = Preview(root)
    yield preview
    preview.background.close()


def test_an_edit_runs_a_lesson_from_the_cell_that_changed_and_then_in_full(
    preview: Preview, write_lesson: WriteLesson
) -> None:
    def write(last: str) -> Lesson:
        return write_lesson("x = 1", TELLS_THE_TIME, "x += 1", last)

    preview.run(write("x"))
    before = preview.run(write("x + 1"))
    assert before.resumed == 0
    resumed = preview.run(write("x + 2"))
    assert resumed.resumed >= 2
    assert shown(resumed) == [*shown(before)[:-1], "4"]
    full = preview.next_run()
    assert full.resumed == 0
    assert shown(full)[1] != shown(before)[1]
    assert shown(full)[2:] == shown(resumed)[2:]


def test_each_of_many_edits_goes_on_from_the_same_place(preview: Preview, write_lesson: WriteLesson) -> None:
    def write(last: str) -> Lesson:
        return write_lesson("x = 1", TELLS_THE_TIME, f"x += 1\n{last}")

    preview.edit(write)
    for number in range(4):
        run = preview.run(write(f"x + {number}"))
        assert run.resumed >= 2
        assert shown(run)[2] == str(2 + number)
        assert shown(run)[1].startswith("at ")


def test_a_cell_put_at_the_end_runs_alone(preview: Preview, write_lesson: WriteLesson) -> None:
    before = [TAKES_ITS_TIME, "'x'", TAKES_ITS_TIME]
    preview.run(write_lesson(*before))
    preview.run(write_lesson("y = 1", *before))
    run = preview.run(write_lesson("y = 1", *before, "y + 1"))
    assert run.resumed == 4
    assert shown(run)[4] == "2"


def test_lines_that_moved_are_the_new_ones_where_a_resumed_cell_fails(
    preview: Preview, write_lesson: WriteLesson
) -> None:
    preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, last))
    lesson = write_lesson(PROSE, PROSE, TAKES_ITS_TIME, "1\n1 / 0")
    run = preview.run(lesson)
    assert run.resumed == 1
    (trouble,) = run.results[1].troubles
    assert trouble.line == lesson.text.split("\n").index("1 / 0") + 1


def test_an_edit_of_an_early_cell_goes_on_from_no_later_one(preview: Preview, write_lesson: WriteLesson) -> None:
    preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, "x = 1", TAKES_ITS_TIME, f"print(x, {last})"))
    run = preview.run(write_lesson(TAKES_ITS_TIME, "x = 2", TAKES_ITS_TIME, "print(x, 'edited')"))
    assert run.resumed == 1
    assert shown(run)[3] == "2 edited\n"


def test_a_lesson_that_fails_goes_on_from_the_cell_that_is_mended(preview: Preview, write_lesson: WriteLesson) -> None:
    preview.run(write_lesson(TAKES_ITS_TIME, "1"))
    assert not preview.run(write_lesson(TAKES_ITS_TIME, "1 / 0")).ok
    run = preview.run(write_lesson(TAKES_ITS_TIME, "1 / 2"))
    assert run.ok
    assert run.resumed == 1


def test_an_edit_meanwhile_goes_on_from_where_the_run_has_got_to(
    preview: Preview, write_lesson: WriteLesson, root: Path
) -> None:
    waits = f"{TAKES_ITS_TIME}\nopen('there', 'w')\ntime.sleep(15)"
    preview.run(write_lesson("1"))
    preview.background.want(write_lesson(TAKES_ITS_TIME, "'x'", waits))
    wait_until((root / "lessons" / "there").exists)
    run = preview.run(write_lesson(TAKES_ITS_TIME, "'x'", "'y'"))
    assert run.resumed in (1, 2)
    assert shown(run)[1:] == ["'x'", "'y'"]


def test_what_is_written_past_python_is_shown_in_a_resumed_run(preview: Preview, write_lesson: WriteLesson) -> None:
    preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, f"import os\nos.system('echo {last[1:-1]}');", "1"))
    run = preview.run(write_lesson(TAKES_ITS_TIME, "import os\nos.system('echo other');\nos.write(2, b'too');", "2"))
    assert run.resumed == 1
    assert shown(run)[1:] == ["other\ntoo", "2"]


def test_an_endless_loop_in_a_resumed_run_is_ended_and_the_next_edit_goes_on_from_there(
    preview: Preview, write_lesson: WriteLesson
) -> None:
    preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, last))
    preview.pool.limit = 1
    lesson = write_lesson(TAKES_ITS_TIME, "while True:\n    pass")
    run = preview.run(lesson)
    assert run.resumed == 1
    assert "its time limit of 1 s" in run.results[1].troubles[0].message
    assert run.results[1].troubles[0].line >= lesson.steps[1].line
    preview.pool.limit = 20
    run = preview.run(write_lesson(TAKES_ITS_TIME, "'mended'"))
    assert run.resumed == 1
    assert run.ok


def test_what_the_edited_cells_no_longer_import_is_no_part_of_the_run(
    preview: Preview, write_lesson: WriteLesson
) -> None:
    preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, f"import markdown\n{last}"))
    run = preview.run(write_lesson(TAKES_ITS_TIME, "import yaml"))
    assert run.resumed == 1
    assert [name for name in run.versions if name != "Python"] == ["PyYAML"]


DRAWS = """
import random, numpy, torch
print(random.random(), numpy.random.rand(), generator.random(), torch.rand(1))
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for _ in range(20):
    loss = (model(torch.randn(8, 3)) ** 2).mean()
    optimizer.zero_grad(); loss.backward(); optimizer.step()
print(loss.item(), random.random())
"""
SOWS = """
import random, numpy, torch
random.seed(1); numpy.random.seed(1); torch.manual_seed(1)
generator = numpy.random.default_rng(1)
torch.randn(3, requires_grad=True).sum().backward()
"""


def test_random_numbers_and_training_go_on_in_a_resumed_run_as_in_a_full_one(
    root: Path, write_lesson: WriteLesson
) -> None:
    preview = Preview(root, preload=("torch",))
    try:
        preview.edit(lambda last: write_lesson(SOWS, TAKES_ITS_TIME, "#| varies: true\n" + last, DRAWS))
        for number in (1, 2):  # the second goes on from the copy of a copy
            resumed = preview.run(write_lesson(SOWS, TAKES_ITS_TIME, "#| varies: true\n" + str(number), DRAWS))
            assert resumed.resumed == 2
        full = preview.next_run()
    finally:
        preview.background.close()
    assert shown(full)[3] == shown(resumed)[3]


def test_a_full_run_that_gives_something_else_says_in_which_cells(preview: Preview, write_lesson: WriteLesson) -> None:
    def write(last: str) -> Lesson:
        return write_lesson(
            f"import random\n{TAKES_ITS_TIME}",
            f"print({last}, random.random())",
            f"#| varies: true\n{last}, random.random()",
            "'same'",
        )

    preview.edit(write)
    lesson = write("'again'")
    resumed, full = preview.run(lesson), preview.next_run()
    assert resumed.resumed == 1
    assert full.ok
    assert preview.background.with_earlier(lesson, full).differs == (3,)
    assert preview.said == ["the full run differs from the resumed one in cell 3"]
    other = write("'once more'")
    assert preview.run(other).resumed == 0, "went on from what a full run does not give"
    assert preview.background.with_earlier(other, full).differs == ()


def test_a_full_run_that_gives_the_same_is_no_news_for_its_page(preview: Preview, write_lesson: WriteLesson) -> None:
    news: queue.Queue[bool] = queue.Queue()
    preview.background.ended = lambda lesson, run, is_news: news.put(is_news)
    for last in "123":
        preview.background.want(write_lesson(TAKES_ITS_TIME, last))
        assert news.get(timeout=60)
    assert not news.get(timeout=60)
    assert preview.said == []


def test_a_full_run_is_news_if_what_it_read_has_changed_meanwhile(
    preview: Preview, write_lesson: WriteLesson, root: Path
) -> None:
    news: queue.Queue[bool] = queue.Queue()
    preview.background.ended = lambda lesson, run, is_news: news.put(is_news)
    data = root / "lessons" / "data.txt"
    data.write_text("old", encoding="utf-8")
    for last in "123":
        preview.background.want(write_lesson("text = open('data.txt').read()", TAKES_ITS_TIME, last))
        assert news.get(timeout=60)
    wait_until(lambda: any(job.full and current_step(job) == 1 for job in list(preview.pool.running.values())))
    data.write_text("new", encoding="utf-8")
    assert news.get(timeout=60), "what the page shows was read before the change, and nothing would run it again"


@pytest.mark.parametrize("kind", ["data", "helper", "listing", "absent"])
def test_a_run_goes_on_from_before_what_read_something_that_has_changed(
    preview: Preview, write_lesson: WriteLesson, root: Path, kind: str
) -> None:
    lessons = root / "lessons"
    read = {
        "data": "open('data.txt').read()",
        "helper": "__import__('helper').value",
        "listing": "','.join(sorted(__import__('os').listdir('folder')))",
        "absent": "open('new.txt').read() if __import__('os').path.exists('new.txt') else 'old'",
    }[kind]
    (lessons / "data.txt").write_text("old", encoding="utf-8")
    (lessons / "helper.py").write_text("value = 'old'\n", encoding="utf-8")
    (lessons / "folder").mkdir()
    (lessons / "folder" / "old").touch()
    cells = [TAKES_ITS_TIME, f"found = {read}", TAKES_ITS_TIME]
    preview.edit(lambda last: write_lesson(*cells, f"print(found, {last})"))
    assert preview.run(write_lesson(*cells, "print(found, 1)")).resumed == 3
    preview.next_run()
    (lessons / "data.txt").write_text("new", encoding="utf-8")
    (lessons / "helper.py").write_text("value = 'new'\n", encoding="utf-8")
    (lessons / "folder" / "old").rename(lessons / "folder" / "new")
    (lessons / "new.txt").write_text("new", encoding="utf-8")
    run = preview.run(write_lesson(*cells, "print(found, 2)"))
    assert run.resumed <= 1
    assert shown(run)[3] == "new 2\n"


def test_a_package_that_changed_has_a_lesson_run_in_full(
    preview: Preview, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview.edit(lambda last: write_lesson(f"import yaml\n{TAKES_ITS_TIME}", last))
    wait_until(lambda: not preview.pool.running)
    version = dependencies.package_version
    monkeypatch.setattr(dependencies, "package_version", lambda name: "99" if name == "PyYAML" else version(name))
    assert preview.run(write_lesson(f"import yaml\n{TAKES_ITS_TIME}", "1")).resumed == 0


def test_a_resumed_run_stands_for_its_page_but_is_not_kept_until_a_full_one_is(
    root: Path, write_lesson: WriteLesson
) -> None:
    course = Course(Settings(root, preload=()))
    ends: queue.Queue[tuple[int, bool]] = queue.Queue()

    def end(lesson: Lesson) -> None:
        """Look what there is, before anything else runs."""
        kept = course.cache.find(lesson, dependencies.InstalledPackages())[0]
        course.begin_anew()  # as where anything changes
        moved = write_lesson(PROSE, *(cell.source for cell in lesson.cells if cell.kind == "code"))
        run = course.run_lessons([moved])[0][lesson.path]
        ends.put((-1 if run.waiting else run.resumed, kept is not None))

    def edit(last: str) -> tuple[int, bool]:
        assert course.run_lessons([write_lesson(TELLS_THE_TIME, last)])[0]["lessons/tiny.py"].waiting
        return ends.get(timeout=60)

    course.run_in_background(end, lambda lesson, what, seconds: None)
    assert course.background is not None
    course.background.origins.most_time = 1.0
    try:
        assert edit("1") == (0, True)
        assert edit("2") == (0, True)
        assert edit("3") == (1, False)
        assert ends.get(timeout=60) == (0, True)
    finally:
        course.close()


UNSAFE = {
    "import threading\nthreading.Thread(target=time.sleep, args=(30,), daemon=True).start()": "runs threads of its own",
    "lines = open('data.txt')\nnext(lines)": "holds 'data.txt' open",
    "log = open('log.txt', 'w')": "holds 'log.txt' open",
    "import socket\nserver = socket.create_server(('127.0.0.1', 0))": "holds a connection open",
    "import subprocess\nprogram = subprocess.Popen(['sleep', '30'])": "has started a program that still runs",
    "import mmap\nshared = mmap.mmap(-1, 100)": "shares memory with other processes",
    "import signal\nsignal.setitimer(signal.ITIMER_REAL, 30)": "has set a timer",
}


EACH_UNSAFE = [*list(UNSAFE)[:3], *(pytest.param(code, marks=pytest.mark.prove) for code in list(UNSAFE)[3:])]


@pytest.mark.parametrize("code", EACH_UNSAFE)
def test_where_a_fork_is_not_safe_a_lesson_runs_from_further_up_and_says_so_once(
    preview: Preview, write_lesson: WriteLesson, root: Path, code: str
) -> None:
    (root / "lessons" / "data.txt").write_text("first\nsecond\n", encoding="utf-8")
    cells = ["import time", code, TAKES_ITS_TIME]
    preview.edit(lambda last: write_lesson(*cells, last))
    for number in (1, 2):
        run = preview.run(write_lesson(*cells, f"{number} + 1"))
        assert run.resumed <= 1
        assert shown(run)[3] == f"{number + 1}"
    (said,) = preview.said
    assert said.startswith(UNSAFE[code])


def test_a_file_that_is_closed_again_and_fonts_do_no_harm(preview: Preview, write_lesson: WriteLesson) -> None:
    draws = "import matplotlib.pyplot as plt\nplt.title('ü'); plt.savefig('out.png'); open('out.png').close()"
    preview.edit(lambda last: write_lesson(draws, TAKES_ITS_TIME, last))
    assert preview.run(write_lesson(draws, TAKES_ITS_TIME, "1")).resumed == 2


@pytest.mark.parametrize("ends", ["copies", "server"])
def test_without_its_copies_a_lesson_runs_in_full_and_says_so(
    preview: Preview, write_lesson: WriteLesson, ends: str
) -> None:
    preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, last))
    copies = preview.copies()
    assert copies
    for process in copies if ends == "copies" else [psutil.Process(server_of(preview.pool))]:
        process.kill()
    for copy in copies:
        wait_until(lambda copy=copy: has_ended(copy.pid))
    run = preview.run(write_lesson(TAKES_ITS_TIME, "1"))
    assert run.ok
    assert run.resumed == 0
    assert preview.said == ["runs in full: the copies that it could have gone on from are gone"]
    assert preview.run(write_lesson(TAKES_ITS_TIME, "2")).resumed == 1
    assert len(preview.said) == 1


def test_past_their_limit_of_memory_the_oldest_copies_go_first(preview: Preview, write_lesson: WriteLesson) -> None:
    cells = [f"m = b'{number}' * 80_000_000\n{TAKES_ITS_TIME}" for number in range(4)]
    preview.background.origins.most_memory = 250_000_000
    preview.edit(lambda last: write_lesson(*cells, last))
    wait_until(lambda: 0 < len(preview.copies()) < 4)
    assert preview.run(write_lesson(*cells, "m[0]")).resumed == 4
    preview.next_run()
    assert preview.run(write_lesson(cells[0], "'early'", *cells[2:], "1")).resumed == 0


def test_only_the_lessons_edited_last_keep_copies(preview: Preview, write_lesson: WriteLesson) -> None:
    for name in ("first", "second", "third"):
        preview.edit(lambda last, name=name: write_lesson(TAKES_ITS_TIME, last, name=name))
    numbers = {
        name: preview.run(write_lesson(TAKES_ITS_TIME, "1", name=name)).resumed for name in ("third", "second", "first")
    }
    assert numbers == {"third": 1, "second": 1, "first": 0}


@pytest.mark.parametrize(("share", "left"), [(0.001, 0), (1.0, 1)])
def test_copies_take_no_more_than_their_share_of_the_time(
    preview: Preview, write_lesson: WriteLesson, share: float, left: int
) -> None:
    preview.background.origins.most_time = share
    preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, last))
    assert preview.run(write_lesson(TAKES_ITS_TIME, "1")).resumed == left


def test_a_lesson_that_nobody_edits_leaves_no_copies(preview: Preview, write_lesson: WriteLesson) -> None:
    preview.run(write_lesson(TAKES_ITS_TIME, "1"))
    assert preview.copies() == []


def test_a_pool_without_a_preview_leaves_no_copies(root: Path, write_lesson: WriteLesson) -> None:
    pool = Pool(root, 1, 20, ())
    try:
        for last in "12":
            list(pool.run([write_lesson(TAKES_ITS_TIME, last)]))
            assert psutil.Process(server_of(pool)).children() == []
    finally:
        pool.close()


def test_a_lesson_that_is_waited_for_goes_before_a_full_run(root: Path, write_lesson: WriteLesson) -> None:
    preview = Preview(root, workers=1)
    slow = "import time\ntime.sleep(3)"
    try:
        preview.edit(lambda last: write_lesson(slow, last))
        assert preview.run(write_lesson(slow, "1")).resumed == 1
        wait_until(lambda: any(job.full and job.pid for job in preview.pool.running.values()))
        preview.background.want(write_lesson("'other'", name="other"))
        ends = [preview.ends.get(timeout=60) for _ in range(2)]
    finally:
        preview.background.close()
    assert [(lesson.name, run.resumed) for lesson, run in ends] == [("other", 0), ("tiny", 0)]
    assert all(run.ok for _, run in ends)


def test_stopped_copies_take_no_time(preview: Preview, write_lesson: WriteLesson) -> None:
    preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, last))
    copies = preview.copies()
    before = [copy.cpu_times()[:2] for copy in copies]
    time.sleep(0.5)
    assert [copy.cpu_times()[:2] for copy in copies] == before != []


@pytest.mark.parametrize("how", ["closed", "killed"])
def test_no_copy_outlives_the_process_that_holds_the_imports(
    preview: Preview, write_lesson: WriteLesson, how: str
) -> None:
    preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, last))
    preview.run(write_lesson(TAKES_ITS_TIME, "1"))  # and the copy of a copy
    preview.next_run()
    copies = preview.copies()
    assert copies
    if how == "closed":
        preview.pool.close()
    else:
        os.kill(server_of(preview.pool), signal.SIGKILL)
    for copy in copies:
        wait_until(lambda copy=copy: has_ended(copy.pid))


def test_a_lesson_under_way_ends_with_the_process_that_holds_the_imports(
    preview: Preview, write_lesson: WriteLesson, root: Path
) -> None:
    preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, last))
    writes = "import os, time\nopen('new', 'w').write(str(os.getpid()))\nos.rename('new', 'pid')\ntime.sleep(300)"
    preview.pool.limit = 300
    preview.background.want(write_lesson(TAKES_ITS_TIME, writes))  # one that went on from a copy
    place = root / "lessons" / "pid"
    wait_until(place.exists)
    preview.pool.running.clear()  # as where the process of the pool is no more
    os.kill(server_of(preview.pool), signal.SIGKILL)
    pid = int(place.read_text(encoding="utf-8"))
    wait_until(lambda: has_ended(pid))


def test_where_no_process_can_be_copied_a_lesson_runs_in_full_and_says_so_once(
    root: Path, write_lesson: WriteLesson
) -> None:
    preview = Preview(root)
    preview.background.origins.able = False
    try:
        preview.edit(lambda last: write_lesson(TAKES_ITS_TIME, last))
        run = preview.run(write_lesson(TAKES_ITS_TIME, "1"))
    finally:
        preview.background.close()
    assert run.ok
    assert run.resumed == 0
    assert preview.said == ["runs in full after each edit: this system keeps no stopped copies of a process"]


def test_a_lesson_that_takes_python_apart_runs_on_without_copies(preview: Preview, write_lesson: WriteLesson) -> None:
    harm = "import os, random\nos.listdir = random.getstate = lambda *_: 1 / 0"
    preview.edit(lambda last: write_lesson(harm, TAKES_ITS_TIME, last))
    run = preview.run(write_lesson(harm, TAKES_ITS_TIME, "1"))
    assert run.ok
    assert run.resumed == 0
