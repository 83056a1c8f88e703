"""`display` as a notebook has it, for lessons that name it, and for those that import it from IPython."""

from __future__ import annotations

import builtins
import contextlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

IPYTHON = "IPython.core.display_functions"
GIVEN_ON = "IPython.display"  # which hands them on


class Display:
    """The functions of IPython's that show something, showing it on the page: nothing of IPython is needed."""

    def __init__(self, show: Callable[[Any], None], clear: Callable[[bool], None]) -> None:
        self.show, self.clear = show, clear

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Each by the name that it has in IPython."""
        return {
            "display": self.display,
            "update_display": self.update_display,
            "clear_output": self.clear_output,
            "publish_display_data": self.publish_display_data,
        }

    def display(self, *values: Any, display_id: Any = None, raw: bool = False, clear: bool = False, **_: Any) -> Any:
        """Show values at once; of one that is to be updated, a page shows each state."""
        if clear:
            self.clear(True)
        for value in values:
            self.show(Bundle(value) if raw else value)
        return Handle(self) if display_id else None

    def update_display(self, value: Any, **options: Any) -> None:
        self.display(value, **options)

    def clear_output(self, wait: bool = False) -> None:
        """Take away what the cell has shown so far; or wait with that until it shows something else."""
        self.clear(wait)

    def publish_display_data(self, data: dict[str, Any], metadata: Any = None, **_: Any) -> None:
        self.show(Bundle(data, metadata or {}))


class Handle:
    """What `display` hands back, to show another state by."""

    def __init__(self, shows: Display) -> None:
        self.display = self.update = shows.display


class Bundle:
    """Something in several forms, as a lesson has made them itself."""

    def __init__(self, data: dict[str, Any], about: dict[str, Any] | None = None) -> None:
        self.data, self.about = data, about or {}

    def __repr__(self) -> str:
        return str(self.data.get("text/plain", ""))

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.data, self.about


class Finder(importlib.abc.MetaPathFinder):
    """Finds IPython's own module, and has other functions put into it once it is imported."""

    def __init__(self, fill: Callable[[types.ModuleType], None]) -> None:
        self.fill = fill

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> Any:
        spec = importlib.machinery.PathFinder.find_spec(name, path) if name == IPYTHON else None
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_fill(module: types.ModuleType) -> None:
                execute(module)
                self.fill(module)

            spec.loader.exec_module = execute_and_fill  # type: ignore[method-assign]
        return spec


@contextlib.contextmanager
def displayed(shows: Display) -> Iterator[None]:
    """Have `display` and IPython's own functions show things meanwhile."""
    functions, before = shows.functions(), dict[str, Any]()

    def fill(module: types.ModuleType) -> None:
        for name in functions:
            before.setdefault(name, vars(module)[name])
        vars(module).update(functions)

    for name in (IPYTHON, GIVEN_ON):
        if name in sys.modules:
            fill(sys.modules[name])
    finder = Finder(fill)
    sys.meta_path.insert(0, finder)
    builtins.display = shows.display  # type: ignore[attr-defined]
    try:
        yield
    finally:
        sys.meta_path[:] = [other for other in sys.meta_path if other is not finder]
        vars(builtins).pop("display", None)
        for name in (IPYTHON, GIVEN_ON) if before else ():
            if name in sys.modules:
                vars(sys.modules[name]).update(before)
