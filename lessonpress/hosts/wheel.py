"""The engine's own wheel, made of what is installed here: no registry has it, and a course taken home needs it."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from lessonpress.kept.stages import remembered

DISTRIBUTION = "lessonpress"
PACKAGE = Path(__file__).parents[1]
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # what a zip can say at the earliest: the same files make the same bytes
TAG = "Wheel-Version: 1.0\nGenerator: lessonpress\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@cache
def wheel_name() -> str:
    return f"{DISTRIBUTION}-{metadata.version(DISTRIBUTION)}-py3-none-any.whl"


def is_installed() -> bool:
    """Whether the engine is a package here, and so can be taken along."""
    try:
        return bool(wheel_name())
    except metadata.PackageNotFoundError:
        return False


def write_wheel(folder: Path) -> bytes:
    """The wheel as bytes, kept in a folder of the cache.

    Raises PackageNotFoundError where the engine runs from its folder and is not installed.
    """
    return keep_zip(_read_files(), folder)


@cache  # a preview builds again and again
def _read_files() -> Mapping[str, bytes]:
    """What the wheel holds: each file by its path in it."""
    # Beside an engine that is being worked on may lie the egg-info of its last build, which is not what is installed.
    found = [one for one in metadata.distributions(name=DISTRIBUTION) if one.read_text("METADATA")]
    installed = found[0] if found else metadata.distribution(DISTRIBUTION)
    info = f"{DISTRIBUTION}-{installed.version}.dist-info"
    files = {
        path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for name in ("METADATA", "entry_points.txt", "licenses/LICENSE"):
        if text := installed.read_text(name):
            files[f"{info}/{name}"] = text.encode()
    files[f"{info}/WHEEL"] = TAG.encode()
    record = f"{info}/RECORD"
    lines = [f"{name},sha256={_hash(data)},{len(data)}" for name, data in sorted(files.items())]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    return files


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by their path; the same files give the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            packed = name.endswith((".whl", ".zip"))  # which is compressed already
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], compresslevel=6)
    return held.getvalue()


def keep_zip(files: Mapping[str, bytes], folder: Path) -> bytes:
    """The zip that `write_zip` makes, kept in a folder of the cache: to compress takes longer than to look."""
    inputs = [part for name in sorted(files) for part in (name, files[name])]
    return remembered(folder, "zip", inputs, lambda: write_zip(files))


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
