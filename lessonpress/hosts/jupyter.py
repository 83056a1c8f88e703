"""mkdocs-jupyter's plugin, without what it would import to set notebooks as HTML, which is never called here."""

from __future__ import annotations

import importlib
import importlib.util
import sys


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


import_lazily("mkdocs_jupyter.convert")  # brings all of nbconvert: 0.3 s in each build

from mkdocs_jupyter.plugin import Plugin as JupyterPlugin  # noqa: E402

__all__ = ["JupyterPlugin"]
