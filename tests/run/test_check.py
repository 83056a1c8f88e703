"""Answers judged in this process: by what they do, whichever way they do it, with a message of their own."""

from __future__ import annotations

import random
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

from lessonpress.run.check import Randomness, describe_raised, judge
from lessonpress.run.streams import LessonStopped

ANSWER, MODULE = "answers/tiny/double.py", "lessons/exercises/tiny.py"
SOLUTION = "def double(x):\n    return 2 * x"
CHECK = 'def check(answer):\n    x = torch.randn(4)\n    yield "double(x)", answer.double(x)'
TWO = 'def check(answer):\n    for _ in range(2):\n        yield "double(x)", answer.double(torch.randn(4))'

Judge = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Other tests find torch as it was."""
    state, threads = Randomness(), torch.get_num_threads()
    yield
    state.put_back()
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.set_num_threads(threads)


@pytest.fixture
def judged() -> Judge:
    """Judge code as an answer, against a solution, a check and wrong answers."""

    def judged(code: str, check: str = CHECK, solution: str = SOLUTION, wrong: Any = (), seeds: int = 3) -> Any:
        plan = {
            "shared": "import torch",
            "given": "",
            "solution": solution,
            "check": check,
            "wrong": list(wrong),
            "lines": {
                "shared": 1,
                "given": 2,
                "solution": 10,
                "check": 20,
                "wrong": [30 + n for n in range(len(wrong))],
            },
            "path": MODULE,
            "seeds": seeds,
        }
        names: dict[str, Any] = {"__name__": "__main__"}
        exec(compile("import torch\n" + textwrap.dedent(code), ANSWER, "exec", dont_inherit=True), names)
        return judge(names, plan, ANSWER)

    return judged


@pytest.mark.parametrize(
    "code",
    [
        "def double(x):\n    return x + x",
        "double = lambda x: x * 2.0",
        "def double(x):\n    return torch.stack([2 * e for e in x])",
        "def double(x):\n    return [2 * float(e) for e in x]",
        "from functools import partial\ndouble = partial(torch.mul, 2)",
        "class Double(torch.nn.Module):\n    def forward(self, x):\n        return x * 2\ndouble = Double()",
        "def double(x):\n    print('looking', x)\n    return (x.numpy() * 2)",
        "@torch.no_grad()\ndef double(x):\n    return x * 2",
        "def twice(x):\n    return x * 2\ndouble = twice",
        "def double(x):\n    return torch.nn.Parameter(x * 2)",
    ],
)
def test_any_right_way_passes(judged: Judge, code: str) -> None:
    solution = SOLUTION if "float(e)" not in code else "def double(x):\n    return (2 * x).tolist()"
    assert judged(code, solution=solution) == {"state": "right"}


def test_a_difference_is_told_with_what_was_called_what_came_and_what_is_expected(judged: Judge) -> None:
    check = 'def check(answer):\n    yield "double(3)", answer.double(3)'
    assert judged("def double(x):\n    return x + 3.5", check) == {
        "state": "wrong",
        "called": "double(3)",
        "message": "",
        "came": "6.5",
        "expected": "6",
    }


@pytest.mark.parametrize(
    ("code", "came"),
    [
        ("def double(x):\n    2 * x", "None (is a return missing?)"),
        ("def double(x):\n    return (2 * x)[:, None]", "tensor of 4 × 1: ["),
        ("def double(x):\n    return (2 * x).long()", "tensor of 4 (int64): ["),
        ("def double(x):\n    return 2 * x.sum()", "-"),
        ("def double(x):\n    return x * float('nan')", "tensor of 4: [nan, nan, nan, nan]"),
        ("def double(x):\n    return x > 0", "tensor of 4 (bool): ["),
        ("def double(x):\n    yield 2 * x", "<generator object double at 0x…>"),
        ("def double(x):\n    return 10 ** 400", "1000000"),
        ("def double(x):\n    return (2 * x).to_sparse()", ""),
        ("def double(x):\n    return (2 * x).to('meta')", ""),
        ("def double(x):\n    a = [2 * x]\n    a.append(a)\n    return a", ""),
    ],
)
def test_a_wrong_value_of_any_kind_is_told(judged: Judge, code: str, came: str) -> None:
    verdict = judged(code)
    assert verdict["state"] == "wrong"
    assert came in verdict["came"]
    assert verdict["expected"].startswith("tensor of 4: [")


def test_bool_is_told_from_number(judged: Judge) -> None:
    solution = "def double(x):\n    return (x > 0).long()"
    assert judged("def double(x):\n    return x > 0", solution=solution)["state"] == "wrong"
    assert judged("def double(x):\n    return (x > 0).int()", solution=solution)["state"] == "right"


def test_a_difference_that_a_check_lets_pass(judged: Judge) -> None:
    check = 'def check(answer):\n    yield "double(1)", answer.double(1), 0.5'
    assert judged("def double(x):\n    return 2 * x + 0.4", check)["state"] == "right"
    assert judged("def double(x):\n    return 2 * x + 0.6", check)["state"] == "wrong"


WRONG = [["It squares.", "def double(x):\n    return x * x"], ["It adds.", "def double(x):\n    return x + 2"]]


def test_a_named_wrong_answer_has_its_message(judged: Judge) -> None:
    assert judged("def double(a):\n    return a ** 2", wrong=WRONG)["message"] == "It squares."
    assert judged("def double(a):\n    return 2 + a", wrong=WRONG)["message"] == "It adds."
    assert judged("def double(a):\n    return 3 * a", wrong=WRONG)["message"] == ""


def test_a_wrong_answer_that_raises_or_misses_the_name_is_named_too(judged: Judge) -> None:
    wrong = [["No such name.", "x = 1"], ["A list.", "def double(x):\n    return x.tolist() * 2.0"], *WRONG]
    verdict = judged("def double(a):\n    b = a.tolist()\n    return b * 2.0", wrong=wrong)
    assert (verdict["state"], verdict["line"], verdict["message"]) == ("raised", 4, "A list.")
    assert verdict["came"] == "TypeError: can't multiply sequence by non-int of type 'float'"
    assert judged("def double(a):\n    return 2 + a", wrong=wrong)["message"] == "It adds."


def test_a_wrong_answer_that_a_check_can_do_nothing_with_is_named_too(judged: Judge) -> None:
    check = 'def check(answer):\n    yield "double(x)", answer.double(torch.randn(4)).sum()'
    wrong = [["It returns nothing.", "def double(x):\n    x * 2"]]
    verdict = judged("def double(a):\n    2 * a", check, wrong=wrong)
    assert (verdict["state"], verdict["message"]) == ("wrong", "It returns nothing.")
    assert (verdict["called"], verdict["came"]) == ("double(…)", "None (is a return missing?)")


def test_an_answer_that_raises_is_told_with_its_own_line(judged: Judge) -> None:
    verdict = judged("def half(x):\n    return x.nope\n\ndef double(x):\n    return half(x)")
    assert (verdict["state"], verdict["called"], verdict["line"]) == ("raised", "double(…)", 3)
    assert verdict["came"] == "AttributeError: 'Tensor' object has no attribute 'nope'"


def test_an_answer_that_raises_within_torch_has_the_line_that_called_it(judged: Judge) -> None:
    assert judged("def double(x):\n    return x @ torch.zeros(3, 3)")["line"] == 3


@pytest.mark.parametrize(
    ("code", "came"),
    [
        ("import sys\ndef double(x):\n    sys.exit('bye')", "sys.exit was called"),
        ("def double(x):\n    return double(x)", "RecursionError: maximum recursion depth exceeded"),
        ("class E(Exception):\n    def __str__(self):\n        raise E\ndef double(x):\n    raise E", "E"),
        ("def double():\n    return 1", "TypeError: double() takes 0 positional arguments but 1 was given"),
    ],
)
def test_an_answer_that_ends_otherwise_is_told(judged: Judge, code: str, came: str) -> None:
    verdict = judged(code)
    assert verdict["state"] == "raised"
    assert verdict["came"].startswith(came)


def test_what_stopped_an_answer_is_told_up_to_the_advice_for_lessons() -> None:
    told = "printed more than 200,000 characters; print less, or every hundredth step"
    assert describe_raised(LessonStopped(told)) == "printed more than 200,000 characters"


def test_a_name_that_is_missing(judged: Judge) -> None:
    assert judged("def doubled(x):\n    return 2 * x") == {
        "state": "wrong",
        "message": "the name 'double' is not defined; keep the name that the task gives",
    }


@pytest.mark.parametrize(
    "code",
    [
        "def double(x):\n    x *= 2\n    return x",
        "def double(x):\n    x += 1\n    return x * 2",  # another result, and the same cause
        "double = lambda x: x.mul_(2)",
        "def twice(x):\n    return x.mul_(2)\ndouble = twice",
    ],
)
def test_an_argument_changed_in_place_is_told_first(judged: Judge, code: str) -> None:
    assert judged(code, wrong=WRONG) == {
        "state": "wrong",
        "message": "double changes its argument 1 in place; work on a copy",
    }


def test_lists_tables_and_named_arguments_are_watched_and_what_the_solution_changes_is_not(judged: Judge) -> None:
    check = 'def check(answer):\n    yield "double(x=[1])", answer.double(x=[1])'
    listed, changed = "def double(x):\n    return [2 * e for e in x]", "def double(x):\n    x[0] *= 2\n    return x"
    assert judged(changed, check, listed)["message"] == "double changes its argument 1 in place; work on a copy"
    assert judged(f"{changed}\nf = double\ndouble = lambda x: f(x)", check, changed)["state"] == "right"


def test_an_answer_that_sets_the_seed_is_told_so(judged: Judge) -> None:
    code = "def double(x):\n    torch.manual_seed(0)\n    return 2 * x"
    assert judged(code) == {"state": "wrong", "message": "double sets the seed, which is for its caller to do"}


def test_a_seed_that_the_check_or_the_given_code_sets_is_not_the_answers(judged: Judge) -> None:
    check = CHECK.replace("x =", "torch.manual_seed(5)\n    x =")
    assert judged("def double(x):\n    return x + x", check)["state"] == "right"
    code = "def double(x):\n    torch.manual_seed(0)\n    return 2 * x"
    assert judged(code, check)["message"] == "double sets the seed, which is for its caller to do"
    wrong = [["It squares.", "torch.manual_seed(1)\ndef double(x):\n    return x * x"]]
    assert judged("def double(x):\n    return x * x", check, wrong=wrong)["message"] == "It squares."


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ("torch.set_default_dtype(torch.float64)", "torch's default dtype"),
        ("torch.set_grad_enabled(False)", "whether torch computes gradients"),
        ("torch.set_num_threads(3)", "the number of torch's threads"),
    ],
)
def test_an_answer_that_sets_what_is_everybodys_is_told_so(judged: Judge, call: str, what: str) -> None:
    message = f"the answer changes {what} for everybody; leave it as it was"
    assert judged(f"def double(x):\n    {call}\n    return 2 * x") == {"state": "wrong", "message": message}


@pytest.mark.parametrize(
    "draw",
    [
        "torch.rand(7)",
        "torch.nn.Linear(3, 3)",
        "random.random()",
        "numpy.random.rand()",
        "torch.default_generator.manual_seed(3)",
        "random.seed(3)",
    ],
)
def test_random_numbers_that_an_answer_draws_do_not_shift_the_checks(judged: Judge, draw: str) -> None:
    check = (
        "import random, numpy\ndef check(answer):\n    for _ in range(2):\n"
        "        drawn = [random.random(), numpy.random.rand()]\n"
        '        yield "double(x)", [answer.double(torch.randn(4)), answer.double(torch.randn(4)), drawn]'
    )
    code = f"import random, numpy\ndef double(x):\n    {draw}\n    return 2 * x"
    assert judged(code, check)["state"] == "right"


def test_a_model_that_draws_more_does_not_shift_the_next_question(judged: Judge) -> None:
    check = (
        'def check(answer):\n    yield "Net()", answer.Net().weight.shape\n'
        '    x = torch.randn(3)\n    yield "x", x.clone()\n'
    )
    solution = "class Net(torch.nn.Linear):\n    def __init__(self):\n        super().__init__(2, 3)"
    assert judged(solution + "\n        torch.rand(9)", check, solution)["state"] == "right"


def test_random_numbers_are_other_ones_for_each_seed_and_each_question(judged: Judge) -> None:
    code = "import sys\ndef double(x):\n    sys.modules['tiny_seen'].append(float(x[0]))\n    return 2 * x"
    seen: list[float] = []
    sys.modules["tiny_seen"] = seen  # type: ignore[assignment]
    try:
        assert judged(code, TWO)["state"] == "right"
    finally:
        del sys.modules["tiny_seen"]
    assert (len(seen), len(set(seen))) == (6, 6)


def test_what_a_check_asks_is_the_same_in_each_run(judged: Judge) -> None:
    first = judged("def double(x):\n    return 3 * x")
    torch.manual_seed(99)
    assert judged("def double(x):\n    return 3 * x") == first


@pytest.mark.parametrize(
    ("check", "message", "line"),
    [
        ("def check(answer):\n    answer.double(1)\n    yield nope", "NameError: name 'nope' is not defined", 22),
        ("def check(answer):\n    yield 1", "TypeError: cannot unpack non-iterable int object", 0),
        ("def check(answer):\n    yield 'a', answer.triple(1)", "MissingName: the name 'triple' is not defined", 21),
        ("def check(answer):\n    import sys\n    yield 'a', sys.exit()", "sys.exit was called", 22),
        ("1 / 0", "ZeroDivisionError: division by zero", 20),
    ],
)
def test_an_authors_own_check_that_fails_is_broken_and_the_answer_is_not_at_fault(
    judged: Judge, check: str, message: str, line: int
) -> None:
    verdict = judged(SOLUTION, check)
    assert (verdict["state"], verdict["line"]) == ("broken", line)
    assert verdict["message"].startswith(message)


def test_a_solution_that_raises_is_broken_too(judged: Judge) -> None:
    verdict = judged(SOLUTION, solution="def double(x):\n    return x.nope")
    assert (verdict["state"], verdict["line"]) == ("broken", 11)


def test_a_check_that_fails_on_an_answer_alone_is_the_answers_fault(judged: Judge) -> None:
    check = 'def check(answer):\n    first = answer.double(torch.ones(2))\n    yield "double(x)[0]", first[0]'
    verdict = judged("def double(x):\n    return 5", check)
    assert verdict["state"] == "wrong"
    assert (verdict["called"], verdict["came"], verdict["expected"]) == ("double(…)", "5", "2")
    verdict = judged("def double(x):\n    return 2", check)  # which is what the check expects, but of the whole
    assert (verdict["state"], verdict["called"]) == ("raised", "the check")
    assert verdict["came"] == "TypeError: 'int' object is not subscriptable"


def test_names_and_random_numbers_of_the_caller_are_not_touched(judged: Judge) -> None:
    state = Randomness()
    state.put_back()
    numbers = random.random(), np.random.rand(), torch.rand(1)
    state.put_back()
    kept = Randomness()
    judged(SOLUTION)
    kept.put_back()
    assert (random.random(), np.random.rand(), torch.rand(1)) == numbers
