"""A build carried over into the site's folder: what differs is renamed into its place, what is gone is removed.

Nothing beside the folder is touched, nor anything in it whose name begins with a dot, such as `.git`.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from filelock import FileLock
from mkdocs.config.defaults import MkDocsConfig

from lessonpress.problems import CannotGoOn

STAGED = ".lessonpress-new"
PREFIX = "lessonpress-site-"
MEMORY, ROOM = "/dev/shm", 1 << 30  # bytes
TRIES, PAUSE = 5, 0.2  # on Windows a file that is open can be neither replaced nor removed; seconds between tries


class CannotPublish(CannotGoOn):
    """A site's folder that is none, or a file of the site that can't be written, replaced or removed."""


class BuildFolder:
    """The temporary folder that MkDocs builds into, in place of the site's own, until it is closed.

    Another one lies `aside`, for what joins the site at the end.
    """

    def __init__(self, config: MkDocsConfig) -> None:
        self.config, self.site = config, config.site_dir
        for folder in (MEMORY, tempfile.gettempdir()):
            remove_left_over(Path(folder))
        config.site_dir = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_in_memory())
        self.aside = Path(f"{config.site_dir}-aside")

    def publish(self, lock: Path) -> int:
        """Carry the build over into the site; see `publish`."""
        return publish(Path(self.config.site_dir), Path(self.site), lock)

    def leave(self) -> str:
        """The folder's path; it stays, until somebody else removes it."""
        return self.config.site_dir

    def close(self) -> None:
        """Remove both folders, and give MkDocs the site's own back."""
        shutil.rmtree(self.aside, ignore_errors=True)
        shutil.rmtree(self.config.site_dir, ignore_errors=True)
        self.config.site_dir = self.site


@cache  # a preview builds again and again
def remove_left_over(folder: Path) -> None:
    """Remove, once in a process, what processes that are no more have left in a folder."""
    for path in folder.glob(f"{PREFIX}*-*"):
        pid = path.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not _is_alive(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        pass
    return True


def _in_memory() -> str | None:
    """Where Linux keeps files in memory, if there is room for a site: a busy disk takes twice as long as the build."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(MEMORY).free >= ROOM and os.access(MEMORY, os.W_OK):
            return MEMORY
    return None


def check_site(site: Path, sources: Iterable[Path]) -> None:
    """Raise CannotPublish where the site would take the place of what it is made from."""
    for source in sources:
        if Path(os.path.realpath(source)).is_relative_to(os.path.realpath(site)):
            raise CannotPublish(f"the folder '{source.name}' lies in the site's, '{site}': choose another `site_dir`")


def publish(new: Path, site: Path, lock: Path) -> int:
    """Make `site` hold what `new` holds, one build at a time; the number of files changed or removed.

    Raises CannotPublish where that fails. Each file of the site then is whole, the old one or the new one.
    """
    site = Path(os.path.realpath(site))
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        shutil.rmtree(site / STAGED, ignore_errors=True)  # left by a build that was killed
        try:
            return _sync(new, site)
        finally:
            shutil.rmtree(site / STAGED, ignore_errors=True)


def _sync(new: Path, site: Path) -> int:
    files = {path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file()}
    there = set(files_in(site)) if site.is_dir() else set()
    gone = there - files
    changed = [path for path in sorted(files) if not _is_as_new(path, new, site, there)]
    staged = _stage(changed, new, site)
    in_the_way = _in_the_way(gone, files)
    _remove(in_the_way, site)
    for path in sorted(changed, key=lambda path: path.endswith(".html")):  # a page comes after what it shows
        _try("replaced", path, lambda path=path: _replace(staged[path], site / path))  # type: ignore[misc]
    _remove(gone - in_the_way, site)
    return len(changed) + len(gone)


def files_in(folder: Path | str, inside: str = "") -> Iterator[str]:
    """The files, and links to whatever, below a folder by their path from it; hidden ones left out."""
    for entry in os.scandir(folder):
        if not entry.name.startswith("."):
            if entry.is_dir(follow_symlinks=False):
                yield from files_in(Path(entry.path), f"{inside}{entry.name}/")
            else:
                yield inside + entry.name


def _is_as_new(path: str, new: Path, site: Path, there: set[str]) -> bool:
    hidden = any(part.startswith(".") for part in PurePosixPath(path).parts)  # and so not among those there
    return (path in there or hidden) and is_same(new / path, site / path)


def is_same(one: Path, other: Path) -> bool:
    """Whether two files hold the same; false where one of them isn't there."""
    with contextlib.suppress(OSError):
        return filecmp.cmp(one, other, shallow=False)
    return False


def _stage(changed: list[str], new: Path, site: Path) -> dict[str, Path]:
    """Copy files into a hidden folder of the site, so that a full disk is met before anything changes that shows."""
    staged = {path: site / STAGED / str(number) for number, path in enumerate(changed)}
    path = STAGED
    try:
        (site / STAGED).mkdir(parents=True)
        for path, place in staged.items():
            shutil.copyfile(new / path, place)
    except OSError as error:
        raise CannotPublish(
            f"'{path}' can't be written to {site.name}: {error.strerror}; the site is as it was"
        ) from error
    return staged


def _in_the_way(gone: Iterable[str], files: Iterable[str]) -> set[str]:
    """Those of the gone files that stand where a folder has to be, below where a file has to be, or under a name that
    some systems take for that of a new file or folder: in capitals, or with its accents written in another way."""
    wanted = {_folded(place): (place, kind) for path in files for place, kind in _places_of(path)}
    return {path for path in gone if any(wanted.get(_folded(place[0]), place) != place for place in _places_of(path))}


def _places_of(path: str) -> Iterator[tuple[str, str]]:
    yield path, "file"
    yield from ((str(folder), "folder") for folder in PurePosixPath(path).parents if folder.name)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _replace(staged: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(staged, place)


def _remove(paths: Iterable[str], site: Path) -> None:
    for path in sorted(paths):
        _try("removed", path, lambda path=path: (site / path).unlink(missing_ok=True))  # type: ignore[misc]
    _remove_empty_folders(site)


def _remove_empty_folders(folder: Path) -> None:
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            _remove_empty_folders(Path(entry.path))
            with contextlib.suppress(OSError):  # there is something in it
                os.rmdir(entry.path)


def _try(what: str, path: str, action: Callable[[], None]) -> None:
    for left in reversed(range(TRIES)):
        try:
            return action()
        except OSError as error:
            if not left:
                raise CannotPublish(
                    f"'{path}' can't be {what} in the site: {error.strerror}; is it open in a program? The site is new"
                    " in part, and each file of it whole: build again to complete it"
                ) from error
            time.sleep(PAUSE)
