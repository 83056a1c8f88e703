"""Tables of pandas written as Markdown."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest

from lessonpress.run.tables import is_table, write_table

Render = Callable[[str], str]
Show = Callable[["pd.DataFrame | pd.Series[Any]"], "Shown"]


class Shown(HTMLParser):
    """What a reader sees of a table: its rows of texts, and how the columns stand."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.aligned: list[str] = []
        self.tags: set[str] = set()
        self.in_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        self.in_cell = tag in ("th", "td")
        if self.in_cell:
            self.rows[-1].append("")
        if tag == "th":
            self.aligned.append((dict(attributes)["style"] or "").split()[-1].strip(";"))

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.rows[-1][-1] += data


@pytest.fixture
def show(render: Render) -> Show:
    return lambda table: Shown(render(write_table(table)))


def test_a_table_shows_its_names_and_entries(show: Show) -> None:
    assert show(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})).rows == [["a", "b"], ["1", "x"], ["2", "y"]]


def test_numbers_stand_to_the_right_and_all_else_to_the_left(show: Show) -> None:
    frame = pd.DataFrame({"int": [1], "float": [0.5], "text": ["x"], "bool": [True], "date": [pd.Timestamp(0)]})
    assert show(frame).aligned == ["right", "right", "left", "left", "left"]


def test_numbers_of_a_column_have_as_many_decimals(show: Show) -> None:
    assert show(pd.DataFrame({"a": [1, 2.25]})).rows[1:] == [["1.00"], ["2.25"]]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a|b", "`a`", "*a*", "[a](b)", "$a$", "{ .a }", "&amp;", "</p>", "\\", "---"]
)
def test_text_shows_as_text_wherever_it_stands(text: str, show: Show) -> None:
    table = show(pd.DataFrame({text: [text]}, index=pd.Index([text], name=text)))
    assert table.rows == [[text, text], [text, text]]
    assert table.tags == {"table", "thead", "tbody", "tr", "th", "td"}


def test_text_of_many_lines_stays_in_its_row(show: Show) -> None:
    assert show(pd.DataFrame({"a": ["one\n\ntwo\r\nthree"]})).rows == [["a"], ["one two three"]]


def test_a_missing_number_shows_as_text(show: Show) -> None:
    table = show(pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [0.5, float("nan")]}))
    assert table.rows[2] == ["<NA>", "NaN"]


def test_a_missing_entry_is_named_as_pandas_names_it(show: Show) -> None:
    frame = pd.DataFrame({"text": ["x", None], "any": pd.Series([None, float("nan")], dtype=object)})
    dates = pd.Series(pd.to_datetime(["2024-02-01", None]))
    assert show(frame).rows[1:] == [["x", "None"], ["NaN", "NaN"]]
    assert show(dates).rows[1:] == [["0", "2024-02-01"], ["1", "NaT"]]


@pytest.mark.parametrize(
    "entries",
    [
        pd.to_datetime(["2024-01-01", "2024-01-02"]),
        pd.to_datetime(["2024-01-01 10:00", "2024-01-02 00:00"]),
        pd.to_timedelta([1, 2], unit="D"),
        pd.Index([0.1 + 0.2, 1.0]),
    ],
)
def test_dates_and_fractions_are_written_as_pandas_writes_them(entries: pd.Index[Any], show: Show) -> None:
    printed = [line.strip() for line in pd.Series(entries).to_string(index=False).splitlines()]
    frame = pd.DataFrame({"a": entries}, index=entries)
    assert show(frame).rows[1:] == [[entry, entry] for entry in printed]


def test_a_wide_table_is_shortened_and_says_its_width(render: Render) -> None:
    page = render(write_table(pd.DataFrame([range(1000)] * 2)))
    assert Shown(page).rows[1] == [*map(str, range(10)), "…", *map(str, range(990, 1000))]
    assert "<em>2 rows, 1,000 columns</em>" in page


def test_a_long_entry_is_cut(show: Show) -> None:
    ((_, entry),) = show(pd.Series(["x" * 10_000_000])).rows[1:]
    assert entry == "x" * 299 + "…"


def test_a_million_rows_are_a_short_table() -> None:
    assert len(write_table(pd.DataFrame({"a": range(1_000_000), "b": 0.5}))) < 1_000


def test_twenty_rows_are_shown_whole(show: Show) -> None:
    assert len(show(pd.DataFrame({"a": range(20)})).rows) == 1 + 20


def test_a_longer_table_is_shortened_and_says_its_length(render: Render) -> None:
    page = render(write_table(pd.DataFrame({"a": range(1, 1235)})))
    assert [row[0] for row in Shown(page).rows[1:]] == [*map(str, range(1, 11)), "…", *map(str, range(1225, 1235))]
    assert "<em>1,234 rows</em>" in page


def test_a_plain_count_is_left_out(show: Show) -> None:
    assert show(pd.DataFrame({"a": [5, 6]})).rows[0] == ["a"]


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(1, 3),
        pd.RangeIndex(0, 4, 2),
        pd.RangeIndex(2, name="n"),
        pd.Index([0, 1]),
        pd.Index(["x", "y"]),
        pd.DatetimeIndex(["2024-01-01", "2024-01-02"]),
    ],
)
def test_any_other_index_is_shown(index: pd.Index[Any], show: Show) -> None:
    rows = show(pd.DataFrame({"a": [5, 6]}, index=index)).rows
    assert [row[0] for row in rows] == [index.name or "", *index.astype(str)]


def test_the_tail_of_a_table_shows_which_rows_it_has(show: Show) -> None:
    assert show(pd.DataFrame({"a": [5, 6, 7]}).tail(1)).rows[1] == ["2", "7"]


def test_each_level_of_an_index_is_a_column(show: Show) -> None:
    index = pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["key", None])
    assert show(pd.DataFrame({"a": [5, 6]}, index=index)).rows == [["key", "", "a"], ["x", "1", "5"], ["y", "2", "6"]]


def test_the_levels_of_a_name_are_joined(show: Show) -> None:
    columns = pd.MultiIndex.from_tuples([("a", "mean"), ("a", "max")])
    assert show(pd.DataFrame([[1, 2]], columns=columns)).rows == [["a mean", "a max"], ["1", "2"]]


def test_two_columns_may_have_one_name(show: Show) -> None:
    assert show(pd.DataFrame([[1, "x"]], columns=["a", "a"])).rows == [["a", "a"], ["1", "x"]]


def test_a_series_shows_with_its_name(show: Show) -> None:
    series = pd.Series([1, 2], index=["x", "y"], name="a")
    assert show(series).rows == [["", "a"], ["x", "1"], ["y", "2"]]


def test_a_series_without_a_name_has_none(show: Show) -> None:
    assert show(pd.Series([1, 2])).rows == [["", ""], ["0", "1"], ["1", "2"]]


@pytest.mark.parametrize(
    ("frame", "rows"),
    [
        (pd.DataFrame(), []),
        (pd.DataFrame({"a": [], "b": []}), [["a", "b"]]),
        (pd.DataFrame(index=["x", "y"]), [["x"], ["y"]]),
        (pd.Series([], dtype=float, name="a"), [["", "a"]]),
    ],
)
def test_an_empty_table_is_a_table(frame: pd.DataFrame, rows: list[list[str]], show: Show) -> None:
    table = show(frame)
    assert "table" in table.tags
    assert [row for row in table.rows if any(row)] == rows


def test_a_table_is_left_as_it_was() -> None:
    frame = pd.DataFrame({"a": range(30)})
    before = frame.copy()
    write_table(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_tables_are_told_from_other_values() -> None:
    assert is_table(pd.DataFrame())
    assert is_table(pd.Series(dtype=float))
    assert not is_table([[1, 2]])
