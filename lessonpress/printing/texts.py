"""Text made fit for a page: escaped, and rid of what differs from run to run or steers a terminal."""

from __future__ import annotations

import re

TERMINAL_CODE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\-_]")


def clean_output(text: str) -> str:
    """Printed text as a reader would see it in a terminal: no color codes, and `\\r` starts a line over.

    >>> clean_output("10%\\r100%\\n\\x1b[31mred\\x1b[0m")
    '100%\\nred'
    """
    text = TERMINAL_CODE.sub("", text).replace("\r\n", "\n")
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n")]
    return "\n".join("".join(letter if letter >= " " or letter == "\t" else "�" for letter in line) for line in lines)


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
