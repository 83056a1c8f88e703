"""Parts of a text taken out while the rest is written anew."""

from __future__ import annotations

import re


class Hidden:
    """What is to stay as it is; in its place stand signs that no text has, others for a formula by itself."""

    PLACE = re.compile("[\ufdd2\ufdd4](?P<number>\\d+)\ufdd3")
    DISPLAYED = re.compile("\ufdd4(?P<number>\\d+)\ufdd3")

    def __init__(self) -> None:
        self.texts: list[str] = []

    def hide(self, text: str, displayed: bool = False) -> str:
        """What stands for a text from now on."""
        self.texts.append(text)
        begins = "\ufdd4" if displayed else "\ufdd2"
        return f"{begins}{len(self.texts) - 1}\ufdd3"

    def show(self, text: str) -> str:
        """A text with all of it back in its place."""
        return self.PLACE.sub(lambda match: self.show(self.texts[int(match["number"])]), text)
