"""What MkDocs says of a build: what of it is told, and what it says of warnings."""

from __future__ import annotations

import logging

from mkdocs.utils import CountHandler

# Of a temporary folder, or before all is done; the plugin has lines of its own for that.
SAID_BETTER = ("Cleaning site directory", "Building documentation to directory", "Documentation built in")


def leave_to_us() -> None:
    """Have MkDocs leave out the lines that the plugin has better ones for."""
    logging.getLogger("mkdocs.commands.build").addFilter(_is_news)
    logging.getLogger("mkdocs.plugins.mkdocs_jupyter").setLevel(logging.WARNING)  # else a line for each file copied


def _is_news(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(SAID_BETTER)


def has_warned() -> bool:
    """Whether there was a warning, for which MkDocs will end a strict build as failed."""
    handlers = logging.getLogger("mkdocs").handlers
    return any(isinstance(handler, CountHandler) and handler.get_counts() for handler in handlers)
