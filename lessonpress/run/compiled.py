"""A lesson's code compiled cell by cell, as one module's."""

from __future__ import annotations
import __future__

import ast
import contextlib
import functools
import operator
import warnings
from collections.abc import Iterator, Mapping
from typing import Any


@contextlib.contextmanager
def looked_at() -> Iterator[None]:
    """Read code without running it: what Python warns of in it is told when it runs, and not each time it is read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def compile_lesson(tree: ast.Module | ast.Expression, path: str, names: Mapping[str, Any]) -> Any:
    """Code of the lesson at `path`, in which holds what an earlier cell has imported from `__future__`.

    Without `dont_inherit`, what the engine's own module imports from there would hold too.
    """
    features: dict[str, Any] = {name: getattr(__future__, name) for name in __future__.all_feature_names}
    named = [features[name].compiler_flag for name in features if names.get(name) is features[name]]
    flags = functools.reduce(operator.or_, named, 0)
    mode = "eval" if isinstance(tree, ast.Expression) else "exec"
    return compile(tree, path, mode, flags=flags, dont_inherit=True)
