"""Calls that Python raises no audit event for, and from which a lesson learns something of a file all the same."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

# What a call tells of its path: what lies there, whether it is a link, or both.
TELLS = {"stat": ("files",), "lstat": ("files", "links"), "access": ("files",), "readlink": ("links",)}
ABLE = (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids)


@contextlib.contextmanager
def replaced(module: Any, name: str, make: Callable[[Any], Any]) -> Iterator[None]:
    """Put another function in the place of a module's own, known to be able to do what it can."""
    before = getattr(module, name)
    function = make(before)
    sets: list[set[Any]] = [able for able in ABLE if before in able]
    for able in sets:
        able.add(function)
    setattr(module, name, function)
    try:
        yield
    finally:
        setattr(module, name, before)
        for able in sets:
            able.discard(function)


@contextlib.contextmanager
def heard_calls(
    hear: Callable[[tuple[str, ...], Any, Any], None],
    open_below: Callable[..., int],
    hear_worker: Callable[[Any], None],
) -> Iterator[None]:
    """Have calls heard before they happen: looks at a path, files opened below an open folder, workers started."""

    def telling(name: str) -> Callable[[Any], Any]:
        def make(function: Any) -> Any:
            def look(*arguments: Any, **options: Any) -> Any:
                hear(TELLS[name], arguments[0] if arguments else options.get("path"), options.get("dir_fd"))
                return function(*arguments, **options)

            return look

        return make

    def opening(function: Any) -> Any:
        def open(*arguments: Any, **options: Any) -> int:
            below = options.get("dir_fd") is not None
            return open_below(function, *arguments, **options) if below else int(function(*arguments, **options))

        return open

    def starting(function: Any) -> Any:
        def fork_exec(*arguments: Any) -> Any:
            hear_worker(arguments[0])
            return function(*arguments)

        return fork_exec

    with contextlib.ExitStack() as stack:
        for name in TELLS:
            stack.enter_context(replaced(os, name, telling(name)))
        stack.enter_context(replaced(os, "open", opening))
        with contextlib.suppress(ImportError):  # not on Windows
            import _posixsubprocess  # by which multiprocessing starts its workers

            stack.enter_context(replaced(_posixsubprocess, "fork_exec", starting))
        yield
