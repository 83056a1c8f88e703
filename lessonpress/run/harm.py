"""Whether a lesson took away what the engine itself needs: an engine that then fails is not at fault."""

from __future__ import annotations

import ast
import builtins
import io
import json
import os
import sys
import time
import traceback
import types

MODULES: tuple[types.ModuleType, ...] = (builtins, os, sys, ast, io, json, time, traceback)
NOT_ITS_OWN = {"stdin", "stdout", "stderr", "path", "argv"}  # what the engine sets and puts back
MODULE = types.ModuleType
ANYTHING = BaseException  # a name that stays where the lesson deletes all of Python's


class Before:
    """The modules that the engine works with, as they were before the lesson began."""

    def __init__(self) -> None:
        self.modules = [(module.__dict__, dict(module.__dict__)) for module in MODULES]
        self.names = {module.__name__ for module in MODULES}
        self.limit = sys.getrecursionlimit()
        self.builtins, self.saved = self.modules[0]

    def put_back(self) -> list[str]:
        """Give Python back what is missing or replaced, and name it."""
        was = self.builtins.copy()
        self.builtins.update(self.saved)  # before anything else, which may need it
        found = [f"builtins.{name}" for name in self.saved if was.get(name) is not self.saved[name] and name != "_"]
        for now, before in self.modules[1:]:
            names = [name for name in before if now.get(name) is not before[name] and name not in NOT_ITS_OWN]
            found += [f"{before['__name__']}.{name}" for name in names]
            now.update({name: before[name] for name in names})
        found += [f"sys.modules['{name}']" for name in sorted(self.names - set(sys.modules))]
        return found

    def says(self, error: BaseException, path: str) -> str:
        """Why an error that the engine met is the lesson's doing; empty where it is the engine's own."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(self.limit)
        if taken := self.put_back():
            more = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
            return f"the lesson took away or replaced {taken[0]}{more}, which Python itself needs; leave it as it is"
        if emptied := [name for name, module in sys.modules.items() if is_emptied(module)]:
            return f"the lesson emptied the module '{emptied[0]}', which others need; leave it as it is"
        if limit < self.limit or isinstance(error, (RecursionError, MemoryError, KeyboardInterrupt)):
            return f"the lesson left Python too little to go on: {type(error).__name__}"
        if any(frame.filename == path for frame in traceback.extract_tb(error.__traceback__)):
            return f"the lesson's code raised {type(error).__name__} where nothing could catch it"
        return ""


def is_emptied(module: object) -> bool:
    """Whether a module has lost what each one has."""
    return isinstance(module, MODULE) and "__name__" not in vars(module)
