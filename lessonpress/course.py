"""A whole course walked down the pipe: every lesson, term and page read, run where it has to, and printed."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from lessonpress.kept.ahead import count_cores, make_ahead
from lessonpress.kept.dependencies import InstalledPackages, first_change, missing_packages
from lessonpress.kept.runs import Cache, Tell, fingerprint
from lessonpress.kept.stages import LastAnswers, RememberedTexts, code_hash, read_remembered
from lessonpress.printing.dialect import write_dialect
from lessonpress.printing.exercises import add_exercises
from lessonpress.printing.frame import add_downloads
from lessonpress.printing.glossary import Term, check_names, read_terms
from lessonpress.printing.links import Links, Targets
from lessonpress.printing.page import Page, find_figures, print_page, write_versions
from lessonpress.printing.prose import Quoted
from lessonpress.printing.term_pages import TermPages
from lessonpress.printing.troubles import write_problems
from lessonpress.problems import Problem, ProblemsFound, did_you_mean
from lessonpress.progress import Progress, no_progress
from lessonpress.read.exercises import ExerciseModule, read_exercises
from lessonpress.read.lesson import Lesson, read_lesson
from lessonpress.read.solutions import collect_solved, solutions_of
from lessonpress.run.record import Result, Run
from lessonpress.run.step import Step
from lessonpress.settings import Settings

if TYPE_CHECKING:
    from lessonpress.kept.background import Background
    from lessonpress.kept.pool import Pool


@dataclass
class BuildResult:
    """What came of a walk: pages by the path of their source, and all that was wrong."""

    pages: dict[str, Page] = field(default_factory=dict)
    lessons: dict[str, Lesson] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    exercises: dict[str, ExerciseModule] = field(default_factory=dict)  # by the path of their own source
    problems: list[Problem] = field(default_factory=list)
    warnings: dict[str, list[Problem]] = field(default_factory=dict)  # by the path of their page
    rerun: dict[str, str] = field(default_factory=dict)  # what ran in this walk, and why


@dataclass(frozen=True)
class Around:
    """What pages say of each other: quoted values, where links lead, and what stands on a term's page."""

    quoted: Quoted
    targets: Targets
    term_pages: TermPages


class Course:
    """A course, ready to be built as often as it changes; the imports stay warm in between."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.root = settings.root
        self.cache = Cache(self.root / settings.cache, self.root)
        self.take_home: Callable[[Lesson], dict[str, str]] = lambda lesson: {}  # what more a host offers, by address
        self.failed: dict[str, tuple[str, str, Run]] = {}
        self.ended: dict[str, tuple[str, str, Run]] = {}
        self.background: Background | None = None
        self.unkept: dict[str, str] = {}
        self.last = self.cache.last  # one memory for all stages

    @cached_property
    def arrange(self) -> RememberedTexts:
        """Writes each passage as Python-Markdown wants it; few of them change from one build to the next."""
        return RememberedTexts(self.cache.folder, "dialect", write_dialect, code_hash("printing", "read"))

    @cached_property
    def pool(self) -> Pool:
        """What runs lessons; a build that finds all kept doesn't import it."""
        from lessonpress.kept.pool import Pool

        workers = self.settings.workers if self.settings.workers > 0 else count_cores()
        return Pool(self.root, workers, self.settings.limit, self.settings.preload)

    def build(self, progress: Progress = no_progress) -> BuildResult:
        """Read, run and print everything; problems are collected, and none keeps the rest from being tried."""
        if self.background is None:  # a build by itself sees what became of the cache meanwhile
            self.last.clear()
        result = self.read()
        solutions = [solutions_of(module) for module in result.exercises.values()]
        result.runs, result.rerun = self.run_lessons([*result.lessons.values(), *solutions], progress)
        self._print(result)
        result.problems.sort(key=lambda problem: (problem.path, problem.line))
        if self.background is None:
            self.cache.prune()
        return result

    def close(self) -> None:
        """End the processes; the course may still be built again."""
        if self.background is not None:
            self.background.close()
            self.background = None
            self.cache.prune()
        elif "pool" in vars(self):
            self.pool.close()

    def run_in_background(self, ended: Callable[[Lesson], None], tell: Tell, held: bool = False) -> None:
        """From now on wait for no lesson, but show what is known of it; `ended` is called, in a thread, with each.

        If `held`, they run once `background.begin` is called.
        """
        from lessonpress.kept.background import Background

        def take(lesson: Lesson, run: Run, news: bool) -> None:
            cell = max((step.cell for step in lesson.steps[: run.resumed + 1]), default=0)
            tell(lesson, f"ran from cell {cell} on in {run.seconds:.1f} s" if run.resumed else "ended", run.seconds)
            self.cache.keep(lesson, run)
            self._remember(lesson, run, tell)
            self.ended[lesson.path] = fingerprint(lesson), lesson.text, run
            if news:
                ended(lesson)

        if self.background is None:
            self.background = Background(self.pool, take, lambda lesson, what: tell(lesson, what, 0.0), held)

    def begin_anew(self) -> None:
        """Have what can't be kept run again, as something changed; what ended a moment ago stood until now.

        What a full run is still to bear out stands on.
        """
        for path, (_, _, run) in list(self.ended.items()):
            if run.unkept or not run.resumed:
                self.ended.pop(path, None)

    def read(self) -> BuildResult:
        """Read all lessons and pages, and nothing more; what is wrong with them is in the result."""
        result = BuildResult()
        self._read_ahead()
        for path in self.settings.lesson_paths() + self.settings.page_paths():
            name = self.settings.name_of(path)
            try:
                lesson = read_remembered(self.cache.folder, self.last, read_lesson, path, self.root)
                result.lessons[name] = replace(lesson, place=self.settings.site_path(name))
            except ProblemsFound as error:
                result.problems += error.problems
                result.pages[name] = Page(f"# {path.stem}\n\n{write_problems(error.problems)}\n")
        for path in self.settings.exercise_paths():
            name = self.settings.name_of(path)
            try:
                result.exercises[name] = read_remembered(self.cache.folder, self.last, read_exercises, path, self.root)
            except ProblemsFound as error:
                result.problems += error.problems
            else:
                module = result.exercises[name]
                if not page_of_exercises(module, {*result.lessons, *result.pages}, self.settings):
                    message = f"exercises of a lesson that isn't there, '{module.lesson}'; name the file as its lesson"
                    result.problems.append(Problem(name, 1, message, code="LP110"))
        self._ask(result)
        return result

    def _read_ahead(self) -> None:
        """Have all sources read by all cores, if none is known yet."""
        if not self.cache.has("source"):
            keep = partial(read_remembered, self.cache.folder, LastAnswers())
            pages = self.settings.lesson_paths() + self.settings.page_paths()
            jobs = [partial(keep, read_lesson, path, self.root) for path in pages]
            make_ahead(
                jobs + [partial(keep, read_exercises, path, self.root) for path in self.settings.exercise_paths()]
            )

    def _ask(self, result: BuildResult) -> None:
        """Have each lesson compute, at its end, the values that pages quote from it."""
        asked: dict[str, dict[tuple[str, str], Step]] = {}
        for page in result.lessons.values():
            for part, line in page.quotes:
                target = self.lesson_path(part.lesson)
                if target in result.lessons:
                    step = Step("value", part.source, line, 0, format=part.format)
                    asked.setdefault(target, {}).setdefault((part.source, part.format), step)
                elif target not in result.pages:  # else what is wrong with the lesson says enough
                    known = did_you_mean(part.lesson, (lesson.name for lesson in result.lessons.values()))
                    result.problems.append(
                        Problem(page.path, line, f"lesson '{part.lesson}' isn't there{known}", code="LP121")
                    )
        for target, steps in asked.items():
            result.lessons[target] = replace(result.lessons[target], asked=tuple(steps.values()))

    def lesson_path(self, name: str) -> str:
        """The path of the lesson that a quote names."""
        return f"{self.settings.lessons}/{name}.py"

    def run_lessons(
        self, lessons: Sequence[Lesson], progress: Progress = no_progress
    ) -> tuple[dict[str, Run], dict[str, str]]:
        """The runs of lessons by path, from the cache where they still stand; also what ran, and why."""
        runs: dict[str, Run] = {}
        rerun: dict[str, str] = {}
        stale: list[Lesson] = []
        installed = InstalledPackages()  # a new one each time: packages change under a running preview too
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
        if self.background is not None:
            known = {lesson.path: self.background.want(lesson) for lesson in stale}
            known |= {
                lesson.path: self.background.with_earlier(lesson, runs[lesson.path])
                for lesson in lessons
                if lesson.path in runs and not runs[lesson.path].missing
            }
            return runs | known, {}
        if stale:
            with progress(len(stale)) as tell:
                for lesson, run in self.pool.run(stale, tell):
                    runs[lesson.path] = run
                    self.cache.keep(lesson, run)
                    self._remember(lesson, run, tell)
        return runs, rerun

    def overtaken(self, runs: Mapping[str, Run]) -> list[str]:
        """The lessons of which something that they read has changed since."""
        installed = InstalledPackages()
        known = ((path, run.dependencies) for path, run in runs.items() if run.dependencies)
        return [path for path, dependencies in known if first_change(dependencies, self.root, installed)]

    def _remember(self, lesson: Lesson, run: Run, tell: Tell) -> None:
        """Keep in mind a run that failed, and tell once why one that can't be kept runs in each build."""
        self.failed.pop(lesson.path, None)
        if not run.ok and not run.unkept:
            self.failed[lesson.path] = fingerprint(lesson), lesson.text, run
        if run.unkept != self.unkept.get(lesson.path, ""):
            self.unkept[lesson.path] = run.unkept
            if run.unkept:
                tell(lesson, f"runs in each build: {run.unkept}", run.seconds)

    def _remembered(self, lesson: Lesson, installed: InstalledPackages) -> Run | None:
        """A run that a preview need not do again: one that failed, as long as all that it depended on still stands, or
        one that ended since the last edit."""
        for known in (self.ended, self.failed):
            asked, text, run = known.get(lesson.path, ("", "", None))
            if run is None or asked != fingerprint(lesson) or not (run.ok or text == lesson.text):
                continue
            if run.dependencies is None:
                return run if known is self.ended else None
            return None if first_change(run.dependencies, self.root, installed) else run
        return None

    def reprint(self, path: str, result: BuildResult) -> bool:
        """Read and print one page anew, with all that it leads to as it was; false where that would not do.

        The rest of the course may have to follow, and a build of it does so.
        """
        before = result.lessons.get(path)
        try:
            lesson = read_remembered(self.cache.folder, self.last, read_lesson, self.root / path, self.root)
        except ProblemsFound:
            return False
        if before is None or quoted_by(lesson) != quoted_by(before):
            return False
        lesson = result.lessons[path] = replace(lesson, place=before.place, asked=before.asked)
        runs, _ = self.run_lessons([lesson])
        result.runs |= runs
        self._read_terms(result)
        self._print_one(result, lesson, self._look_around(result))
        return True

    def _print(self, result: BuildResult) -> None:
        result.problems += self._read_terms(result)
        around = self._look_around(result)
        for lesson in result.lessons.values():
            page = self._print_one(result, lesson, around)
            result.problems += page.problems
            result.warnings |= {lesson.path: page.warnings} if page.warnings else {}
        self.arrange.keep()
        if around.term_pages.map_path:
            result.pages[around.term_pages.map_path] = Page(around.term_pages.write_map(), made=True)

    def _read_terms(self, result: BuildResult) -> list[Problem]:
        folder = f"{self.settings.glossary}/"
        in_glossary = [lesson for name, lesson in result.lessons.items() if name.startswith(folder)]
        result.terms, problems = read_terms(in_glossary)
        return problems + list(check_names(result.terms.values()))

    def _look_around(self, result: BuildResult) -> Around:
        lessons = [lesson for name, lesson in result.lessons.items() if name.endswith(".py")]
        taken = set(map(self.settings.site_path, [*result.lessons, *result.pages]))
        return Around(
            find_quoted(result.lessons, result.runs),
            self._find_targets(result, lessons),
            TermPages(result.terms, lessons, self.settings.site_path(self.settings.glossary), taken, self.last),
        )

    def _print_one(self, result: BuildResult, lesson: Lesson, around: Around) -> Page:
        module = self._exercises_of(result, lesson)
        runs = result.runs[lesson.path], result.runs[module.path] if module else None

        def write() -> Page:
            page = print_page(lesson, runs[0], around.quoted, Links(lesson, around.targets), self.arrange)
            page.problems += check_quotes(lesson, around.quoted)
            if module and runs[1]:
                solved, problems = collect_solved(module, runs[1])
                page.problems += problems
                add_exercises(page, lesson, module, solved, around.targets, self.arrange)
            return page

        page = self.last(("page", lesson.path), (lesson, module, runs, around.quoted, around.targets), write)
        if page.looked:
            self.last.forget(("page", lesson.path))
        markdown = self._frame(result, lesson, page.markdown, around.term_pages)
        problems = [*page.problems, *self._check_scripts(lesson)]
        page = result.pages[lesson.path] = replace(page, markdown=markdown, problems=problems)
        return page

    def _check_scripts(self, lesson: Lesson) -> Iterator[Problem]:
        """Scripts of figures that are not there."""
        for cell in lesson.cells:
            if cell.options.script and not (self.root / self.settings.docs / cell.options.script).is_file():
                message = f"script '{cell.options.script}' isn't there; its path begins in '{self.settings.docs}'"
                yield Problem(lesson.path, cell.options.lines["script"], message, cell.number, code="LP130")

    def _find_targets(self, result: BuildResult, lessons: Sequence[Lesson]) -> Targets:
        figures = {lesson.place: find_figures(lesson, result.runs[lesson.path]) for lesson in lessons}
        unfinished = [lesson.path for lesson in lessons if not result.runs[lesson.path].ok]
        failed = set(map(self.settings.site_path, [*result.pages, *unfinished]))
        titles = {lesson.place: lesson.title for lesson in lessons}
        return Targets(self.settings, result.terms, figures, failed, titles)

    def _exercises_of(self, result: BuildResult, lesson: Lesson) -> ExerciseModule | None:
        module = result.exercises.get(f"{self.settings.exercises}/{lesson.name}.py")
        stands_here = module and page_of_exercises(module, result.lessons, self.settings) == lesson.path
        return module if stands_here else None

    def _frame(self, result: BuildResult, page: Lesson, markdown: str, term_pages: TermPages) -> str:
        """What stands above and below a page: a lesson's downloads and versions, a term's definition and lessons."""
        if page.path.endswith(".py"):
            stamp = write_versions(result.runs[page.path])
            versions = f'\n<p class="lesson-versions" markdown>{stamp}</p>\n' if stamp else ""
            return add_downloads(markdown, page, self.take_home(page)) + versions
        return term_pages.frame(page, markdown)


def page_of_exercises(module: ExerciseModule, lessons: Container[str], settings: Settings) -> str:
    """The path of the page that exercises stand on: the lesson of their name, or else a page of `docs`; "" if none."""
    paths = (f"{settings.lessons}/{module.lesson}.py", f"{settings.docs}/{module.lesson}.md")
    return next((path for path in paths if path in lessons), "")


def quoted_by(page: Lesson) -> set[tuple[str, str, str]]:
    """The values of lessons that a page quotes."""
    return {(part.lesson, part.source, part.format) for part, _ in page.quotes}


def find_quoted(lessons: Mapping[str, Lesson], runs: Mapping[str, Run]) -> dict[tuple[str, str, str], Result]:
    """What came of the values that pages ask of lessons, by lesson, expression and format."""
    found = {}
    for path, lesson in lessons.items():
        results = runs[path].results[-len(lesson.asked) :] if path in runs else []
        for step, result in zip(lesson.asked, results, strict=False):
            found[lesson.name, step.source, step.format] = result
    return found


def check_quotes(page: Lesson, quoted: Quoted) -> Iterator[Problem]:
    """Quotes whose value could not be computed."""
    for part, line in page.quotes:
        result = quoted.get((part.lesson, part.source, part.format), Result())
        for trouble in result.troubles:
            message = (
                f"value '{{{{ {part.lesson}::{part.source} }}}}' failed at the end of that lesson: {trouble.message}"
            )
            yield Problem(page.path, line, message, code="LP121")
