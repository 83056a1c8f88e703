"""This engine beside plain mkdocs-jupyter: the same lessons, built in turn, as ratios of medians.

    python tests/bench.py [rounds]

Each round does with both what an author does: build from nothing; build again with nothing changed; edit one lesson's
prose and build; open a preview of a course that was never built, and wait for its first page; and, in a preview that
has come to rest, edit a lesson's prose, and then its code, and wait until its page shows that, and the search finds it.

The floor is what no tool can go below that runs the lessons anew: the imports once, then all lessons on as many warm
forks as there are cores, their figures drawn, and nothing made of them. The course has none: its build runs exercises
as well, and some of its cells are meant to raise, which ends a script.

Memory is the largest sum, over all processes of a cold build, of what each has for itself and its share of what they
have in common (PSS), and the same of a preview at rest. Seconds hold for the machine; ratios are what counts.
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
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
Seconds = dict[str, dict[str, list[float]]]
SETTLES = 3.0  # seconds in which a preview comes to rest
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
PROMISES = {
    "cold build": 3.0,
    "prose edit": 4.0,
    "nothing changed": 1 / 1.15,
    "first page of a preview": 3.0,
    "prose edit, its page": 4.0,
    "prose edit, the site": 4.0,
    "code edit, its page": 3.0,
}
ABOVE_THE_FLOOR = 1.2  # the most that a cold build takes, as a ratio
MOST_MEMORY = {"peak memory, cold": 1300, "memory, preview at rest": 1000}  # megabytes

# Runs the lessons named, as many at once as there are cores.
FLOOR = """
import io, os, sys, runpy
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot, pandas, torch
paths, cores = sys.argv[1:], os.cpu_count()
running = 0
for path in paths:
    if running == cores:
        assert os.wait()[1] == 0
        running -= 1
    if os.fork() == 0:
        os.chdir(os.path.dirname(path))
        sys.path.insert(0, os.path.dirname(path))
        torch.set_num_threads(1)
        runpy.run_path(path)
        for number in matplotlib.pyplot.get_fignums():
            matplotlib.pyplot.figure(number).savefig(io.BytesIO(), format="svg")
        os._exit(0)
    running += 1
while running:
    assert os.wait()[1] == 0
    running -= 1
"""


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
            memory: Seconds = {what: {"ours": [], "theirs": []} for what in MOST_MEMORY}
            floor: list[float] = []
            for number in range(rounds):
                if WORKLOADS[workload][0] is write_six:
                    floor.append(run_floor(projects[0]))
                for project in projects if number % 2 == 0 else projects[::-1]:
                    measure(project, number, seconds, memory)
            report(workload, seconds, memory, floor)


def run_floor(project: Project) -> float:
    """Seconds that the lessons take on warm forks, the imports among them."""
    lessons = sorted(str(path) for path in project.lesson.parent.glob("*.py") if path.name != "__init__.py")
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", FLOOR, *lessons], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - began


def measure(project: Project, number: int, seconds: Seconds, memory: Seconds) -> None:
    """One round with one tool."""
    if number == 0:  # apart from the rest: to watch takes time itself, which would be added to the build's
        project.forget()
        with peak_memory() as peak:
            project.build()
        memory["peak memory, cold"][project.name].append(peak())
    project.forget()
    seconds["cold build"][project.name].append(project.build())
    seconds["nothing changed"][project.name].append(project.build())
    project.edit_prose(number)
    seconds["prose edit"][project.name].append(project.build())
    project.forget()
    began = time.perf_counter()
    with project.served():
        seconds["first page of a preview"][project.name].append(time.perf_counter() - began)
    project.forget()
    project.build()
    with project.served() as url:
        time.sleep(SETTLES)
        if number == 0:
            memory["memory, preview at rest"][project.name].append(memory_of_all())
        project.edit(project.prose, f"{project.prose} zebra{number}x")
        began = time.perf_counter()
        wait_until(lambda: f"zebra{number}x" in read(url))
        seconds["prose edit, its page"][project.name].append(time.perf_counter() - began)
        wait_until(lambda: f"zebra{number}x" in read(url.replace(project.address, "search/search_index.json")))
        seconds["prose edit, the site"][project.name].append(time.perf_counter() - began)
        time.sleep(SETTLES)
        project.edit_code(number)
        began = time.perf_counter()
        wait_until(lambda: f"edit no. {number}" in read(url))
        seconds["code edit, its page"][project.name].append(time.perf_counter() - began)


def memory_of_all() -> float:
    """The memory of all descendants of this process, in megabytes."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / 1e6


@contextmanager
def peak_memory() -> Iterator[Callable[[], float]]:
    """Watch all descendants of this process; the answer is in megabytes."""
    highest = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not done.wait(0.1):
            highest = max(highest, memory_of_all())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield lambda: highest
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


def report(workload: str, seconds: Seconds, memory: Seconds, floors: list[float]) -> None:
    print(f"\n{workload:24}{'lessonpress':>13}{'mkdocs-jupyter':>16}{'ratio':>8}   promised")
    for what, least in PROMISES.items():
        ours, theirs = (statistics.median(seconds[what][name]) for name in ("ours", "theirs"))
        verdict = "kept" if theirs / ours >= least else "MISSED"
        print(f"{what:24}{ours:11.2f} s{theirs:14.2f} s{theirs / ours:8.2f}   {least:.2f} {verdict}")
    if floors:
        cold, floor = statistics.median(seconds["cold build"]["ours"]), statistics.median(floors)
        promise = f"at most {ABOVE_THE_FLOOR:.2f} {'kept' if cold <= ABOVE_THE_FLOOR * floor else 'MISSED'}"
        print(f"{'cold, above the floor':24}{cold:11.2f} s{floor:14.2f} s{cold / floor:8.2f}   {promise}")
    for what, most in MOST_MEMORY.items():
        ours, theirs = (statistics.median(memory[what][name]) for name in ("ours", "theirs"))
        verdict = "kept" if ours <= most else "MISSED"
        print(f"{what:24}{ours:10.0f} MB{theirs:13.0f} MB{theirs / ours:8.2f}   at most {most} MB {verdict}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
