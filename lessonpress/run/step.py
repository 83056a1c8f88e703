"""The smallest thing that runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Step:
    """The smallest thing that runs: a cell's code, one inline value, or one block of doctests.

    A run is one result a step, in order. `line` is the place in the file, counted from 1; it is left
    out of the cache's key, so that text may move without anything running again. `error` is true for
    code that is meant to raise. `reads` are patterns of the files that the programs it starts read.
    `play` are the lines that say which of its names a reader can move, and among which values; `data` is true for code
    that ends in what a script in the page works with.
    A check judges what the code before it has defined; its source is a plan as `check.judge` takes it, in JSON.
    """

    kind: Literal["code", "value", "doctest", "check"]
    source: str
    line: int
    cell: int
    format: str = ""
    error: bool = False
    reads: tuple[str, ...] = ()
    reads_line: int = 0
    play: tuple[str, ...] = ()
    play_line: int = 0
    data: bool = False
