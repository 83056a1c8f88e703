"""A lesson's exercises as a notebook: task, starter, and a cell that checks what the learner has written."""

from __future__ import annotations

from nbformat import writes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lessonpress.printing.notebook import write_links
from lessonpress.read.exercises import Exercise, ExerciseModule, Part

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
ABOUT = "Write your own in place of `____`, run the cell, then the one below it, which checks."


def write_exercise_notebook(module: ExerciseModule, title: str, page_url: str = "") -> str:
    """The notebook as JSON; the same module gives the same text. `page_url` is the address of the lesson's page."""
    cells = [new_markdown_cell(f"# {title}: exercises\n\n{ABOUT}", id="about")]
    shared = "\n".join(filter(None, ["from lessonpress import check", *_code(module.exercises[0].shared)]))
    cells.append(new_code_cell(shared, id="shared"))
    for exercise in module.exercises:
        task = write_links(_task(exercise), page_url, "exercises/")
        cells += [
            new_markdown_cell(f"## {exercise.title}\n\n{task}", id=f"{exercise.name}-task"[:64]),
            new_code_cell("\n\n".join(_code(exercise.given, exercise.starter)), id=f"{exercise.name}-answer"[:64]),
            new_code_cell(f'check("{exercise.key}")', id=f"{exercise.name}-check"[:64]),
        ]
    return str(writes(new_notebook(cells=cells, metadata={"kernelspec": KERNEL})))


def _code(*parts: Part) -> list[str]:
    return [part.text.strip("\n") for part in parts if part.text.strip()]


def _task(exercise: Exercise) -> str:
    choices = "\n".join(f"- {letter}) {text}" for letter, text in exercise.choices)
    return f"{exercise.task}\n\n{choices}".strip()
