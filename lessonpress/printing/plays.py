"""What a reader moves in a figure, as native controls in the page and a file of what they change."""

from __future__ import annotations

import gzip
import html
import json
from collections.abc import Mapping
from typing import Any

from lessonpress.run.figures import Figure

BUDGET = 100_000  # bytes compressed, half of what a page with all that it loads may weigh
FEWEST_TO_RUN = 8  # values from which on a range has a button that runs through it


def write_play(figure: Figure, path: str, script: str) -> str:
    """The controls of a figure, as HTML; empty where there is nothing to move.

    They work once a script has found the file at `path`, from the site's root. `script` is the path of one that makes
    controls of its own.
    """
    if script:
        own = html.escape(script)
        return f'<div class="lesson-play" data-play="{html.escape(path)}" data-script="{own}"></div>'
    if not figure.play:
        return ""
    groups = "".join(map(_write_group, figure.play))
    return f'<div class="lesson-play" data-play="{html.escape(path)}">{groups}</div>'


def write_changes(figure: Figure) -> str:
    """What the controls change, or a script works with, as JSON."""
    own = {"data": json.loads(figure.data), "axes": figure.axes} if figure.data else None
    return json.dumps(own or figure.play, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def weigh(changes: str) -> int:
    """What a file weighs on its way, in bytes."""
    return len(gzip.compress(changes.encode(), 9, mtime=0))


def count_whole(figure: Figure) -> int:
    """How many drawings are kept whole, since they don't have the same parts."""
    return sum(len(group.get("whole", ())) for group in figure.play)


def says_more(group: Mapping[str, Any]) -> bool:
    """Whether what is printed changes with what is moved, and so stands by the controls."""
    return len(set(group["says"])) > 1


def _write_group(group: Mapping[str, Any]) -> str:
    controls = "".join(map(_write_control, group["controls"]))
    says = ""
    if says_more(group):
        text = html.escape(group["says"][group["still"]]).replace("\n", "&#10;")
        says = f'<output class="lesson-says" aria-live="polite">{text}</output>'
    return f'<div class="lesson-controls">{controls}{says}</div>'


def _write_control(control: Mapping[str, Any]) -> str:
    name = html.escape(control["name"].replace("_", " ").strip())
    values = [html.escape(value) for value in control["values"]]
    still = control["still"]
    if control["kind"] == "switch":
        checked = " checked" if values[still] == "True" else ""
        return f'<label><input type="checkbox"{checked} disabled> {name}</label>'
    if control["kind"] == "choice":
        entries = "".join(
            f"<option{' selected' if number == still else ''}>{value}</option>" for number, value in enumerate(values)
        )
        return f"<label>{name} <select disabled>{entries}</select></label>"
    number = f'min="0" max="{len(values) - 1}" value="{still}"'
    run = '<button type="button" disabled>Play</button>' if len(values) >= FEWEST_TO_RUN else ""
    field = f'<input type="range" {number} aria-valuetext="{values[still]}" disabled>'
    room = max(map(len, control["values"]))
    shown = (
        f'<span class="lesson-value" style="min-width: {room}ch">{values[still]}</span>'  # which a field says itself
    )
    return f"<label>{name} {field} {shown}</label>{run}"
