"""Exercises set as Markdown, each behind the section of the lesson that it belongs to."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from lessonpress.printing.dialect import write_dialect
from lessonpress.printing.links import Links, Targets, move_links
from lessonpress.printing.page import Page, write_output
from lessonpress.printing.texts import fenced
from lessonpress.problems import Problem, did_you_mean
from lessonpress.read.exercises import Exercise, ExerciseModule
from lessonpress.read.lesson import Lesson
from lessonpress.read.scan import find_headings
from lessonpress.read.solutions import Solved

ANCHOR = re.compile(r"\{ #(?P<anchor>\S+) \}$")
AT_THE_END = "## Exercises { #exercises }"
Arrange = Callable[[str], str]  # as `write_dialect`
Sections = list[tuple[int, int, str]]  # line, level, anchor


def add_exercises(
    page: Page,
    lesson: Lesson,
    module: ExerciseModule,
    solved: Mapping[str, Solved],
    targets: Targets,
    arrange: Arrange = write_dialect,
) -> None:
    """Put its exercises into a lesson's page, with what is wrong with their places and links.

    Those that name no section stand at the lesson's end, under a heading of their own.
    """
    lines = page.markdown.split("\n")
    sections: Sections = []
    for line, level, text in find_headings(page.markdown):
        if match := ANCHOR.search(text):
            sections.append((line, level, match["anchor"].replace("\\_", "_")))
    added: dict[int, list[str]] = {}
    for exercise in module.exercises:
        piece = write_exercise(exercise, solved[exercise.name], lesson, targets, page, arrange)
        anchors = [anchor for _, _, anchor in sections]
        if exercise.after and exercise.after not in anchors:
            known = did_you_mean(exercise.after, anchors)
            message = f"exercise '{exercise.name}' stands after a section that the lesson doesn't have"
            message += f", '{exercise.after}'{known}"
            page.problems.append(Problem(module.path, exercise.line, message, code="LP110"))
        else:
            place = end_of(exercise.after, sections, len(lines)) if exercise.after else len(lines)
            added.setdefault(place, []).append(piece)
    if len(lines) in added:
        added[len(lines)].insert(0, AT_THE_END)
    for place in sorted(added, reverse=True):
        lines[place:place] = ["", *"\n\n".join(added[place]).split("\n"), ""]
    page.markdown = "\n".join(lines)


def end_of(anchor: str, sections: Sections, last: int) -> int:
    """The line in which a section ends: where the next heading stands that is no deeper."""
    place = next(number for number, (_, _, other) in enumerate(sections) if other == anchor)
    level = sections[place][1]
    return next((line for line, other, _ in sections[place + 1 :] if other <= level), last)


def write_exercise(
    exercise: Exercise, solved: Solved, lesson: Lesson, targets: Targets, page: Page, arrange: Arrange
) -> str:
    """One exercise as Markdown: task, what can be answered in the page, hints and solution folded.

    What is wrong with its links, and what pictures it shows, joins the page's own.
    """

    def linked(text: str, line: int) -> str:
        links = Links(lesson, targets)
        linked = links.set(move_links(text, targets.settings.site_path(exercise.path), lesson.place), line)
        page.problems += [replace(problem, path=exercise.path) for problem in links.problems]
        page.pictures |= links.pictures
        page.looked |= links.looked
        return arrange(linked)

    pieces = [
        f'<div class="lesson-exercise" data-exercise="{exercise.key}" markdown>',
        f"### Exercise: {exercise.title} {{ #{anchor_of(exercise)} }}",
        linked(exercise.task, exercise.task_line),
    ]
    if exercise.kind == "code":
        time = "1 minute" if exercise.minutes == 1 else f"{exercise.minutes} minutes"
        pieces.append(
            f'<p class="lesson-do" markdown>About {time}. In your copy of the course, say'
            f" `lessonpress practice open {exercise.key}`.</p>"
        )
    else:
        pieces.append(write_question(exercise, solved))
    for number, part in enumerate(exercise.hints, start=1):
        label = "Hint" if len(exercise.hints) == 1 else f"Hint {number} of {len(exercise.hints)}"
        pieces.append(folded("tip", label, linked(part.text, part.line)))
    pieces += [folded("success", "Solution", write_solution(exercise, solved)), "</div>"]
    return "\n\n".join(pieces)


def anchor_of(exercise: Exercise) -> str:
    """Where an exercise stands on its lesson's page."""
    return f"exercise-{exercise.name.replace('_', '-')}"


def write_question(exercise: Exercise, solved: Solved) -> str:
    """What is answered in the page: the choices as a list, which a script makes into one to choose from."""
    right = {"right": solved.value, "within": exercise.within}
    says = [[value, part.says] for value, part in zip(solved.wrong, exercise.wrong, strict=False)]
    data = html.escape(json.dumps(right | {"says": says}), quote=True)
    choices = "\n".join(f"- {letter}) {text}" for letter, text in exercise.choices)
    head = f'<div class="lesson-question" data-kind="{exercise.kind}" data-answer="{data}" markdown>'
    return f"{head}\n\n{choices}\n\n</div>"


def write_solution(exercise: Exercise, solved: Solved) -> str:
    """The solution's code, and what it gave in this build."""
    pieces = [fenced(exercise.solution.text.strip("\n"), " { .python .lesson-code }")]
    pieces += [write_output(output) for output in solved.outputs if output.figure is None]
    if exercise.kind == "choice":
        text = dict(exercise.choices).get(solved.value, "")
        pieces.insert(0, f"**{solved.value})** {text}")
    elif exercise.kind == "number":
        pieces.insert(0, f"**{tidy(solved.value)}**")
    return "\n\n".join(filter(None, pieces))


def tidy(number: str) -> str:
    """A number without the digits that rounding leaves.

    >>> tidy("10.000000149"), tidy("641")
    ('10', '641')
    """
    try:
        return f"{float(number):.6g}"
    except ValueError:
        return number


def folded(kind: str, title: str, text: str) -> str:
    """Text that is folded away until the reader opens it."""
    return f'??? {kind} "{title}"\n\n' + "\n".join(f"    {line}".rstrip() for line in text.split("\n"))
