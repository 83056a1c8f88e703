"""The exercises of a lesson read from their source, and what is wrong with one, each in its line."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lessonpress.problems import ProblemsFound
from lessonpress.read.exercises import (
    MARKS,
    PARTS,
    Exercise,
    ExerciseModule,
    blank_lines,
    defined_in,
    read_exercises,
)

HEAD = "# %% exercise double [markdown]\n# ## Doubled\n#\n# Write `double(x)`.\n"
STARTER = "# %% starter\ndef double(x):\n    return ____\n"
SOLUTION = "# %% solution\ndef double(x):\n    return 2 * x\n"
CHECK = '# %% check\ndef check(answer):\n    yield "double(3)", answer.double(3)\n'
WRONG = "# %% wrong\n#| says: That squares.\ndef double(x):\n    return x * x\n"
WHOLE = HEAD + STARTER + SOLUTION + CHECK + WRONG
NUMBER = """\
# %% exercise grams [markdown] within=0.01
# ## Grams
#
# How many?
# %% solution
answer = 10
# %% wrong
#| says: Once more.
answer = 11
"""
CHOICE = """\
# %% exercise which [markdown]
# ## Which
#
# What happens?
# %% choices [markdown]
# - a) It stays.
# - b) It goes,
#   and comes back.
# %% solution
answer = "b"
# %% wrong
#| says: Look again.
answer = "a"
"""

Read = Callable[[str], ExerciseModule]


@pytest.fixture
def read(root: Path) -> Read:
    """Write a text as the exercises of the lesson `tiny`, and read them."""
    path = root / "lessons" / "exercises" / "tiny.py"
    path.parent.mkdir()

    def read(text: str) -> ExerciseModule:
        path.write_text(text, encoding="utf-8")
        return read_exercises(path, root)

    return read


def problems_of(read: Read, text: str, name: str = "tiny.py") -> list[tuple[int, str]]:
    with pytest.raises(ProblemsFound) as found:
        read(text)
    assert {problem.path for problem in found.value.problems} == {f"lessons/exercises/{name}"}
    return [(problem.line, problem.message) for problem in found.value.problems]


def only(read: Read, text: str) -> Exercise:
    (exercise,) = read(text).exercises
    return exercise


def test_all_parts_are_there_each_with_its_line(read: Read) -> None:
    module = read("# %%\nimport torch\n\n# %%\nimport math\n\n" + WHOLE)
    (exercise,) = module.exercises
    assert (exercise.key, exercise.title, exercise.kind) == ("tiny/double", "Doubled", "code")
    assert (exercise.task, exercise.task_line) == ("Write `double(x)`.", 10)
    assert (exercise.shared.text, exercise.shared.line) == ("import torch\n\n\nimport math", 2)
    assert (exercise.solution.text, exercise.solution.line) == ("def double(x):\n    return 2 * x", 15)
    assert [(part.says, part.line) for part in exercise.wrong] == [("That squares.", 22)]
    assert (exercise.minutes, exercise.after, exercise.hints) == (5, "", ())


def test_lines_are_right_where_ruff_has_put_blank_lines_between_the_cells(read: Read) -> None:
    text = WHOLE.replace("# %%", "\n\n# %%").replace("# %% solution\n", "# %% solution\n\n\n")
    exercise, lines = only(read, text), text.split("\n")
    for part in (exercise.starter, exercise.solution, exercise.check, *exercise.wrong):
        for number, line in enumerate(part.text.split("\n")):
            assert lines[part.line - 1 + number] == line


def test_a_number_needs_no_starter_and_no_check(read: Read) -> None:
    exercise = only(read, NUMBER)
    assert (exercise.kind, exercise.within, exercise.starter.text) == ("number", 0.01, "answer = ____\n")
    assert "answer.answer, 0.01" in exercise.check.text


def test_a_choice_has_letters_and_texts_of_several_lines(read: Read) -> None:
    exercise = only(read, CHOICE)
    assert exercise.kind == "choice"
    assert exercise.choices == (("a", "It stays."), ("b", "It goes,\n  and comes back."))


def test_two_exercises_stand_in_one_module(read: Read) -> None:
    assert [exercise.name for exercise in read(WHOLE + NUMBER + CHOICE).exercises] == ["double", "grams", "which"]


@pytest.mark.parametrize("part", ["starter", "solution", "check", "wrong"])
def test_a_part_that_is_missing(read: Read, part: str) -> None:
    text = WHOLE.replace({"starter": STARTER, "solution": SOLUTION, "check": CHECK, "wrong": WRONG}[part], "")
    assert problems_of(read, text) == [(2, f"exercise 'double' has no part '{part}'; add a cell '# %% {part}'")]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (WHOLE + SOLUTION, 19, "the part 'solution' is there twice in one exercise"),
        (
            WHOLE.replace("# %% solution", "# %% solutoin"),
            9,
            "'solutoin' is no part of an exercise; did you mean 'solution'?",
        ),
        (WHOLE + "# %%\nx = 1\n", 19, "a cell without a title in an exercise; write the part's name behind '%%'"),
        (WHOLE + "# %% hint\nx = 1\n", 19, "the part 'hint' is Markdown: write '[markdown]' behind it"),
        (WHOLE + "# %% also right [markdown]\n# Text.\n", 19, "the part 'also right' is code"),
        (WHOLE.replace("____", "x"), 6, "a starter without a blank; write ____ where the learner writes"),
        (
            WHOLE.replace("#| says: That squares.\n", ""),
            15,
            "a wrong answer without a message; add '#| says: ...' at its top",
        ),
        (
            WHOLE + "# %% excused\ny = 1\n",
            19,
            "a mutant excused without a reason; add '#| says: ...' at its top",
        ),
        (WHOLE + WHOLE, 19, "exercise 'double' is there already, at line 2"),
        (
            WHOLE.replace("[markdown]\n# ## Doubled", "[markdown] minuts=2\n# ## Doubled"),
            2,
            "unknown mark 'minuts' of an exercise; did you mean 'minutes'?",
        ),
        (
            WHOLE.replace("[markdown]\n# ## Doubled", '[markdown] minutes="soon"\n# ## Doubled'),
            2,
            "the mark 'minutes' is a number, as in minutes=5, not 'soon'",
        ),
        (NUMBER.replace("0.01", "-1"), 2, "the mark 'within' is a number, as in within=5, not '-1'"),
        (WHOLE.replace("def check(answer)", "def chek(answer)"), 12, "a check that doesn't define 'def check(answer)'"),
        (WHOLE + "# %% hint [markdown]\n# Look.\n" * 4, 25, "more than 3 hints"),
        (
            CHOICE.replace("# - b) It goes,\n#   and comes back.\n", ""),
            6,
            "choices are lines like '- a) It doubles.', and there are two or more",
        ),
        (
            WHOLE.replace("exercise double", "exercise Doubled"),
            2,
            "'Doubled' can't name an exercise; take lower-case letters, digits, underscores",
        ),
        (
            WHOLE.replace("# ## Doubled\n#\n", ""),
            2,
            "an exercise without a title; begin its task with '## A title'",
        ),
        (
            WHOLE.replace("# ## Doubled\n#\n", "# Text.\n#\n# ## Doubled\n#\n"),
            2,
            "an exercise without a title; begin its task with '## A title'",
        ),
        (
            WHOLE.replace("#\n# Write `double(x)`.\n", ""),
            2,
            "an exercise without a task; write below its title what to do",
        ),
        (
            WHOLE.replace("# %% exercise double [markdown]\n# ## Doubled\n#\n# Write `double(x)`.\n", ""),
            2,
            "'starter' before the first exercise; begin one with '# %% exercise NAME'",
        ),
        (
            WHOLE.replace(" [markdown]\n# ## Doubled\n#\n# Write `double(x)`.\n", "\nx = 1\n"),
            2,
            "an exercise begins with its task: write '[markdown]' behind its name",
        ),
        (WHOLE.replace("return 2 * x", "return 2 *"), 10, "SyntaxError: invalid syntax"),
    ],
)
def test_what_is_wrong_is_told_in_its_line(read: Read, text: str, line: int, message: str) -> None:
    assert (line, message) in problems_of(read, text)


def test_all_that_is_wrong_is_told_in_order(read: Read) -> None:
    text = WHOLE.replace("____", "x") + NUMBER.replace("#| says: Once more.\n", "")
    assert [line for line, _ in problems_of(read, text)] == [6, 19, 25]


@pytest.mark.parametrize(
    "code", ["____", "f(x=____)", "f(____=1)", "x.____", "nn.____(7, 1)", "def f(____): pass", "import ____"]
)
def test_a_blank_may_stand_for_a_name_of_any_kind(code: str) -> None:
    assert blank_lines(f"x = 1\n{code}") == [2]


@pytest.mark.parametrize("code", ["x = '____'", "# ____", "_____ = 1", "x ="])
def test_what_only_looks_like_a_blank_is_none(code: str) -> None:
    assert blank_lines(code) == []


def test_code_nested_too_deep_to_be_read_is_no_error() -> None:
    deep = "x = " + "-" * 100_000 + "1"
    assert (blank_lines(deep), defined_in(deep)) == ([], set())


TITLES = ["exercise a", "exercise b", "exercise A b", "exercise", *PARTS, "other"]
PIECES = st.one_of(
    st.builds(
        lambda title, kind, mark: f"# %% {title}{kind}{mark}\n",
        st.sampled_from(TITLES),
        st.sampled_from(["", " [markdown]"]),
        st.sampled_from(["", *(f" {mark}={value}" for mark in (*MARKS, "odd") for value in ("1", "x", '""', "-1e9"))]),
    ),
    st.sampled_from([HEAD, STARTER, SOLUTION, CHECK, WRONG, NUMBER, CHOICE, "# %%\n", "#| says: a\n", "# - a) b\n"]),
    st.sampled_from(["# ## T\n", "# ", "\n", "x = 1\n", "____\n", "def check(answer):\n", "  ", "'''\n", "{{", "\r\n"]),
    st.text(max_size=3),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES, max_size=14))
@example(pieces=["# %% exercise a [markdown] minutes=x\n# ## T\n"])
@example(pieces=["# %% exercise\n"])
def test_any_text_is_read_or_is_wrong_in_lines_that_are_there(root: Path, pieces: list[str]) -> None:
    path = root / "lessons" / "exercises" / "any.py"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes("".join(pieces).encode("utf-8", "surrogatepass"))
    with contextlib.suppress(ProblemsFound):
        module = read_exercises(path, root)
        assert len({exercise.key for exercise in module.exercises}) == len(module.exercises)
        assert all(exercise.minutes > 0 for exercise in module.exercises)
        return
    last = len(re.split(r"\r\n|\r|\n", "".join(pieces)))
    problems = problems_of(lambda _: read_exercises(path, root), "", path.name)
    assert all(1 <= line <= last and message for line, message in problems)
