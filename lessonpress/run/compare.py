"""Whether two values are equal as far as a learner's answer goes, and how each is told in a few words."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any

from lessonpress.run.texts import printable

RELATIVE, ABSOLUTE = 2e-4, 2e-5  # what a right answer by another way of computing may differ by, in float32
LONGEST = 100


def same(one: Any, other: Any, within: float | None = None) -> bool:
    """Whether two values are equal: numbers and tensors within a tolerance, all others as Python has it.

    `within` is an absolute difference that is let pass in place of the usual one.

    >>> same(1.0, 1.00001), same([1, 2], (1, 2)), same(True, 1), same(1.0, 1.4, within=0.5)
    (True, True, False, True)
    """
    try:
        return _same(plain(one), plain(other), within)
    except Exception:  # whatever a value's own comparison does, or one that holds itself
        return False


def _same(one: Any, other: Any, within: float | None) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, numbers.Real) and isinstance(other, numbers.Real):
        return one == other or _close(float(one), float(other), within)
    if hasattr(other, "detach") or hasattr(one, "detach"):
        return _same_tensors(one, other, within)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(same(a, b, within) for a, b in zip(one, other, strict=True))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name], within) for name in one)
    return type(one) is type(other) and bool(one == other)


def plain(value: Any) -> Any:
    """A number of a library as Python's own, an array as a tensor, a table as a dict of its columns.

    A tensor of one number and no dimension counts as that number.
    """
    kind = type(value).__module__.partition(".")[0]
    if kind == "pandas" and hasattr(value, "to_dict"):
        columns = value.to_dict("list") if hasattr(value, "columns") else value.to_list()
        return [list(map(str, value.index)), columns]
    if kind == "pandas" and hasattr(value, "to_list"):
        return value.to_list()
    if kind == "torch" and hasattr(value, "detach"):
        return value.item() if value.dim() == 0 else value.detach()
    if kind == "numpy":
        if getattr(value, "ndim", 0) == 0:
            return value.item() if hasattr(value, "item") else value
        import torch

        return torch.as_tensor(value) if value.dtype.kind in "biuf" else value.tolist()
    return value


def _close(one: float, other: float, within: float | None) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    if math.isinf(one) or math.isinf(other):
        return one == other
    return abs(one - other) <= (ABSOLUTE + RELATIVE * abs(other) if within is None else within)


def _same_tensors(one: Any, other: Any, within: float | None) -> bool:
    if isinstance(other, (list, tuple)) and hasattr(one, "detach"):  # numbers, however they are handed over
        return same(one.tolist(), other, within)
    if not (hasattr(one, "detach") and hasattr(other, "detach")) or one.shape != other.shape:
        return False
    import torch

    if one.is_floating_point() != other.is_floating_point() or (one.dtype == torch.bool) != (other.dtype == torch.bool):
        return False
    if one.is_complex() or other.is_complex():
        return one.dtype == other.dtype and same(torch.view_as_real(one), torch.view_as_real(other), within)
    if not other.is_floating_point():
        return bool(torch.equal(one.long(), other.long()))
    relative, absolute = (RELATIVE, ABSOLUTE) if within is None else (0.0, within)
    return bool(torch.allclose(one.double(), other.double(), rtol=relative, atol=absolute, equal_nan=True))


def describe_pair(one: Any, other: Any) -> tuple[str, str]:
    """Two values that differ, so that one sees in what."""
    first, second = describe(one), describe(other)
    if first != second:
        return first, second
    if kind_of(one) != kind_of(other):  # they differ in what is left out
        return f"{first} ({kind_of(one)})", f"{second} ({kind_of(other)})"
    one, other = plain(one), plain(other)
    if hasattr(one, "detach") and one.shape == other.shape:
        one, other = one.flatten().tolist(), other.flatten().tolist()
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        for place in sorted(range(len(one)), key=lambda place: same(one[place], other[place])):
            first, second = describe_pair(one[place], other[place])
            return f"{first} at number {place}", f"{second} at number {place}"
    if isinstance(one, float) and isinstance(other, float):
        return repr(one), repr(other)
    return first, second


def describe(value: Any) -> str:
    """A value in a few words, at most a line.

    >>> describe(None), describe(0.5), describe([1.0, 2.5])
    ('None (is a return missing?)', '0.5', '[1, 2.5]')
    """
    try:
        return _describe(plain(value))
    except Exception:  # its own __repr__ failed, or it holds itself
        return f"something of the kind {type(value).__name__}"


def _describe(value: Any) -> str:
    if value is None:
        return "None (is a return missing?)"
    if hasattr(value, "detach"):
        return _shorten(f"{_shape(value)}: {_numbers(value)}")
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _shorten("[" + ", ".join(describe(entry) for entry in value) + "]")
    return _shorten(repr(value))


def kind_of(value: Any) -> str:
    """What kind of thing a value is."""
    return f"{value.dtype}".removeprefix("torch.") if hasattr(value, "dtype") else type(value).__name__


def _shape(tensor: Any) -> str:
    kind = "" if tensor.is_floating_point() else f" ({kind_of(tensor)})"
    return f"tensor of {' × '.join(map(str, tensor.shape))}{kind}"


def _numbers(tensor: Any) -> str:
    values = tensor.flatten()[:6].tolist()
    more = ", …" if tensor.numel() > 6 else ""
    return "[" + ", ".join(_number(value) if isinstance(value, float) else str(value) for value in values) + f"{more}]"


def _number(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _shorten(text: str) -> str:
    text = printable(" ".join(text.split()))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
