"""Lessons as notebooks."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import pytest
from conftest import WriteLesson

from lessonpress.printing.notebook import write_notebook
from lessonpress.read.lesson import Lesson
from lessonpress.run.figures import Figure
from lessonpress.run.record import Output, Result, Run, Trouble

PAGE = "https://example.org/course/lessons/tiny/"
SVG = '<svg viewBox="0 0 403 252">drawn</svg>'

RunLesson = Callable[[Lesson], Run]


def read(text: str) -> nbformat.NotebookNode:
    """The notebook, after Jupyter's own check of it."""
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    return notebook


def made(*outputs: Output) -> Run:
    return Run([Result([*outputs], ran=True)])


def only_output(run: Run, lesson: Lesson) -> nbformat.NotebookNode:
    (output,) = read(write_notebook(lesson, run)).cells[1].outputs
    return output


def test_a_lesson_run_is_a_valid_notebook(write_lesson: WriteLesson, run: RunLesson) -> None:
    lesson = write_lesson(
        "import sys\nimport matplotlib.pyplot as plt\nimport pandas as pd\nprint(1)\nprint(2, file=sys.stderr)",
        "#| label: fit\n#| fig-alt: A line.\nplt.plot([1])",
        "pd.DataFrame({'a': [1]})",
        "'text'",
        "#| error: true\n1 / 0",
        "# %% [markdown]\n# It is {{ 1 + 1 }}.\n#\n# >>> 1\n# 1",
        "raise SystemExit",
    )
    notebook = read(write_notebook(lesson, run(lesson)))
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", *["code"] * 5, "markdown", "code"]
    assert [output.output_type for cell in notebook.cells for output in cell.get("outputs", [])] == [
        "stream",
        "stream",
        "display_data",
        "execute_result",
        "execute_result",
        "error",
    ]


def test_the_same_run_gives_the_same_bytes(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("1", "#| label: b\n2")
    run = Run([Result([Output("value", "1")], ran=True), Result([Output("value", "2")], ran=True)])
    assert write_notebook(lesson, run) == write_notebook(lesson, run)


def test_cells_are_named_by_their_label_or_number(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("1", "#| label: fit\n2")
    notebook = read(write_notebook(lesson, Run([Result(), Result()])))
    assert [cell.id for cell in notebook.cells] == ["cell-1", "cell-2", "fit"]


def test_the_longest_label_is_a_valid_name(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("#| label: " + "a" * 64 + "\n1")
    assert read(write_notebook(lesson, made())).cells[1].id == "a" * 64


def test_code_cells_are_counted(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("1", "# %% [markdown]\n# Text.", "2")
    notebook = read(write_notebook(lesson, Run([Result(), Result()])))
    assert [cell.get("execution_count") for cell in notebook.cells] == [None, 1, None, 2]


def test_options_are_no_part_of_the_code(write_lesson: WriteLesson) -> None:
    notebook = read(write_notebook(write_lesson("#| label: fit\n#| echo: false\nx = 1"), made()))
    assert notebook.cells[1].source == "x = 1"


def test_inline_values_are_filled_in(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("# %% [markdown]\n# It is {{ w }}.")
    notebook = read(write_notebook(lesson, Run([Result(value="2.5", ran=True)])))
    assert notebook.cells[1].source == "It is 2.5."


@pytest.mark.parametrize("kind", ["stdout", "stderr"])
def test_printed_text_is_a_stream(kind: str, write_lesson: WriteLesson) -> None:
    output = only_output(made(Output(kind, "one\n")), write_lesson("1"))
    assert (output.output_type, output.name, output.text) == ("stream", kind, "one\n")


def test_a_value_is_plain_text(write_lesson: WriteLesson) -> None:
    output = only_output(made(Output("value", "<b>")), write_lesson("1"))
    assert output.data == {"text/plain": "<b>"}


def test_a_table_is_markdown(write_lesson: WriteLesson) -> None:
    output = only_output(made(Output("table", "| a |\n| --- |")), write_lesson("1"))
    assert output.data == {"text/markdown": "| a |\n| --- |"}


@pytest.mark.parametrize(("kind", "form"), [("html", "text/html"), ("markdown", "text/markdown")])
def test_a_value_is_in_a_notebook_as_it_is_on_the_page(kind: str, form: str, write_lesson: WriteLesson) -> None:
    assert only_output(made(Output(kind, "<b>b</b>"), Output("note", "said")), write_lesson("1")).data == {
        form: "<b>b</b>"
    }


def test_a_meant_error_is_named_behind_those_that_led_to_it(write_lesson: WriteLesson, run: RunLesson) -> None:
    lesson = write_lesson(
        "#| error: true\ntry:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('no') from e"
    )
    output = only_output(run(lesson), lesson)
    assert (output.ename, output.evalue) == ("ValueError", "no")
    assert output.traceback[0].startswith("ZeroDivisionError: division by zero\n")


def test_a_figure_stands_on_white_in_its_size(write_lesson: WriteLesson) -> None:
    run = made(Output("figure", figure=Figure(SVG, 538, 336)))
    svg = only_output(run, write_lesson("1")).data["image/svg+xml"]
    ground = '<rect width="100%" height="100%" fill="white"/>'
    assert svg == f'<svg viewBox="0 0 403 252" width="538" height="336">{ground}drawn</svg>'


def test_a_meant_error_is_an_error(write_lesson: WriteLesson) -> None:
    output = only_output(made(Output("error", "ValueError: a: b")), write_lesson("1"))
    assert (output.output_type, output.ename, output.evalue) == ("error", "ValueError", "a: b")


def test_a_lesson_that_failed_is_a_valid_notebook_too(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("1 / 0", "# %% [markdown]\n# It is {{ w }}.")
    run = Run([Result(troubles=[Trouble("ZeroDivisionError", 5)]), Result()])
    assert read(write_notebook(lesson, run)).cells[2].source == "It is (no value)."


def test_the_versions_come_along(write_lesson: WriteLesson) -> None:
    notebook = read(write_notebook(write_lesson(), Run([], {"Python": "3.13"})))
    assert notebook.metadata.run_with == {"Python": "3.13"}
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("../glossary/bias.md", "https://example.org/course/glossary/bias/"),
        ("../glossary/bias.md#why", "https://example.org/course/glossary/bias/#why"),
        ("deep.py", "https://example.org/course/lessons/deep/"),
        ("../setup.md", "https://example.org/course/setup/"),
        ("https://example.com/a.md", "https://example.com/a.md"),
        ("#below", "#below"),
        ('deep.py "Deep"', 'https://example.org/course/lessons/deep/ "Deep"'),
        ("../index.md", "https://example.org/course/"),
        ("index.md#top", "https://example.org/course/lessons/#top"),
        ("../glossary/README.md", "https://example.org/course/glossary/"),
        ("../assets/map.svg", "https://example.org/course/assets/map.svg"),
    ],
)
def test_links_to_pages_lead_to_the_site(link: str, target: str, write_lesson: WriteLesson) -> None:
    lesson = write_lesson(f"# %% [markdown]\n# See [it]({link}) and ![it]({link}).")
    assert read(write_notebook(lesson, Run([]), PAGE)).cells[1].source == f"See [it]({target}) and ![it]({target})."


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("../glossary/bias.md#why", "https://example.org/course/glossary/bias.html#why"),
        ("deep.py", "https://example.org/course/lessons/deep.html"),
        ("../index.md", "https://example.org/course/index.html"),
        ("index.md", "https://example.org/course/lessons/index.html"),
    ],
)
def test_links_lead_to_a_site_without_folders_for_pages(link: str, target: str, write_lesson: WriteLesson) -> None:
    lesson = write_lesson(f"# %% [markdown]\n# See [it]({link}).")
    page = f"{PAGE.rstrip('/')}.html"
    assert read(write_notebook(lesson, Run([]), page)).cells[1].source == f"See [it]({target})."


def test_pictures_are_found_where_the_site_has_them(write_lesson: WriteLesson) -> None:
    lesson = write_lesson('# %% [markdown]\n# <img alt="a" src="img/a.png"> and `![b](b.png)`')
    shown = '<img alt="a" src="https://example.org/course/lessons/img/a.png"> and `![b](b.png)`'
    assert read(write_notebook(lesson, Run([]), PAGE)).cells[1].source == shown


def test_links_lead_to_files_that_lie_around_the_notebook(write_lesson: WriteLesson) -> None:
    lesson = write_lesson(
        '# %% [markdown]\n# [a](../glossary/bias.md#b), [b](deep.py "Deep"), [c](../index.md), ![d](d.png)'
    )
    shown = '[a](../../glossary/bias.md#b), [b](../deep.md "Deep"), [c](../../index.md), ![d](../d.png)'
    assert read(write_notebook(lesson, Run([]), "../tiny.md")).cells[1].source == shown


def test_links_that_lead_nowhere_from_a_notebook_are_words_where_the_site_has_no_address(
    write_lesson: WriteLesson,
) -> None:
    lesson = write_lesson("# %% [markdown]\n# See [it](../glossary/bias.md) and [that](https://example.org/a.md).")
    assert read(write_notebook(lesson, Run([]))).cells[1].source == "See it and [that](https://example.org/a.md)."


def test_a_cell_that_measures_says_so(write_lesson: WriteLesson, run: Callable[[Lesson], Run]) -> None:
    lesson = write_lesson("#| varies: true\nprint(1)", "print(2)")
    notebook = nbformat.reads(write_notebook(lesson, run(lesson)), as_version=4)
    assert [cell.metadata.get("tags") for cell in notebook.cells if cell.cell_type == "code"] == [["varies"], None]


def test_nothing_is_folded_in_a_notebook(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("# %% [markdown]\n# Look:\n#\n# >>> 1 < 2\n# True")
    notebook = write_notebook(lesson, Run([Result(ran=True)]))
    assert ">>> 1 < 2" in notebook
    assert "???" not in notebook
