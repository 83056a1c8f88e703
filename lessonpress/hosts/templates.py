"""The theme's templates compiled to bytecode, kept with a checksum: a damaged one can crash Python itself."""

from __future__ import annotations

import base64
import contextlib
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache

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
