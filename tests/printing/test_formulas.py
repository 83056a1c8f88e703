"""Formulas set as MathML, and the font for them."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from lessonpress.kept.files import write_bytes
from lessonpress.printing.formulas import FormulaError, italic, set_formulas, signs_in, subset_font

MATHML = "{http://www.w3.org/1998/Math/MathML}"

Render = Callable[[str], str]


def inline(tex: str) -> str:
    """A formula as the page has it before, and as it has it after."""
    return set_formulas(f'<span class="arithmatex">\\({html.escape(tex)}\\)</span>')


def texts(mathml: str) -> list[tuple[str, str]]:
    return [(part.tag.removeprefix(MATHML), part.text) for part in ElementTree.fromstring(mathml).iter() if part.text]


def test_a_formula_in_a_line_becomes_mathml() -> None:
    mathml = ElementTree.fromstring(inline("w"))
    assert (mathml.tag, mathml.get("display")) == (f"{MATHML}math", "inline")


def test_a_formula_of_its_own_becomes_a_block() -> None:
    page = set_formulas('<div class="arithmatex">\\[\ny = w x\n\\]</div>')
    assert ElementTree.fromstring(page).get("display") == "block"


def test_formulas_are_set_as_markdown_marks_them(render: Render) -> None:
    page = set_formulas(render("The slope $w$ and\n\n$$\n\\hat y = \\sum_{i=1}^n w_i x_i + b\n$$\n\ncost \\$5."))
    assert page.count("<math") == page.count("</math>") == 2
    assert 'display="block"' in page
    assert "arithmatex" not in page
    assert "cost $5." in page


def test_the_rest_of_a_page_stays_as_it_is() -> None:
    page = '<p>a <span class="arithmatex">\\(w\\)</span> b <span class="other">\\(c\\)</span></p>'
    assert set_formulas(page).startswith("<p>a <math")
    assert set_formulas(page).endswith('b <span class="other">\\(c\\)</span></p>')


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{a}{b}",
        r"\sum_{i=1}^n (y_i - \hat y_i)^2",
        r"\begin{bmatrix}1 & 2\\3 & 4\end{bmatrix}",
        r"\left(\frac{1}{2}\right)",
        r"a < b \text{ and } c \& d > e",
        r"\operatorname{relu}(x) = \max(0, x)",
        r"\mathbf{X} \in \mathbb{R}^{n \times d}",
        r"\nabla_w L, \quad w \leftarrow w - \eta\,\frac{\partial L}{\partial w}",
        r"\text{<script>alert(1)</script> & more}",
    ],
)
def test_mathml_is_well_formed(tex: str) -> None:
    assert ElementTree.fromstring(inline(tex)).tag == f"{MATHML}math"


@pytest.mark.parametrize(
    ("tex", "read"),
    [
        (r"\log 10", "log⁡ 10"),
        (r"\log_3 x", "log3⁡ x"),
        (r"-\log p", "−log⁡ p"),
        (r"y\ln p", "y ln⁡ p"),
        (r"e^{\exp x}", "eexp⁡ x"),
        (r"\min_i x", "mini⁡ x"),
        (r"\max(0, z)", "max⁡(0,z)"),
        (r"\exp\left(x\right)", "exp⁡(x)"),
        (r"\operatorname{softmax}(z)", "softmax⁡(z)"),
        (r"a + \log \exp x = \max", "a+log⁡ exp⁡ x=max"),
        (r"x_{true}", "xtrue"),
    ],
)
def test_the_name_of_a_function_is_set_apart_as_in_tex(tex: str, read: str) -> None:
    row = ElementTree.fromstring(inline(tex))
    assert "".join(" " if part.tag.endswith("mspace") else part.text or "" for part in row.iter()) == read
    assert all(len(part.text or "") == 1 for part in row.iter(f"{MATHML}mo")), "a name is no operator"


def test_signs_of_html_show_as_signs() -> None:
    assert texts(inline("a < b")) == [("mi", "a"), ("mo", "<"), ("mi", "b")]
    assert texts(inline(r"\text{<b>&}")) == [("mtext", "<b>&")]


@pytest.mark.parametrize(
    "tex",
    [
        r"\foo",
        r"\undefined{x}",
        r"\frac{",
        r"\left(",
        "x_",
        "x_1_2",
        "{",
        "",
        r"\begin{nothing}a&b\end{nothing}",
        "a & b",
    ],
)
def test_what_is_no_tex_is_an_error_that_shows_it(tex: str) -> None:
    with pytest.raises(FormulaError) as error:
        inline(tex)
    assert f"formula '{tex}' can't be set" in str(error.value)


def test_an_error_names_what_is_unknown() -> None:
    with pytest.raises(FormulaError, match=r"'\\foo' is unknown"):
        inline(r"w + \foo")


# Signs and font


def test_the_signs_of_a_page_are_those_of_its_formulas() -> None:
    page = f"<p>Text Z {inline('w + h < 2')} more Q</p>"
    assert signs_in(page) == set("wh+<2") | {"𝑤", "ℎ"}


@pytest.mark.parametrize(
    ("sign", "shown"),
    [("a", "𝑎"), ("h", "ℎ"), ("z", "𝑧"), ("A", "𝐴"), ("α", "𝛼"), ("ω", "𝜔"), ("Ω", "𝛺"), ("1", "1"), ("+", "+")],
)
def test_a_letter_is_shown_in_italics(sign: str, shown: str) -> None:
    assert italic(sign) == shown


def test_the_font_has_the_signs(tmp_path: Path) -> None:
    signs = signs_in(inline(r"\hat y = \sum_{i=1}^n w_i x_i + b \in \mathbb{R}"))
    font = TTFont(io.BytesIO(subset_font(signs, tmp_path)))
    assert font.flavor == "woff2"
    assert {ord(sign) for sign in signs} <= font.getBestCmap().keys()
    assert "MATH" in font


def test_the_font_has_no_other_letters(tmp_path: Path) -> None:
    assert TTFont(io.BytesIO(subset_font({"w"}, tmp_path))).getBestCmap().keys() == {ord("w")}


def test_the_same_signs_give_the_same_font(tmp_path: Path) -> None:
    one, other = subset_font(set("xyz+"), tmp_path / "one"), subset_font(set("+zyx"), tmp_path / "other")
    assert one == other


def test_a_font_is_as_old_as_the_one_it_is_cut_from(tmp_path: Path) -> None:
    folder = Path(find_spec("ziamath").origin).parent / "fonts"
    with TTFont(folder / "STIXTwoMath-Regular.ttf") as source:
        assert TTFont(io.BytesIO(subset_font({"w"}, tmp_path)))["head"].modified == source["head"].modified


def test_a_font_is_kept_and_taken_again_unless_it_was_spoiled(tmp_path: Path) -> None:
    font = subset_font({"w"}, tmp_path)
    (kept,) = tmp_path.iterdir()
    write_bytes(kept, b"kept")
    assert subset_font({"w"}, tmp_path) == b"kept"
    kept.write_bytes(b"spoiled")
    assert subset_font({"w"}, tmp_path) == font
    assert subset_font({"v"}, tmp_path) != b"kept"


def test_a_fraction_with_one_part_is_an_error() -> None:
    with pytest.raises(FormulaError, match="frac with 1 of 2 parts") as error:
        inline("\\frac{1}\n")
    assert error.value.tex == r"\frac{1}"
