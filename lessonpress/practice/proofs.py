"""That the exercises do what they promise: a right answer passes, and each wrong one fails with its own message."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from lessonpress.kept.files import read_text, write_text
from lessonpress.kept.stages import code_hash
from lessonpress.practice.checker import Checker
from lessonpress.practice.mutants import mutants_of
from lessonpress.practice.plans import SEEDS
from lessonpress.practice.verdict import Verdict, look_at
from lessonpress.problems import Problem
from lessonpress.read.exercises import Exercise, Part, folder_of_lessons

MANY_SEEDS = 20
LIMIT = 60.0  # seconds: what is proved is what an answer says, however slow or busy the machine
# What a line imports, the names that `as` and `from` bring among it: one too many does no harm.
IMPORTS = re.compile(r"^[ \t]*(?:import|from)[ \t]+(.+)", re.MULTILINE)
DATA = (".csv", ".json", ".npz", ".pt", ".tsv", ".txt")  # how the files end that exercises read


@dataclass
class Proof:
    """What was tried of one exercise: how many of each, and what came out otherwise than it should."""

    key: str
    kind: str
    wrong: int = 0
    right: int = 0
    mutants: int = 0
    killed: int = 0
    excused: int = 0
    problems: list[Problem] = field(default_factory=list)


class Prover:
    """Proves exercises; what was proved of one stands until something that it depends on changes."""

    def __init__(self, root: Path, workers: int = 0, cache: Path | None = None) -> None:
        self.checker, self.cache = Checker(root, workers or os.cpu_count() or 1, LIMIT), cache

    def close(self) -> None:
        self.checker.close()

    def prove(self, exercise: Exercise, full: bool = False) -> Proof:
        """All of an exercise in short (three seeds), or in full: 20 seeds, two threads, and mutants too."""
        mark = fingerprint(exercise, full, self.checker.root)[:24]
        path = self.cache and self.cache / f"{exercise.lesson}-{exercise.name}-{mark}.json"
        if path and (kept := read_text(path)):
            told = json.loads(kept)
            return Proof(**told | {"problems": [Problem(**problem) for problem in told["problems"]]})
        proof = Proof(exercise.key, exercise.kind, len(exercise.wrong), 1 + len(exercise.also_right))
        proof.problems += self.starter(exercise)
        proof.problems += self.right(exercise, SEEDS, 1)
        proof.problems += self.wrong(exercise)
        if full and not proof.problems:
            proof.problems += self.right(exercise, MANY_SEEDS, 1)
            proof.problems += self.right(exercise, SEEDS, 2)
            proof.problems += self.mutants(exercise, proof)
        proof.problems.sort(key=lambda problem: problem.line)  # they came as each run ended
        if path and not proof.problems:
            write_text(path, json.dumps(asdict(proof)))
        return proof

    def starter(self, exercise: Exercise) -> Iterator[Problem]:
        verdict = look_at(exercise.starter.text)
        if verdict is None or verdict.state != "blank":
            told = verdict.lines if verdict else "it can be run"
            yield self._problem(exercise, exercise.starter, f"the starter does not count as not attempted: {told}")

    def right(self, exercise: Exercise, seeds: int, threads: int) -> Iterator[Problem]:
        parts = [exercise.solution, *exercise.also_right]
        for part, verdict in self.checker.check_parts(exercise, parts, seeds, threads):
            if verdict.state != "right":
                what = "the solution" if part is exercise.solution else "another right solution"
                message = f"{what} fails its check ({seeds} seeds, {threads} of torch's threads)"
                yield self._problem(exercise, part, message, verdict)

    def wrong(self, exercise: Exercise) -> Iterator[Problem]:
        for part, verdict in self.checker.check_parts(exercise, exercise.wrong, SEEDS):
            if verdict.state != "wrong":
                yield self._problem(exercise, part, "a wrong answer passes the check", verdict)
            elif verdict.says != part.says:
                yield self._problem(exercise, part, f"a wrong answer is not told '{part.says}'", verdict)

    def mutants(self, exercise: Exercise, proof: Proof) -> Iterator[Problem]:
        """Mutants of the solution that the check lets pass; those excused are counted."""
        excused = {ast.unparse(ast.parse(part.text)) for part in exercise.excused}
        mutants: dict[str, tuple[int, str]] = {}
        for line, what, text in mutants_of(exercise.solution.text) if exercise.kind == "code" else ():
            mutants.setdefault(text, (line, what))
        parts = {Part(text, exercise.solution.line): place for text, place in mutants.items()}
        proof.mutants = len(parts)
        for part, verdict in self.checker.check_parts(exercise, list(parts), SEEDS):
            if verdict.state != "right":
                proof.killed += 1
            elif part.text in excused:
                proof.excused += 1
            else:
                line, what = parts[part]
                message = (
                    f"a fault put into the solution passes the check: {what}; check it, or excuse it with a reason"
                )
                place = Part(part.text, exercise.solution.line + line - 1)
                yield self._problem(exercise, place, message, detail=part.text)

    def _problem(
        self, exercise: Exercise, part: Part, message: str, verdict: Verdict | None = None, detail: str = ""
    ) -> Problem:
        told = "\n".join(verdict.lines) if verdict else detail
        return Problem(exercise.path, part.line, f"exercise '{exercise.name}': {message}", detail=told, code="LP111")


def fingerprint(exercise: Exercise, full: bool, root: Path) -> str:
    """SHA-256 of all that a proof depends on: exercise, own modules, data, engine, torch; not of its lines' numbers."""
    lessons = root / folder_of_lessons(exercise.path)
    modules = [path.read_text(encoding="utf-8") for path in own_modules(root / exercise.path, (lessons, root))]
    versions = [sys.version, *map(_version, ("torch", "pandas", "numpy", "scikit-learn", "matplotlib"))]
    parts = json.dumps([without_lines(asdict(exercise)), full, data_hash(lessons), modules])
    return hashlib.sha256("\n".join([parts, code_hash("run"), code_hash("practice"), *versions]).encode()).hexdigest()


def own_modules(source: Path, folders: Sequence[Path]) -> list[Path]:
    """The project's own modules that a source imports, and those that these import in turn."""
    found: dict[Path, None] = {}
    waiting = [source]
    while waiting:
        text = waiting.pop().read_text(encoding="utf-8")
        for name in (name for names in IMPORTS.findall(text) for name in re.findall(r"\w+", names)):
            places = (place for folder in folders for place in (folder / f"{name}.py", folder / name))
            place = next((place for place in places if place.exists()), None)
            new = [path for path in modules_at(place) if path not in found] if place else []
            found |= dict.fromkeys(new)
            waiting += new
    return list(found)


def modules_at(place: Path) -> list[Path]:
    """A module, or the modules of a package."""
    return sorted(place.rglob("*.py")) if place.is_dir() else [place]


def without_lines(entry: Any) -> Any:
    """What an exercise says, wherever it stands in its file."""
    if isinstance(entry, dict):
        return {name: without_lines(value) for name, value in entry.items() if name not in ("line", "task_line")}
    return [without_lines(value) for value in entry] if isinstance(entry, (list, tuple)) else entry


def data_hash(lessons: Path) -> str:
    """SHA-256 of the data that lie with the lessons, and that any exercise may read."""
    digest = hashlib.sha256()
    for path in sorted(path for path in lessons.rglob("*") if path.suffix in DATA and path.is_file()):
        digest.update(path.relative_to(lessons).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def write_table(proofs: Sequence[Proof]) -> str:
    """The proofs as a table of text, one exercise a line."""
    lines = [f"{'exercise':44}{'kind':8}{'right':>6}{'wrong':>6}{'mutants':>8}{'killed':>7}{'excused':>8}"]
    for proof in proofs:
        numbers = f"{proof.right:6}{proof.wrong:6}{proof.mutants:8}{proof.killed:7}{proof.excused:8}"
        lines.append(f"{proof.key:44}{proof.kind:8}{numbers}{'' if not proof.problems else '  FAILS'}")
    right, wrong, mutants, killed, excused = (
        sum(getattr(proof, name) for proof in proofs) for name in ("right", "wrong", "mutants", "killed", "excused")
    )
    lines.append(f"{f'{len(proofs)} exercises':44}{'':8}{right:6}{wrong:6}{mutants:8}{killed:7}{excused:8}")
    return "\n".join(lines)
