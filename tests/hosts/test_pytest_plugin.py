"""The doctests of lessons and pages as items of pytest, in small projects that pytest's own helper sets up."""

from __future__ import annotations

import textwrap

import pytest

from lessonpress.course import Course
from lessonpress.settings import Settings

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("warm_courses")


@pytest.fixture(autouse=True)
def asks_for_it(pytester: pytest.Pytester) -> None:
    """A project that asks for the plugin."""
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\naddopts = "-p lessonpress.hosts.pytest_plugin"')
    write(pytester, "mkdocs.yml", "plugins: [lessonpress]\n")
    (pytester.path / "lessons").mkdir()


LESSON = '''\
# %% [markdown]
# # Tiny

# %%
import os

open("runs.txt", "a").write("ran\\n")
total = 3

# %% [markdown]
# >>> total
# 3
#
# A second one:
#
# >>> total + 1
# {answer}

# %%
def double(x):
    """Twice x.

    >>> double(2)
    4
    """
    return 2 * x
'''
TERM = "---\nterm: bias\ndefinition: A number.\n---\nIt is\n\n>>> 1 + 1\n{answer}\n"


def write(pytester: pytest.Pytester, path: str, text: str) -> None:
    target = pytester.path / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(textwrap.dedent(text), encoding="utf-8")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("--doctest-modules", "-p", "no:cacheprovider", *arguments)


def test_each_doctest_is_an_item_with_its_file_and_line(pytester: pytest.Pytester) -> None:
    write(pytester, "lessons/tiny.py", LESSON.format(answer=4))
    items, _ = pytester.inline_genitems("--doctest-modules")
    assert [item.name for item in items] == ["runs", "line 11", "line 16", "line 23"]
    assert [item.location[:2] for item in items] == [("lessons/tiny.py", line - 1) for line in (1, 11, 16, 23)]


def test_doctests_that_hold_pass(pytester: pytest.Pytester) -> None:
    write(pytester, "lessons/tiny.py", LESSON.format(answer=4))
    write(pytester, "glossary/bias.md", TERM.format(answer=2))
    run(pytester).assert_outcomes(passed=6)


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("lessons/tiny.py", LESSON, ["lessons/tiny.py:16: doctest*", ">>> total + 1", "expected: 7", "got:      4"]),
        ("glossary/bias.md", TERM, ["glossary/bias.md:7: doctest*", ">>> 1 + 1", "expected: 7", "got:      2"]),
        ("docs/page.md", TERM, ["docs/page.md:7: doctest*", ">>> 1 + 1", "expected: 7", "got:      2"]),
    ],
)
def test_a_doctest_that_differs_fails_alone_and_says_where_and_what(
    pytester: pytest.Pytester, path: str, text: str, told: list[str]
) -> None:
    write(pytester, path, text.format(answer=7))
    result = run(pytester)
    result.assert_outcomes(failed=1, passed=3 if path.startswith("lessons") else 1)
    result.stdout.fnmatch_lines(told)


def test_a_lesson_runs_once_and_is_never_imported(pytester: pytest.Pytester) -> None:
    write(pytester, "lessons/tiny.py", LESSON.format(answer=4))
    run(pytester).assert_outcomes(passed=4)
    assert (pytester.path / "lessons" / "runs.txt").read_text(encoding="utf-8") == "ran\n"


def test_other_modules_are_left_to_pytest_itself(pytester: pytest.Pytester) -> None:
    write(pytester, "lessons/_helper.py", 'def one():\n    """One.\n\n    >>> one()\n    1\n    """\n    return 1\n')
    write(pytester, "other.py", '"""Two.\n\n>>> 1 + 1\n3\n"""\n')
    run(pytester).assert_outcomes(passed=1, failed=1)


def test_code_that_raises_fails_and_so_do_the_doctests_below_it(pytester: pytest.Pytester) -> None:
    write(pytester, "lessons/tiny.py", LESSON.format(answer=4).replace("total = 3", "total = nothing"))
    result = run(pytester)
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(["lessons/tiny.py:8: NameError: name 'nothing' is not defined"])
    result.stdout.fnmatch_lines(["lessons/tiny.py:11: not reached; a cell above it failed"])


def test_an_inline_value_that_fails_makes_its_page_fail(pytester: pytest.Pytester) -> None:
    write(pytester, "docs/page.md", "# Page\n\nIt is {{ 1 / 0 }}.\n")
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["docs/page.md:3: *ZeroDivisionError: division by zero"])


def test_a_lesson_that_cannot_be_read_is_an_error_with_its_place(pytester: pytest.Pytester) -> None:
    write(pytester, "lessons/tiny.py", LESSON.format(answer=4).replace("total = 3", "total = ("))
    result = run(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*lessons/tiny.py:8, cell 2: SyntaxError: '(' was never closed"])


def test_a_page_in_which_nothing_runs_has_no_item(pytester: pytest.Pytester) -> None:
    write(pytester, "docs/page.md", "# Page\n\nWords.\n")
    run(pytester).assert_outcomes()


QUOTES = "# Page\n\nIt is {{ tiny::total }}, or {{ tiny::total * 2:d }}.\n"


def test_a_page_s_quotes_are_tested(pytester: pytest.Pytester) -> None:
    write(pytester, "lessons/tiny.py", LESSON.format(answer=4))
    write(pytester, "docs/page.md", QUOTES)
    run(pytester, "docs").assert_outcomes(passed=1)
    write(pytester, "docs/page.md", QUOTES.replace("total * 2", "nothing"))
    result = run(pytester, "docs")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["docs/page.md:3: value '{{ tiny::nothing }}' failed at the end of that lesson: *"])
    run(pytester, "lessons").assert_outcomes(passed=4)


def test_what_a_build_has_run_is_not_run_again(pytester: pytest.Pytester) -> None:
    write(pytester, "lessons/tiny.py", LESSON.format(answer=4))
    write(pytester, "docs/page.md", QUOTES)
    course = Course(Settings.read(pytester.path))
    assert course.build().problems == []
    run(pytester).assert_outcomes(passed=5)
    run(pytester, "lessons").assert_outcomes(passed=4)
    assert (pytester.path / "lessons" / "runs.txt").read_text(encoding="utf-8") == "ran\n"


def test_the_course_is_the_one_of_mkdocs_yml(pytester: pytest.Pytester) -> None:
    write(pytester, "mkdocs.yml", "plugins: [{lessonpress: {lessons: chapters}}]\n")
    write(pytester, "chapters/tiny.py", LESSON.format(answer=7))
    write(pytester, "lessons/other.py", "x = 1\n")
    run(pytester).assert_outcomes(failed=1, passed=3)


def test_a_project_that_did_not_ask_for_it_is_left_alone(pytester: pytest.Pytester) -> None:
    (pytester.path / "pyproject.toml").unlink()
    (pytester.path / "mkdocs.yml").unlink()
    write(pytester, "lessons/test_plain.py", "def test_plain():\n    assert True\n")
    write(pytester, "docs/page.md", "# Page\n\n>>> open('harm', 'w')\n\n{{ open('harm', 'w') }}\n")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    assert "lessonpress" not in result.stdout.str() + result.stderr.str()
    assert not (pytester.path / "harm").exists()


def test_a_site_without_the_plugin_is_told_so(pytester: pytest.Pytester) -> None:
    write(pytester, "mkdocs.yml", "plugins: [search]\n")
    result = pytester.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*has no plugin 'lessonpress'*"])


def test_other_plugins_keep_what_they_collect_of_a_page(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest

        class Other(pytest.File):
            def collect(self):
                yield OtherItem.from_parent(self, name="other")

        class OtherItem(pytest.Item):
            def runtest(self):
                pass

        def pytest_collect_file(file_path, parent):
            if file_path.suffix == ".md":
                return Other.from_parent(parent, path=file_path)
    """)
    write(pytester, "docs/page.md", "# Page\n\n>>> 1\n1\n")
    run(pytester).assert_outcomes(passed=3)


def test_a_project_without_a_course_has_no_lessons_and_is_told_so(pytester: pytest.Pytester) -> None:
    (pytester.path / "mkdocs.yml").unlink()
    write(pytester, "lessons/tiny.py", '"""Two.\n\n>>> 1 + 1\n2\n"""\n')
    result = run(pytester)
    result.assert_outcomes(passed=1)  # by pytest's own doctests
    result.stdout.fnmatch_lines(["lessonpress: no mkdocs.yml in *, so no lessons"])


def test_a_course_that_cannot_be_read_is_an_error_at_once(pytester: pytest.Pytester) -> None:
    write(pytester, "mkdocs.yml", "plugins: [{lessonpress: {limt: 3}}]\n")
    write(pytester, "test_fine.py", "def test_fine():\n    pass\n")
    result = run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*option 'limt'*did you mean 'limit'*"])


def test_a_course_is_tested_as_its_site_is_built(pytester: pytest.Pytester) -> None:
    write(pytester, "mkdocs.yml", "plugins: [{lessonpress: {limit: 1, cache: kept, lessons: chapters}}]\n")
    write(pytester, "chapters/fine.py", "# %% [markdown]\n# # Fine\n\n# %%\n1\n")
    write(pytester, "chapters/waits.py", "# %% [markdown]\n# # Waits\n\n# %%\nimport time; time.sleep(4)\n")
    result = run(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*time limit of 1 s*"])
    assert len(list((pytester.path / "kept").glob("fine-*.json"))) == 1
