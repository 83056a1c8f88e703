"""A site's folder brought up to what was built, whatever else lies in it and whatever gets in the way."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import tree

from lessonpress.hosts import site_folder
from lessonpress.hosts.site_folder import STAGED, CannotPublish, check_site, publish

OLD = {"index.html": "old", "a/index.html": "old a", "a/b/gone.html": "gone", "same.css": "same", "changes.css": "old"}
NEW = {"index.html": "new", "a/index.html": "new a", "c/index.html": "new c", "same.css": "same", "changes.css": "new"}


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def texts(folder: Path) -> dict[str, str]:
    return {path: content.decode() for path, content in tree(folder).items()}


@pytest.fixture
def new(tmp_path: Path) -> Path:
    write(tmp_path / "new", NEW)
    return tmp_path / "new"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write(tmp_path / "project" / "site", OLD)
    return tmp_path / "project" / "site"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "lock"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_folder, "PAUSE", 0.0)


def test_a_site_becomes_what_was_built(new: Path, site: Path, lock: Path) -> None:
    assert publish(new, site, lock) == 5
    assert texts(site) == NEW
    assert not (site / "a" / "b").exists(), "a folder that was left empty"
    assert publish(new, site, lock) == 0


def test_a_site_that_is_not_there_yet_is_made_open_to_others_as_any_folder_is(
    new: Path, site: Path, lock: Path
) -> None:
    shutil.rmtree(site.parent)
    umask = os.umask(0o022)
    try:
        publish(new, site, lock)
    finally:
        os.umask(umask)
    assert texts(site) == NEW
    assert [path.stat().st_mode & 0o777 for path in (site, site / "a", site / "index.html")] == [0o755, 0o755, 0o644]


def test_a_file_that_did_not_change_keeps_its_time(new: Path, site: Path, lock: Path) -> None:
    for name in ("same.css", "changes.css"):
        os.utime(site / name, (1, 1))
    publish(new, site, lock)
    assert (site / "same.css").stat().st_mtime == 1
    assert (site / "changes.css").stat().st_mtime > 1


def test_hidden_entries_stay_at_any_depth(new: Path, site: Path, lock: Path) -> None:
    hidden = {".git/HEAD": "ref", ".nojekyll": "", ".well-known/a.txt": "mine", "gone/.keep": "mine", "a/.git": "mine"}
    write(site, hidden)
    publish(new, site, lock)
    assert texts(site) == NEW | hidden


def test_a_hidden_file_that_was_built_is_published(new: Path, site: Path, lock: Path) -> None:
    write(new, {".well-known/a.txt": "built"})
    write(site, {".well-known/a.txt": "old", ".well-known/mine.txt": "mine"})
    publish(new, site, lock)
    assert texts(site) == NEW | {".well-known/a.txt": "built", ".well-known/mine.txt": "mine"}
    assert publish(new, site, lock) == 0


def test_nothing_beside_the_site_is_touched(new: Path, site: Path, lock: Path) -> None:
    beside = {".site-backup-2024/precious/file": "mine", ".site-old-x/y/index.html": "mine", "site-2/a": "mine"}
    write(site.parent, beside)
    for folder in site.parent.iterdir():
        os.utime(folder, (0, 0))
    publish(new, site, lock)
    assert texts(site.parent) == beside | {f"site/{path}": text for path, text in NEW.items()}


@pytest.mark.parametrize("target", ["there", "not there yet"])
def test_a_site_that_is_a_link_stays_one(new: Path, site: Path, lock: Path, target: str) -> None:
    elsewhere = site.parent.parent / "elsewhere" / "site"
    if target == "there":
        shutil.copytree(site, elsewhere)
    shutil.rmtree(site)
    site.symlink_to(elsewhere)
    publish(new, site, lock)
    assert site.is_symlink()
    assert texts(elsewhere) == NEW


@pytest.fixture
def mounted(site: Path) -> Iterator[None]:
    """The site's folder as a mount; the folder that is mounted lies beside it."""
    source = site.parent.parent / "mounted"
    shutil.copytree(site, source)
    done = (
        subprocess.run(["mount", "--bind", source, site], capture_output=True, check=False) if _has("mount") else None
    )
    if done is None or done.returncode != 0:
        pytest.skip("no mount without being root")
    yield
    subprocess.run(["umount", site], check=True)


def _has(program: str) -> bool:
    return shutil.which(program) is not None


@pytest.mark.usefixtures("mounted")
def test_a_site_that_is_a_mount_stays_one(new: Path, site: Path, lock: Path) -> None:
    publish(new, site, lock)
    assert subprocess.run(["mountpoint", site], capture_output=True, check=False).returncode == 0
    assert texts(site) == texts(site.parent.parent / "mounted") == NEW


def test_a_site_that_can_be_neither_replaced_nor_removed_is_written_into(
    new: Path, site: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_site(action: Callable[..., None]) -> Callable[..., None]:
        def refusing(*paths: Path, **options: int) -> None:
            if site in map(Path, paths):
                raise OSError(errno.EBUSY, "Device or resource busy")
            action(*paths, **options)

        return refusing

    for name in ("replace", "rename", "rmdir"):
        monkeypatch.setattr(os, name, refuse_site(getattr(os, name)))
    publish(new, site, lock)
    assert texts(site) == NEW


def test_nothing_is_removed_or_written_through_a_link_inside_the_site(new: Path, site: Path, lock: Path) -> None:
    mine = {"b.html": "mine", "index.html": NEW["a/index.html"], "deep/file": "mine"}
    write(site.parent / "mine", mine)
    shutil.rmtree(site / "a")
    for name in ("a", "link"):  # a folder of the build's, and one that is gone from it
        (site / name).symlink_to(site.parent / "mine")
    for name in ("same.css", "link.css"):
        (site / name).unlink(missing_ok=True)
        (site / name).symlink_to(site.parent / "mine" / "b.html")
    publish(new, site, lock)
    assert texts(site.parent / "mine") == mine
    assert texts(site) == NEW
    assert not [path for path in site.rglob("*") if path.is_symlink()]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": "file"}, {"a/b/index.html": "page"}),
        ({"a/b/index.html": "page", "a/c": "file"}, {"a": "file"}),
        ({"Größe/index.html": "page"}, {"größe/index.html": "page"}),
        ({"a/index.html": "page", "a/old.html": "page"}, {"A/new.html": "page"}),
    ],
    ids=["file to folder", "folder to file", "small letters", "capitals"],
)
def test_a_place_may_change_its_kind_or_its_letters(
    tmp_path: Path, lock: Path, before: dict[str, str], after: dict[str, str]
) -> None:
    write(tmp_path / "new", after)
    write(tmp_path / "site", before)
    publish(tmp_path / "new", tmp_path / "site", lock)
    assert texts(tmp_path / "site") == after


def test_what_differs_in_capitals_only_is_gone_first_since_some_systems_take_both_for_one(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "new", {"tiny/index.html": "page", "home.html": "page", "größe.html": "page"})
    write(
        tmp_path / "site",
        {"Tiny/index.html": "old", "Tiny/more.html": "old", "HOME.html": "page", "GRÖSSE.html": "page"},
    )
    replace, replaced = os.replace, []

    def look_before(source: Path, target: Path) -> None:
        assert [path for path in (tmp_path / "site").rglob("*") if path.name.casefold() == target.name.casefold()] == []
        assert not (tmp_path / "site" / "Tiny").exists()
        replaced.append(target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", look_before)
    publish(tmp_path / "new", tmp_path / "site", lock)
    assert len(replaced) == 3


@pytest.mark.usefixtures("impatient")
def test_a_rename_that_fails_for_good_names_the_file_and_loses_none(
    new: Path, site: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace
    fails = True

    def fail(source: Path, target: Path) -> None:
        if fails and Path(target) == site / "c" / "index.html":
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(CannotPublish, match=r"^'c/index.html' can't be replaced.*cannot access.*$"):
        publish(new, site, lock)
    found = texts(site)
    assert all(text in (OLD.get(path), NEW.get(path)) for path, text in found.items())
    assert OLD.keys() <= found.keys()
    fails = False
    publish(new, site, lock)
    assert texts(site) == NEW


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", ["replace", "unlink"])
def test_what_fails_for_a_moment_is_tried_again(
    new: Path, site: Path, lock: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    action = getattr(os, name)
    failed: set[object] = set()

    def fail_once(*arguments: object, **options: object) -> None:
        if arguments not in failed:
            failed.add(arguments)
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        action(*arguments, **options)

    monkeypatch.setattr(os, name, fail_once)
    publish(new, site, lock)
    assert failed
    assert texts(site) == NEW


@pytest.fixture
def small_disk(site: Path) -> Iterator[Path]:
    """The site on a disk that has no room for more than it holds."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", site]
    if not _has("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no mount without being root")
    write(site, OLD)
    yield site
    subprocess.run(["umount", site], check=True)


def test_a_full_disk_is_met_before_anything_has_changed(new: Path, small_disk: Path, lock: Path) -> None:
    write(new, {"big.bin": "x" * 200_000})
    with pytest.raises(
        CannotPublish, match=r"^'big.bin' can't be written to site: No space left.*the site is as it was$"
    ):
        publish(new, small_disk, lock)
    assert texts(small_disk) == OLD
    (new / "big.bin").unlink()
    publish(new, small_disk, lock)
    assert texts(small_disk) == NEW


@pytest.mark.parametrize("number", range(4))
def test_a_copy_that_fails_changes_nothing(
    new: Path, site: Path, lock: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    copy = shutil.copyfile
    copied: list[Path] = []

    def fail(source: Path, target: Path) -> None:
        if len(copied) == number:
            raise OSError(errno.ENOSPC, "No space left on device")
        copied.append(target)
        copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", fail)
    with pytest.raises(CannotPublish, match="No space left"):
        publish(new, site, lock)
    assert texts(site) == OLD


@pytest.mark.parametrize("kind", ["file", "below a file"])
def test_a_site_that_is_a_file_is_an_error_and_stays(new: Path, tmp_path: Path, lock: Path, kind: str) -> None:
    write(tmp_path, {"mine": "a file"})
    with pytest.raises(CannotPublish, match=r"can't be written to \w+: \w+"):
        publish(new, tmp_path / ("mine" if kind == "file" else "mine/site"), lock)
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "a file"


# Publishes into one site after the other, in a process that is killed before the first thing that Python does to files,
# before the second, and so on, until one comes to its end, whose number is printed.
KILLED = """
import itertools, os, pathlib, shutil, signal, sys
from lessonpress.hosts import site_folder
folder = pathlib.Path(sys.argv[1])
for last in itertools.count():
    project, count = folder / str(last), 0
    shutil.copytree(folder / "old", project / "site")
    (project / "cache").mkdir()
    if pid := os.fork():
        if os.waitpid(pid, 0)[1] == signal.SIGKILL:
            continue
        print(last)
        break
    def hear(event, arguments):
        global count
        if event in ("open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir", "shutil.copyfile"):
            count += 1
            if count > last:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hear)
    site_folder.publish(folder / "new", project / "site", project / "cache" / "lock")
    os._exit(0)
"""


def test_a_kill_at_any_moment_leaves_whole_files_and_the_next_build_completes_it(tmp_path: Path) -> None:
    write(tmp_path / "old", OLD)
    write(tmp_path / "new", NEW)
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    completed, seen = int(done.stdout), []
    for last in range(completed + 1):
        site, lock = tmp_path / str(last) / "site", tmp_path / str(last) / "cache" / "lock"
        found = {path: text for path, text in texts(site).items() if not path.startswith(STAGED)}
        assert [path for path, text in found.items() if text not in (OLD.get(path), NEW.get(path))] == []
        assert OLD.keys() & NEW.keys() <= found.keys()
        if found["a/index.html"] == "new a":  # a page comes after what it shows
            assert found["changes.css"] == "new"
        if "a/b/gone.html" not in found:
            assert found.keys() >= NEW.keys()
        seen.append(found)
        publish(tmp_path / "new", site, lock)
        assert texts(site) == NEW
    assert seen[completed] == NEW
    assert len([found for found in seen if found not in (OLD, NEW)]) >= 3, "no kill fell into the middle"


def test_of_two_builds_at_once_the_last_one_wins_wholly(site: Path, tmp_path: Path, lock: Path) -> None:
    builds = {name: {f"{number}.html": name for number in range(50)} | {f"{name}.css": name} for name in ("one", "two")}
    for name, files in builds.items():
        write(tmp_path / name, files)
    for _ in range(5):
        threads = [threading.Thread(target=publish, args=(tmp_path / name, site, lock)) for name in builds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert texts(site) in builds.values()


def test_a_site_that_holds_its_own_sources_is_refused(tmp_path: Path) -> None:
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    for site in (lessons, tmp_path, tmp_path / "link"):
        with pytest.raises(CannotPublish, match="the folder 'lessons' lies in the site's"):
            check_site(site, [lessons])
    check_site(lessons / "site", [lessons])
