"""A course's exercises, done by a learner in the terminal, or proved by their author."""

from __future__ import annotations

import argparse
import sys

from lessonpress.hosts.commands import RIGHT, WRONG
from lessonpress.problems import CannotGoOn


def practice_exercises(options: argparse.Namespace) -> int:
    """Practice in the terminal."""
    from lessonpress.hosts.practice import practice

    return practice(options.root, options.action or "", options.exercise, options.plain)


def prove_exercises(options: argparse.Namespace) -> int:
    """Prove exercises; print a table of what was tried, and behind it what is wrong, however long the table."""
    from lessonpress.practice.proofs import Prover, write_table
    from lessonpress.practice.workbook import open_workbook

    workbook, names = open_workbook(options.root), set(options.exercise)
    wanted = [one for one in workbook.exercises if not names or {one.name, one.key, one.lesson} & names]
    if not wanted:
        raise CannotGoOn(f"no exercise and no lesson with exercises is called {' or '.join(options.exercise)}")
    prover = Prover(workbook.root, cache=workbook.root / workbook.cache / "proofs")
    try:
        proofs = [prover.prove(exercise, options.full) for exercise in wanted]
    finally:
        prover.close()
    problems = [*workbook.problems, *(problem for proof in proofs for problem in proof.problems)]
    print(write_table(proofs), flush=True)
    for problem in problems:
        print(f"\n{problem}", file=sys.stderr)
    return WRONG if problems else RIGHT
