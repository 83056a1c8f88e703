"""What Python code imports, by name."""

from __future__ import annotations

import ast
import doctest
import json

from lessonpress.run.compiled import looked_at
from lessonpress.run.step import Step


@looked_at()
def imports_of(source: str) -> set[str]:
    """The top-level names that Python code imports.

    >>> sorted(imports_of("import torch.nn as nn; from pandas import DataFrame"))
    ['pandas', 'torch']
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def code_of(step: Step) -> str:
    """The Python code in a step."""
    if step.kind == "check":
        plan = json.loads(step.source)
        return "\n".join(plan[part] for part in ("shared", "given", "solution", "check"))
    if step.kind != "doctest":
        return step.source
    return "".join(example.source for example in doctest.DocTestParser().get_examples(step.source))
