"""A map of the glossary: each term below the lesson that runs it first, and a line for each link between two."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lessonpress.printing.glossary import Mention, Term, in_order, neighbors_of
from lessonpress.run.texts import escape_markdown

MAP = "map.md"
WIDTH, LINE, HEAD = 640, 44, 34  # of the drawing, of a line of terms, of a lesson's title, in units of the drawing
INSIDE, GAP = 10.0, 14.0
# Letters at 15 units, as wide as the widest common sans has them.
NARROW, WIDE, LETTER = "fijlrt .,-'", "mwMW%", 9.6
ELSEWHERE = "In no lesson yet"

HEADER = """# Map of the glossary

Each term stands below the lesson that runs it first, and a line joins two terms of which one's page leads to the other.
Point at a term to see its lines. The keys with arrows walk from term to term.
"""


@dataclass(frozen=True)
class Place:
    """A term in the drawing: its left edge, the middle of its line, and its width."""

    term: Term
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def write_map(
    terms: Mapping[str, Term], mentions: Mapping[str, Sequence[Mention]], related: Mapping[str, Sequence[str]]
) -> str:
    """The page with the map as a drawing, and the same as a list."""
    groups = group_terms(terms, mentions)
    pieces = [HEADER, draw_map(groups, related), "## The same as a list\n"]
    for title, members in groups.items():
        pieces.append(f"### {title}\n")
        for term in members:
            near = [terms[slug] for slug in neighbors_of(term.slug, related)]
            pieces.append(f"- **{_write_link(term)}**: {', '.join(map(_write_link, in_order(near))) or 'no other'}")
        pieces.append("")
    return "\n".join(pieces)


def _write_link(term: Term) -> str:
    """A link without the definition, which would stand here once for each neighbor."""
    return f"[{escape_markdown(term.name)}]({term.slug}.md)"


def anchor_of(term: Term) -> str:
    """Where a term stands on the map's page."""
    return f"map-{term.slug}"


def group_terms(terms: Mapping[str, Term], mentions: Mapping[str, Sequence[Mention]]) -> dict[str, list[Term]]:
    """The terms by the title of the lesson that mentions them first, both in reading order; the others last."""
    groups: dict[str, list[Term]] = {}
    for slug, places in mentions.items():
        if slug in terms:
            groups.setdefault(places[0].lesson.title, []).append(terms[slug])
    rest = in_order(term for slug, term in terms.items() if slug not in mentions)
    return groups | ({ELSEWHERE: rest} if rest else {})


def draw_map(groups: Mapping[str, Sequence[Term]], related: Mapping[str, Sequence[str]]) -> str:
    """The map as SVG with text as text: the colors and the highlights are the style sheet's."""
    heads, places = place_terms(groups)
    number = {slug: index for index, slug in enumerate(places)}
    height = max((place.y for place in places.values()), default=0) + LINE / 2
    lines = [
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="group" aria-label="The terms, as in the list below">',
        *(_draw_link(places[one], places[two], number[one], number[two]) for one, two in _pairs(related)),
        *(f'<text class="lesson-map-head" x="0" y="{y:g}">{html.escape(title)}</text>' for title, y in heads),
        *map(_draw_term, places.values()),
        "</svg>",
    ]
    return '<div class="lesson-map">\n' + "\n".join(lines) + "\n</div>\n"


def place_terms(groups: Mapping[str, Sequence[Term]]) -> tuple[list[tuple[str, float]], dict[str, Place]]:
    """Where each group's title stands, and each term, by slug: set like words, so that none covers another."""
    heads: list[tuple[str, float]] = []
    places: dict[str, Place] = {}
    y = 0.0
    for title, terms in groups.items():
        heads.append((title, y + HEAD - 10))
        x, y = 0.0, y + HEAD + LINE / 2
        for term in terms:
            width = width_of(term.name) + 2 * INSIDE
            if x > 0 and x + width > WIDTH:
                x, y = 0.0, y + LINE
            places[term.slug] = Place(term, x, y, width)
            x += width + GAP
        y += LINE / 2
    return heads, places


def width_of(name: str) -> float:
    """How wide a name may be in the drawing."""
    return sum(6.4 if letter in NARROW else 14.8 if letter in WIDE else LETTER for letter in name)


def _pairs(related: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    """Each two terms that are linked, once."""
    seen = {tuple(sorted((slug, other))) for slug, linked in related.items() for other in linked}
    return ((one, two) for one, two in sorted(seen))


def _draw_link(one: Place, two: Place, first: int, second: int) -> str:
    """A bent line from middle to middle; the ends' numbers let a script find the lines of a term."""
    bend = (one.middle + two.middle) / 2 + (two.y - one.y) / 6, (one.y + two.y) / 2 - abs(two.middle - one.middle) / 6
    path = f"M{one.middle:.0f} {one.y:.0f}Q{bend[0]:.0f} {bend[1]:.0f} {two.middle:.0f} {two.y:.0f}"
    return f'<path class="lesson-map-link" d="{path}" data-ends="{first} {second}"/>'


def _draw_term(place: Place) -> str:
    term = place.term
    says = f'href="{term.slug}.md" id="{anchor_of(term)}" data-definition="{html.escape(term.definition)}"'
    return (
        f'<a class="lesson-map-term" {says}>'
        f'<rect x="{place.x:g}" y="{place.y - 14:g}" width="{place.width:g}" height="28" rx="6"/>'
        f'<text x="{place.middle:g}" y="{place.y + 5:g}">{html.escape(term.name)}</text></a>'
    )
