"""What a run's own process has noted of what it depends on, put together from its events."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Event = dict[str, Any]


@dataclass
class Observed:
    """What a run read and asked for.

    `files`, `folders`, `links` and `matches` are as in Dependencies. `named` are the top-level modules that the
    lesson's own code imports, `imported` all others that were asked for. `unkept` says why the run can't be kept.
    """

    files: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    matches: dict[str, str] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)
    unkept: str = ""


def collect_notes(events: Iterable[Event]) -> Observed | None:
    """Put the notes among a run's events together; None where the lesson never began.

    What was noted first counts, as it was when the file was opened; a file that the lesson itself has written is
    left out, unless it is noted again as it was in the end.
    """
    noted = Observed()
    names: dict[str, set[str]] = {kind: set() for kind in ("named", "imported", "own")}
    began = False
    for event in events:
        began = began or event["event"] in ("noted", "step")
        if event["event"] == "noted":
            _add(noted, names, event["kind"], event["name"], event["value"])
    ours = names["own"] | sys.stdlib_module_names
    noted.named = sorted(names["named"] - ours)
    noted.imported = sorted(names["imported"] - names["named"] - ours)
    return noted if began else None


def _add(noted: Observed, names: dict[str, set[str]], kind: str, name: str, value: str) -> None:
    match kind:
        case "named" | "imported" | "own":
            names[kind].add(name)
        case "unkept":
            noted.unkept = noted.unkept or value
        case "written":
            noted.files.pop(name, None)
        case "in the end":
            noted.files[name] = value
        case _:
            getattr(noted, kind).setdefault(name, value)
