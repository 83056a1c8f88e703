"""Exercises that do not do what they promise are found, and what was proved is proved again only when it has to be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import EXERCISES, WriteExercises

from lessonpress.practice import proofs as proofs_module
from lessonpress.practice.checker import Checker
from lessonpress.practice.proofs import Proof, Prover, write_table
from lessonpress.practice.workbook import open_workbook
from lessonpress.problems import Problem

Prove = Callable[..., Proof]
ADD_NOTHING = """
# %% exercise same [markdown]
# ## The same
#
# Write `same(x)`.
# %% starter
def same(x):
    return ____
# %% solution
def same(x):
    return x + 0
# %% excused
#| says: Nothing is asked of it.
def same(x):
    return x - 0
# %% check
def check(answer):
    yield "same(3)", answer.same(3)
# %% wrong
#| says: It is not one more.
def same(x):
    return x + 1
"""


@pytest.fixture
def prove(root: Path, write_exercises: WriteExercises, checker: Checker, monkeypatch: pytest.MonkeyPatch) -> Prove:
    """Prove one exercise of a module whose text is changed in places; the cache lies beside it."""
    monkeypatch.setattr(proofs_module, "MANY_SEEDS", 4)

    def prove(name: str, *changes: tuple[str, str], full: bool = False, text: str = EXERCISES) -> Proof:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        write_exercises(text)
        prover = Prover(root, 2, root / ".cache")
        prover.checker = checker
        return prover.prove(open_workbook(root).find(name), full)

    return prove


def told(proof: Proof) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in proof.problems]


@pytest.mark.parametrize("name", ["double", "grams", "which"])
def test_a_good_exercise_is_proved(prove: Prove, name: str) -> None:
    proof = prove(name)
    assert proof.problems == []
    assert (proof.wrong, proof.right) == {"double": (2, 2)}.get(name, (1, 1))


def test_a_solution_that_fails_its_check(prove: Prove) -> None:
    (problem,) = prove("double", ("def check(answer):\n", "def check(answer):\n    answer.nope\n")).problems[:1]
    assert problem.line == 11
    assert problem.message == "exercise 'double': the solution fails its check (3 seeds, 1 of torch's threads)"
    assert "The check itself fails" in problem.detail


def test_another_right_solution_that_fails(prove: Prove) -> None:
    (problem,) = prove("double", ("return x + x", "return x * x")).problems
    assert (problem.line, problem.message.partition(": ")[2][:28]) == (15, "another right solution fails")
    assert problem.detail.splitlines() == ["double(3) gave 9", "expected 6", "That squares; twice is a sum."]


def test_a_wrong_answer_that_passes(prove: Prove) -> None:
    proof = prove("double", ("return x * x", "return 2.0 * x"))
    assert told(proof) == [(31, "exercise 'double': a wrong answer passes the check")]


def test_a_wrong_answer_with_the_message_of_another(prove: Prove) -> None:
    proof = prove("double", ("return x + 2", "return x ** 2"))
    assert told(proof) == [(36, "exercise 'double': a wrong answer is not told 'That adds two.'")]


def test_a_starter_that_counts_as_attempted(prove: Prove) -> None:
    (problem,) = prove("double", ("def double(x):\n    return ____", "return ____")).problems
    assert problem.line == 7
    assert problem.message.startswith("exercise 'double': the starter does not count as not attempted")


def test_a_mutant_that_survives_is_told_in_its_line_and_one_that_is_excused_is_counted(prove: Prove) -> None:
    proof = prove("same", text=ADD_NOTHING, full=True)
    assert proof.problems == []
    assert (proof.mutants, proof.killed, proof.excused) == (2, 1, 1)
    proof = prove("same", ("return x - 0", "return x - 1"), text=ADD_NOTHING, full=True)
    (problem,) = proof.problems
    assert problem.line == 11
    assert "a fault put into the solution passes the check: Add becomes Sub; check it, or excuse it" in problem.message
    assert problem.detail == "def same(x):\n    return x - 0"


def test_numbers_and_choices_have_no_mutants(prove: Prove) -> None:
    assert prove("grams", full=True).mutants == 0


def test_what_was_proved_is_proved_again_only_when_something_changed(
    prove: Prove, root: Path, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    check_parts = checker.check_parts

    def heard(exercise, *arguments):  # type: ignore[no-untyped-def]
        asked.append(exercise.name)
        return check_parts(exercise, *arguments)

    monkeypatch.setattr(checker, "check_parts", heard)

    def proved(*changes: tuple[str, str], full: bool = False) -> bool:
        asked.clear()
        prove("triple", *changes, full=full)
        return bool(asked)

    assert proved()
    assert not proved()
    assert not proved(("return x + x", "return x * 2")), "another exercise"
    assert not proved(("# %% exercise double", "\n\n# %% exercise double")), "it stands lower"
    assert proved(("return 3 * x", "return x * 3"))
    assert proved(("That doubles.", "That doubles it."))
    assert proved(full=True)
    assert not proved(full=True)
    (root / "lessons" / "cars.csv").write_text("a,b\n", encoding="utf-8")
    assert proved(), "it may read it"
    (root / "helper.py").write_text("import deeper\n", encoding="utf-8")
    assert not proved(), "a module that nothing imports"
    importing = ("# %% check\ndef check", "# %% check\nimport helper\ndef check")
    (root / "lessons" / "deeper.py").write_text("depth = 1\n", encoding="utf-8")
    assert proved(importing)
    assert not proved(importing)
    (root / "lessons" / "deeper.py").write_text("depth = 2\n", encoding="utf-8")
    assert proved(importing), "a module that one it imports imports"
    monkeypatch.setattr(proofs_module, "code_hash", lambda *rooms: "another engine")
    assert proved()


def test_what_failed_is_proved_each_time(prove: Prove) -> None:
    for _ in range(2):
        assert len(prove("double", ("return x * x", "return 2.0 * x")).problems) == 1


def test_the_table_has_a_line_for_each() -> None:
    problem = Problem("a.py", 1, "no")
    table = write_table([Proof("tiny/double", "code", 2, 1, 9, 8, 1), Proof("tiny/x", "number", problems=[problem])])
    head, first, second, whole = (line.split() for line in table.split("\n"))
    assert whole == ["2", "exercises", "1", "2", "9", "8", "1"]
    assert head == ["exercise", "kind", "right", "wrong", "mutants", "killed", "excused"]
    assert first == ["tiny/double", "code", "1", "2", "9", "8", "1"]
    assert second[-1] == "FAILS"


def test_a_proof_waits_where_a_learner_would_not(root: Path) -> None:
    """On a busy machine an answer says the same, only later."""
    prover, learner = Prover(root), Checker(root)
    assert prover.checker.pool.limit >= 3 * learner.pool.limit
