"""Prose split into text, inline values and doctests."""

from __future__ import annotations

import pytest

from lessonpress.read.prose import Part, split_format, split_prose, unclosed_value

PROSE = {
    "nothing": "",
    "text": "One line.\n\nAnother.\n",
    "values": "It is {{ w:.1f }}, or {{b}}{{ c }}.\n{{ d }}",
    "values in code and math": "`w = {{ w }}` and $b = {{ b }}$ and $$\nc = {{ c }}\n$$ and {{ d }}",
    "a fence": "Before {{ a }}.\n\n```python\n{{ b }}\n```\n\nAfter {{ c }}.\n",
    "a fence in a fence": "````\n```\n{{ a }}\n````\n{{ b }}\n",
    "a fence without end": "Text.\n~~~\n{{ a }}\n",
    "a doctest": "Look:\n\n>>> 1 + 1\n2\n\nText.\n",
    "a doctest at the end": "Look:\n>>> 1 + 1\n2",
    "a doctest in a fence": "```pycon\n>>> 1 + 1\n2\n\n>>> 3\n3\n```\nText {{ a }}.\n",
    "a doctest in a list": "- Look:\n\n    >>> for i in range(1):\n    ...     print(i)\n    0\n\n- Text.\n",
}


def parts_of(prose: str) -> list[tuple[str, str]]:
    return [(part.kind, part.source) for part in split_prose(prose)]


def as_written(part: Part) -> str:
    if part.kind == "text":
        return part.source
    if part.kind == "value":
        return "{{ " + part.source + (f":{part.format}" if part.format else "") + " }}"
    return "".join(f"{part.indent}{line}\n" for line in part.source.splitlines())


@pytest.mark.parametrize("prose", PROSE.values(), ids=PROSE)
def test_the_parts_joined_give_back_the_whole(prose: str) -> None:
    spaced = prose.replace("{{b}}", "{{ b }}")
    assert "".join(map(as_written, split_prose(prose))).rstrip("\n") == spaced.rstrip("\n")


@pytest.mark.parametrize("prose", PROSE.values(), ids=PROSE)
def test_each_part_knows_its_line(prose: str) -> None:
    lines = prose.split("\n")
    for part in split_prose(prose):
        assert part.source.split("\n")[0] in lines[part.line]


# Values


def test_a_value_has_its_expression_and_format() -> None:
    (part,) = split_prose("{{ w:.1f }}")
    assert (part.kind, part.source, part.format) == ("value", "w", ".1f")


def test_a_value_may_go_on_over_lines() -> None:
    assert parts_of("{{ first +\n  second }}") == [("value", "first + second")]


def test_a_value_may_hold_braces_of_its_own() -> None:
    assert parts_of("{{ {1: 2}[1] }}") == [("value", "{1: 2}[1]")]
    assert parts_of("{{ {1: 2}}}") == [("value", "{1: 2}")]


def test_a_backslash_shows_the_braces() -> None:
    assert parts_of(r"Write \{{ w }} for {{ w }}.") == [
        ("text", "Write {{ w }}"),
        ("text", " for "),
        ("value", "w"),
        ("text", "."),
    ]


def test_shown_braces_do_not_swallow_the_next_value() -> None:
    assert parts_of(r"Write \{{ before {{ w }}") == [("text", r"Write \{{ before "), ("value", "w")]


@pytest.mark.parametrize("fence", ["```", "~~~", "````", "```python"])
def test_braces_in_a_fenced_block_are_text(fence: str) -> None:
    prose = f"{fence}\n{{{{ w }}}}\n{fence.removesuffix('python')}\n"
    assert parts_of(prose) == [("text", prose)]


def test_a_longer_fence_holds_a_shorter_one() -> None:
    assert [kind for kind, _ in parts_of("````\n```\n````\n{{ w }}")] == ["text", "value"]


@pytest.mark.parametrize(
    ("prose", "context"),
    [
        ("It is {{ w }}.", "plain"),
        ("It is `{{ w }}`.", "code"),
        ("It is `` ` {{ w }} ``.", "code"),
        ("A ` and {{ w }}.", "plain"),
        ("`a` {{ w }} `b`", "plain"),
        ("It is $w = {{ w }}$.", "math"),
        ("$$\nw = {{ w }}\n$$", "math"),
        ("$a$ {{ w }} $b$", "plain"),
        ("It costs $5, not {{ w }}, and then $6.", "plain"),
        (r"It costs \$5, not {{ w }}\$.", "plain"),
        ("From $200-$700, {{ w }} is $2.", "plain"),
        ("`$HOME` is {{ w }}, and `$PATH`", "plain"),
        ("A formula $a +\n{{ w }}$", "math"),
        (r"\begin{align}\na &= {{ w }}\n\end{align}", "math"),
        ("No formula: $$\n\n{{ w }}\n\n$$", "plain"),
    ],
)
def test_a_value_knows_what_it_stands_in(prose: str, context: str) -> None:
    assert [part.context for part in split_prose(prose) if part.kind == "value"] == [context]


@pytest.mark.parametrize(
    ("inner", "expression", "form"),
    [
        (" w ", "w", ""),
        ("w:", "w", ""),
        ("w:>8", "w", ">8"),
        ("len(rows):,", "len(rows)", ","),
        ("now:%H:%M", "now", "%H:%M"),
        ("rows[1:2]", "rows[1:2]", ""),
        ("rows[1:2]:.2f", "rows[1:2]", ".2f"),
        ("{1: 2}", "{1: 2}", ""),
        ("{1: 2}[1]:d", "{1: 2}[1]", "d"),
        ("table['a:b']:.1f", "table['a:b']", ".1f"),
        ("lambda x: x", "lambda x: x", ""),
        ("(lambda x: x)(2):d", "(lambda x: x)(2)", "d"),
        ("a if b else c:.1%", "a if b else c", ".1%"),
        ("f'{w:.1f}'", "f'{w:.1f}'", ""),
        ("(y := 1)", "(y := 1)", ""),
        ("no expression", "no expression", ""),
    ],
)
def test_a_format_begins_after_a_whole_expression(inner: str, expression: str, form: str) -> None:
    assert split_format(inner) == (expression, form)


@pytest.mark.parametrize("sign", ["$", "`", "$$"])
def test_signs_in_values_begin_and_end_nothing(sign: str) -> None:
    for prose in (
        f"{{{{ '{sign}' }}}} is {{{{ w }}}}, {{{{ '{sign}' }}}}.",
        f"{{{{'{sign}'}}}} {{{{w}}}} {{{{'{sign}'}}}}",
    ):
        assert [(part.kind, part.context) for part in split_prose(prose) if part.kind == "value"] == [
            ("value", "plain")
        ] * 3


@pytest.mark.parametrize(
    "tex",
    [
        r"${{x}_1}^{2}$",
        r"$w_{{k}}$",
        r"$\frac{{a}}{{b}}$",
        r"$\{{x} : x > 0\}$",
        r"$x_{{a}_1}$ and $y_{b_{c}}$",
        "$$\n{{a}}\n$$",
    ],
)
def test_braces_without_a_blank_in_a_formula_are_those_of_tex(tex: str) -> None:
    assert parts_of(tex) == [("text", tex)]
    assert unclosed_value(tex) is None


def test_a_value_in_a_formula_has_a_blank_behind_its_braces() -> None:
    assert parts_of(r"$x_{{k}} = {{ k }}^{{2}}$ for {{k}}") == [
        ("text", "$x_{{k}} = "),
        ("value", "k"),
        ("text", "^{{2}}$ for "),
        ("value", "k"),
    ]
    assert unclosed_value("$a = {{ x }$") == 0


# Doctests


def test_a_doctest_may_stand_in_a_quote() -> None:
    text, doctest, rest = split_prose("> Look:\n>\n> >>> if 1:\n> ...     print(2)\n> 2\n>\n> More.\n")
    assert (doctest.source, doctest.indent, doctest.line) == (">>> if 1:\n...     print(2)\n2\n", "> ", 2)
    assert (text.source, rest.source) == ("> Look:\n>\n", ">\n> More.\n")


@pytest.mark.parametrize("rest", ["Text", "\nText", "> \n> Text", "\n> Text"])
def test_a_doctest_ends_with_its_quote(rest: str) -> None:
    assert parts_of(f"> >>> 1\n> 1\n{rest}") == [("doctest", ">>> 1\n1\n"), ("text", rest)]


def test_a_block_of_code_in_a_quote_holds_no_values() -> None:
    assert parts_of("> ```\n> {{ a }}\n>\n> ```\n> {{ b }}")[1:] == [("text", "> "), ("value", "b")]


def test_a_doctest_ends_at_a_blank_line() -> None:
    assert parts_of("Text\n>>> 1\n1\n\nText") == [("text", "Text\n"), ("doctest", ">>> 1\n1\n"), ("text", "\nText")]


def test_a_doctest_in_a_fence_ends_with_it() -> None:
    assert parts_of("```\n>>> 1\n1\n```\nText") == [
        ("text", "```\n"),
        ("doctest", ">>> 1\n1\n"),
        ("text", "```\n"),
        ("text", "Text"),
    ]


def test_a_doctest_loses_its_indentation_and_knows_it() -> None:
    part = list(split_prose("- Look:\n\n    >>> if 1:\n    ...     print(2)\n    2\n"))[1]
    assert (part.source, part.indent) == (">>> if 1:\n...     print(2)\n2\n", "    ")


@pytest.mark.parametrize(("prose", "context"), [("```\n>>> 1\n1\n```", "fence"), (">>> 1\n1", "plain")])
def test_a_doctest_knows_whether_it_stands_in_a_fence(prose: str, context: str) -> None:
    assert [part.context for part in split_prose(prose) if part.kind == "doctest"] == [context]


def test_a_prompt_in_the_middle_of_a_line_is_no_doctest() -> None:
    assert parts_of("The prompt is >>> 1.") == [("text", "The prompt is >>> 1.")]


# Braces that nothing closes


@pytest.mark.parametrize(("prose", "line"), [("{{ w", 0), ("a\nb {{ w\n\nc {{ d }}", 1), ("{{ a }}\n{{ b }} {{", 1)])
def test_braces_that_nothing_closes_are_found(prose: str, line: int) -> None:
    assert unclosed_value(prose) == line


@pytest.mark.parametrize(
    "prose", ["{{ w }}", "`{{`", r"\{{", r"\{{ w }}", "```\n{{\n```", "```\n>>> 1\n1\n\n{{\n```", "a { b"]
)
def test_other_braces_are_not(prose: str) -> None:
    assert unclosed_value(prose) is None


@pytest.mark.parametrize(
    ("text", "lesson", "source", "form"),
    [
        ("{{ tiny::w:.1f }}", "tiny", "w", ".1f"),
        ("{{tiny :: w[1:2] }}", "tiny", "w[1:2]", ""),
        ("{{ 01_intro::w:.1f }}", "01_intro", "w", ".1f"),
        ("{{ getting-started::w }}", "getting-started", "w", ""),
        ("{{ w[::2] }}", "", "w[::2]", ""),
        ("{{ w }}", "", "w", ""),
    ],
)
def test_a_value_may_be_another_lessons(text: str, lesson: str, source: str, form: str) -> None:
    (part,) = split_prose(text)
    assert (part.kind, part.lesson, part.source, part.format) == ("value", lesson, source, form)
