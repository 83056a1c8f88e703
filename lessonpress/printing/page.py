"""A run set as Markdown, and the files that belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lessonpress.printing.figures import PrintedFigure, write_figure
from lessonpress.printing.texts import clean_output, fenced
from lessonpress.problems import Problem
from lessonpress.read.lesson import HEADING, Cell, Lesson
from lessonpress.read.prose import FENCE, Part, closes
from lessonpress.run.record import Output, Result, Run
from lessonpress.run.texts import escape_markdown

# What a screen reader says for the column of an index without a name.
UNSEEN = '<span class="lesson-unseen">row</span>'
DIRECTIVE = re.compile(r"[ \t]*#\s*doctest:.*")


# Values of lessons that other pages quote: by lesson, expression and format.
Quoted = Mapping[tuple[str, str, str], Result]
NOTHING_QUOTED: Quoted = {}


@dataclass
class Page:
    """A lesson set as Markdown: what a page's file would hold, plus the files it shows, by their path in the site."""

    markdown: str
    files: dict[str, str] = field(default_factory=dict)
    figures: dict[str, PrintedFigure] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def print_page(lesson: Lesson, run: Run, quoted: Quoted = NOTHING_QUOTED) -> Page:
    """Set a lesson and its run as Markdown; where the run failed, the page shows so in that place.

    `quoted` has the values of other lessons that the page quotes. The page's problems are the run's
    troubles, each with its place in the file, and figures without alternative text.
    """
    page = Page("")
    results = iter(run.results)
    pieces: list[str] = []
    failed = bool(run.missing)
    for cell in lesson.cells:
        mine = [next(results) for _ in cell.steps]
        problems = list(_problems_of(lesson, cell, mine))
        if cell.kind == "prose":
            pieces.append(anchored(write_prose(cell.parts, mine, quoted)))
        else:
            figures = [output for output in mine[0].outputs if output.kind == "figure"]
            problems += _check_figures(lesson, cell, figures, failed or bool(problems))
            pieces.append("\n\n".join(_print_code(lesson, cell, mine, run, page)))
        if problems:
            pieces.append(write_problems(problems))
            failed = True
        page.problems += problems
    if run.missing:
        pieces.insert(1, write_missing(run.missing))
    page.markdown = "\n\n".join(filter(None, pieces)) + "\n"
    return page


def write_prose(parts: Sequence[Part], results: Sequence[Result], quoted: Quoted = NOTHING_QUOTED) -> str:
    """Prose with its inline values filled in, and its doctests shown as what they are."""
    answers = iter(results)
    pieces = []
    for part in parts:
        if part.kind == "text":
            pieces.append(part.source)
        else:
            result = quoted.get((part.lesson, part.source, part.format), Result()) if part.lesson else next(answers)
            pieces.append(_write_part(part, result))
    return "".join(pieces)


def write_problems(problems: Sequence[Problem]) -> str:
    """Problems as a page shows them, at the place where the cell stands."""
    pieces = []
    for problem in problems:
        text = f"{problem.where}: {problem.message}\n\n{problem.detail}".strip()
        pieces.append('!!! failure "This cell failed"\n\n' + fenced(text, " { .text .lesson-error }", indent="    "))
    return "\n\n".join(pieces)


def write_missing(packages: Sequence[str]) -> str:
    """What a page says whose lesson was not run, since a package is missing that not every set-up has."""
    names = " and ".join(packages)
    return (
        f'!!! info "Not run in this build"\n\n    This lesson needs {names}, not installed where this page was made, so'
        " its code stands here without results. To see them, say"
        f" `python -m pip install {' '.join(packages)}` and build the site again."
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
        named = re.sub(r"(?<=\|)  (?=\|)", f" {UNSEEN} ", head)
        return f'<div class="lesson-table" markdown>\n\n{named}\n{rest}\n\n</div>'
    text = clean_output(output.text).strip("\n")
    return fenced(text, f" {{ .text .lesson-output .lesson-{output.kind} }}") if text.strip() else ""


def anchored(markdown: str) -> str:
    """Headings with their anchors written out, so that a link to a section stands on what `glossary` says."""
    from lessonpress.printing.glossary import slug_of

    seen: set[str] = set()
    fence = ""
    lines = []
    for line in markdown.split("\n"):
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and closes(line, fence):
            fence = ""
        match = HEADING.match(line)
        slug = slug_of(match["text"]) if match and not fence and not match["text"].endswith("}") else ""
        if slug and slug not in seen:
            seen.add(slug)
            written = slug.replace("_", "\\_")  # else `__init__` would be set in bold
            line = f"{line} {{ #{written} }}"
        lines.append(line)
    return "\n".join(lines)


def write_versions(run: Run) -> str:
    """A line that says which versions the page was made with; empty for a run that did not get to its end."""
    names = [f"{name} {version}" for name, version in run.versions.items()]
    if len(names) < 2:
        return f"Run with {names[0]}." if names else ""
    return f"Run with {', '.join(names[:-1])} and {names[-1]}."


def _print_code(lesson: Lesson, cell: Cell, results: list[Result], run: Run, page: Page) -> Iterator[str]:
    source = write_source(cell)
    if source:
        yield source
    if cell.options.output == "false":
        return
    texts = _fill_texts(cell, results)
    shown = [_print_output(lesson, cell, output, texts, page) for output in results[0].outputs]
    if texts.get("tbl_cap") and any(output.kind == "table" for output in results[0].outputs):
        shown.append(f'<p class="lesson-caption" markdown>{texts["tbl_cap"]}</p>')
    shown = [piece for piece in shown if piece]
    if shown and cell.options.varies == "true":
        note = f"Measured while this page was made, on {escape_markdown(run.machine)}; another run gives other numbers."
        yield '<div class="lesson-varies" data-search-exclude markdown>\n'
        yield from shown
        yield f'<p class="lesson-caption" markdown>{note}</p>\n\n</div>'
    else:
        yield from shown


def _print_output(lesson: Lesson, cell: Cell, output: Output, texts: dict[str, str], page: Page) -> str:
    if output.figure is None:
        return write_output(output)
    name = cell.options.label or f"cell-{cell.number}"
    path = f"{lesson.path.rsplit('.', 1)[0]}/{name}"
    page.files[f"{path}-light.svg"] = output.figure.light
    page.files[f"{path}-dark.svg"] = output.figure.dark
    alt = re.sub(r"\s+", " ", texts.get("fig_alt", ""))
    figure = PrintedFigure(name, path, output.figure.width, output.figure.height, alt, texts.get("fig_cap", ""))
    page.figures[name] = figure
    return write_figure(figure, "../" * lesson.path.count("/"))


def _fill_texts(cell: Cell, results: list[Result]) -> dict[str, str]:
    answers = iter(results[sum(step.kind != "value" for step in cell.steps) :])
    filled = {}
    for name, parts in cell.texts.items():
        mine = [next(answers) for part in parts if part.kind != "text"]
        if parts:
            filled[name] = write_prose(parts, mine) if name != "fig_alt" else _write_plain(parts, mine)
    return filled


def _write_plain(parts: Sequence[Part], results: Sequence[Result]) -> str:
    """Text that is no Markdown, such as an alternative text, so that a page shows every sign of it."""
    answers = iter(results)
    return escape_markdown("".join(part.source if part.kind == "text" else _value_of(next(answers)) for part in parts))


def _value_of(result: Result) -> str:
    return result.value if result.ran and not result.troubles else "(no value)"


def _write_part(part: Part, result: Result) -> str:
    if part.kind == "value":
        text = _value_of(result)
        if part.context == "plain":
            return escape_markdown(text)
        return text.replace("`", "'") if part.context == "code" else text
    source = "\n".join(DIRECTIVE.sub("", line) for line in part.source.rstrip("\n").split("\n"))
    if part.context == "fence":
        return "\n".join(f"{part.indent}{line}".rstrip() for line in source.split("\n")) + "\n"
    return fenced(source, " { .pycon .lesson-doctest }", part.indent) + "\n"


def _problems_of(lesson: Lesson, cell: Cell, results: Sequence[Result]) -> Iterator[Problem]:
    for step, result in zip(cell.steps, results, strict=True):
        for trouble in result.troubles:
            printed = "".join(
                clean_output(output.text) for output in result.outputs if output.kind in ("stdout", "stderr")
            )
            details = [f"the cell:\n{_indent(cell.source)}" if cell.kind == "code" and step.kind == "code" else ""]
            details.append(f"printed:\n{_indent(_last_lines(printed))}" if printed else "")
            details.append(
                f"traceback:\n{_indent(trouble.detail)}" if step.kind == "code" and trouble.detail else trouble.detail
            )
            message = trouble.message
            if step.kind == "value":
                message = f"inline value '{{{{ {step.source} }}}}' failed: {message}"
            yield Problem(
                lesson.path, trouble.line or step.line, message, cell.number, "\n".join(filter(None, details))
            )


def _check_figures(lesson: Lesson, cell: Cell, figures: Sequence[Output], failed: bool) -> Iterator[Problem]:
    options = cell.options
    line = options.lines.get("label", cell.line)
    if figures and not options.fig_alt.strip() and options.output == "true":
        message = "figure without alternative text; say what it shows in a line '#| fig-alt: …'"
        yield Problem(lesson.path, line, message, cell.number)
    if len(figures) > 1:
        message = f"{len(figures)} figures from one cell; draw each in a cell of its own, with its own alternative text"
        yield Problem(lesson.path, line, message, cell.number)
    if not figures and not failed:
        for name in ("fig_cap", "fig_alt"):
            if getattr(options, name):
                message = f"'{name.replace('_', '-')}' on a cell that draws no figure; drop it, or draw"
                yield Problem(lesson.path, options.lines[name], message, cell.number)


def _last_lines(text: str, most: int = 20) -> str:
    lines = text.strip("\n").split("\n")
    return "\n".join(lines if len(lines) <= most else ["…", *lines[-most:]])


def _indent(text: str) -> str:
    return "\n".join(f"    {line[:200]}" for line in text.split("\n"))
