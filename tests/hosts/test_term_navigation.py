"""What MkDocs is told about the pages of terms; the rest shows in a browser."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page

from lessonpress.hosts.term_pages import chain_pages, lead_map, mark_index


def site_of(*paths: str) -> tuple[MkDocsConfig, Files]:
    config = MkDocsConfig()
    config.load_dict({"site_name": "Tiny", "plugins": [], "nav": ["index.md", "glossary/index.md", "glossary/b.md"]})
    assert config.validate() == ([], [])
    return config, Files([File(path, "docs", config.site_dir, use_directory_urls=True) for path in paths])


def page_of(files: Files, path: str) -> Page:
    file = files.get_file_from_path(path)
    assert file is not None
    assert file.page is not None
    return file.page


def test_the_index_is_marked_while_a_terms_page_is_written_and_no_longer() -> None:
    config, files = site_of("index.md", "glossary/index.md", "glossary/a.md")
    get_navigation(files, config)
    index = page_of(files, "glossary/index.md")
    for path, marked in {"glossary/a.md": True, "glossary/index.md": False, "index.md": False}.items():
        mark_index(page_of(files, path), "glossary", files, active=True)
        assert index.active is marked, path
        mark_index(page_of(files, path), "glossary", files, active=False)
        assert index.active is False


def test_pages_that_the_nav_has_keep_their_neighbors() -> None:
    paths = ["glossary/a.md", "glossary/b.md", "glossary/c.md", "glossary/gone.md"]
    config, files = site_of("index.md", "glossary/index.md", *paths[:3])
    chain_pages(paths, get_navigation(files, config), files)
    a, b, c = (page_of(files, path) for path in paths[:3])
    assert (a.previous_page, a.next_page, c.previous_page, c.next_page) == (None, c, a, None)
    assert (b.previous_page, b.next_page) == (page_of(files, "glossary/index.md"), None)


def test_the_links_of_the_map_lead_to_pages_of_the_site() -> None:
    _, files = site_of("glossary/map.md", "glossary/a.md")
    file = files.get_file_from_path("glossary/map.md")
    assert file is not None
    link = '<a class="lesson-map-term" href="{}">'
    assert lead_map(link.format("a.md"), file, files) == link.format("../a/")
    assert lead_map(link.format("gone.md"), file, files) == link.format("gone.md")
    assert lead_map('<a href="a.md">', file, files) == '<a href="a.md">'
