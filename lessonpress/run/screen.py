"""What is left to see of a text that was written to a terminal, by its rules."""

from __future__ import annotations

import re

# Plain text, or one sign that steers: a code of letters' looks or of the cursor, a title or link, any other.
PIECE = re.compile(
    r"(?P<plain>[^\x00-\x08\n-\x1f\x7f]+)"
    r"|\x1b\[(?P<count>[0-9;?]*)[ -/]*(?P<code>[@-~])"
    r"|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?"
    r"|\x1b[ -/]*[0-Z\\^-~]"
    r"|(?P<sign>.)",
    re.DOTALL,
)
STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Screen:
    """The lines that a terminal shows, without end and without colors; `size` counts their characters."""

    def __init__(self) -> None:
        self.lines, self.row, self.column, self.size = [""], 0, 0, 0

    def write(self, text: str) -> None:
        if self._at_end() and not STEERS.search(text):
            self._append(text)
            return
        for piece in PIECE.finditer(text):
            if piece["plain"]:
                self._put(piece["plain"])
            elif piece["code"]:
                self._steer(piece["code"], piece["count"])
            elif piece["sign"]:
                self._move(piece["sign"])

    def text(self) -> str:
        return "\n".join(self.lines)

    def _at_end(self) -> bool:
        return self.row == len(self.lines) - 1 and self.column == len(self.lines[-1])

    def _append(self, text: str) -> None:
        """Write plain lines after all that is there: most of what is printed, and all of it where there is much."""
        first, *rest = text.split("\n")
        self.lines[-1] += first
        self.lines += rest
        self.size += len(text)
        self.row, self.column = len(self.lines) - 1, len(self.lines[-1])

    def _put(self, text: str) -> None:
        line = self.lines[self.row].ljust(self.column)
        self._set(line[: self.column] + text + line[self.column + len(text) :])
        self.column += len(text)

    def _set(self, line: str) -> None:
        self.size += len(line) - len(self.lines[self.row])
        self.lines[self.row] = line

    def _move(self, sign: str) -> None:
        if sign == "\n":
            self.row, self.column = self.row + 1, 0
            if self.row == len(self.lines):
                self.lines.append("")
                self.size += 1
        elif sign == "\r":
            self.column = 0
        elif sign == "\b":
            self.column = max(0, self.column - 1)
        elif sign not in "\x1b\a":  # one that was cut off, or steers what nobody knows; and a bell, which nobody sees
            self._put("�")

    def _steer(self, code: str, count: str) -> None:
        steps = int(count) if count.isdigit() else 0
        if code in "AF":
            self.row = max(0, self.row - max(1, steps))
        elif code in "BE":
            self.row = min(len(self.lines) - 1, self.row + max(1, steps))
        elif code == "C":
            self.column += min(max(1, steps), 500)
        elif code == "D":
            self.column = max(0, self.column - max(1, steps))
        elif code == "G":
            self.column = min(max(0, steps - 1), 500)
        elif code == "K":
            line = self.lines[self.row]
            self._set((line[: self.column] if steps == 0 else "", line[self.column :].rjust(len(line)), "")[steps % 3])
        if code in "EF":
            self.column = 0


def clean_output(text: str) -> str:
    """Printed text as a reader would see it in a terminal: no color codes, and `\\r` starts a line over.

    >>> clean_output("10%\\r100%\\n\\x1b[31mred\\x1b[0m")
    '100%\\nred'
    >>> clean_output("ab\\b\\bcd, 100%\\r5")
    '5d, 100%'
    """
    if not STEERS.search(text):
        return text
    screen = Screen()
    screen.write(text)
    return screen.text()
