"""The picture that stands for a page where it is shared: its title, its question, and the course it belongs to."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from lessonpress.kept.stages import remembered, version_of
from lessonpress.printing.formulas import font_path

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT, MARGIN = 1200, 630, 90  # pixels; what those who show cards ask for
PAPER, INK, QUIET = "#fdfcf9", "#14171e", "#575b63"
BAND = ("#0067a5", "#b34a00", "#007558")  # the first colors of figures: data, model, truth


def keep_card(folder: Path, title: str, text: str, course: str) -> bytes:
    """A card as PNG, drawn once for the same words and found in the cache's folder from then on."""
    inputs = (title, text, course, Path(__file__).read_bytes(), version_of("pillow"))
    return remembered(folder, "card", inputs, lambda: draw_card(title, text, course))


def draw_card(title: str, text: str, course: str) -> bytes:
    """A card as PNG; what has no room for all its words ends with '…'."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    for number, color in enumerate(BAND):
        edge = WIDTH // len(BAND)
        draw.rectangle((number * edge, HEIGHT - 14, (number + 1) * edge, HEIGHT), fill=color)
    below = _write(draw, course, 60, size=34, color=BAND[0], lines=1)
    below = _write(draw, title, below + 40, size=84, color=INK, lines=2)
    _write(draw, text, below + 28, size=44, color=QUIET, lines=4 if below < HEIGHT // 2 else 3)
    file = io.BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _write(draw: ImageDraw, text: str, top: int, size: int, color: str, lines: int) -> int:
    """Write a text as lines from `top` on; where the next may begin."""
    from PIL import ImageFont

    font = ImageFont.truetype(font_path(), size)
    for line in wrap(text, font, lines):
        draw.text((MARGIN, top), line, font=font, fill=color)
        top += round(size * 1.25)
    return top


def wrap(text: str, font: FreeTypeFont, most: int) -> list[str]:
    """A text as lines that fit a card, `most` at most."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if not lines or font.getlength(longer) > WIDTH - 2 * MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return lines
