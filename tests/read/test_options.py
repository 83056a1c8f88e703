"""The `#|` lines at the top of a code cell."""

from __future__ import annotations

import pytest

from lessonpress.problems import Problem
from lessonpress.read.options import Options, read_options


def read(source: str) -> tuple[Options, int, list[Problem]]:
    """The options of a cell that begins in line 10, how many lines they take, and what is wrong."""
    problems: list[Problem] = []
    options, length = read_options("lessons/tiny.py", 3, 10, source.split("\n"), problems)
    return options, length, problems


def problem_of(source: str) -> Problem:
    (problem,) = read(source)[2]
    return problem


def test_a_cell_without_options_has_what_is_usual() -> None:
    assert read("x = 1") == (Options(), 0, [])


def test_options_end_where_the_code_begins() -> None:
    options, length, _ = read("#| label: fit\n#| echo: fold\nx = 1\n#| output: false")
    assert (options, length) == (Options(label="fit", echo="fold"), 2)


def test_a_cell_may_hold_nothing_but_options() -> None:
    assert read("#| label: fit")[:2] == (Options(label="fit"), 1)


def test_options_may_be_written_as_a_formatter_of_code_leaves_them() -> None:
    written = "#| label: fit\n#| fig-alt: A line that\n#|   rises.\n#| play: a = [1]\n#| play: b = [2]\nx = 1"
    assert read(written.replace("#|", "# |")) == read(written)
    assert problem_of("# | lable: fit").message.startswith("unknown option 'lable'; did you mean 'label'")


@pytest.mark.parametrize("comment", ["# label: fit", "# | a | b |", "# or |"])
def test_a_comment_is_no_option(comment: str) -> None:
    assert read(f"{comment}\nx = 1") == (Options(), 0, [])


def test_each_option_knows_its_line() -> None:
    assert read("#| label: fit\n#| fig-alt: A line.\nx = 1")[0].lines == {"label": 10, "fig_alt": 11}


def test_a_text_may_go_on_over_lines() -> None:
    options, _, problems = read("#| fig-alt: A line that\n#|   rises: from left\n#|   to right.\n#| echo: false")
    assert options == Options(fig_alt="A line that rises: from left to right.", echo="false")
    assert problems == []


@pytest.mark.parametrize("mark", [">", "|", ">-", "|-"])
def test_a_text_may_begin_below_its_name_as_in_yaml(mark: str) -> None:
    assert read(f"#| fig-cap: {mark}\n#|   A line.\n#|   It rises.")[0].fig_cap == "A line. It rises."


@pytest.mark.parametrize("value", ['"A: line"', "'A: line'", "A: line"])
def test_quotes_around_a_text_are_no_part_of_it(value: str) -> None:
    assert read(f"#| fig-cap: {value}")[0].fig_cap == "A: line"


def test_quotes_may_go_around_many_lines() -> None:
    assert read('#| fig-alt: "A line that\n#|   rises."')[0].fig_alt == "A line that rises."


def test_quotes_inside_a_text_stay() -> None:
    assert read('#| fig-cap: The "best" line')[0].fig_cap == 'The "best" line'


@pytest.mark.parametrize("value", ["'", "X marks X", "'\""])
def test_what_only_looks_like_quotes_stays(value: str) -> None:
    assert read(f"#| fig-cap: {value}")[0].fig_cap == value


def test_quotes_around_nothing_are_nothing() -> None:
    assert read("#| fig-cap: ''")[0].fig_cap == ""


def test_an_empty_line_among_options_is_no_problem() -> None:
    assert read("#| label: fit\n#|\n#| echo: false\nx") == (Options(label="fit", echo="false"), 3, [])


def test_an_unknown_option_suggests_the_nearest_name() -> None:
    problem = problem_of("#| label: fit\n#| fig-atl: A line.")
    assert problem.where == "lessons/tiny.py:11, cell 3"
    assert problem.message == "unknown option 'fig-atl'; did you mean 'fig-alt'?"


def test_an_option_written_as_in_python_suggests_the_name() -> None:
    assert problem_of("#| fig_alt: A line.").message == "unknown option 'fig_alt'; did you mean 'fig-alt'?"


def test_an_option_far_from_all_others_names_them_all() -> None:
    assert "known: echo, error, fig-alt" in problem_of("#| zzzz: 1").message


def test_a_value_that_cannot_be_suggests_the_nearest() -> None:
    problem = problem_of("#| label: fit\n#| echo: fals")
    assert problem.line == 11
    assert problem.message == "option 'echo' can't be 'fals'; did you mean 'false'?"


def test_an_option_given_twice_is_a_problem() -> None:
    assert problem_of("#| echo: true\n#| echo: false").message == "option 'echo' is given twice"


def test_a_line_that_is_no_option_is_a_problem() -> None:
    assert problem_of("#| only words").message.startswith("not an option: '#| only words'")


@pytest.mark.parametrize("label", ["Fit", "my fit", "-fit", "größe", ""])
def test_a_label_is_made_of_lower_case_letters_digits_and_hyphens(label: str) -> None:
    assert "is not made of" in problem_of(f"#| label: {label}").message


def test_a_label_is_no_name_that_cells_without_label_have() -> None:
    assert "a name that cells without label have" in problem_of("#| label: cell-3").message


def test_a_label_is_at_most_64_letters_long() -> None:
    assert read("#| label: " + "a" * 64)[2] == []
    assert "longer than 64" in problem_of("#| label: " + "a" * 65).message
