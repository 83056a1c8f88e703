"""The course built and served by MkDocs as an author does it: each command in a process of its own."""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import psutil
import pytest
from conftest import SITE, tree
from warm_mkdocs import run_mkdocs

from lessonpress import settings
from lessonpress.kept.files import write_text

PATIENCE = 120.0  # seconds after which what does not come is a failure


@dataclass(frozen=True)
class Project:
    """A small course in a folder of its own."""

    root: Path

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")

    def write_lesson(self, name: str, *cells: str) -> None:
        """Write code cells as a lesson; a cell that begins with '# ' is prose."""
        parts = [f"# # {name.capitalize()}", *(cell.strip("\n") for cell in cells)]
        marked = [f"# %% [markdown]\n{part}" if part.startswith("# ") else f"# %%\n{part}" for part in parts]
        self.write(f"lessons/{name}.py", "\n\n".join(marked) + "\n")

    def environment(self) -> dict[str, str]:
        """What all commands are given; the date, of which a site map tells, is a fixed one."""
        temporary = self.root.parent / "temporary"
        temporary.mkdir(exist_ok=True)
        return {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "0", "TMPDIR": str(temporary)}

    def start(
        self, *arguments: str, environment: Mapping[str, str] = os.environ, stderr: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        """Start MkDocs as an author does."""
        command = [sys.executable, "-m", "mkdocs", *arguments]
        variables = {**environment, **self.environment()}
        return subprocess.Popen(command, cwd=self.root, env=variables, stdout=subprocess.PIPE, stderr=stderr, text=True)

    def build(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run_mkdocs(self.root, "build", "--strict", *arguments, environment=self.environment())

    def build_afresh(self) -> subprocess.CompletedProcess[str]:
        """Build in a process that has hashes and addresses of its own, as each command of an author has."""
        with self.start("build", "--strict") as process:
            printed, told = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(process.args, process.returncode, printed, told)

    def page(self, path: str) -> str:
        return (self.root / "site" / path).read_text(encoding="utf-8")

    def left_over(self) -> list[str]:
        """What a build left beside the site, or in the folder for temporary files."""
        return [*map(str, self.root.glob(".site-*")), *map(str, (self.root.parent / "temporary").glob("lessonpress-*"))]


def new_project(folder: Path) -> Project:
    project = Project(folder / "tiny çourse")
    project.write("mkdocs.yml", SITE)
    project.write("docs/index.md", "# Home\n")
    project.write("glossary/index.md", "# Glossary\n")
    project.write("glossary/bias.md", "---\nterm: bias\ndefinition: The number that a neuron adds.\n---\nA number.\n")
    project.write_lesson("good", "print('all is well')", FIGURE)
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A course in which nothing is wrong: one lesson with a figure, one term."""
    return new_project(tmp_path)


def wait_until(true: Callable[[], bool], what: Callable[[], object] = lambda: "this never came true") -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def has_ended(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


FIGURE = """
#| label: line
#| fig-cap: It rises.
#| fig-alt: A line that rises.
import matplotlib.pyplot as plt
plt.plot([1, 2]);
"""


# A build in which much is wrong


@dataclass(frozen=True)
class Broken:
    """What a build of a broken course said, and the site before and after it."""

    sources: set[str]
    result: subprocess.CompletedProcess[str]
    before: dict[str, bytes]
    after: dict[str, bytes]
    left_over: list[str]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    project = new_project(tmp_path_factory.mktemp("broken"))
    assert project.build().returncode == 0
    before = tree(project.root / "site")
    project.write("mkdocs.yml", SITE.replace("limit: 20", "limit: 3"))
    project.write_lesson("good", "print('all is still well')", FIGURE)
    project.write_lesson("raises", "def divide(x):\n    return 1 / x", "for x in [1, 0]:\n    print(x)\n    divide(x)")
    project.write("lessons/_helper.py", "def deep(x):\n    return {}[x]\n")
    project.write_lesson(
        "helped", "import json, _helper\n\njson.loads('[1]', object_hook=_helper.deep)\n_helper.deep(3)"
    )
    project.write_lesson(
        "differs",
        "# >>> 1 + 1\n# 3",
        "1",
        'def f(x):\n    """Double.\n\n    >>> f(1)\n    3\n    """\n    return 2 * x',
    )
    project.write_lesson("inside", "import json\njson.loads('')")
    project.write_lesson("syntax", "x = 1\ny = (2\nz = 3")
    project.write("lessons/untitled.py", "# %%\n1\n")
    project.write_lesson("twice", "#| label: one\n1", "#| label: one\n2")
    project.write_lesson("options", "#| fig-atl: A line.\n1", "#| echo: flase\n1")
    project.write_lesson("values", "# It is {{ nowhere }}\n# and {{ 1 / 0 }}.")
    project.write_lesson("braces", "# It is {{ 1 +: }}.")
    project.write_lesson("links", "# A [bias](../glossary/bias.md),\n# and a [bias](../glossary/bais.md).")
    project.write_lesson("silent", "import matplotlib.pyplot as plt\nplt.plot([1])")
    project.write_lesson("loops", "x = 1\nwhile True: x += 1")
    project.write_lesson("backtracks", "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')")
    project.write_lesson("leaves", "import os\nos._exit(0)")
    project.write_lesson("crashes", "import ctypes\nctypes.string_at(0)")
    project.write_lesson("prints", "while True:\n    print('x' * 1000)")
    project.write_lesson("shouts", "import os\nos.system('yes')")
    project.write_lesson("asks", "name = input()")
    project.write_lesson("exits", "import sys\nsys.exit(2)")
    project.write("docs/figures.md", "# Figures\n\n![](lessons/good.py#lin)\n\n![](lessons/god.py#line)\n")
    project.write(
        "glossary/weight.md",
        "---\nterm: weight\ndefinition: A factor.\n---\nIt is\n\n>>> 1 + 1\n3\n\n![](../lessons/good.py#lien)\n",
    )
    project.write("glossary/empty.md", "---\nterm: empty\n---\n")
    (project.root / "lessons" / "latin.py").write_bytes(b"# %% [markdown]\n# # Caf\xe9\n")
    result = project.build()
    sources = {path for path in tree(project.root) if path.endswith((".py", ".md")) and "_" not in path}
    return Broken(sources, result, before, tree(project.root / "site"), project.left_over())


@pytest.mark.parametrize(
    "told",
    [
        """\
        lessons/raises.py:6, cell 3: ZeroDivisionError: division by zero
            the cell:
                for x in [1, 0]:
                    print(x)
                    divide(x)
            printed:
                1
                0
            traceback:
                lessons/raises.py:11, in <module>
                    divide(x)
                lessons/raises.py:6, in divide
                    return 1 / x

        """,
        """\
        lessons/helped.py:8, cell 2: KeyError: 3
            the cell:
                import json, _helper

                json.loads('[1]', object_hook=_helper.deep)
                _helper.deep(3)
            traceback:
                lessons/helped.py:8, in <module>
                    _helper.deep(3)
                lessons/_helper.py:2, in deep
                    return {}[x]

        """,
        """\
        lessons/inside.py:6, cell 2: JSONDecodeError: Expecting value: line 1 column 1 (char 0)
            the cell:
                import json
                json.loads('')
            traceback:
                lessons/inside.py:6, in <module>
                    json.loads('')

        """,
        """\
        lessons/differs.py:5, cell 2: doctest gave another answer
            >>> 1 + 1
            expected: 3
            got:      2

        """,
        """\
        lessons/differs.py:15, cell 4: doctest gave another answer
            >>> f(1)
            expected: 3
            got:      2

        """,
        "lessons/syntax.py:6, cell 2: SyntaxError: '(' was never closed\n    y = (2\n",
        "lessons/untitled.py:1: no title; begin the first prose cell with",
        "lessons/twice.py:9, cell 3: label 'one' already names the cell at line 5; choose another",
        "lessons/options.py:5, cell 2: unknown option 'fig-atl'; did you mean 'fig-alt'?",
        "lessons/options.py:9, cell 3: option 'echo' can't be 'flase'; did you mean 'false'?",
        "lessons/values.py:5, cell 2: inline value '{{ nowhere }}' failed: NameError: name 'nowhere' is not defined",
        "lessons/values.py:6, cell 2: inline value '{{ 1 / 0 }}' failed: ZeroDivisionError: division by zero",
        "lessons/braces.py:5, cell 2: inline value '{{ 1 +: }}' is not a Python expression",
        "lessons/links.py:6: link to the term 'bais', which isn't there; did you mean 'bias'?",
        "lessons/silent.py:5, cell 2: figure without alternative text; say what it shows in a line '#| fig-alt: …'",
        "lessons/loops.py:6, cell 2: still running after its time limit of 3 s",
        "lessons/backtracks.py:6, cell 2: still running after its time limit of 3 s",
        "lessons/leaves.py:5, cell 2: the process ended with exit status 0, as os._exit does",
        "lessons/crashes.py:6, cell 2: the interpreter crashed (SIGSEGV)",
        "lessons/prints.py:6, cell 2: printed more than 200,000 characters",
        "lessons/shouts.py:5, cell 2: a program it started, or C code, wrote more than 200,000 characters",
        "lessons/asks.py:5, cell 2: input() asks a question, and nobody is there to answer",
        "lessons/exits.py:6, cell 2: sys.exit(2) was called; a lesson runs to its end",
        "docs/figures.md:3: figure 'lin' of lessons/good.py isn't there; did you mean 'line'?",
        "docs/figures.md:5: lesson lessons/god.py isn't there; did you mean 'lessons/good.py'?",
        "glossary/weight.md:10: figure 'lien' of lessons/good.py isn't there; did you mean 'line'?",
        "glossary/weight.md:7, cell 1: doctest gave another answer\n    >>> 1 + 1\n    expected: 3\n    got:      2\n",
        "glossary/empty.md:1: no 'definition' in the front matter; add a line 'definition: …'",
        "lessons/latin.py:2: not UTF-8: invalid continuation byte; save the file as UTF-8",
    ],
)
def test_a_build_tells_of_each_fault_with_its_place(broken: Broken, told: str) -> None:
    assert textwrap.dedent(told) in broken.result.stderr


def test_a_build_with_faults_ends_as_failed(broken: Broken) -> None:
    assert broken.result.returncode == 1
    count = len(re.findall(r"^\S+?:\d+(?:, cell \d+)?: ", broken.result.stderr, re.MULTILINE))
    assert f"{count} problems in the course" in broken.result.stderr
    assert "The site is as it was." in broken.result.stderr


def test_every_lesson_is_tried_whatever_became_of_the_others(broken: Broken) -> None:
    ran = set(re.findall(r"(\S+) ran in", broken.result.stderr))
    told = set(re.findall(r"^(\S+?):\d+", broken.result.stderr, re.MULTILINE))
    assert "lessons/good.py" in ran - told
    assert ran | told >= {path for path in broken.sources if path.startswith("lessons/")}


def test_a_build_with_faults_leaves_the_site_as_it_was(broken: Broken) -> None:
    assert broken.before
    assert broken.after == broken.before
    assert not broken.left_over


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (
            "# Home\n\nTo [nowhere](nowhere.md), or [to a section](glossary/bias.md#nowhere).\n",
            ["contains a link 'nowhere.md'", "does not contain an anchor '#nowhere'"],
        ),
        ("# Home\n\nIt is $x^$.\n", ["docs/index.md:3: formula 'x^' can't be set"]),
    ],
)
def test_a_broken_link_or_formula_leaves_the_site_as_it_was(project: Project, page: str, told: list[str]) -> None:
    (project.root / "lessons" / "good.py").unlink()
    project.write("site/index.html", "the last good site")
    project.write("docs/index.md", page)
    result = project.build()
    assert result.returncode != 0
    assert [text for text in told if text not in result.stderr] == []
    assert tree(project.root / "site") == {"index.html": b"the last good site"}
    assert not project.left_over()


# A build in which nothing is wrong, though much is unusual


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A site with a term, a page and lessons as Windows or an old editor would save them, and in other languages."""
    project = new_project(tmp_path_factory.mktemp("built"))
    project.write("docs/index.md", "# Home\n\nSee\n\n![](lessons/good.py#line)\n\nIt is $y = wx$.\n")
    project.write(
        "glossary/naïveté.md", '---\nterm: naïveté\ndefinition: Trust in "data".\n---\nSo be it.\n\n>>> 1 + 1\n2\n'
    )
    project.write_lesson("größe", "# A [bias](../glossary/bias.md), a [naïveté](../glossary/naïveté.md).", "'größe'")
    windows = "# %% [markdown]\n# # Windows\n#\n# A [bias](..\\glossary\\bias.md).\n\n# %%\nif True:\n\tprint(1 + 1)\n"
    (project.root / "lessons" / "windows.py").write_bytes(b"\xef\xbb\xbf" + windows.replace("\n", "\r\n").encode())
    result = project.build()
    assert result.returncode == 0, result.stderr
    assert not project.left_over()
    return project


@pytest.fixture(scope="module")
def flat(built: Project) -> Iterator[Project]:
    """The same site with a file for each page, instead of a folder."""
    project = Project(built.root.parent / "flat")
    project.root.mkdir()
    for part in ("mkdocs.yml", "docs", "lessons", "glossary", ".cache"):
        (project.root / part).symlink_to(built.root / part)
    result = project.build("--no-directory-urls")
    assert result.returncode == 0, result.stderr
    return project


def test_a_second_build_from_nothing_is_the_same_to_the_byte(built: Project) -> None:
    first = tree(built.root / "site")
    (built.root / ".cache").rename(built.root.parent / "cache of the first build")
    assert built.build_afresh().returncode == 0
    second = tree(built.root / "site")
    assert sorted(second) == sorted(first)
    assert [name for name in first if first[name] != second[name]] == []


def test_a_build_from_kept_runs_is_the_same_to_the_byte(built: Project) -> None:
    first = tree(built.root / "site")
    result = built.build_afresh()
    assert "0 lessons ran, 3 kept" in result.stderr
    assert tree(built.root / "site") == first


def test_a_lesson_may_be_saved_as_windows_does_with_tabs_and_a_mark_in_front(built: Project) -> None:
    page = built.page("lessons/windows/index.html")
    assert re.search(r'<a[^>]* href="../../glossary/bias/"[^>]*>bias</a>', page)
    assert re.search(r"lesson-output.*?<code>.*?2\n", page, re.DOTALL)
    assert "\r" not in page


def test_names_may_have_letters_of_any_language(built: Project) -> None:
    page = built.page("lessons/größe/index.html")
    assert 'title="Trust in &quot;data&quot;."' in page.replace("&#34;", "&quot;")
    assert "'größe'" in page.replace("&#39;", "'")


@pytest.mark.parametrize("name", ["good", "größe", "windows"])
@pytest.mark.parametrize("kind", ["built", "flat"])
def test_each_page_offers_its_lesson_to_take_home(request: pytest.FixtureRequest, kind: str, name: str) -> None:
    project: Project = request.getfixturevalue(kind)
    page = f"lessons/{name}/index.html" if kind == "built" else f"lessons/{name}.html"
    folder = (project.root / "site" / page).parent
    assert {f"{name}.py", f"{name}.ipynb"} <= set(links_of(project.page(page)))
    assert (folder / f"{name}.py").read_bytes() == (project.root / "lessons" / f"{name}.py").read_bytes()
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert any(cell.cell_type == "code" and cell.outputs for cell in notebook.cells)


@pytest.mark.parametrize("kind", ["built", "flat"])
def test_whatever_a_page_names_is_there(request: pytest.FixtureRequest, kind: str) -> None:
    project: Project = request.getfixturevalue(kind)
    site = project.root / "site"
    pages = [path for path in site.rglob("*.html") if path.name != "404.html"]
    assert len(pages) == 7
    missing = []
    for page in pages:
        for link in links_of(page.read_text(encoding="utf-8")):
            if not urlsplit(link).scheme and urldefrag(link).url:
                target = page.parent / unquote(urlsplit(link).path)
                if not (target / "index.html" if target.is_dir() else target).is_file():
                    missing.append((page.name, link))
    assert missing == []


def links_of(page: str) -> list[str]:
    """What the tags of a page lead to."""
    found: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(value for name, value in attrs if name in ("href", "src") and value)

    Links().feed(page)
    return found


def test_a_link_to_a_term_shows_its_definition(built: Project) -> None:
    assert re.search(r'<a[^>]* title="The number that a neuron adds\."', built.page("lessons/größe/index.html"))


def test_a_figure_of_a_lesson_stands_on_another_page_with_its_alternative_text(built: Project) -> None:
    home = built.page("index.html")
    assert re.search(r'<img alt="A line that rises\."[^>]*src="lessons/good/line-light.svg#only-light"', home)
    assert (built.root / "site" / "lessons" / "good" / "line-light.svg").is_file()


def test_a_formula_needs_no_script(built: Project) -> None:
    assert "<math" in built.page("index.html")
    assert (built.root / "site" / "assets" / "stix-two-math.woff2").is_file()


def test_search_knows_what_a_lesson_says(built: Project) -> None:
    index = json.loads(built.page("search/search_index.json"))
    texts = {entry["location"]: entry["text"] for entry in index["docs"]}
    assert "all is well" in texts["lessons/good/"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("lessons", 1),
        ("glossary", ["a"]),
        ("cache", False),
        ("workers", "two"),
        ("limit", "long"),
        ("preload", "torch"),
        ("preload", [1]),
    ],
)
def test_an_option_of_a_wrong_type_is_an_error_of_the_configuration(option: str, value: object) -> None:
    config = settings.Options()
    config.load_dict({option: value})
    errors, _ = config.validate()
    assert [name for name, _ in errors] == [option]


def test_an_option_that_is_not_known_is_told() -> None:
    config = settings.Options()
    config.load_dict({"worker": 2})
    assert [name for name, _ in config.validate()[1]] == ["worker"]


# A page that did not change, among others that did


def test_a_page_that_did_not_change_keeps_up_with_what_it_links_to(project: Project) -> None:
    (project.root / "lessons" / "good.py").unlink()
    term = (project.root / "glossary" / "bias.md").read_text(encoding="utf-8")
    project.write("glossary/bias.md", term + "\n## By hand\n")
    project.write("docs/index.md", "# Home\n\nA [bias](glossary/bias.md#by-hand).\n")
    assert project.build().returncode == 0
    project.write("glossary/bias.md", term.replace("The number", "A number") + "\n## By hand\n")
    assert project.build().returncode == 0
    assert 'title="A number that a neuron adds."' in project.page("index.html")
    project.write("glossary/bias.md", term)
    for _ in range(2):
        result = project.build()
        assert result.returncode == 1
        assert "does not contain an anchor '#by-hand'" in result.stderr


# Builds that meet, or are cut short


def test_two_builds_at_once_both_end_well(project: Project) -> None:
    both = [project.start("build", "--strict") for _ in range(2)]
    told = [process.communicate(timeout=PATIENCE)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert "all is well" in project.page("lessons/good/index.html")
    assert not project.left_over()
    assert "0 lessons ran, 1 kept" in project.build().stderr, "what they kept does not stand"


# Writes the process ids of the lesson, of the process it was forked from, and of a program it has started.
WRITES_PIDS = """
import os, subprocess
child = subprocess.Popen(["sleep", "1000"]).pid
open("new", "w").write(f"{os.getpid()} {os.getppid()} {child}")
os.rename("new", "pids")
"""


@pytest.mark.parametrize(
    ("command", "how"), [("build", signal.SIGINT), ("serve", signal.SIGINT), ("build", signal.SIGKILL)]
)
def test_a_command_that_is_stopped_leaves_no_process_and_the_site_as_it_was(
    project: Project, command: str, how: signal.Signals
) -> None:
    pids = project.root / "lessons" / "pids"
    project.write("site/index.html", "the last good site")
    project.write_lesson("long", WRITES_PIDS, "while not os.path.exists('go on'): pass")
    process = project.start(command)
    wait_until(pids.exists)
    left = [int(pid) for pid in pids.read_text(encoding="utf-8").split()]
    process.send_signal(how)
    process.communicate(timeout=PATIENCE)
    wait_until(lambda: all(has_ended(pid) for pid in left))
    assert tree(project.root / "site") == {"index.html": b"the last good site"}
    if how == signal.SIGINT:
        assert not project.left_over()
    else:  # a killed process can't tidy up, but the next one builds as ever
        project.write("lessons/go on", "")
        result = project.build()
        assert result.returncode == 0, result.stderr
        assert "all is well" in project.page("lessons/good/index.html")


# A site that something else lies in, or that is handed on


def test_a_build_leaves_alone_what_is_not_its_own(project: Project) -> None:
    others = {".git/HEAD": "ref", ".nojekyll": "", "docs/.git": "mine"}
    for path, text in others.items():
        project.write(f"site/{path}", text)
    project.write("site/gone.html", "gone")
    project.write(".site-backup-2024/precious/file", "mine")
    project.write(".site-old-x/y/index.html", "mine")
    for folder in project.root.iterdir():
        os.utime(folder, (0, 0))
    assert project.build().returncode == 0
    assert {path: project.page(path) for path in others} == others
    assert not (project.root / "site" / "gone.html").exists()
    assert project.left_over() == [str(project.root / ".site-backup-2024"), str(project.root / ".site-old-x")]
    assert [*tree(project.root / ".site-backup-2024"), *tree(project.root / ".site-old-x")] == [
        "precious/file",
        "y/index.html",
    ]


def test_cleaning_up_removes_nothing_by_a_pattern() -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    assert [line for line in makefile.splitlines() if "rm -" in line and "*" in line] == []


@pytest.mark.parametrize(
    ("hook", "told"),
    [
        ("def on_post_build(config):\n    raise ValueError('broken')", "ValueError: broken"),
        (
            "import os\n\nreplace = os.replace\n\n\ndef fail(source, target):\n"
            "    if str(target).endswith('site/index.html'):\n        raise OSError(13, 'Permission denied')\n"
            "    replace(source, target)\n\n\nos.replace = fail",
            "ERROR   -  'index.html' can't be replaced in the site: Permission denied",
        ),
    ],
    ids=["another plugin fails", "a file is open"],
)
def test_a_build_that_fails_at_its_end_loses_no_file(project: Project, hook: str, told: str) -> None:
    assert project.build().returncode == 0
    before = tree(project.root / "site")
    project.write("hook.py", hook)
    project.write("mkdocs.yml", SITE + "hooks: [hook.py]\n")
    project.write("docs/index.md", "# Another home\n")
    result = project.build()
    assert result.returncode == 1
    assert told in result.stderr
    after = tree(project.root / "site")
    assert after["index.html"] == before["index.html"]
    assert after.keys() == before.keys()
    assert not project.left_over()
    if "ERROR" in told:
        assert "Traceback" not in result.stderr
    else:
        assert after == before


def test_a_site_is_deployed(project: Project) -> None:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    environment |= {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=project.root, env=environment, capture_output=True, check=True)
        return done.stdout.decode()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "All")
    git("init", "--quiet", "--bare", "../remote")
    git("remote", "add", "origin", "../remote")
    with project.start("gh-deploy", environment=environment) as process:
        told = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == 0, told
    deployed = git("-C", "../remote", "ls-tree", "-r", "-z", "--name-only", "gh-pages").split("\0")
    assert {*filter(None, deployed)} == {*tree(project.root / "site"), ".nojekyll"}
    assert "all is well" in git("-C", "../remote", "show", "gh-pages:lessons/good/index.html")
    assert not project.left_over()


BUILDS_TWICE = """
from mkdocs.commands.build import build
from mkdocs.config import load_config
import sys, threading
for _ in range(2):
    config = load_config(sys.argv[1])
    build(config)
    print(config.site_dir)
"""


def test_a_program_may_build_by_itself(project: Project) -> None:
    project.write("other.yml", SITE + "site_dir: public\n")
    command = [sys.executable, "-c", BUILDS_TWICE, "other.yml"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, timeout=PATIENCE, check=True)
    public = project.root / "public"
    assert done.stdout == f"{public}\n{public}\n"
    assert "all is well" in (public / "lessons" / "good" / "index.html").read_text(encoding="utf-8")
    assert not project.left_over()


def test_another_configuration_may_be_named_from_elsewhere(project: Project) -> None:
    project.write("other.yml", SITE + "site_dir: public\n")
    (project.root / "mkdocs.yml").unlink()
    here = Project(project.root.parent)
    with here.start("build", "--strict", "-f", "tiny çourse/other.yml") as process:
        told = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == 0, told
    assert "to directory: public\n" in told
    assert "all is well" in (project.root / "public" / "lessons" / "good" / "index.html").read_text(encoding="utf-8")


def test_a_site_in_the_place_of_the_lessons_is_refused(project: Project) -> None:
    before = tree(project.root / "lessons")
    result = project.build("--site-dir", "lessons")
    assert result.returncode == 1
    assert "the folder 'lessons' lies in the site's" in result.stderr
    assert tree(project.root / "lessons") == before


def put_docs_elsewhere(project: Project, how: str) -> None:
    (project.root / "docs").rename(project.root.parent / "pages")
    if how == "linked":
        (project.root / "docs").symlink_to(project.root.parent / "pages")
    else:
        project.write("mkdocs.yml", SITE + "docs_dir: ../pages\n")


@pytest.mark.parametrize("how", ["linked", "outside"])
def test_pages_may_lie_outside_of_the_project(project: Project, how: str) -> None:
    put_docs_elsewhere(project, how)
    project.write("../pages/part/more.md", "# More\n\nIt is {{ 1 + 1 }}.\n\n>>> 1 + 1\n3\n")
    result = project.build()
    assert result.returncode == 1
    place = "docs" if how == "linked" else "../pages"
    assert f"{place}/part/more.md:5, cell 1: doctest gave another answer" in result.stderr
    assert "Traceback" not in result.stderr
    project.write("../pages/part/more.md", "# More\n\nIt is {{ 1 + 1 }}.\n\n![](../lessons/good.py#line)\n")
    result = project.build()
    assert result.returncode == 0, result.stderr
    assert "It is 2." in project.page("part/more/index.html")
    assert 'alt="A line that rises."' in project.page("part/more/index.html")


def make_links_that_lead_nowhere(project: Project) -> None:
    (project.root / "lessons" / ".#good.py").symlink_to("me@machine.1234:567")  # as Emacs does while one edits
    for path in ("lessons/nowhere.py", "docs/nowhere.md", "glossary/nowhere.md"):
        (project.root / path).symlink_to("not there")


def test_a_source_that_leads_nowhere_is_a_problem_with_a_place_and_a_lock_of_emacs_is_none(project: Project) -> None:
    make_links_that_lead_nowhere(project)
    result = project.build()
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    places = ["docs/nowhere.md", "glossary/nowhere.md", "lessons/nowhere.py"]
    assert re.findall(r"^(\S+):1: can't be read", result.stderr, re.MULTILINE) == places
    assert "3 problems" in result.stderr


# What a build tells


def without_times(told: str) -> list[str]:
    return re.sub(r"\d+\.\d s", "… s", told).splitlines()


def test_a_build_tells_what_ran_and_what_came_of_it_and_no_more(project: Project) -> None:
    project.write("glossary/bias.md", (project.root / "glossary" / "bias.md").read_text() + "\n>>> 1 + 1\n2\n")
    project.write_lesson("wants", "#| needs: nowhere\nimport nowhere")
    first, second = project.build(), project.build()
    count = len(tree(project.root / "site"))
    assert without_times(first.stderr) == [
        "INFO    -  Building documentation to directory: site",
        "INFO    -  lessons/good.py ran in … s",
        "INFO    -  1 of the pages have doctests or values, which ran beside",
        f"INFO    -  1 lesson ran (… s), 0 kept, 1 not run; 3 pages, {count} files of the site changed; … s in all",
    ]
    assert without_times(second.stderr) == [
        "INFO    -  Building documentation to directory: site",
        "INFO    -  0 lessons ran, 1 kept, 1 not run; 3 pages, 0 files of the site changed; … s in all",
    ]
    project.write("docs/index.md", "# Home again\n")
    third = project.build("--site-dir", "../elsewhere")
    assert (
        without_times(third.stderr)[0]
        == f"INFO    -  Building documentation to directory: {project.root.parent}/elsewhere"
    )
    assert {first.stdout, second.stdout, third.stdout} == {""}


@pytest.mark.parametrize("terminal", [False, True])
def test_a_quiet_build_tells_nothing(project: Project, terminal: bool) -> None:
    """On a terminal too, where lessons that run would be drawn."""
    if not terminal:
        result = project.build("--quiet")
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
        return
    ours, theirs = os.openpty()
    with project.start("build", "--quiet", stderr=theirs) as process:
        os.close(theirs)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    with contextlib.suppress(OSError):  # nobody writes any more
        assert os.read(ours, 1000) == b""
    os.close(ours)
    assert "all is well" in project.page("lessons/good/index.html")


# What is kept, damaged


def test_whatever_became_of_kept_files_the_next_build_comes_out_right(project: Project) -> None:
    project.write("docs/index.md", "# Home\n\nA [bias](glossary/bias.md).\n\n## Part\n")
    assert project.build().returncode == 0
    right = tree(project.root / "site")
    cache = project.root / ".cache" / "lessonpress"
    pages, templates = sorted(cache.glob("page-*.json")), sorted((cache / "templates").iterdir())
    assert len(pages) == 4
    assert len(templates) > 10
    damages: list[Callable[[bytes], bytes]] = [
        lambda whole: b"",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: b"foreign\xff",
        lambda whole: flip(whole, 10),
        lambda whole: flip(whole, len(whole) // 2),
        lambda whole: flip(whole, len(whole) - 10),
    ]
    for damage in damages:
        for path in pages + templates:
            path.write_bytes(damage(path.read_bytes()))
        result = project.build()
        assert (result.returncode, tree(project.root / "site")) == (0, right), result.stderr
    for forged in ("[]", "null", "5", '{"page": {}, "reads": {}}', '{"page": {"content": 5, "links": {}}}'):
        for path in pages:
            write_text(path, forged)
        result = project.build()
        assert (result.returncode, tree(project.root / "site")) == (0, right), result.stderr


def flip(whole: bytes, place: int) -> bytes:
    """One bit of many is another."""
    return whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :]


# The preview


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
def previewing(project: Project, *arguments: str) -> Iterator[Preview]:
    """A preview that serves the home page already; it has to last, and to leave no process behind."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = project.start("serve", "--quiet", "--dev-addr", address, *arguments)
    preview = Preview(project, f"http://{address}/", process)
    try:
        preview.wait_for("", "Home")
        yield preview
        assert process.poll() is None, "the preview ended"
    finally:
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=PATIENCE)[1]
    wait_until(lambda: all(has_ended(child.pid) for child in children))
    assert "Traceback" not in told


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
    assert "lessons/first.py:5, cell 2: SyntaxError: '(' was never closed" in preview.page("lessons/first/")
    assert "all is well" in preview.page("lessons/good/")
    preview.project.write_lesson("first", "print('mended', 'now')")
    assert "SyntaxError" not in preview.wait_for("lessons/first/", "mended now")


def test_a_preview_starts_though_a_formula_is_broken_and_shows_it_when_mended(preview: Preview) -> None:
    assert "x^" in preview.page("formula/")
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
        assert page.index("be fore") < page.index("This cell failed") < page.index("Prose below.")
    assert "all is well" in preview.page("lessons/good/")
    preview.project.write_lesson("second", f"print('mended', {shown!r})", "# Prose below.")
    assert "This cell failed" not in preview.wait_for("lessons/second/", "mended")


@pytest.mark.parametrize("arguments", [["--clean"], ["--clean", "--no-livereload"]], ids=" ".join)
def test_a_clean_preview_serves_the_site_and_follows_edits(project: Project, arguments: list[str]) -> None:
    with previewing(project, *arguments) as preview:
        assert "all is well" in preview.page("lessons/good/")
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
        assert "its time limit of 1 s" in preview.page("lessons/alpha/")
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
        assert "first/first/data.txt" in preview.page("lessons/reads/")
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
