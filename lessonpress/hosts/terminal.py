"""A lesson run in a terminal: what a notebook would show, as text, with the figures in windows or files."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from lessonpress.kept.dependencies import missing_packages
from lessonpress.problems import ProblemsFound
from lessonpress.read.cells import Cell, headings
from lessonpress.read.lesson import read_lesson
from lessonpress.run.figures import is_open, use_house_style
from lessonpress.run.record import Event
from lessonpress.run.runner import Runner
from lessonpress.run.tables import is_table
from lessonpress.run.values import is_drawn, is_figure

FIGURES = "figures"  # the folder for figures where there is no display


def run_in_terminal(path: Path, root: Path) -> int:
    """Run a lesson here and now, and tell of it as it goes; returns 1 if something in it failed."""
    try:
        lesson = read_lesson(path, root)
    except ProblemsFound as error:
        print(error, file=sys.stderr)
        return 1
    if missing := missing_packages(lesson.needs):
        remedy = f"python -m pip install {' '.join(missing)}"
        print(f"{lesson.path} needs {' and '.join(missing)}; say: {remedy}", file=sys.stderr)
        return 1
    runner = TerminalRunner(path, root)
    with use_house_style(), runner.captured():
        for cell in lesson.cells:
            runner.open_cell(cell)
            if not all([runner.run_step(step) for step in cell.steps]):
                break
    runner.say(f"\n{lesson.path}: {'failed' if runner.failed else 'ran to its end'}")
    return 1 if runner.failed else 0


class TerminalRunner(Runner):
    """Tells of a lesson on standard output, and shows its figures."""

    def __init__(self, path: Path, root: Path) -> None:
        super().__init__(path, root, self.hear)
        self.screen = sys.stdout
        self.failed = False
        self.cell: Cell | None = None

    def open_cell(self, cell: Cell) -> None:
        self.cell = cell
        for level, text, _ in headings(cell):
            self.say(f"\n{text}\n{('=' if level == 1 else '-') * len(text)}")

    def say(self, text: str) -> None:
        print(text, file=self.screen, flush=True)

    def hear(self, event: Event) -> None:
        if event["event"] == "trouble":
            self.failed = True
            place = self.path.relative_to(self.root).as_posix()
            self.say(f"{place}:{event['line']}: {event['message']}\n{event['detail']}")

    def output(self, kind: str, text: str) -> None:
        print(text, end="" if kind in ("stdout", "stderr") else "\n", file=self.screen, flush=True)

    def show_value(self, value: Any, asked: bool = False) -> None:
        """As text, which is all that a terminal shows."""
        if is_figure(value) and is_open(value):
            self.show_figures()
        elif asked or is_figure(value) or not (value is None or is_drawn(value)):
            self.output("value", str(value) if is_table(value) else repr(value))

    def show_figures(self, plays: object = None) -> None:
        """In a window where there is a display, else as a PNG file."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None or not pyplot.get_fignums():
            return
        if pyplot.gcf().canvas.required_interactive_framework:
            self.show()
        else:
            for number in pyplot.get_fignums():
                path = self.root / FIGURES / self.path.stem / f"{self._figure_name(number)}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                pyplot.figure(number).savefig(path, facecolor="white")
                self.say(f"figure saved as {path.relative_to(self.root).as_posix()}")
        pyplot.close("all")

    def _figure_name(self, number: int) -> str:
        assert self.cell is not None
        name = self.cell.options.label or f"cell-{self.cell.number}"
        return name if number == 1 else f"{name}-{number}"


def run_module(arguments: list[str]) -> int | None:
    """Run the lesson that `python -m lessons.NAME` names, given Python's own arguments; None if that is none."""
    module = arguments[arguments.index("-m") + 1] if "-m" in arguments[:-1] else ""
    if not re.fullmatch(r"\w+\.[^\W_][\w-]*", module):
        return None
    path = Path(*module.split(".")).with_suffix(".py").resolve()
    return run_in_terminal(path, Path.cwd().resolve()) if path.is_file() else None
