"""Prose proofread: numbers that nothing vouches for, and terms that no link explains where they first stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import WriteLesson

from lessonpress.printing.glossary import Term, read_terms
from lessonpress.printing.proofread import check_first_uses, check_numbers, proofread
from lessonpress.read.lesson import Lesson, read_lesson
from lessonpress.settings import Settings


def reported(lesson: Lesson) -> list[str]:
    return [problem.message.split("'")[1] for problem in check_numbers(lesson)]


def prose(text: str) -> str:
    return "# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in text.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "The loss fell to {{ 6 * 7 }}.",
        "A rate of 0.05 is a literal, and so is 1,108.",
        "Three of 10 were right.",
        "In 1958 there was one.",
        "The layer `nn.Linear(64, 8)` has them too.",
        "See [the data](../data.md#part-99).",
        "$x_{12} = 2^{31}$ counts on.",
        "bfloat16 and float32 are names, R2D2 is one.",
        "A rate of 5 % is how 0.05 reads.",
        "```\n99 in a block\n```",
    ],
)
def test_numbers_that_are_vouched_for_pass(write_lesson: WriteLesson, text: str) -> None:
    assert reported(write_lesson("rates, n = [0.05, 64], 1108", prose(text))) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The loss fell to 42.", "42"),
        ("It fell by 7%.", "7%"),
        ("It was 0.5 at first.", "0.5"),
        ("It is −11 there.", "−11"),
        ("Of 1,109 cars", "1,109"),
        ("`w = 17` is best.", "17"),
        ("$w = 17$ is best.", "17"),
        ("In 2987 it will be.", "2987"),
    ],
)
def test_a_number_that_nothing_vouches_for_is_reported(write_lesson: WriteLesson, text: str, number: str) -> None:
    assert reported(write_lesson("1108, -64", prose(text))) == [number]


def test_a_number_in_a_doctest_or_its_answer_is_vouched_for(write_lesson: WriteLesson) -> None:
    assert reported(write_lesson(prose("It is 42, since 21 is its half:\n\n>>> 21 * 2\n42\n\nNot 43."))) == ["43"]


def test_captions_and_alternative_texts_are_held_to_the_code_too(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("#| label: fit\n#| fig-cap: All 42.\n#| fig-alt: From {{ 1 + 1 }} to\n#|   43 units.\ndraw()")
    assert reported(lesson) == ["42", "43"]


def test_a_report_has_the_line_it_stands_in(write_lesson: WriteLesson) -> None:
    lesson = write_lesson(prose("One.\n\nA wrapped {{ 1 +\n1 }} value, and\n42 of them."))
    (problem,) = check_numbers(lesson)
    text = lesson.text.split("\n")
    assert text[problem.line - 1] == "# 42 of them."
    assert problem.path == "lessons/tiny.py"


@pytest.fixture
def terms(root: Path) -> dict[str, Term]:
    pages = {
        "gradient": "term: gradient\ndefinition: Slopes.",
        "gradient-descent": "term: gradient descent\ndefinition: Downhill.",
        "bias": "term: bias\nsynonyms: [offset]\ndefinition: A number.",
        "mean": "term: mean\neveryday: [mean]\nsynonyms: [average]\ndefinition: The middle.",
    }
    found = []
    for slug, matter in pages.items():
        path = root / "glossary" / f"{slug}.md"
        path.write_text(f"---\n{matter}\n---\nText.\n", encoding="utf-8")
        found.append(read_lesson(path, root))
    terms, problems = read_terms(found)
    assert problems == []
    return terms


def unlinked(lesson: Lesson, terms: dict[str, Term]) -> list[str]:
    return [problem.message.split("'")[1] for problem in check_first_uses(lesson, terms, "glossary")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The bias is added.", ["bias"]),
        ("The [bias](../glossary/bias.md) is added, and the bias stays.", []),
        ("The bias comes before [its link](../glossary/bias.md).", ["bias"]),
        ("Two biases.", ["biases"]),
        ("Gradient descent goes down.", ["Gradient descent"]),
        ("Gradient\ndescent goes down.", ["Gradient\ndescent"]),
        ("An offset.", ["offset"]),
        ("What do you mean?", []),
        ("The average.", ["average"]),
        ("`bias` in code, $bias$ in a formula, and *bias*, explained here.", []),
        ("# The bias\n\nA heading.", []),
        ("[A lesson on bias](other.py) is linked already.", []),
        ("![](../lessons/other.py#bias)", []),
        ("A bias-free model, unbiased.", []),
        (">>> bias = 1\n\nThe bias.", ["bias"]),
    ],
)
def test_the_first_use_of_a_term_wants_a_link(
    write_lesson: WriteLesson, terms: dict[str, Term], text: str, words: list[str]
) -> None:
    assert unlinked(write_lesson(prose(text)), terms) == words


def test_a_term_is_reported_once_a_page(write_lesson: WriteLesson, terms: dict[str, Term]) -> None:
    assert unlinked(write_lesson(prose("The bias, the bias, the offset.")), terms) == ["bias"]


def test_the_page_of_a_term_need_not_link_to_itself(root: Path, terms: dict[str, Term]) -> None:
    path = root / "glossary" / "bias.md"
    path.write_text("---\nterm: bias\ndefinition: A number.\n---\nA bias has no [gradient](gradient.md).\n")
    assert unlinked(read_lesson(path, root), terms) == []


def test_pages_are_held_to_links_and_not_to_numbers(root: Path, terms: dict[str, Term]) -> None:
    path = root / "docs" / "page.md"
    path.write_text("# Page\n\nThe bias is 42.\n")
    (problem,) = proofread(read_lesson(path, root), terms, Settings(root))
    assert (problem.path, problem.line) == ("docs/page.md", 3)
    assert "link it to glossary/bias.md" in problem.message


@pytest.mark.parametrize(("name", "owner"), [("statistics", "Python"), ("yaml", "PyYAML"), ("tiny", None)])
def test_a_lesson_hides_no_module_of_others(
    write_lesson: WriteLesson, root: Path, name: str, owner: str | None
) -> None:
    told = [problem.message for problem in proofread(write_lesson("1", name=name), {}, Settings(root))]
    message = f"'{name}' is a module of {owner} too, and whatever imports that may get this lesson; rename it"
    assert told == ([message] if owner else [])
