"""lessonpress turns lessons, written as Python modules, into pages: read, run, print.

The pipe runs one way. `read` makes cells of a module, `kept` has them executed or finds what came of them before,
`run` is what executes them in a process of their own, `printing` sets that as Markdown and files. `course` walks a
whole course down the pipe; `hosts` are the ways to call it: MkDocs, pytest, the command line. `practice` is what a
learner does with a course's exercises: answers, verdicts, progress, and the proofs that a check is worth its name.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lessonpress.course import Course
    from lessonpress.practice.notebook import check
    from lessonpress.problems import Problem
    from lessonpress.settings import Settings

__version__ = "0.2.0"
__all__ = ["Course", "Problem", "Settings", "__version__", "check"]

# Looked up when asked for: a lesson's process imports this package too, and needs none of them.
PLACES = {
    "Course": "lessonpress.course",
    "Problem": "lessonpress.problems",
    "Settings": "lessonpress.settings",
    "check": "lessonpress.practice.notebook",
}


def __getattr__(name: str) -> Any:
    if name in PLACES:
        return getattr(importlib.import_module(PLACES[name]), name)
    raise AttributeError(f"module 'lessonpress' has no attribute '{name}'")
