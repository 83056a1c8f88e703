"""MathML as latex2mathml writes it, put into the part of MathML that browsers set."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from xml.etree.ElementTree import Element

SCRIPTS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3}
LIMITS = {"lim", "max", "min", "sup", "inf"}
BOXES = {
    "box": "box",
    "updiagonalstrike": "up",
    "downdiagonalstrike": "down",
    "updiagonalstrike downdiagonalstrike": "up down",
    "horizontalstrike": "through",
}
NUMBER = re.compile(r"\(\d+\)")
NEGATIVE = {"negativethinmathspace": "-0.167em", "negativemediummathspace": "-0.222em"}
TEXT_STYLES = {
    "bold": "font-weight:bold",
    "italic": "font-style:italic",
    "sans-serif": "font-family:sans-serif",
    "monospace": "font-family:monospace",
}


def settle(formula: Element, display: bool) -> None:
    """Rewrite what browsers pass over: letters of another style, boxes, lines of tables, limits below their names.

    Raises ValueError for what there is no other way to write.
    """
    for part in list(formula.iter()):
        if part.get("linebreak"):
            raise ValueError(r"'\\' outside of an environment; write '\begin{gathered} … \end{gathered}' around it")
        if part.get("href"):
            raise ValueError(r"'\href' is unknown; write the link in the text")
        if part.tag == "menclose":
            _replace(part, "mrow", {"class": f"lesson-{BOXES[part.get('notation', '')]}".replace(" ", " lesson-")})
        if part.tag == "mo" and len(part):  # an operator made of others
            _replace(part, "mrow", {"class": "operator"})
        if part.get("width") in NEGATIVE:
            part.set("width", NEGATIVE[part.attrib["width"]])
        if part.tag == "mtable":
            _settle_table(part)
        if part.tag == "mtext":
            part.text = re.sub(r"\\([%$#&_{}])|~", lambda match: match[1] or "\N{NO-BREAK SPACE}", part.text or "")
        _set_base_together(part)
        _set_style(part)
    _set_limits(formula, display)


def _replace(part: Element, tag: str, attributes: dict[str, str]) -> None:
    part.tag = tag
    part.attrib.clear()
    part.attrib.update(attributes)


def _set_base_together(part: Element) -> None:
    """What stands before a script may be several parts, such as a matrix in its brackets."""
    extra = len(part) - PARTS.get(part.tag, len(part))
    if part.tag in SCRIPTS and extra > 0:
        base = Element("mrow")
        base[:] = part[: extra + 1]
        part[: extra + 1] = [base]


def _set_style(part: Element) -> None:
    """Write letters of a style as the signs that Unicode has for them; browsers know the attribute no more."""
    style = part.get("mathvariant", "normal")
    if style == "normal":
        return
    del part.attrib["mathvariant"]
    text = html.unescape(part.text or "")
    if part.tag == "mtext":
        part.set("style", TEXT_STYLES[style])
    elif not (style == "italic" and len(text) == 1):  # such a letter is italic anyway
        part.text = "".join(styled(letter, style) for letter in text)
        if part.tag == "mo" and part.text == text and style.startswith("bold"):
            part.set("style", TEXT_STYLES["bold"])


def styled(letter: str, style: str) -> str:
    """A letter or digit in a mathematical style; as it is where Unicode has none, as in TeX.

    >>> styled("w", "bold-italic"), styled("R", "double-struck"), styled("1", "script")
    ('𝒘', 'ℝ', '1')
    """
    for name in _names(unicodedata.name(letter, ""), style.replace("double-struck", "DOUBLE~STRUCK").upper()):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return letter


def _names(name: str, style: str) -> Iterator[str]:
    """The names that a sign in a style may have."""
    style = style.replace("-", " ").replace("~", "-").replace("SANS SERIF", "SANS-SERIF")
    base = re.sub(r"^(?:LATIN|GREEK) |LETTER |LUNATE ", "", name)
    yield f"MATHEMATICAL {style} {base}"
    yield f"{style} {base}" if style != "FRAKTUR" else f"BLACK-LETTER {base}"
    if style.startswith("BOLD"):
        yield f"MATHEMATICAL BOLD {name.removeprefix('MATHEMATICAL ')}"


def _settle_table(table: Element) -> None:
    """Mark the numbers of rows, and draw the lines between columns and rows."""
    for row in table if "columnspacing" in table.attrib else ():
        if NUMBER.fullmatch("".join(row[-1].itertext())) and "columnalign" not in row[-1].attrib:
            row[-1].set("class", "lesson-number")
            if len(row) == 2:  # nothing to be aligned with
                del row[0].attrib["columnalign"]
    columns, rows = (table.attrib.pop(name, "").split() for name in ("columnlines", "rowlines"))
    for number, row in enumerate(table):
        for place, cell in enumerate(row):
            left = place and columns and columns[min(place, len(columns)) - 1] != "none"
            above = number and number <= len(rows) and rows[number - 1] != "none"
            sides = [side for side, drawn in (("left", left), ("top", above)) if drawn]
            if sides:
                cell.set("style", ";".join(f"border-{side}:1px solid" for side in sides))


def _set_limits(part: Element, display: bool) -> None:
    """Put what belongs to a limit, a maximum and the like below it where there is room, as TeX does."""
    if part.tag in SCRIPTS and display and _takes_limits(part[0]):
        part.tag = SCRIPTS[part.tag]
    display = {"true": True, "false": False}.get(part.get("displaystyle", ""), display and part.tag != "mtable")
    for number, child in enumerate(part):
        small = part.tag == "mfrac" or (part.tag in PARTS and number > 0)
        _set_limits(child, display and not small)
    if part.get("class") == "operator":
        del part.attrib["class"]


def _takes_limits(part: Element) -> bool:
    if part.tag == "mrow" and len(part) == 1 and part.get("class") != "operator":
        return _takes_limits(part[0])
    return part.get("class") == "operator" or part.get("movablelimits") == "true" or part.text in LIMITS
