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
        self.paths: set[tuple[str, bool]] = set()  # each with whether it is a folder, which is watched in another way

    def follow(self, root: Path, docs: Path, folders: Sequence[Path], runs: Collection[Run]) -> bool:
        """Watch these, and what was watched before as long as a run doesn't say what it reads; MkDocs watches `docs`.

        True if there is anything new among them: it may have changed since it was read, and nobody would have heard.
        """
        noted = {path for run in runs for path in reads_of(run)}
        outside = (place for place in map(root.joinpath, noted) if not any(map(place.is_relative_to, [docs, *folders])))
        own = {folder for folder in folders if folder.is_dir()}
        found = {_first_missing(place) for place in outside}
        whole = {path for path in found if path.exists()} | own
        expected = {path for path in found if not path.exists() and path.parent not in whole}
        self._expect(expected)
        before = self.paths
        self.paths = {(str(path), path.is_dir()) for path in whole | {path.parent for path in expected}}
        if any(run.waiting or run.resumed for run in runs):
            self.paths |= {(path, kind) for path, kind in before if (path, not kind) not in self.paths}
        for path, _ in before - self.paths:
            self.server.unwatch(path)
        for path, _ in self.paths - before:
            self.server.watch(path, recursive=Path(path) in own)
        return not self.paths <= before

    def _expect(self, paths: Collection[Path]) -> None:
        """Of a folder that is watched only since something in it isn't there yet, nothing else counts."""
        events = self.server.observer
        if hasattr(events, "expected"):  # else MkDocs' own observer is at work, as with `--dirty`
            events.expected = {
                str(path.parent): {str(one) for one in paths if one.parent == path.parent} for path in paths
            }


def _first_missing(place: Path) -> Path:
    """The place itself, or the outermost folder on the way to it that isn't there, and has to come first."""
    return next(one for one in (place, *place.parents) if one.exists() or one.parent.exists())
