"""A lesson's code compiled cell by cell, as one module's."""

from __future__ import annotations
import __future__

import ast
import functools
import operator
from collections.abc import Mapping
from typing import Any


def compile_lesson(tree: ast.Module | ast.Expression, path: str, names: Mapping[str, Any]) -> Any:
    """Code of the lesson at `path`, in which holds what an earlier cell has imported from `__future__`.

    Without `dont_inherit`, what the engine's own module imports from there would hold too.
    """
    features: dict[str, Any] = {name: getattr(__future__, name) for name in __future__.all_feature_names}
    named = [features[name].compiler_flag for name in features if names.get(name) is features[name]]
    flags = functools.reduce(operator.or_, named, 0)
    mode = "eval" if isinstance(tree, ast.Expression) else "exec"
    return compile(tree, path, mode, flags=flags, dont_inherit=True)
