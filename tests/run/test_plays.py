"""Figures to play with: drawn for each value, kept as what changes, and no trace left in the lesson."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pytest
from conftest import WriteLesson

from lessonpress.read.lesson import Lesson
from lessonpress.run.figures import Figure
from lessonpress.run.plays import ANEW, MOST_DRAWINGS, TEXT, check_apart, find_changes
from lessonpress.run.record import Run

RunLesson = Callable[[Lesson], Run]
SETUP = (
    "import itertools, random\nimport numpy as np\nimport matplotlib.pyplot as plt\nrandom.seed(1); np.random.seed(1)"
)
LINE = """
#| play: step = range(0, 5)
step = 2
plt.ylim(0, 6)
plt.plot([0, step])
print("step", step)
"""


@pytest.fixture
def played(write_lesson: WriteLesson, run: RunLesson) -> Iterator[Callable[..., Run]]:
    """Run cells in turn, after one that imports what they need."""
    yield lambda *cells: run(write_lesson(SETUP, *cells))
    plt.close("all")  # where the lesson itself has ended early


Played = Callable[..., Run]


def figures_of(run: Run) -> list[Figure]:
    return [output.figure for result in run.results for output in result.outputs if output.figure]


def figure_of(run: Run) -> Figure:
    assert run.ok, [trouble for result in run.results for trouble in result.troubles]
    (figure,) = figures_of(run)
    return figure


def trouble_of(run: Run) -> tuple[int, str]:
    (trouble,) = (trouble for result in run.results for trouble in result.troubles)
    return trouble.line, trouble.message


def value_of(run: Run) -> str:
    return run.results[-1].outputs[-1].text


def drawn_at(figure: Figure, group: dict[str, Any], index: int) -> str:
    """The picture as a page's script makes it of the still one."""
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    root = ElementTree.fromstring(figure.svg)
    elements = list(root.iter())
    for number, name, found in group["changes"]:
        value = group["values"][found[index]]
        if name == TEXT:
            elements[number].text = value
        elif value is None:
            elements[number].attrib.pop(name, None)
        else:
            elements[number].set(name, value)
    return ElementTree.canonicalize(ElementTree.tostring(root, encoding="unicode"))


# What is kept


def test_each_value_has_its_drawing_and_its_words(played: Played) -> None:
    (group,) = figure_of(played(LINE)).play
    assert group["says"] == [f"step {value}" for value in range(5)]
    assert group["still"] == 2
    assert group["controls"] == [{"name": "step", "kind": "range", "values": [*"01234"], "still": 2}]


@pytest.mark.parametrize("step", range(5))
def test_what_changes_turns_the_still_figure_into_each_other(played: Played, step: int) -> None:
    figure = figure_of(played(LINE))
    alone = figure_of(played(LINE.replace("step = 2", f"step = {step}").replace("#| play", "# play")))
    assert drawn_at(figure, figure.play[0], step) == ElementTree.canonicalize(alone.svg)


def test_what_stays_the_same_is_kept_once(played: Played) -> None:
    (group,) = figure_of(played(LINE)).play
    assert len(group["changes"]) == 1, "the path of the line"
    assert len(group["values"]) == 5


def test_values_on_one_line_are_drawn_in_every_combination(played: Played) -> None:
    cell = "#| play: a = [1, 2]; b = [10, 20, 30]\na = 1\nb = 20\nplt.plot([a, b])\nprint(a, b)"
    (group,) = figure_of(played(cell)).play
    assert group["says"] == ["1 10", "1 20", "1 30", "2 10", "2 20", "2 30"]
    assert group["still"] == 1


def test_values_on_lines_of_their_own_move_by_themselves(played: Played) -> None:
    cell = """
    #| play: a = [1, 2]
    #| play: b = [3, 4, 5]
    a = 1
    b = 3
    plt.xlim(0, 9)
    plt.axvline(a)
    plt.axvline(b)
    """
    first, second = figure_of(played(cell)).play
    assert [len(group["says"]) for group in (first, second)] == [2, 3]
    assert {number for number, *_ in first["changes"]}.isdisjoint(number for number, *_ in second["changes"])


@pytest.mark.parametrize(
    ("values", "kind", "shown"),
    [
        ("[False, True]", "switch", ["False", "True"]),
        ("['up', 'down']", "choice", ["up", "down"]),
        ("(0.1, 1e-5, 2.0)", "range", ["0.1", "1e-05", "2"]),
        ("[1000000, 1234567]", "range", ["1000000", "1234567"]),
        ("np.arange(3)", "range", ["0", "1", "2"]),
        ("np.array([0.5, 1], dtype=np.float32)", "range", ["0.5", "1"]),
        ("[n * n for n in range(3)]", "range", ["0", "1", "4"]),
    ],
)
def test_the_values_say_how_they_are_moved(played: Played, values: str, kind: str, shown: list[str]) -> None:
    (group,) = figure_of(played(f"#| play: one = {values}\none = list({values})[1]\nplt.plot([1, 2])")).play
    assert (group["controls"][0]["kind"], group["controls"][0]["values"]) == (kind, shown)


def test_a_value_is_found_although_its_fractions_are_rounded(played: Played) -> None:
    cell = "#| play: rate = np.arange(0, 1, 0.1)\nrate = 0.3\nplt.plot([rate])\nprint(rate)"
    (group,) = figure_of(played(cell)).play
    assert (group["still"], group["says"][3]) == (3, "0.3")


def test_drawings_with_other_parts_are_kept_whole(played: Played) -> None:
    figure = figure_of(played("#| play: n = [1, 2, 3]\nn = 1\nfor _ in range(n):\n    plt.plot([1, 2])"))
    (group,) = figure.play
    assert group["whole"][0] == figure.svg
    assert len(set(group["whole"])) == 3
    assert "changes" not in group


def test_other_names_within_are_other_parts() -> None:
    one = '<svg><path id="p0" /><path /><use href="#p0" /></svg>'
    other = '<svg><path /><path id="p0" /><use href="#p0" /></svg>'
    assert find_changes([one, other]) == {"whole": [one, other]}


def test_axes_stay_where_the_still_figure_has_them(played: Played) -> None:
    cell = "#| play: n = [1, 10000]\nn = 1\nplt.plot([0, n]); plt.yticks([0, n])"
    (group,) = figure_of(played(cell)).play
    assert [(name, group["values"]) for _, name, _ in group["changes"]] == [(TEXT, ["1", "10000"])]


@pytest.mark.parametrize(
    "draw",
    [
        "plt.colorbar(plt.imshow([[one, 1]]))",
        "_, (a, b) = plt.subplots(1, 2)\na.plot([one, 2]); b.twinx().plot([3, 4])",
        "plt.gca().set_aspect('equal'); plt.plot([0, one], [0, 1])",
        "plt.figure().add_subplot(projection='3d').plot([0, one], [0, 1], [0, 1])",
        "plt.plot([1, one], label='a'); plt.legend(loc='upper left')",
        "plt.gca().inset_axes([0.5, 0.5, 0.4, 0.4]).plot([1, one])",
        "plt.scatter(*np.random.default_rng(0).random((2, 2000)), s=one)",
        "plt.subplots(layout='tight'); plt.plot([1, one])",
    ],
)
def test_the_still_figure_is_one_of_the_drawings(played: Played, draw: str) -> None:
    assert figure_of(played(f"#| play: one = [1, 2, 3]\none = 2\n{draw}")).play


def test_labels_that_clash_at_a_value_are_found(played: Played) -> None:
    cell = "#| play: x = [0.1, 0.5]\nx = 0.1\nplt.text(x, 0.5, 'one')\nplt.text(0.5, 0.5, 'other')"
    assert "'one' covers 'other'" in figure_of(played(cell)).clashes


def test_a_figure_may_be_shown_by_name(played: Played) -> None:
    run = played(LINE.replace('print("step"', 'plt.show()\nprint("step"'))
    assert figure_of(run).play[0]["says"][4] == "step 4"


def test_a_function_of_an_earlier_cell_sees_what_is_moved(played: Played) -> None:
    cell = "#| play: w = [1, 2, 3]\nw = 1\nplt.plot([1, 2])\nprint(predict(2))"
    (group,) = figure_of(played("def predict(x):\n    return w * x", cell)).play
    assert group["says"] == ["2", "4", "6"]


# What is left behind: nothing


@pytest.mark.parametrize("value", ["random.random()", "np.random.random()", "step", "sorted(globals())", "total"])
def test_a_lesson_computes_the_same_with_and_without(played: Played, value: str) -> None:
    cells = ("total = 1", f"{LINE}\nnp.random.random(); random.random()\ntotal = total + step", value)
    assert value_of(played(*cells)) == value_of(played(cells[0], cells[1].replace("#| play", "# play"), cells[2]))


def test_each_drawing_begins_where_the_cell_began(played: Played) -> None:
    cell = "#| play: n = [1, 2, 3]\nn = 2\ntotal = total + n\nplt.plot([total, np.random.random()])\nprint(total)"
    assert figure_of(played("total = 10", cell)).play[0]["says"] == ["11", "12", "13"]


def test_what_is_printed_and_warned_of_is_told_once(played: Played) -> None:
    run = played(LINE + "import sys, warnings\nprint('aside', file=sys.stderr)\nwarnings.warn('mind')")
    told = "".join(output.text for output in run.results[-1].outputs)
    assert [told.count(words) for words in ("step 2", "aside", "mind\n")] == [1, 1, 1]
    assert "step 3" not in told


def test_something_changed_in_place_is_as_the_still_figure_left_it(played: Played) -> None:
    cell = "#| play: n = [1, 2, 3]\nn = 1\nnumbers[0] = n\nplt.plot(numbers)"
    assert value_of(played("numbers = [0, 1]", cell, "numbers")) == "[1, 1]"


# Troubles


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("[]", "there are no values of 'n', and nothing to move; give more"),
        ("[1]", "there is one value of 'n' alone, and nothing to move; give more"),
        ("itertools.count()", f"more than {MOST_DRAWINGS} values of 'n'; take fewer, as with a longer step"),
        ("range(1000)", f"more than {MOST_DRAWINGS} values of 'n'; take fewer, as with a longer step"),
        ("[2, 3]", "'n = 1', which the cell sets, is not among the values of '#| play:'; add it"),
        ("unknown", "the values of 'n' can't be had: NameError: name 'unknown' is not defined"),
        ("5", "the values of 'n' can't be had: TypeError: 'int' object is not iterable"),
        ("[np.ones(2), 1]", "the values of 'n' can't be had: ValueError: The truth value"),
    ],
)
def test_values_that_cannot_be_moved_among(played: Played, values: str, message: str) -> None:
    run = played(f"#| label: fit\n#| play: n = {values}\nn = 1\nplt.plot([1, 2])")
    line, told = trouble_of(run)
    assert told.startswith(message)
    assert line == 12
    assert len(figures_of(run)) == 1, "the still figure stays"


@pytest.mark.parametrize("lines", ["n = range(15); m = range(14)", "n = range(101)\n#| play: m = range(101)"])
def test_there_can_be_so_many_drawings_of_a_figure(played: Played, lines: str) -> None:
    _, told = trouble_of(played(f"#| play: {lines}\nn = 1\nm = 1\nplt.plot([1, 2])"))
    count = 210 if ";" in lines else 202
    assert told.startswith(f"{count} drawings, of which there can be {MOST_DRAWINGS}; give fewer values")


def test_a_cell_that_draws_nothing_has_nothing_to_play_with(played: Played) -> None:
    line, told = trouble_of(played("#| play: n = [1, 2]\nn = 1"))
    assert (line, told) == (11, "nothing is drawn that a reader could play with; draw, or drop '#| play:'")


def test_a_drawing_that_raises_says_at_which_value_and_in_which_line(played: Played) -> None:
    run = played("#| play: n = [2, 1, 0]\nn = 2\nplt.plot([1, 2])\nprint(1 / n)", "'afterwards'")
    line, told = trouble_of(run)
    assert (line, told) == (14, "ZeroDivisionError: division by zero, with n = 0")
    assert len(figures_of(run)) == 1, "the still figure stays"
    assert value_of(run) == "'afterwards'"


def test_a_drawing_that_ends_the_program_leaves_the_lesson_as_it_was(played: Played) -> None:
    run = played("#| play: n = [1, 0]\nn = 1\nplt.plot([1, 2])\nif not n:\n    raise SystemExit", "n")
    line, told = trouble_of(run)
    assert (line, told.partition(",")[0]) == (15, "SystemExit: ")
    assert value_of(run) == "1"


@pytest.mark.parametrize(("more", "count"), [("plt.subplots()", 2), ("plt.close()", 0)])
def test_another_number_of_figures_at_a_value(played: Played, more: str, count: int) -> None:
    cell = f"#| play: n = [1, 2]; word = ['a', 'b']\nn = 1\nword = 'b'\nplt.plot([1, 2])\nif n > 1:\n    {more}"
    _, told = trouble_of(played(cell))
    assert told == f"{count} figures are drawn with n = 2, word = 'a', and one otherwise"


@pytest.mark.parametrize(
    ("before", "cell"),
    [
        ("numbers = [1]", "numbers.append(n)\nplt.plot(numbers)"),
        ("numbers = np.random.default_rng(0)", "plt.plot([n, numbers.random()])"),
    ],
)
def test_a_cell_that_draws_something_else_each_time(played: Played, before: str, cell: str) -> None:
    _, told = trouble_of(played(before, f"#| play: n = [1, 2]\nn = 1\n{cell}"))
    assert told == f"drawn once more with n = 1, the figure is another; {ANEW}"


def test_lines_that_change_the_same_part(played: Played) -> None:
    cell = "#| play: a = [1, 2]\n#| play: b = [1, 2]\na = 1\nb = 1\nplt.ylim(0, 5)\nplt.plot([a, b])"
    _, told = trouble_of(played(cell))
    assert told == "'a' and 'b' change the same part of the figure, or of what is printed; write them on one line"


def test_lines_that_change_what_is_printed(played: Played) -> None:
    cell = "#| play: a = [1, 2]\n#| play: b = [1, 2]\na = 1\nb = 1\nplt.plot([1, 2])\nprint(a + b)"
    assert trouble_of(played(cell))[1].startswith("'a' and 'b' change the same part")


def test_lines_of_which_one_changes_the_parts_of_the_figure() -> None:
    whole = {"controls": [{"name": "a"}], "says": ["", ""], "whole": ["<svg />", "<svg><g /></svg>"]}
    other = {"controls": [{"name": "b"}], "says": ["", ""], "changes": [], "values": []}
    with pytest.raises(Exception, match="moving 'a' changes which parts the figure has"):
        check_apart([whole, other])


# Data for a script


def test_what_a_cell_ends_in_is_the_data_of_its_own_figure_alone(played: Played) -> None:
    script = "#| script: own/neuron.js\nplt.plot([1, 2])\nplt.show()\n{'w': [1, 2.5]}"
    own, moved = figures_of(played(script, LINE))
    assert json.loads(own.data) == {"w": [1, 2.5]}
    assert moved.data == ""
    assert moved.play


@pytest.mark.parametrize(
    ("value", "told"), [("plt.gca()", "not JSON serializable"), ("float('nan')", "JSON compliant")]
)
def test_data_that_a_page_could_not_read(played: Played, value: str, told: str) -> None:
    assert told in trouble_of(played(f"#| script: own/neuron.js\nplt.plot([1, 2])\n{value}"))[1]
