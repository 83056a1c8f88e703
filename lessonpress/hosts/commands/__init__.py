"""What the commands of `lessonpress` do, a module for each kind; the command line imports the one it is asked for."""

from __future__ import annotations

from lessonpress.problems import CannotGoOn

# What a command ends with. `practice check` says in it what came of an answer.
RIGHT, WRONG, MISUSED, UNFINISHED = 0, 1, 2, 3


class WrongCall(CannotGoOn):
    """What is wrong with the words of a command, in one line."""
