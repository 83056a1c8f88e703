"""Whatever stands in a file: it is read, with every cell in its place, or it is wrong in a line that is there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lessonpress.problems import ProblemsFound
from lessonpress.read.lesson import Lesson, read_lesson
from lessonpress.read.prose import Part, Passage, fill_values, join_passages, split_prose

MARKS = ["# %%\n", "# %% [markdown]\n", "# %% [raw]\n", "#%%\n", "# +\n", "# -\n", "# ---\n", "# jupyter:\n#   a: b\n"]
PIECES = [
    "# ",
    "\n",
    "x = 1\n",
    '"""',
    "'''",
    "r'''\n",
    "# # Title\n",
    "  ",
    "\t",
    "def f():\n",
    "    return 1\n",
    "\\",
]
ODD = [
    "%matplotlib inline\n",
    "!ls\n",
    "\r\n",
    "\r",
    "\x0c",
    "\u2028",
    "\ufeff",
    "é",
    "\x00",
    "\x85",
    "\ufdd0",
    "\ufdd1",
]
OPTIONS = ["#| label: a\n", "#| fig-alt: {{ x }}\n", "#|\n", "#| echo: fold\n", "#|   more\n", "#| error: true\n"]
PROSE = [
    "{{ x }}",
    "{{",
    "}}",
    ":.2f",
    "```\n",
    "~~~ py\n",
    "    ```\n",
    ">>> 1\n",
    "  >>> x\n",
    "1\n",
    "$",
    "`",
    "a::b",
]
ANY = st.lists(st.sampled_from([*MARKS, *PIECES, *ODD, *OPTIONS, *PROSE]) | st.text(max_size=3), max_size=25).map(
    "".join
)
QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


@settings(QUICK, max_examples=500)
@given(text=ANY, name=st.sampled_from(["lessons/any.py", "docs/any.md"]))
@example(text="  \r\n\\", name="lessons/any.py")  # blanks before the code
def test_any_text_is_read_or_is_wrong_in_a_line_that_is_there(root: Path, text: str, name: str) -> None:
    path = write(root, name, text)
    places = places_in(path, root)
    assert places
    count = len(path.read_text(encoding="utf-8-sig").split("\n"))  # whatever ends a line
    assert [place for place in places if not 1 <= place <= count] == []


def places_in(path: Path, root: Path) -> list[int]:
    """The lines of all that a file holds, or of all that is wrong with it."""
    try:
        lesson = read_lesson(path, root)
    except ProblemsFound as error:
        return [problem.line for problem in error.problems]
    return [cell.line for cell in lesson.cells] + [step.line for step in lesson.steps]


WORDS = st.lists(st.sampled_from(["x", "= 1", "# note", "'''a'''", '"%%"', "é", "if x:"]), min_size=1, max_size=4)
CODE = st.lists(WORDS.map(lambda words: "y = [" + ", ".join(repr(word) for word in words) + "]"), min_size=1).map(
    "\n".join
)
LINES_OF_PROSE = st.lists(WORDS.map(" ".join) | st.just(""), min_size=1, max_size=4)
CELLS = st.lists(
    st.tuples(st.just("code"), CODE) | st.tuples(st.just("prose"), LINES_OF_PROSE.map("\n".join)), max_size=6
)


@QUICK
@given(cells=CELLS)
def test_no_cell_is_lost_or_moved(root: Path, cells: list[tuple[str, str]]) -> None:
    text = "# %% [markdown]\n# # Title\n"
    expected = [("prose", "# Title", 2)]
    for kind, source in cells:
        marked = textwrap.indent(source, "# ", lambda line: True) if kind == "prose" else source
        text += "\n" + ("# %% [markdown]\n" if kind == "prose" else "# %%\n")
        if source.strip():
            expected.append((kind, source.strip("\n"), text.count("\n") + 1))
        text += marked + "\n"
    lesson = read_lesson(write(root, "lessons/any.py", text), root)
    found = [(cell.kind, cell.source.strip("\n"), cell.line) for cell in lesson.cells]
    assert [(kind, source) for kind, source, _ in found] == [(kind, source) for kind, source, _ in expected]
    assert [line for _, _, line in found] == [line for _, _, line in expected]


@given(st.lists(st.sampled_from([*PROSE, "word ", "\n", "\\"]), max_size=20).map("".join))
def test_passages_and_blocks_together_give_the_prose_back(prose: str) -> None:
    parts = list(split_prose(prose))
    values = iter([as_written(part) for part in parts if part.kind == "value"])
    joined = "".join(
        fill_values(piece.text, values) if isinstance(piece, Passage) else as_written(piece)
        for piece in join_passages(parts)
    )
    assert squeezed(joined) == squeezed(prose)


def as_written(part: Part) -> str:
    if part.kind == "value":
        inner = f"{part.lesson}::{part.source}" if part.lesson else part.source
        return f"{{{{{inner}:{part.format}}}}}" if part.format else f"{{{{{inner}}}}}"
    return part.source


def squeezed(text: str) -> str:
    """Without what reading may leave out: white space, empty formats, and the backslash of shown braces."""
    return re.sub(r"\\+(?=\{\{)", "", "".join(text.split()).replace(":}}", "}}"))


@pytest.mark.parametrize(
    ("prose", "line"),
    [("# Title\n\n    >>> 1\n  1\n", 4), ("# Title\n\n>>>1\n", None), ("# Title\n\n>>> 1\n...2\n", 4)],
)
def test_a_doctest_that_cannot_be_read_is_wrong_in_its_line(root: Path, prose: str, line: int | None) -> None:
    path = write(root, "docs/page.md", prose)
    if line is None:
        assert isinstance(read_lesson(path, root), Lesson)
        return
    with pytest.raises(ProblemsFound) as found:
        read_lesson(path, root)
    (problem,) = found.value.problems
    assert (problem.line, problem.message.split(":")[0]) == (line, "doctest that can't be read")
