"""What is made ahead: in other processes, in silence, and only where that can be done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from conftest import WriteLesson
from warm_mkdocs import run_mkdocs

from lessonpress.kept import ahead
from lessonpress.kept.ahead import FEWEST, make_ahead

COUNT = 3 * FEWEST


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as it needs, and no thread of the test runner's."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1}, raising=False)
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def note(folder: Path, number: int) -> None:
    (folder / str(number)).write_text(str(os.getpid()), encoding="utf-8")


def jobs(folder: Path, count: int = COUNT) -> list[Callable[[], object]]:
    return [partial(note, folder, number) for number in range(count)]


def noted(folder: Path) -> dict[str, int]:
    """The process in which each job was done."""
    return {path.name: int(path.read_text(encoding="utf-8")) for path in folder.iterdir()}


def test_every_job_is_done_and_none_in_this_process(tmp_path: Path) -> None:
    make_ahead(jobs(tmp_path))
    assert set(noted(tmp_path)) == {str(number) for number in range(COUNT)}
    assert os.getpid() not in noted(tmp_path).values()
    for process in set(noted(tmp_path).values()):
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)  # none is left


def test_nobody_hears_of_what_fails_or_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        os.write(1, b"out")
        os.write(2, b"err")
        raise ValueError("not here")

    make_ahead([fail, *jobs(tmp_path)])
    assert len(noted(tmp_path)) == COUNT
    assert capfd.readouterr() == ("", "")


def test_a_process_that_is_killed_keeps_nobody_waiting(tmp_path: Path) -> None:
    make_ahead([lambda: os.kill(os.getpid(), signal.SIGKILL), *jobs(tmp_path)])
    assert len(noted(tmp_path)) == COUNT


@pytest.mark.parametrize("why", ["few", "one core", "threads", "no fork"])
def test_nothing_is_done_where_it_would_not_be_faster_or_can_not_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "one core":
        monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0}, raising=False)
    if why == "threads":
        monkeypatch.setattr(threading, "active_count", lambda: 2)
    if why == "no fork":
        monkeypatch.delattr(os, "fork")
    make_ahead(jobs(tmp_path, FEWEST - 1 if why == "few" else COUNT))
    assert not noted(tmp_path)


def test_more_jobs_than_a_pipe_can_hold_do_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "MOST", COUNT - 5)
    make_ahead(jobs(tmp_path))
    assert len(noted(tmp_path)) == COUNT - 5


ALONE = """
import sys
from lessonpress.kept import ahead
from mkdocs.__main__ import cli

ahead.FEWEST = 10**6
sys.argv = ["mkdocs", "build"]
cli()
"""


def test_a_site_is_the_same_and_says_the_same_as_one_made_by_one_process(root: Path) -> None:
    for number in range(COUNT):
        text = f"# Page {number}\n\nAs [another](page-0.md).\n\n[nowhere](nope-{number}/)\n"
        (root / "docs" / f"page-{number}.md").write_text(text, encoding="utf-8")
    (root / "docs" / "index.md").write_text("# Home\n\n```python\n1 + 1\n```\n", encoding="utf-8")
    (root / "alone.py").write_text(ALONE, encoding="utf-8")
    told, sites = [], []
    for script in (None, root / "alone.py"):
        for path in [*(root / ".cache").rglob("*.bin"), *(root / ".cache").rglob("*.json")]:
            path.unlink()
        result = run_mkdocs(root, "build", script=script)
        told.append([line for line in (result.stdout + result.stderr).splitlines() if "nope" in line])
        sites.append({path: path.read_bytes() for path in (root / "site").rglob("*.html")})
    assert told[0] == told[1]
    assert len(told[0]) == len(set(told[0])) == COUNT
    assert len(sites[0]) > COUNT
    assert sites[0] == sites[1]


COUNTED = """
import os, sys, threading
from pathlib import Path
from mkdocs.__main__ import cli

os.sched_getaffinity = lambda process: {0, 1}
count, counts = threading.active_count, []
threading.active_count = lambda: counts.append(count()) or counts[-1]
sys.argv = ["mkdocs", "build"]
try:
    cli()
finally:
    Path("counts").write_text(f"{len(counts)} {max(counts)}")
"""


def test_no_thread_of_a_build_that_runs_a_lesson_keeps_the_rest_from_being_made_ahead(
    root: Path, write_lesson: WriteLesson
) -> None:
    write_lesson("print('runs', 'now')")
    (root / "counted.py").write_text(COUNTED, encoding="utf-8")
    result = subprocess.run([sys.executable, "counted.py"], cwd=root, capture_output=True, text=True, check=True)
    assert "1 lesson ran" in result.stderr
    asked, most = map(int, (root / "counts").read_text(encoding="utf-8").split())
    assert asked
    assert most == 1
