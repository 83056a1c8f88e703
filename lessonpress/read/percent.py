"""jupytext's reader of the percent format, without all else that it brings, such as a server of notebooks."""

from __future__ import annotations

import contextlib
import importlib.util
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
CELL_MARK = re.compile(r"\s*#\s*%%")
LAYOUT = ("lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker")


@dataclass(frozen=True)
class RawCell:
    """A cell as it stands in the file: "code", "markdown" or "raw", its text, and what its mark says."""

    kind: str
    source: str
    named: dict[str, object]


def skip_header(lines: Sequence[str]) -> int:
    """Where the first cell begins: behind a header of Jupyter's notes, if there is one."""
    if CELL_MARK.match(lines[0]) or not lines[0].startswith("#"):
        return 0
    with only_folders("jupytext"):
        from jupytext.header import header_to_metadata_and_cell
    *_, start = header_to_metadata_and_cell(lines, "#", "", ".py")
    return int(start)


def read_raw_cell(lines: Sequence[str]) -> tuple[RawCell, int]:
    """The cell that begins with these lines, and in how many of them it ends."""
    reader = cell_reader()(FORMAT)
    # What its own `read` does beyond this is to make a cell of a notebook, which takes longer than to find one.
    reader.metadata_and_language_from_option_line(lines[0])
    reader.language = language = reader.metadata.pop("language", None)
    length = reader.find_cell_content(lines)
    named = {name: value for name, value in reader.metadata.items() if name not in LAYOUT}
    if language:
        named["language"] = language
    return RawCell(reader.cell_type, "\n".join(reader.content), named), length


@cache
def cell_reader() -> Any:
    """jupytext's class that reads a cell.

    Imported when the first lesson is read, since a build in which none has changed reads none.
    """
    with only_folders("jupytext", "nbformat", "nbformat.v4"):
        from jupytext.cell_reader import DoublePercentScriptCellReader
    return DoublePercentScriptCellReader


@contextlib.contextmanager
def only_folders(*packages: str) -> Iterator[None]:
    """Have packages that are not imported yet be no more than their folders; whoever wants them later gets them whole.

    Some import all that they have, which takes longer than what is asked of them. No other thread may want them now.
    """
    before = set(sys.modules)
    new = {package.partition(".")[0] for package in packages} - before
    try:
        for name in packages:
            if name.partition(".")[0] in new and (spec := importlib.util.find_spec(name)):
                sys.modules[name] = package = ModuleType(name)
                package.__path__ = list(spec.submodule_search_locations or ())
        yield
    finally:
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in new:
                del sys.modules[name]
