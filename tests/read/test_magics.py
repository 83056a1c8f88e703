"""What only a notebook understands, in a lesson's code."""

from __future__ import annotations

import ast

import pytest

from lessonpress.read.magics import read_code


def test_code_of_python_is_as_it_was() -> None:
    code = "x = 7\ny = (x\n  % 2)\ntext = '''\n%matplotlib inline\n!ls\n'''"
    tree, runs, wrong = read_code(code)
    assert (ast.dump(tree), runs, wrong) == (ast.dump(ast.parse(code)), code, [])


@pytest.mark.parametrize("line", ["%matplotlib inline", "%config InlineBackend.figure_format = 'svg'", "%autoreload 2"])
def test_what_means_nothing_to_a_page_is_passed_over_in_its_line(line: str) -> None:
    assert read_code(f"{line}\nif 1:\n    {line}\nx = 1")[1:] == ("pass\nif 1:\n    pass\nx = 1", [])


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("!pip install torch", "name what not everybody has in '#| needs: …'"),
        ("%pip install torch", "name what not everybody has in '#| needs: …'"),
        ("!python -m pip install torch", "'#| needs: …'"),
        ("!ls -l", "subprocess.run"),
        ("files = !ls", "subprocess.run"),
        ("%time f()", "time.perf_counter()"),
        ("x = %timeit -o f()", "time.perf_counter()"),
        ("%run other.py", "import the module"),
        ("%env A=1", "os.environ"),
        ("%frobnicate", "leave it out"),
        ("f?", "help(f)"),
        ("?torch.nn", "help(torch.nn)"),
        ("torch.nn??", "help(torch.nn)"),
    ],
)
def test_other_lines_of_a_notebook_are_wrong_and_say_what_to_write(line: str, remedy: str) -> None:
    ((place, message),) = read_code(f"x = 1\n{line}\n")[2]
    assert place == 2
    assert remedy in message
    assert "Jupyter" in message


@pytest.mark.parametrize(
    ("magic", "remedy"),
    [("%%bash", "subprocess"), ("%%html", "a cell of Markdown"), ("%%capture", "#| output: false")],
)
def test_a_magic_of_a_whole_cell_is_told_alone(magic: str, remedy: str) -> None:
    ((place, message),) = read_code(f"{magic}\nls -l\n!x\n")[2]
    assert place == 1
    assert remedy in message


@pytest.mark.parametrize("code", ["x = await f()", "if 1:\n    async with f: pass", "[await f() for f in g]"])
def test_what_is_awaited_outside_of_a_function_is_wrong(code: str) -> None:
    ((_, message),) = read_code(f"{code}\nasync def h():\n    await f()\n")[2]
    assert "asyncio.run" in message


@pytest.mark.parametrize("code", ["x = = 1", "100%2 =", "print 1"])
def test_what_is_no_code_in_a_notebook_either_is_a_syntax_error(code: str) -> None:
    with pytest.raises(SyntaxError):
        read_code(code)
