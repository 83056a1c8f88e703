"""A content security policy in every page of a built site: nothing runs but what was there when it was built.

Scripts come from the site, or stand in the page and are known by their hash. No other host is asked for anything.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

ATTRIBUTES = r"""(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)"""
SCRIPT = re.compile(rf"<script\b{ATTRIBUTES}>(?P<source>.*?)</script", re.DOTALL | re.IGNORECASE)
IS_LOADED_OR_DATA = re.compile(r"""\s(?:src\s*=|type\s*=\s*["']?application/(?:[\w.]+\+)?json)""", re.IGNORECASE)
# Behind the encoding, which a browser looks for among the first bytes, and before all that could be run.
PLACE = re.compile(r"<head\b[^>]*>(?:\s*<meta\s+charset\b[^>]*>)?", re.IGNORECASE)
RULES = (
    "default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self';"
    " media-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'"
)


def add_policies(site: Path) -> None:
    """Write its policy into every page in a folder, whoever made it; what has no head is no page."""
    for path in site.rglob("*.html"):
        page = path.read_bytes().decode(errors="surrogateescape")
        path.write_bytes(add_policy(page).encode(errors="surrogateescape"))


def add_policy(page: str) -> str:
    """A page with its policy, at the top of its head.

    >>> add_policy("<head><title>A</title>")[:62]
    '<head><meta http-equiv="Content-Security-Policy" content="defa'
    """
    return PLACE.sub(lambda place: f"{place[0]}{write_policy(page)}", page, count=1)


def write_policy(page: str) -> str:
    """What a page may load and run, as an element of its head."""
    inline = dict.fromkeys(hash_of(script) for script in inline_scripts(page))
    rules = RULES.format(scripts=" ".join(["'self'", *inline]))
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


def inline_scripts(page: str) -> list[str]:
    """The sources of the scripts that stand in a page; data is none.

    >>> inline_scripts('<script>a()</script><script src="b.js"></script><script type="application/json">{}</script>')
    ['a()']
    """
    return [match["source"] for match in SCRIPT.finditer(page) if not IS_LOADED_OR_DATA.search(match["attributes"])]


def hash_of(script: str) -> str:
    """A script as a policy names it; a browser sees each end of a line as one sign."""
    text = script.replace("\r\n", "\n").replace("\r", "\n")
    digest = hashlib.sha256(text.encode(errors="surrogateescape")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
