"""Text made fit for a page: escaped, and rid of what differs from run to run."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
SPECIAL = re.compile(r"[\\`*_\[\]<>&$|~^{}\"!#]")


def hide_addresses(text: str) -> str:
    """Leave out memory addresses, which differ in each run.

    >>> hide_addresses("<function f at 0x7f3a>")
    '<function f at 0x…>'
    """
    return ADDRESS.sub("at 0x…", text)


def printable(text: str) -> str:
    """Text that any page, file and terminal can show: without addresses, and what is no character escaped.

    >>> printable("caf\\udce9.csv")
    'caf\\\\udce9.csv'
    """
    return hide_addresses(text).encode("utf-8", "backslashreplace").decode()


def escape_markdown(text: str) -> str:
    """Text that shows as itself wherever Markdown or HTML would read a sign in it.

    >>> escape_markdown("a<b> | *c*")
    'a&#60;b&#62; &#124; &#42;c&#42;'
    """
    return SPECIAL.sub(lambda match: f"&#{ord(match[0])};", text)
