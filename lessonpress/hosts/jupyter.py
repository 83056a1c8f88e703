"""mkdocs-jupyter's plugin, without what it imports to read and set notebooks itself, which is never called here."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType


class _Later(ModuleType):
    """Stands in a module's place until something of it is used."""

    def __getattr__(self, name: str) -> object:
        return getattr(importlib.import_module(self.__name__), name)


@contextlib.contextmanager
def imported_later(*names: str) -> Iterator[None]:
    """What is imported meanwhile gets a stand-in for these modules, unless they are there already."""
    stand_ins = {name: _Later(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, module in stand_ins.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


with imported_later("jupytext", "mkdocs_jupyter.convert"):  # together they take a third of a build that finds all kept
    from mkdocs_jupyter.plugin import Plugin as JupyterPlugin

__all__ = ["JupyterPlugin"]
