"""The style and the script that any course needs, added to a site that MkDocs builds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

FOLDER = Path(__file__).parents[1] / "assets"
STYLE, SCRIPT = "assets/lessonpress.css", "assets/lessonpress.js"
KINDS = {STYLE: "style", SCRIPT: "script"}


def name_assets(config: MkDocsConfig) -> None:
    """Have every page load the style and the script, before the course's own, so that those win."""
    if STYLE not in config.extra_css:
        config.extra_css = [STYLE, *config.extra_css]
    if SCRIPT not in map(str, config.extra_javascript):
        config.extra_javascript = [SCRIPT, *config.extra_javascript]


def add_assets(files: Files, config: MkDocsConfig) -> None:
    """Add the two files, unless the course has its own of that name."""
    for path in (STYLE, SCRIPT):
        if files.get_file_from_path(path) is None:
            files.append(File.generated(config, path, content=join_parts(path)))


@cache
def join_parts(path: str) -> str:
    """One file for the page to load, of the parts by topic that lie in a folder, in the order of their names."""
    parts = sorted((FOLDER / KINDS[path]).iterdir())
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)
