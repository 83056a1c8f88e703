"""The terms of a course: their definitions, the links to them, and the lessons that mention them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown.extensions.toc import slugify

from lessonpress.problems import Problem, did_you_mean
from lessonpress.read.lesson import Cell, Lesson, headings
from lessonpress.read.prose import CODE_SPAN
from lessonpress.run.texts import escape_markdown

LINK = re.compile(r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])+)\]\((?P<target>[^()\s]+?)(?P<anchor>#[^()\s]*)?\)")
FILTER = """
<div class="lesson-filter" hidden>
<label for="term-filter">Find a term</label>
<input type="search" id="term-filter" autocomplete="off" spellcheck="false">
<p role="status"></p>
</div>

"""
FIELDS = ("term", "synonyms", "definition", "everyday")


@dataclass(frozen=True)
class Term:
    """One term: `name` as a sentence would have it, other names for it, and a definition of one sentence.

    `everyday` are those of its names that are common words too, in lower case: their first use needs no link.
    """

    name: str
    synonyms: tuple[str, ...]
    definition: str
    page: Lesson
    everyday: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return self.page.name


@dataclass(frozen=True)
class Mention:
    """A place in a lesson that links to a term: the lesson, and the heading of the section it is in."""

    lesson: Lesson
    section: str
    anchor: str


def read_terms(pages: Iterable[Lesson]) -> tuple[dict[str, Term], list[Problem]]:
    """The terms by slug, which is the name of a page's file; pages named `index` are none."""
    terms: dict[str, Term] = {}
    problems: list[Problem] = []
    for page in pages:
        if page.name == "index":
            continue
        name, definition = page.meta.get("term"), page.meta.get("definition")
        if not isinstance(name, str) or not isinstance(definition, str):
            missing = "term" if not isinstance(name, str) else "definition"
            problems.append(Problem(page.path, 1, f"no '{missing}' in the front matter; add a line '{missing}: …'"))
            continue
        synonyms = _names_in(page, "synonyms", problems)
        everyday = tuple(word.casefold() for word in _names_in(page, "everyday", problems))
        strangers = [word for word in everyday if word not in [other.casefold() for other in (name, *synonyms)]]
        if strangers:
            problems.append(Problem(page.path, 1, f"'everyday' word '{strangers[0]}' is not a name of this term"))
        unknown = [key for key in page.meta if key not in FIELDS]
        if unknown:
            problems.append(Problem(page.path, 1, f"unknown field '{unknown[0]}'{did_you_mean(unknown[0], FIELDS)}"))
        terms[page.name] = Term(name, synonyms, " ".join(definition.split()), page, everyday)
    return terms, problems


def _names_in(page: Lesson, field: str, problems: list[Problem]) -> tuple[str, ...]:
    """The list of names in a field of the front matter, which may be left out."""
    names = page.meta.get(field)
    if not isinstance(names, list | None):
        problems.append(Problem(page.path, 1, f"'{field}' is not a list; write '{field}: [one, two]'"))
        return ()
    return tuple(map(str, names or ()))


def find_mentions(lessons: Sequence[Lesson], folder: str) -> dict[str, list[Mention]]:
    """For each slug, the places in lessons that link to it, in reading order, one a section."""
    found: dict[str, list[Mention]] = {}
    for lesson in lessons:
        section, anchor = "", ""
        for cell in lesson.cells:
            lines = _without_code(cell) if cell.kind == "prose" else []
            heads = {line - cell.line: text for _, text, line in headings(cell)}
            for begin, end in pairwise([0, *heads, len(lines)]):
                if begin in heads:
                    section, anchor = plain_text(heads[begin]), slug_of(heads[begin])
                for slug in slugs_in("\n".join(lines[begin:end]), folder):
                    mention = Mention(lesson, section, anchor)
                    if mention not in found.setdefault(slug, []):
                        found[slug].append(mention)
    return found


def _without_code(cell: Cell) -> list[str]:
    """The lines of a prose cell, with nothing in the place of fenced blocks, doctests and code spans."""
    lines = cell.source.split("\n")
    for part in cell.parts:
        if part.context == "fence" or part.kind == "doctest":
            count = part.source.rstrip("\n").count("\n") + 1
            lines[part.line : part.line + count] = [""] * count
    return CODE_SPAN.sub(lambda match: "\n" * match[0].count("\n"), "\n".join(lines)).split("\n")


def slugs_in(text: str, folder: str) -> Iterator[str]:
    """The slugs of the terms that a text links to, from whatever page; the words of a link may be wrapped."""
    for match in LINK.finditer(text):
        *folders, name = match["target"].replace("\\", "/").split("/")
        if folders[-1:] == [folder] and name.endswith(".md") and "://" not in match["target"]:
            yield name.removesuffix(".md")


def plain_text(heading: str) -> str:
    """A heading without its Markdown.

    >>> plain_text("What `w` does to [the line](line.md)")
    'What w does to the line'
    """
    return re.sub(r"[`*]", "", LINK.sub(lambda match: match["text"], heading))


def slug_of(heading: str) -> str:
    """The anchor of a heading.

    >>> slug_of("Why a bias?")
    'why-a-bias'
    """
    return str(slugify(plain_text(heading), "-"))


def link_terms(text: str, page: Lesson, line: int, terms: dict[str, Term], folder: str, problems: list[Problem]) -> str:
    """Give each link to a term its definition as a title, which a page shows on hover and on focus.

    A link to a term that isn't there becomes a problem that names the nearest one.
    """
    inside = page.path.startswith(folder + "/")
    spans = [match.span() for match in CODE_SPAN.finditer(text)]

    def replace(match: re.Match[str]) -> str:
        if any(low <= match.start() < high for low, high in spans):
            return match[0]
        target = match["target"].replace("\\", "/")
        parts = target.split("/")
        to_term = parts[-2:-1] == [folder] or (inside and len(parts) == 1)
        if "://" in target or not target.endswith(".md") or not to_term or target.endswith("index.md"):
            return match[0] if target == match["target"] else match[0].replace(match["target"], target)
        slug = parts[-1].removesuffix(".md")
        if slug not in terms:
            place = line + text.count("\n", 0, match.start())
            problems.append(
                Problem(page.path, place, f"link to the term '{slug}', which isn't there{_nearest(slug, terms)}")
            )
            return match["text"]
        title = escape_markdown(terms[slug].definition)
        return f'[{match["text"]}]({target}{match["anchor"] or ""} "{title}"){{ .term }}'

    return LINK.sub(replace, text)


def write_where_it_runs(term: Term, mentions: Sequence[Mention]) -> str:
    """The section at the end of a term's page that lists the lessons that mention it."""
    lines = ["", "## Where it runs", ""]
    for mention in mentions:
        section = (
            f", [{escape_markdown(mention.section)}](../{mention.lesson.path}#{mention.anchor})"
            if mention.section != plain_text(mention.lesson.title)
            else ""
        )
        lines.append(f"- [{mention.lesson.title}](../{mention.lesson.path}){section}")
    if not mentions:
        lines.append("No lesson runs it yet.")
    return "\n".join(lines) + "\n"


def write_head(term: Term) -> str:
    """What opens a term's page: its name, the other names for it, its definition."""
    also = f"\n*Also called {_join(term.synonyms)}.*\n" if term.synonyms else ""
    name = term.name[:1].upper() + term.name[1:]
    return f"# {name}\n\n**{escape_markdown(term.definition)}**\n{also}\n"


def write_index(terms: Iterable[Term]) -> str:
    """All terms with their definitions, in alphabetical order; other names lead to the term.

    The field above them stays hidden until a script takes it up: without one it could find nothing.
    """
    entries: list[tuple[str, str]] = []
    for term in terms:
        link = f"[{term.name}]({term.slug}.md)"
        entries.append((term.name, f"**{link}**\n:   {escape_markdown(term.definition)}\n"))
        entries += [(other, f"{other}\n:   See {link}.\n") for other in term.synonyms]
    return FILTER + "\n".join(entry for _, entry in sorted(entries, key=lambda entry: entry[0].casefold()))


def check_names(terms: Iterable[Term]) -> Iterator[Problem]:
    """A name that two pages claim."""
    owner: dict[str, Term] = {}
    for term in terms:
        for name in (term.name, *term.synonyms):
            other = owner.setdefault(name.casefold(), term)
            if other is not term:
                yield Problem(
                    term.page.path, 1, f"'{name}' already stands on {other.page.path}; each name leads to one page"
                )


def _nearest(slug: str, terms: dict[str, Term]) -> str:
    name = slug.replace("-", " ")
    for term in terms.values():
        if name.casefold() in (other.casefold() for other in term.synonyms):
            return f"; '{name}' is another name for '{term.name}': link to {term.slug}.md"
    return did_you_mean(slug, terms)


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
