"""Lessons run in this process: what they show, how they fail, and what they leave behind."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import WriteLesson

from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Result, Run, Trouble
from lessonpress.run.runner import MOST_CHARACTERS, describe_error

RunLesson = Callable[[Lesson], Run]
Results = Callable[..., list[Result]]


@pytest.fixture
def results(write_lesson: WriteLesson, run: RunLesson) -> Results:
    """Write cells as a lesson and run it: a result for each step. The first cell's code begins in line 5."""
    return lambda *cells: run(write_lesson(*cells)).results


def shown(result: Result) -> list[tuple[str, str]]:
    return [(output.kind, output.text) for output in result.outputs]


def trouble(result: Result) -> Trouble:
    (only,) = result.troubles
    return only


# What a cell shows


def test_outputs_keep_their_order(results: Results) -> None:
    code = """
        import sys
        import matplotlib.pyplot as plt
        import pandas as pd
        print("one")
        print("two", file=sys.stderr)
        plt.plot([1, 2])
        plt.show()
        print("three")
        pd.DataFrame({"a": [1]})
    """
    assert shown(results(code)[0]) == [
        ("stdout", "one\n"),
        ("stderr", "two\n"),
        ("figure", ""),
        ("stdout", "three\n"),
        ("table", "| a |\n| ---: |\n| 1 |"),
    ]


def test_a_figure_nobody_shows_comes_last(results: Results) -> None:
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint('one')\n2"
    assert [output.kind for output in results(code)[0].outputs] == ["stdout", "value", "figure"]


def test_printing_in_pieces_is_one_output(results: Results) -> None:
    assert shown(results("for i in range(3):\n    print(i, end=' ')")[0]) == [("stdout", "0 1 2 ")]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("1 + 1", "2"),
        ("x = 1\nx", "1"),
        ("'text'", "'text'"),
        ("2  # the end;", "2"),
        ("1; 2", "2"),
        ("[n for n in [1]]", "[1]"),
    ],
)
def test_a_cell_that_ends_in_an_expression_shows_its_value(code: str, value: str, results: Results) -> None:
    assert shown(results(code)[0]) == [("value", value)]


@pytest.mark.parametrize("code", ["1 + 1;", "1;  # quiet", "x = 1", "None", "def f(): pass", "# a comment"])
def test_other_cells_show_no_value(code: str, results: Results) -> None:
    assert results(code)[0].outputs == []


@pytest.mark.parametrize(
    "call",
    ["plt.plot([1, 2])", "plt.title('t')", "plt.hist([1, 2])", "plt.subplots()", "plt.bar([1], [2])", "plt.gca()"],
)
def test_what_a_plotting_call_hands_back_is_not_shown(call: str, results: Results) -> None:
    assert [output.kind for output in results(f"import matplotlib.pyplot as plt\n{call}")[0].outputs] == ["figure"]


def test_cells_share_their_names(results: Results) -> None:
    assert shown(results("x = 1", "x += 1", "x")[2]) == [("value", "2")]


def test_a_lesson_runs_as_main(results: Results) -> None:
    code = """
        import pickle
        class Neuron: pass
        type(pickle.loads(pickle.dumps(Neuron()))) is Neuron, __name__
    """
    assert shown(results(code)[0]) == [("value", "(True, '__main__')")]


def test_a_lesson_knows_its_file(results: Results) -> None:
    code = "import sys\nfrom pathlib import Path\nPath(__file__).name, sys.argv == [__file__]"
    assert shown(results(code)[0]) == [("value", "('tiny.py', True)")]


def test_annotations_are_what_they_are_in_a_script(results: Results) -> None:
    assert shown(results("def f(x: int): pass\nf.__annotations__")[0]) == [("value", "{'x': <class 'int'>}")]


def test_a_warning_shows_without_its_place(results: Results) -> None:
    code = "import warnings\nwarnings.warn('w is old', DeprecationWarning)\nwarnings.warn('b is big')"
    assert shown(results(code)[0]) == [("stderr", "DeprecationWarning: w is old\nUserWarning: b is big\n")]


@pytest.mark.parametrize("code", ["print(object())", "object()", "import sys; print(object(), file=sys.stderr)"])
def test_memory_addresses_are_hidden_in_outputs(code: str, results: Results) -> None:
    ((_, text),) = shown(results(code)[0])
    assert text.strip() == "<object object at 0x…>"


def test_warnings_are_told_as_python_tells_them_by_itself(results: Results, root: Path) -> None:
    (root / "lessons" / "warns.py").write_text("import warnings\nwarnings.warn('old', DeprecationWarning)", "utf-8")
    code = "import warns\nimport warnings\nwarnings.warn('later', PendingDeprecationWarning)"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what an author has set is not the lesson's
        assert results(code)[0].outputs == []
        assert shown(results("import warnings\nwarnings.warn('big')")[0]) == [("stderr", "UserWarning: big\n")]


def test_folders_of_this_machine_are_hidden_in_failures_and_values(results: Results) -> None:
    value, code = results("# %% [markdown]\n# {{ __file__ }}", "import os\nopen(os.path.abspath('missing.csv'))")
    assert value.value == "…/lessons/tiny.py"
    assert trouble(code).message == "FileNotFoundError: [Errno 2] No such file or directory: '…/lessons/missing.csv'"


def test_memory_addresses_are_hidden_in_values_and_errors(results: Results) -> None:
    value, code = results("# %% [markdown]\n# It is {{ object() }}.", "raise ValueError(object())")
    assert value.value == "<object object at 0x…>"
    assert trouble(code).message == "ValueError: <object object at 0x…>"


def test_what_python_warns_of_in_code_is_not_told_by_those_who_read_it(
    write_lesson: WriteLesson, run: RunLesson
) -> None:
    code = "print('\\d')"
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        lesson = write_lesson(code)
        (result,) = run(lesson).results
    assert [str(one.message) for one in told] == []
    assert ("stdout", "\\d\n") in shown(result)


def test_a_file_left_open_is_no_warning(results: Results) -> None:
    assert results("open(__file__)\nNone")[0].outputs == []


# Where it runs


def test_a_lesson_runs_in_its_folder(results: Results, root: Path) -> None:
    (root / "lessons" / "data.txt").write_text("seven", encoding="utf-8")
    assert shown(results("open('data.txt').read()")[0]) == [("value", "'seven'")]


def test_a_lesson_imports_from_the_project_and_from_beside_itself(results: Results, root: Path) -> None:
    (root / "beside_the_project.py").write_text("x = 1", encoding="utf-8")
    (root / "lessons" / "beside_the_lesson.py").write_text("y = 2", encoding="utf-8")
    code = "from beside_the_project import x\nfrom beside_the_lesson import y\nx, y"
    assert shown(results(code)[0]) == [("value", "(1, 2)")]


def state() -> list[Any]:
    return [
        sys.stdout,
        sys.stderr,
        sys.stdin,
        sys.argv,
        sys.path[:],
        sys.modules["__main__"],
        os.getcwd(),
        warnings.formatwarning,
        warnings.showwarning,
        warnings.filters[:],
    ]


@pytest.mark.parametrize("code", ["x = 1", "1 / 0", "import sys\nsys.path.clear()\nsys.stdout = None\nsys.exit()"])
def test_a_run_leaves_the_process_as_it_was(code: str, results: Results) -> None:
    before = state()
    results(code)
    assert state() == before


def test_a_run_leaves_pyplot_as_it_was(results: Results) -> None:
    import matplotlib
    import matplotlib.pyplot as plt

    before = plt.show, dict(matplotlib.rcParams)
    results("import matplotlib.pyplot as plt\nplt.rcParams['font.size'] = 40\nplt.plot([1])")
    assert (plt.show, dict(matplotlib.rcParams)) == before
    assert plt.get_fignums() == []


# Inline values


def test_a_value_is_formatted(results: Results) -> None:
    values = results("w = 2.46", "# %% [markdown]\n# It is {{ w:.1f }}, {{ w }} and {{ f'{w:.0f}':>3 }}.")
    assert [value.value for value in values] == ["", "2.5", "2.46", "  2"]


def test_a_value_that_fails_has_its_line_and_the_rest_goes_on(results: Results) -> None:
    bad, good = results("# %% [markdown]\n# Text,\n# then {{ missing }} and {{ 1 + 1 }}.")
    assert trouble(bad).message == "NameError: name 'missing' is not defined"
    assert trouble(bad).line == 6
    assert good.value == "2"


def test_a_format_that_does_not_fit_is_told(results: Results) -> None:
    (value,) = results("# %% [markdown]\n# It is {{ 'text':.1f }}.")
    assert trouble(value).message.startswith("ValueError: Unknown format code 'f'")


# Doctests


def test_what_a_doctest_assigns_stays(results: Results) -> None:
    assert shown(results("# %% [markdown]\n# >>> x = 3", "x")[1]) == [("value", "3")]


def test_a_doctest_prints_nothing_on_the_page(results: Results) -> None:
    (doctest,) = results("# %% [markdown]\n# >>> print(1)\n# 1\n# >>> 2\n# 2")
    assert (doctest.outputs, doctest.troubles) == ([], [])


def test_a_doctest_that_fails_says_what_it_expected_and_got(results: Results) -> None:
    doctest, code = results("# %% [markdown]\n# >>> x = 1\n# >>> x + 1\n# 3", "x")
    assert trouble(doctest) == Trouble("doctest gave another answer", 6, ">>> x + 1\nexpected: 3\ngot:      2")
    assert shown(code) == [("value", "1")]


def test_a_doctest_that_raises_says_so(results: Results) -> None:
    (doctest,) = results("# %% [markdown]\n# >>> missing\n# 3")
    assert trouble(doctest).message == "doctest raised NameError: name 'missing' is not defined"


def test_a_doctest_may_expect_an_error(results: Results) -> None:
    text = "# >>> 1 / 0\n# Traceback (most recent call last):\n# ZeroDivisionError: division by zero"
    assert results(f"# %% [markdown]\n{text}")[0].troubles == []


def test_a_doctest_may_leave_out_what_does_not_matter(results: Results) -> None:
    assert results("# %% [markdown]\n# >>> list(range(9))\n# [0, 1, ...,   8]")[0].troubles == []


def test_every_example_of_a_doctest_is_checked(results: Results) -> None:
    (doctest,) = results("# %% [markdown]\n# >>> 1\n# 2\n# >>> 3\n# 4")
    assert [trouble.line for trouble in doctest.troubles] == [5, 7]


def test_a_doctest_in_a_docstring_has_the_line_in_the_file(results: Results) -> None:
    _, doctest = results('def f():\n    """\n    Do it.\n\n    >>> f()\n    1\n    """\n    return 2')
    assert (trouble(doctest).line, trouble(doctest).detail) == (9, ">>> f()\nexpected: 1\ngot:      2")


# Failures


def test_code_that_fails_stops_the_rest(results: Results) -> None:
    first, second, third = results("print('before')\n1 / 0", "2", "# %% [markdown]\n# {{ 3 }}")
    assert shown(first) == [("stdout", "before\n")]
    assert trouble(first).message == "ZeroDivisionError: division by zero"
    assert [result.ran for result in (first, second, third)] == [False, False, False]


def test_a_failure_has_the_line_of_the_lesson_it_came_from(results: Results) -> None:
    _, code = results("def f():\n    raise ValueError('no')", "x = 1\nf()")
    assert trouble(code).line == 6
    assert trouble(code).detail == (
        "lessons/tiny.py:10, in <module>\n    f()\nlessons/tiny.py:6, in f\n    raise ValueError('no')"
    )


def test_a_traceback_has_the_projects_frames_and_no_others(
    results: Results, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "local_helper", raising=False)  # another project's, of another test
    (root / "lessons" / "local_helper.py").write_text(
        "import json\n\ndef load(text):\n    return json.loads(text)\n", encoding="utf-8"
    )
    (code,) = results("import local_helper\nlocal_helper.load('{')")
    assert trouble(code).line == 6
    assert trouble(code).detail == (
        "lessons/tiny.py:6, in <module>\n    local_helper.load('{')\n"
        "lessons/local_helper.py:4, in load\n    return json.loads(text)"
    )


@pytest.mark.parametrize("call", ["sys.exit()", "raise SystemExit", "exit()", "quit()"])
def test_leaving_is_a_failure(call: str, results: Results) -> None:
    first, second = results(f"import sys\n{call}", "2")
    assert trouble(first).message == "sys.exit() was called; a lesson runs to its end"
    assert not second.ran


@pytest.mark.parametrize(
    "call", ["input('Name? ')", "import sys\nsys.stdin.read()", "import sys\nsys.stdin.readline()"]
)
def test_a_question_is_a_failure_that_says_what_to_do(call: str, results: Results) -> None:
    assert "nobody is there to answer" in trouble(results(call)[0]).message


def test_a_question_cannot_be_swallowed(results: Results) -> None:
    code = "try:\n    input()\nexcept Exception:\n    pass"
    assert "nobody is there to answer" in trouble(results(code)[0]).message


def test_too_much_output_ends_the_lesson(results: Results) -> None:
    first, second = results("for _ in range(1000):\n    print('x' * 999)", "2")
    assert trouble(first).message.startswith("printed more than 200,000 characters")
    assert len(first.outputs[0].text) <= MOST_CHARACTERS
    assert not second.ran


def test_lines_written_over_are_not_too_much(results: Results) -> None:
    (code,) = results("for step in range(20_000):\n    print(f'\\r{step} of 20,000', end='')")
    assert (shown(code), code.troubles) == ([("stdout", "19999 of 20,000")], [])


def test_a_cell_that_never_ends_to_write_over_is_ended(results: Results) -> None:
    (code,) = results("while True:\n    print('\\r' + 'x' * 100_000, end='')")
    assert trouble(code).message.startswith("printed more than")


def test_an_interrupt_is_a_failure_of_the_lesson(results: Results) -> None:
    assert trouble(results("raise KeyboardInterrupt")[0]).message == "KeyboardInterrupt"


def test_a_value_that_cannot_be_shown_is_a_failure(results: Results) -> None:
    code = "class Bad:\n    def __repr__(self):\n        raise ValueError('no text')\nBad()"
    assert trouble(results(code)[0]).message == "ValueError: no text"


def test_an_error_without_a_text_is_named(results: Results) -> None:
    code = "class Bad(Exception):\n    def __str__(self):\n        raise ValueError('no text')\nraise Bad"
    assert trouble(results(code)[0]).message == "Bad"


def test_a_figure_that_cannot_be_drawn_is_a_failure_and_does_not_stay(results: Results) -> None:
    import matplotlib.pyplot as plt

    (code,) = results("import matplotlib.pyplot as plt\nplt.title('$')\nplt.title(r'$\\frac{$')")
    assert "frac" in trouble(code).message
    assert plt.get_fignums() == []


# Cells that are meant to raise


def test_an_error_that_is_meant_is_an_output(results: Results) -> None:
    first, second = results("#| error: true\nprint('before')\n1 / 0", "2")
    assert shown(first) == [("stdout", "before\n"), ("error", "ZeroDivisionError: division by zero")]
    assert (first.troubles, shown(second)) == ([], [("value", "2")])


def test_a_figure_drawn_before_a_meant_error_stays_in_its_cell(results: Results) -> None:
    first, second = results("#| error: true\nimport matplotlib.pyplot as plt\nplt.plot([1])\n1 / 0", "2")
    assert [output.kind for output in first.outputs] == ["figure", "error"]
    assert [output.kind for output in second.outputs] == ["value"]


@pytest.mark.parametrize("call", ["sys.exit()", "input()", "raise KeyboardInterrupt"])
def test_leaving_is_never_meant(call: str, results: Results) -> None:
    assert results(f"#| error: true\nimport sys\n{call}")[0].troubles


# What a run says of itself


def test_a_run_notes_what_the_lesson_imports(write_lesson: WriteLesson, run: RunLesson) -> None:
    noted = run(write_lesson("import math\nimport pandas as pd", "# %% [markdown]\n# >>> import numpy as np")).noted
    assert noted is not None
    assert noted.named == ["numpy", "pandas"]


def test_a_run_is_ok_when_all_steps_ran_without_trouble(write_lesson: WriteLesson, run: RunLesson) -> None:
    assert run(write_lesson("1")).ok
    assert not run(write_lesson("1 / 0", name="raises")).ok
    assert not run(write_lesson("# %% [markdown]\n# >>> 1\n# 2", name="differs")).ok


def test_an_error_is_described_in_its_own_words() -> None:
    assert describe_error(ValueError("no")) == "ValueError: no"
    assert describe_error(AssertionError()) == "AssertionError"
    assert describe_error(SystemExit("bye")) == "sys.exit('bye') was called; a lesson runs to its end"
