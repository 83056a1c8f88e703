"""One line that says what to install, before anything else can fail."""

from __future__ import annotations

import ast
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from lessonpress import requirements

ENGINE = Path(requirements.__file__).parent


def test_nothing_is_said_where_all_is_there() -> None:
    requirements.check()


def test_packages_that_are_missing_are_named_in_one_line_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec

    def find_but_two(name: str) -> ModuleSpec | None:
        return None if name in ("torch", "ziamath") else find(name)

    monkeypatch.setattr(importlib.util, "find_spec", find_but_two)
    with pytest.raises(SystemExit) as ended:
        requirements.check()
    needs = "lessonpress needs torch, ziamath, which this Python has not: run: "
    assert str(ended.value) == needs + "python -m pip install torch==2.13.0 -e ."


def test_a_python_that_is_too_old_is_told_in_one_line_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    monkeypatch.setattr(sys, "version", "3.10.4 (main)\n[GCC]")
    with pytest.raises(SystemExit) as ended:
        requirements.check()
    assert str(ended.value).startswith("lessonpress needs Python 3.11 or newer, and this is 3.10.4: install it, then:")
    assert "\n" not in str(ended.value)


@pytest.mark.parametrize("module", ["__init__", "requirements", "plugin", "cli"])
def test_an_old_python_can_read_the_modules_that_tell_it_so(module: str) -> None:
    ast.parse((ENGINE / f"{module}.py").read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("module", ["plugin", "cli"])
def test_the_check_comes_before_any_package_that_may_be_missing(module: str) -> None:
    tree = ast.parse((ENGINE / f"{module}.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = [node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports]
    before = names[: names.index("lessonpress") + 1] if module == "plugin" else names
    assert {name.partition(".")[0] for name in before if name} <= {*sys.stdlib_module_names, "lessonpress"}


def test_the_remedy_installs_the_torch_that_the_project_names() -> None:
    project = (ENGINE.parent / "pyproject.toml").read_text(encoding="utf-8")
    pinned = next(word for word in requirements.REMEDY.split() if word.startswith("torch"))
    assert f'"{pinned}"' in project
