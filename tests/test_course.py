"""A whole course walked down the pipe."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import WriteLesson

from lessonpress.course import Course
from lessonpress.kept.pool import Pool
from lessonpress.settings import Settings

FIGURE = "#| label: line\n#| fig-alt: A line.\n#| fig-cap: It {}.\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);"


CORES = len(os.sched_getaffinity(0))


def write(root: Path, path: str, text: str) -> None:
    (root / path).write_text(text, encoding="utf-8")


def told(course: Course) -> list[str]:
    return [f"{problem.path}:{problem.line}: {problem.message}" for problem in course.build().problems]


def test_lessons_terms_and_pages_are_pressed(course: Course, root: Path, write_lesson: WriteLesson) -> None:
    write_lesson("print(6 * 7)")
    write(root, "glossary/index.md", "# Glossary\n")
    write(
        root,
        "glossary/bias.md",
        "---\nterm: bias\nsynonyms: [offset]\ndefinition: A number.\n---\nIt is {{ 1 + 1 }}.\n",
    )
    write(root, "docs/index.md", "# Home\n")
    result = course.build()
    assert result.problems == []
    assert sorted(result.pages) == ["docs/index.md", "glossary/bias.md", "glossary/index.md", "lessons/tiny.py"]
    assert "42" in result.pages["lessons/tiny.py"].markdown
    assert "It is 2." in result.pages["glossary/bias.md"].markdown
    assert "[bias](bias.md" in result.pages["glossary/index.md"].markdown
    assert list(result.terms) == ["bias"]


def test_only_modules_without_an_underscore_in_front_are_lessons(
    course: Course, root: Path, write_lesson: WriteLesson
) -> None:
    write_lesson("1")
    write(root, "lessons/_helper.py", "raise SystemExit\n")
    write(root, "lessons/__init__.py", "")
    (root / "lessons" / "toolkit").mkdir()
    write(root, "lessons/toolkit/plots.py", "raise SystemExit\n")
    assert [path.name for path in course.settings.lesson_paths()] == ["tiny.py"]


def test_a_second_press_runs_only_what_changed(course: Course, write_lesson: WriteLesson) -> None:
    for name in ("first", "second"):
        write_lesson("1", name=name)
    assert set(course.build().rerun) == {"lessons/first.py", "lessons/second.py"}
    assert course.build().rerun == {}
    write_lesson("2", name="second")
    assert course.build().rerun == {"lessons/second.py": "new or changed"}


def test_a_lesson_that_failed_is_told_of_again_though_it_does_not_run_again(
    course: Course, write_lesson: WriteLesson
) -> None:
    write_lesson("1 / 0")
    first = told(course)
    assert first == ["lessons/tiny.py:5: ZeroDivisionError: division by zero"]
    result = course.build()
    assert result.rerun == {}
    assert [problem.message for problem in result.problems] == ["ZeroDivisionError: division by zero"]
    write_lesson("1 / 1")
    assert told(course) == []


def test_problems_are_told_in_the_order_of_files_and_lines(
    course: Course, root: Path, write_lesson: WriteLesson
) -> None:
    write_lesson("# %% [markdown]\n# >>> 1\n# 2\n#\n# >>> 3\n# 4", "1 / 0", name="second")
    write(root, "lessons/third.py", "# %% [markdown]\n# # Third\n\n# %%\n1 +\n")
    write_lesson("1 / 0", name="first")
    places = [(problem.path, problem.line) for problem in course.build().problems]
    assert places == [
        ("lessons/first.py", 5),
        ("lessons/second.py", 5),
        ("lessons/second.py", 8),
        ("lessons/second.py", 12),
        ("lessons/third.py", 5),
    ]


@pytest.mark.parametrize("code", ["1 +", "1 / 0"])
def test_a_figure_of_a_lesson_that_failed_is_no_second_problem(
    course: Course, root: Path, write_lesson: WriteLesson, code: str
) -> None:
    lesson = root / "lessons" / "tiny.py"
    write_lesson("1")
    lesson.write_text(lesson.read_text(encoding="utf-8") + f"\n# %%\n{code}\n\n# %%\n{FIGURE}\n", encoding="utf-8")
    write(root, "docs/index.md", "# Home\n\n![](lessons/tiny.py#line)\n")
    assert [problem.path for problem in course.build().problems] == ["lessons/tiny.py"]


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("docs/index.md", "lessons/tiny.py"),
        ("glossary/index.md", "../lessons/tiny.py"),
        ("lessons/other.py", "tiny.py"),
    ],
)
def test_a_figure_can_stand_on_any_page(
    course: Course, root: Path, write_lesson: WriteLesson, page: str, link: str
) -> None:
    write_lesson(FIGURE.format("rises by {{ 1 + 1 }}"))
    mark = "# " if page.endswith(".py") else ""
    write(root, page, f"{'# %% [markdown]' if mark else ''}\n{mark}# Other\n\n{mark}\n\n{mark}![]({link}#line)\n")
    result = course.build()
    assert result.problems == []
    up = "" if page.startswith("docs") else "../"
    assert f"![A line.]({up}lessons/tiny/line.svg){{ .lesson-drawing" in result.pages[page].markdown
    assert "It rises by 2." in result.pages[page].markdown


def test_a_figure_moved_by_a_script_that_is_not_there_is_a_problem(
    course: Course, root: Path, write_lesson: WriteLesson
) -> None:
    write_lesson(f"#| script: own/neuron.js\n{FIGURE.format('rises')}\n{{'w': 1}}")
    (problem,) = course.build().problems
    assert str(problem) == "lessons/tiny.py:5, cell 2: script 'own/neuron.js' isn't there; its path begins in 'docs'"
    (root / "docs" / "own").mkdir()
    write(root, "docs/own/neuron.js", "export default () => {};\n")
    assert course.build().problems == []


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_links_and_figures_in_code_stay_as_they_are(course: Course, root: Path, fence: str) -> None:
    text = "`![](lessons/no.py#no)` and `[a](glossary/no.md)`"
    block = f"{fence}\n![](no.py#no)\n[a](glossary/no.md)\n{fence}"
    write(root, "docs/index.md", f"# Home\n\n{text}\n\n{block}\n")
    result = course.build()
    assert result.problems == []
    assert result.pages["docs/index.md"].markdown.strip().endswith(f"{text}\n\n{block}")


def test_a_lesson_says_what_it_ran_with_and_offers_itself(
    course: Course, root: Path, write_lesson: WriteLesson
) -> None:
    write_lesson("import jinja2")
    page = course.build().pages["lessons/tiny.py"].markdown
    assert '<a href="tiny.ipynb" download>Notebook</a> <a href="tiny.py" download>Python file</a>' in page
    assert "Run with Python 3." in page
    assert "Jinja2 3." in page


@pytest.mark.parametrize(("workers", "expected"), [(3, 3), (0, CORES), (-1, CORES)])
def test_there_are_as_many_workers_as_asked_for_or_as_there_are_cores(root: Path, workers: int, expected: int) -> None:
    assert Course(Settings(root, workers=workers)).pool.workers == expected


def test_a_course_that_was_closed_can_be_pressed_again(course: Course, root: Path, write_lesson: WriteLesson) -> None:
    course.pool = Pool(root, workers=1, limit=20, preload=())
    write_lesson("1")
    assert course.build().problems == []
    course.close()
    write_lesson("2")
    assert course.build().rerun == {"lessons/tiny.py": "new or changed"}
    course.close()


def test_a_page_quotes_a_value_of_a_lesson(course: Course, root: Path, write_lesson: WriteLesson) -> None:
    write_lesson("w = 1", "# %% [markdown]\n# It is {{ w }}.", "w = 2.345")
    write(root, "docs/questions.md", "# Questions\n\nIt came out as **{{ tiny::w * 2:.1f }}**, or `{{ tiny::w }}`.\n")
    result = course.build()
    assert result.problems == []
    assert "as **4.7**, or `2.345`" in result.pages["docs/questions.md"].markdown
    assert "It is 1." in result.pages["lessons/tiny.py"].markdown
    assert course.build().rerun == {}


def test_what_a_page_asks_anew_runs_that_lesson_and_no_other(
    course: Course, root: Path, write_lesson: WriteLesson
) -> None:
    write_lesson("w = 1", name="first")
    write_lesson("w = 2", name="second")
    write(root, "docs/questions.md", "# Questions\n\n{{ first::w }}\n")
    course.build()
    write(root, "docs/questions.md", "# Questions\n\n{{ first::w }} and {{ first::w + 2 }}, and {{ first::w }} again\n")
    result = course.build()
    assert list(result.rerun) == ["lessons/first.py"]
    assert "1 and 3, and 1 again" in result.pages["docs/questions.md"].markdown


def test_a_quoted_value_that_fails_is_the_pages_fault_and_can_be_mended(
    course: Course, root: Path, write_lesson: WriteLesson
) -> None:
    write_lesson("w = 1")
    write(root, "docs/questions.md", "# Questions\n\n\n{{ tiny::v }}\n")
    assert told(course) == [
        "docs/questions.md:4: value '{{ tiny::v }}' failed at the end of that lesson: "
        "NameError: name 'v' is not defined"
    ]
    write(root, "docs/questions.md", "# Questions\n\n\n{{ tiny::w }}\n")
    assert told(course) == []


def test_a_page_that_quotes_no_lesson_there_is_learns_the_nearest(
    course: Course, root: Path, write_lesson: WriteLesson
) -> None:
    write_lesson("w = 1")
    write(root, "docs/questions.md", "# Questions\n\n{{ tiy::w }}\n")
    assert told(course) == ["docs/questions.md:3: lesson 'tiy' isn't there; did you mean 'tiny'?"]


def test_a_quote_of_a_lesson_that_failed_adds_no_problem(course: Course, root: Path, write_lesson: WriteLesson) -> None:
    write_lesson("1 / 0")
    write(root, "docs/questions.md", "# Questions\n\n{{ tiny::w }}\n")
    assert told(course) == ["lessons/tiny.py:5: ZeroDivisionError: division by zero"]


def test_a_lesson_that_needs_a_missing_package_is_a_page_without_results(
    course: Course, root: Path, write_lesson: WriteLesson
) -> None:
    write_lesson(
        "#| needs: no_such_package\n#| label: fit\n#| fig-alt: A line.\nimport no_such_package\nprint(6 * 7)",
        "# %% [markdown]\n# It is {{ w }}.\n#\n# >>> 1 + 1\n# 2\n",
    )
    write(root, "docs/index.md", "# Home\n\n![](lessons/tiny.py#fit)\n")
    result = course.build()
    assert result.problems == []
    page = result.pages["lessons/tiny.py"].markdown
    assert "python -m pip install no_such_package" in page
    assert "import no_such_package" in page
    assert "42" not in page


def test_a_lesson_whose_package_is_there_runs(course: Course, write_lesson: WriteLesson) -> None:
    write_lesson("#| needs: json, csv\nprint(6 * 7)")
    assert "42" in course.build().pages["lessons/tiny.py"].markdown
