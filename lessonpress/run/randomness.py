"""The random numbers of a lesson's process: the standard library's, torch's and numpy's."""

from __future__ import annotations

import random
import sys


class Randomness:
    """The state of all random numbers, kept, and put back later."""

    def __init__(self, seed: int | None = None) -> None:
        if seed is not None:
            self.sow(seed)
        self.keep()

    @staticmethod
    def sow(seed: int) -> None:
        random.seed(seed)
        if torch := sys.modules.get("torch"):
            torch.default_generator.manual_seed(seed)
        if numpy := sys.modules.get("numpy"):
            numpy.random.seed(seed)

    def keep(self) -> None:
        torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
        self.states = (
            random.getstate(),
            torch and torch.default_generator.get_state(),
            numpy and numpy.random.get_state(),
        )

    def put_back(self) -> None:
        own, of_torch, of_numpy = self.states
        random.setstate(own)
        if of_torch is not None:
            sys.modules["torch"].default_generator.set_state(of_torch)
        if of_numpy is not None:
            sys.modules["numpy"].random.set_state(of_numpy)
