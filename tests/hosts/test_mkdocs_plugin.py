"""The course built by MkDocs as an author does it: each command in a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import tree
from small_project import (
    PATIENCE,
    SITE,
    Project,
    has_ended,
    make_links_that_lead_nowhere,
    put_docs_elsewhere,
    wait_until,
)
from warm_mkdocs import run_mkdocs

from lessonpress import plugin_options
from lessonpress.kept.files import write_text


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
    config = plugin_options.Options()
    config.load_dict({option: value})
    errors, _ = config.validate()
    assert [name for name, _ in errors] == [option]


def test_an_option_that_is_not_known_ends_the_build_with_the_nearest_that_is(project: Project) -> None:
    project.write("mkdocs.yml", SITE.replace("limit: 20", "limits: 20"))
    result = run_mkdocs(project.root, "build")
    assert result.returncode == 1
    assert "option 'limits': Unrecognised configuration name: limits; did you mean 'limit'?" in result.stderr


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
    anywhere = ("--dev-addr", "127.0.0.1:0") if command == "serve" else ()
    process = project.start(command, *anywhere)
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
    page = git("-C", "../remote", "show", "gh-pages:lessons/good/index.html")
    assert "all is well" in page
    assert "Content-Security-Policy" in page
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


def test_a_theme_finds_the_frame_of_each_lesson(project: Project) -> None:
    template = """
        {% extends "base.html" %}
        {% block content %}{% set lesson = page.meta.lesson %}
        {% if lesson %}<p>{{ lesson.number }} of {{ lesson.of }}: {{ lesson.question }}</p>{% endif %}
        {% endblock %}
        """
    project.write("theme/main.html", template)
    project.write("mkdocs.yml", SITE.replace("name: material,", "name: material, custom_dir: theme,"))
    project.write_lesson("better", "# **Is it *better*?** It is.")
    for _ in ("the first build", "the next, which keeps what it can"):
        result = project.build()
        assert result.returncode == 0, result.stderr
        assert "<p>1 of 2: Is it better?</p>" in project.page("lessons/better/index.html")
        assert "<p>" not in project.page("index.html")


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
    assert 'aria-label="A line that rises."' in project.page("part/more/index.html")


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
        for path in cache.glob("made-*.bin"):
            path.unlink()  # else no template would be asked for
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


def test_a_heading_with_underscores_has_the_anchor_that_a_link_names(
    root: Path, build: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (root / "docs" / "names.md").write_text("# Names\n\n[list](#input_shape)\n\n## `input_shape`\n\n## `__init__`\n")
    result = build()
    assert result.returncode == 0, result.stderr
    page = (root / "site" / "names" / "index.html").read_text(encoding="utf-8")
    assert 'id="input_shape"' in page
    assert 'id="__init__"' in page


def test_no_build_brings_what_sets_notebooks_as_html(root: Path) -> None:
    (root / "docs" / "index.md").write_text("# Home\n", encoding="utf-8")
    code = """
import sys
from mkdocs.commands.build import build
from mkdocs.config import load_config
config = load_config("mkdocs.yml")
config.plugins.on_startup(command="build", dirty=False)
build(config)
config.plugins.on_shutdown()
sys.exit("nbconvert" in sys.modules)
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=root, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("addresses", [True, False])
def test_pictures_beside_lessons_are_published_and_found_from_their_pages(project: Project, addresses: bool) -> None:
    project.write("mkdocs.yml", f"{SITE}use_directory_urls: {str(addresses).lower()}\n")
    for path in ("lessons/img/a b.png", "glossary/c.png", "docs/d.png"):
        (project.root / path).parent.mkdir(exist_ok=True)
        (project.root / path).write_bytes(path.encode())
    pictures = ["![a](img/a%20b.png)", '<img alt="a" src="img/a%20b.png" width="9">', '<img alt="d" src="../d.png">']
    project.write_lesson("good", "\n#\n# ".join(["# Text", *pictures, f"<p>{pictures[1]}</p>"]))
    project.write("glossary/bias.md", "---\nterm: bias\ndefinition: A number.\n---\n![c](c.png)\n")
    project.write("docs/index.md", "# Home\n\n![d](d.png)\n")
    for _ in ("the first build", "one that keeps its pages"):
        result = project.build()
        assert result.returncode == 0, result.stderr
        found = []
        for page in (project.root / "site").rglob("*.html"):
            for alt, target in re.findall(r'<img alt="(\w)" src="([^"]+)"', page.read_text(encoding="utf-8")):
                found.append((alt, (page.parent / unquote(target)).read_bytes().decode()))
        assert sorted(found) == [
            *[("a", "lessons/img/a b.png")] * 3,
            ("c", "glossary/c.png"),
            *[("d", "docs/d.png")] * 2,
        ]


def test_a_picture_in_html_that_is_not_there_is_told_with_its_line(project: Project) -> None:
    (project.root / "docs" / "assets").mkdir()
    (project.root / "docs" / "assets" / "a.png").write_bytes(b"")
    project.write(
        "docs/index.md",
        "# Home\n\n"
        '<img alt="a" src="assets/a.png"> <img alt="a" src="https://example.org/a.png">\n\n'
        '<img alt="theme" src="assets/images/favicon.png">\n'
        '<!-- <img alt="b" src="assets/b.png"> -->\n\n'
        '```html\n<img src="assets/c.png">\n```\n\n'
        '<p><img alt="d" src="assets/d.png"></p>\n',
    )
    project.write_lesson("good", "# Text\n#\n# <img alt='e' src='../assets/e.png'>")
    lines = (project.root / "lessons" / "good.py").read_text(encoding="utf-8").splitlines()
    line = lines.index("# <img alt='e' src='../assets/e.png'>") + 1
    result = project.build("--strict")
    assert result.returncode == 1
    told = re.findall(r"^WARNING -  +(.*picture.*)$", result.stderr, re.MULTILINE)
    assert told == [
        "docs/index.md:12: picture 'assets/d.png' isn't there; name it as seen from this file",
        f"lessons/good.py:{line}: picture '../assets/e.png' isn't there; name it as seen from this file",
    ]


@pytest.mark.parametrize("option", ["exclude_docs", "draft_docs"])
def test_an_excluded_draft_neither_runs_nor_fails_the_build(project: Project, option: str) -> None:
    project.write("mkdocs.yml", f"{SITE}{option}: |\n  draft.*\n")
    project.write("docs/draft.md", "# Draft\n\n{{ 1 / 0 }}\n")
    project.write_lesson("draft", "1 / 0")
    project.write("glossary/draft.md", "not yet a term\n")
    result = project.build()
    assert result.returncode == 0, result.stderr
    assert not list((project.root / "site").rglob("draft*"))
