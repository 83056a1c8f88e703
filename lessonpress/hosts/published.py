"""What tells others of a site: each page's description, and, for a site with an address, cards and a map of it.

All but the descriptions name pages by their whole address, and are left out as long as `site_url` doesn't tell it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from lessonpress.hosts.cards import HEIGHT, WIDTH, keep_card

MOST = 200  # characters of a description; more is cut off where it is shown
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
LEAD = re.compile(r"\s*<strong>(.*?[.?!])</strong>", re.DOTALL)
SENTENCES = re.compile(rf".{{1,{MOST - 1}}}[.?!](?= )")
TAG = re.compile(r"<[^>]*>")
SITEMAP, ROBOTS, CARD = "sitemap.xml", "robots.txt", "assets/card.png"
LASTMOD = re.compile(r"\s*<lastmod>.*?</lastmod>")
DESCRIPTION = re.compile(r'<meta\s+name="description"')


def describe(page: Page, content: str, given: str | None) -> None:
    """Give a page its description: what its front matter says, what is given, or how its text begins.

    It is escaped, for themes write it as it is.
    """
    text = page.meta.get("description") or given or find_lead(content)
    if text:
        page.meta["description"] = html.escape(html.unescape(str(text)))


def find_lead(content: str) -> str:
    """The first sentences of a page's HTML if they are set in bold, else its first paragraph, as plain text.

    >>> find_lead('<p class="note">No.</p><p><strong>Why <a href="a">this</a>?</strong> You will see.</p>')
    'Why this?'
    """
    paragraph = PARAGRAPH.search(content)
    if paragraph is None:
        return ""
    lead = LEAD.match(paragraph[1])
    return shorten(plain(lead[1] if lead else paragraph[1]))


def plain(content: str) -> str:
    """HTML as text in one line."""
    return " ".join(html.unescape(TAG.sub("", content)).split())


def shorten(text: str) -> str:
    """A text of at most so many characters as a description may have, cut behind a sentence, or else a word."""
    if len(text) <= MOST:
        return text
    sentences = SENTENCES.match(text)
    return sentences[0] if sentences else text[: MOST - 1].rpartition(" ")[0] + "…"


class Published:
    """What the pages of one build are shared with; nothing where the site has no address, or is a preview."""

    def __init__(self, config: MkDocsConfig, lessons: Iterable[str], folder: Path, serving: bool) -> None:
        self.config, self.lessons, self.folder = config, set(lessons), folder
        self.url = "" if serving else (config.site_url or "")
        if not config.site_url:
            config.theme.static_templates.discard(SITEMAP)  # it would have no entries

    def files(self, files: Files) -> Iterator[File]:
        """The cards, and what a crawler reads first, unless the course has its own."""
        if not self.url:
            return
        pages = [file.page for file in files.documentation_pages() if file.page and self._has_card(file.page)]
        drawn = {CARD: (self.config.site_name, self.config.site_description or "")}
        drawn |= {self._card_of(page): (plain(str(page.title)), text_of(page)) for page in pages}
        for path, (title, text) in drawn.items():
            course = self.config.site_name if path != CARD else ""
            yield File.generated(self.config, path, content=keep_card(self.folder, title, text, course))
        if files.get_file_from_path(ROBOTS) is None:
            yield File.generated(
                self.config, ROBOTS, content=f"User-agent: *\nAllow: /\n\nSitemap: {self.url}{SITEMAP}\n"
            )

    def add_head(self, output: str, page: Page) -> str:
        """A page with what others read of it, at the end of its head; its theme may write some of that itself."""
        lines = [] if DESCRIPTION.search(output) or not text_of(page) else [_meta("name", "description", text_of(page))]
        if self.url and page.canonical_url:
            lines += self._card_lines(page, page.canonical_url)
        return output.replace("</head>", "".join(f"{line}\n" for line in lines) + "</head>", 1) if lines else output

    def _card_lines(self, page: Page, url: str) -> Iterator[str]:
        title = plain(str(page.title)) if not page.is_homepage else self.config.site_name
        text = text_of(page) or self.config.site_description or ""
        facts = {
            "og:site_name": self.config.site_name,
            "og:type": "article" if self._has_card(page) else "website",
            "og:title": title,
            "og:description": text,
            "og:url": url,
            "og:image": f"{self.url}{quote(self._card_of(page))}",
            "og:image:width": str(WIDTH),
            "og:image:height": str(HEIGHT),
            "og:image:alt": f"{title}. {text}",
        }
        yield from (_meta("property", name, value) for name, value in facts.items() if value)
        yield _meta("name", "twitter:card", "summary_large_image")

    def _has_card(self, page: Page) -> bool:
        return page.file.src_uri in self.lessons

    def _card_of(self, page: Page) -> str:
        return f"assets/cards/{page.file.name}.png" if self._has_card(page) else CARD


def text_of(page: Page) -> str:
    """A page's description as plain text."""
    return html.unescape(str(page.meta.get("description") or ""))


def without_dates(sitemap: str) -> str:
    """A map of the site that is the same each time: MkDocs gives the day of the build as that of each last change."""
    return LASTMOD.sub("", sitemap)


def _meta(kind: str, name: str, value: str) -> str:
    return f'<meta {kind}="{name}" content="{html.escape(value)}">'
