"""Answers that are kept in the cache, made ahead by a process for each core: one process finds them all afterwards."""

from __future__ import annotations

import contextlib
import os
import struct
import threading
from collections.abc import Callable, Sequence

FEWEST = 12  # jobs that are worth a process
MOST = 4000  # jobs whose numbers any system's pipe can hold


def make_ahead(jobs: Sequence[Callable[[], object]]) -> None:
    """Have each job done in some other process, and wait until all are.

    Nobody hears of what fails or is said there: whoever asks for an answer then makes it, and is told. Nothing is done
    where it would not be faster, or can't be done: with few jobs, on one core, without `fork`, beside other threads.
    """
    cores = count_cores()
    if len(jobs) < FEWEST or cores < 2 or not hasattr(os, "fork") or threading.active_count() > 1:
        return
    numbers, end = os.pipe()
    os.write(end, b"".join(struct.pack("i", number) for number in range(min(len(jobs), MOST))))
    os.close(end)
    children = []
    try:
        for _ in range(cores):
            child = os.fork()
            if not child:
                _work(jobs, numbers)
            children.append(child)
    finally:
        os.close(numbers)
        for child in children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)


def count_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _work(jobs: Sequence[Callable[[], object]], numbers: int) -> None:
    """In a process of its own: do jobs as long as there are any, and end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        while number := os.read(numbers, 4):
            with contextlib.suppress(Exception):
                jobs[struct.unpack("i", number)[0]]()
    finally:
        os._exit(0)
