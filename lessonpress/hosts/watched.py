"""What a preview watches: the folders of a course, and whatever else lessons have read or looked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lessonpress.kept.dependencies import reads_of
from lessonpress.run.record import Run

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer


class Watched:
    """Has a server watch the folders of a course, and what its runs depend on outside of them."""

    def __init__(self, server: LiveReloadServer) -> None:
        self.server = server
        self.paths: set[str] = set()

    def follow(self, root: Path, docs: Path, folders: Sequence[Path], runs: Collection[Run]) -> bool:
        """Watch these, and what was watched before as long as a run doesn't say what it reads; MkDocs watches `docs`.

        True if there is anything new among them: it may have changed since it was read, and nobody would have heard.
        """
        noted = {path for run in runs for path in reads_of(run)}
        outside = (place for place in map(root.joinpath, noted) if not any(map(place.is_relative_to, [docs, *folders])))
        wanted = dict.fromkeys(map(_nearest, outside), False) | {folder: True for folder in folders if folder.is_dir()}
        for path, recursive in wanted.items():
            if str(path) not in self.paths:
                self.server.watch(str(path), recursive=recursive)
        before, self.paths = self.paths, set(map(str, wanted))
        if any(run.waiting or run.resumed for run in runs):
            self.paths |= before
        for old in before - self.paths:
            self.server.unwatch(old)
        return not self.paths <= before


def _nearest(place: Path) -> Path:
    """The place itself, or the nearest folder where it isn't there."""
    return next(nearest for nearest in (place, *place.parents) if nearest.exists())
