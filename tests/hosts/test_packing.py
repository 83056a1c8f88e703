"""What readers take home: made beside the pages, or when somebody asks a preview for it."""

from __future__ import annotations

import io
import json
import os
import signal
import tempfile
import threading
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from small_project import Project, wait_until
from test_preview import Preview, previewing
from test_preview_states import SLOW

from lessonpress.hosts import preview as preview_module
from lessonpress.hosts.packing import Offer, Packing
from lessonpress.hosts.site_folder import MEMORY, PREFIX


def told_by(process: str) -> dict[str, Offer]:
    """Two files, of which the second says which process made it, and the first is `process`."""

    def make() -> bytes:
        if process == "killed" and os.getpid() != mine:
            os.kill(os.getpid(), signal.SIGKILL)
        if process == "failed" and os.getpid() != mine:
            raise ValueError("not here")
        return b"first"

    mine = os.getpid()
    return {"a/first.zip": Offer(make), "a/second.zip": Offer(lambda: str(os.getpid()).encode())}


@pytest.mark.parametrize("process", ["well", "failed", "killed", "none"])
def test_all_of_it_joins_the_site_whatever_becomes_of_the_other_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, process: str
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0} if process == "none" else {0, 1}, raising=False)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    before = psutil.Process().children()
    packing = Packing(told_by(process), tmp_path / "aside")
    packing.carry_into(tmp_path / "site")
    assert (tmp_path / "site" / "a" / "first.zip").read_bytes() == b"first"
    made_here = (tmp_path / "site" / "a" / "second.zip").read_bytes() == str(os.getpid()).encode()
    assert made_here == (process in ("killed", "none"))
    assert not list((tmp_path / "aside").rglob("*.zip"))
    assert psutil.Process().children() == before  # none is left


def test_what_can_not_be_made_is_said(tmp_path: Path) -> None:
    def fail() -> bytes:
        raise ValueError("said")

    with pytest.raises(ValueError, match="said"):
        Packing({"one.zip": Offer(fail)}, tmp_path / "aside").carry_into(tmp_path / "site")


def test_no_folder_is_left_behind(project: Project) -> None:
    process = project.start("build", "--quiet")
    process.communicate()
    assert (project.root / "site" / "lessons" / "good" / "good.ipynb").stat().st_size
    for folder in (MEMORY, tempfile.gettempdir()):
        assert not list(Path(folder).glob(f"{PREFIX}{process.pid}-*"))


def fetch(preview: Preview, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"{preview.url}{path}", timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_preview_gives_the_notebook_of_the_lesson_as_it_is_now(project: Project) -> None:
    def outputs() -> str:
        return json.dumps(json.loads(fetch(preview, "lessons/first/first.ipynb")[1])["cells"])

    project.write_lesson("first", "print('one', 'time')")
    with previewing(project) as preview:
        preview.wait_for("lessons/first/", "one time")
        assert "one time" in outputs()
        project.write_lesson("first", "print('two', 'times')")
        preview.wait_for("lessons/first/", "two times")
        assert "two times" in outputs()


def test_a_zip_waits_for_its_own_lessons_alone(project: Project) -> None:
    project.write_lesson("slow", SLOW)
    with previewing(project) as preview:
        preview.wait_for("lessons/good/", "all is well")
        wait_until(lambda: fetch(preview, "lessons/good/good.zip")[0] == 200)
        status, said = fetch(preview, "lessons/slow/slow.zip")
        assert status == 503
        assert b"still runs" in said
        project.write("lessons/go", "")
        preview.wait_for("lessons/slow/", "at last")
        for name in ("lessons/slow/slow.zip", "course.zip"):
            wait_until(lambda name=name: fetch(preview, name)[0] == 200)  # type: ignore[misc]
            with zipfile.ZipFile(io.BytesIO(fetch(preview, name)[1])) as archive:
                assert "at last" in archive.read("lessons/slow.ipynb").decode()


@pytest.mark.parametrize("ends", [True, False])
def test_no_empty_file_is_given_while_one_site_follows_another(tmp_path: Path, ends: bool) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.ipynb").write_bytes(b"")
    preview = object.__new__(preview_module.Preview)
    preview.server = SimpleNamespace(root=str(tmp_path / "old"))  # type: ignore[assignment]

    def pack(path: str) -> bool:
        if ends or preview.server.root.endswith("old"):
            Path(preview.server.root, path).write_bytes(b"{}")
        preview.server.root = str(tmp_path / "new")
        return True

    preview.pack = pack
    assert preview._has_packed("a.ipynb") is ends
    assert bool((tmp_path / "new" / "a.ipynb").read_bytes()) is ends
    assert preview._has_packed("nowhere.zip")  # which the server answers by itself
