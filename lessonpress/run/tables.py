"""A pandas table written as Markdown, so that a page shows it as one of its own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from lessonpress.run.texts import escape_markdown

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = MOST_COLUMNS = 20
MOST_LETTERS = 300  # of one entry


def is_table(value: object) -> bool:
    """Whether a value is a pandas DataFrame or Series."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, (pandas.DataFrame, pandas.Series))


def write_table(table: pd.DataFrame | pd.Series[Any]) -> str:
    """The table in Markdown, at most 20 rows and 20 columns of it; numbers stand to the right.

    A plain counting index of a frame is left out: it says nothing. Text is escaped, so that it shows as text, and what
    is long is cut.
    """
    import pandas as pd

    frame = table.to_frame("" if table.name is None else table.name) if isinstance(table, pd.Series) else table
    rows, many = frame.shape
    shown = frame if rows <= MOST_ROWS else pd.concat([frame.head(MOST_ROWS // 2), frame.tail(MOST_ROWS // 2)])
    ends = [*range(MOST_COLUMNS // 2), *range(many - MOST_COLUMNS // 2, many)]
    columns = [
        (_name(frame.columns[number]), *_format_column(shown.iloc[:, number]))
        for number in (range(many) if many <= MOST_COLUMNS else ends)
    ]
    if many > MOST_COLUMNS:
        columns.insert(MOST_COLUMNS // 2, ("…", ["…"] * len(shown), False))
    counts = isinstance(frame.index, pd.RangeIndex) and frame.index.equals(pd.RangeIndex(rows))
    if isinstance(table, pd.Series) or not counts or frame.index.name is not None or not columns:
        for level in reversed(range(frame.index.nlevels)):
            entries, _ = _format_column(pd.Series(shown.index.get_level_values(level)))
            columns.insert(0, (_name(frame.index.names[level]), entries, False))
    if rows > MOST_ROWS:
        for _, cells, _ in columns:
            cells.insert(MOST_ROWS // 2, "…")
    lines = [
        _line(name for name, _, _ in columns),
        _line("---:" if number else ":---" for _, _, number in columns),
        *(_line(row) for row in zip(*(cells for _, cells, _ in columns), strict=True)),
    ]
    if rows > MOST_ROWS or many > MOST_COLUMNS:
        lines += ["", f"*{rows:,} rows*" if many <= MOST_COLUMNS else f"*{rows:,} rows, {many:,} columns*"]
    return "\n".join(lines)


def _format_column(column: pd.Series[Any]) -> tuple[list[str], bool]:
    """The entries of a column, numbers and dates as pandas itself writes them, and whether they are numbers."""
    from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype, is_timedelta64_dtype

    number = is_numeric_dtype(column) and not is_bool_dtype(column)
    if len(column) and (number or is_datetime64_any_dtype(column) or is_timedelta64_dtype(column)):
        return [_cell(entry) for entry in column.to_string(index=False, header=False).splitlines()], number
    return ["NaN" if isinstance(entry, float) and entry != entry else _cell(entry) for entry in column], False


def _name(name: object) -> str:
    if isinstance(name, tuple):
        return " ".join(_cell(part) for part in name)
    return _cell("" if name is None else name)


def _cell(entry: object) -> str:
    text = " ".join(str(entry).split())
    return escape_markdown(text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…")


def _line(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"
