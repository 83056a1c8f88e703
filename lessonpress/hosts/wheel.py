"""The engine's own wheel, made of what is installed here: no registry has it, and a course taken home needs it."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from lessonpress.kept.files import read_bytes, write_bytes

DISTRIBUTION = "lessonpress"
PACKAGE = Path(__file__).parents[1]
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # what a zip can say at the earliest: the same files make the same bytes
TAG = "Wheel-Version: 1.0\nGenerator: lessonpress\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel_name() -> str:
    return f"{DISTRIBUTION}-{metadata.version(DISTRIBUTION)}-py3-none-any.whl"


def write_wheel() -> bytes:
    """The wheel as bytes.

    Raises PackageNotFoundError where the engine runs from its folder and is not installed.
    """
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
    return write_zip(files)


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by their path; the same files give the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            packed = name.endswith((".whl", ".zip"))  # which is compressed already
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], compresslevel=9)
    return held.getvalue()


def keep_zip(files: Mapping[str, bytes], folder: Path) -> bytes:
    """The zip that `write_zip` makes, kept in a folder of the cache: to compress takes longer than to look."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    path = folder / f"zip-{digest.hexdigest()[:24]}.bin"
    data = read_bytes(path)
    if data is None:
        data = write_zip(files)
        write_bytes(path, data)
    return data


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
