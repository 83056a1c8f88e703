"""TeX as authors write it, put into the part of TeX that latex2mathml sets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lessonpress.problems import did_you_mean

# Each environment by the one that is set in its place; "" has no rows. Those that `align` stands for are numbered.
ENVIRONMENTS = {
    **dict.fromkeys(("equation", "align", "gather", "multline", "flalign", "alignat", "eqnarray"), "align"),
    **dict.fromkeys(("align*", "flalign*", "alignat*", "eqnarray*"), "align*"),
    **dict.fromkeys(("aligned", "alignedat", "split"), "split"),
    **dict.fromkeys(("gathered", "gather*", "multline*", "displaylines"), "displaylines"),
    **dict.fromkeys(("equation*", "math", "displaymath"), ""),
    **dict.fromkeys(("cases", "dcases"), "cases"),
    **{name: name for name in ("array", "smallmatrix", "substack")},
    **{f"{kind}matrix": f"{kind}matrix" for kind in ("", "p", "b", "B", "v", "V")},
}
ENVIRONMENT = re.compile(
    r"\\(?P<mark>begin|end)\s*\{(?P<name>[A-Za-z]+\*?)\}"
    r"(?:(?<=ed\})\[[tbc]\]|(?<=at\})\{\d+\}|(?<=at\*\})\{\d+\}|(?<=edat\})\[[tbc]\]\{\d+\})?"
)
THREE_COLUMNS = re.compile(r"\\begin\{eqnarray\*?\}.*?\\end\{eqnarray\*?\}", re.DOTALL)
SECOND_MARK = re.compile(r"&(?P<relation>(?:(?!\\\\)[^&])*)&")
OUTER_LINE = re.compile(r"\\begin\{array\}\s*\{[^{}]*\}\s*\\hline|\\hline\s*\\end\{array\}")
ARGUMENT_OF = re.compile(r"\\arg\s*(?:\\[,;! ]\s*)?\\(?P<limit>min|max)(?![a-zA-Z])")
LONE_ARGUMENT = re.compile(r"\\arg(?![a-zA-Z])")
UPRIGHT = re.compile(r"\\mathrm\s*\{(?P<letter>[A-Za-z])\}")
LAST_BREAK = re.compile(r"(?:\\\\\s*)+$")
LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
TAG = re.compile(r"\\tag\*?\s*\{(?P<tag>[^{}]*)\}(?P<rest>(?:(?!\\\\|\\end\b).)*)", re.DOTALL)
TEXT = re.compile(
    r"(?P<command>\\(?:text(?:rm|normal|bf|it|sf|tt|md|up)?|mbox|hbox))\s*"
    r"\{(?P<words>(?:[^{}\\$]|\\.|\$[^$]*\$|\{[^{}]*\})*)\}"
)
IN_TEXT = re.compile(r"\$(?P<formula>[^$]*)\$|(?P<brace>\\[{}])|(?P<words>(?:[^$\\]|\\[^{}])+)")


def prepare(tex: str) -> str:
    """TeX in words that latex2mathml knows.

    Raises ValueError where it has what can't be set.

    >>> prepare(r"\\begin{aligned} a &= \\arg\\min b \\end{aligned}")
    '\\\\begin{split} a &= \\\\argmin b \\\\end{split}'
    """
    if OUTER_LINE.search(tex):
        raise ValueError(r"'\hline' is set between rows alone; leave out the first and the last")
    names = {match["name"] for match in ENVIRONMENT.finditer(tex)}
    if unknown := sorted(names - ENVIRONMENTS.keys()):
        raise ValueError(f"unknown environment '{unknown[0]}'{did_you_mean(unknown[0], ENVIRONMENTS)}")
    tex = ARGUMENT_OF.sub(r"\\arg\g<limit>", LABEL.sub("", LAST_BREAK.sub("", tex)))
    tex = LONE_ARGUMENT.sub(r"\\operatorname{arg}", tex)
    tex = UPRIGHT.sub(r"\\mathrm{{\g<letter>}}", tex)  # else the library takes a plain letter for it
    tex = TEXT.sub(lambda match: "".join(_write_text(match["command"], match["words"])), tex)
    unnumbered = r"\nonumber " if is_numbered(tex) else ""
    tex = TAG.sub(lambda match: rf"{match['rest']}\qquad\text{{({match['tag']})}}{unnumbered}", tex)
    tex = THREE_COLUMNS.sub(lambda match: SECOND_MARK.sub(r"&\g<relation>", match[0]), tex)
    return ENVIRONMENT.sub(_rename, tex)


def is_numbered(tex: str) -> bool:
    """Whether rows of a formula get numbers."""
    return any(ENVIRONMENTS.get(match["name"]) == "align" for match in ENVIRONMENT.finditer(tex))


def _write_text(command: str, words: str) -> Iterator[str]:
    r"""Text that holds formulas or braces, as pieces that hold none, such as \text{if }{x}."""
    if not re.search(r"[${}]", words):
        yield f"{command}{{{words}}}"
        return
    yield "{"
    for piece in IN_TEXT.finditer(re.sub(r"(?<!\\)[{}](?=[^$]*(?:\$[^$]*\$[^$]*)*$)", "", words)):
        if piece["words"] is not None:
            yield f"{command}{{{piece['words']}}}"
        else:
            yield f"{{{piece['formula'] or piece['brace'] or ''}}}"
    yield "}"


def _rename(match: re.Match[str]) -> str:
    known = ENVIRONMENTS[match["name"]]
    if not known:
        return "{" if match["mark"] == "begin" else "}"
    return f"\\{match['mark']}{{{known}}}"
