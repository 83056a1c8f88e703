"""One page made anew in a site that stands, before the rest of the site follows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mkdocs.commands import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation

MKDOCS = logging.getLogger("mkdocs")


@dataclass
class Express:
    """What MkDocs had in hand when it made a site, with which it can make one page of it again."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Any = None

    def rebuild(self, path: str, files: Mapping[str, str]) -> str | None:
        """Make the page of a source again, and the files it shows; the page's path in the site, if it has any.

        What is wrong with it is not said: the build that follows says it. Raises what MkDocs and plugins raise.
        """
        file = self.files.get_file_from_path(path)
        if file is None or file.page is None:
            return None
        level = MKDOCS.level
        MKDOCS.setLevel(logging.CRITICAL)
        try:
            for place, content in files.items():
                File.generated(self.config, place, content=content).copy_file()
            build._populate_page(file.page, self.config, self.files)
            build._build_page(
                file.page, self.config, self.files.documentation_pages(), self.nav, self.env,
                excluded=file.inclusion.is_excluded(),  # type: ignore[no-untyped-call]
            )  # fmt: skip
        finally:
            MKDOCS.setLevel(level)
        return file.dest_uri
