"""A small course in a folder of its own, which MkDocs builds or serves."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
from warm_mkdocs import run_mkdocs

PATIENCE = 120.0  # seconds after which what does not come is a failure

SITE = """
site_name: Tiny
theme: {name: material, font: false}
plugins: [search, {lessonpress: {preload: [matplotlib.pyplot], limit: 20}}]
markdown_extensions:
  [admonition, attr_list, def_list, md_in_html, sane_lists, tables, {toc: {permalink: true}},
   {pymdownx.arithmatex: {generic: true}}, pymdownx.details, {pymdownx.highlight: {pygments_lang_class: true}},
   pymdownx.inlinehilite, pymdownx.superfences]
validation: {omitted_files: warn, unrecognized_links: warn, anchors: warn}
not_in_nav: /glossary/*
"""

FIGURE = """
#| label: line
#| fig-cap: It rises.
#| fig-alt: A line that rises.
import matplotlib.pyplot as plt
plt.plot([1, 2]);
"""


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


def put_docs_elsewhere(project: Project, how: str) -> None:
    (project.root / "docs").rename(project.root.parent / "pages")
    if how == "linked":
        (project.root / "docs").symlink_to(project.root.parent / "pages")
    else:
        project.write("mkdocs.yml", SITE + "docs_dir: ../pages\n")


def make_links_that_lead_nowhere(project: Project) -> None:
    (project.root / "lessons" / ".#good.py").symlink_to("me@machine.1234:567")  # as Emacs does while one edits
    for path in ("lessons/nowhere.py", "docs/nowhere.md", "glossary/nowhere.md"):
        (project.root / path).symlink_to("not there")


def wait_until(true: Callable[[], bool], what: Callable[[], object] = lambda: "this never came true") -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def has_ended(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
