"""The terms of a course: their definitions, the links to and between them, and the lessons that mention them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lessonpress.kept.stages import LastAnswers
from lessonpress.printing.anchors import plain_text, slug_of
from lessonpress.problems import Problem, did_you_mean
from lessonpress.read.lesson import Lesson
from lessonpress.read.prose import Passage, join_passages
from lessonpress.read.scan import find_headings, find_links
from lessonpress.run.texts import escape_markdown

FIELDS = ("term", "synonyms", "definition", "everyday")


@dataclass(frozen=True)
class Term:
    """One term: `name` as a sentence would have it, other names for it, and a definition of one sentence.

    `everyday` are those of its names that are common words too, in lower case: their first use needs no link. What its
    page says beside all these makes it no other term.
    """

    name: str
    synonyms: tuple[str, ...]
    definition: str
    page: Lesson = field(compare=False)
    everyday: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return self.page.name

    @property
    def title(self) -> str:
        return self.name[:1].upper() + self.name[1:]


@dataclass(frozen=True)
class Mention:
    """A place in a lesson that links to a term: the lesson, and the heading of the section it is in."""

    lesson: Lesson
    section: str
    anchor: str


def read_terms(pages: Iterable[Lesson]) -> tuple[dict[str, Term], list[Problem]]:
    """The terms by slug, which is the name of a page's file; `index` is none, nor is `map` unless it says so."""
    terms: dict[str, Term] = {}
    problems: list[Problem] = []
    for page in pages:
        if page.name == "index" or (page.name == "map" and "term" not in page.meta):
            continue
        name, definition = page.meta.get("term"), page.meta.get("definition")
        if not isinstance(name, str) or not isinstance(definition, str):
            missing = "term" if not isinstance(name, str) else "definition"
            problems.append(
                Problem(page.path, 1, f"no '{missing}' in the front matter; add a line '{missing}: …'", code="LP141")
            )
            continue
        synonyms = _names_in(page, "synonyms", problems)
        everyday = tuple(word.casefold() for word in _names_in(page, "everyday", problems))
        strangers = [word for word in everyday if word not in [other.casefold() for other in (name, *synonyms)]]
        if strangers:
            problems.append(
                Problem(page.path, 1, f"'everyday' word '{strangers[0]}' is not a name of this term", code="LP141")
            )
        unknown = [key for key in page.meta if key not in FIELDS]
        if unknown:
            problems.append(
                Problem(page.path, 1, f"unknown field '{unknown[0]}'{did_you_mean(unknown[0], FIELDS)}", code="LP141")
            )
        if other := terms.get(page.name):
            message = f"a file of this name is there already, {other.page.path}, and links go by it; rename one"
            problems.append(Problem(page.path, 1, message, code="LP141"))
        terms[page.name] = Term(name, synonyms, " ".join(definition.split()), page, everyday)
    return terms, problems


def _names_in(page: Lesson, field: str, problems: list[Problem]) -> tuple[str, ...]:
    """The list of names in a field of the front matter, which may be left out."""
    names = page.meta.get(field)
    if not isinstance(names, list | None):
        problems.append(Problem(page.path, 1, f"'{field}' is not a list; write '{field}: [one, two]'", code="LP141"))
        return ()
    return tuple(map(str, names or ()))


def find_mentions(lessons: Sequence[Lesson], folder: str, last: LastAnswers | None = None) -> dict[str, list[Mention]]:
    """For each slug, the places in lessons that link to it, in reading order, one a section."""
    found: dict[str, list[Mention]] = {}
    for lesson in lessons:
        for heading, slug in links_to_terms(lesson, folder, last or LastAnswers()):
            mention = Mention(lesson, plain_text(heading), slug_of(heading))
            if mention not in found.setdefault(slug, []):
                found[slug].append(mention)
    return found


def links_to_terms(page: Lesson, folder: str, last: LastAnswers) -> list[tuple[str, str]]:
    """The slug of each term that a page's prose links to, with the heading above; the order is the text's."""

    def look() -> list[tuple[str, str]]:
        return [(heading, slug) for heading, text in _sections_of(page) for slug in slugs_in(text, page, folder)]

    return last(("terms", page.path), (page.cells, page.place, folder), look)


def _sections_of(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """The lesson's prose outside of code, cut at its headings: the last heading so far, and what stands below it."""
    heading = ""
    for cell in lesson.cells:
        for passage in join_passages(cell.parts):
            if isinstance(passage, Passage):
                lines = passage.text.split("\n")
                heads = {line: words for line, _, words in find_headings(passage.text)}
                for begin, end in pairwise([0, *heads, len(lines)]):
                    heading = heads.get(begin, heading)
                    yield heading, "\n".join(lines[begin:end])


def slugs_in(text: str, page: Lesson, folder: str) -> Iterator[str]:
    """The slugs of the terms that a page's text links to; the words of a link may be wrapped."""
    return filter(None, (slug_of_target(match["target"], page, folder) for match in find_links(text)))


def find_related(terms: Mapping[str, Term], folder: str, last: LastAnswers | None = None) -> dict[str, list[str]]:
    """For each slug, the slugs of the other terms that its page links to, in order."""
    related: dict[str, list[str]] = {}
    for slug, term in terms.items():
        linked = [other for _, other in links_to_terms(term.page, folder, last or LastAnswers())]
        related[slug] = [other for other in dict.fromkeys(linked) if other in terms and other != slug]
    return related


def neighbors_of(slug: str, related: Mapping[str, Sequence[str]]) -> list[str]:
    """The terms that a term's page links to or is linked from; first those of which both is true.

    >>> neighbors_of("a", {"a": ["b", "c"], "b": [], "c": ["a"], "d": ["a"]})
    ['c', 'b', 'd']
    """
    back = [other for other, linked in related.items() if slug in linked]
    both = [other for other in related[slug] if other in back]
    return list(dict.fromkeys([*both, *related[slug], *back]))


def slug_of_target(target: str, page: Lesson, folder: str) -> str:
    """The slug of the term whose page a link's target is, seen from a page; "" where it is something else.

    `folder` is the glossary's place in the site.
    """
    place = posixpath.join(posixpath.dirname(page.place), target.replace("\\", "/"))
    inside, name = posixpath.split(posixpath.normpath(place))
    is_term = inside == folder and name.endswith(".md") and name != "index.md" and "://" not in target
    return name.removesuffix(".md") if is_term else ""


def write_term_link(text: str, target: str, term: Term) -> str:
    """A link to a term with its definition as a title, which a page shows on hover and on focus."""
    return f'[{text}]({target} "{escape_markdown(term.definition)}"){{ .term }}'


def in_order(terms: Iterable[Term]) -> list[Term]:
    """Terms in alphabetical order; capital letters make no difference."""
    return sorted(terms, key=lambda term: term.name.casefold())


def check_names(terms: Iterable[Term]) -> Iterator[Problem]:
    """A name that two pages claim."""
    owner: dict[str, Term] = {}
    for term in terms:
        for name in (term.name, *term.synonyms):
            other = owner.setdefault(name.casefold(), term)
            if other is not term:
                yield Problem(
                    term.page.path,
                    1,
                    f"'{name}' already stands on {other.page.path}; each name leads to one page",
                    code="LP141",
                )
