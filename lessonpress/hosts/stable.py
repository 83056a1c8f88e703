"""Values of `mkdocs.yml` in a form that is the same in each process: what a kept page can be found again by."""

from __future__ import annotations

import functools
import re
import types
from collections.abc import Mapping
from typing import Any

from mkdocs.utils.yaml import ConfigDirPlaceholder, DocsDirPlaceholder, RelativeDirPlaceholder


class NoStableForm(Exception):
    """A value that says no more of itself than where in memory it lies."""


def stable_form(value: object) -> Any:
    """A value as JSON can hold it: functions and classes by name, an object by what it says of itself.

    Raises NoStableForm.

    >>> stable_form({"slugify": functools.partial(re.sub, " ", "-")})
    [['slugify', [['re', 'sub'], [' ', '-'], []]]]
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return [[stable_form(name), stable_form(part)] for name, part in value.items()]
        case list() | tuple():
            return [stable_form(part) for part in value]
        case set() | frozenset():
            return sorted(map(repr, map(stable_form, value)))
        case functools.partial():
            return [stable_form(part) for part in (value.func, value.args, value.keywords)]
        case types.FunctionType() | types.BuiltinFunctionType() | type() if "<" not in value.__qualname__:
            return [value.__module__, value.__qualname__]
        case ConfigDirPlaceholder() | DocsDirPlaceholder() | RelativeDirPlaceholder():  # what `!relative` makes
            return [type(value).__name__, value.suffix]
    said = repr(value)
    if re.search(r"\bat 0x", said):
        raise NoStableForm(said)
    return [*stable_form(type(value)), said]
