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
        self.found: set[Path] = set()  # what runs depend on, or what has to come before it is there
        self.paths: set[tuple[str, bool]] = set()  # each with whether it is a folder, which is watched in another way

    def follow(self, root: Path, docs: Path, folders: Sequence[Path], runs: Collection[Run]) -> bool:
        """Watch these, and what was watched before as long as a run doesn't say what it reads; MkDocs watches `docs`.

        True if there is anything new among them: it may have changed since it was read, and nobody would have heard.
        """
        noted = {root / path for run in runs for path in reads_of(run)}
        if any(run.waiting or run.resumed for run in runs):
            noted |= self.found
        own = {folder for folder in folders if folder.is_dir()}
        self.found = {_first_missing(place) for place in noted if not any(map(place.is_relative_to, [docs, *folders]))}
        whole = {path for path in self.found if path.exists()} | own
        expected: dict[Path, set[str]] = {}  # of a folder that is watched only for what isn't there yet, nothing else
        for path in self.found - whole:
            if path.parent not in whole:
                expected.setdefault(path.parent, set()).add(str(path))
        if hasattr(self.server.observer, "expected"):  # else it is MkDocs' own, as with `--dirty`
            self.server.observer.expected = {str(folder): paths for folder, paths in expected.items()}
        before, self.paths = self.paths, {(str(path), path.is_dir()) for path in whole | set(expected)}
        for old, _ in before - self.paths:
            self.server.unwatch(old)
        for new, _ in self.paths - before:
            self.server.watch(new, recursive=Path(new) in own)
        return not self.paths <= before


def _first_missing(place: Path) -> Path:
    """The place itself, or the outermost folder on the way to it that isn't there, and has to come first."""
    return next(one for one in (place, *place.parents) if one.exists() or one.parent.exists())
