"""Terms, the links to them, and the places that mention them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import WriteLesson

from lessonpress.printing.glossary import (
    Term,
    check_names,
    find_mentions,
    find_related,
    neighbors_of,
    read_terms,
    slugs_in,
)
from lessonpress.problems import Problem
from lessonpress.read.lesson import Lesson

Write = Callable[..., Lesson]

BIAS = "term: bias\nsynonyms: [offset, intercept]\ndefinition: A number that is\n  added."


# Terms


def test_a_term_has_its_name_other_names_and_definition(terms: dict[str, Term]) -> None:
    term = terms["bias"]
    assert (term.name, term.synonyms, term.slug) == ("bias", ("offset", "intercept"), "bias")
    assert term.definition == "A number that is added."


def test_the_index_is_no_term(write_term: Write) -> None:
    terms, problems = read_terms([write_term("index", "title: Glossary"), write_term("bias", BIAS)])
    assert (list(terms), problems) == (["bias"], [])


def test_a_map_of_the_author_is_no_term_unless_it_says_so(write_term: Write) -> None:
    assert read_terms([write_term("map", "title: Map")]) == ({}, [])
    terms, problems = read_terms([write_term("map", "term: map\ndefinition: It shows the way.")])
    assert (list(terms), problems) == (["map"], [])


@pytest.mark.parametrize(
    ("matter", "message"),
    [
        ("title: bias\ndefinition: d", "no 'term' in the front matter; add a line 'term: …'"),
        ("term: bias", "no 'definition' in the front matter; add a line 'definition: …'"),
        ("term: 3\ndefinition: d", "no 'term' in the front matter; add a line 'term: …'"),
        ("term: bias\ndefinition: d\nsynonyms: offset", "'synonyms' is not a list; write 'synonyms: [one, two]'"),
        ("term: bias\ndefinition: d\neveryday: bias", "'everyday' is not a list; write 'everyday: [one, two]'"),
        ("term: bias\ndefinition: d\nsynonym: [offset]", "unknown field 'synonym'; did you mean 'synonyms'?"),
    ],
)
def test_what_is_wrong_with_a_term_is_told(matter: str, message: str, write_term: Write) -> None:
    terms, problems = read_terms(
        [write_term("bias", matter), write_term("weight", "term: weight\ndefinition: A factor.")]
    )
    assert problems == [Problem("glossary/bias.md", 1, message, code="LP141")]
    assert "weight" in terms


def test_a_name_that_two_pages_claim_is_a_problem(write_term: Write) -> None:
    terms, _ = read_terms([write_term("bias", BIAS), write_term("offset", "term: Offset\ndefinition: d")])
    assert list(check_names(terms.values())) == [
        Problem(
            "glossary/offset.md",
            1,
            "'Offset' already stands on glossary/bias.md; each name leads to one page",
            code="LP141",
        )
    ]


def test_names_that_differ_are_no_problem(terms: dict[str, Term]) -> None:
    assert list(check_names(terms.values())) == []


# Mentions


def mentions(lesson: Lesson) -> dict[str, list[tuple[str, str]]]:
    found = find_mentions([lesson], "glossary")
    return {slug: [(mention.section, mention.anchor) for mention in places] for slug, places in found.items()}


def test_a_mention_knows_its_section(write_lesson: WriteLesson) -> None:
    lesson = write_lesson(
        "# %% [markdown]\n# [b](../glossary/bias.md)",
        "x = 1",
        "# %% [markdown]\n# ## What `w` does\n# [b](../glossary/bias.md)\n#\n# ## Then\n# [w](../glossary/weight.md#a)",
    )
    assert mentions(lesson) == {
        "bias": [("Tiny", "tiny"), ("What w does", "what-w-does")],
        "weight": [("Then", "then")],
    }


def test_a_section_mentions_a_term_once(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("# %% [markdown]\n# [b](../glossary/bias.md)\n# [b](../glossary/bias.md)")
    assert len(mentions(lesson)["bias"]) == 1


@pytest.mark.parametrize(
    "prose",
    [
        "# ```\n# [b](../glossary/bias.md)\n# ```",
        "# ```\n# >>> 1\n# 1\n#\n# [b](../glossary/bias.md)\n# ```",
        "# >>> '[b](../glossary/bias.md)'",
        "# `[b](../glossary/bias.md)`",
        "# [b](https://example.org/glossary/bias.md)",
        "# [b](../lessons/bias.md)",
    ],
)
def test_code_and_links_to_elsewhere_mention_nothing(prose: str, write_lesson: WriteLesson) -> None:
    assert mentions(write_lesson(f"# %% [markdown]\n{prose}")) == {}


def test_a_cell_of_code_mentions_nothing(write_lesson: WriteLesson) -> None:
    assert mentions(write_lesson("# [b](../glossary/bias.md)\nx = 1")) == {}


@pytest.mark.parametrize(
    "code", ["~~~\n# [w](../glossary/weight.md)\n# ~~~", ">>> 1\n# 1\n#", "`wrapped\n# over\n# lines` more"]
)
def test_code_hides_no_more_than_itself_and_moves_nothing(code: str, write_lesson: WriteLesson) -> None:
    text = "[b](../glossary/bias.md)"
    lesson = write_lesson(f"# %% [markdown]\n# ## One\n# {code}\n# {text}\n# ## Two\n# Text.\n# ## Three\n# {text}")
    assert mentions(lesson) == {"bias": [("One", "one"), ("Three", "three")]}


def test_mentions_go_in_reading_order(write_lesson: WriteLesson) -> None:
    cell = "# %% [markdown]\n# [b](../glossary/bias.md)"
    lessons = [write_lesson(cell, name="second"), write_lesson(cell, name="first")]
    assert [mention.lesson.name for mention in find_mentions(lessons, "glossary")["bias"]] == ["second", "first"]


def test_a_line_may_link_to_many_terms(write_lesson: WriteLesson) -> None:
    text = r"[a](../glossary/a.md) and [b [c]](../glossary/b.md#d), [e](..\glossary\e.md), [f](../words/glossary/f.md)"
    assert list(slugs_in(text, write_lesson(), "glossary")) == ["a", "b", "e"]
    assert list(slugs_in(text, write_lesson(), "words/glossary")) == ["f"]
    deep = replace(write_lesson(), place="part/two/page.md")
    assert list(slugs_in("[a](../../glossary/a.md), [b](../glossary/b.md)", deep, "glossary")) == ["a"]


def test_everyday_names_are_names_of_the_term(write_term: Write) -> None:
    fine = write_term("mean", "term: mean\nsynonyms: [average]\neveryday: [Mean, average]\ndefinition: The middle.")
    terms, problems = read_terms([fine])
    assert (terms["mean"].everyday, problems) == (("mean", "average"), [])
    strange = write_term("bias", "term: bias\neveryday: [step]\ndefinition: A number.")
    _, problems = read_terms([strange])
    assert problems == [
        Problem("glossary/bias.md", 1, "'everyday' word 'step' is not a name of this term", code="LP141")
    ]


def test_a_link_wrapped_over_two_lines_is_a_mention_too(write_lesson: WriteLesson) -> None:
    lesson = write_lesson(
        "# %% [markdown]\n# ## Part\n# Text [a long\n# name](../glossary/bias.md).\n# ## Other\n# Text."
    )
    assert mentions(lesson) == {"bias": [("Part", "part")]}


# Links between terms


def test_terms_are_related_by_the_links_of_their_pages(write_term: Write) -> None:
    bias = "[w](weight.md), [n](../glossary/neuron.md#a), [w](../glossary/weight.md), [l](../lessons/weight.md)"
    pages = [
        write_term("bias", BIAS, f"{bias}\n\n`[c](code.md)` [me](bias.md) [gone](gone.md) [i](index.md)"),
        write_term("code", "term: code\ndefinition: d"),
        write_term("neuron", "term: neuron\ndefinition: d", "[b](https://example.org/glossary/bias.md)"),
        write_term("weight", "term: weight\ndefinition: d", "[b](../glossary/bias.md)"),
    ]
    related = find_related(read_terms(pages)[0], "glossary")
    assert related == {"bias": ["weight", "neuron"], "code": [], "neuron": [], "weight": ["bias"]}
    assert neighbors_of("bias", related) == ["weight", "neuron"]
    assert neighbors_of("neuron", related) == ["bias"]
    assert neighbors_of("code", related) == []


def test_two_terms_in_files_of_one_name_are_a_problem(write_term: Callable[..., Lesson], root: Path) -> None:
    for folder in ("a", "b"):
        (root / "glossary" / folder).mkdir()
    pages = [write_term(f"{folder}/loss", f"term: loss {folder}\ndefinition: d") for folder in ("a", "b")]
    (problem,) = read_terms(pages)[1]
    assert problem.path == "glossary/b/loss.md"
    assert problem.message.startswith("a file of this name is there already, glossary/a/loss.md")
