"""A built site as one PDF, with bookmarks and tags: lessons and terms joined to one page, which Chromium prints."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

from lessonpress.problems import CannotGoOn
from lessonpress.settings import Settings

ARTICLE = re.compile(r"<article\b[^>]*>(.*)</article>", re.DOTALL)
TITLE = re.compile(r"<h1\b[^>]*>(.*?)\s*(?:<a\b[^>]*headerlink.*?)?</h1>", re.DOTALL)
STYLES = re.compile(r'<link\s+rel="stylesheet"[^>]*>|<style\b.*?</style>', re.DOTALL)
CANONICAL = re.compile(r'<link\s+rel="canonical"\s+href="([^"]*)"')
REFERENCE = re.compile(r'(?<=\s)(?P<name>href|xlink:href|src|id|for|aria-labelledby|aria-describedby)="(?P<to>[^"]*)"')
ROOT = "http://site.invalid/"  # stands for the site's address while links are followed
# Hints and solutions are left to the site, where they are folded away.
PRINTED = """
@page { size: A4; margin: 20mm 18mm; @bottom-center { content: counter(page); font: 9pt sans-serif } }
.printed { break-before: page; margin: 0 auto; max-width: 44rem }
.printed.term { break-before: auto }
.printed :is(h1, h2, h3, h4) { break-after: avoid }
.printed :is(figure, img, svg) { break-inside: avoid; max-width: 100% }
.printed :is(nav, form, button, .headerlink, .lesson-downloads, .lesson-exercise details) { display: none }
"""


class CannotPrint(CannotGoOn):
    """There is no site, or no Chromium that prints it."""


@dataclass(frozen=True)
class Article:
    """A page's own text as HTML, and its address from the site's root."""

    place: str
    content: str

    @property
    def name(self) -> str:
        """What the ids of its elements begin with in the whole."""
        return re.sub(r"\W+", "-", unquote(self.place)).strip("-")

    @property
    def title(self) -> str:
        """Its first heading, as HTML."""
        found = TITLE.search(self.content)
        return found[1] if found else self.name


def print_pdf(settings: Settings, site: Path, target: Path) -> None:
    """Print the lessons and the terms of a built site; raises CannotPrint where the site or Chromium isn't there."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise CannotPrint("a PDF is printed by Chromium, which isn't there: install it, or name one in CHROMIUM")
    options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--generate-pdf-document-outline"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")  # which Chromium has for other users alone
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "whole.html"
        page.write_text(join_site(settings, site), encoding="utf-8")
        places = [f"--user-data-dir={folder}/user", f"--print-to-pdf={target.absolute()}", page.as_uri()]
        result = subprocess.run([chromium, *options, *places], capture_output=True, text=True, check=False)
    if result.returncode or not target.is_file():
        raise CannotPrint(f"Chromium has printed nothing:\n{result.stderr}")


def join_site(settings: Settings, site: Path) -> str:
    """One page: the course's title, what there is, the lessons in their order, and the terms in alphabetical order."""
    pages = [settings.site_path(settings.name_of(path)) for path in settings.page_paths()]
    folder = settings.site_path(settings.glossary)
    terms = [path for path in pages if path.startswith(f"{folder}/") and not path.endswith("/index.md")]
    lessons = [read_article(site, settings.site_path(settings.name_of(path))) for path in settings.lesson_paths()]
    glossary = sorted((read_article(site, path) for path in terms), key=lambda term: term.title.casefold())
    home = _read(site / "index.html")
    canonical, name = CANONICAL.search(home), re.search(r"<title>(.*?)</title>", home, re.DOTALL)
    links = Links(
        {article.place: article for article in (*lessons, *glossary)}, site, canonical[1] if canonical else ""
    )
    body = re.search(r"<body\b[^>]*>", home)
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">{name[0] if name else ""}',
            *(links.follow(style, Article("", "")) for style in STYLES.findall(home.partition("</head>")[0])),
            f"<style>{PRINTED}</style></head>{body[0] if body else '<body>'}",
            *write_contents(name[1] if name else "", lessons, bool(glossary)),
            *(write_section(article, links, "lesson") for article in lessons),
            '<section class="printed md-typeset"><h1 id="glossary">Glossary</h1></section>' if glossary else "",
            *(write_section(article, links, "term") for article in glossary),
            "</body></html>",
        ]
    )


def read_article(site: Path, source: str) -> Article:
    """The page of a source, by its path from the site's root; raises CannotPrint where it isn't in the site."""
    stem = source.rpartition(".")[0]
    folders = (site / stem).is_dir() and (site / stem / "index.html").is_file()
    file = site / stem / "index.html" if folders else site / f"{stem}.html"
    article = ARTICLE.search(_read(file))
    if article is None:
        raise CannotPrint(f"{file} has no <article>, as a page of the theme Material has")
    return Article(f"{stem}/" if folders else f"{stem}.html", article[1])


def write_contents(title: str, lessons: list[Article], glossary: bool) -> Iterator[str]:
    """The first page: the course's title, and links to all that follows."""
    entries = [(article.name, article.title) for article in lessons] + [("glossary", "Glossary")] * glossary
    items = "\n".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in entries)
    yield f'<section class="md-typeset"><h1>{title}</h1><ol>{items}</ol>'
    yield "<p>Hints and solutions of the exercises are on the site.</p></section>"


def write_section(article: Article, links: Links, kind: str) -> str:
    """An article as a part of the whole: opened where it is folded, with a term's headings one level down."""
    content = re.sub(r"<details(?![^>]*\sopen\b)", "<details open", links.follow(article.content, article))
    content = content.replace(' loading="lazy"', "")
    if kind == "term":
        content = re.sub(r"(</?h)([1-5])\b", lambda match: f"{match[1]}{int(match[2]) + 1}", content)
    return f'<section class="printed {kind} md-typeset" id="{article.name}">{content}</section>'


class Links:
    """Has the links of joined pages lead on in the whole where they can, else to the site if its address is known."""

    def __init__(self, articles: Mapping[str, Article], site: Path, address: str) -> None:
        self.articles, self.site, self.address = articles, site.absolute(), address

    def follow(self, content: str, article: Article) -> str:
        """A page's HTML with ids of its own, and with its links led on."""
        content = REFERENCE.sub(
            lambda match: f'{match["name"]}="{self._lead(match["name"], match["to"], article)}"', content
        )
        return content.replace("url(#", f"url(#{article.name}--")

    def _lead(self, name: str, to: str, article: Article) -> str:
        if name not in ("href", "xlink:href", "src"):
            return " ".join(f"{article.name}--{one}" for one in to.split())
        place, anchor = urldefrag(urljoin(ROOT + article.place, to))
        if not place.startswith(ROOT):
            return to  # to another site
        path = unquote(place.removeprefix(ROOT))
        if path in self.articles and name != "src":
            return f"#{self.articles[path].name}" + (f"--{unquote(anchor)}" if anchor else "")
        file = self.site / path
        if name == "href" and (not path or path.endswith(("/", ".html"))):
            return self.address + path if self.address else "#"
        return file.as_uri() + (f"#{anchor}" if anchor else "")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise CannotPrint(f"no page {file}: build the site first, `mkdocs build`") from error
