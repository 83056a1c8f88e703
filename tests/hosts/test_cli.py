"""The command line: what each command prints, and the status it ends with."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from conftest import EXERCISES, SITE, WriteExercises, WriteLesson

from lessonpress.course import Course
from lessonpress.hosts.cli import main, make_parser
from lessonpress.kept.jobs import EngineBroke
from lessonpress.practice.proofs import Proof, Prover
from lessonpress.problems import Problem

pytestmark = pytest.mark.usefixtures("warm_courses")

COMMANDS = list(next(action for action in make_parser()._actions if action.dest == "command").choices or ())


def test_check_finds_nothing_wrong(root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]) -> None:
    write_lesson("1 + 1")
    assert main(["--root", str(root), "check"]) == 0
    assert capsys.readouterr().out.endswith("1 pages, 0 terms, 1 run in this call: nothing is wrong\n")
    assert main(["--root", str(root), "check"]) == 0
    assert "0 run in this call" in capsys.readouterr().out


def test_check_lists_all_that_is_wrong(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1 / 0", name="first")
    write_lesson("# %% [markdown]\n# >>> 1 + 1\n# 3", name="second")
    assert main(["--root", str(root), "check"]) == 1
    told = capsys.readouterr()
    assert "nothing is wrong" not in told.out
    assert (
        "lessons/first.py:5, cell 2: ZeroDivisionError: division by zero [LP120]\n    the cell:\n        1 / 0\n"
        in told.err
    )
    assert (
        "lessons/second.py:5, cell 2: doctest gave another answer [LP120]\n    >>> 1 + 1\n    expected: 3\n" in told.err
    )


def test_run_prints_what_a_lesson_shows(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("print('printed')\n'a value'")
    assert main(["--root", str(root), "run", str(root / "lessons" / "tiny.py")]) == 0
    printed = capsys.readouterr().out
    assert "printed\n'a value'\n" in printed
    assert printed.endswith("lessons/tiny.py: ran to its end\n")


def test_run_of_a_lesson_that_fails_ends_with_1(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1 / 0")
    assert main(["--root", str(root), "run", str(root / "lessons" / "tiny.py")]) == 1
    assert "lessons/tiny.py:5: ZeroDivisionError: division by zero" in capsys.readouterr().out


def test_a_lesson_is_run_by_its_name_too(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("'a value'")
    assert main(["--root", str(root), "run", "tiny"]) == 0
    assert "'a value'\n" in capsys.readouterr().out


def test_a_name_may_begin_with_a_number(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("'a value'", name="01_intro")
    assert main(["--root", str(root), "run", "01_intro"]) == 0
    assert "'a value'\n" in capsys.readouterr().out


def test_without_mkdocs_a_lesson_is_called_by_its_file(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lesson("'a value'")
    monkeypatch.setitem(sys.modules, "lessonpress.plugin_options", None)  # which imports MkDocs
    with pytest.raises(SystemExit, match="2"):
        main(["--root", str(root), "run", "tiny"])
    assert "no file tiny; to call a lesson by its name, MkDocs has to be installed" in capsys.readouterr().err
    assert main(["--root", str(root), "run", str(root / "lessons" / "tiny.py")]) == 0


def test_several_lessons_run_each_in_a_process_of_its_own_and_one_that_fails_stops_none(
    root: Path, write_lesson: WriteLesson, capfd: pytest.CaptureFixture[str]
) -> None:
    write_lesson("import os\nos.environ['LEFT'] = 'behind'\n1 / 0", name="first")
    write_lesson("import os\n'LEFT' in os.environ", name="second")
    assert main(["--root", str(root), "run", "first", "second"]) == 1
    printed = capfd.readouterr().out
    assert "lessons/first.py:7: ZeroDivisionError: division by zero" in printed
    assert printed.endswith("False\n\nlessons/second.py: ran to its end\n")


def test_help_imports_none_of_what_commands_need() -> None:
    code = "import sys\nfrom lessonpress.hosts.cli import make_parser\nmake_parser().format_help()\n"
    code += "print({'torch', 'mkdocs', 'matplotlib', 'jupytext', 'yaml', 'rich'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_shows_an_example_of_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert f"\nexamples:\n  lessonpress {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("lessonpress new", {"new", "new-term", "new-exercise"}),
        ("lessonpress run ti", {"tiny"}),
        ("lessonpress times ", {"tiny", "deep", "-h", "--help"}),
        ("lessonpress new wide --after ", {"tiny", "deep"}),
        ("lessonpress new-exercise d", {"deep"}),
        ("lessonpress --root nowhere run t", set()),
    ],
)
def test_a_tab_completes_commands_and_lessons(
    line: str, words: set[str], root: Path, write_lesson: WriteLesson, tmp_path: Path
) -> None:
    pytest.importorskip("argcomplete")
    write_lesson("1")
    write_lesson("1", name="deep")
    asked = {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line))}
    asked |= {"_ARGCOMPLETE_STDOUT_FILENAME": str(tmp_path / "words"), "IFS": "\n", "_ARGCOMPLETE_IFS": "\n"}
    command = [sys.executable, "-m", "lessonpress.hosts.cli"]
    subprocess.run(command, cwd=root, env=os.environ | asked, check=True, timeout=60)
    told = (tmp_path / "words").read_text(encoding="utf-8").split("\n")
    assert {word.strip() for word in told} - {""} == words


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "tyni"], "no lesson is called tyni"),
        (["run", "lessons/nowhere.py"], "no lesson at lessons/nowhere.py"),
        (["--root", "lessons", "run", "outside.py"], "name the project's folder with --root"),
        (["chekc"], "invalid choice: 'chekc'"),
        ([], "the following arguments are required: command"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_is_wrong(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(root)
    (root / "outside.py").touch()
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert told in capsys.readouterr().err


def test_export_writes_the_pages_and_nothing_where_something_is_wrong(
    root: Path, write_lesson: WriteLesson, tmp_path: Path
) -> None:
    write_lesson("1 / 0")
    assert main(["--root", str(root), "export", str(tmp_path / "pages")]) == 1
    assert not (tmp_path / "pages").exists()
    write_lesson("1 / 1")
    assert main(["--root", str(root), "export", str(tmp_path / "pages")]) == 0
    assert (tmp_path / "pages" / "lessons" / "tiny.md").is_file()


def test_the_command_passes_its_status_on_to_the_shell(root: Path, write_lesson: WriteLesson) -> None:
    write_lesson("1 / 0")
    command = [sys.executable, "-m", "lessonpress.hosts.cli", "run", "lessons/tiny.py"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 1
    assert result.stdout.endswith("lessons/tiny.py: failed\n")


def test_check_proofreads(root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]) -> None:
    write_lesson("# %% [markdown]\n# It is 42.")
    assert main(["--root", str(root), "check"]) == 1
    assert "lessons/tiny.py:5, cell 2: '42' is neither computed" in capsys.readouterr().err


def test_check_shows_the_code_of_each_finding(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("# %% [markdown]\n# It is 42.", "1 / 0")
    assert main(["--root", str(root), "check"]) == 1
    told = capsys.readouterr().err
    assert "write it as '{{ expression:format }}' [LP201]\n\n" in told
    assert "ZeroDivisionError: division by zero [LP120]\n    the cell:" in told


def test_check_tells_editors_file_line_column_and_code_as_json(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("# %% [markdown]\n# Of {{ 44 }} 44 are\n# 43, or 43.", "1 / 0")
    assert main(["--root", str(root), "check", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert all(list(one) == ["file", "line", "column", "code", "message", "cell", "detail"] for one in found)
    assert [(one["file"], one["line"], one["column"], one["code"], one["cell"]) for one in found] == [
        ("lessons/tiny.py", 5, 15, "LP201", 2),
        ("lessons/tiny.py", 6, 3, "LP201", 2),
        ("lessons/tiny.py", 6, 10, "LP201", 2),
        ("lessons/tiny.py", 9, 1, "LP120", 3),
    ]
    write_lesson("1")
    assert main(["--root", str(root), "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_check_finds_drafts_in_lessons_terms_and_exercises(
    root: Path, write_lesson: WriteLesson, write_exercises: WriteExercises, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("# %% [markdown]\n# TODO: say `TODO`.\n#\n# ## Twice", "# TODO")
    write_exercises(EXERCISES.replace("# Write", "# TODO Write", 1))
    (root / "glossary" / "bias.md").write_text("---\nterm: bias\ndefinition: TODO\n---\n", encoding="utf-8")
    assert main(["--root", str(root), "check", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(one["file"], one["line"], one["code"]) for one in found] == [
        ("glossary/bias.md", 3, "LP206"),
        ("lessons/exercises/tiny.py", 4, "LP206"),
        ("lessons/tiny.py", 5, "LP206"),
        ("lessons/tiny.py", 10, "LP206"),
    ]


def test_export_does_not_wait_for_proofreading(root: Path, write_lesson: WriteLesson, tmp_path: Path) -> None:
    write_lesson("# %% [markdown]\n# It is 42.")
    assert main(["--root", str(root), "export", str(tmp_path / "out")]) == 0


@pytest.mark.parametrize(
    ("config", "folder", "told"),
    [
        (None, "lessons", "lessonpress: no mkdocs.yml in "),
        ("site_name: Other", "lessons", "has no plugin 'lessonpress'"),
        ("plugins: [lessonpress: {lessons: leesons}]", "lessons", "did you mean 'lessons'?"),
        ("plugins: [lessonpress]", "lessons", "lessonpress: no lesson in the folder 'lessons'"),
    ],
)
@pytest.mark.parametrize("command", ["check", "export"])
def test_nothing_is_never_said_to_be_right(
    root: Path, capsys: pytest.CaptureFixture[str], config: str | None, folder: str, told: str, command: str
) -> None:
    (root / "mkdocs.yml").unlink()
    if config:
        (root / "mkdocs.yml").write_text(config, encoding="utf-8")
    assert main(["--root", str(root), command, *([str(root / "out")] if command == "export" else [])]) == 1
    said = capsys.readouterr()
    assert told in said.err
    assert "nothing is wrong" not in said.out


def test_check_is_about_the_course_that_is_built(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("# %% [markdown]\n# >>> 1 + 1\n# 3")
    (root / "lessons").rename(root / "chapters")
    (root / "mkdocs.yml").write_text("plugins: [lessonpress: {lessons: chapters}]", encoding="utf-8")
    assert main(["--root", str(root), "check"]) == 1
    assert "chapters/tiny.py:5, cell 2: doctest gave another answer" in capsys.readouterr().err


def test_an_error_of_the_engine_is_one_line_too(
    root: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lesson("1")

    def breaks(*_: object) -> None:
        raise EngineBroke("lessonpress itself failed")

    monkeypatch.setattr(Course, "build", breaks)
    assert main(["--root", str(root), "check"]) == 1
    assert capsys.readouterr().err == "lessonpress: lessonpress itself failed\n"


def test_a_course_is_built_as_its_site_is(root: Path, write_lesson: WriteLesson, tmp_path: Path) -> None:
    nav = "nav: [index.md, lessons/second.py, lessons/first.py]\n"
    (root / "mkdocs.yml").write_text(SITE.replace("limit: 20", "cache: kept") + nav, encoding="utf-8")
    (root / "glossary" / "bias.md").write_text("---\nterm: bias\ndefinition: A number.\n---\n", encoding="utf-8")
    for name in ("first", "second"):
        write_lesson("# %% [markdown]\n# A [bias](../glossary/bias.md).", "1", name=name, title=name)
    assert main(["--root", str(root), "export", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "glossary" / "bias.md").read_text(encoding="utf-8")
    assert page.index("second.md") < page.index("first.md")
    assert len(list((root / "kept").glob("*.json"))) == 2


def test_a_lesson_has_the_time_that_the_site_gives_it(
    root: Path, write_lesson: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "mkdocs.yml").write_text(SITE.replace("limit: 20", "limit: 1"), encoding="utf-8")
    write_lesson("while True: pass")
    assert main(["--root", str(root), "check"]) == 1
    assert "time limit of 1 s" in capsys.readouterr().err


def test_prove_tells_what_is_wrong_behind_its_table(
    root: Path, write_lesson: WriteLesson, write_exercises: WriteExercises, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lesson("1 + 1")
    write_exercises()
    proof = Proof("tiny/double", "code", problems=[Problem("lessons/exercises/tiny.py", 11, "it fails")])
    monkeypatch.setattr(Prover, "prove", lambda prover, exercise, full: proof)
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(printed):
        assert main(["--root", str(root), "prove", "double"]) == 1
    table, told = printed.getvalue().split("\n\n")
    assert table.splitlines()[1].split()[0] == "tiny/double"
    assert "FAILS" in table
    assert told == "lessons/exercises/tiny.py:11: it fails\n"
