"""Lessons read from files: their cells, their places, and everything that can be wrong with them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jupytext
import pytest
from conftest import WriteLesson

from lessonpress.problems import Problem, ProblemsFound
from lessonpress.read.cells import headings
from lessonpress.read.lesson import Lesson, read_lesson
from lessonpress.read.percent import FORMAT, LAYOUT, read_raw_cell, skip_header
from lessonpress.run.step import Step

TITLE = "# %% [markdown]\n# # Tiny\n\n"  # three lines, so that what follows begins in line 4

Read = Callable[..., Lesson]


@pytest.fixture
def read(root: Path) -> Read:
    """Write a file as it is, byte for byte, and read it."""

    def read(content: str | bytes, name: str = "lessons/tiny.py") -> Lesson:
        data = content if isinstance(content, bytes) else content.encode()
        (root / name).write_bytes(data)
        return read_lesson(root / name, root)

    return read


@pytest.fixture
def problems(read: Read) -> Callable[..., list[Problem]]:
    """Read a file that is wrong, and hand its problems over."""

    def problems(content: str | bytes, name: str = "lessons/tiny.py") -> list[Problem]:
        with pytest.raises(ProblemsFound) as found:
            read(content, name)
        return list(found.value.problems)

    return problems


Problems = Callable[..., list[Problem]]


def places(lesson: Lesson) -> list[tuple[str, int]]:
    return [(step.kind, step.line) for step in lesson.steps]


def assert_lines_hold(lesson: Lesson) -> None:
    """Each step's first line stands in the file where the step says."""
    lines = lesson.text.split("\n")
    for step in lesson.steps:
        assert step.source.split("\n")[0] in lines[step.line - 1]


# Cells


def test_a_lesson_is_its_cells_in_order(read: Read) -> None:
    lesson = read(TITLE + "# %%\nx = 1\n\n# %% [markdown]\n# Some prose.\n")
    assert [(cell.kind, cell.source) for cell in lesson.cells] == [
        ("prose", "# Tiny"),
        ("code", "x = 1"),
        ("prose", "Some prose."),
    ]


def test_the_first_heading_is_the_title(read: Read) -> None:
    assert read("# %% [markdown]\n# Before.\n#\n# # A *single* neuron #\n").title == "A *single* neuron"


def test_windows_line_ends_read_as_any_others(read: Read) -> None:
    text = TITLE + "# %%\n#| label: fit\nx = 1\n"
    assert read(text.replace("\n", "\r\n")).cells == read(text).cells


def test_a_byte_order_mark_is_no_part_of_the_lesson(read: Read) -> None:
    text = TITLE + "# %%\nx = 1\n"
    assert read(b"\xef\xbb\xbf" + text.encode()) == read(text)


def test_tabs_stay_in_code(read: Read) -> None:
    assert read(TITLE + "# %%\nif True:\n\tx = 1\n").steps[0].source == "if True:\n\tx = 1"


def test_a_file_name_may_have_letters_outside_ascii(read: Read) -> None:
    lesson = read(TITLE, "lessons/größe_und_重み.py")
    assert (lesson.path, lesson.name) == ("lessons/größe_und_重み.py", "größe_und_重み")


def test_a_cell_mark_inside_a_string_begins_no_cell(read: Read) -> None:
    code = 'text = """\n# %%\n# %% [markdown]\n"""\nx = 1'
    assert [cell.source for cell in read(TITLE + f"# %%\n{code}\n").cells] == ["# Tiny", code]


@pytest.mark.parametrize("quotes", ['"""', "'''", 'r"""'])
def test_prose_may_stand_in_a_string(read: Read, quotes: str) -> None:
    lesson = read(f"# %% [markdown]\n{quotes}\n# Tiny\n\nIt is {{{{ x }}}}.\n{quotes.strip('r')}\n")
    assert (lesson.title, places(lesson)) == ("Tiny", [("value", 5)])


def test_a_docstring_before_the_first_cell_is_no_cell(read: Read) -> None:
    assert [cell.kind for cell in read('"""What this is about."""\n\n' + TITLE).cells] == ["prose"]


def test_code_before_the_first_mark_is_a_cell(read: Read) -> None:
    assert read("import math\n\n" + TITLE).cells[0].source == "import math"


def test_an_empty_cell_does_not_count(read: Read) -> None:
    assert [cell.number for cell in read(TITLE + "# %%\n\n# %%\nx = 1\n").cells] == [1, 2]


def test_the_header_of_a_notebook_is_no_cell(read: Read) -> None:
    lesson = read("# ---\n# jupyter:\n#   kernelspec: {}\n# ---\n\n" + TITLE + "# %%\nx = 1\n")
    assert [cell.kind for cell in lesson.cells] == ["prose", "code"]
    assert_lines_hold(lesson)


def test_a_mark_without_a_blank_begins_a_cell_too(read: Read) -> None:
    lesson = read("#%% [markdown]\n# # Tiny\n#\n# It is {{ x }}.\n\n#%%\nx = 1\n")
    assert places(lesson) == [("value", 4), ("code", 7)]


def test_a_raw_cell_is_a_block_of_text(read: Read) -> None:
    lesson = read(TITLE + "# %% [raw]\n# ---\n# a: {{ b }} ```\n# ---\n\n# %%\nx = 1\n")
    assert [(cell.kind, cell.source) for cell in lesson.cells[1:]] == [
        ("prose", "---\na: {{ b }} ```\n---"),
        ("code", "x = 1"),
    ]
    assert [part.source for part in lesson.cells[1].parts] == ["````\n---\na: {{ b }} ```\n---\n````\n"]
    assert places(lesson) == [("code", 10)]


def test_what_jupyter_alone_understands_stays_in_the_cell_and_does_not_run(read: Read) -> None:
    (_, cell) = read(TITLE + "# %%\n%matplotlib inline\nx = 1\n").cells
    assert (cell.source, cell.steps[0].source) == ("%matplotlib inline\nx = 1", "pass\nx = 1")


def test_what_jupyter_alone_understands_is_wrong_in_its_line(problems: Problems) -> None:
    found = problems(TITLE + "# %%\n#| label: a\nx = 1\n!ls\n\n# %%\nawait x\n")
    assert [problem.where for problem in found] == ["lessons/tiny.py:7, cell 2", "lessons/tiny.py:10, cell 3"]
    assert "subprocess.run" in found[0].message


# Places


def test_code_knows_its_line(read: Read) -> None:
    assert places(read(TITLE + "# %%\nx = 1\n\n\n# %%\n\n\ny = 2\n")) == [("code", 5), ("code", 11)]


def test_code_below_options_knows_its_line(read: Read) -> None:
    assert places(read(TITLE + "# %%\n#| label: fit\n#| echo: false\n\nx = 1\n")) == [("code", 8)]


def test_a_value_knows_its_line(read: Read) -> None:
    lesson = read("# %% [markdown]\n# # Tiny\n#\n# One is {{ one }},\n# two is {{ two }}.\n#\n# Then {{ three }}.\n")
    assert places(lesson) == [("value", 4), ("value", 5), ("value", 7)]


def test_a_value_in_an_option_knows_its_line(read: Read) -> None:
    lesson = read(TITLE + "# %%\n#| label: fit\n#| fig-alt: It has {{ n }} points.\nx = 1\n")
    assert places(lesson) == [("code", 7), ("value", 6)]


def test_a_doctest_in_prose_knows_its_line(read: Read) -> None:
    lesson = read(TITLE + "# %% [markdown]\n# Look:\n#\n# >>> 1 + 1\n# 2\n#\n# - again\n#\n#     >>> 2 + 2\n#     4\n")
    assert places(lesson) == [("doctest", 7), ("doctest", 12)]


def test_blank_lines_before_prose_are_counted(read: Read) -> None:
    assert places(read(TITLE + "# %% [markdown]\n\n\n# {{ x }}\n")) == [("value", 7)]
    assert places(read(TITLE + '# %% [markdown]\n\n\n"""\n\n{{ x }}\n"""\n')) == [("value", 9)]


@pytest.mark.parametrize(
    ("function", "line"),
    [
        ('def f():\n    """Do it.\n\n    >>> 1\n    1\n    """', 8),
        ('def f():\n    """\n    >>> 1\n    1\n    """', 7),
        ('def f():\n    """>>> 1\n    1\n    """', 6),
        ('class A:\n\tdef f(self):\n\t\t"""Do it.\n\n\t\t>>> 1\n\t\t1\n\t\t"""', 9),
    ],
)
def test_a_doctest_in_a_docstring_knows_its_line(read: Read, function: str, line: int) -> None:
    assert places(read(f"{TITLE}# %%\n{function}\n")) == [("code", 5), ("doctest", line)]


def test_every_step_of_a_long_lesson_stands_where_it_says(read: Read) -> None:
    assert_lines_hold(
        read(
            '"""A docstring."""\n\n'
            + TITLE
            + "# %% tags\n#| label: a\n#| fig-cap: Has {{ n }}.\n\n\nx = 1\n\ny = 2\n\n\n"
            "# %% [markdown]\n# Prose {{ x }}.\n#\n# ```\n# >>> x\n# 1\n#\n# >>> y\n# 2\n# ```\n#\n# {{ y }}\n\n"
            '# %% [markdown]\n"""Prose {{ 3 }}\n\n    >>> 4\n    4\n"""\n\n'
            '# %%\ndef f():\n    """\n    >>> 5\n    5\n    """\n'
        )
    )


# Headings


def test_headings_have_their_level_text_and_line(read: Read) -> None:
    lesson = read("# %% [markdown]\n# # Tiny\n#\n# ## Why a `bias`?\n")
    assert list(headings(lesson.cells[0])) == [(1, "Tiny", 2), (2, "Why a `bias`?", 4)]


def test_a_comment_in_a_fenced_block_is_no_heading(read: Read) -> None:
    block = "# ```python\n# >>> 1\n# 1\n#\n# # a comment\n# ```\n"
    assert [text for _, text, _ in headings(read(TITLE + "# %% [markdown]\n" + block).cells[1])] == []


def test_a_value_in_a_heading_is_a_problem(problems: Problems) -> None:
    (problem,) = problems(TITLE + "# %% [markdown]\n# Text.\n#\n# ## The {{ n }} cereals\n")
    assert problem.line == 7
    assert "inline value in a heading" in problem.message


# What can be wrong


def test_a_file_that_is_not_utf8_is_named_with_the_line(problems: Problems) -> None:
    (problem,) = problems(TITLE.encode() + b"# %%\n# caf\xe9\n")
    assert problem.where == "lessons/tiny.py:5"
    assert "not UTF-8" in problem.message


def test_a_syntax_error_has_its_file_line_and_text(problems: Problems) -> None:
    (problem,) = problems(TITLE + "# %%\n#| label: a\nx = 1\ny = = 2\n")
    assert problem.where == "lessons/tiny.py:7, cell 2"
    assert problem.message.startswith("SyntaxError: ")
    assert problem.detail == "y = = 2"


def test_a_lesson_without_a_title_is_a_problem(problems: Problems) -> None:
    (problem,) = problems("# %% [markdown]\n# Prose.\n\n# %% [markdown]\n# # Too late\n")
    assert "no title" in problem.message


def test_two_cells_with_one_label_are_a_problem(problems: Problems) -> None:
    (problem,) = problems(TITLE + "# %%\n#| label: fit\nx = 1\n\n# %%\n#| label: fit\ny = 2\n")
    assert problem.line == 9
    assert "'fit' already names the cell at line 5" in problem.message


def test_an_inline_value_that_is_no_expression_is_a_problem(problems: Problems) -> None:
    (problem,) = problems(TITLE + "# %% [markdown]\n# Text.\n# It is {{ x = 1 }}.\n")
    assert (problem.line, problem.message) == (6, "inline value '{{ x = 1 }}' is not a Python expression")


def test_a_wrong_value_in_an_option_has_the_line_of_the_option(problems: Problems) -> None:
    (problem,) = problems(TITLE + "# %%\n#| label: a\n#| fig-cap: It is {{ x = 1 }}.\nx = 1\n")
    assert problem.line == 6


def test_braces_that_nothing_closes_are_a_problem(problems: Problems) -> None:
    (problem,) = problems(TITLE + "# %% [markdown]\n# Text.\n# It is {{ x.\n#\n# And {{ y }}.\n")
    assert problem.line == 6
    assert "'{{' without '}}'" in problem.message


@pytest.mark.parametrize(
    "prose", [r"\{{ x }}", r"\{{", "`{{`", "```\n# {{\n# ```", "```\n# >>> 1\n# 1\n#\n# {{\n# ```"]
)
def test_braces_meant_as_such_are_neither_value_nor_problem(read: Read, prose: str) -> None:
    lesson = read(TITLE + f"# %% [markdown]\n# {prose}\n")
    assert "value" not in [step.kind for step in lesson.steps]


def test_all_problems_are_told_at_once_in_order(problems: Problems) -> None:
    found = problems("# %%\n#| lable: a\nx = (\n\n# %% [markdown]\n# {{ y = 1 }}\n")
    assert [problem.line for problem in found] == [1, 2, 3, 6]


# Pages


def test_a_page_is_one_cell_of_prose(read: Read) -> None:
    page = read("# Set-up\n\nIt is {{ 1 + 1 }}.\n\n>>> 1\n1\n", "docs/setup.md")
    assert (page.title, [cell.kind for cell in page.cells]) == ("Set-up", ["prose"])
    assert places(page) == [("value", 3), ("doctest", 5)]


def test_front_matter_is_no_prose_and_lines_go_on_counting(read: Read) -> None:
    page = read("---\nterm: bias\nsynonyms: [offset]\n---\n\nIt is {{ x }}.\n", "glossary/bias.md")
    assert page.meta == {"term": "bias", "synonyms": ["offset"]}
    assert page.title == "bias"
    assert page.steps == [Step("value", "x", 6, 1)]


def test_front_matter_that_is_no_yaml_has_file_and_line(problems: Problems) -> None:
    (problem,) = problems("---\nterm: bias\ndefinition: A number: added\n---\n\nText.\n", "glossary/bias.md")
    assert problem.where == "glossary/bias.md:3"
    assert problem.message == "front matter is not YAML: mapping values are not allowed here; put the text in quotes"


def test_front_matter_with_a_sign_that_is_no_text_is_a_problem(problems: Problems) -> None:
    (problem,) = problems("---\nterm: \a\n---\n\nText.\n", "glossary/bias.md")
    assert problem.where == "glossary/bias.md:2"
    assert "special characters are not allowed" in problem.message


def test_front_matter_without_names_is_a_problem(problems: Problems) -> None:
    (problem,) = problems("---\nonly words\n---\n\n# Title\n", "glossary/bias.md")
    assert problem == Problem("glossary/bias.md", 2, "front matter holds no 'name: value' lines", code="LP101")


def test_a_line_in_the_middle_of_a_page_begins_no_front_matter(read: Read) -> None:
    assert read("# Title\n\n---\nterm: bias\n---\n", "docs/a.md").meta == {}


def test_meant_errors_are_marked(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("#| error: true\n1 / 0", "1")
    assert [step.error for step in lesson.steps] == [True, False]


def test_a_lesson_quotes_no_other(write_lesson: WriteLesson) -> None:
    with pytest.raises(ProblemsFound, match=r"lessons/tiny.py:6, cell 2: value of another lesson, 'other'"):
        write_lesson("# %% [markdown]\n# One.\n# {{ other::w }}")


# Places

WRONG = """\
# %% [markdown]
# # Tiny
# ## It is {{ 1 }}
# It is {{ 1 + }}.

# %%
#| words
#| lable: a
#| echo: fals
#| error: true
#| error: true
#| label: A
1

# %%
#| label: a
#| fig-cap: It is {{ 1 + }}.
1 +

# %%
#| label: a
1

# %% [markdown]
# It is `a
# b
# c`, `{{
# x }}` and {{ open
# and {{ more.
"""


def test_all_that_is_wrong_is_told_with_its_line_and_cell(problems: Problems) -> None:
    assert [(problem.where.removeprefix("lessons/tiny.py:"), problem.message[:28]) for problem in problems(WRONG)] == [
        ("3, cell 1", "inline value in a heading, w"),
        ("4, cell 1", "inline value '{{ 1 + }}' is "),
        ("7, cell 2", "not an option: '#| words'; w"),
        ("8, cell 2", "unknown option 'lable'; did "),
        ("9, cell 2", "option 'echo' can't be 'fals"),
        ("11, cell 2", "option 'error' is given twic"),
        ("12, cell 2", "label 'A' is not made of low"),
        ("17, cell 3", "inline value '{{ 1 + }}' is "),
        ("18, cell 3", "SyntaxError: invalid syntax"),
        ("21, cell 4", "label 'a' already names the "),
        ("28, cell 5", "'{{' without '}}'; close the"),
    ]


def test_what_is_wrong_with_a_page_is_told_with_its_line(problems: Problems) -> None:
    assert [problem.where for problem in problems("# Page\n\n{{ 1 + }}\n", "docs/page.md")] == [
        "docs/page.md:3, cell 1"
    ]


def test_a_lesson_without_a_title_learns_how_to_get_one(problems: Problems) -> None:
    message = "no title; begin the first prose cell with a line like '# A single neuron'"
    for text in ("# %% [markdown]\n# Words.\n", "# %%\n1\n"):
        assert problems(text) == [Problem("lessons/tiny.py", 1, message, code="LP101")]


def test_a_lesson_that_is_not_there_is_a_problem(root: Path) -> None:
    with pytest.raises(ProblemsFound) as found:
        read_lesson(root / "lessons" / "gone.py", root)
    message = "can't be read: No such file or directory; save it again"
    assert found.value.problems == (Problem("lessons/gone.py", 1, message, code="LP101"),)


def test_each_step_knows_its_line_and_cell(read: Read) -> None:
    code = 'def f():\n    """One.\n\n    >>> f()\n    1\n    >>> f()\n    1\n    """\n    return 1\n'
    lesson = read(f"{TITLE}# %%\n#| fig-cap: {{{{ 2:.1f }}}}\n{code}\n# %% [markdown]\n# >>> 3\n# 3\n")
    assert lesson.steps == [
        Step("code", code.rstrip(), 6, 2),
        Step("doctest", ">>> f()\n1\n>>> f()\n1\n", 9, 2),
        Step("value", "2", 5, 2, format=".1f"),
        Step("doctest", ">>> 3\n3\n", 17, 3),
    ]


def test_what_was_imported_in_part_is_whole_for_whoever_wants_it_later(tmp_path: Path) -> None:
    (tmp_path / "tiny.py").write_text("# %% [markdown]\n# # Tiny\n", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from lessonpress.read.lesson import read_lesson\n"
        f"read_lesson(Path({str(tmp_path / 'tiny.py')!r}), Path({str(tmp_path)!r}))\n"
        "print({name.partition('.')[0] for name in sys.modules} & {'jupytext', 'nbformat', 'jsonschema'} or 'none')\n"
        "import nbformat; print(nbformat.v4.nbbase.new_code_cell('2').source)\n"
        "import jupytext; print(jupytext.reads('# %%\\n1', fmt='py:percent').cells[0].source)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["none", "2", "1"]


CELLS = """\
# # A title %% that is none

x = '''
# %% no cell
'''
# %% [md] a title
# ```mermaid
# %% no cell
# ```
# %% [raw]
# as it is
# %% sum label="one" tags=["a", "b"]
1 + 1


# %% active="py"
here_alone = 1
#%%%% below
# !pip list
"""
HEADERS = (
    "",
    "#!/usr/bin/env python\n",
    "# -*- coding: utf-8 -*-\n",
    "# ---\n# jupyter:\n#   jupytext: {}\n# ---\n\n",
    "#!/usr/bin/env python\n# ---\n# title: Notes\n# ---\n",
    "import os\n",
    "\n",
    "# %% [markdown]\n# First.\n",
)


@pytest.mark.parametrize("header", HEADERS)
def test_cells_are_those_that_jupytext_reads(header: str) -> None:
    lines = (header + CELLS).rstrip("\n").split("\n")
    start, found = skip_header(lines), []
    while start < len(lines):
        cell, length = read_raw_cell(lines[start:])
        found.append((cell.kind, cell.source, cell.named))
        start += length
    read = jupytext.reads(header + CELLS, fmt=FORMAT).cells
    if "title: Notes" in header:
        read = read[1:]  # what a header says beside Jupyter's own notes, which is no cell here
    named = [{name: value for name, value in cell.metadata.items() if name not in LAYOUT} for cell in read]
    assert found == [(cell.cell_type, cell.source, said) for cell, said in zip(read, named, strict=True)]
    assert {kind for kind, _, _ in found} == {"code", "markdown", "raw"}
