"""What has to be there before anything runs, checked in words that say how to get it."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence

OLDEST_PYTHON = (3, 11)
MODULES = (
    "mkdocs_jupyter",
    "material",
    "torch",
    "pandas",
    "matplotlib",
    "rich",
    "latex2mathml",
    "ziamath",
    "fontTools",
    "brotli",
)
REMEDY = "python -m pip install torch==2.13.0 -e ."


def check() -> None:
    """End with one line if Python is too old or a package is missing."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        found = sys.version.split()[0]
        raise SystemExit(f"lessonpress needs Python {wanted} or newer, and this is {found}: install it, then: {REMEDY}")
    if missing := missing_packages(MODULES):
        raise SystemExit(f"lessonpress needs {', '.join(missing)}, which this Python has not: run: {REMEDY}")


def missing_packages(names: Sequence[str]) -> list[str]:
    """Those of the named packages that aren't installed; none is imported to find out."""
    if names:  # few lessons need any, and what Python knows of its folders is worth keeping
        importlib.invalidate_caches()  # one may have come while a preview runs
    return [name for name in names if importlib.util.find_spec(name) is None]


def import_lazily(name: str) -> None:
    """Have a module load when something of it is used for the first time, if that ever happens."""
    spec = importlib.util.find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    loader = spec.loader = importlib.util.LazyLoader(spec.loader)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    package, _, rest = name.rpartition(".")
    setattr(importlib.import_module(package), rest, module)  # where `from package import rest` looks first
