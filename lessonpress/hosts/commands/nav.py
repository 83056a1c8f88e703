"""An entry put into the `nav` of `mkdocs.yml`, as text, so that the file's comments and layout stay."""

from __future__ import annotations

import re

import yaml
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import yaml_load

from lessonpress.settings import paths_in


def with_entry(text: str, path: str, after: str) -> str | None:
    """The configuration with a page's path in `nav`, in the line behind another page's; None where that isn't safe.

    >>> print(with_entry("nav:\\n  - One: a.md  # first\\n  - c.md\\n", "b.md", after="a.md"), end="")
    nav:
      - One: a.md  # first
      - b.md
      - c.md
    """
    if not after:
        return None
    entry = re.compile(rf"([ ]*)-[ ]+(?:[^#\n]*:[ ]+)?(['\"]?){re.escape(after)}\2[ \t]*(?:[ ]#.*)?(\r?\n|$)")
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if match := entry.fullmatch(line):
            end = match[3] or "\n"
            lines[number : number + 1] = [line.removesuffix(match[3]) + end, f"{match[1]}- {path}{end}"]
            made = "".join(lines)
            return made if _differs_by(path, after, text, made) else None
    return None


def pages_in_nav(text: str) -> list[str] | None:
    """The paths in a configuration's `nav`, in order; None where it has none."""
    nav = (yaml_load(text) or {}).get("nav")
    return None if nav is None else list(paths_in(nav))


def _differs_by(path: str, after: str, before: str, made: str) -> bool:
    """Whether two configurations say the same, but for one path behind another in `nav`."""
    try:
        old, new = yaml_load(before), yaml_load(made)
    except (yaml.YAMLError, ConfigurationError):
        return False
    paths = list(paths_in(old.pop("nav", None)))
    if after in paths:
        paths.insert(paths.index(after) + 1, path)
    return bool(old == {name: value for name, value in new.items() if name != "nav"} and paths == pages_in_nav(made))
