"""What makes a lesson run again, what does not, and that a kept run is as good as a new one."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import WriteLesson

from lessonpress.course import Course
from lessonpress.kept import dependencies, stages
from lessonpress.kept import runs as cache_module
from lessonpress.printing.notebook import write_notebook
from lessonpress.printing.page import print_page
from lessonpress.read.lesson import Lesson
from lessonpress.run.places import ENGINE
from lessonpress.run.record import Run

Reason = Callable[[Lesson], str]


@pytest.fixture
def reason(course: Course) -> Reason:
    """Run a lesson if it has to, and tell why it had to; nothing if its run was kept."""
    return lambda lesson: course.run_lessons([lesson])[1].get(lesson.path, "")


@pytest.fixture
def run_of(course: Course) -> Callable[[Lesson], Run]:
    return lambda lesson: course.run_lessons([lesson])[0][lesson.path]


PROSE = "# %% [markdown]\n# The sum is {{ total:.1f }}.\n#\n# >>> total\n# 3"
FIGURE = """
#| label: line
#| fig-cap: A line through {{ total }} points.
#| fig-alt: A line.
import matplotlib.pyplot as plt
_ = plt.plot([1, 2])
"""
PLAY = (
    FIGURE.replace("label: line", "label: play")
    .replace("import", "#| play: height = [1, 2]\nheight = 2\nimport")
    .replace("plot([1, 2])", "plot([1, height])")
)
SCRIPT = "#| script: own/neuron.js\nplt.plot([2, 1])\n{'w': 1.5}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("total = 3", "total = 1 + 2"),
        (PROSE, PROSE.replace("{{ total:.1f }}", "{{ total + 1:.1f }}")),
        (PROSE, PROSE.replace("{{ total:.1f }}", "{{ total:.2f }}")),
        (PROSE, PROSE.replace("{{ total:.1f }}", "five")),
        (PROSE, PROSE.replace("# 3", "# ...")),
        (PROSE, PROSE.replace(">>> total", ">>> total + 0")),
        ("#| error: false\ntotal", "#| error: true\ntotal"),
        (FIGURE, FIGURE.replace("{{ total }}", "{{ total + 1 }}")),
        (PLAY, PLAY.replace("[1, 2]\nheight", "[1, 2, 3]\nheight")),
        (PLAY, PLAY.replace("#| play", "# play")),
        (f"{FIGURE}\n{{'w': 1}}", f"#| script: own/neuron.js{FIGURE}\n{{'w': 1}}"),
    ],
)
def test_what_runs_makes_its_lesson_run_again(
    write_lesson: WriteLesson, reason: Reason, before: str, after: str
) -> None:
    assert before != after
    assert reason(write_lesson("total = 3", before)) == "new or changed"
    assert reason(write_lesson("total = 3", before)) == ""
    assert reason(write_lesson("total = 3", after)) == "new or changed"
    assert reason(write_lesson("total = 3", after)) == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PROSE, PROSE.replace("The sum is", "Together they are")),
        (PROSE, "# %% [markdown]\n#\n# More prose.\n#\n# Moves the lines below.\n\n" + PROSE),
        (PROSE, PROSE.replace("\n#\n", "\n\n# %% [markdown]\n")),
        (FIGURE, FIGURE.replace("A line through", "A straight line through")),
        (FIGURE, FIGURE.replace("fig-alt: A line.", "fig-alt: A line\n#|   that rises.")),
        (FIGURE, FIGURE.replace("label: line", "label: lines")),
        (FIGURE, FIGURE.replace("label: line", "label: line\n#| echo: false")),
        (FIGURE, FIGURE.replace("label: line", "label: line\n#| varies: true")),
        (PLAY, PLAY.replace("A line.", "A line that moves.")),
        (PLAY, PLAY.replace("label: play", "label: play\n#| echo: fold")),
        (f"#| script: own/neuron.js{FIGURE}\n{{'w': 1}}", f"#| script: own/other.js{FIGURE}\n{{'w': 1}}"),
    ],
)
def test_words_and_places_make_no_lesson_run_again(
    write_lesson: WriteLesson, reason: Reason, before: str, after: str
) -> None:
    assert before != after
    assert reason(write_lesson("total = 3", before)) != ""
    assert reason(write_lesson("total = 3", after)) == ""


def test_another_lesson_that_is_new_or_changed_reruns_no_lesson(
    write_lesson: WriteLesson, reason: Reason, root: Path
) -> None:
    lesson = write_lesson("import colorsys, helper\nhelper.x")  # modules that nobody has imported yet
    (root / "lessons" / "helper.py").write_text("x = 1\n", encoding="utf-8")
    assert reason(lesson) != ""
    write_lesson("2", name="other")
    (root / "new_folder").mkdir()
    assert reason(lesson) == ""
    write_lesson("3", name="other")
    assert reason(lesson) == ""


@pytest.mark.parametrize("folder", ["", "lessons"])
def test_a_local_module_that_changes_reruns_its_lesson(
    write_lesson: WriteLesson, reason: Reason, root: Path, folder: str
) -> None:
    (root / folder / "first.py").write_text("from second import x\n", encoding="utf-8")
    (root / folder / "second.py").write_text("x = 1\n", encoding="utf-8")
    (root / folder / "stranger.py").write_text("x = 1\n", encoding="utf-8")
    lesson = write_lesson("import first")
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    (root / folder / "stranger.py").write_text("x = 2\n", encoding="utf-8")
    assert reason(lesson) == ""
    for name in ("first", "second"):
        path = root / folder / f"{name}.py"
        path.write_text(path.read_text(encoding="utf-8") + "y = 2\n", encoding="utf-8")
        assert reason(lesson) == f"{path.relative_to(root).as_posix()} changed"
        assert reason(lesson) == ""


@pytest.mark.parametrize("name", ["maybe", "toolkit.maybe"])
def test_a_local_module_that_was_missing_and_is_there_now_reruns_its_lesson(
    write_lesson: WriteLesson, reason: Reason, root: Path, name: str
) -> None:
    (root / "lessons" / "toolkit").mkdir()
    (root / "lessons" / "toolkit" / "__init__.py").touch()
    lesson = write_lesson(f"try:\n    import {name}\nexcept ImportError:\n    print('without')")
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    (root / "lessons" / f"{name.replace('.', '/')}.py").touch()
    assert reason(lesson) == f"lessons/{name.replace('.', '/')}.py changed"
    assert reason(lesson) == ""


def test_a_module_changed_while_its_lesson_runs_is_not_taken_for_the_one_that_ran(
    write_lesson: WriteLesson, reason: Reason, root: Path
) -> None:
    (root / "lessons" / "helper.py").write_text("x = 1\n", encoding="utf-8")
    change = "import pathlib\nfile = pathlib.Path('helper.py')\nfile.exists() and os.system('echo x = 2 > helper.py')"
    lesson = write_lesson("import os, helper", change)
    assert reason(lesson) != ""
    assert reason(lesson) != ""


def test_a_data_file_that_changes_reruns_the_lesson_that_opened_it(
    write_lesson: WriteLesson, reason: Reason, root: Path
) -> None:
    (root / "lessons" / "data").mkdir()
    data, other = root / "lessons" / "data" / "cars.csv", root / "lessons" / "data" / "other.csv"
    data.write_text("1\n", encoding="utf-8")
    other.write_text("1\n", encoding="utf-8")
    lesson = write_lesson("print(open('data/cars.csv').read())")
    assert reason(lesson) != ""
    other.write_text("2\n", encoding="utf-8")
    assert reason(lesson) == ""
    os.utime(data)
    assert reason(lesson) == ""
    data.write_text("2\n", encoding="utf-8")
    assert reason(lesson) == "lessons/data/cars.csv changed"
    assert reason(lesson) == ""


def test_a_data_file_that_a_local_module_reads_when_imported_reruns_the_lesson(
    write_lesson: WriteLesson, reason: Reason, root: Path
) -> None:
    (root / "numbers.txt").write_text("1\n", encoding="utf-8")
    code = "from pathlib import Path\nx = (Path(__file__).parent / 'numbers.txt').read_text()\n"
    (root / "helper.py").write_text(code, encoding="utf-8")
    lesson = write_lesson("import helper\nhelper.x")
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    (root / "numbers.txt").write_text("2\n", encoding="utf-8")
    assert reason(lesson) == "numbers.txt changed"


def test_a_data_file_that_was_missing_and_is_there_now_reruns_the_lesson(
    write_lesson: WriteLesson, reason: Reason, root: Path
) -> None:
    lesson = write_lesson("try:\n    open('maybe.txt')\nexcept FileNotFoundError:\n    print('none yet')")
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    (root / "lessons" / "maybe.txt").touch()
    assert reason(lesson) == "lessons/maybe.txt changed"


@pytest.mark.parametrize(
    "listing",
    [
        "import os; os.listdir('data')",
        "import os; os.chdir('data'); os.listdir()",
        "import os; list(os.scandir('data'))",
        "import glob; glob.glob('data/*.csv')",
        "import pathlib; list(pathlib.Path('data').iterdir())",
        "import pathlib; list(pathlib.Path('data').glob('*.csv'))",
    ],
)
def test_a_new_file_in_a_folder_that_a_lesson_listed_reruns_it(
    write_lesson: WriteLesson, reason: Reason, root: Path, listing: str
) -> None:
    data = root / "lessons" / "data"
    data.mkdir()
    lesson = write_lesson(listing)
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    (data / "new.csv").touch()
    assert reason(lesson) == "the files in lessons/data changed"
    assert reason(lesson) == ""


@pytest.mark.parametrize(
    "search",
    [
        "import importlib.metadata\nlist(importlib.metadata.distributions())",
        "import pkgutil\nlist(pkgutil.iter_modules())",
    ],
)
def test_a_package_that_looks_around_for_others_makes_no_lesson_run_again(
    write_lesson: WriteLesson, reason: Reason, root: Path, search: str
) -> None:
    lesson = write_lesson(search + ";")
    assert reason(lesson) != ""
    (root / "new_folder").mkdir()
    (root / "lessons" / "new.txt").touch()
    assert reason(lesson) == ""


@pytest.mark.parametrize(
    "code",
    [
        "open('made.txt', 'w').write('1'); print(open('made.txt').read())",
        "open('made.txt', 'w').write(str(time.time())); print(open('made.txt').read())",
        "open('made.txt', 'a').write('1'); print(open('made.txt').read())",
        "try:\n    open('made.txt').read()\nexcept OSError:\n    pass\nopen('made.txt', 'a').write('1')",
        "pathlib.Path('made.txt').write_text('1'); pathlib.Path('made.txt').read_text(); os.remove('made.txt')",
        "if not os.path.exists('made.txt'):\n    open('made.txt', 'w').write('1')\nopen('made.txt').read()",
        "os.path.isdir('made') or os.mkdir('made')",
        "import sqlite3; sqlite3.connect('made.db').execute('create table if not exists t (x)').close()",
        "open('new.txt', 'w').write('1'); os.replace('new.txt', 'made.txt'); print(open('made.txt').read())",
    ],
)
def test_a_file_that_a_lesson_writes_and_reads_again_reruns_it_at_most_once(
    write_lesson: WriteLesson, reason: Reason, code: str
) -> None:
    lesson = write_lesson(f"import os, pathlib, time\n{code};")
    reason(lesson)
    reason(lesson)
    assert reason(lesson) == ""


def test_a_package_of_another_version_reruns_the_lessons_that_import_it(
    write_lesson: WriteLesson, reason: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = write_lesson("import jinja2")
    version = dependencies.package_version

    def install(package: str) -> None:
        monkeypatch.setattr(dependencies, "package_version", lambda name: "99" if name == package else version(name))

    assert reason(lesson) != ""
    assert reason(lesson) == ""
    install("mkdocs")
    assert reason(lesson) == ""
    install("Jinja2")
    assert reason(lesson).startswith("Jinja2 is now 99, was 3.")
    assert reason(lesson) == ""
    install("MarkupSafe")  # which Jinja2 needs
    assert reason(lesson) != ""


def test_another_version_of_what_a_package_imported_beforehand_needs_reruns_the_lesson(
    write_lesson: WriteLesson, reason: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = write_lesson("import matplotlib")
    version = dependencies.package_version
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    monkeypatch.setattr(dependencies, "package_version", lambda name: "99" if name == "numpy" else version(name))
    assert reason(lesson).startswith("numpy is now 99, was ")
    assert reason(lesson) == ""


def test_a_package_that_was_missing_and_is_there_now_reruns_the_lesson(
    write_lesson: WriteLesson, reason: Reason, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = write_lesson("try:\n    import nice_package\nexcept ImportError:\n    print('without')")
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    (tmp_path / "installed" / "nice_package").mkdir(parents=True)
    (tmp_path / "installed" / "nice_package" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "installed")
    assert reason(lesson) == "nice_package is now unpackaged, was none"


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (sys, "version", "3.99.0 (main, Jan  1 2040, 00:00:00) [GCC 20.0]"),
        (cache_module, "code_hash", lambda *rooms: "another engine"),
    ],
)
def test_another_python_or_another_engine_runs_everything_again(
    write_lesson: WriteLesson,
    reason: Reason,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    name: str,
    value: object,
) -> None:
    lesson = write_lesson("1")
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    monkeypatch.setattr(module, name, value)
    assert reason(lesson) == "new or changed"


@pytest.mark.parametrize("name", ["system", "machine"])
def test_another_kind_of_machine_runs_everything_again(
    write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    lesson = write_lesson("1")
    before = cache_module.fingerprint(lesson)
    monkeypatch.setattr(cache_module.platform, name, lambda: "another")
    assert cache_module.fingerprint(lesson) != before


def test_the_same_text_as_another_kind_of_step_or_in_another_place_is_another_run(write_lesson: WriteLesson) -> None:
    lesson = write_lesson("1")
    (cell,) = (cell for cell in lesson.cells if cell.steps)
    as_value = replace(cell, steps=(replace(cell.steps[0], kind="value"),))
    others = [lesson, replace(lesson, path="docs/tiny.py"), replace(lesson, cells=(as_value,))]
    assert len({cache_module.fingerprint(other) for other in others}) == 3


def test_a_room_s_hash_is_the_same_in_whatever_order_its_files_come(monkeypatch: pytest.MonkeyPatch) -> None:
    before, rglob = stages.code_hash.__wrapped__("run"), Path.rglob
    monkeypatch.setattr(Path, "rglob", lambda *arguments: sorted(rglob(*arguments), reverse=True))
    assert stages.code_hash.__wrapped__("run") == before


def test_a_run_hangs_on_the_code_that_runs_in_a_lesson_s_process_and_on_no_other(
    tmp_path: Path, write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ENGINE, tmp_path / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(stages, "PACKAGE", tmp_path / "engine")
    monkeypatch.setattr(cache_module, "code_hash", stages.code_hash.__wrapped__)
    modules, lesson = sorted((tmp_path / "engine").rglob("*.py")), write_lesson("1")
    assert len(modules) > 30
    for module in modules:
        before = cache_module.fingerprint(lesson)
        module.write_text(module.read_text(encoding="utf-8") + "# a comma more\n", encoding="utf-8")
        assert (cache_module.fingerprint(lesson) != before) == (module.parent.name == "run"), module


EVERYTHING = (
    "import sys\nprint('said')\nprint('warned', file=sys.stderr)\n'a value'",
    "#| error: true\n1 / 0",
    "#| tbl-cap: A table.\nimport pandas as pd\npd.DataFrame({'x': [1, 2]})",
    "class Rich:\n    def _repr_html_(self):\n        return '<b>b</b>'\nRich()",
    "class Runs:\n    def _repr_html_(self):\n        return '<script>'\nRuns()",
    "class Marked:\n    def _repr_markdown_(self):\n        return '*m*'\nMarked()",
    "total = 3",
    PROSE,
    FIGURE,
    PLAY,
    SCRIPT,
    "#| varies: true\nimport time\ntime.time()",
)


def test_a_kept_run_is_the_same_in_everything_as_the_run_itself(
    write_lesson: WriteLesson, course: Course, run_of: Callable[[Lesson], Run]
) -> None:
    lesson = write_lesson(*EVERYTHING)
    first, kept = run_of(lesson), run_of(lesson)
    assert kept == first
    assert print_page(lesson, kept) == print_page(lesson, first)
    assert write_notebook(lesson, kept) == write_notebook(lesson, first)
    kinds = {output.kind for result in kept.results for output in result.outputs}
    assert kinds == {"stdout", "stderr", "value", "error", "table", "figure", "html", "markdown", "note"}
    figures = [output.figure for result in kept.results for output in result.outputs if output.figure]
    assert [(len(figure.play), figure.data) for figure in figures] == [(0, ""), (1, ""), (0, '{"w":1.5}')]
    assert set(kept.versions) == {"Python", "pandas", "matplotlib"}
    assert kept.machine


def only_entry(course: Course) -> Path:
    (entry,) = course.cache.folder.iterdir()
    return entry


def with_checksum(text: str) -> str:
    return f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text[:-1],
        lambda text: "",
        lambda text: "\0" * 100,
        lambda text: "Dear reader, this is a file of somebody else's.",
        lambda text: text.replace("right", "wrong"),
        lambda text: text.partition("\n")[2],
        lambda text: with_checksum("null"),
        lambda text: with_checksum("[1, 2]"),
        lambda text: with_checksum('{"results": []}'),
        lambda text: with_checksum(json.dumps(json.loads(text.partition("\n")[2]) | {"results": []})),
        lambda text: with_checksum(json.dumps(json.loads(text.partition("\n")[2]) | {"dependencies": None})),
    ],
)
def test_an_entry_that_is_not_as_it_should_be_is_as_good_as_none(
    write_lesson: WriteLesson,
    course: Course,
    reason: Reason,
    run_of: Callable[[Lesson], Run],
    spoil: Callable[[str], str],
) -> None:
    lesson = write_lesson("print('right')")
    assert reason(lesson) != ""
    entry = only_entry(course)
    entry.write_text(spoil(entry.read_text(encoding="utf-8")), encoding="utf-8")
    assert reason(lesson) == "new or changed"
    assert reason(lesson) == ""
    assert run_of(lesson).results[0].outputs[0].text == "right\n"


def test_an_entry_that_is_no_text_at_all_is_as_good_as_none(
    write_lesson: WriteLesson, course: Course, reason: Reason
) -> None:
    lesson = write_lesson("1")
    assert reason(lesson) != ""
    only_entry(course).write_bytes(bytes(range(256)))
    assert reason(lesson) != ""
    assert reason(lesson) == ""


@pytest.mark.parametrize("code", ["1 / 0", "import os; os._exit(0)", "#| error: true\n1 / 0\n\n# %%\nnope"])
def test_a_run_that_failed_is_not_kept(write_lesson: WriteLesson, course: Course, code: str) -> None:
    lesson = write_lesson(code)
    course.run_lessons([lesson])
    assert not course.cache.folder.exists()


def test_a_lesson_with_a_doctest_that_differs_is_not_kept(write_lesson: WriteLesson, course: Course) -> None:
    lesson = write_lesson("# %% [markdown]\n# >>> 1 + 1\n# 3")
    course.run_lessons([lesson])
    assert not course.cache.folder.exists()


def test_a_preview_does_not_wait_again_for_a_run_that_failed_until_something_changes(
    write_lesson: WriteLesson, reason: Reason, root: Path
) -> None:
    lesson = write_lesson("import helper", "open('data.txt')")
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    (root / "lessons" / "helper.py").touch()
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    (root / "lessons" / "data.txt").touch()
    assert reason(lesson) != ""
    assert reason(lesson) == ""
    assert reason(replace(lesson, text=lesson.text + "# mended")) == ""  # the run that went well is kept by now


def test_what_a_killed_build_left_half_written_does_no_harm(
    write_lesson: WriteLesson, course: Course, reason: Reason
) -> None:
    lesson = write_lesson("1")
    assert reason(lesson) != ""
    entry = only_entry(course)
    left_over = entry.with_name(entry.name + "x7f3a")
    left_over.write_text(entry.read_text(encoding="utf-8")[:40], encoding="utf-8")
    assert reason(lesson) == ""
    course.build()
    assert left_over.exists()
    os.utime(left_over, (0, 0))
    course.build()
    assert not left_over.exists()


def test_only_what_no_build_asked_for_in_a_month_is_dropped(
    write_lesson: WriteLesson, course: Course, reason: Reason
) -> None:
    day = 24 * 3600
    asked, recent, old = (write_lesson(str(number), name=f"number_{number}") for number in range(3))
    for lesson, days in ((asked, 40), (recent, 29), (old, 31)):
        assert reason(lesson) != ""
        when = time.time() - days * day
        os.utime(course.cache.path_of(lesson), (when, when))
    assert reason(asked) == ""
    course.cache.prune()
    assert [course.cache.path_of(lesson).exists() for lesson in (asked, recent, old)] == [True, True, False]


def test_what_each_step_took_is_kept_and_makes_no_page_another(
    write_lesson: WriteLesson, run_of: Callable[[Lesson], Run]
) -> None:
    hundred_megabytes = "numbers = b'1' * 100_000_000"
    lesson = write_lesson("1", f"import time\ntime.sleep(0.2)\n{hundred_megabytes}", "3")
    first, kept = run_of(lesson), run_of(lesson)
    taken = [(result.seconds, result.memory) for result in kept.results]
    assert taken == [(result.seconds, result.memory) for result in first.results]
    assert taken[1][0] >= 0.2
    assert 0 < taken[0][1] < taken[1][1] - 90_000_000
    assert taken[1][1] <= taken[2][1]
    quick = replace(kept, results=[replace(result, seconds=0.0, memory=0) for result in kept.results])
    assert print_page(lesson, quick) == print_page(lesson, kept)
    assert write_notebook(lesson, quick) == write_notebook(lesson, kept)
