"""What is shown of a cell's value, and what is said where a page can't show it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from conftest import WriteLesson

from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Output, Run

Outputs = Callable[..., list[Output]]


@pytest.fixture
def outputs(write_lesson: WriteLesson, run: Callable[[Lesson], Run]) -> Outputs:
    """What the last of some cells shows."""

    def outputs(*cells: str) -> list[Output]:
        done = run(write_lesson(*cells))
        assert done.ok, [result.troubles for result in done.results]
        return done.results[-1].outputs

    return outputs


def showing(method: str, value: str) -> str:
    """A cell that ends in something which shows itself by a method."""
    methods = f"def {method}(self, **_):\n        return {value}\n\n    def __repr__(self):\n        return 'Thing'"
    return f"class Thing:\n    {methods}\n\nThing()"


@pytest.mark.parametrize(
    ("method", "value", "kind", "text"),
    [
        ("_repr_html_", "'<b>bold</b>'", "html", "<b>bold</b>"),
        ("_repr_markdown_", "'*a*'", "markdown", "*a*"),
        ("_repr_latex_", "'$x$'", "markdown", "$$\nx\n$$"),
        ("_repr_latex_", "'so $x$ is'", "markdown", "so $x$ is"),
        ("_repr_mimebundle_", "{'text/html': '<i>i</i>', 'text/plain': 'i'}", "html", "<i>i</i>"),
        ("_repr_mimebundle_", "({'text/markdown': '*b*'}, {})", "markdown", "*b*"),
        ("_repr_html_", "None", "value", "Thing"),
    ],
)
def test_a_value_shows_itself(method: str, value: str, kind: str, text: str, outputs: Outputs) -> None:
    assert [(output.kind, output.text) for output in outputs(showing(method, value))] == [(kind, text)]


@pytest.mark.parametrize(
    ("method", "value", "what"),
    [
        ("_repr_html_", "'<script>draw()</script>'", "as text/html it holds a script"),
        ("_repr_html_", "'<b onclick=\"go()\">b</b>'", "as text/html it holds a script"),
        ("_repr_html_", "'<video src=\"data:video/mp4;base64,AA\"></video>'", "a video"),
        ("_repr_html_", "'<audio></audio>'", "a sound"),
        ("_repr_html_", "'<iframe src=\"https://example.org\"></iframe>'", "a page of its own"),
        ("_repr_html_", "'<img src=\"photo.png\">'", "a file of its own"),
        ("_repr_html_", "'<p>' * 100_000", "300,000 characters"),
        ("_repr_markdown_", "'text <script>x</script>'", "as text/markdown it holds a script"),
        ("_repr_javascript_", "'draw()'", "application/javascript"),
        ("_repr_json_", "{}", "application/json"),
        ("_repr_mimebundle_", "{'application/vnd.jupyter.widget-view+json': {}, 'text/plain': 'w'}", "widget-view"),
        ("_repr_png_", "b'no picture'", "as image/png it holds no picture"),
        ("_repr_png_", "bytes(4_000_000)", "4 MB"),
        ("_repr_svg_", "'<svg'", "what is no SVG"),
    ],
)
def test_what_a_page_cannot_show_is_said_with_what_to_use_instead(
    method: str, value: str, what: str, outputs: Outputs
) -> None:
    shown, note = outputs(showing(method, value))
    assert (shown.kind, shown.text, note.kind) == ("value", "Thing", "note")
    assert what in note.text
    assert note.text.endswith("which no page can show; show a figure, a table or text.")


def test_the_next_best_form_is_shown_where_a_page_refuses_the_best(outputs: Outputs) -> None:
    both = showing("_repr_html_", "'<script></script>'").replace(
        "    def __repr__", "    _repr_markdown_ = lambda self: '*m*'\n\n    def __repr__"
    )
    assert [(output.kind, output.text) for output in outputs(both)] == [("markdown", "*m*")]


def test_an_animation_is_said_to_be_a_still(outputs: Outputs) -> None:
    code = """
        import matplotlib.pyplot as plt
        from matplotlib.animation import FuncAnimation
        figure, axes = plt.subplots()
        line, = axes.plot([1, 2])
        moves = FuncAnimation(figure, lambda step: [line], frames=2)
        moves
    """
    shown, note, still = outputs(code)
    assert shown.text == "<matplotlib.animation.FuncAnimation object at 0x…>"
    assert "it is an animation" in note.text
    assert "play" in note.text
    assert still.kind == "figure"


@pytest.mark.parametrize("value", ["list(range(100_000))", "'x' * 10_000_000", "{n: n for n in range(100_000)}"])
def test_a_long_value_is_shortened_and_says_so(value: str, outputs: Outputs) -> None:
    shown, note = outputs(value)
    length = len(repr(eval(value)))
    assert len(shown.text) < 6_000
    assert (shown.text[:20], shown.text[-20:]) == (repr(eval(value))[:20], repr(eval(value))[-20:])
    assert (note.kind, note.text) == ("note", f"Shortened: the value has {length:,} characters.")


def test_a_class_is_not_what_its_objects_show(outputs: Outputs) -> None:
    assert [output.text for output in outputs("import pandas as pd\npd.DataFrame")] == ["<class 'pandas.DataFrame'>"]


def test_names_that_styler_makes_up_are_the_same_in_each_run_and_other_ones_for_each_table(outputs: Outputs) -> None:
    code = "import pandas as pd\nstyled = pd.DataFrame({'a': [1]}).style\ndisplay(styled)\nstyled"
    first, second = ([output.text for output in outputs(code)] for _ in range(2))
    assert first == second
    names = [set(re.findall(r'id="(\w+)"', text)) for text in first]
    assert len(names) == 2
    assert not names[0] & names[1]


def test_a_picture_is_a_figure_in_its_own_size(outputs: Outputs) -> None:
    (picture,) = outputs("from PIL import Image\nImage.new('RGB', (20, 10), 'red')")
    assert picture.figure is not None
    assert (picture.figure.width, picture.figure.height) == (20, 10)
    data = re.findall(r'href="data:image/png;base64,([^"]+)"', picture.figure.svg)
    assert base64.b64decode(data[0]).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="20" height="10"', (20, 10)),
        ('width="30pt" height="1in"', (40, 96)),
        ('viewBox="0 0 8 4"', (8, 4)),
        ('viewBox="0 0 8 4" width="100%"', (8, 4)),
        ('viewBox="0 0 8 4" width="16px"', (16, 8)),
        ("", (300, 150)),
    ],
)
def test_a_drawing_has_the_size_it_says(attributes: str, size: tuple[int, int], outputs: Outputs) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}><script>go()</script></svg>'
    (drawn,) = outputs(showing("_repr_svg_", repr(svg)))
    assert drawn.figure is not None
    assert (drawn.figure.width, drawn.figure.height) == size
    assert "script" not in drawn.figure.svg  # it lies in a picture of its own, where nothing runs


def test_what_a_plotting_function_hands_back_is_not_shown_in_any_wrapping(outputs: Outputs) -> None:
    cells = ["{'whiskers': [line], 'caps': []}", "np.array([[axes, axes]])", "[axes, (line, 3)]", "pd.Series([axes])"]
    begin = "import matplotlib.pyplot as plt, numpy as np, pandas as pd\naxes = plt.gca()\nline = plt.plot([1])[0]"
    for cell in cells:
        assert outputs(begin, cell) == []
    (shown,) = outputs(begin, "a = [1]\na.append(a)\na")
    assert shown.text == "[1, [...]]"


# Figures


def test_a_figure_is_shown_again_as_it_has_become(outputs: Outputs) -> None:
    first = "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([1, 2]);"
    (again,) = outputs(first, "axes.set_title('Later')\nfigure")
    assert again.figure is not None
    assert ">Later<" in again.figure.svg
    (at_once,) = outputs(first + "\naxes.set_title('Later')")
    assert again == at_once


def test_a_figure_is_left_as_it_was(outputs: Outputs) -> None:
    drawn = """
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
image = axes.imshow([[1, 2], [3, 4]])
title = axes.set_title('small', fontsize=5)
points = axes.scatter(range(3000), range(3000))
"""
    of_artists = "[(one.get_gid(), one.get_rasterized(), 'draw' in vars(one)) for one in (image, title, points)]"
    of_figure = "title.get_fontsize(), figure.dpi, 'SVG' in str(figure.canvas), figure.get_layout_engine()"
    tell = f"print({of_artists}, {of_figure})"
    before, _ = outputs(drawn + tell)
    (after,) = outputs(drawn, tell)
    assert before.text == after.text


def test_an_empty_figure_is_not_shown(outputs: Outputs) -> None:
    assert outputs("import matplotlib.pyplot as plt\nplt.gcf();") == []
