"""Findings that an author has looked at and says to ignore."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import WriteLesson

from lessonpress.printing.glossary import Term
from lessonpress.printing.ignored import without_ignored
from lessonpress.printing.page import print_page
from lessonpress.printing.proofread import proofread
from lessonpress.problems import Problem
from lessonpress.read.lesson import Lesson
from lessonpress.run.record import Run
from lessonpress.settings import Settings

Findings = Callable[[Lesson], list[tuple[int, str]]]


@pytest.fixture
def findings(root: object, terms: dict[str, Term]) -> Findings:
    """The lines and codes of what is found in a lesson or a page."""
    settings = Settings(root, avoid=("simply",), claims=("never",))  # type: ignore[arg-type]

    def findings(lesson: Lesson) -> list[tuple[int, str]]:
        found = without_ignored(lesson.path, lesson.text, proofread(lesson, terms, settings))
        return sorted((problem.line, problem.code) for problem in found)

    return findings


@pytest.mark.parametrize(
    "prose",
    [
        "# It is 42. <!-- lessonpress: ignore LP201 -->",
        "# <!-- lessonpress: ignore LP201 -->\n# It is 42.",
        "# It\n# <!-- lessonpress: ignore LP201 -->\n# is 42 or 43.",
        "# Simply 42. <!-- lessonpress: ignore LP201, LP203 -->",
        "# Simply 42. <!-- lessonpress: ignore LP203 LP201 -->",
        "# It is never done: TODO. <!-- lessonpress: ignore LP204 LP206 -->",
        "# A bias. <!-- lessonpress: ignore LP202 -->",
    ],
)
def test_a_comment_in_prose_ignores_what_it_names_there_or_in_the_next_line(
    prose: str, write_lesson: WriteLesson, findings: Findings, run: Callable[[Lesson], Run]
) -> None:
    lesson = write_lesson(f"# %% [markdown]\n{prose}")
    assert findings(lesson) == []
    assert "lessonpress: ignore" not in print_page(lesson, run(lesson)).markdown
    bare = write_lesson("# %% [markdown]\n" + prose.replace("lessonpress: ignore", "another comment"))
    assert findings(bare) != []


def test_a_comment_before_an_option_ignores_what_is_found_in_it_and_is_no_code_of_the_page(
    write_lesson: WriteLesson, findings: Findings, run: Callable[[Lesson], Run]
) -> None:
    cell = "#| label: line\n# lessonpress: ignore LP201\n#| fig-cap: Of 42 cars.\n#| fig-alt: A line.\nplt.plot([1])"
    lesson = write_lesson("import matplotlib.pyplot as plt", cell)
    assert findings(lesson) == []
    assert lesson.cells[2].options.label == "line"
    assert "lessonpress: ignore" not in print_page(lesson, run(lesson)).markdown
    assert findings(write_lesson("1", cell.replace("# lessonpress: ignore LP201\n", ""))) == [(9, "LP201")]


def test_a_comment_at_the_top_of_a_module_ignores_its_name(write_lesson: WriteLesson, root: object) -> None:
    lesson = write_lesson("1", name="statistics")
    found = [Problem(lesson.path, 1, "a module of Python too", code="LP205")]
    assert list(without_ignored(lesson.path, f"# lessonpress: ignore LP205\n{lesson.text}", found)) == []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("LP203", "nothing here is LP203; drop it from the comment"),
        ("LP120", "LP120 ends a build and can't be ignored"),
        ("LP200", "LP200 can't be ignored"),
        ("LP21", "'LP21' is nothing that can be ignored; did you mean 'LP201'?"),
        ("", "'' is nothing that can be ignored"),
    ],
)
def test_a_comment_that_ignores_nothing_is_a_finding_itself(code: str, told: str) -> None:
    text = f"# Tiny\n\n<!-- lessonpress: ignore {code} -->\n\nIt is 42."
    (found,) = without_ignored("docs/tiny.md", text, [])
    assert (found.line, found.code) == (3, "LP200")
    assert found.message.startswith(told)


def test_two_lines_below_is_too_far(write_lesson: WriteLesson, findings: Findings) -> None:
    lesson = write_lesson("# %% [markdown]\n# <!-- lessonpress: ignore LP201 -->\n# It is\n# 42.")
    assert findings(lesson) == [(5, "LP200"), (7, "LP201")]


@pytest.mark.parametrize(
    "text",
    [
        "Write `<!-- lessonpress: ignore LP201 -->` there.",
        "```markdown\n<!-- lessonpress: ignore LP201 -->\n```",
        "~~~\n<!-- lessonpress: ignore LP201 -->\n~~~",
    ],
)
def test_what_stands_in_code_is_no_comment(text: str, write_lesson: WriteLesson, findings: Findings) -> None:
    assert list(without_ignored("docs/tiny.md", text, [])) == []
    prose = "\n".join(f"# {line}" for line in text.split("\n"))
    assert findings(write_lesson(f"# %% [markdown]\n{prose}")) == []
