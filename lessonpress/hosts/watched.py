"""What a preview watches: the folders of a course, and whatever else lessons have read or looked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lessonpress.run.record import Run

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer


class Watched:
    """Has a server watch the folders of a course, and what its runs depend on outside of them."""

    def __init__(self, server: LiveReloadServer) -> None:
        self.server = server
        self.paths: set[str] = set()

    def follow(self, root: Path, docs: Path, folders: Sequence[Path], runs: Iterable[Run]) -> None:
        """Watch these, and no more what was watched before; MkDocs watches `docs` itself."""
        noted = {path for run in runs if run.dependencies for path in run.dependencies.files | run.dependencies.folders}
        outside = (place for place in map(root.joinpath, noted) if not any(map(place.is_relative_to, [docs, *folders])))
        wanted = dict.fromkeys(map(_nearest, outside), False) | {folder: True for folder in folders if folder.is_dir()}
        for path, recursive in wanted.items():
            if str(path) not in self.paths:
                self.server.watch(str(path), recursive=recursive)
        for old in self.paths - set(map(str, wanted)):
            self.server.unwatch(old)
        self.paths = set(map(str, wanted))


def _nearest(place: Path) -> Path:
    """The place itself, or the nearest folder where it isn't there."""
    return next(nearest for nearest in (place, *place.parents) if nearest.exists())
