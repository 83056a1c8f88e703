"""Edits at random under `mkdocs serve`: what is served is, to the byte, what a build from nothing makes of the same."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from small_project import FIGURE, SITE, Project
from test_preview import Preview, previewing
from warm_mkdocs import run_mkdocs

EDITS = int(os.environ.get("EDITS", "0"))  # how many; few in the tests of each day
SEED = int(os.environ.get("SEED", "1"))
ONCE = Path(__file__).with_name("preview_once.py")
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
SCRIPT = re.compile(r'<script src="[^"]*lessonpress-preview/script.js"[^>]*></script>')
TEMPLATE = "{% extends 'base.html' %}{% block announce %}Version WORD of {{ page.title }}{% endblock %}"


class Author:
    """Edits a course of three light lessons; whatever it does leaves one that can be built."""

    def __init__(self, project: Project, seed: int) -> None:
        self.project, self.random = project, random.Random(seed)
        self.words = 0
        self.broken: set[str] = set()  # pages whose lesson fails: a preview shows more of these than a build
        self.lessons = ["one", "two", "three"]
        self.configuration = SITE.replace("name: material", "name: material, custom_dir: theme")
        self.configuration += "extra_css: [own.css]\n"
        project.write("mkdocs.yml", self.configuration)
        project.write("docs/own.css", "p { color: black }\n")
        project.write("theme/main.html", TEMPLATE)
        project.write("lessons/data.txt", "4\n")
        project.write("helper.py", "def double(x):\n    return 2 * x\n")
        project.write("docs/index.md", "# Home\n\nTwo is {{ two::y }}.\n")
        (project.root / "lessons" / "good.py").unlink()
        for number, name in enumerate(self.lessons):
            self.write_lesson(name, number)
        self.kinds: list[Callable[[], None]] = [
            self.say_more, self.say_more, self.say_more, self.change_code, self.change_code, self.change_data,
            self.change_helper, self.change_term, self.change_title, self.add_heading, self.change_settings,
            self.change_style, self.change_template, self.break_code, self.break_settings, self.go_and_come,
            self.touch_all, self.add_page, self.rename_page, self.change_figure, self.kill_a_process, self.build_too,
        ]  # fmt: skip

    def word(self) -> str:
        self.words += 1
        return f"word{self.words}"

    def write_lesson(self, name: str, number: int) -> None:
        self.broken.discard(name)
        self.project.write_lesson(
            name,
            f"# A [bias](../glossary/bias.md), {self.word()}.",
            f"from helper import double\n\nx = {number}",
            "y = double(x) + int(open('data.txt').read())\nprint('y is', y)",
            f"# It is {{{{ y }}}}.\n#\n# >>> y - y\n# 0\n\n# $x_{{{number}}}$",
            FIGURE.replace("[1, 2]", f"[1, {number}]"),
        )

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        place = self.project.root / path
        place.write_text(change(place.read_text(encoding="utf-8")), encoding="utf-8")

    def a_lesson(self) -> str:
        return f"lessons/{self.random.choice(self.lessons)}.py"

    def say_more(self) -> None:
        word = self.word()
        if self.random.random() < 0.5:
            self.edit(self.a_lesson(), lambda text: f"{text}\n# %% [markdown]\n# More, {word}.\n")
        else:
            path = self.random.choice(["docs/index.md", "glossary/bias.md", "glossary/index.md"])
            self.edit(path, lambda text: f"{text}\nMore, {word}.\n")

    def change_code(self) -> None:
        number = self.random.randrange(100)
        self.edit(self.a_lesson(), lambda text: re.sub(r"\nx = .*", f"\nx = {number}", text))

    def change_data(self) -> None:
        self.project.write("lessons/data.txt", f"{self.random.randrange(100)}\n")

    def change_helper(self) -> None:
        self.project.write("helper.py", f"def double(x):\n    return 2 * x + {self.random.randrange(9)}\n")

    def change_term(self) -> None:
        word = self.word()
        self.edit("glossary/bias.md", lambda text: re.sub(r"definition: .*", f"definition: A number, {word}.", text))

    def change_title(self) -> None:
        word = self.word()
        self.edit(self.a_lesson(), lambda text: re.sub(r"\n# # .*", f"\n# # Title {word}", text, count=1))

    def add_heading(self) -> None:
        word = self.word()
        self.edit(self.a_lesson(), lambda text: f"{text}\n# %% [markdown]\n# ## Part {word}\n#\n# Text.\n")

    def change_settings(self) -> None:
        nav = ", ".join(f"lessons/{name}.py" for name in self.random.sample(self.lessons, len(self.lessons)))
        more = self.random.choice([f"nav: [index.md, {nav}]\n", "use_directory_urls: false\n", ""])
        self.project.write("mkdocs.yml", self.configuration.replace("Tiny", self.word()) + more)

    def change_style(self) -> None:
        self.project.write("docs/own.css", f"p {{ color: #{self.random.randrange(100, 999)} }}\n")

    def change_template(self) -> None:
        self.project.write("theme/main.html", TEMPLATE.replace("WORD", self.word()))

    def change_figure(self) -> None:
        number = self.random.randrange(9)
        self.edit(self.a_lesson(), lambda text: re.sub(r"plot\(.*\)", f"plot([1, {number}, 3])", text))

    def break_code(self) -> None:
        path = self.a_lesson()
        name = Path(path).stem
        if name in self.broken:
            self.write_lesson(name, self.random.randrange(9))
        else:
            self.broken.add(name)
            self.edit(path, lambda text: text.replace("print('y is', y)", "1 / 0"))

    def break_settings(self) -> None:
        """For a moment: a course that can't be built is compared with nothing."""
        text = (self.project.root / "mkdocs.yml").read_text(encoding="utf-8")
        self.project.write("mkdocs.yml", "site_name: [\n")
        time.sleep(self.random.random() / 2)
        self.project.write("mkdocs.yml", text)

    def go_and_come(self) -> None:
        place = self.project.root / self.a_lesson()
        text = place.read_text(encoding="utf-8")
        place.unlink()
        time.sleep(self.random.random() / 2)
        place.write_text(text, encoding="utf-8")

    def touch_all(self) -> None:
        for place in [*(self.project.root / "lessons").glob("*.py"), *(self.project.root / "docs").rglob("*.md")]:
            place.write_text(place.read_text(encoding="utf-8"), encoding="utf-8")

    def add_page(self) -> None:
        self.project.write(f"docs/page{self.random.randrange(3)}.md", f"# Page {self.word()}\n\nOne is {{{{ 1 }}}}.\n")

    def rename_page(self) -> None:
        for place in (self.project.root / "docs").glob("page*.md"):
            place.rename(place.with_name(f"page{self.random.randrange(3)}.md"))
            return

    def kill_a_process(self) -> None:
        for child in psutil.Process(self.serving.process.pid).children(recursive=True)[:1]:
            with contextlib.suppress(psutil.Error):
                child.send_signal(signal.SIGKILL)
        self.change_code()

    def build_too(self) -> None:
        self.change_code()
        self.project.start("build", "--quiet", "-d", str(self.project.root.parent / "other")).communicate()

    serving: Preview

    def edit_at_random(self) -> str:
        kinds = [self.random.choice(self.kinds) for _ in range(self.random.choice([1, 1, 1, 2]))]
        for kind in kinds:
            kind()
        return " and ".join(kind.__name__ for kind in kinds)


def wait_until_settled(preview: Preview) -> None:
    """Until nothing is built, and no lesson runs or waits."""
    deadline = time.monotonic() + 60
    calm = 0
    while calm < 2:
        time.sleep(0.06)
        with urllib.request.urlopen(f"{preview.url}lessonpress-preview/-1?", timeout=60) as answer:
            status = json.loads(answer.read())
        calm = calm + 1 if not (status["building"] or status["waiting"]) else 0
        assert time.monotonic() < deadline, status


def differences(preview: Preview, clean: Path, broken: set[str]) -> list[str]:
    """The files of a site that a preview serves otherwise."""
    wrong = []
    for place in sorted(clean.rglob("*")):
        path = place.relative_to(clean).as_posix()
        if not place.is_file() or path.startswith("assets/") or any(name in path for name in broken):
            continue
        if path == "index.html" and "two" in broken:  # it quotes that lesson
            continue
        try:
            with urllib.request.urlopen(f"{preview.url}{path}", timeout=60) as answer:
                served = answer.read()
        except urllib.error.HTTPError as error:
            served = b"%d" % error.code
        expected = place.read_bytes()
        if path.endswith(".html"):
            served = SCRIPT.sub("", served.decode()).encode()
            expected = POLICY.sub("", expected.decode()).encode()
        if served != expected and not (broken and path.endswith((".zip", ".json"))):
            wrong.append(path)
    return wrong


@pytest.mark.parametrize("count", [pytest.param(8), pytest.param(max(EDITS, 60), marks=pytest.mark.prove)])
def test_after_any_edit_what_is_served_is_what_a_build_from_nothing_makes(project: Project, count: int) -> None:
    author = Author(project, SEED)
    told = []
    clean = project.root.parent / "clean"
    with previewing(project) as preview:
        author.serving = preview
        for number in range(count):
            told.append(author.edit_at_random())
            wait_until_settled(preview)
            shutil.rmtree(clean, ignore_errors=True)
            arguments = (str(clean), preview.url, f"../cache-{number % 7}")
            made = run_mkdocs(project.root, *arguments, environment=project.environment(), script=ONCE)
            assert clean.is_dir(), made.stderr
            assert differences(preview, clean, author.broken) == [], (number, told[-3:], made.stderr[-800:])
            shutil.rmtree(project.root.parent / f"cache-{number % 7}", ignore_errors=True)
