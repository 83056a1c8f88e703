"""Formulas set as MathML while the site is built, with a font cut down to the signs in use.

A page needs no script for them, and nothing moves while it loads.
"""

from __future__ import annotations

import html
import io
import re
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from lessonpress.kept.stages import code_hash, remembered, version_of
from lessonpress.printing.mathml import PARTS, settle
from lessonpress.printing.tex import is_numbered, prepare

ARITHMATEX = re.compile(r'<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<tex>.*?)\\[)\]]</(?P=tag)>', re.DOTALL)
ROWS = {"math", "mrow", "mtd", "mstyle", "msqrt"}
SCRIPTS = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
NUMBER = re.compile(r"(-?\d[\d.,]*)")
THIN = "0.1667em"
NAME = re.compile(r"[A-Za-z]{2,}(?:&#x0200\d;[a-z]+)?")  # or two words, as in arg min
SIGNS = re.compile(r"<math.*?</math>", re.DOTALL)


class FormulaError(ValueError):
    """A formula that is not TeX; `tex` is as much of it as stands in one line."""

    def __init__(self, tex: str, why: str) -> None:
        super().__init__(f"formula '{tex}' can't be set: {why}")
        self.tex = tex.strip().split("\n")[0]

    def line_in(self, source: str) -> int:
        """The line of a source that has the formula, from 1; a number in it may be a value there."""
        pieces = NUMBER.split(self.tex.removeprefix(r"\displaystyle "))
        pieces[::2] = map(re.escape, pieces[::2])
        pieces[1::2] = (rf"(?:{re.escape(number)}|\{{\{{.*?\}}\}})" for number in pieces[1::2])
        match = re.search("".join(pieces), source)
        return source.count("\n", 0, match.start()) + 1 if match else 1


def set_formulas(page: str) -> str:
    """Replace the formulas that pymdownx.arithmatex has marked in a page's HTML by MathML, their numbers counted on.

    >>> set_formulas('<span class="arithmatex">\\\\(w\\\\)</span>')
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><mrow><mi>w</mi></mrow></math>'
    """
    count = 0

    def set_one(match: re.Match[str]) -> str:
        nonlocal count
        tex = html.unescape(match["tex"]).strip()
        formula, last = _to_mathml(tex, match["tag"] == "div", count if is_numbered(tex) else 0)
        count = max(count, last)
        return formula

    return ARITHMATEX.sub(set_one, page)


def keep_formulas(page: str, cache_folder: Path) -> str:
    """What `set_formulas` makes of a page, kept in the cache."""
    if 'class="arithmatex"' not in page:
        return page
    inputs = (page, code_hash("printing"), version_of("latex2mathml"))
    return remembered(cache_folder, "formulas", inputs, lambda: set_formulas(page).encode()).decode()


def signs_in(page: str) -> set[str]:
    """The signs that the formulas of a page show, with the italic letters a browser shows for single ones."""
    signs: set[str] = set()
    for formula in SIGNS.findall(page):
        text = set(html.unescape(re.sub(r"<[^>]*>", "", formula)))
        signs |= text | {italic(sign) for sign in text}
        if "<msqrt" in formula or "<mroot" in formula:
            signs.add("√")  # the browser draws it without being shown it
    return {sign for sign in signs if not sign.isspace()}


def italic(sign: str) -> str:
    """The mathematical italic of a letter, any other sign as it is.

    >>> italic("h"), italic("w") == "\\N{MATHEMATICAL ITALIC SMALL W}"
    ('ℎ', True)
    """
    if sign == "h":
        return "\N{PLANCK CONSTANT}"
    for first, last, start in (("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC)):
        if first <= sign <= last:
            return chr(start + ord(sign) - ord(first))
    return sign


def subset_font(signs: set[str], cache_folder: Path) -> bytes:
    """STIX Two Math (SIL Open Font License, carried by ziamath) with only these signs, as WOFF2; cached."""
    source = font_path()
    inputs = ("unhinted, one shape a sign", str(source.stat().st_size), "".join(sorted(signs)))
    return remembered(cache_folder, "font", inputs, lambda: _cut_down(source, signs))


def _cut_down(source: Path, signs: set[str]) -> bytes:
    from fontTools import subset

    # Hints for coarse screens, and other shapes for what stands small, would make it two and a half times as large.
    options = subset.Options(flavor="woff2", layout_features=[], recalc_timestamp=False, hinting=False)
    with subset.load_font(str(source), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[ord(sign) for sign in signs])
        subsetter.subset(font)
        file = io.BytesIO()
        subset.save_font(font, file, options)
        return file.getvalue()


@cache
def font_path() -> Path:
    """The file of STIX Two Math, which has letters for text as well."""
    import importlib.util

    spec = importlib.util.find_spec("ziamath")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"


@cache
def _to_mathml(tex: str, block: bool, count: int) -> tuple[str, int]:
    """A formula as MathML, and the last number in it; those before are counted."""
    from latex2mathml.converter import Converter

    converter = Converter(display="block" if block else "inline")
    converter.equation_counter = count
    try:
        element = converter.convert_to_element(prepare(tex))
        settle(element, block)
    except ValueError as error:
        raise FormulaError(tex, str(error)) from error
    except Exception as error:
        raise FormulaError(tex, f"{type(error).__name__} {error}".strip()) from error
    for part in element.iter():
        if part.tag == "mi" and re.match(r"\\[A-Za-z]|&$", part.text or ""):
            what = "'&' outside of an environment" if part.text == "&" else f"'{part.text}' is unknown"
            raise FormulaError(tex, what)
        if part.tag in PARTS and len(part) != PARTS[part.tag]:
            raise FormulaError(tex, f"{part.tag[1:]} with {len(part)} of {PARTS[part.tag]} parts")
    for row in [part for part in element.iter() if part.tag in ROWS]:
        _set_names_apart(row)
    # The library writes its signs as references, which are no text to escape; all else is.
    written = re.sub(r"&amp;(#x[0-9A-Fa-f]+;)", r"&\1", tostring(element, encoding="unicode"))
    return written, converter.equation_counter


def _set_names_apart(row: Element) -> None:
    """Put what TeX does around the name of a function, as in `y log p`: else `log 10` reads as a logarithm's base."""
    parts = list(row)
    row[:] = []
    for before, part, after in zip([None, *parts], parts, [*parts[1:], None], strict=False):
        name = _name_in(part)
        if name is None:
            row.append(part)
            continue
        name.tag = "mi"  # as an operator without an entry in the browser's list it would stand in wide gaps
        if before is not None and before.tag not in ("mo", "mspace") and _name_in(before) is None:
            row.append(Element("mspace", width=THIN))
        row.append(part)
        if after is not None and (after.tag != "mo" or _opens(after)):
            applied = Element("mo")
            applied.text = "\N{FUNCTION APPLICATION}"
            row.append(applied)
            if not _opens(after):
                row.append(Element("mspace", width=THIN))


def _name_in(part: Element) -> Element | None:
    """The element with a function's name, also where it has an index or a power; None where it is something else."""
    if part.tag in SCRIPTS:
        return _name_in(part[0])
    return part if part.tag in ("mi", "mo") and NAME.fullmatch(part.text or "") else None


def _opens(part: Element) -> bool:
    """Whether it is a bracket that opens, or begins with one."""
    if part.tag == "mrow" and len(part):
        return _opens(part[0])
    return part.tag == "mo" and html.unescape(part.text or "") in {"(", "[", "{"}
