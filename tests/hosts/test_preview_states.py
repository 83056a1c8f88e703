"""What a preview shows while lessons run, when they fail, and when nothing can be built."""

from __future__ import annotations

import json
import re
import threading
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser
from small_project import SITE, Project, has_ended, wait_until
from test_preview import Preview, previewing

from lessonpress.hosts import preview as preview_module
from lessonpress.hosts.site_folder import MEMORY, PREFIX

SLOW = "import time, pathlib\n\nwhile not pathlib.Path('go').exists(): time.sleep(0.05)\nprint('at', 'last')"

CLAIM = "# The answer is {{ 6 * 7 }}.\n#\n# >>> 1 < 2\n# True"


def status_of(preview: Preview, page: str = "") -> dict[str, Any]:
    with urllib.request.urlopen(f"{preview.url}lessonpress-preview/-1?{page}", timeout=60) as answer:
        status: dict[str, Any] = json.loads(answer.read())
    return status


def test_no_page_waits_for_a_lesson_and_its_own_says_which_cell_runs(project: Project) -> None:
    project.write_lesson("slow", "# Prose above.", "print('be', 'fore')", SLOW, "print('af', 'ter')", CLAIM)
    with previewing(project) as preview:
        page = preview.wait_for("lessons/slow/", "Prose above.")
        assert "at last" not in page
        assert "be fore" not in page
        assert page.count("Waits for its run.") == 3
        assert "answer is 42" not in page
        assert "not checked yet" in page
        wait_until(lambda: any(one["path"] == "lessons/slow.py" for one in status_of(preview)["running"]))
        wait_until(lambda: status_of(preview)["running"][0]["cell"] == 4)
        assert status_of(preview)["running"][0]["url"] == "lessons/slow/"
        assert status_of(preview)["running"][0]["seconds"] > 0
        project.write("lessons/go", "")
        page = preview.wait_for("lessons/slow/", "at last")
        assert "af ter" in page
        assert "answer is 42" in page
        assert "✓ checked in this build" in page
        assert "Waits" not in page
        wait_until(lambda: status_of(preview)["waiting"] == [])


def test_what_a_cell_gave_before_stands_above_its_failure_and_where_it_runs_again(project: Project) -> None:
    project.write_lesson("first", "print('be', 'fore')", "print('was', 'good')", "print('af', 'ter')")
    with previewing(project) as preview:
        preview.wait_for("lessons/first/", "was good")
        project.write_lesson("first", "print('be', 'fore')", "print('tried', 'it'); 1 / 0", "print('af', 'ter')")
        page = preview.wait_for("lessons/first/", "This cell failed")
        article = page[page.index("<h1") :]
        places = [article.index(text) for text in ("be fore", "lesson-earlier", "was good", "tried it", "af ter")]
        assert places == sorted(places)
        assert article.count("lesson-earlier") == 2
        project.write_lesson("first", "print('be', 'fore')", SLOW, "print('af', 'ter')")
        page = preview.wait_for("lessons/first/", "Waits for its run.")
        assert "was good" in page
        assert "This cell failed" not in page
        project.write("lessons/go", "")
        page = preview.wait_for("lessons/first/", "at last")
        assert "lesson-earlier" not in page
        assert "was good" not in page


@pytest.mark.parametrize(
    ("path", "broken", "said"),
    [
        ("mkdocs.yml", "site_name: [\n", "mkdocs.yml"),
        ("mkdocs.yml", SITE + "no_such_setting: {\n", "mkdocs.yml"),
        ("mkdocs.yml", SITE.replace("limit: 20", "limti: 20"), "limti"),
        ("theme/main.html", "{% extends 'base.html' %}{% block", "theme/main.html:1"),
    ],
)
def test_what_keeps_a_site_from_being_built_is_said_and_the_last_one_stays(
    project: Project, path: str, broken: str, said: str
) -> None:
    site = SITE.replace("name: material", "name: material, custom_dir: theme")
    files = {
        "mkdocs.yml": site,
        "theme/main.html": "{% extends 'base.html' %}",
        "docs/index.md": "# Home\n",
    }
    for name, text in files.items():
        project.write(name, text)
    with previewing(project) as preview:
        preview.wait_for("lessons/good/", "all is well")
        project.write(path, broken.replace("{name: material,", "{name: material, custom_dir: theme,"))
        wait_until(lambda: said in status_of(preview)["error"], lambda: status_of(preview))
        assert "all is well" in preview.page("lessons/good/")
        project.write(path, files[path])
        project.write("docs/index.md", "# Home\n\nMended.\n")
        preview.wait_for("", "Mended.")
        wait_until(lambda: status_of(preview)["error"] == "", lambda: status_of(preview))


def test_a_page_is_loaded_anew_by_itself_and_no_other(project: Project, browser: Browser) -> None:
    with previewing(project) as preview:
        preview.wait_for("lessons/good/", "all is well")
        wait_until(lambda: not (status_of(preview)["waiting"] or status_of(preview)["building"]))
        pages = {path: browser.new_page() for path in ("lessons/good/", "glossary/bias/")}
        faults: list[str] = []
        for path, page in pages.items():
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto(preview.url + path)
            page.evaluate("window.here = true")
        project.write_lesson("good", "print('all is', 'new')")
        lesson, term = pages.values()
        lesson.get_by_text("all is new").wait_for()
        assert lesson.evaluate("window.here") is None
        assert term.evaluate("window.here") is True
        project.write("mkdocs.yml", SITE.replace("limit: 20", "limti: 20"))
        term.get_by_role("status").get_by_text("limti").wait_for()
        project.write("mkdocs.yml", SITE)
        term.locator(".lesson-preview").wait_for(state="hidden")
        for page in pages.values():
            page.close()
        assert faults == []


def test_what_waits_is_told_whatever_it_is(project: Project, browser: Browser) -> None:
    for name in ("slow", "slower"):  # of which one waits for the other
        project.write_lesson(name, SLOW)
    project.write("docs/index.md", "# Home\n\n>>> 1 + 1\n2\n")
    project.write("mkdocs.yml", SITE.replace("limit: 20", "limit: 20, workers: 1"))
    with previewing(project) as preview, browser.new_page() as page:
        page.goto(preview.url)
        page.get_by_role("status").get_by_text(re.compile("waits? for (its|their) run")).wait_for()
        assert not re.search("lessons? wait", page.get_by_role("status").inner_text())
        project.write("lessons/go", "")
        page.locator(".lesson-preview").wait_for(state="hidden")


def test_a_picture_that_is_drawn_anew_loads_the_pages_anew_that_show_it(project: Project, browser: Browser) -> None:
    project.write("docs/index.md", "# Home\n\n![A plan](<a plan.svg>)\n")
    project.write("docs/a plan.svg", "<svg/>")
    with previewing(project) as preview:
        preview.wait_for("lessons/good/", "all is well")
        wait_until(lambda: not (status_of(preview)["waiting"] or status_of(preview)["building"]))
        home, term = browser.new_page(), browser.new_page()
        for page, path in ((home, ""), (term, "glossary/bias/")):
            page.goto(preview.url + path)
            page.evaluate("window.here = true")
        project.write("docs/a plan.svg", "<svg><g/></svg>")
        home.wait_for_function("!window.here")
        assert term.evaluate("window.here") is True
        home.close()
        term.close()


class Server:
    """As much of MkDocs' server as a preview takes over; it notes what is done in which order."""

    mount_path, root = "/", "old"

    def __init__(self, done: list[str]) -> None:
        self.builder = lambda: done.append("the site")
        self.build_delay, self.error_handler, self.observer = 1.0, None, None
        self._watch_refs: dict[str, Any] = {}
        self._watched_paths: dict[str, int] = {}
        self._epoch_cond, self._rebuild_cond = threading.Condition(), threading.Condition()
        self._visible_epoch, self._wanted_epoch, self._want_rebuild = 0, 1, False

    def set_app(self, app: object) -> None:
        pass


@pytest.mark.parametrize(
    ("changed", "ended", "waiting", "done"),
    [
        ({"lessons/a.py"}, set(), [], ["a new edit", "lessons/a.py", "the site"]),
        ({"lessons/a.py", "lessons/b.py"}, set(), [], ["a new edit", "the site"]),
        (set(), {"lessons/a.py"}, ["lessons/b.py"], ["lessons/a.py"]),
        (set(), {"lessons/a.py"}, [], ["lessons/a.py", "the site"]),
        ({"docs/index.md"}, {"lessons/a.py"}, ["x"], ["a new edit", "lessons/a.py", "docs/index.md", "the site"]),
        ({"breaks"}, set(), [], ["a new edit", "breaks", "the site"]),
    ],
)
def test_the_page_that_a_change_is_about_comes_first(
    tmp_path: Path, changed: set[str], ended: set[str], waiting: list[str], done: list[str]
) -> None:
    found: list[str] = []

    def express(path: str) -> bool:
        found.append(path)
        return not (path == "breaks" and 1 / 0)

    tell: Any = lambda: {"waiting": waiting, "running": [], "later": []}  # noqa: E731
    server: Any = Server(found)
    preview = preview_module.Preview(server, express, str, lambda: found.append("a new edit"), tell, tmp_path)
    preview.hear({str(tmp_path / path) for path in changed})
    for path in ended:
        preview.end(path)
    assert server._want_rebuild == bool(ended)
    preview.build()
    assert found == done
    assert server._visible_epoch == server._wanted_epoch
    assert SimpleNamespace(**preview._status("x", -1)).building is False


def test_a_preview_that_is_killed_leaves_no_process_and_a_cache_that_works(project: Project) -> None:
    project.write_lesson("slow", SLOW)
    process = project.start("serve", "--quiet", "--dev-addr", "127.0.0.1:0")
    children: list[psutil.Process] = []

    def all_there() -> bool:
        children[:] = psutil.Process(process.pid).children(recursive=True)
        return len(children) >= 2  # what holds the imports, and the lesson

    wait_until(all_there)
    process.kill()
    process.communicate()
    wait_until(lambda: all(has_ended(child.pid) for child in children), lambda: children)
    project.write("lessons/go", "")
    built = project.build()
    assert built.returncode == 0, built.stderr
    assert "at last" in project.page("lessons/slow/index.html")
    left = [*Path(MEMORY).glob(f"{PREFIX}{process.pid}-*"), *map(Path, project.left_over())]
    assert not [place for place in left if place.name.startswith(PREFIX)]
