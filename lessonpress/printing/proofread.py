"""What prose owes its reader beyond being true today: numbers held to the code, terms linked at their first use."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator

from lessonpress.kept.dependencies import packages_by_module
from lessonpress.printing.glossary import Term, slugs_in
from lessonpress.printing.passages import find_places, without_targets
from lessonpress.printing.wording import check_claims, check_words
from lessonpress.problems import Problem
from lessonpress.read.lesson import Lesson
from lessonpress.read.scan import CODE_SPAN, LINK, MATH_SPAN, blank
from lessonpress.run.compiled import looked_at
from lessonpress.settings import Settings

DRAFT = re.compile(r"\bTODO\b")
MOST_COUNTED = 10  # a whole number up to this is a count that a reader makes at a glance
YEARS = range(1900, 2100)
NUMBER = re.compile(r"(?<![\w.,#/])[-−]?(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?)(?P<percent>\s?%)?(?![\w/])")
ANY_NUMBER = re.compile(r"\d[\d,_]*(?:\.\d+)?(?:e[-+]?\d+)?")
INDEXED = re.compile(r"[_^]\{?[-+\w]+\}?")  # in formulas: x_12, 2^{10}
PICTURE = re.compile(r"!\[[^\]]*\]\([^()]*\)")
HEADING_LINE = re.compile(r"^#{1,6} .*$", re.MULTILINE)
EMPHASIS = re.compile(r"(?<!\*)\*(?!\s)[^*]+?\*(?!\*)")  # a word explained where it stands, or the title of a work
LIST_NUMBER = re.compile(r"^\s*\d+\.(?=\s)", re.MULTILINE)


def proofread(lesson: Lesson, terms: dict[str, Term], settings: Settings) -> Iterator[Problem]:
    """All that is to be mended in prose; only lessons have code that numbers and claims are held to."""
    if lesson.path.endswith(".py"):
        yield from check_name(lesson)
        yield from check_numbers(lesson)
        yield from check_claims(lesson, settings.claims)
    yield from check_words(lesson, settings.avoid)
    yield from check_first_uses(lesson, terms, settings.site_path(settings.glossary))
    yield from check_drafts(lesson.path, lesson.text)


def check_drafts(path: str, text: str) -> Iterator[Problem]:
    """Places of a source that its author has still to fill in, wherever they stand but in code spans."""
    for number, line in enumerate(blank(CODE_SPAN, text).split("\n"), start=1):
        for match in DRAFT.finditer(line):
            message = f"'{match[0]}' marks a draft; fill it in"
            yield Problem(path, number, message, code="LP206", column=match.start() + 1)


def check_name(lesson: Lesson) -> Iterator[Problem]:
    """A lesson named as a module that others import: run in the lesson's folder, they would get the lesson."""
    if owner := owner_of(lesson.name):
        message = (
            f"'{lesson.name}' is a module of {owner} too, and whatever imports that may get this lesson; rename it"
        )
        yield Problem(lesson.path, 1, message, code="LP205")


def owner_of(module: str) -> str:
    """The package, or Python, that brings a module of this name; empty where none does."""
    brought_by = {**packages_by_module(), **dict.fromkeys(sys.stdlib_module_names, "Python")}
    return brought_by.get(module, "")


def check_numbers(lesson: Lesson) -> Iterator[Problem]:
    """Numbers in prose, captions and alternative texts that nothing in the lesson vouches for.

    A number may be an inline value, stand in a doctest, or be a literal of the lesson's code. Years
    and whole numbers up to 10 need no voucher, unless they are percentages.
    """
    known = _numbers_of_code(lesson)
    for passage in find_places(lesson):
        for match in NUMBER.finditer(_only_statements(passage.text)):
            if not _vouched_for(match, known):
                yield passage.problem(
                    match.start(),
                    f"'{match[0].strip()}' is neither computed, nor in a doctest, nor a literal of this lesson's code;"
                    " write it as '{{ expression:format }}'",
                    "LP201",
                )


def check_first_uses(lesson: Lesson, terms: dict[str, Term], glossary: str) -> Iterator[Problem]:
    """Terms that a page uses without a link to their page at the first place, headings, captions and code aside."""
    names = {name.casefold(): term for term in terms.values() for name in (term.name, *term.synonyms)}
    names = {name: term for name, term in names.items() if name not in term.everyday}
    pattern = re.compile(rf"(?P<link>{LINK.pattern})|{_any_of(names)}", re.IGNORECASE)
    linked = {lesson.name} if lesson.place.startswith(f"{glossary}/") else set[str]()
    for passage in find_places(lesson, captions=False):
        plain = passage.text
        for elsewhere in (CODE_SPAN, MATH_SPAN, PICTURE, HEADING_LINE, EMPHASIS):
            plain = blank(elsewhere, plain)
        for match in pattern.finditer(plain):
            if match["link"]:
                linked |= set(slugs_in(match["link"], lesson, glossary))
                continue
            term = names[_singular(match["name"].casefold(), names)]
            if term.slug not in linked:
                linked.add(term.slug)
                message = f"'{match['name']}' stands here for the first time; link it to {glossary}/{term.slug}.md"
                yield passage.problem(match.start(), message, "LP202")


def _only_statements(text: str) -> str:
    """The text with nothing in the place of what is no statement: targets of links, indices, numbers of lists."""
    text = MATH_SPAN.sub(lambda match: blank(INDEXED, match[0]), text)
    return blank(LIST_NUMBER, without_targets(text))


@looked_at()
def _numbers_of_code(lesson: Lesson) -> set[float]:
    """Every number that stands in code or in a doctest, answers included, without its sign."""
    known = set[float]()
    for step in lesson.steps:
        if step.kind == "doctest":
            known |= {_value(match[0]) for match in ANY_NUMBER.finditer(step.source)}
        elif step.kind == "code":
            nodes = ast.walk(ast.parse(step.source))
            known |= {
                abs(float(node.value))
                for node in nodes
                if isinstance(node, ast.Constant) and isinstance(node.value, (int, float))
            }
    return known


def _vouched_for(match: re.Match[str], known: set[float]) -> bool:
    value = _value(match["digits"])
    if match["percent"]:
        return value in known or value / 100 in known
    written = match["digits"]
    small = written.isdigit() and value <= MOST_COUNTED
    return small or value in known or (written.isdigit() and int(value) in YEARS)


def _value(digits: str) -> float:
    return float(re.sub(r"[,_]", "", digits).rstrip(".") or 0)


def _any_of(names: Iterable[str]) -> str:
    """A pattern of all names, the longest first, in the singular or the plural."""
    ordered = sorted(names, key=len, reverse=True)
    forms = "|".join(r"\s+".join(map(re.escape, name.split())) + _plural_ending(name) for name in ordered) or "(?!)"
    return rf"(?<![\w-])(?P<name>{forms})(?![\w-])"


def _plural_ending(name: str) -> str:
    return "(?:es)?" if re.search(r"(s|x|ch|sh)$", name) else "s?"


def _singular(found: str, names: dict[str, Term]) -> str:
    name = " ".join(found.split())
    return next(form for form in (name, name.removesuffix("s"), name.removesuffix("es")) if form in names)
