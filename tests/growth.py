"""How a build and a preview take to more lessons: a table of seconds, at as many lessons as are asked for.

    python tests/growth.py 15 60 240

Each lesson has a figure, a value in its prose, and two terms of its own. Save to served is measured as a browser would
see it, first for the page of the source, then for the last file of the site that says the same, the search index.
"""

from __future__ import annotations

import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from small_project import SITE, Project

ROUNDS = 5
PROSE = "# Lesson {k} is about [one](../glossary/one-{k}.md) and [other](../glossary/other-{k}.md)."
FIGURE = (
    "#| label: line\n#| fig-alt: A line that rises.\nimport matplotlib.pyplot as plt\n\nplt.plot([1, {k}])\n"
    "plt.xlabel('days');"
)


def write_course(folder: Path, lessons: int) -> Project:
    """A course of so many lessons, with two terms each."""
    project = Project(folder)
    project.write("mkdocs.yml", SITE)
    project.write("docs/index.md", "# Home\n\nA page.\n")
    project.write("glossary/index.md", "# Glossary\n\nAll terms.\n")
    for k in range(lessons):
        words = f"# ## What it says\n#\n# It gives {{{{ y }}}}. {'A sentence of some length about the lesson. ' * 20}"
        project.write_lesson(
            f"lesson{k}", PROSE.format(k=k), f"x = {k}\ny = 2 * x\nprint(y)", FIGURE.format(k=k), words
        )
        for name in ("one", "other"):
            term = f"---\nterm: {name} {k}\ndefinition: The number of lesson {k}, {name}.\n---\nText of {name} {k}.\n"
            project.write(f"glossary/{name}-{k}.md", term)
    return project


def timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def build(project: Project) -> None:
    done = project.build_afresh()
    assert done.returncode == 0, done.stderr


def edit(project: Project, word: str) -> None:
    path = project.root / "lessons" / "lesson1.py"
    path.write_text(path.read_text(encoding="utf-8") + f"\n# %% [markdown]\n# More, {word}.\n", encoding="utf-8")


def measure_builds(project: Project) -> list[float]:
    """Seconds: cold, nothing changed, after an edit of one lesson's prose."""
    cold = timed(lambda: build(project))
    unchanged = statistics.median(timed(lambda: build(project)) for _ in range(ROUNDS))
    edited = []
    for number in range(ROUNDS):
        edit(project, f"built{number}")
        edited.append(timed(lambda: build(project)))
    return [cold, unchanged, statistics.median(edited)]


def measure_preview(project: Project) -> list[float]:
    """Seconds from saving a lesson's prose to its page, and to the whole site."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = project.start("serve", "--quiet", "--dev-addr", address, stderr=subprocess.DEVNULL)

    def has(path: str, word: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://{address}/{path}", timeout=60) as answer:
                return word in answer.read().decode()
        except OSError:
            return False

    def wait(path: str, word: str) -> None:
        while not has(path, word):
            time.sleep(0.005)

    try:
        wait("", "Home")
        time.sleep(3)
        pages, sites = [], []
        for number in range(ROUNDS):
            began = time.perf_counter()
            edit(project, f"served{number}")
            wait("lessons/lesson1/", f"served{number}")
            pages.append(time.perf_counter() - began)
            wait("search/search_index.json", f"served{number}")
            sites.append(time.perf_counter() - began)
            time.sleep(1)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
    return [statistics.median(pages), statistics.median(sites)]


def main(counts: list[int]) -> None:
    print("| lessons | cold | cold, each | nothing changed | prose edit | save to its page | save to the site |")
    print("|---|---|---|---|---|---|---|")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            project = write_course(Path(folder) / "course", count)
            cold, *rest = measure_builds(project)
            found = [cold, cold / count, *rest, *measure_preview(project)]
            print(f"| {count} | {' | '.join(f'{seconds:.2f}' for seconds in found)} |", flush=True)


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [15, 60, 240])
