"""A pandas table written as Markdown, so that a page shows it as one of its own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from lessonpress.run.texts import escape_markdown

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 20


def is_table(value: object) -> bool:
    """Whether a value is a pandas DataFrame or Series."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, (pandas.DataFrame, pandas.Series))


def write_table(table: pd.DataFrame | pd.Series[Any]) -> str:
    """The table in Markdown, at most 20 rows of it; numbers stand to the right.

    A plain counting index is left out: it says nothing. Text is escaped, so that it shows as text.
    """
    import pandas as pd

    frame = table.to_frame("" if table.name is None else table.name) if isinstance(table, pd.Series) else table
    rows = len(frame)
    shown = frame if rows <= MOST_ROWS else pd.concat([frame.head(MOST_ROWS // 2), frame.tail(MOST_ROWS // 2)])
    columns = [(_name(name), *_format_column(shown.iloc[:, number])) for number, name in enumerate(frame.columns)]
    counts = isinstance(frame.index, pd.RangeIndex) and frame.index.equals(pd.RangeIndex(rows))
    if not counts or frame.index.name is not None or not columns:
        for level in reversed(range(frame.index.nlevels)):
            entries = [_cell(entry) for entry in shown.index.get_level_values(level)]
            columns.insert(0, (_name(frame.index.names[level]), entries, False))
    if rows > MOST_ROWS:
        for _, cells, _ in columns:
            cells.insert(MOST_ROWS // 2, "…")
    lines = [
        _line(name for name, _, _ in columns),
        _line("---:" if number else ":---" for _, _, number in columns),
        *(_line(row) for row in zip(*(cells for _, cells, _ in columns), strict=True)),
    ]
    if rows > MOST_ROWS:
        lines += ["", f"*{rows:,} rows*"]
    return "\n".join(lines)


def _format_column(column: pd.Series[Any]) -> tuple[list[str], bool]:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if is_numeric_dtype(column) and not is_bool_dtype(column) and len(column):
        return [_cell(entry) for entry in column.to_string(index=False, header=False).splitlines()], True
    return [_cell(entry) for entry in column], False


def _name(name: object) -> str:
    if isinstance(name, tuple):
        return " ".join(_cell(part) for part in name)
    return _cell("" if name is None else name)


def _cell(entry: object) -> str:
    return escape_markdown(" ".join(str(entry).split()))


def _line(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"
