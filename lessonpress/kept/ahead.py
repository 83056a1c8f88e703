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
    """Have each job done in some other process, one for each core, and wait until all are.

    Nothing is done where it would not be faster, with few jobs, or as in `begin_ahead`.
    """
    if len(jobs) >= FEWEST:
        begin_ahead(jobs, count_cores())()


def begin_ahead(jobs: Sequence[Callable[[], object]], processes: int = 1) -> Callable[[], None]:
    """Have each job done in one of some other processes, and go on; the answer waits until all are.

    Nobody hears of what fails or is said there: whoever asks for an answer then makes it, and is told. Nothing is done
    where it would not be faster, or can't be done: on one core, without `fork`, beside other threads.
    """
    children: list[int] = []
    if count_cores() >= 2 and hasattr(os, "fork") and threading.active_count() == 1:
        numbers, end = os.pipe()
        os.write(end, b"".join(struct.pack("i", number) for number in range(min(len(jobs), MOST))))
        os.close(end)
        with contextlib.suppress(OSError):  # of memory, or of processes, there may be no more
            for _ in range(processes):
                child = os.fork()
                if not child:
                    _work(jobs, numbers)
                children.append(child)
        os.close(numbers)

    def wait() -> None:
        while children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(children[-1], 0)
            children.pop()

    return wait


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
