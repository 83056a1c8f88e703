"""Builds what a preview should show, in a process of its own that remembers nothing: FOLDER URL CACHE."""

from __future__ import annotations

import sys

from mkdocs.commands.build import build
from mkdocs.config import load_config

if __name__ == "__main__":
    folder, url, cache = sys.argv[1:]
    config = load_config("mkdocs.yml", site_dir=folder)
    config.site_url = url
    config.plugins["lessonpress"].config["cache"] = cache
    config.plugins.on_startup(command="serve", dirty=True)  # which waits for lessons
    try:
        build(config, serve_url=url)
    finally:
        config.plugins.on_shutdown()
