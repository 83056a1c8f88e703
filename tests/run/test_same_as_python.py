"""Small lessons run by lessonpress, by plain Python and by Jupyter: what they print, show and raise is the same.

But for a list of intended differences, each with its reason. A new case is a new file in `corpus`, or a cell in one.
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from lessonpress.kept.pool import Pool
from lessonpress.read.lesson import read_lesson
from lessonpress.run.record import Run
from lessonpress.run.screen import clean_output

HERE = Path(__file__).parent
LESSONS = sorted(path.stem for path in (HERE / "corpus").glob("*.py"))
PRINTED = {"stdout", "stderr"}
FORMS = ("text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png", "text/plain")


@dataclass(frozen=True)
class Said:
    """One thing that a lesson prints, shows or raises, by whoever runs it."""

    kind: str  # stdout, stderr, value, table, html, markdown, figure, error
    text: str = ""


Saying = list[Said]


@dataclass(frozen=True)
class Difference:
    """What a page is meant to say in another way than Python (or Jupyter): both are brought to one form."""

    why: str
    alike: Callable[[Saying], Saying]


def each(change: Callable[[str], str], *kinds: str) -> Callable[[Saying], Saying]:
    """A change of each text, or of those of some kinds."""
    return lambda said: [replace(one, text=change(one.text)) if not kinds or one.kind in kinds else one for one in said]


def words(text: str) -> str:
    return " ".join(text.split())


def without_frames(text: str) -> str:
    """A traceback without the places it names and their source."""
    text = re.sub(r"(?m)^[ +|]*(Exception Group )?Traceback \(most.*\n", "", text)
    text = re.sub(r"(?m)^(?:  \| )?  File .*\n(?:(?:  \| )?    .*\n)*", "", text)
    lines = re.sub(r"(?m)^[ |+]*[-+]+[- \d]*$|^ *\| ?", "", text).split("\n")
    return "\n".join(filter(None, lines))


def once(said: Saying) -> Saying:
    """Without a figure that follows itself."""
    return [one for before, one in zip([None, *said], said, strict=False) if one.kind != "figure" or one != before]


def entries(text: str) -> str:
    """The entries of a table in Markdown or HTML, or of a series as text, in the order of rows."""
    if "<table" in text:
        rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr.*?</tr>", text, re.DOTALL)]
        cells = [html.unescape(cell) for row in rows for cell in row]
    elif text.startswith("|"):
        cells = [html.unescape(cell) for cell in re.sub(r"\| :?---.*\n", "", text).replace("|", "\n").split("\n")]
    else:
        cells = re.sub(r"(?:Name: (\w+), )?dtype: .*", r"\1", text).split()
    return words(" ".join(sorted(filter(None, map(str.strip, cells)))))


def one_line(text: str) -> str:
    """HTML without what stands between its elements, and without the name that Styler gives itself."""
    named = re.sub(r"\bT_\w+?(?=[_\"])", "T", html.unescape(text))
    return re.sub(r"\s*(<[^>]+?)\s*>\s*", r"\1>", words(named))


def series_as_table(said: Saying) -> Saying:
    return [replace(one, kind="table") if re.search(r"\bdtype: \w+$", one.text) else one for one in said]


ADDRESSES = Difference(
    "An object's address is another one in each run, and tells a reader nothing.",
    each(lambda text: re.sub(r"\bat 0x(?:[0-9a-f]+|…)", "at …", text)),
)
TERMINAL = Difference(
    "What a terminal would write over, erase or color is shown as it is left to see.",
    each(clean_output, "stdout", "stderr"),
)
PLACES = Difference(
    "A warning names the folder of this machine in Python, and the line of a cell that a page doesn't number.",
    each(lambda text: re.sub(r"(?m)^\S+\.py:\d+: (\w+: .*)\n  .*$", r"\1", text), "stderr"),
)
FRAMES = Difference(
    "A page shows what a meant error says, with those that led to it, and not the frames that it came through.",
    each(without_frames, "error"),
)
SYNTAX = Difference(
    "An error of syntax in code that the lesson makes itself is one line, as Python's `str` of it is.",
    each(lambda text: text.replace(" (<string>, line 1)", ""), "error"),
)
HANDED_BACK = Difference(
    "What plotting hands back is shown by the figure, and not by the names of its parts.",
    lambda said: [
        one
        for one in said
        if one.kind != "value" or not re.search(r"<(?:matplotlib\.|mpl_tool|Axes|\w+ object of)|\bAxes\(", one.text)
    ],
)
TWICE = Difference("A figure that a cell draws and ends in is shown once.", once)
NOTHING_DRAWN = Difference(
    "An empty figure is neither shown nor named.",
    lambda said: [one for one in said if not re.fullmatch(r"<Figure size \S+ with 0 Axes>", one.text)],
)
TABLES = Difference(
    "A table of pandas is one of the page's own; a series is one too, without its type.",
    lambda said: each(entries, "table")(series_as_table(said)),
)
MARKUP = Difference(
    "HTML stands in one line, each element closed, with names for Styler's rules that are the same in each run.",
    each(one_line, "html"),
)
FORMULAS = Difference(
    "A formula that is a value stands in a line of its own.",
    each(lambda text: re.sub(r"^\$+(?:\\displaystyle)?\s*|\s*\$+$", "", text.strip()), "markdown"),
)
STREAMS = Difference("Python writes to two streams, and nobody knows in which order.", lambda said: _joined(said))

GATHERED = Difference(
    "Jupyter gathers what a cell prints, and shows its errors after it; on a page they keep their order.",
    lambda said: [one for one in _joined(said) if one.text] if {one.kind for one in said} == PRINTED else said,
)

OF_PYTHON = [TERMINAL, ADDRESSES, PLACES, FRAMES, SYNTAX, STREAMS]
OF_JUPYTER = [
    GATHERED,
    TERMINAL,
    ADDRESSES,
    PLACES,
    HANDED_BACK,
    TWICE,
    NOTHING_DRAWN,
    TABLES,
    MARKUP,
    FORMULAS,
]

# Lessons, and cells by their number, that are not compared with one of the two, with the reason.
NO_SCRIPT = {
    "rich": "outside of Jupyter, IPython's `display` prints",
    "display_by_name": "`display` is a name of Jupyter's, which no script has",
}
NO_NOTEBOOK = {
    ("printing", 2): "Jupyter's stream has no `buffer`; Python's has",
    ("printing", 4): "Jupyter's stream says it in other words than Python's",
    ("tables", 8): "pandas prints a wide table whole in Jupyter",
    ("raised_group", 0): "Jupyter prints a group's traceback to the stream of errors",
}


def _joined(said: Saying) -> Saying:
    kinds = ("stdout", "stderr", "error")
    return [Said(kind, "".join(one.text for one in said if one.kind == kind).strip()) for kind in kinds]


@dataclass
class Peers:
    """The corpus as each has run it: by lesson."""

    ours: dict[str, list[Saying]]
    python: dict[str, Saying]
    jupyter: dict[str, list[Saying]]


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Peers:
    root = tmp_path_factory.mktemp("corpus")
    (root / "lessons").mkdir()
    for name in LESSONS:
        text = (HERE / "corpus" / f"{name}.py").read_text(encoding="utf-8")
        (root / "lessons" / f"{name}.py").write_text(f"# %% [markdown]\n# # {name}\n\n{text}", encoding="utf-8")
    environment = {**os.environ, "PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    asked = {
        who: subprocess.Popen(
            [sys.executable, str(HERE / "peers.py"), who, str(root)],
            env=environment | ({"MPLBACKEND": "inline"} if who == "jupyter" else {}),
            stdout=subprocess.PIPE,
            text=True,
        )
        for who in ("python", "jupyter")
    }
    ours = run_here(root)
    found = {who: json.loads(process.communicate(timeout=120)[0]) for who, process in asked.items()}
    python = {name: said_by_python(**streams) for name, streams in found["python"].items()}
    jupyter = {name: [said_by_jupyter(cell) for cell in cells] for name, cells in found["jupyter"].items()}
    return Peers(ours, python, jupyter)


def run_here(root: Path) -> dict[str, list[Saying]]:
    pool = Pool(root, 1, 60, ("matplotlib.pyplot",), resolve=False)
    try:
        lessons = [read_lesson(path, root) for path in sorted(root.glob("lessons/*.py"))]
        return {lesson.name: said_here(run) for lesson, run in pool.run(lessons)}
    finally:
        pool.close()


def said_here(run: Run) -> list[Saying]:
    assert run.ok, [result.troubles for result in run.results]
    return [[Said(output.kind, output.text) for output in result.outputs] for result in run.results]


def said_by_python(stdout: str, stderr: str) -> Saying:
    """What a script says: a traceback at the end is the error that it raised."""
    raised = re.search(r"^(  \+ Exception Group )?Traceback \(most recent", stderr, re.MULTILINE)
    place = raised.start() if raised else len(stderr)
    return [Said("stdout", stdout), Said("stderr", stderr[:place]), Said("error", stderr[place:])]


def said_by_jupyter(outputs: list[dict[str, Any]]) -> Saying:
    said: Saying = []
    for output in outputs:
        if output["output_type"] == "stream":
            joined = said and said[-1].kind == output["name"]
            text = (said.pop().text if joined else "") + output["text"]
            said.append(Said(output["name"], text))
        elif output["output_type"] == "error":
            said.append(Said("error", f"{output['ename']}: {output['evalue']}".rstrip(": ")))
        else:
            said.append(said_by_data(output["data"]))
    return said


def said_by_data(data: dict[str, Any]) -> Said:
    form = next(form for form in FORMS if form in data)
    if form.startswith("image/"):
        return Said("figure")
    kind = {"text/plain": "value", "text/html": "html"}.get(form, "markdown")
    return Said("table" if 'class="dataframe"' in data[form] else kind, data[form])


def alike(said: Saying, differences: list[Difference]) -> Saying:
    for difference in differences:
        said = difference.alike(said)
    return [one for one in said if one.text or one.kind == "figure"]


def of_python(peers: Peers, name: str, differences: list[Difference]) -> tuple[Saying, Saying]:
    ours = [one for cell in peers.ours[name] for one in cell if one.kind in ("stdout", "stderr", "error")]
    return alike(ours, differences), alike(peers.python[name], differences)


def of_jupyter(peers: Peers, name: str, differences: list[Difference]) -> tuple[list[Saying], list[Saying]]:
    pairs = [
        (alike(last_error(ours), differences), alike(theirs, differences))
        for number, (ours, theirs) in enumerate(zip(peers.ours[name], peers.jupyter[name], strict=True))
        if (name, number) not in NO_NOTEBOOK
    ]
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]


def last_error(said: Saying) -> Saying:
    """What Jupyter names of an error: neither those before it, nor its notes."""
    return each(lambda text: re.split(r"(?:exception|occurred):\n\n", text)[-1].split("\n")[0], "error")(said)


@pytest.mark.parametrize("name", [name for name in LESSONS if name not in NO_SCRIPT])
def test_a_page_prints_and_raises_what_a_script_does(name: str, peers: Peers) -> None:
    ours, theirs = of_python(peers, name, OF_PYTHON)
    assert ours == theirs


@pytest.mark.parametrize("name", LESSONS)
def test_a_page_shows_what_a_notebook_does(name: str, peers: Peers) -> None:
    ours, theirs = of_jupyter(peers, name, OF_JUPYTER)
    assert ours == theirs


@pytest.mark.parametrize("difference", OF_PYTHON, ids=lambda difference: difference.why[:40])
def test_each_difference_to_a_script_is_there(difference: Difference, peers: Peers) -> None:
    others = [other for other in OF_PYTHON if other is not difference]
    pairs = [of_python(peers, name, others) for name in LESSONS if name not in NO_SCRIPT]
    assert any(ours != theirs for ours, theirs in pairs)


@pytest.mark.parametrize("difference", OF_JUPYTER, ids=lambda difference: difference.why[:40])
def test_each_difference_to_a_notebook_is_there(difference: Difference, peers: Peers) -> None:
    others = [other for other in OF_JUPYTER if other is not difference]
    pairs = [of_jupyter(peers, name, others) for name in LESSONS]
    assert any(ours != theirs for ours, theirs in pairs)
