"""What `mkdocs serve` shows: each page as soon as it is made, what runs, and what is wrong, with the last good site."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from mkdocs.exceptions import BuildError

from lessonpress.hosts.events import Events
from lessonpress.hosts.site_folder import is_same

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.plugins.lessonpress")

SETTLED = 0.04  # seconds without a change after which a build begins
SHARE = 0.0005  # seconds that a build takes of Python until a browser that asks has its turn
TRIES = 25  # at making what somebody asks for, while one site follows another
PATIENCE = 60  # seconds until a page that waits for something new asks again
SCRIPT = Path(__file__).parents[1] / "assets" / "preview" / "preview.js"
ADDRESS = "lessonpress-preview/"
FOR_ALL = (".css", ".js", ".woff2")  # what any page may load
# By someone who wants it; a page doesn't show it.
LOADED_LATER = (".zip", ".ipynb", ".py", ".map", ".txt", ".csv", "search_index.json")
LATER = b"Not all that goes in is there yet, such as a lesson that still runs. Ask again in a moment.\n"
Start = Callable[..., Any]


class Preview:
    """A server of MkDocs that builds one page first, keeps the last good site, and tells pages what goes on.

    `rebuild` builds the whole site, `express` one page, by the path of its source, `pack` makes a zip or a
    notebook, by its path in the site, and is false where that has to wait. `tell_underway` says what runs.
    """

    def __init__(
        self,
        server: LiveReloadServer,
        express: Callable[[str], bool],
        pack: Callable[[str], bool],
        begin_anew: Callable[[], None],
        tell_underway: Callable[[], dict[str, Any]],
        root: Path,
    ) -> None:
        self.server, self.rebuild, self.root = server, server.builder, root
        self.express, self.pack = express, pack
        self.begin_anew, self.tell_underway = begin_anew, tell_underway
        self.changed: set[str] = set()
        self.ended: set[str] = set()
        self.lock = threading.Lock()
        self.error = self.old = ""
        self.building = self.closed = False
        self.versions: dict[str, int] = {}  # when a page was last made anew, by its path in the site
        self.waits = threading.Condition()
        self._take_over()

    def _take_over(self) -> None:
        sys.setswitchinterval(SHARE)
        server = self.server
        server.builder = self.build
        server.build_delay = SETTLED
        server.error_handler = self.write_error_page
        server.set_app(self.answer)
        watched = dict(server._watch_refs)
        server._watch_refs.clear()
        server._watched_paths.clear()
        server.observer = Events(self.hear)  # type: ignore[assignment]
        for path, watch in watched.items():
            server.watch(path, recursive=watch.is_recursive)

    def hear(self, paths: set[str]) -> None:
        """Note what changed; the server will have it built."""
        with self.lock:
            self.changed |= {os.path.relpath(path, self.root).replace(os.sep, "/") for path in paths}

    def end(self, path: str) -> None:
        """A lesson has ended, so that its page can be made; from any thread."""
        with self.lock:
            self.ended.add(path)
        with self.server._rebuild_cond:
            self.server._want_rebuild = True
            self.server._rebuild_cond.notify_all()

    def build(self) -> None:
        """Make what changed anew: the page that one edit or one run is about, then all of the site."""
        with self.lock:
            changed, self.changed = self.changed, set()
            ended, self.ended = self.ended, set()
            self.building = True
        try:
            self._build(changed, ended)
        finally:
            self.building = False

    def _build(self, changed: set[str], ended: set[str]) -> None:
        if changed or not ended:
            self.begin_anew()
        for path in [*ended, *(changed if len(changed) == 1 else ())]:
            with contextlib.suppress(Exception):  # whatever it is, the build of all will say it
                if self.express(path):
                    self.show()
        if changed or not self.tell_underway()["waiting"]:
            self.build_all()

    def build_all(self) -> None:
        before = self.server.root
        with Heard() as heard:
            try:
                self.rebuild()
                self.error = ""
            except (Exception, SystemExit) as error:
                if not isinstance(error, (BuildError, SystemExit)):
                    log.error(describe(error, self.root))
                self.error = "\n\n".join(heard.messages) or describe(error, self.root)
                log.info("The preview shows the site as it was.")
        if self.server.root != before:
            self._compare(Path(before), Path(self.server.root))
            self._remove_old(before)
        self.show()

    def show(self) -> None:
        """Serve what has been built; a page that is open is loaded anew if it is among that."""
        server = self.server
        with server._epoch_cond:
            server._visible_epoch = server._wanted_epoch
            server._epoch_cond.notify_all()
        with self.waits:
            self.waits.notify_all()

    def close(self) -> None:
        """Remove what was served, and answer who still waits for news."""
        self.closed = True
        with self.waits:
            self.waits.notify_all()
        for folder in (self.old, self.server.root):
            shutil.rmtree(folder, ignore_errors=True)

    def _remove_old(self, folder: str) -> None:
        """Remove the site before the last one: of that a file may just be on its way."""
        shutil.rmtree(self.old, ignore_errors=True)
        self.old = folder

    def note_made(self, paths: Iterable[str]) -> None:
        """Note that these files of the site are new."""
        now = time.monotonic_ns()
        self.versions |= dict.fromkeys(paths, now)

    def _compare(self, old: Path, new: Path) -> None:
        places = [path for path in new.rglob("*") if path.is_file() and not path.name.endswith(LOADED_LATER)]
        files = [path.relative_to(new).as_posix() for path in places]
        differing = {path for path in files if not is_same(old / path, new / path)}
        pages = {path for path in files if path.endswith(".html")}
        names = {quote(PurePosixPath(path).name).encode() for path in differing - pages}
        if any(path.endswith(FOR_ALL) for path in differing):
            differing |= pages
        elif names:  # of pictures, and of what figures to play with load
            differing |= {path for path in pages if any(name in (new / path).read_bytes() for name in names)}
        self.note_made(differing)

    def answer(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer a browser: in place of the server's own script, pages get one that also tells what goes on."""
        place = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        inside = place.removeprefix(self.server.mount_path)
        if inside.startswith(ADDRESS):
            return self._answer_script(inside.removeprefix(ADDRESS), environ, start)
        told: list[Any] = []
        with self.server._epoch_cond:  # as the server does itself, but it has looked up the file's folder by then
            self.server._epoch_cond.wait_for(lambda: self.server._visible_epoch == self.server._wanted_epoch)
        if inside.endswith((".zip", ".ipynb")) and not self._has_packed(inside):
            start("503 Service Unavailable", [("Content-Type", "text/plain"), ("Content-Length", str(len(LATER)))])
            return [LATER]
        began = time.monotonic_ns()

        def hold(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            told.extend([status, dict(headers), *rest])
            return lambda _: None

        body = self.server.serve_request(environ, hold)
        if not str(told[1].get("Content-Type", "")).startswith("text/html") or not self.server._watched_paths:
            start(*told[:1], list(told[1].items()), *told[2:])
            return body
        page = self._add_script(b"".join(body), began)
        told[1]["Content-Length"] = str(len(page))
        start(*told[:1], list(told[1].items()), *told[2:])
        return [page]

    def _has_packed(self, path: str) -> bool:
        """Make what readers take home by a path in the site, unless it is made; whether that could be done."""
        for _ in range(TRIES):
            with contextlib.suppress(OSError):  # a file that goes in is gone for a moment
                if not self.pack(path):
                    return False
                place = Path(self.server.root, path)
                if not place.is_file() or place.stat().st_size:
                    return True
            time.sleep(SETTLED)  # another site has taken the place of the one for which it was made
        return False

    def _add_script(self, page: bytes, began: int) -> bytes:
        address = f"{self.server.mount_path}{ADDRESS}script.js"
        script = f'<script src="{address}" data-since="{began}" defer></script></body>'.encode()
        head, script_of_mkdocs, rest = page.rpartition(b"<script>\nvar livereload")
        if script_of_mkdocs:
            page = head + rest.partition(b"</script>")[2]
        body, end, rest = page.rpartition(b"</body>")
        return body + script + rest if end else page + script

    def _answer_script(self, asked: str, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if asked == "script.js":
            data, kind = SCRIPT.read_bytes(), "text/javascript"
        else:
            place = re.sub(r"(^|/)$", r"\1index.html", unquote(environ.get("QUERY_STRING", "")))
            since, _, busy = asked.partition("/")
            data, kind = json.dumps(self._status(place, int(since), bool(busy))).encode(), "application/json"
        headers = [("Content-Type", kind), ("Content-Length", str(len(data))), ("Cache-Control", "no-store")]
        start("200 OK", headers)
        return [data]

    def _status(self, page: str, since: int, busy: bool = False) -> dict[str, Any]:
        """What a page should know: whether it was made anew since, what runs, and what is wrong.

        Where nothing is underway, that is once there is news, unless the page shows that something is.
        """
        error = self.error

        def is_new() -> bool:
            return self.versions.get(page, 0) > since

        def is_news() -> bool:
            underway = self.tell_underway()
            return busy or self.closed or is_new() or self.error != error or any(underway.values())

        with self.waits:  # if nothing comes, the page asks again
            self.waits.wait_for(is_news, timeout=PATIENCE)
        building = self.building or bool(self.changed or self.ended)
        return {"new": is_new(), "error": self.error, "building": building, **self.tell_underway()}

    def write_error_page(self, code: int) -> bytes | None:
        with contextlib.suppress(OSError):
            return Path(self.server.root, f"{code}.html").read_bytes()
        return None


class Heard(logging.Handler):
    """Hears what MkDocs and its plugins call errors while a site is built."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def __enter__(self) -> Heard:
        logging.getLogger("mkdocs").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("mkdocs").removeHandler(self)


def describe(error: BaseException, root: Path) -> str:
    """An error in a line, with its place where it is one of a template or of YAML."""
    place = getattr(error, "filename", None)
    where = f"{os.path.relpath(place, root)}:{getattr(error, 'lineno', '')}: " if isinstance(place, str) else ""
    return f"{where}{type(error).__name__}: {error}"
