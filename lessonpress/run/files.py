"""What a file, a folder, a link or a pattern stands for, in a word that differs when any of it does."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

NO_FILE = "none"


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes; "folder", "special", or "none" where it is another thing, or nothing."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            return hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError):
        return NO_FILE
    return "folder" if stat.S_ISDIR(mode) else "special"  # reading a pipe would wait for its other end


def folder_hash(path: Path) -> str:
    """SHA-256 of the names in a folder, and of which are folders; "none" where there is no folder."""
    try:
        entries = [entry for entry in os.scandir(path) if entry.name != "__pycache__"]
    except (OSError, ValueError):
        return NO_FILE
    return _hash_names(entry.name + "/" * entry.is_dir() for entry in entries)


def link_target(path: Path) -> str:
    """Where a link leads; "none" where there is no link."""
    try:
        return "to " + os.readlink(path)
    except (OSError, ValueError):
        return NO_FILE


def match_files(root: Path, pattern: str) -> list[str]:
    """The files that a pattern stands for, as seen from a folder, and those in the folders it stands for."""
    found = glob.glob(pattern, root_dir=root, recursive=True)
    inside = [
        os.path.join(folder, name) for name in found for folder, _, names in os.walk(root / name) for name in names
    ]
    return sorted({os.path.relpath(root / name, root) for name in [*found, *inside] if (root / name).is_file()})


def _hash_names(names: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(names)).encode("utf-8", "surrogateescape")).hexdigest()


def identity(descriptor: int) -> tuple[int, int] | None:
    """Which file a descriptor stands for; None where it is closed."""
    try:
        found = os.fstat(descriptor)
    except OSError:
        return None
    return found.st_dev, found.st_ino


# What a run can depend on, by kind, and how each is looked at from the project's root: once as it runs, and later to
# see whether it still stands.
LOOK: dict[str, Callable[[Path, str], str]] = {
    "files": lambda root, path: file_hash(root / path),
    "folders": lambda root, path: folder_hash(root / path),
    "links": lambda root, path: link_target(root / path),
    "matches": lambda root, pattern: _hash_names(match_files(root, pattern)),
}
