"""What a terminal leaves to see of what was written to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonpress.run.screen import Screen, clean_output


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b[2K\x1b[?25lx", "x"),
        ("1%\r50%\r100%\n", "100%\n"),
        ("done\r\nnext\r\n", "done\nnext\n"),
        ("waiting\r", "waiting"),
        ("a\tb", "a\tb"),
        ("a\x00b\x07", "a�b"),
        ("100%\r5", "500%"),
        ("ab\b\bcd", "cd"),
        ("abc\b\b\x1b[K!", "a!"),
        ("\x1b]8;;https://example.org\x1b\\a link\x1b]8;;\x1b\\", "a link"),
        ("\x1b]0;a title\x07text", "text"),
        ("a title that never ends \x1b]0;so\nnext", "a title that never ends \nnext"),
        ("outer 0%\n\rinner 0%\x1b[A\router 1%\n\rinner 9%", "outer 1%\ninner 9%"),
        ("a\x1b[3Cb\x1b[2Dc", "a  cb"),
        ("one\ntwo\x1b[1Fnew\x1b[Eend", "new\nend"),
        ("longer\x1b[1K\r\x1b[2Gx", " x    "),
        ("cut off \x1b[3", "cut off [3"),
    ],
)
def test_output_shows_what_a_terminal_shows(printed: str, shown: str) -> None:
    assert clean_output(printed) == shown
    assert clean_output(shown.replace("�", "")) == shown.replace("�", "")


def test_a_line_written_over_counts_once() -> None:
    screen = Screen()
    for step in range(20_000):
        screen.write(f"\r{step:6} of 20000")
    screen.write("\nnext")
    assert (screen.text(), screen.size) == (" 19999 of 20000\nnext", 20)


PIECES = st.sampled_from(
    ["a", "bc\n", "\n", "tab\t", "one\ntwo\n\n", "\r", "\b", "\x1b[A", "\x1b[2C", "\x1b[B", "\x1b[K", "\a"]
)


@given(st.lists(PIECES, max_size=12))
def test_lines_written_at_once_are_those_written_sign_by_sign(pieces: list[str]) -> None:
    at_once, by_sign = Screen(), Screen()
    by_sign._at_end = lambda: False  # type: ignore[method-assign]
    for piece in pieces:
        at_once.write(piece)
        by_sign.write(piece)
    assert vars(at_once) == {name: value for name, value in vars(by_sign).items() if name != "_at_end"}


def test_writing_in_pieces_is_writing_at_once() -> None:
    screen = Screen()
    for piece in ("10", "0%\r", "5", "\n", "next"):
        screen.write(piece)
    assert screen.text() == clean_output("100%\r5\nnext")
