"""What is not to be reported: an author says `lessonpress: ignore LP201` in a comment, on the line or one above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lessonpress.problems import CODES, Problem, did_you_mean
from lessonpress.read.scan import CODE_SPAN, blank, scan_blocks

IGNORE = re.compile(r"(?:^#|<!--)[ \t]*lessonpress: ignore(?P<codes>[^>\n]*?)(?:-->|$)", re.MULTILINE)
IN_PROSE = re.compile(r"^# ?(?=<!--|[`~]{3})", re.MULTILINE)  # what a line of a module's prose begins with
IGNORABLE = tuple(code for code in CODES if code > "LP200")


def without_ignored(path: str, text: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems of a source that its author has not said to ignore, and what is wrong with those comments."""
    comments = dict(find_comments(path, text))
    used: set[tuple[int, str]] = set()
    for problem in problems:
        lines = (problem.line, problem.line - 1)
        asked = {(line, problem.code) for line in lines if problem.code in comments.get(line, ())}
        used |= asked
        if not asked:
            yield problem
    for line, codes in comments.items():
        for code in codes:
            if (line, code) not in used:
                yield Problem(path, line, _why_unused(code), code="LP200")


def find_comments(path: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The comments in a source that no code shows: each one's line, and the codes in it."""
    if path.endswith(".py"):
        text = IN_PROSE.sub("", text)
    lines = blank(CODE_SPAN, text).split("\n")
    for block in scan_blocks(text.split("\n")):
        for number in range(block.first, block.end) if block.kind == "text" else ():
            found = [match["codes"].replace(",", " ").split() or [""] for match in IGNORE.finditer(lines[number])]
            if found:
                yield number + 1, [code for codes in found for code in codes]


def _why_unused(code: str) -> str:
    if code in IGNORABLE:
        return f"nothing here is {code}; drop it from the comment"
    if code == "LP200":
        return "LP200 can't be ignored: drop what ignores nothing"
    if code in CODES:
        return f"{code} ends a build and can't be ignored; mend it, and drop it from the comment"
    return f"'{code}' is nothing that can be ignored{did_you_mean(code, IGNORABLE)}"
