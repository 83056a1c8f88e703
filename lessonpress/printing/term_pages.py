"""What the engine sets on the pages of the glossary: above and below a term's own text, and the index of all."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import groupby

from lessonpress.kept.stages import LastAnswers
from lessonpress.printing.anchors import plain_text
from lessonpress.printing.glossary import (
    Mention,
    Term,
    find_mentions,
    find_related,
    in_order,
    neighbors_of,
    write_term_link,
)
from lessonpress.printing.term_map import MAP, anchor_of, write_map
from lessonpress.read.lesson import Lesson
from lessonpress.run.texts import escape_markdown

FILTER = """
<div class="lesson-filter" hidden>
<label for="term-filter">Find a term</label>
<input type="search" id="term-filter" autocomplete="off" spellcheck="false">
<p role="status"></p>
</div>
"""
MOST_NEIGHBORS = 8  # a term that all others link to would list them all; the map has the rest


class TermPages:
    """The glossary of a course as its pages need it; `map_path` is "" where there is nothing to draw.

    `folder` is the glossary's place in the site, and `taken` are the places of all sources: a page that an author wrote
    stays the author's. `last` knows what was found before.
    """

    def __init__(
        self,
        terms: Mapping[str, Term],
        lessons: Sequence[Lesson],
        folder: str,
        taken: Container[str],
        last: LastAnswers | None = None,
    ) -> None:
        self.terms, self.folder = terms, folder
        self.mentions = find_mentions(lessons, folder, last)
        self.related = find_related(terms, folder, last)
        path = f"{folder}/{MAP}"
        self.map_path = path if path not in taken and any(self.related.values()) else ""

    def frame(self, page: Lesson, markdown: str) -> str:
        """A page with what belongs above and below its text; nothing for a page that is not of the glossary."""
        if not page.place.startswith(f"{self.folder}/"):
            return markdown
        map_link = MAP if self.map_path else ""
        if not (term := self.terms.get(page.name)):
            return markdown + write_index(self.terms.values(), map_link)
        neighbors = [self.terms[slug] for slug in neighbors_of(term.slug, self.related)]
        on_map = f"{MAP}#{anchor_of(term)}" if map_link else ""
        below = write_neighbors(neighbors, on_map) + write_where_it_runs(term, self.mentions.get(term.slug, []))
        return write_head(term) + markdown + below

    def write_map(self) -> str:
        """The page with the map."""
        return write_map(self.terms, self.mentions, self.related)


def write_head(term: Term) -> str:
    """What opens a term's page: its name, the other names for it, its definition."""
    also = f"\n*Also called {_join(term.synonyms)}.*\n" if term.synonyms else ""
    return f"# {term.title}\n\n**{escape_markdown(term.definition)}**\n{also}\n"


def write_neighbors(neighbors: Sequence[Term], map_link: str) -> str:
    """The section of a term's page that leads to the terms its text is linked with, and to the map of all."""
    if not neighbors:
        return ""
    links = [write_term_link(term.name, f"{term.slug}.md", term) for term in neighbors[:MOST_NEIGHBORS]]
    on_map = f" See them on [the map]({map_link})." if map_link else ""
    return f"\n## Related terms\n\n{', '.join(links)}.{on_map}\n"


def write_where_it_runs(term: Term, mentions: Sequence[Mention]) -> str:
    """The section at the end of a term's page that lists the lessons that mention it."""
    lines = ["", "## Where it runs", ""]
    up = "../" * term.page.place.count("/")
    for mention in mentions:
        section = (
            f", [{escape_markdown(mention.section)}]({up}{mention.lesson.place}#{mention.anchor})"
            if mention.section != plain_text(mention.lesson.title)
            else ""
        )
        lines.append(f"- [{mention.lesson.title}]({up}{mention.lesson.place}){section}")
    if not mentions:
        lines.append("No lesson runs it yet.")
    return "\n".join(lines) + "\n"


def write_index(terms: Iterable[Term], map_link: str) -> str:
    """All terms with their definitions and other names, in alphabetical order, below their letters.

    The field above them stays hidden until a script takes it up: without one it could find nothing.
    """
    letters = {letter: list(group) for letter, group in groupby(in_order(terms), _letter_of)}
    bar = " ".join(f'<a href="#letter-{letter.lower()}">{letter}</a>' for letter in letters)
    on_map = f"\n[The map of these terms]({map_link}) shows how they hang together.\n" if map_link else ""
    pieces = [FILTER, f'<nav class="lesson-letters" aria-label="Letters">{bar}</nav>\n{on_map}']
    pieces.append('<div class="lesson-terms" markdown>\n')
    for letter, group in letters.items():
        pieces.append(f'<h2 class="lesson-letter" id="letter-{letter.lower()}">{letter}</h2>\n')
        pieces += map(_write_entry, group)
    return "\n".join([*pieces, "</div>\n"])


def _write_entry(term: Term) -> str:
    names = ", ".join(map(escape_markdown, term.synonyms))
    also = f" *Also: {names}.*{{ .lesson-also }}" if names else ""
    definition = escape_markdown(term.definition)
    return f"[{escape_markdown(term.name)}]({term.slug}.md) {{ #{term.slug} }}\n:   {definition}{also}\n"


def _letter_of(term: Term) -> str:
    first = term.name[:1].upper()
    return first if first.isalpha() else "0"


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
