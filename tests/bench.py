"""This engine beside plain mkdocs-jupyter: the same lessons, built in turn, as ratios of medians.

    python tests/bench.py [rounds]

Each round does with both what an author does: build from nothing; build again with nothing changed;
edit one lesson's prose and build; and, under `mkdocs serve`, edit one lesson's code and wait until the
page shows it. Memory is the largest sum, over all processes of a cold build, of what each has for
itself and its share of what they have in common (PSS). Seconds hold for the machine; ratios are what counts.
"""

from __future__ import annotations

import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
Seconds = dict[str, dict[str, list[float]]]
PATIENCE = 300.0  # seconds after which a build that does not come is a failure

CONFIG = """
site_name: Bench
theme: {name: material, font: false}
plugins: [search, %s]
markdown_extensions: [admonition, attr_list, def_list, md_in_html, tables, pymdownx.superfences]
"""
OURS = "lessonpress"
THEIRS = 'mkdocs-jupyter: {execute: true, include: ["lessons/*.py"], ignore: ["__init__.py"]}'

# A lesson that trains for about a second and draws two figures.
LESSON_TEXT = """# %% [markdown]
# # Lesson {number}
#
# What this lesson is about, with a link to [a term](../glossary/term_{number}.md).

# %%
import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed({number})
X = torch.rand(2000, 8)
y = (X**2).sum(dim=1, keepdim=True)
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters())
losses = []
for step in range(600):
    loss = nn.functional.mse_loss(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(losses[-1])

# %%
#| fig-alt: The loss falls.
plt.plot(losses)

# %%
#| fig-alt: Answers against targets.
plt.scatter(y, model(X).detach(), s=4)
"""
TERM_TEXT = "---\nterm: term {number}\ndefinition: A term.\n---\nA page about [another](term_1.md).\n"

# What is measured, and the least ratio (theirs to ours) that the project promises.
PROMISES = {"cold build": 3.0, "prose edit": 4.0, "code edit, served": 3.0, "nothing changed": 1 / 1.15}


def write_course(pages: Path, folder: Path) -> None:
    """The course as it stands."""
    for part in ("docs", "lessons", "glossary"):
        target = folder / "docs" if part == "docs" else pages / part
        shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    shutil.copytree(ROOT / "lessons" / "data", folder / "data")  # where mkdocs-jupyter's kernels look for it


def write_six(pages: Path, folder: Path) -> None:
    """Six lessons that train for about a second each, and twenty pages of a glossary."""
    for part, count, ending, text in (("lessons", 6, "py", LESSON_TEXT), ("glossary", 20, "md", TERM_TEXT)):
        (pages / part).mkdir(parents=True)
        for number in range(1, count + 1):
            name = f"lesson_{number}" if part == "lessons" else f"term_{number}"
            (pages / part / f"{name}.{ending}").write_text(text.format(number=number), encoding="utf-8")
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "docs" / "index.md").write_text("# Home\n", encoding="utf-8")


WORKLOADS = {
    # name: what writes it, its lesson to edit, a place in its prose, a place at the start of a line of its code
    "six lessons that train": (write_six, "lesson_1", "What this lesson is about", "print(losses[-1])"),
    "the course as it stands": (write_course, "single_neuron", "Can one small formula", "neuron(5, w=2.5, b=90)"),
}


class Project:
    """A workload in a folder of its own, set up for one of the two tools."""

    def __init__(self, name: str, workload: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        write, lesson, self.prose, self.code = WORKLOADS[workload]
        folder.mkdir(parents=True)
        pages = folder if name == "ours" else folder / "docs"
        write(pages, folder)
        config = CONFIG % (OURS if name == "ours" else THEIRS)
        if name == "ours" and write is write_course:
            config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
        self.address = f"lessons/{lesson}/"
        self.lesson = pages / "lessons" / f"{lesson}.py"
        self.source = self.lesson.read_text(encoding="utf-8")
        self.environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}

    def forget(self) -> None:
        """Nothing built, nothing cached, and the lesson as it was."""
        for made in ("site", ".cache"):
            shutil.rmtree(self.folder / made, ignore_errors=True)
        self.lesson.write_text(self.source, encoding="utf-8")

    def build(self) -> float:
        """Seconds that `mkdocs build` takes."""
        began = time.perf_counter()
        subprocess.run(self.command("build", "-q"), cwd=self.folder, env=self.environment, check=True, timeout=PATIENCE)
        return time.perf_counter() - began

    def edit_prose(self, number: int) -> None:
        self.edit(self.prose, f"{self.prose} ({number})")

    def edit_code(self, number: int) -> None:
        self.edit(self.code, f'print("edit", "no. {number}")\n{self.code}')

    def edit(self, old: str, new: str) -> None:
        assert old in self.source
        self.lesson.write_text(self.source.replace(old, new, 1), encoding="utf-8")

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address of the lesson's page under `mkdocs serve`."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = self.command("serve", "-q", "--dev-addr", f"127.0.0.1:{port}")
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment)
        try:
            url = f"http://127.0.0.1:{port}/{self.address}"
            wait_until(lambda: "<h1" in read(url))
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "mkdocs", *arguments]


def main(rounds: int) -> None:
    # Started in the background of a shell, this process ignores Ctrl-C, and so would the previews it has to stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    print(f"{rounds} rounds, medians; {os.cpu_count()} cores, Python {platform.python_version()}")
    for workload in WORKLOADS:
        with tempfile.TemporaryDirectory() as folder:
            projects = [Project(name, workload, Path(folder) / name) for name in ("ours", "theirs")]
            seconds: Seconds = {what: {"ours": [], "theirs": []} for what in PROMISES}
            memory: dict[str, list[float]] = {"ours": [], "theirs": []}
            for number in range(rounds):
                for project in projects if number % 2 == 0 else projects[::-1]:
                    measure(project, number, seconds, memory)
            report(workload, seconds, memory)


def measure(project: Project, number: int, seconds: Seconds, memory: dict[str, list[float]]) -> None:
    """One round with one tool."""
    if number == 0:  # apart from the rest: to watch takes time itself, which would be added to the build's
        project.forget()
        with peak_memory() as peak:
            project.build()
        memory[project.name].append(peak())
    project.forget()
    seconds["cold build"][project.name].append(project.build())
    seconds["nothing changed"][project.name].append(project.build())
    project.edit_prose(number)
    seconds["prose edit"][project.name].append(project.build())
    project.forget()
    with project.served() as url:
        project.edit_code(number)
        began = time.perf_counter()
        wait_until(lambda: f"edit no. {number}" in read(url))
        seconds["code edit, served"][project.name].append(time.perf_counter() - began)


@contextmanager
def peak_memory() -> Iterator[Callable[[], float]]:
    """Watch all descendants of this process; the answer is in megabytes."""
    highest = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not done.wait(0.1):
            total = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:
                    continue
            highest = max(highest, total)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield lambda: highest / 1e6
    finally:
        done.set()
        thread.join()


def read(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("the page never showed the change")
        time.sleep(0.02)


def report(workload: str, seconds: Seconds, memory: dict[str, list[float]]) -> None:
    print(f"\n{workload:24}{'lessonpress':>13}{'mkdocs-jupyter':>16}{'ratio':>8}   promised")
    for what, least in PROMISES.items():
        ours, theirs = (statistics.median(seconds[what][name]) for name in ("ours", "theirs"))
        verdict = "kept" if theirs / ours >= least else "MISSED"
        print(f"{what:24}{ours:11.2f} s{theirs:14.2f} s{theirs / ours:8.2f}   {least:.2f} {verdict}")
    ours, theirs = (statistics.median(memory[name]) for name in ("ours", "theirs"))
    verdict = "kept" if ours <= 1500 else "MISSED"
    print(f"{'peak memory, cold':24}{ours:10.0f} MB{theirs:13.0f} MB{theirs / ours:8.2f}   at most 1500 MB {verdict}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
