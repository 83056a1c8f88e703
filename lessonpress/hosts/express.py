"""One page made anew in a site that stands, before the rest of the site follows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation

from lessonpress.course import BuildResult, Course
from lessonpress.hosts.packing import Offer
from lessonpress.hosts.rendered import make_page, populate
from lessonpress.kept.files import write_whole

MKDOCS = logging.getLogger("mkdocs")


@dataclass
class Express:
    """What was in hand when a site was made, with which one page of it can be made again.

    `offers` has what readers take home, by its path in the site, `drawings` SVG by the path of its file; new ones join.
    """

    course: Course
    result: BuildResult
    offers: Mapping[str, Offer]
    drawings: dict[str, str]
    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Any

    def file_of(self, path: str) -> File | None:
        """The file that stands in the site for a source."""
        return self.files.get_file_from_path(self.course.settings.site_path(path))

    def underway(self) -> dict[str, Any]:
        """What runs, and what is still to run, for the pages of a preview."""
        background = self.course.background
        if background is None:
            return {"running": [], "waiting": [], "later": []}
        files = {one: self.file_of(one.path) for one in background.underway()}
        running = [vars(one) | {"url": file.url if file else ""} for one, file in files.items()]
        return {"running": running, "waiting": list(background.wanted), "later": background.later}

    def make(self, path: str) -> str:
        """Make the page of a source again, and the files it shows; the page's path in the site.

        It is "" where that can't be done, or gives the same page: a whole build may have met the same change before.
        What is wrong with it is not said: the build that follows says it. Raises what MkDocs and plugins raise.
        """
        file = self.file_of(path)
        if file is None or file.page is None or not self.course.reprint(path, self.result):
            return ""
        printed = self.result.pages[path]
        places = [Path(file.abs_dest_path), *(Path(self.config.site_dir, place) for place in printed.files)]
        before = [place.read_bytes() if place.exists() else None for place in places]
        self.drawings |= printed.drawings
        level = MKDOCS.level
        MKDOCS.setLevel(logging.CRITICAL)
        try:
            for place, content in printed.files.items():
                File.generated(self.config, place, content=content).copy_file()
            make_page(populate(file, self.config, self.files), self.config, self.files, self.nav, self.env)
        finally:
            MKDOCS.setLevel(level)
        return file.dest_uri if [place.read_bytes() for place in places] != before else ""

    def pack(self, path: str) -> bool:
        """Make what readers take home by a path in the site, for which an empty file stands there.

        False if a lesson that it waits for still runs.
        """
        place, offer = Path(self.config.site_dir, path), self.offers.get(path)
        if offer is None or not place.is_file() or place.stat().st_size:
            return True
        if any(self.result.runs[lesson].waiting for lesson in offer.waits_for):
            return False
        write_whole(place, offer.make())
        return True
