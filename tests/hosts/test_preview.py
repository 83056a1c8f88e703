"""The course in the preview of MkDocs, which follows each edit and lasts whatever is wrong."""

from __future__ import annotations

import contextlib
import html
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest
from small_project import (
    PATIENCE,
    SITE,
    Project,
    has_ended,
    make_links_that_lead_nowhere,
    new_project,
    put_docs_elsewhere,
    wait_until,
)


@dataclass
class Preview:
    """`mkdocs serve` on a course, in a process of its own."""

    project: Project
    url: str
    process: subprocess.Popen[str]

    def page(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=PATIENCE) as answer:
                return html.unescape(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            return ""

    def wait_for(self, path: str, text: str) -> str:
        """The page, once it says what it should."""
        wait_until(lambda: text in self.page(path), lambda: f"'{text}' not in {self.page(path)}")
        return self.page(path)


@contextlib.contextmanager
def previewing(project: Project, *arguments: str, port: int = 0) -> Iterator[Preview]:
    """A preview that serves the home page already, at any port; it has to last, and to leave no process behind."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    told = project.root.parent / "told.txt"  # a pipe that nobody reads holds so much, and then the preview waits
    with told.open("w", encoding="utf-8") as stream:
        process = project.start("serve", "--quiet", "--dev-addr", address, *arguments, stderr=stream.fileno())
    preview = Preview(project, f"http://{address}/", process)
    try:
        preview.wait_for("", "Home")
        yield preview
        assert process.poll() is None, "the preview ended"
    finally:
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    wait_until(lambda: all(has_ended(child.pid) for child in children))
    assert "Traceback" not in told.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview whose first build met a broken lesson and a broken formula already."""
    project = new_project(tmp_path_factory.mktemp("preview"))
    project.write_lesson("first", "y = (2")
    project.write("docs/formula.md", "# Formula\n\nIt is $x^$ here.\n")
    with previewing(project) as preview:
        yield preview
        assert psutil.Process(preview.process.pid).children(), "nothing that could be left behind"


def test_a_preview_starts_though_a_lesson_is_broken_and_shows_it_when_mended(preview: Preview) -> None:
    preview.wait_for("lessons/first/", "lessons/first.py:5, cell 2: SyntaxError: '(' was never closed")
    preview.wait_for("lessons/good/", "all is well")
    preview.project.write_lesson("first", "print('mended', 'now')")
    assert "SyntaxError" not in preview.wait_for("lessons/first/", "mended now")


def test_a_preview_has_no_policy_for_it_brings_a_script_of_its_own(preview: Preview) -> None:
    assert "Content-Security-Policy" not in preview.page("")


def test_a_preview_starts_though_a_formula_is_broken_and_shows_it_when_mended(preview: Preview) -> None:
    preview.wait_for("formula/", "x^")
    preview.project.write("docs/formula.md", "# Formula\n\nIt is $x^2$ now.\n")
    preview.wait_for("formula/", "<msup>")


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (["1 / 0"], "lessons/second.py:8, cell 3: ZeroDivisionError: division by zero"),
        (["# >>> 1 + 1\n# 3"], "lessons/second.py:8, cell 3: doctest gave another answer"),
        (["import os\nos._exit(0)"], "lessons/second.py:8, cell 3: the process ended with exit status 0"),
        (["#| ehco: false\n1"], "lessons/second.py:8, cell 3: unknown option"),
        (["# It is {{ nowhere }}."], "failed: NameError"),
    ],
)
def test_a_preview_shows_a_failure_where_it_happened_until_it_is_mended(
    preview: Preview, cells: list[str], shown: str
) -> None:
    preview.project.write_lesson("second", "print('be', 'fore')", *cells, "# Prose below.")
    page = preview.wait_for("lessons/second/", shown)
    if "option" not in shown:
        article = page[page.index("<article") if "<article" in page else 0 :]
        assert article.index("be fore") < article.index("This cell failed") < article.index("Prose below.")
    preview.wait_for("lessons/good/", "all is well")
    preview.project.write_lesson("second", f"print('mended', {shown!r})", "# Prose below.")
    assert "This cell failed" not in preview.wait_for("lessons/second/", "mended")


@pytest.mark.parametrize("arguments", [["--clean"], ["--clean", "--no-livereload"]], ids=" ".join)
def test_a_clean_preview_serves_the_site_and_follows_edits(project: Project, arguments: list[str]) -> None:
    with previewing(project, *arguments) as preview:
        preview.wait_for("lessons/good/", "all is well")
        if "--no-livereload" not in arguments:
            project.write_lesson("good", "print('all', 'goes on')", "1 / 0")
            assert "ZeroDivisionError" in preview.wait_for("lessons/good/", "all goes on")
    assert not (project.root / "site").exists()
    assert not project.left_over()


def test_a_preview_takes_up_settings_that_change(project: Project) -> None:
    term = "# The [bias](../glossary/bias.md)."
    project.write_lesson(
        "alpha", term, "import time\n\nend = time.time() + 3\nwhile time.time() < end: pass\n'it' + 'ended'"
    )
    project.write_lesson("omega", term)
    project.write("docs/index.md", "# Home\n\n==marked==\n")
    project.write("mkdocs.yml", SITE.replace("limit: 20", "limit: 1"))
    with previewing(project) as preview:
        preview.wait_for("lessons/alpha/", "its time limit of 1 s")
        assert titles_in_order(preview.page("glossary/bias/")) == ["Alpha", "Omega"]
        project.write("mkdocs.yml", SITE)
        assert "itended" in preview.wait_for("lessons/alpha/", "itended")
        project.write("mkdocs.yml", SITE + "nav: [index.md, lessons/omega.py, lessons/alpha.py, lessons/good.py]\n")
        wait_until(lambda: titles_in_order(preview.page("glossary/bias/")) == ["Omega", "Alpha"])
        project.write("mkdocs.yml", SITE.replace("[admonition,", "[pymdownx.mark, admonition,"))
        preview.wait_for("", "<mark>marked</mark>")


def titles_in_order(page: str) -> list[str]:
    """Those of the lessons that a term names."""
    return re.findall(r"Alpha|Omega", page.partition("Where it runs")[2].partition("</article>")[0])


def test_a_preview_follows_whatever_a_lesson_reads_wherever_it_lies(project: Project) -> None:
    project.write("helper.py", "says = 'first'\n")
    project.write("../outside/data.txt", "first")
    project.write_lesson(
        "reads",
        "import os\nimport helper",
        """
import contextlib
texts = [helper.says]
for path in ["../../outside/data.txt", "../later.txt"]:
    with contextlib.suppress(OSError):
        texts.append(open(path).read())
print("/".join(texts + os.listdir("../../outside")))
""",
    )
    with previewing(project) as preview:
        preview.wait_for("lessons/reads/", "first/first/data.txt")
        project.write("helper.py", "says = 'second'\n")
        preview.wait_for("lessons/reads/", "second/first/data.txt")
        project.write("later.txt", "there")
        preview.wait_for("lessons/reads/", "second/first/there/data.txt")
        (project.root.parent / "outside" / "data.txt").unlink()
        preview.wait_for("lessons/reads/", "second/there\n")
        project.write("../outside/data.txt", "third")
        preview.wait_for("lessons/reads/", "second/third/there/data.txt")


@pytest.mark.parametrize("how", ["linked", "outside"])
def test_a_preview_follows_pages_outside_of_the_project(project: Project, how: str) -> None:
    put_docs_elsewhere(project, how)
    with previewing(project) as preview:
        project.write("../pages/index.md", "# Home\n\nIt is {{ 1 + 1 }}.\n")
        preview.wait_for("", "It is 2.")


def test_a_preview_lasts_while_sources_go_away_and_come_back(project: Project) -> None:
    make_links_that_lead_nowhere(project)
    good = project.root / "lessons" / "good.py"
    with previewing(project) as preview:
        for place in ("", "lessons/", "glossary/"):
            assert "can't be read" in preview.page(f"{place}nowhere/")
        good.rename(project.root / "good.py")
        wait_until(lambda: not preview.page("lessons/good/"))
        project.write_lesson("good", "print('back', 'again')")
        preview.wait_for("lessons/good/", "back again")


def test_a_preview_needs_no_glossary_and_follows_one_that_comes(project: Project) -> None:
    (project.root / "glossary").rename(project.root / "later")
    with previewing(project) as preview:
        (project.root / "later").rename(project.root / "glossary")
        project.write("docs/index.md", "# Home\n\nA [bias](glossary/bias.md).\n")
        preview.wait_for("glossary/bias/", "A number.")
        project.write("glossary/bias.md", "---\nterm: bias\ndefinition: A number.\n---\nAnother text.\n")
        preview.wait_for("glossary/bias/", "Another text.")
