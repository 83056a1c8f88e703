"""Text set as a block of Markdown."""

from __future__ import annotations

import re


def fenced(text: str, header: str, indent: str = "") -> str:
    """A fenced block around text that may hold fences of its own.

    >>> print(fenced("x = 1", "python"))
    ```python
    x = 1
    ```
    """
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return "\n".join(f"{indent}{line}".rstrip() for line in (f"{ticks}{header}", *text.split("\n"), ticks))
