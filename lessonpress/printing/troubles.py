"""What went wrong in a run, as problems with their places, and as a page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lessonpress.printing.plays import BUDGET, weigh, write_changes
from lessonpress.printing.texts import fenced
from lessonpress.problems import LABELS, Problem
from lessonpress.read.cells import Cell
from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Result

LIGHTER = "give fewer values, draw fewer points, or keep axes and ticks the same in all drawings"
DRAWS_NONE = "draws no figure; drop it, or draw, or end the cell in the figure that you have changed"
MAKE_ROOM = "move one, say it shorter, set fewer ticks, or draw higher; on a phone letters are 12 pixels high"


def write_problems(problems: Sequence[Problem]) -> str:
    """Problems as a page shows them, at the place where the cell stands."""
    pieces = []
    for problem in problems:
        text = f"{problem.where}: {problem.message}\n\n{problem.detail}".strip()
        pieces.append('!!! failure "This cell failed"\n\n' + fenced(text, " { .text .lesson-error }", indent="    "))
    return "\n\n".join(pieces)


def find_problems(lesson: Lesson, cell: Cell, results: Sequence[Result]) -> Iterator[Problem]:
    """The troubles of a cell's results, each with its place and what helps to mend it."""
    for step, result in zip(cell.steps, results, strict=True):
        for trouble in result.troubles:
            printed = "".join(output.text for output in result.outputs if output.kind in ("stdout", "stderr"))
            details = [f"the cell:\n{_indent(cell.source)}" if cell.kind == "code" and step.kind == "code" else ""]
            details.append(f"printed:\n{_indent(_last_lines(printed))}" if printed else "")
            details.append(
                f"traceback:\n{_indent(trouble.detail)}" if step.kind == "code" and trouble.detail else trouble.detail
            )
            message = trouble.message
            if step.kind == "value":
                message = f"inline value '{{{{ {step.source} }}}}' failed: {message}"
            yield Problem(
                lesson.path,
                trouble.line or step.line,
                message,
                cell.number,
                "\n".join(filter(None, details)),
                code="LP120",
            )


def check_figures(lesson: Lesson, cell: Cell, result: Result, failed: bool) -> Iterator[Problem]:
    """What is wrong with the figures a cell drew; one that `failed` need not have drawn any."""
    figures = [output for output in result.outputs if output.kind == "figure"]
    options = cell.options
    line = options.lines.get("label", cell.line)
    if figures and not options.fig_alt.strip() and options.output == "true":
        message = "figure without alternative text; say what it shows in a line '#| fig-alt: …'"
        yield Problem(lesson.path, line, message, cell.number, code="LP130")
    if len(figures) > 1:
        message = f"{len(figures)} figures from one cell; draw each in a cell of its own, with its own alternative text"
        yield Problem(lesson.path, line, message, cell.number, code="LP130")
    for clash in dict.fromkeys(clash for output in figures if output.figure for clash in output.figure.clashes):
        message = f"labels that don't stay clear of each other: {clash}; {MAKE_ROOM}"
        yield Problem(lesson.path, line, message, cell.number, code=LABELS)
    changes = "".join(write_changes(output.figure) for output in figures if output.figure)
    weight = weigh(changes) if len(changes.encode()) > BUDGET else 0  # which takes its time
    if weight > BUDGET:
        message = (
            f"what can be moved weighs {weight / 1000:.0f} kB, of {BUDGET / 1000:.0f} that a figure may; {LIGHTER}"
        )
        yield Problem(
            lesson.path,
            options.lines.get("play", options.lines.get("script", line)),
            message,
            cell.number,
            code="LP130",
        )
    if options.script and not any(output.figure and output.figure.data for output in figures) and not failed:
        message = "a script without data: end the cell in a dictionary, and draw its still figure"
        yield Problem(lesson.path, options.lines["script"], message, cell.number, code="LP130")
    if not figures and not failed:
        for name in ("fig_cap", "fig_alt"):
            if getattr(options, name):
                message = f"'{name.replace('_', '-')}' on a cell that {DRAWS_NONE}"
                yield Problem(lesson.path, options.lines[name], message, cell.number, code="LP130")


def _last_lines(text: str, most: int = 20) -> str:
    lines = text.strip("\n").split("\n")
    return "\n".join(lines if len(lines) <= most else ["…", *lines[-most:]])


def _indent(text: str) -> str:
    return "\n".join(f"    {line[:200]}" for line in text.split("\n"))
