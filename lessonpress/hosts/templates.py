"""The theme's templates: listed without what is hidden, and compiled to bytecode that is kept with a checksum.

Damaged bytecode can crash Python itself.
"""

from __future__ import annotations

import base64
import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache
from mkdocs.theme import Theme

from lessonpress.hosts.site_folder import files_in
from lessonpress.kept.files import read_text, write_text


class Templates(BytecodeCache):
    """A folder of compiled templates; Jinja looks whether one is of its template and of this Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        text = read_text(self.folder / bucket.key)
        if text is not None:
            bucket.bytecode_from_string(base64.b64decode(text))

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            write_text(self.folder / bucket.key, base64.b64encode(bucket.bytecode_to_string()).decode())


def quicken(theme: Theme, folder: Path) -> None:
    """Have a theme keep its compiled templates in a folder, and list its files without those in hidden folders.

    MkDocs publishes none of these, and Material has 14,000: its icons.
    """
    get_env = theme.get_env

    def get_quick_env() -> Environment:
        env = get_env()
        env.bytecode_cache = Templates(folder)
        env.loader.list_templates = lambda: list_shown(theme.dirs)  # type: ignore[union-attr, method-assign]
        return env

    theme.get_env = get_quick_env  # type: ignore[method-assign]


def list_shown(folders: Iterable[str]) -> list[str]:
    """The files in folders, as far as these are there, but what is hidden."""
    return sorted({path for folder in folders if os.path.isdir(folder) for path in files_in(folder)})
