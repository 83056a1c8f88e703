"""Whose child a process is, and what becomes of one whose parent ends (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import signal

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def adopt_orphans() -> None:
    """Have processes whose parent ends become children of this one, rather than of the system's first."""
    _control(PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent() -> None:
    """Have this process end when its parent does, whatever ends that."""
    _control(PR_SET_PDEATHSIG, signal.SIGKILL)


def _control(what: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(what, value, 0, 0, 0)
