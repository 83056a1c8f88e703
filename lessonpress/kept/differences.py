"""Whether a full run bears out one that went on from a copy, and what is said if it does not."""

from __future__ import annotations

from collections.abc import Sequence

from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Result, Run

QUOTED = "what pages quote"


def differing_cells(lesson: Lesson, one: Run, other: Run) -> tuple[int, ...]:
    """The cells in which two runs of a lesson differ, but for those that vary by nature; 0 for what pages quote."""
    varying = {cell.number for cell in lesson.cells if cell.options.varies == "true"}
    steps = zip(lesson.steps, one.results, other.results, strict=True)
    cells = {step.cell for step, mine, its in steps if _shown(mine) != _shown(its)}
    return tuple(sorted(cells - varying))


def describe_difference(cells: Sequence[int]) -> str:
    """In what a full run differs from the one that went on from a copy.

    >>> describe_difference([0, 7])
    'the full run differs from the resumed one in what pages quote, cell 7'
    """
    named = [f"cell {cell}" if cell else QUOTED for cell in cells]
    return f"the full run differs from the resumed one in {', '.join(named)}"


def _shown(result: Result) -> tuple[object, ...]:
    return result.outputs, result.value, result.ran, [trouble.message for trouble in result.troubles]
