"""What a file or a folder holds, as a hash."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

NO_FILE = "none"


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, "none" where there is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return NO_FILE


def folder_hash(path: Path) -> str:
    """SHA-256 of the names in a folder, "none" where there is no folder."""
    try:
        names = sorted(name for name in os.listdir(path) if name != "__pycache__")
    except OSError:
        return NO_FILE
    return hashlib.sha256("\n".join(names).encode("utf-8", "surrogateescape")).hexdigest()
