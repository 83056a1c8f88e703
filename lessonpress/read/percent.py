"""jupytext's reader of the percent format, without all else that jupytext brings, such as a server of notebooks."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from types import ModuleType
from typing import Any


@cache
def percent_reader() -> tuple[Any, Any]:
    """jupytext's class that reads a cell, and its function that reads a file's header.

    Imported when the first lesson is read, since a build in which none has changed reads none; and with a package that
    is no more than its folder, since jupytext imports everything at once, which takes longer than all the reading.
    """
    package = None
    if "jupytext" not in sys.modules and (spec := importlib.util.find_spec("jupytext")):
        package = sys.modules["jupytext"] = ModuleType("jupytext")
        package.__path__ = list(spec.submodule_search_locations or ())
    try:
        from jupytext.cell_reader import DoublePercentScriptCellReader
        from jupytext.header import header_to_metadata_and_cell
    finally:
        if package is not None:
            del sys.modules["jupytext"]  # whoever wants it gets it whole
    return DoublePercentScriptCellReader, header_to_metadata_and_cell
