"""Links and figures that lead from one page to another: terms get their definitions, figures take their places."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from lessonpress.printing.figures import PrintedFigure, write_figure
from lessonpress.printing.gallery import MARK, write_gallery
from lessonpress.printing.glossary import Term, slug_of_target, write_term_link
from lessonpress.problems import Problem, did_you_mean
from lessonpress.read.lesson import Lesson
from lessonpress.read.scan import replace_links
from lessonpress.settings import Settings

PICTURE = re.compile(r"""(?:!\[[^\]]*\]\(|<img\b[^>]*?\bsrc=["'])(?P<target>[^()\s"']+)""")
ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|/|#)", re.IGNORECASE)  # another host, the site's root, the page itself
PLACED_FIGURE = re.compile(r"!\[[^\]]*\]\((?P<target>[^()\s]+\.py)#(?P<label>[\w-]+)\)")


@dataclass(frozen=True)
class Targets:
    """What pages may lead to: terms by slug, and of lessons by their place their figures by label, and their titles.

    `failed` are the lessons that could not be read or did not run to their end, and so lack figures.
    """

    settings: Settings
    terms: Mapping[str, Term] = field(default_factory=dict)
    figures: Mapping[str, Mapping[str, PrintedFigure]] = field(default_factory=dict)
    failed: Collection[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


class Links:
    """The links of one page. What leads nowhere becomes a problem, in the line of the source that has the link."""

    def __init__(self, page: Lesson, targets: Targets) -> None:
        self.page, self.targets = page, targets
        self.problems: list[Problem] = []
        self.pictures: dict[str, str] = {}  # of the author's, by their place in the site: their path in the project
        self.looked = False  # for files, which come and go

    def set(self, text: str, line: int) -> str:
        """A passage, which begins in a line of the source, with its links set; never in code."""

        def place(match: re.Match[str]) -> int:
            return line + match.string.count("\n", 0, match.start())

        text = replace_links(text, lambda match: self._link_term(match, place(match)))
        text = replace_links(text, lambda match: self._place_figure(match, place(match)), PLACED_FIGURE)
        text = replace_links(text, lambda match: self._find_picture(match, place(match)), PICTURE)
        return replace_links(
            text, lambda match: write_gallery(self.targets.figures, self.targets.titles, self._up), MARK
        )

    @property
    def _up(self) -> str:
        """The way from the page's folder to the site's root."""
        return "../" * self.page.place.count("/")

    def _link_term(self, match: re.Match[str], line: int) -> str:
        target = match["target"].replace("\\", "/")
        settings = self.targets.settings
        if not (slug := slug_of_target(target, self.page, settings.site_path(settings.glossary))):
            return match[0].replace(match["target"], target)
        if term := self.targets.terms.get(slug):
            return write_term_link(match["text"], f"{target}{match['anchor'] or ''}", term)
        message = f"link to the term '{slug}', which isn't there{_nearest(slug, self.targets.terms)}"
        self.problems.append(Problem(self.page.path, line, message, code="LP140"))
        return match["text"]

    def _place_figure(self, match: re.Match[str], line: int) -> str:
        source = posixpath.normpath(posixpath.join(posixpath.dirname(self.page.place), match["target"]))
        figures = self.targets.figures.get(source, {})
        if figure := figures.get(match["label"]):
            caption = move_links(figure.caption, source, self.page.place)
            caption = replace_links(caption, lambda link: self._link_term(link, line))
            return f"\n{write_figure(replace(figure, label='', caption=caption), self._up)}\n"
        if source in self.targets.failed:  # the lesson's own problem says enough; or a preview has yet to run it
            return f"*This figure comes once {source} has run to its end.*"
        there = source in self.targets.figures
        what = f"figure '{match['label']}' of {source}" if there else f"lesson {source}"
        known = did_you_mean(match["label"], figures) if there else did_you_mean(source, self.targets.figures)
        self.problems.append(Problem(self.page.path, line, f"{what} isn't there{known}", code="LP140"))
        return f"*(no figure '{match['label']}')*"

    def _find_picture(self, match: re.Match[str], line: int) -> str:
        """A picture as it stands; one of a lesson or a term may lie beside it."""
        settings, target = self.targets.settings, match["target"]
        place = seen_from(self.page.place, target)
        figures = {figure.path for figures in self.targets.figures.values() for figure in figures.values()}
        message = ""
        if target.startswith("attachment:"):
            message = f"picture '{target}' is kept in a notebook; save it as a file beside this one, and name that"
        elif ELSEWHERE.match(target) or place in figures:
            return match[0]
        elif (settings.root / settings.docs / place).is_file():
            self.pictures[place] = f"{settings.docs}/{place}"
        elif place.startswith((f"{settings.lessons}/", f"{settings.glossary}/")) and (settings.root / place).is_file():
            self.pictures[place] = place
        elif not self.page.path.startswith(f"{settings.docs}/") and not place.startswith("assets/"):
            message = f"picture '{target}' isn't there; put it beside this file, or into '{settings.docs}'"
        self.looked = True
        if message:
            self.problems.append(Problem(self.page.path, line, message, code="LP140"))
        return match[0]


def seen_from(place: str, target: str) -> str:
    """The place in the site that a target leads to, as the page at another place writes it.

    >>> seen_from("lessons/tiny.py", "../glossary/bias.md")
    'glossary/bias.md'
    """
    path = re.split(r"[?#]", unquote(target))[0]
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), path))


def move_links(text: str, source: str, page: str) -> str:
    """Links and pictures written in a source as another page needs them; both are named by their places in the site."""

    def move(match: re.Match[str]) -> str:
        target = match["target"]
        if not target or ELSEWHERE.match(target):
            return match[0]
        place = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        return match[0].replace(target, posixpath.relpath(place, posixpath.dirname(page) or "."), 1)

    return replace_links(replace_links(text, move), move, PICTURE)


def _nearest(slug: str, terms: Mapping[str, Term]) -> str:
    name = slug.replace("-", " ")
    for term in terms.values():
        if name.casefold() in (other.casefold() for other in term.synonyms):
            return f"; '{name}' is another name for '{term.name}': link to {term.slug}.md"
    return did_you_mean(slug, terms)
