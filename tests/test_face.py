"""The engine's face: the names it offers, and the page for authors, which has to know all that can be set."""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys
from pathlib import Path
from typing import TypeGuard

import pytest
import yaml

import lessonpress
from lessonpress.problems import CODES
from lessonpress.read.options import OPTION_NAMES as CELL_OPTIONS
from lessonpress.settings import OPTION_NAMES as PLUGIN_OPTIONS
from lessonpress.settings import Settings

AUTHORS = Path(__file__).parents[1] / "docs" / "authors.md"
DEFAULTS = {field.name: field.default for field in dataclasses.fields(Settings)}


def test_every_name_that_is_offered_is_there() -> None:
    assert sorted(lessonpress.__all__) == ["Course", "Problem", "Settings", "__version__", "check"]
    assert all(getattr(lessonpress, name).__module__.startswith("lessonpress.") for name in lessonpress.PLACES)
    assert lessonpress.Settings is Settings
    with pytest.raises(AttributeError, match="module 'lessonpress' has no attribute 'Curse'"):
        _ = lessonpress.Curse


def test_its_types_are_for_others_too() -> None:
    assert (Path(lessonpress.__file__).parent / "py.typed").is_file()


def test_importing_it_brings_none_of_the_heavy_packages() -> None:
    code = "import sys, lessonpress; print({'torch', 'mkdocs', 'jupytext'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"


def find_in_section(heading: str, pattern: str) -> tuple[str, ...]:
    """The groups of a pattern that a section of the authors' page has exactly once."""
    if not AUTHORS.is_file():
        pytest.skip("the engine without the course")
    section = AUTHORS.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = list(re.finditer(pattern, section, re.MULTILINE))
    assert len(found) == 1, f"{len(found)} times {pattern} under '{heading}' in docs/authors.md"
    return found[0].groups()


@pytest.mark.parametrize("name", CELL_OPTIONS)
def test_the_authors_page_knows_each_option_of_a_cell(name: str) -> None:
    (meaning,) = find_in_section("Options of a cell", rf"^\| `{name}` \| .+ \| (.+) \|$")
    assert len(meaning) > 20


@pytest.mark.parametrize("code", CODES)
def test_the_authors_page_knows_each_code_and_its_meaning(code: str) -> None:
    assert find_in_section("What `check` finds", rf"^\| {code} \| (.+) \|$") == (CODES[code],)


def test_whatever_can_be_wrong_has_a_code() -> None:
    engine = Path(lessonpress.__file__).parent
    modules = [path for path in engine.rglob("*.py") if "skeleton" not in path.parts]
    calls = [node for path in modules for node in ast.walk(ast.parse(path.read_text("utf-8"))) if is_problem(node)]
    codes = [word.value for call in calls for word in call.keywords if word.arg == "code"]
    assert len(calls) > 40
    assert len(codes) == len(calls) - 1, "all but the one that a proof was kept as"
    assert {code.value for code in codes if isinstance(code, ast.Constant)} <= set(CODES)


def is_problem(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem"


@pytest.mark.parametrize("name", PLUGIN_OPTIONS)
def test_the_authors_page_knows_each_option_of_the_plugin_and_its_default(name: str) -> None:
    default, meaning = find_in_section("Options of the plugin", rf"^`{name}`, .+; default `(.+)`\n:   (.+)$")
    told, real = yaml.safe_load(default), DEFAULTS[name]
    assert told == (list(real) if isinstance(real, tuple) else real)
    assert len(meaning) > 20
