"""Lessons run in a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from conftest import WriteLesson
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from lessonpress.hosts.terminal import run_in_terminal, run_module

# What makes a folder of lessons a package whose modules run in the terminal.
PACKAGE = """
import sys

if sys.argv[0] == "-m":
    from lessonpress.hosts.terminal import run_module

    status = run_module(sys.orig_argv)
    if status is not None:
        raise SystemExit(status)
"""

Tell = Callable[..., tuple[int, str]]


@pytest.fixture
def tell(root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]) -> Tell:
    """Run cells as a lesson in the terminal: the status, and all that was said."""

    def tell(*cells: str) -> tuple[int, str]:
        write_lesson(*cells)
        status = run_in_terminal(root / "lessons" / "tiny.py", root)
        return status, capsys.readouterr().out

    return tell


def test_a_lesson_shows_what_a_notebook_would(tell: Tell) -> None:
    assert tell("print('one')\n2", "import sys\nprint('three', file=sys.stderr)", "x = 4;") == (
        0,
        "\nTiny\n====\none\n2\nthree\n\nlessons/tiny.py: ran to its end\n",
    )


def test_headings_of_sections_are_shown(tell: Tell) -> None:
    assert "\nWhy a bias?\n-----------\n" in tell("# %% [markdown]\n# Text.\n#\n# ## Why a bias?")[1]


def test_a_table_shows_as_pandas_shows_it(tell: Tell) -> None:
    assert "   a\n0  1\n" in tell("import pandas as pd\npd.DataFrame({'a': [1]})")[1]


def test_a_failure_has_its_place_and_traceback_and_stops(tell: Tell) -> None:
    status, said = tell("def f():\n    return 1 / 0", "f()", "print('after')")
    assert status == 1
    assert "lessons/tiny.py:6: ZeroDivisionError: division by zero\nlessons/tiny.py:9, in <module>\n    f()\n" in said
    assert "after" not in said
    assert said.endswith("lessons/tiny.py: failed\n")


def test_a_doctest_that_fails_is_told_and_the_rest_goes_on(tell: Tell) -> None:
    status, said = tell("# %% [markdown]\n# >>> 1 + 1\n# 3", "print('after')")
    assert status == 1
    assert "lessons/tiny.py:5: doctest gave another answer\n>>> 1 + 1\nexpected: 3\ngot:      2\n" in said
    assert "after" in said


def test_an_error_that_is_meant_is_no_failure(tell: Tell) -> None:
    status, said = tell("#| error: true\n1 / 0", "print('after')")
    assert status == 0
    assert "ZeroDivisionError: division by zero\nafter\n" in said


def test_what_is_wrong_with_the_text_is_told_before_anything_runs(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = root / "lessons" / "tiny.py"
    path.write_text("# %% [markdown]\n# # Tiny\n\n# %%\nprint('one')\n\n# %%\n#| lable: a\n2\n", encoding="utf-8")
    assert run_in_terminal(path, root) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "lessons/tiny.py:8, cell 3: unknown option 'lable'; did you mean 'label'?\n"


# Figures

PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2])"


def test_a_figure_is_saved_where_there_is_no_display(tell: Tell, root: Path) -> None:
    _, said = tell(f"#| label: fit\n{PLOT}", "plt.plot([1])\nplt.show()\nprint('after')")
    assert "figure saved as figures/tiny/fit.png\n" in said
    assert "figure saved as figures/tiny/cell-3.png\nafter\n" in said
    with Image.open(root / "figures" / "tiny" / "fit.png") as picture:
        assert picture.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


def test_each_of_two_figures_is_saved(tell: Tell, root: Path) -> None:
    tell(f"#| label: fit\n{PLOT}\nplt.subplots()")
    assert sorted(path.name for path in (root / "figures" / "tiny").iterdir()) == ["fit-2.png", "fit.png"]


@pytest.mark.parametrize("ending", ["", "\nplt.show()"])
def test_a_figure_is_shown_once_where_there_is_a_display(
    ending: str, tell: Tell, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[list[int]] = []
    plt.close(plt.figure())  # the first figure of a process chooses the backend, which would not suit a display
    monkeypatch.setattr(FigureCanvasAgg, "required_interactive_framework", "qt", raising=False)
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.get_fignums()))
    assert tell(PLOT + ending)[0] == 0
    assert shown == [[1]]
    assert not (root / "figures").exists()


# `python -m lessons.NAME`


@pytest.mark.parametrize(
    "arguments",
    [
        ["python", "-m", "pytest", "tests"],
        ["python", "-m", "lessons"],
        ["python", "-m", "lessons.missing"],
        ["python", "-m", "lessons.a.b"],
        ["python", "-m", "lessons.__init__"],
        ["python", "lessons/tiny.py"],
        ["python", "-c", "pass", "-m"],
    ],
)
def test_other_modules_are_none_of_its_business(
    arguments: list[str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    assert run_module(arguments) is None


def test_a_module_that_is_a_lesson_runs(
    root: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("print('one')")
    monkeypatch.chdir(root)
    assert run_module(["python", "-X", "dev", "-m", "lessons.tiny", "rest"]) == 0
    assert "one\n" in capsys.readouterr().out


@pytest.fixture
def python(root: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python in the project, whose lessons are a package."""
    (root / "lessons" / "__init__.py").write_text(PACKAGE, encoding="utf-8")

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False)

    return python


Python = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_lesson_runs_as_a_module(python: Python, write_lesson: WriteLesson) -> None:
    write_lesson("x = 1\nx + 1", "open('tiny.py', encoding='utf-8').close()\n__name__")
    result = python("-m", "lessons.tiny")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "\nTiny\n====\n2\n'__main__'\n\nlessons/tiny.py: ran to its end\n"


@pytest.mark.parametrize("name", ["01_intro", "getting-started"])
def test_a_lesson_whose_name_is_no_name_of_python_runs_as_a_module(
    python: Python, write_lesson: WriteLesson, name: str
) -> None:
    write_lesson("x = 1\nx + 1", name=name)
    assert python("-m", f"lessons.{name}").stdout == f"\nTiny\n====\n2\n\nlessons/{name}.py: ran to its end\n"


def test_a_module_that_fails_leaves_with_one(python: Python, write_lesson: WriteLesson) -> None:
    write_lesson("1 / 0")
    result = python("-m", "lessons.tiny")
    assert result.returncode == 1
    assert "lessons/tiny.py:5: ZeroDivisionError" in result.stdout
    assert result.stderr == ""


def test_a_lesson_that_is_imported_does_not_run_in_the_terminal(python: Python, write_lesson: WriteLesson) -> None:
    write_lesson("x = 1\nx + 1")
    result = python("-c", "from lessons.tiny import x\nprint(x)")
    assert (result.stdout, result.stderr) == ("1\n", "")


def test_a_lesson_that_needs_a_missing_package_says_how_to_get_it(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = write_lesson("#| needs: no_such_package\nprint('ran')")
    assert run_in_terminal(root / lesson.path, root) == 1
    told = capsys.readouterr()
    assert "ran" not in told.out
    assert told.err == "lessons/tiny.py needs no_such_package; say: python -m pip install no_such_package\n"
