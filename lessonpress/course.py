"""A whole course walked down the pipe: every lesson, term and page read, run where it has to, and printed."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lessonpress.cache import Cache
from lessonpress.dependencies import Installed
from lessonpress.glossary import (
    Term,
    check_names,
    find_mentions,
    link_terms,
    read_terms,
    write_head,
    write_index,
    write_where_it_runs,
)
from lessonpress.lesson import Lesson, Step, read_lesson
from lessonpress.page import Page, PrintedFigure, Quoted, print_page, write_figure, write_problems, write_versions
from lessonpress.pool import PRELOAD, Pool
from lessonpress.problems import Problem, ProblemsFound, did_you_mean
from lessonpress.progress import Progress, quiet
from lessonpress.prose import CODE_SPAN, FENCE
from lessonpress.record import Result, Run
from lessonpress.requirements import missing_packages

PLACED_FIGURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<target>[^()\s]+\.py)#(?P<label>[\w-]+)\)")


@dataclass(frozen=True)
class Settings:
    """Where a course lies, and how it is run.

    root      the project's folder; all other folders are named from there
    lessons   the folder of the lessons, one module each
    glossary  the folder of the terms, one Markdown page each
    docs      the folder of all other pages
    cache     the folder that keeps runs from one build to the next; it may be deleted at any time
    workers   how many lessons run side by side; 0 for as many as there are cores
    limit     seconds after which a lesson is ended
    order     the lessons' paths in reading order; any that are not named come last
    preload   what the process that lessons are forked from imports beforehand
    """

    root: Path
    lessons: str = "lessons"
    glossary: str = "glossary"
    docs: str = "docs"
    cache: str = ".cache/lessonpress"
    workers: int = 0
    limit: float = 120.0
    order: tuple[str, ...] = ()
    preload: tuple[str, ...] = PRELOAD


@dataclass
class Press:
    """What came of a walk: pages by the path of their source, and all that was wrong."""

    pages: dict[str, Page] = field(default_factory=dict)
    lessons: dict[str, Lesson] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rerun: dict[str, str] = field(default_factory=dict)  # what ran in this walk, and why


class Course:
    """A course, ready to be pressed as often as it changes; the imports stay warm in between."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.root = settings.root
        self.cache = Cache(self.root / settings.cache, self.root)
        cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        workers = settings.workers if settings.workers > 0 else len(cores)
        self.pool = Pool(self.root, workers, settings.limit, settings.preload)
        self.failed: dict[str, tuple[str, Run]] = {}

    def press(self, progress: Progress = quiet) -> Press:
        """Read, run and print everything; problems are collected, and none keeps the rest from being tried."""
        press = Press()
        self._read(press)
        press.runs, press.rerun = self.run_lessons(list(press.lessons.values()), progress)
        self._print(press)
        press.problems.sort(key=lambda problem: (problem.path, problem.line))
        self.cache.prune()
        return press

    def close(self) -> None:
        """End the processes; the course may still be pressed again."""
        self.pool.close()

    def lesson_paths(self) -> list[Path]:
        """The lessons' files, in reading order; names that begin with an underscore are no lessons."""
        paths = (self.root / self.settings.lessons).glob("[!_]*.py")
        order = {path: number for number, path in enumerate(self.settings.order)}
        return sorted(paths, key=lambda path: (order.get(path.relative_to(self.root).as_posix(), len(order)), path))

    def page_paths(self) -> list[Path]:
        """The Markdown pages of the glossary and of the rest of the site."""
        folders = (self.root / self.settings.glossary, self.root / self.settings.docs)
        return [path for folder in folders for path in sorted(folder.rglob("*.md"))]

    def site_path(self, path: str) -> str:
        """Where a source stands in the site: the pages in `docs` at its root, all others where they lie."""
        return path.removeprefix(f"{self.settings.docs}/")

    def _read(self, press: Press) -> None:
        for path in self.lesson_paths() + self.page_paths():
            name = path.relative_to(self.root).as_posix()
            try:
                press.lessons[name] = read_lesson(path, self.root)
            except ProblemsFound as error:
                press.problems += error.problems
                press.pages[name] = Page(f"# {path.stem}\n\n{write_problems(error.problems)}\n")
        self._ask(press)

    def _ask(self, press: Press) -> None:
        """Have each lesson compute, at its end, the values that pages quote from it."""
        asked: dict[str, dict[tuple[str, str], Step]] = {}
        for page in press.lessons.values():
            for part, line in page.quotes:
                target = self._lesson_path(part.lesson)
                if target in press.lessons:
                    step = Step("value", part.source, line, 0, format=part.format)
                    asked.setdefault(target, {}).setdefault((part.source, part.format), step)
                elif target not in press.pages:  # else what is wrong with the lesson says enough
                    known = did_you_mean(part.lesson, (lesson.name for lesson in press.lessons.values()))
                    press.problems.append(Problem(page.path, line, f"lesson '{part.lesson}' isn't there{known}"))
        for target, steps in asked.items():
            press.lessons[target] = replace(press.lessons[target], asked=tuple(steps.values()))

    def _lesson_path(self, name: str) -> str:
        return f"{self.settings.lessons}/{name}.py"

    def run_lessons(
        self, lessons: Sequence[Lesson], progress: Progress = quiet
    ) -> tuple[dict[str, Run], dict[str, str]]:
        """The runs of lessons by path, from the cache where they still stand; also what ran, and why."""
        runs: dict[str, Run] = {}
        rerun: dict[str, str] = {}
        stale: list[Lesson] = []
        installed = Installed()  # a new one each time: packages change under a running preview too
        for lesson in lessons:
            if missing := missing_packages(lesson.needs):
                runs[lesson.path] = Run([Result() for _ in lesson.steps], missing=tuple(missing))
                continue
            run, reason = (Run([]), "") if not lesson.steps else self.cache.find(lesson, installed)
            run = run or self._remembered(lesson, installed)
            if run is None:
                stale.append(lesson)
                rerun[lesson.path] = reason
            else:
                runs[lesson.path] = run
        if stale:
            with progress(len(stale)) as tell:
                for lesson, run in self.pool.run(stale, tell):
                    runs[lesson.path] = run
                    self.cache.keep(lesson, run)
                    self.failed.pop(lesson.path, None)
                    if not run.ok:
                        self.failed[lesson.path] = self._state(lesson, run, installed), run
        return runs, rerun

    def _remembered(self, lesson: Lesson, installed: Installed) -> Run | None:
        """A failed run, as long as nothing changed that could mend it: a preview need not wait for it again."""
        state, run = self.failed.get(lesson.path, ("", None))
        return run if run is not None and self._state(lesson, run, installed) == state else None

    def _state(self, lesson: Lesson, run: Run, installed: Installed) -> str:
        text = hashlib.sha256(f"{lesson.text}{lesson.asked}".encode()).hexdigest()
        if run.dependencies is not None:
            return text + run.dependencies.first_change(self.root, installed)
        files = sorted((self.root / self.settings.lessons).rglob("*"))
        return text + repr(
            [(path.name, path.stat().st_mtime_ns) for path in files if path.is_file() and path.suffix != ".pyc"]
        )

    def _print(self, press: Press) -> None:
        glossary = self.settings.glossary
        in_glossary = [lesson for name, lesson in press.lessons.items() if name.startswith(f"{glossary}/")]
        press.terms, problems = read_terms(in_glossary)
        press.problems += problems + list(check_names(press.terms.values()))
        lessons = [lesson for name, lesson in press.lessons.items() if name.endswith(".py")]
        mentions = find_mentions(lessons, glossary)
        quoted = _quoted(press)
        for name, lesson in press.lessons.items():
            page = press.pages[name] = print_page(lesson, press.runs[name], quoted)
            page.problems += _check_quotes(lesson, quoted)
            if lesson in lessons:
                stamp = write_versions(press.runs[name])
                versions = f'\n<p class="lesson-versions" markdown>{stamp}</p>\n' if stamp else ""
                page.markdown = _add_downloads(page.markdown, lesson) + versions
            elif term := press.terms.get(lesson.name) if lesson in in_glossary else None:
                page.markdown = (
                    write_head(term) + page.markdown + write_where_it_runs(term, mentions.get(term.slug, []))
                )
            elif lesson in in_glossary:
                page.markdown += write_index(press.terms.values())
        for name, lesson in press.lessons.items():
            self._link(press, lesson, press.pages[name])
            press.problems += press.pages[name].problems

    def _link(self, press: Press, lesson: Lesson, page: Page) -> None:
        """Links to terms get their definitions, and figures of other lessons take their place; never in code."""
        pieces = []
        for text, line, verbatim in _outside_fences(page.markdown):
            if not verbatim:
                problems: list[Problem] = []
                text = link_terms(text, lesson, line, press.terms, self.settings.glossary, problems)
                text = self._place_figures(text, press, lesson, problems)
                page.problems += [_found_in_source(problem, lesson) for problem in problems]
            pieces.append(text)
        page.markdown = "".join(pieces)

    def _place_figures(self, text: str, press: Press, lesson: Lesson, problems: list[Problem]) -> str:
        here = os.path.dirname(self.site_path(lesson.path))
        up = "../" * self.site_path(lesson.path).count("/")

        def replace(match: re.Match[str]) -> str:
            source = os.path.normpath(os.path.join(here, match["target"])).replace("\\", "/")
            figures = press.pages[source].figures if source in press.pages else {}
            if match["label"] in figures:
                return _as_placed(figures[match["label"]], up)
            failed = source in press.pages and (source not in press.runs or not press.runs[source].ok)
            if not failed:  # else the lesson's own problem says enough
                known = (
                    did_you_mean(match["label"], figures) if source in press.pages else did_you_mean(source, press.runs)
                )
                what = f"figure '{match['label']}' of {source}" if source in press.pages else f"lesson {source}"
                problems.append(Problem(lesson.path, 0, f"{what} isn't there{known}", 0, match[0]))
            return f"*(figure {match['label']})*"

        spans = [match.span() for match in CODE_SPAN.finditer(text)]
        return PLACED_FIGURE.sub(
            lambda match: match[0] if any(low <= match.start() < high for low, high in spans) else replace(match), text
        )


def _quoted(press: Press) -> dict[tuple[str, str, str], Result]:
    """What came of the values that pages ask of lessons."""
    found = {}
    for path, lesson in press.lessons.items():
        results = press.runs[path].results[-len(lesson.asked) :]
        for step, result in zip(lesson.asked, results, strict=False):
            found[lesson.name, step.source, step.format] = result
    return found


def _check_quotes(page: Lesson, quoted: Quoted) -> Iterator[Problem]:
    for part, line in page.quotes:
        result = quoted.get((part.lesson, part.source, part.format), Result())
        for trouble in result.troubles:
            message = (
                f"value '{{{{ {part.lesson}::{part.source} }}}}' failed at the end of that lesson: {trouble.message}"
            )
            yield Problem(page.path, line, message)


def _as_placed(figure: PrintedFigure, up: str) -> str:
    return (
        "\n"
        + write_figure(PrintedFigure("", figure.path, figure.width, figure.height, figure.alt, figure.caption), up)
        + "\n"
    )


def _add_downloads(markdown: str, lesson: Lesson) -> str:
    """Below the title, the lesson as a file to take home."""
    links = (
        f'<p class="lesson-downloads"><a href="{lesson.name}.ipynb" download>Notebook</a> '
        f'<a href="{lesson.name}.py" download>Python file</a></p>'
    )
    return re.sub(r"^# .*$", lambda match: f"{match[0]}\n\n{links}", markdown, count=1, flags=re.MULTILINE)


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
