"""What readers take home, made in another process while the pages are made, and carried into the site at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lessonpress.kept.ahead import begin_ahead
from lessonpress.kept.files import write_whole


@dataclass(frozen=True)
class Offer:
    """What makes a file to take home, and the lessons without whose results a preview doesn't, by their sources."""

    make: Callable[[], bytes]
    waits_for: Sequence[str] = ()


class Packing:
    """Files by their path in the site, which are made in a folder aside, from now on."""

    def __init__(self, offers: Mapping[str, Offer], aside: Path) -> None:
        self.offers, self.aside = offers, aside
        self.wait = begin_ahead([partial(self._make, path) for path in offers])

    def _make(self, path: str) -> None:
        write_whole(self.aside / path, self.offers[path].make())

    def carry_into(self, site: Path) -> None:
        """Put all of them into a site; one that the other process did not make is made now.

        Raises whatever goes wrong with it.
        """
        self.wait()
        for path in self.offers:
            if not (self.aside / path).exists():
                self._make(path)
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(self.aside / path, site / path)
