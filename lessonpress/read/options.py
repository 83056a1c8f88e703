"""The lines `#|` at the top of a code cell, as Quarto has them: what the page does with what the cell makes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from lessonpress.problems import Problem, did_you_mean

SPACED = re.compile(r"^# \|(?=\s?[A-Za-z][\w-]*\s*:|\s{2,}\S)")  # as formatters of code write it
OPTION = re.compile(r"^#\|\s?(?P<name>[A-Za-z][\w-]*)\s*:\s?(?P<value>.*)$")
IGNORE = re.compile(r"# lessonpress: ignore ")  # a word for the proofreader on the option in the next line
CONTINUED = re.compile(r"^#\|\s+(?P<value>\S.*)$")
BLOCK_MARKS = (">", "|", ">-", "|-")  # in YAML, the text begins in the next line


@dataclass(frozen=True)
class Options:
    """What the `#|` lines of a code cell ask for.

    label    names the cell, and its figure, so that any page can show it
    fig-cap  the caption of the figure the cell draws
    fig-alt  what the figure shows, for someone who can't see it; every figure needs one
    tbl-cap  the caption of the table the cell ends in
    echo     false hides the code, fold shows it folded away
    output   false hides what the cell printed, drew and ended in
    error    true says that the cell is meant to raise; what the error says is shown
    varies   true says that the result is a measurement that differs from run to run
    reads    patterns of the files that programs started by the cell read, with commas or blanks between, or "nothing"
    play     names that the cell sets and a reader can move, and their values, as in "step = range(0, 101, 10)":
             on one line every combination is drawn, on lines of their own each moves by itself
    script   a file below `docs` whose module makes a figure of its own of the data that the cell ends in
    needs    packages that the lesson needs and that are no part of every set-up, with commas between
    says     in an exercise: what is told to somebody whose answer comes out as this wrong one
    """

    label: str = ""
    fig_cap: str = ""
    fig_alt: str = ""
    tbl_cap: str = ""
    echo: Literal["true", "false", "fold"] = "true"
    output: Literal["true", "false"] = "true"
    error: Literal["true", "false"] = "false"
    varies: Literal["true", "false"] = "false"
    reads: str = ""
    play: str = ""
    script: str = ""
    needs: str = ""
    says: str = ""
    lines: dict[str, int] = field(default_factory=dict, compare=False)


ALLOWED = {
    "echo": ("true", "false", "fold"),
    "output": ("true", "false"),
    "error": ("true", "false"),
    "varies": ("true", "false"),
}
TEXT_OPTIONS = ("fig_cap", "fig_alt", "tbl_cap")
OPTION_NAMES = ("label", "fig-cap", "fig-alt", "tbl-cap", "reads", "play", "script", "needs", "says", *ALLOWED)


def read_options(path: str, number: int, line: int, lines: list[str], problems: list[Problem]) -> tuple[Options, int]:
    """The options at the top of a code cell, and how many lines they take; what is wrong joins `problems`."""
    found: dict[str, str] = {}
    places: dict[str, int] = {}
    last = ""
    length = 0
    for length, text in enumerate([*lines, ""]):
        place = line + length
        if IGNORE.match(text):
            continue
        text = SPACED.sub("#|", text)
        if not text.startswith("#|"):
            break
        if match := OPTION.match(text):
            last = match["name"].replace("-", "_")
            if match["name"] not in OPTION_NAMES:
                hint = did_you_mean(match["name"], OPTION_NAMES)
                problems.append(Problem(path, place, f"unknown option '{match['name']}'{hint}", number, code="LP103"))
            elif last == "play" and last in found:
                found[last] += "\n"  # each line says what moves by itself
            elif last in found:
                problems.append(Problem(path, place, f"option '{match['name']}' is given twice", number, code="LP103"))
            value = match["value"].strip()
            before = found.get("play", "") if last == "play" else ""
            found[last] = before + ("" if value in BLOCK_MARKS else value)
            places.setdefault(last, place)
        elif last and (match := CONTINUED.match(text)):
            found[last] = f"{found[last]} {match['value'].strip()}".strip()
        elif text.strip("#| "):
            problems.append(
                Problem(path, place, f"not an option: '{text}'; write '#| name: value'", number, code="LP103")
            )
    found = {name: _unquote(value) for name, value in found.items()}
    for name, allowed in ALLOWED.items():
        if name in found and found[name] not in allowed:
            hint = did_you_mean(found[name], allowed)
            problems.append(
                Problem(path, places[name], f"option '{name}' can't be '{found[name]}'{hint}", number, code="LP103")
            )
    if "label" in found and not re.fullmatch(r"(?!cell-\d+$)[a-z0-9][a-z0-9-]{0,63}", found["label"]):
        message = f"label '{found['label']}' is not made of lower-case letters, digits and hyphens"
        if re.fullmatch(r"[a-z0-9][a-z0-9-]*", found["label"]):  # 64 is what a notebook allows
            message = f"label '{found['label']}' is longer than 64 letters, or a name that cells without label have"
        problems.append(Problem(path, places["label"], message, number, code="LP103"))
    known = {name: value for name, value in found.items() if name.replace("_", "-") in OPTION_NAMES}
    return replace(Options(lines=places), **known), length  # type: ignore[arg-type]


def split_patterns(value: object) -> tuple[str, ...]:
    """The patterns in an option `reads`.

    >>> split_patterns("data/*.csv, other.txt")
    ('data/*.csv', 'other.txt')
    """
    return tuple(re.findall(r"[^,\s]+", str(value or "")))


def _unquote(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
