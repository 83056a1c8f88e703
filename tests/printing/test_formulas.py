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


@pytest.mark.parametrize(
    ("tex", "source"),
    [
        (r"\foo + 2.5", r"$\foo + {{ w:.1f }}$"),
        (r"-2.5\foo^2", r"$-{{ w }}\foo^2$"),
        ("x\n\\foo", "$$\n# x\n# \\foo\n$$"),
        (r"\displaystyle \foo", r"| $$\foo$$ |"),
    ],
)
def test_an_error_finds_its_line_in_the_source(tex: str, source: str) -> None:
    with pytest.raises(FormulaError) as error:
        inline(tex)
    line = 4 if source.startswith("$$") else 3
    assert error.value.line_in(f"a $y$\n\n{source}\n") == line
    assert error.value.line_in("elsewhere") == 1


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


# What authors write, and what browsers know no more


@pytest.mark.parametrize(
    ("tex", "read"),
    [
        (r"\bm{w}", "𝒘"),
        (r"\boldsymbol{\beta x 1}", "𝜷𝒙𝟏"),
        (r"\mathbf{X0}", "𝐗𝟎"),
        (r"\mathbf x", "𝐱"),
        (r"\mathbb{1}", "𝟙"),
        (r"\mathbb R", "ℝ"),
        (r"\mathscr{L}\mathscr{A}", "ℒ𝒜"),
        (r"\mathfrak C", "ℭ"),
        (r"\mathsf{x}", "𝗑"),
        (r"\boldsymbol{\mathcal{N}}", "𝓝"),
        (r"\boldsymbol{\nabla}", "𝛁"),
        (r"\mathcal{1}", "1"),  # Unicode has none, nor has TeX
    ],
)
def test_letters_of_a_style_are_signs_of_their_own(tex: str, read: str) -> None:
    assert "".join(ElementTree.fromstring(inline(tex)).itertext()) == read
    assert "mathvariant" not in inline(tex)


def test_text_and_operators_of_a_style_say_so_to_any_browser() -> None:
    assert '<mtext style="font-weight:bold">no' in inline(r"\textbf{no}")
    assert '<mo style="font-weight:bold">' in inline(r"\boldsymbol{+}")


def test_an_upright_letter_is_upright() -> None:
    assert '<mi mathvariant="normal">d</mi>' in inline(r"\mathrm{d}x")


@pytest.mark.parametrize(
    ("tex", "names"),
    [
        (r"\boxed{x}", "lesson-box"),
        (r"\cancel{x}", "lesson-up"),
        (r"\bcancel{x}", "lesson-down"),
        (r"\xcancel{x}", "lesson-up lesson-down"),
        (r"\sout{x}", "lesson-through"),
    ],
)
def test_what_is_boxed_or_struck_out_has_a_class_for_it(tex: str, names: str) -> None:
    assert f'<mrow class="{names}"><mrow><mi>x</mi></mrow></mrow>' in inline(tex)


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\begin{aligned}[t] a &= b \\ c &= d \end{aligned}",
        r"\begin{alignat*}{2} a &= b \\ c &= d \end{alignat*}",
        r"\begin{eqnarray*} a &=& b \\ c &=& d \end{eqnarray*}",
        r"\begin{align*} a &= b \\ c &= d \\ \end{align*}",
    ],
)
def test_equations_below_each_other_are_aligned(tex: str) -> None:
    rows = [*ElementTree.fromstring(inline(tex)).iter(f"{MATHML}mtr")]
    assert [["".join(cell.itertext()) for cell in row] for row in rows] == [["a", "=b"], ["c", "=d"]]
    assert [[cell.get("columnalign") for cell in row] for row in rows] == [["right", "left"]] * 2


def test_rows_that_nothing_aligns_stand_in_the_middle() -> None:
    assert inline(r"\begin{gathered} a \\ b \end{gathered}").count("<mtd><mi>") == 2
    assert inline(r"\begin{equation*} a \end{equation*}").count("<mtable") == 0


@pytest.mark.parametrize("tex", [r"\arg\min_x f", r"\arg \max_x f", r"\arg\,\min_x f", r"\max_x f", r"\lim_x f"])
def test_what_belongs_to_a_limit_stands_below_it_where_there_is_room(tex: str) -> None:
    assert "<munder>" in set_formulas(f'<div class="arithmatex">\\[{tex}\\]</div>')
    assert "<munder>" not in inline(tex)
    assert "<munder>" not in set_formulas(f'<div class="arithmatex">\\[\\frac{{{tex}}}{{2}}\\]</div>')


def test_an_operator_of_ones_own_takes_limits_and_a_name_takes_none() -> None:
    block = '<div class="arithmatex">\\[{}\\]</div>'
    assert "<munder><mrow><mrow>" in set_formulas(block.format(r"\mathop{\mathrm{arg\,min}}_x f"))
    assert "<munder>" not in set_formulas(block.format(r"\operatorname{relu}_x f"))
    assert "arg" in inline(r"\arg z")


@pytest.mark.parametrize("base", [r"\begin{bmatrix} a \end{bmatrix}", r"\binom{n}{k}"])
def test_what_has_brackets_takes_a_script_as_a_whole(base: str) -> None:
    for script in ("'", "^T", "_1^2"):
        assert ElementTree.fromstring(inline(base + script))[0][0][0].tag == f"{MATHML}mrow"


def test_a_text_may_hold_formulas_and_signs() -> None:
    formula = set_formulas('<div class="arithmatex">\\[\\text{if ${x}_1$ is {so}, 5\\% \\{\\}}\\]</div>')
    assert (
        "".join(ElementTree.fromstring(formula).itertext()).replace("\N{NO-BREAK SPACE}", " ") == "if x1 is so, 5% {}"
    )
    assert "<msub>" in formula


def test_lines_between_columns_and_rows_are_drawn() -> None:
    formula = inline(r"\begin{array}{l|r} a & b \\ \hline c & d \end{array}")
    styles = [cell.get("style") for cell in ElementTree.fromstring(formula).iter(f"{MATHML}mtd")]
    left, top = "border-left:1px solid", "border-top:1px solid"
    assert styles == [None, left, top, f"{left};{top}"]


def test_a_space_may_be_negative() -> None:
    assert '<mspace width="-0.167em"' in inline(r"a\!b")


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        (r"\begin{alined} a \end{alined}", "unknown environment 'alined'; did you mean 'align"),
        (r"a \\ b", r"write '\\begin{gathered}"),
        (r"\href{https://example.org}{x}", r"'\\href' is unknown"),
        (r"\begin{array}{c} \hline a \end{array}", "leave out the first and the last"),
    ],
)
def test_what_can_not_be_set_is_an_error_that_says_what_is_wrong(tex: str, why: str) -> None:
    with pytest.raises(FormulaError, match=why.replace("{", r"\{")):
        inline(tex)


# Numbers


def numbers(*formulas: str) -> list[str]:
    page = set_formulas("".join(f'<div class="arithmatex">\\[{html.escape(tex)}\\]</div>' for tex in formulas))
    root = ElementTree.fromstring(f"<page>{page}</page>")
    return ["".join(cell.itertext()) for cell in root.iter(f"{MATHML}mtd") if cell.get("class") == "lesson-number"]


def test_equations_are_numbered_across_a_page() -> None:
    align = r"\begin{align} a &= b \\ c &= d \end{align}"
    assert numbers(align, "x", r"\begin{equation} a = b \label{one} \end{equation}", align) == [
        f"({number})" for number in (1, 2, 3, 4, 5)
    ]
    assert numbers(align) == ["(1)", "(2)"], "each page begins anew"


def test_an_equation_may_have_no_number_or_one_of_its_own() -> None:
    assert numbers(r"\begin{align} a &= b \nonumber \\ c &= d \tag{A} \\ e &= f \end{align}") == ["(1)"]
    assert "(A)" in inline(r"\begin{align} a &= b \tag{A} \end{align}")
    assert numbers(r"\begin{align*} a &= b \end{align*}", r"\begin{aligned} a &= b \end{aligned}") == []
