"""The exercises of a lesson, read from their one source: task, starter, solutions, hints, check, and wrong answers.

A module `lessons/exercises/NAME.py` belongs to the lesson NAME. Its cells have titles: code before the first exercise
is shared by all; a cell `exercise NAME [markdown]` begins one, and the cells behind it are its parts.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lessonpress.problems import Problem, ProblemsFound, did_you_mean
from lessonpress.read.cells import Cell, headings, read_cells
from lessonpress.read.lesson import read_source
from lessonpress.run.compiled import looked_at
from lessonpress.run.step import Step

BLANK = "____"
PARTS = ("given", "starter", "solution", "also right", "wrong", "excused", "hint", "check", "choices")
SINGLE = ("given", "starter", "solution", "check", "choices")
IN_PROSE = ("hint", "choices")
MARKS = ("after", "minutes", "within")
NUMBERS = {"minutes": r"[1-9]\d*", "within": r"\d*\.?\d+(e-?\d+)?"}
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
MOST_HINTS = 3
CHOICE = re.compile(r"^- (?P<letter>[a-z])\) (?P<text>.+(?:\n {2,}.+)*)", re.MULTILINE)
# What Python's own parser raises; the last two for code that is nested too deep.
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
# What asks an answer that is one value, a letter or a number.
ASKS_FOR_ONE = 'def check(answer):\n    yield "answer", answer.answer, {within}\n'
STARTS_WITH_ONE = "answer = ____\n"


@dataclass(frozen=True)
class Part:
    """One part of an exercise: code or Markdown, the line it begins in, and what a wrong answer is told."""

    text: str
    line: int
    says: str = ""


@dataclass(frozen=True)
class Exercise:
    """One exercise. `path` is its module's, `name` what it is called by, unique in its lesson.

    after    the anchor of the lesson's section that it belongs to; empty for the lesson's end
    minutes  how long it takes
    within   for a number: the difference that is let pass
    excused  mutants of the solution that the check may let pass, each with the reason
    choices  letters and texts, where one of them is the answer
    """

    path: str
    lesson: str
    name: str
    title: str
    line: int
    task: str
    shared: Part
    given: Part
    starter: Part
    solution: Part
    check: Part
    also_right: tuple[Part, ...] = ()
    wrong: tuple[Part, ...] = ()
    excused: tuple[Part, ...] = ()
    hints: tuple[Part, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    after: str = ""
    minutes: int = 5
    within: float = 0.0
    task_line: int = 0
    kind: str = "code"  # code, choice, number

    @property
    def key(self) -> str:
        """What the exercise is called by in the whole course.

        Two lessons may each have one called `shapes`.
        """
        return f"{self.lesson}/{self.name}"


@dataclass(frozen=True)
class ExerciseModule:
    """The exercises of one lesson, in order."""

    path: str
    lesson: str
    exercises: tuple[Exercise, ...] = field(default=())


@looked_at()
def read_exercises(path: Path, root: Path) -> ExerciseModule:
    """Read the exercises of a lesson.

    Raises ProblemsFound with every problem the module has: what any lesson can have, a part that is missing,
    is there twice or is unknown, a starter without a blank, a wrong answer without a message.
    """
    name, text = read_source(path, root)
    problems: list[Problem] = []
    cells = list(read_cells(name, text, problems))
    reader = _Reader(name, path.stem, problems)
    module = ExerciseModule(name, path.stem, tuple(reader.read(cells)))
    if problems:
        raise ProblemsFound(*sorted(problems, key=lambda problem: problem.line))
    return module


class _Reader:
    """Reads the cells of one module; what is wrong joins `problems`."""

    def __init__(self, path: str, lesson: str, problems: list[Problem]) -> None:
        self.path, self.lesson, self.problems = path, lesson, problems
        self.names: dict[str, int] = {}

    def wrong(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, message, code="LP110"))

    def read(self, cells: Sequence[Cell]) -> Iterator[Exercise]:
        groups: list[list[Cell]] = [[]]
        for cell in cells:
            if cell.title.split(" ")[0] == "exercise":
                groups.append([])
            groups[-1].append(cell)
        shared = [cell for cell in groups[0] if cell.kind == "code"]
        for cell in groups[0]:
            if cell.title:
                self.wrong(cell.line, f"'{cell.title}' before the first exercise; begin one with '# %% exercise NAME'")
        for head, *parts in groups[1:]:
            if exercise := self.exercise(head, parts, join_code(shared)):
                yield exercise

    def exercise(self, head: Cell, cells: Sequence[Cell], shared: Part) -> Exercise | None:
        name = head.title.partition(" ")[2]
        title = next((text for _, text, line in headings(head) if line == head.line), "")
        task, task_line = without_title(head)
        parts = self.parts(cells)
        number = "within" in head.named
        kind = "choice" if parts["choices"] else "number" if number else "code"
        before = len(self.problems)
        self.check_head(head, name, title, task)
        if kind != "code":
            parts["starter"] = parts["starter"] or [Part(STARTS_WITH_ONE, head.line)]
            parts["check"] = parts["check"] or [Part(ASKS_FOR_ONE.format(within=head.named.get("within")), head.line)]
        self.check_parts(head, name, parts)
        if len(self.problems) > before:
            return None
        first = {part: parts[part][0] for part in SINGLE if parts[part]}
        return Exercise(
            self.path,
            self.lesson,
            name,
            title,
            head.line,
            task,
            shared,
            first.get("given", Part("", head.line)),
            first["starter"],
            first["solution"],
            first["check"],
            tuple(parts["also right"]),
            tuple(parts["wrong"]),
            tuple(parts["excused"]),
            tuple(parts["hint"]),
            tuple((match["letter"], match["text"]) for match in CHOICE.finditer(first["choices"].text))
            if kind == "choice"
            else (),
            str(head.named.get("after", "")),
            int(str(head.named.get("minutes", 5))),
            float(str(head.named.get("within", 0))),
            task_line,
            kind,
        )

    def parts(self, cells: Sequence[Cell]) -> dict[str, list[Part]]:
        found: dict[str, list[Part]] = {part: [] for part in PARTS}
        for cell in cells:
            if not cell.title:
                self.wrong(cell.line, "a cell without a title in an exercise; write the part's name behind '%%'")
            elif cell.title not in found:
                known = did_you_mean(cell.title, ("exercise NAME", *PARTS))
                self.wrong(cell.line, f"'{cell.title}' is no part of an exercise{known}")
            elif (cell.kind == "prose") != (cell.title in IN_PROSE):
                should = "is Markdown: write '[markdown]' behind it" if cell.title in IN_PROSE else "is code"
                self.wrong(cell.line, f"the part '{cell.title}' {should}")
            elif cell.title in SINGLE and found[cell.title]:
                self.wrong(cell.line, f"the part '{cell.title}' is there twice in one exercise")
            elif cell.title in ("wrong", "excused") and not cell.options.says:
                what = (
                    "a wrong answer without a message" if cell.title == "wrong" else "a mutant excused without a reason"
                )
                self.wrong(cell.line, f"{what}; add '#| says: ...' at its top")
            else:
                found[cell.title].append(Part(cell.source, cell.line, cell.options.says))
        return found

    def check_head(self, head: Cell, name: str, title: str, task: str) -> None:
        if head.kind != "prose":
            self.wrong(head.line, "an exercise begins with its task: write '[markdown]' behind its name")
        if not NAME.fullmatch(name):
            self.wrong(head.line, f"'{name}' can't name an exercise; take lower-case letters, digits, underscores")
        if name in self.names:
            self.wrong(head.line, f"exercise '{name}' is there already, at line {self.names[name]}")
        self.names.setdefault(name, head.line)
        if not title:
            self.wrong(head.line, "an exercise without a title; begin its task with '## A title'")
        elif not task:
            self.wrong(head.line, "an exercise without a task; write below its title what to do")
        for mark in head.named:
            if mark not in MARKS:
                self.wrong(head.line, f"unknown mark '{mark}' of an exercise{did_you_mean(mark, MARKS)}")
            elif mark in NUMBERS and not re.fullmatch(NUMBERS[mark], str(head.named[mark])):
                self.wrong(head.line, f"the mark '{mark}' is a number, as in {mark}=5, not '{head.named[mark]}'")

    def check_parts(self, head: Cell, name: str, parts: dict[str, list[Part]]) -> None:
        missing = [part for part in ("starter", "solution", "check", "wrong") if not parts[part]]
        if missing:
            self.wrong(head.line, f"exercise '{name}' has no part '{missing[0]}'; add a cell '# %% {missing[0]}'")
            return
        if not blank_lines(parts["starter"][0].text):
            self.wrong(parts["starter"][0].line, f"a starter without a blank; write {BLANK} where the learner writes")
        if "check" not in defined_in(parts["check"][0].text):
            self.wrong(parts["check"][0].line, "a check that doesn't define 'def check(answer)'")
        if len(parts["hint"]) > MOST_HINTS:
            self.wrong(parts["hint"][-1].line, f"more than {MOST_HINTS} hints")
        if parts["choices"] and len(CHOICE.findall(parts["choices"][0].text)) < 2:
            self.wrong(parts["choices"][0].line, "choices are lines like '- a) It doubles.', and there are two or more")


def without_title(head: Cell) -> tuple[str, int]:
    """The task below its title, and the line in which it begins."""
    below = head.source.partition("\n")[2]
    task = below.strip("\n")
    return task, head.line + 1 + len(below) - len(below.lstrip("\n"))


def begin_in(path: str, exercises: str, threads: int = 0) -> Step:
    """What runs before an answer in the file `path`: it is guarded from then on, and runs where lessons do.

    Lessons' own code reads `data/...`. Their folder is the one above that of `exercises`, the exercise's module; both
    paths are relative to the course's folder. `threads` is how many torch may use, 0 for as many as it does.
    """
    root = os.path.relpath(".", os.path.dirname(path)).replace(os.sep, "/")
    begin = f"begin({root!r}, {f'{root}/{folder_of_lessons(exercises)}'!r}, {threads})"
    return Step("code", f"__import__('lessonpress.run.guard', fromlist=['begin']).{begin}", 1, 0)


def folder_of_lessons(exercises: str) -> str:
    """The lessons' folder: the one above that of a module of exercises."""
    return os.path.dirname(os.path.dirname(exercises)) or "."


def join_code(cells: Sequence[Cell]) -> Part:
    """Several cells of code as one part, each in the line it has in the file."""
    if not cells:
        return Part("", 1)
    lines: list[str] = []
    for cell in cells:
        lines += [""] * (cell.line - cells[0].line - len(lines))
        lines += cell.source.split("\n")
    return Part("\n".join(lines), cells[0].line)


def blank_lines(source: str) -> list[int]:
    """The lines in which a blank is left, as a name of whatever kind; none where the code can't be read.

    >>> blank_lines("x = 1\\ny = ____ + x"), blank_lines("layer = nn.____(7, 1)")
    ([2], [1])
    """
    try:
        tree = ast.parse(source)
    except UNREADABLE:
        return []
    return sorted({node.lineno for node in ast.walk(tree) if is_blank(node)})  # type: ignore[attr-defined]


def is_blank(node: ast.AST) -> bool:
    """Whether a blank stands in a node's own place: a string may well hold one."""
    return not isinstance(node, ast.Constant) and any(value == BLANK for _, value in ast.iter_fields(node))


def defined_in(source: str) -> set[str]:
    """The names that code defines at its top, as functions, classes, or by assigning.

    >>> sorted(defined_in("import math\\nw, b = 1, 2\\ndef f(): pass"))
    ['b', 'f', 'w']
    """
    try:
        body = ast.parse(source).body
    except UNREADABLE:
        return set()
    names = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for node in body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            names |= {
                leaf.id for leaf in ast.walk(node) if isinstance(leaf, ast.Name) and isinstance(leaf.ctx, ast.Store)
            }
    return names
