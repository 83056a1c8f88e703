"""Whether two values are equal as far as an answer goes; the oracle for tensors is PyTorch's own."""

from __future__ import annotations

import math
from collections import OrderedDict
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonpress.run.compare import LONGEST, describe, describe_pair, same

TABLE = pd.DataFrame({"a": [1, 2], "b": [0.5, math.nan]})


class Odd:
    """A value that can be neither compared nor shown."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __repr__(self) -> str:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1.0, 1.0001),
        (0.0, 1e-5),
        (Fraction(1, 2), 0.5),
        (np.float32(0.5), torch.tensor(0.5)),
        (np.int64(3), 3),
        (math.nan, math.nan),
        (math.inf, math.inf),
        (10**400, 10**400),
        (None, None),
        ("a", "a"),
        ({1, 2}, {2, 1}),
        ([1, (2, 3)], (1, [2, 3])),
        ({"a": 1.0}, OrderedDict(a=1.00001)),
        (torch.tensor([1.0, 2.0]), [1, 2]),
        (torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0], dtype=torch.float64)),
        (torch.tensor([1, 2]), torch.tensor([1, 2], dtype=torch.int32)),
        (torch.tensor([math.nan, -math.inf]), torch.tensor([math.nan, -math.inf])),
        (torch.tensor([1.0], requires_grad=True), torch.tensor([1.0])),
        (np.array([1.0, 2.0]), torch.tensor([1.0, 2.0])),
        (np.array(["a", "b"]), ["a", "b"]),
        (torch.tensor([1 + 2j]), torch.tensor([1 + 2j])),
        (torch.zeros(0, 3), torch.zeros(0, 3)),
        (TABLE, TABLE.copy()),
        (TABLE["a"], TABLE["a"].copy()),
        (TABLE.columns, TABLE.columns.copy()),
        (pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-01")),
        (torch.Size([2, 3]), (2, 3)),
    ],
)
def test_these_are_equal(one: Any, other: Any) -> None:
    assert same(one, other)
    assert same([one], [other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1.001),
        (0.0, 1e-4),
        (True, 1),
        (0, False),
        (torch.tensor(True), 1.0),
        (math.nan, 0.0),
        (math.inf, -math.inf),
        (math.inf, 1e308),
        (10**400, 1.0),
        (None, 0),
        (None, torch.zeros(2)),
        ("1", 1),
        ([1, 2], [1, 2, 3]),
        ([], None),
        ({"a": 1}, {"b": 1}),
        (torch.zeros(2), torch.zeros(3)),
        (torch.zeros(2, 1), torch.zeros(2)),
        (torch.zeros(1), 0.0),
        (torch.tensor([1, 0]), torch.tensor([1.0, 0.0])),
        (torch.tensor([True, False]), torch.tensor([1, 0])),
        (torch.tensor([True, False]), torch.tensor([1.0, 0.0])),
        (torch.tensor([1 + 2j]), torch.tensor([1 + 3j])),
        (torch.tensor([1 + 2j]), torch.tensor([1])),
        (torch.tensor([math.nan]), torch.tensor([0.0])),
        ([1.0, 2.0], torch.tensor([1.0, 2.0])),
        (TABLE, TABLE.rename(columns={"a": "c"})),
        (TABLE, TABLE.iloc[::-1]),
        (TABLE, TABLE["a"]),
        (TABLE["a"], TABLE["b"]),
        (Odd(), Odd()),
    ],
)
def test_these_are_not(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same([one], [other])


def test_a_value_that_holds_itself_is_compared_and_told() -> None:
    endless: list[Any] = []
    endless.append(endless)
    other: list[Any] = [[]]
    assert not same(endless, other)
    assert len(describe(endless)) <= LONGEST


@pytest.mark.parametrize(("difference", "passes"), [(0.0, True), (0.4, True), (-0.4, True), (0.6, False)])
def test_a_difference_that_is_let_pass_takes_the_place_of_the_usual_one(difference: float, passes: bool) -> None:
    assert same(100 + difference, 100.0, 0.5) is passes
    assert same(torch.tensor([100 + difference]), torch.tensor([100.0]), 0.5) is passes
    assert same([100 + difference], [100.0], 0.5) is passes
    assert not same(1.00001, 1.0, 0.0), "not even a little is let pass"


def test_softmax_by_way_of_logarithms_is_as_right() -> None:
    z = torch.randn(200, 5, generator=torch.Generator().manual_seed(0)) * 300
    assert same((z - z.logsumexp(1, keepdim=True)).exp(), z.softmax(1))


FLOATS = st.floats(-1e6, 1e6, width=32)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(FLOATS, FLOATS), min_size=1, max_size=6))
def test_tensors_are_equal_where_pytorch_says_so_and_so_are_their_numbers(pairs: list[tuple[float, float]]) -> None:
    one, other = torch.tensor(pairs).unbind(1)
    close = torch.allclose(one.double(), other.double(), rtol=2e-4, atol=2e-5)
    assert same(one, other) is close
    assert same(one.tolist(), other.tolist()) is close


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "None (is a return missing?)"),
        (True, "True"),
        (3, "3"),
        (0.123456, "0.1235"),
        (-123456.7, "-123,457"),
        ("a\nb", "'a\\nb'"),
        (torch.tensor([1.0, 2.5]), "tensor of 2: [1, 2.5]"),
        (torch.zeros(2, 4), "tensor of 2 × 4: [0, 0, 0, 0, 0, 0, …]"),
        (torch.tensor([1, 2]), "tensor of 2 (int64): [1, 2]"),
        (torch.tensor(2.0), "2"),
        (torch.zeros(0), "tensor of 0: []"),
        (np.array([0.5]), "tensor of 1: [0.5]"),
        ([1.0, None], "[1, None (is a return missing?)]"),
        (object(), "<object object at 0x…>"),
        (Odd(), "something of the kind Odd"),
    ],
)
def test_a_value_is_told_in_a_few_words(value: object, told: str) -> None:
    assert describe(value) == told


def test_a_long_value_is_told_in_one_short_line() -> None:
    for value in ("a\n" * 500, list(range(500)), {"a" * 200: 1}, TABLE):
        assert len(describe(value)) <= LONGEST
        assert "\n" not in describe(value)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (1, 2, ("1", "2")),
        (True, 1, ("True", "1")),
        (0.12341, 0.12344, ("0.12341", "0.12344")),
        (1.0, 1, ("1 (float)", "1 (int)")),
        (torch.zeros(2), torch.zeros(2).long(), ("tensor of 2: [0, 0]", "tensor of 2 (int64): [0, 0]")),
        (
            torch.tensor([math.nan, math.inf, 1.0] + [0.0] * 9),
            torch.tensor([math.nan, math.inf, 1.0] + [0.0] * 8 + [5.0]),
            ("0 at number 11", "5 at number 11"),
        ),
        ([0] * 50 + [1], [0] * 50 + [2], ("1 at number 50", "2 at number 50")),
        (torch.tensor([True] * 7 + [False]), torch.tensor([True] * 8), ("False at number 7", "True at number 7")),
    ],
)
def test_two_values_are_told_so_that_one_sees_in_what_they_differ(
    one: object, other: object, told: tuple[str, str]
) -> None:
    assert describe_pair(one, other) == told
