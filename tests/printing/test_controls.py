"""What moves a figure, as controls in the page and a file beside the picture."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from conftest import WriteLesson

from lessonpress.printing.page import Page, print_page
from lessonpress.printing.plays import BUDGET, FEWEST_TO_RUN, weigh, write_changes, write_play
from lessonpress.run.figures import Figure
from lessonpress.run.record import Output, Result, Run

STILL = Figure("<svg>drawn</svg>", 538, 336)


def control(name: str = "step", kind: str = "range", values: tuple[str, ...] = ("0", "1", "2"), still: int = 1) -> Any:
    return {"name": name, "kind": kind, "values": list(values), "still": still}


def group(*controls: Any, says: tuple[str, ...] = ("", ""), still: int = 0, **changes: Any) -> Any:
    changes = changes or {"changes": [[1, "d", [0, 1]]], "values": ["M 0 0", "M 1 1"]}
    return {"controls": list(controls) or [control()], "says": list(says), "still": still} | changes


def playing(*groups: Any) -> Figure:
    return replace(STILL, play=groups)


class Shown(HTMLParser):
    """The elements of a piece of HTML, each with its attributes and the text right in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag != "input":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1], []).append(data.strip())

    def only(self, tag: str) -> dict[str, str | None]:
        (found,) = (attributes for name, attributes in self.found if name == tag)
        return found


def shown(*groups: Any) -> Shown:
    return Shown(write_play(playing(*groups), "lessons/tiny/fit.json", ""))


def test_a_figure_that_does_not_move_has_no_controls() -> None:
    assert write_play(STILL, "fit.json", "") == ""


def test_a_range_is_a_slider_that_says_its_value() -> None:
    page = shown(group(control("learning_rate", values=("0.1", "1", "10"))))
    field = page.only("input")
    assert (field["type"], field["min"], field["max"], field["value"]) == ("range", "0", "2", "1")
    assert field["aria-valuetext"] == "1"
    assert page.texts["label"][0] == "learning rate"
    assert page.texts["span"] == ["1"]


def test_a_value_has_the_room_of_the_longest_so_that_nothing_moves_beside_it() -> None:
    page = shown(group(control("rate", values=("0.0005", "1", "10"))))
    assert page.only("span")["style"] == "min-width: 6ch"


@pytest.mark.parametrize(("still", "checked"), [(0, False), (1, True)])
def test_two_truths_are_a_switch(still: int, checked: bool) -> None:
    field = shown(group(control("standardized", "switch", ("False", "True"), still))).only("input")
    assert field["type"] == "checkbox"
    assert ("checked" in field) is checked


def test_words_are_a_choice() -> None:
    page = shown(group(control("who", "choice", ("Adam", "SGD <plain>"), 1)))
    assert page.texts["option"] == ["Adam", "SGD <plain>"]
    assert [("selected" in attributes) for tag, attributes in page.found if tag == "option"] == [False, True]


def test_nothing_can_be_moved_before_a_script_is_there() -> None:
    kinds = [control(), control("a", "switch", ("False", "True"), 0), control("b", "choice", ("x", "y"), 0)]
    many = control("c", values=tuple(map(str, range(FEWEST_TO_RUN))))
    page = shown(group(*kinds), group(many))
    tags = [(tag, "disabled" in given) for tag, given in page.found if tag in ("input", "select", "button")]
    assert tags == [("input", True), ("input", True), ("select", True), ("input", True), ("button", True)]


@pytest.mark.parametrize(("count", "buttons"), [(FEWEST_TO_RUN - 1, 0), (FEWEST_TO_RUN, 1)])
def test_a_long_range_has_a_button_that_runs_through_it(count: int, buttons: int) -> None:
    page = shown(group(control(values=tuple(map(str, range(count))))))
    assert [tag for tag, _ in page.found].count("button") == buttons


def test_what_is_printed_stands_by_the_controls_as_text() -> None:
    html = write_play(playing(group(says=("w < 1 & b\nloss 2", "other"))), "fit.json", "")
    assert "\n" not in html, "which would end it in Markdown, or in what takes its lines"
    page = Shown(html)
    says = next(given for tag, given in page.found if given.get("class") == "lesson-says")
    assert says["aria-live"] == "polite"
    assert page.texts["output"][-1] == "w < 1 & b\nloss 2"


def test_a_script_makes_its_own_controls() -> None:
    html = write_play(replace(STILL, data="{}"), "lessons/tiny/fit.json", "own/neuron.js")
    assert html == '<div class="lesson-play" data-play="lessons/tiny/fit.json" data-script="own/neuron.js"></div>'


def test_the_file_holds_the_groups_or_the_data_of_a_script() -> None:
    one = group(says=("é", ""))
    assert json.loads(write_changes(playing(one))) == [one]
    assert "é" in write_changes(playing(one))
    own = json.loads(write_changes(replace(STILL, data='{"w": 1}', axes=((0, 1, 40, 400, 0, 2, 228, 3),))))
    assert own == {"data": {"w": 1}, "axes": [[0, 1, 40, 400, 0, 2, 228, 3]]}


# On a page

Print = Callable[..., Page]


@pytest.fixture
def print_figure(write_lesson: WriteLesson) -> Print:
    """Set a cell that draws a figure, and prints."""

    def print_figure(figure: Figure, options: str = "", printed: str = "step 1") -> Page:
        lesson = write_lesson(f"#| label: fit\n#| fig-alt: A line.\n{options}step = 1")
        outputs = [Output("stdout", printed), Output("figure", figure=figure)]
        return print_page(lesson, Run([Result(outputs, ran=True)]))

    return print_figure


PLAY = "#| play: step = range(3)\n"


def test_what_changes_is_a_file_beside_the_picture(print_figure: Print) -> None:
    figure = playing(group())
    page = print_figure(figure, PLAY)
    assert set(page.files) == {"lessons/tiny/fit.svg", "lessons/tiny/fit.json"}
    assert page.files["lessons/tiny/fit.json"] == write_changes(figure)
    assert 'data-play="lessons/tiny/fit.json"' in page.markdown
    assert page.problems == page.notes == []


def test_what_is_printed_stands_once_on_the_page(print_figure: Print) -> None:
    moved = print_figure(playing(group(says=("step 0", "step 1"), still=1)), PLAY).markdown
    assert moved.count("step 1") == 1
    assert "lesson-stdout" not in moved
    stays = print_figure(playing(group(says=("step 1", "step 1"))), PLAY).markdown
    assert stays.count("step 1") == 1
    assert "lesson-stdout" in stays


def test_drawings_kept_whole_are_told_of_with_what_they_cost(print_figure: Print) -> None:
    figure = playing(group(says=("",) * 31, whole=[f"<svg>{number}</svg>" * 200 for number in range(31)]))
    page = print_figure(figure, PLAY)
    cost = weigh(write_changes(figure)) / 1000
    assert page.problems == []
    assert page.notes == [f"lessons/tiny.py:7: figure 'fit' keeps its 31 drawings whole, {cost:.1f} kB compressed"]


def noise(size: int) -> str:
    import random

    return "".join(random.Random(0).choices("0123456789abcdef", k=2 * size))


@pytest.mark.parametrize(
    ("options", "figure"),
    [
        (PLAY, playing(group(whole=["<svg />", f"<svg>{noise(BUDGET)}</svg>"]))),
        ("#| script: a.js\n", replace(STILL, data=json.dumps(noise(BUDGET)))),
    ],
)
def test_past_the_budget_is_a_problem(print_figure: Print, options: str, figure: Figure) -> None:
    (problem,) = print_figure(figure, options).problems
    assert problem.message.startswith("what can be moved weighs ")
    assert f" kB, of {BUDGET // 1000} that a figure may; give fewer values" in problem.message
    assert problem.line == 7


def test_a_script_without_data_is_a_problem(print_figure: Print) -> None:
    (problem,) = print_figure(STILL, "#| script: a.js\n").problems
    assert problem.message == "a script without data: end the cell in a dictionary, and draw its still figure"
    assert problem.line == 7
