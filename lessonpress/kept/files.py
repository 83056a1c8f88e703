"""Files of the cache: each written whole or not at all, and believed only if it is as it was written."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
from functools import cache
from pathlib import Path

log = logging.getLogger("lessonpress")


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file with its checksum under another name first, and let it take its place at one stroke.

    Where that can't be done, it is said once, and nothing is kept.
    """
    try:
        write_whole(path, hashlib.sha256(data).hexdigest().encode() + b"\n" + data)
    except OSError as error:
        say_unkept(path.parent, error.strerror or str(error))


def write_whole(path: Path, data: bytes, prefix: str = "") -> None:
    """Write a file, and the folders above it, whole or not at all: under another name first, which has a prefix.

    Raises OSError where that can't be done.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=prefix + path.name)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(name)
        raise


@cache
def say_unkept(folder: Path, why: str) -> None:
    """Say, once in a process, that a folder can't be written."""
    log.warning("nothing can be kept in %s (%s); the next build does again what this one did", folder, why)


def read_bytes(path: Path) -> bytes | None:
    """What `write_bytes` wrote; None where there is nothing, or anything else."""
    try:
        checksum, _, data = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest().encode() != checksum:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # what nobody asks for any more is dropped by its age
    return data


def write_text(path: Path, text: str) -> None:
    """Write a text as `write_bytes` does."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def read_text(path: Path) -> str | None:
    """The text that `write_text` wrote; None where there is nothing, or anything else."""
    data = read_bytes(path)
    return None if data is None else data.decode("utf-8")
