"""The learner's files and progress: nothing of the learner's is lost, whatever happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import WriteExercises

from lessonpress.practice import answers as answers_module
from lessonpress.practice.answers import Answers, Record, as_comments, plain, write_file
from lessonpress.practice.workbook import open_workbook
from lessonpress.problems import CannotGoOn
from lessonpress.read.exercises import Exercise, blank_lines

MINE = "def double(x):\n    return 7\n"


@pytest.fixture
def answers(root: Path, write_exercises: WriteExercises) -> Answers:
    write_exercises()
    return Answers(open_workbook(root))


@pytest.fixture
def double(answers: Answers) -> Exercise:
    return answers.workbook.find("double")


def records(answers: Answers) -> dict[str, object]:
    kept: dict[str, object] = json.loads((answers.folder / "progress.json").read_text())["exercises"]
    return kept


def test_a_learners_file_has_the_task_and_the_starter(answers: Answers, double: Exercise) -> None:
    path = answers.open(double)
    assert path.relative_to(answers.folder).as_posix() == "tiny/double.py"
    assert path.read_text(encoding="utf-8") == (
        "# Doubled (tiny/double, about 1 min)\n"
        "#\n"
        "# Write double(x), which returns 2 * x, as in Twice.\n"
        "#\n"
        "# Put your own in place of ____, and save.\n"
        "\n\n"
        "def double(x):\n    return ____\n"
    )
    assert blank_lines(path.read_text()) == [9]


def test_a_choice_is_written_with_its_letters(answers: Answers) -> None:
    text = write_file(answers.workbook.find("which"))
    assert '# - a) It stays.\n# - b) It *grows*.\n#\n# Answer with a letter, as in answer = "a".\n' in text
    assert text.endswith("answer = ____\n")


def test_lists_tables_and_code_keep_their_lines_and_paragraphs_are_wrapped() -> None:
    text = "word " * 30 + "\n\n- a\n- b\n\n    code = 1\n    more\n\n| a | b |\n|---|---|"
    lines = as_comments(text).split("\n")
    assert max(map(len, lines)) <= 88
    assert lines[-8:] == ["# - a", "# - b", "#", "#     code = 1", "#     more", "#", "# | a | b |", "# |---|---|"]
    assert plain("**Bold** [link](a.md) `code`, ``a`b``") == "Bold link code, ``a`b``"


def test_a_file_is_made_once_and_never_overwritten(answers: Answers, double: Exercise) -> None:
    path = answers.open(double)
    path.write_text(MINE)
    assert answers.open(double) == path
    assert path.read_text() == MINE


@pytest.mark.parametrize("empty", ["", " \n\n"])
def test_a_file_that_is_empty_or_deleted_is_made_anew(answers: Answers, double: Exercise, empty: str) -> None:
    path = answers.open(double)
    path.write_text(empty)
    assert answers.open(double).read_text(encoding="utf-8") == write_file(double)
    path.unlink()
    assert answers.open(double).read_text(encoding="utf-8") == write_file(double)


def test_a_reset_keeps_numbered_copies_and_none_of_what_is_not_the_learners(answers: Answers, double: Exercise) -> None:
    assert answers.reset(double) is None
    path = answers.path_of(double)
    assert answers.reset(double) is None
    path.write_text(path.read_text(encoding="utf-8").replace("\n", "\r\n"), encoding="utf-8", newline="")
    for number, text in enumerate(("first", "second"), start=1):
        path.write_text(text)
        copy = answers.reset(double)
        assert copy is not None
        assert (copy.name, copy.read_text()) == (f"double.{number}.py", text)
    assert path.read_text(encoding="utf-8") == write_file(double)
    assert sorted(file.name for file in path.parent.iterdir()) == ["double.1.py", "double.2.py", "double.py"]


def test_a_folder_in_the_place_of_a_file_is_told_of_and_moved_aside_by_a_reset(
    answers: Answers, double: Exercise
) -> None:
    path = answers.path_of(double)
    path.mkdir(parents=True)
    (path / "own.txt").write_text("mine")
    with pytest.raises(CannotGoOn, match=r"double.py can't be opened: Is a directory"):
        answers.open(double)
    copy = answers.reset(double)
    assert copy is not None
    assert (copy / "own.txt").read_text() == "mine"
    assert path.read_text(encoding="utf-8") == write_file(double)


def test_progress_is_kept_by_the_exercises_keys(answers: Answers, double: Exercise) -> None:
    assert answers.progress()[0].of(double) == Record()
    with answers.changing(double) as record:
        record.solved, record.hints = True, 2
    progress, said = answers.progress()
    assert (progress.of(double).state, said) == ("solved with 2 hints", "")


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (Record(), "open"),
        (Record(skipped=True), "skipped"),
        (Record(seen_solution=True, skipped=True), "solution seen"),
        (Record(solved=True, skipped=True), "solved"),
        (Record(solved=True, hints=1), "solved with 1 hint"),
        (Record(solved=True, hints=1, seen_solution=True), "solved, solution seen"),
    ],
)
def test_how_far_one_is_in_a_word_or_two(record: Record, state: str) -> None:
    assert record.state == state


def test_progress_of_exercises_that_this_course_does_not_have_is_kept(answers: Answers, double: Exercise) -> None:
    answers.folder.mkdir()
    older = {"exercises": {"gone/neuron": {"solved": True, "stars": 3}, "tiny/double": {"hints": 1}}}
    (answers.folder / "progress.json").write_text(json.dumps(older))
    with answers.changing(double) as record:
        record.solved = True
    assert records(answers)["gone/neuron"] == {
        "solved": True,
        "hints": 0,
        "seen_solution": False,
        "skipped": False,
    }
    assert answers.progress()[0].of(double).state == "solved with 1 hint"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b'{"exercises": []}',
        b'{"exercises": {"tiny/double": null}}',
        b'{"exercises": {"tiny/double": {"hints": "two"}}}',
        b'{"exercises": {"tiny/double": {"solved": null}}}',
        b"[" * 100_000,
    ],
)
def test_progress_that_cannot_be_read_is_begun_anew_with_a_word_and_the_old_file_kept(
    answers: Answers, double: Exercise, text: bytes
) -> None:
    answers.folder.mkdir()
    path = answers.folder / "progress.json"
    path.write_bytes(text)
    progress, said = answers.progress()
    assert progress.of(double) == Record()
    assert said == "answers/progress.json could not be read; it is begun anew, your answers are all there"
    assert (answers.folder / "progress.unreadable.json").read_bytes() == text
    path.write_bytes(b"again")
    answers.progress()
    assert (answers.folder / "progress.unreadable1.json").read_bytes() == b"again"
    assert (answers.folder / "progress.unreadable.json").read_bytes() == text, "the first is still there"


def test_what_is_killed_while_it_writes_leaves_what_was_there(
    answers: Answers, double: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answers.changing(double) as record:
        record.hints = 1
    before = {path: path.read_bytes() for path in answers.folder.rglob("*")}

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(answers_module.os, "replace", killed)
        with pytest.raises(KeyboardInterrupt), answers.changing(double) as record:
            record.hints = 2
        with pytest.raises(KeyboardInterrupt):
            answers.open(double)
    assert {path: path.read_bytes() for path in answers.folder.rglob("*") if path.is_file()} == before
    with answers.changing(double) as record:
        assert record.hints == 1, "and the lock is free"


def test_two_practices_at_once_keep_the_progress_of_both(answers: Answers) -> None:
    def work(name: str) -> None:
        own = Answers(answers.workbook)
        for _ in range(10):
            with own.changing(own.workbook.find(name)) as record:
                record.hints += 1

    workers = [threading.Thread(target=work, args=(name,)) for name in ("double", "triple", "double")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    progress, said = answers.progress()
    assert said == ""
    assert [progress.of(answers.workbook.find(name)).hints for name in ("double", "triple")] == [20, 10]


def test_a_practice_that_holds_the_progress_too_long_is_told_of(answers: Answers, double: Exercise) -> None:
    answers.folder.mkdir()
    code = (
        f"import time, filelock\nwith filelock.FileLock({str(answers.folder / '.lock')!r}):\n"
        "    print('held', flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        answers.lock.timeout = 0.2
        with pytest.raises(CannotGoOn, match="your progress can't be kept"), answers.changing(double):
            pass
        other.kill()
    with answers.changing(double) as record:
        record.solved = True
    assert answers.progress()[0].of(double).solved, "one that was killed holds nothing"


def test_a_folder_that_cannot_be_written_is_told_in_a_plain_sentence(answers: Answers, double: Exercise) -> None:
    answers.folder.write_text("in the way")  # as root, one may write wherever there is a folder
    with pytest.raises(CannotGoOn, match=r"double.py can't be opened: (Not a directory|File exists)"):
        answers.open(double)
    with pytest.raises(CannotGoOn, match=r"double.py can't be begun anew"):
        answers.reset(double)
    with pytest.raises(CannotGoOn, match="your progress can't be kept in"), answers.changing(double):
        pass
    assert os.path.isfile(answers.folder)
