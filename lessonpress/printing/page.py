"""A run set as Markdown, and the files that belong to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lessonpress.kept.differences import describe_difference
from lessonpress.printing.anchors import add_anchors
from lessonpress.printing.dialect import escape_money, write_dialect
from lessonpress.printing.figures import PrintedFigure, write_figure, write_file
from lessonpress.printing.links import Links
from lessonpress.printing.plays import count_whole, says_more, weigh, write_changes, write_play
from lessonpress.printing.prose import NOTHING_QUOTED, Edit, Quoted, fill_texts, write_prose
from lessonpress.printing.texts import fenced
from lessonpress.printing.troubles import check_figures, find_problems, write_problems
from lessonpress.problems import LABELS, Problem
from lessonpress.read.cells import Cell
from lessonpress.read.lesson import Lesson
from lessonpress.run.figures import Figure
from lessonpress.run.record import Output, Result, Run
from lessonpress.run.texts import escape_markdown

# What a screen reader says for a column without a name: that of the index, and that of a series.
UNSEEN = '<span class="lesson-unseen">{}</span>'


@dataclass
class Page:
    """A lesson set as Markdown: what a page's file would hold, plus the files it shows, by their path in the site.

    `drawings` are the figures among them as SVG that a page may hold itself. `pictures` are files of the author's that
    it shows: their path in the project by their place in the site. `made` is a page that the engine adds, for which
    there is no source. `notes` are what an author should know, though nothing is wrong. `looked` says that files were
    looked for, so that the page may be another one though all that it was printed from is the same.
    """

    markdown: str
    files: dict[str, str] = field(default_factory=dict)
    drawings: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)  # of which a build tells, though it goes on
    made: bool = False
    notes: list[str] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    looked: bool = False


def print_page(
    lesson: Lesson,
    run: Run,
    quoted: Quoted = NOTHING_QUOTED,
    links: Links | None = None,
    arrange: Callable[[str], str] = write_dialect,
) -> Page:
    """Set a lesson and its run as Markdown; where the run failed, the page shows so in that place.

    `quoted` has the values of other lessons that the page quotes, `links` sets its links. The page's
    problems are the run's troubles, each with its place in the file, figures without alternative text,
    and links that lead nowhere. `arrange` does what `write_dialect` does.
    """
    return Printer(lesson, run, quoted, links, arrange).print_page()


class Printer:
    """Prints the cells of one lesson, one after the other, onto a page."""

    def __init__(
        self, lesson: Lesson, run: Run, quoted: Quoted, links: Links | None, arrange: Callable[[str], str]
    ) -> None:
        self.lesson, self.run, self.quoted, self.links, self.arrange = lesson, run, quoted, links, arrange
        self.page = Page("")
        self.failed = bool(run.missing) or run.waiting
        self.anchors: set[str] = set()  # of the headings so far, in whichever cell

    def print_page(self) -> Page:
        results = iter(self.run.results)
        pieces: list[str] = []
        for cell in self.lesson.cells:
            pieces += self.print_cell(cell, [next(results) for _ in cell.steps])
        if self.run.differs:
            pieces.insert(1, write_difference(self.run.differs))
        if self.run.missing:
            pieces.insert(1, write_missing(self.run.missing))
        if self.links:
            self.page.problems += self.links.problems
            self.page.pictures |= self.links.pictures
            self.page.looked |= self.links.looked
        self.page.markdown = "\n\n".join(filter(None, pieces)) + "\n"
        return self.page

    def print_cell(self, cell: Cell, results: list[Result]) -> Iterator[str]:
        problems = list(find_problems(self.lesson, cell, results))
        if cell.kind == "prose":
            yield write_prose(cell.parts, results, self.quoted, self.edit_prose(cell), arrange=self.arrange)
        else:
            found = list(check_figures(self.lesson, cell, results[0], self.failed or bool(problems)))
            problems += [problem for problem in found if problem.code != LABELS]
            self.page.warnings += [problem for problem in found if problem.code == LABELS]
            yield write_source(cell)
            if cell.options.output == "true":
                yield from self.print_earlier(cell, results)
                yield from self.print_outputs(cell, results)
            if self.run.waiting and not results[0].ran and not problems:
                yield f'<p class="lesson-waiting" data-cell="{cell.number}">Waits for its run.</p>'
        if problems:
            yield write_problems(problems)
            self.failed = True
        self.page.problems += problems

    def print_earlier(self, cell: Cell, results: list[Result]) -> Iterator[str]:
        """What came of a cell when all went well, where it failed now or is still to run."""
        if results[0].earlier:
            yield '<div class="lesson-earlier" markdown>\n'
            yield from self.print_outputs(cell, [replace(results[0], outputs=results[0].earlier), *results[1:]])
            yield "</div>"

    def print_outputs(self, cell: Cell, results: list[Result]) -> Iterator[str]:
        texts = fill_texts(cell, results, lambda name: self.edit_caption(cell, name))
        outputs = results[0].outputs
        moved = [group for output in outputs if output.figure for group in output.figure.play]
        if any(map(says_more, moved)):  # what it printed stands by its controls
            outputs = [output for output in outputs if output.kind != "stdout"]
        shown = [self.print_output(cell, output, texts) for output in outputs]
        if texts.get("tbl_cap") and any(output.kind == "table" for output in results[0].outputs):
            shown.append(f'<p class="lesson-caption" markdown>{texts["tbl_cap"]}</p>')
        shown = [piece for piece in shown if piece]
        if shown and cell.options.varies == "true":
            machine = escape_markdown(self.run.machine)
            note = f"Measured while this page was made, on {machine}; another run gives other numbers."
            yield '<div class="lesson-varies" data-search-exclude markdown>\n'
            yield from shown
            yield f'<p class="lesson-caption" markdown>{note}</p>\n\n</div>'
        else:
            yield from shown

    def print_output(self, cell: Cell, output: Output, texts: dict[str, str]) -> str:
        if output.kind == "note":
            self.page.notes.append(f"{self.lesson.path}:{cell.line}, cell {cell.number}: {output.text}")
        if output.figure is None:
            return write_output(output)
        figure = _name_figure(self.lesson, cell, output.figure, texts)
        self.page.drawings[figure.path] = output.figure.svg
        self.page.files[figure.path] = write_file(output.figure.svg, figure.width, figure.height)
        if figure.play:
            changes = self.page.files[play_path(figure.path)] = write_changes(output.figure)
            if count := count_whole(output.figure):
                place = f"{self.lesson.path}:{cell.options.lines['play']}"
                cost = f"{weigh(changes) / 1000:.1f} kB compressed"
                self.page.notes.append(f"{place}: figure '{figure.label}' keeps its {count} drawings whole, {cost}")
        return write_figure(figure, "../" * self.lesson.place.count("/"))

    def edit_prose(self, cell: Cell) -> Edit:
        """In a prose cell headings get their anchors, and links are set."""

        def edit(text: str, line: int) -> str:
            text = add_anchors(text, self.anchors)
            return self.links.set(text, cell.line + line) if self.links else text

        return edit

    def edit_caption(self, cell: Cell, name: str) -> Edit:
        """In a caption links are set."""

        def edit(text: str, line: int) -> str:
            text = escape_money(text)
            return self.links.set(text, cell.options.lines[name] + line) if self.links else text

        return edit


def write_missing(packages: Sequence[str]) -> str:
    """What a page says whose lesson was not run, since a package is missing that not every set-up has."""
    names = " and ".join(packages)
    return (
        f'!!! info "Not run in this build"\n\n    This lesson needs {names}, not installed where this page was made, so'
        " its code stands here without results. To see them, say"
        f" `python -m pip install {' '.join(packages)}` and build the site again."
    )


def write_difference(cells: Sequence[int]) -> str:
    """What a page in a preview says whose full run gave something else than the run that went on from a copy."""
    heading = describe_difference(cells).capitalize()
    return (
        f'!!! warning "{heading}"\n\n    After the last edit the lesson went on from the cell that changed; a run of'
        " all its cells gave something else, which stands here. Perhaps random numbers have no seed, or it changes a"
        " file that it reads."
    )


def write_source(cell: Cell) -> str:
    """A cell's code as a block; folded away where its options say so; with no '#|' lines."""
    block = fenced(cell.source, " { .python .lesson-code }")
    if cell.options.echo == "fold":
        return '??? note "The code"\n\n' + "\n".join(f"    {line}".rstrip() for line in block.split("\n"))
    return block if cell.options.echo == "true" else ""


def write_output(output: Output) -> str:
    """Anything a cell made but a figure, as Markdown."""
    if output.kind == "table":
        head, rest = output.text.split("\n", 1)
        named = re.sub(r"(?<=\|)  (?=\|$)", f" {UNSEEN.format('value')} ", head)
        named = re.sub(r"(?<=\|)  (?=\|)", f" {UNSEEN.format('row')} ", named)
        return f'<div class="lesson-table" markdown>\n\n{named}\n{rest}\n\n</div>'
    if output.kind == "html":
        return f'<div class="lesson-table lesson-html">{output.text}</div>'
    if output.kind == "markdown":
        return f'<div class="lesson-markdown" markdown>\n\n{output.text}\n\n</div>'
    if output.kind == "note":
        return f'<p class="lesson-caption" markdown>{escape_markdown(output.text)}</p>'
    text = output.text.strip("\n")
    return fenced(text, f" {{ .text .lesson-output .lesson-{output.kind} }}") if text.strip() else ""


def write_versions(run: Run) -> str:
    """A line that says which versions the page was made with; empty for a run that did not get to its end."""
    names = [f"{name} {version}" for name, version in run.versions.items()]
    if len(names) < 2:
        return f"Run with {names[0]}." if names else ""
    return f"Run with {', '.join(names[:-1])} and {names[-1]}."


def find_figures(lesson: Lesson, run: Run) -> dict[str, PrintedFigure]:
    """The figures of a lesson by label, as other pages may show them."""
    found = {}
    results = iter(run.results)
    for cell in lesson.cells:
        mine = [next(results) for _ in cell.steps]
        shown = cell.kind == "code" and cell.options.output == "true"
        for output in mine[0].outputs or mine[0].earlier if shown else ():
            if output.figure is not None:
                figure = _name_figure(lesson, cell, output.figure, fill_texts(cell, mine))
                found[figure.label] = figure
    return found


def _name_figure(lesson: Lesson, cell: Cell, figure: Figure, texts: dict[str, str]) -> PrintedFigure:
    name = cell.options.label or f"cell-{cell.number}"
    path = f"{lesson.place.rsplit('.', 1)[0]}/{name}.svg"
    alt = re.sub(r"\s+", " ", texts.get("fig_alt", ""))
    play = write_play(figure, play_path(path), cell.options.script)
    return PrintedFigure(name, path, figure.width, figure.height, alt, texts.get("fig_cap", ""), play)


def play_path(path: str) -> str:
    """Where what a figure's controls change lies, beside its picture."""
    return path.removesuffix(".svg") + ".json"
