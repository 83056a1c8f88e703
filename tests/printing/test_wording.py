"""Words to avoid, and claims without a test."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import WriteLesson

from lessonpress.printing.page import print_page
from lessonpress.printing.proofread import proofread
from lessonpress.printing.wording import check_claims, check_words
from lessonpress.run.record import Run
from lessonpress.settings import Settings


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("It is simply so.", ["simply"]),
        ("Simply so, and\n# Just as  well.", ["Simply", "Just as well"]),
        ("An unjust adjustment, a just-in-time step.", []),
        ("`just as well`, $simply$, [so](simply.md).", []),
        ("```\n# simply\n# ```\n#\n# >>> simply = 1", []),
        ("[simply](so.md)", ["simply"]),
    ],
)
def test_words_to_avoid_are_found_in_prose_alone(write_lesson: WriteLesson, prose: str, found: list[str]) -> None:
    problems = check_words(write_lesson(f"# %% [markdown]\n# {prose}"), ["simply", "just as well"])
    assert [" ".join(problem.message.split("'")[1].split()) for problem in problems] == found


def test_words_to_avoid_are_found_in_captions_with_their_line(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("#| fig-cap: It\n#|   simply rises.\n#| fig-alt: Simply a line.\nx = 1")
    assert [problem.line for problem in check_words(lesson, ["simply"])] == [5, 7]


CLAIM = "# %% [markdown]\n# ## Part\n# It never fails."


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([CLAIM], 1),
        ([CLAIM + "\n#\n# >>> 1\n# 1"], 0),
        ([CLAIM, "x = 1", "# %% [markdown]\n# >>> x\n# 1"], 0),
        ([CLAIM, 'def f():\n    """One.\n\n    >>> 1\n    1\n    """'], 0),
        ([CLAIM, "# %% [markdown]\n# ## Next\n#\n# >>> 1\n# 1"], 1),
        (["# %% [markdown]\n# >>> 1\n# 1", CLAIM], 1),
        ([CLAIM + "\n# <!-- looked at: Never -->"], 0),
        ([CLAIM + "\n# <!-- looked at: always -->"], 1),
        ([CLAIM, "# %% [markdown]\n# ## Next\n# <!-- looked at: never -->"], 1),
        ([CLAIM.replace("never", "`never`")], 0),
    ],
)
def test_a_claim_needs_a_doctest_in_its_section(write_lesson: WriteLesson, cells: list[str], found: int) -> None:
    problems = list(check_claims(write_lesson(*cells), ["never", "always"]))
    assert len(problems) == found
    assert all("'never' claims much" in problem.message for problem in problems)


def test_what_was_looked_at_stands_on_no_page(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("# %% [markdown]\n# It never fails. <!-- looked at: never -->\n# So be it.")
    page = print_page(lesson, Run([]))
    assert "It never fails. So be it." in page.markdown
    assert "looked" not in page.markdown


def test_what_a_course_chose_is_proofread(write_lesson: WriteLesson, root: Path) -> None:
    lesson = write_lesson("# %% [markdown]\n# It simply never fails.")
    assert list(proofread(lesson, {}, Settings(root))) == []
    told = [problem.message for problem in proofread(lesson, {}, Settings(root, avoid=("simply",), claims=("never",)))]
    assert [message.split(" ")[0] for message in told] == ["'never'", "'simply'"]
