"""A course in which much is wrong: MkDocs tells of each fault, and leaves the site as it was."""

from __future__ import annotations

import re
import subprocess
import textwrap
from dataclasses import dataclass

import pytest
from conftest import tree
from small_project import FIGURE, SITE, Project, new_project
from warm_mkdocs import run_mkdocs


@dataclass(frozen=True)
class Broken:
    """What a build of a broken course said, and the site before and after it."""

    sources: set[str]
    result: subprocess.CompletedProcess[str]
    before: dict[str, bytes]
    after: dict[str, bytes]
    left_over: list[str]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    project = new_project(tmp_path_factory.mktemp("broken"))
    assert project.build().returncode == 0
    before = tree(project.root / "site")
    project.write("mkdocs.yml", SITE.replace("limit: 20", "limit: 5"))
    project.write_lesson("good", "print('all is still well')", FIGURE)
    project.write_lesson("raises", "def divide(x):\n    return 1 / x", "for x in [1, 0]:\n    print(x)\n    divide(x)")
    project.write("lessons/_helper.py", "def deep(x):\n    return {}[x]\n")
    project.write_lesson(
        "helped", "import json, _helper\n\njson.loads('[1]', object_hook=_helper.deep)\n_helper.deep(3)"
    )
    project.write_lesson(
        "differs",
        "# >>> 1 + 1\n# 3",
        "1",
        'def f(x):\n    """Double.\n\n    >>> f(1)\n    3\n    """\n    return 2 * x',
    )
    project.write_lesson("inside", "import json\njson.loads('')")
    project.write_lesson("syntax", "x = 1\ny = (2\nz = 3")
    project.write("lessons/untitled.py", "# %%\n1\n")
    project.write_lesson("twice", "#| label: one\n1", "#| label: one\n2")
    project.write_lesson("options", "#| fig-atl: A line.\n1", "#| echo: flase\n1")
    project.write_lesson("values", "# It is {{ nowhere }}\n# and {{ 1 / 0 }}.")
    project.write_lesson("braces", "# It is {{ 1 +: }}.")
    project.write_lesson("links", "# A [bias](../glossary/bias.md),\n# and a [bias](../glossary/bais.md).")
    project.write_lesson("silent", "import matplotlib.pyplot as plt\nplt.plot([1])")
    project.write_lesson("loops", "x = 1\nwhile True: x += 1")
    project.write_lesson("backtracks", "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')")
    project.write_lesson("leaves", "import os\nos._exit(0)")
    project.write_lesson("crashes", "import ctypes\nctypes.string_at(0)")
    project.write_lesson("prints", "while True:\n    print('x' * 1000)")
    project.write_lesson("shouts", "import os\nos.system('yes')")
    project.write_lesson("asks", "name = input()")
    project.write_lesson("exits", "import sys\nsys.exit(2)")
    project.write("docs/figures.md", "# Figures\n\n![](lessons/good.py#lin)\n\n![](lessons/god.py#line)\n")
    project.write(
        "glossary/weight.md",
        "---\nterm: weight\ndefinition: A factor.\n---\nIt is\n\n>>> 1 + 1\n3\n\n![](../lessons/good.py#lien)\n",
    )
    project.write("glossary/empty.md", "---\nterm: empty\n---\n")
    (project.root / "lessons" / "latin.py").write_bytes(b"# %% [markdown]\n# # Caf\xe9\n")
    result = project.build()
    sources = {path for path in tree(project.root) if path.endswith((".py", ".md")) and "_" not in path}
    return Broken(sources, result, before, tree(project.root / "site"), project.left_over())


@pytest.mark.parametrize(
    "told",
    [
        """\
        lessons/raises.py:6, cell 3: ZeroDivisionError: division by zero
            the cell:
                for x in [1, 0]:
                    print(x)
                    divide(x)
            printed:
                1
                0
            traceback:
                lessons/raises.py:11, in <module>
                    divide(x)
                lessons/raises.py:6, in divide
                    return 1 / x

        """,
        """\
        lessons/helped.py:8, cell 2: KeyError: 3
            the cell:
                import json, _helper

                json.loads('[1]', object_hook=_helper.deep)
                _helper.deep(3)
            traceback:
                lessons/helped.py:8, in <module>
                    _helper.deep(3)
                lessons/_helper.py:2, in deep
                    return {}[x]

        """,
        """\
        lessons/inside.py:6, cell 2: JSONDecodeError: Expecting value: line 1 column 1 (char 0)
            the cell:
                import json
                json.loads('')
            traceback:
                lessons/inside.py:6, in <module>
                    json.loads('')

        """,
        """\
        lessons/differs.py:5, cell 2: doctest gave another answer
            >>> 1 + 1
            expected: 3
            got:      2

        """,
        """\
        lessons/differs.py:15, cell 4: doctest gave another answer
            >>> f(1)
            expected: 3
            got:      2

        """,
        "lessons/syntax.py:6, cell 2: SyntaxError: '(' was never closed\n    y = (2\n",
        "lessons/untitled.py:1: no title; begin the first prose cell with",
        "lessons/twice.py:9, cell 3: label 'one' already names the cell at line 5; choose another",
        "lessons/options.py:5, cell 2: unknown option 'fig-atl'; did you mean 'fig-alt'?",
        "lessons/options.py:9, cell 3: option 'echo' can't be 'flase'; did you mean 'false'?",
        "lessons/values.py:5, cell 2: inline value '{{ nowhere }}' failed: NameError: name 'nowhere' is not defined",
        "lessons/values.py:6, cell 2: inline value '{{ 1 / 0 }}' failed: ZeroDivisionError: division by zero",
        "lessons/braces.py:5, cell 2: inline value '{{ 1 +: }}' is not a Python expression",
        "lessons/links.py:6: link to the term 'bais', which isn't there; did you mean 'bias'?",
        "lessons/silent.py:5, cell 2: figure without alternative text; say what it shows in a line '#| fig-alt: …'",
        "lessons/loops.py:6, cell 2: still running after its time limit of 5 s",
        "lessons/backtracks.py:6, cell 2: still running after its time limit of 5 s",
        "lessons/leaves.py:5, cell 2: the process ended with exit status 0, as os._exit does",
        "lessons/crashes.py:6, cell 2: the interpreter crashed (SIGSEGV)",
        "lessons/prints.py:6, cell 2: printed more than 200,000 characters",
        "lessons/shouts.py:5, cell 2: a program it started, or C code, wrote more than 200,000 characters",
        "lessons/asks.py:5, cell 2: input() asks a question, and nobody is there to answer",
        "lessons/exits.py:6, cell 2: sys.exit(2) was called; a lesson runs to its end",
        "docs/figures.md:3: figure 'lin' of lessons/good.py isn't there; did you mean 'line'?",
        "docs/figures.md:5: lesson lessons/god.py isn't there; did you mean 'lessons/good.py'?",
        "glossary/weight.md:10: figure 'lien' of lessons/good.py isn't there; did you mean 'line'?",
        "glossary/weight.md:7, cell 1: doctest gave another answer\n    >>> 1 + 1\n    expected: 3\n    got:      2\n",
        "glossary/empty.md:1: no 'definition' in the front matter; add a line 'definition: …'",
        "lessons/latin.py:2: not UTF-8: invalid continuation byte; save the file as UTF-8",
    ],
)
def test_a_build_tells_of_each_fault_with_its_place(broken: Broken, told: str) -> None:
    assert textwrap.dedent(told) in broken.result.stderr


def test_a_build_with_faults_ends_as_failed(broken: Broken) -> None:
    assert broken.result.returncode == 1
    count = len(re.findall(r"^\S+?:\d+(?:, cell \d+)?: ", broken.result.stderr, re.MULTILINE))
    assert f"{count} problems in the course" in broken.result.stderr
    assert "The site is as it was." in broken.result.stderr


def test_every_lesson_is_tried_whatever_became_of_the_others(broken: Broken) -> None:
    ran = set(re.findall(r"(\S+) ran in", broken.result.stderr))
    told = set(re.findall(r"^(\S+?):\d+", broken.result.stderr, re.MULTILINE))
    assert "lessons/good.py" in ran - told
    assert ran | told >= {path for path in broken.sources if path.startswith("lessons/")}


def test_a_build_with_faults_leaves_the_site_as_it_was(broken: Broken) -> None:
    assert broken.before
    assert broken.after == broken.before
    assert not broken.left_over


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (
            "# Home\n\nTo [nowhere](nowhere.md), or [to a section](glossary/bias.md#nowhere).\n",
            ["contains a link 'nowhere.md'", "does not contain an anchor '#nowhere'"],
        ),
        ("# Home\n\nIt is $x^$.\n", ["docs/index.md:3: formula 'x^' can't be set"]),
    ],
)
def test_a_broken_link_or_formula_leaves_the_site_as_it_was(project: Project, page: str, told: list[str]) -> None:
    (project.root / "lessons" / "good.py").unlink()
    project.write("site/index.html", "the last good site")
    project.write("docs/index.md", page)
    result = project.build()
    assert result.returncode != 0
    assert [text for text in told if text not in result.stderr] == []
    assert tree(project.root / "site") == {"index.html": b"the last good site"}
    assert not project.left_over()


def test_labels_that_cover_each_other_end_a_strict_build_alone_and_can_be_ignored(project: Project) -> None:
    crowded = f"{FIGURE}\nplt.text(0.2, 1.2, 'one label')\nplt.text(0.21, 1.21, 'another')"
    project.write_lesson("good", crowded)
    strict = project.build()
    assert strict.returncode == 1
    assert "cell 2: labels that don't stay clear of each other: 'one label' covers" in strict.stderr
    assert not (project.root / "site").exists()
    lenient = run_mkdocs(project.root, "build", environment=project.environment())
    assert lenient.returncode == 0, lenient.stderr
    assert "labels that don't stay clear" in lenient.stderr
    assert "one label" in project.page("lessons/good/index.html")
    project.write_lesson("good", crowded.replace("#| label", "# lessonpress: ignore LP207\n#| label"))
    assert project.build().returncode == 0
