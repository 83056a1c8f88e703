"""Links and figures that lead from one page to another."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from lessonpress.printing.figures import PrintedFigure, write_figure
from lessonpress.printing.glossary import Term, link_terms
from lessonpress.printing.page import Page
from lessonpress.problems import Problem, did_you_mean
from lessonpress.read.lesson import Lesson
from lessonpress.read.prose import CODE_SPAN, FENCE
from lessonpress.settings import Settings

PLACED_FIGURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<target>[^()\s]+\.py)#(?P<label>[\w-]+)\)")


def link_page(
    lesson: Lesson, page: Page, terms: dict[str, Term], pages: dict[str, Page], failed: set[str], settings: Settings
) -> None:
    """Links to terms get their definitions, and figures of other lessons take their place; never in code."""
    pieces = []
    for text, line, verbatim in _outside_fences(page.markdown):
        if not verbatim:
            problems: list[Problem] = []
            text = link_terms(text, lesson, line, terms, settings.glossary, problems)
            text = _place_figures(text, lesson, pages, failed, settings, problems)
            page.problems += [_found_in_source(problem, lesson) for problem in problems]
        pieces.append(text)
    page.markdown = "".join(pieces)


def _place_figures(
    text: str, lesson: Lesson, pages: dict[str, Page], failed: set[str], settings: Settings, problems: list[Problem]
) -> str:
    here = os.path.dirname(settings.site_path(lesson.path))
    up = "../" * settings.site_path(lesson.path).count("/")

    def replace(match: re.Match[str]) -> str:
        source = os.path.normpath(os.path.join(here, match["target"])).replace("\\", "/")
        figures = pages[source].figures if source in pages else {}
        if match["label"] in figures:
            return _as_placed(figures[match["label"]], up)
        if source not in failed:  # else the lesson's own problem says enough
            known = did_you_mean(match["label"], figures) if source in pages else did_you_mean(source, pages)
            what = f"figure '{match['label']}' of {source}" if source in pages else f"lesson {source}"
            problems.append(Problem(lesson.path, 0, f"{what} isn't there{known}", 0, match[0]))
        return f"*(figure {match['label']})*"

    spans = [match.span() for match in CODE_SPAN.finditer(text)]
    return PLACED_FIGURE.sub(
        lambda match: match[0] if any(low <= match.start() < high for low, high in spans) else replace(match), text
    )


def _as_placed(figure: PrintedFigure, up: str) -> str:
    return (
        "\n"
        + write_figure(PrintedFigure("", figure.path, figure.width, figure.height, figure.alt, figure.caption), up)
        + "\n"
    )


def _outside_fences(markdown: str) -> Iterator[tuple[str, int, bool]]:
    """Stretches of Markdown with the line each begins at, and whether it is a fenced block."""
    fence, lines, start = "", list[str](), 1
    for number, line in enumerate(markdown.splitlines(keepends=True), start=1):
        mark = FENCE.match(line)
        if mark and not fence:
            yield "".join(lines), start, False
            fence, lines, start = mark[1], [line], number
        elif mark and fence and set(line.strip()) == {fence[0]} and len(line.strip()) >= len(fence):
            yield "".join([*lines, line]), start, True
            fence, lines, start = "", [], number + 1
        else:
            lines.append(line)
    yield "".join(lines), start, bool(fence)


def _found_in_source(problem: Problem, lesson: Lesson) -> Problem:
    """The problem with the line of the source that has the link; the printed page has lines of its own."""
    name = re.search(r"term '([^']+)'", problem.message)
    wanted = f"{name[1]}.md" if name else problem.detail
    for number, line in enumerate(lesson.text.split("\n"), start=1):
        if wanted and wanted in line:
            return Problem(lesson.path, number, problem.message)
    return Problem(lesson.path, 1, problem.message)
