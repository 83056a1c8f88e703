"""Words that a course would rather do without, and claims that nothing on the page holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lessonpress.printing.passages import Place, find_places, without_targets
from lessonpress.problems import Problem
from lessonpress.read.lesson import Lesson
from lessonpress.read.prose import LOOKED_AT
from lessonpress.read.scan import CODE_SPAN, HEADING, MATH_SPAN, blank


def check_words(lesson: Lesson, avoid: Iterable[str]) -> Iterator[Problem]:
    """Words to avoid, wherever a reader meets them: in prose, captions and alternative texts, but not in code."""
    pattern = _any_of(avoid)
    for place in find_places(lesson):
        for match in pattern.finditer(_plain(place.text)):
            yield place.problem(match.start(), f"'{match[0]}' is a word to avoid here; say it without", "LP203")


def check_claims(lesson: Lesson, claims: Iterable[str]) -> Iterator[Problem]:
    """Words that claim much, in sections of a lesson that hold no doctest.

    An author who has looked at one says so in its section: `<!-- looked at: never -->`.
    """
    pattern = _any_of(claims)
    for section in _sections_of(lesson):
        for place in section.places if not section.tested else ():
            for match in pattern.finditer(_plain(place.text)):
                if match[0].casefold() not in section.looked_at:
                    message = (
                        f"'{match[0]}' claims much, and no doctest in this section holds it; add one, say less, or"
                        f" write '<!-- looked at: {match[0].casefold()} -->'"
                    )
                    yield place.problem(match.start(), message, "LP204")


@dataclass
class Section:
    """What stands below one heading: its passages, whether a doctest is among them, and the words looked at."""

    places: list[Place] = field(default_factory=list)
    tested: bool = False
    looked_at: set[str] = field(default_factory=set)


def _sections_of(lesson: Lesson) -> list[Section]:
    sections = [Section()]
    tests = {step.line for step in lesson.steps if step.kind == "doctest"}
    for place in find_places(lesson, captions=False):
        for begin, text in _cut(place.text):
            if HEADING.match(text.split("\n")[0]):
                sections.append(Section())
            sections[-1].places.append(Place(place.lesson, place.cell, text, place.line + begin))
            sections[-1].looked_at |= {(match["word"] or "").strip().casefold() for match in LOOKED_AT.finditer(text)}
    for section, following in zip(sections, [*sections[1:], None], strict=True):
        first = section.places[0].line if section.places else 0
        last = following.places[0].line if following else None
        section.tested = any(first <= line and (last is None or line < last) for line in tests)
    return sections


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """A passage cut before each of its headings; each piece with the line it begins in, from 0."""
    lines = text.split("\n")
    cuts = [0, *(number for number, line in enumerate(lines) if number and HEADING.match(line)), len(lines)]
    for begin, end in pairwise(cuts):
        yield begin, "\n".join(lines[begin:end])


def _plain(text: str) -> str:
    return without_targets(blank(LOOKED_AT, blank(MATH_SPAN, blank(CODE_SPAN, text))))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    forms = "|".join(r"\s+".join(map(re.escape, word.split())) for word in words) or "(?!)"
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])", re.IGNORECASE)
