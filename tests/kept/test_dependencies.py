"""What counts as a dependency of a run, and what does not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from lessonpress.kept import dependencies
from lessonpress.kept.dependencies import InstalledPackages, first_change, missing_packages
from lessonpress.run.files import LOOK, file_hash, folder_hash
from lessonpress.run.imports import imports_of
from lessonpress.run.notes import Observed
from lessonpress.run.record import Dependencies


@pytest.fixture
def data(root: Path) -> Path:
    path = root / "data.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda root: (root / "data.csv").write_text("2", encoding="utf-8"), "data.csv changed"),
        (lambda root: (root / "data.csv").unlink(), "data.csv changed"),
        (lambda root: (root / "none.csv").touch(), "none.csv changed"),
        (lambda root: (root / "lessons" / "new.csv").touch(), "the files in lessons changed"),
        (lambda root: (root / "lessons").rmdir(), "the files in lessons changed"),
        (lambda root: (root / "link").unlink(), "the link link changed"),
        (lambda root: (root / "glossary" / "new.md").touch(), "the files that match glossary/*.md changed"),
        (lambda root: (root / "lessons" / "__pycache__").mkdir(), ""),
        (lambda root: (root / "else.csv").touch(), ""),
    ],
)
def test_the_first_change_is_told(root: Path, data: Path, change: Callable[[Path], object], told: str) -> None:
    files = {"data.csv": file_hash(data), "none.csv": file_hash(root / "none.csv")}
    (root / "link").symlink_to("data.csv")
    links, matches = {"link": LOOK["links"](root, "link")}, {"glossary/*.md": LOOK["matches"](root, "glossary/*.md")}
    found = Dependencies(files, {"lessons": folder_hash(root / "lessons")}, links, matches)
    assert first_change(found, root, InstalledPackages()) == ""
    change(root)
    assert first_change(found, root, InstalledPackages()) == told


def test_another_version_is_told_with_the_one_before(root: Path) -> None:
    installed = InstalledPackages()
    now = installed.version("Jinja2")
    assert first_change(Dependencies(packages={"Jinja2": now}), root, installed) == ""
    told = first_change(Dependencies(packages={"Jinja2": "0.1"}), root, installed)
    assert told == f"Jinja2 is now {now}, was 0.1"


@pytest.mark.parametrize(("name", "version"), [("no_such_package", "none"), ("_pytest", "unpackaged")])
def test_what_is_installed_without_a_package_is_told_from_what_is_not_there(name: str, version: str) -> None:
    assert dependencies.package_version(name) == version


def test_a_module_made_by_hand_is_installed_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "made_by_hand", ModuleType("made_by_hand"))
    assert dependencies.package_version("made_by_hand") == "none"


def test_what_is_installed_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for name in ("package_version", "needs_of", "packages_by_module"):
        monkeypatch.setattr(dependencies, name, lambda *arguments, name=name: asked.append(name))
    installed = InstalledPackages()
    for _ in range(2):
        installed.version("a"), installed.needs("a"), installed.packages_of()
    assert asked == ["package_version", "needs_of", "packages_by_module"]


def test_a_package_that_a_lesson_needs_is_found_however_soon_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    wanted = ["json", "comes_later"]
    assert missing_packages(wanted) == ["comes_later"]
    before = tmp_path.stat()
    (tmp_path / "comes_later.py").touch()
    os.utime(tmp_path, ns=(before.st_atime_ns, before.st_mtime_ns))  # by which Python knows its folders
    assert missing_packages(wanted) == []


def test_dependencies_are_in_one_order_whatever_the_order_they_came_in() -> None:
    noted = Observed(files={"b": "1", "a": "2"}, named=["pytest", "mkdocs", "no_such_package", "sysconfig"])
    _, found = InstalledPackages().resolve(noted)
    assert list(found.files) == ["a", "b"]
    assert list(found.packages) == sorted(found.packages)
    assert "sysconfig" not in found.packages


def test_imports_are_found_wherever_they_stand() -> None:
    source = (
        "def f():\n    import numpy.linalg\ntry:\n    from pandas import x\nexcept ImportError:\n    from . import y\n"
    )
    assert imports_of(source) == {"numpy", "pandas"}


def test_a_page_names_the_packages_that_its_lesson_imports_and_no_others() -> None:
    noted = Observed(named=["jinja2", "no_such_package"], imported=["yaml"])
    versions, found = InstalledPackages().resolve(noted)
    assert set(versions) == {"Python", "Jinja2"}
    assert set(found.packages) >= {"Jinja2", "MarkupSafe", "PyYAML", "no_such_package"}
    assert found.packages["no_such_package"] == "none"
    assert "mkdocs" not in found.packages


def test_what_a_package_needs_only_for_an_extra_is_left_out() -> None:
    assert "pytest" in dependencies.needs_of("pytest-cov")
    assert "Babel" not in InstalledPackages().closure(["jinja2"])
    assert InstalledPackages().closure(["no-such-package"]) == set()


def test_what_a_package_needs_only_elsewhere_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs = [
        "numpy; python_version>='3'",
        "pandas; python_version < '3'",
        "yaml; extra=='all'",
        "Jinja2[i18n] (>=3)",
        "?",
    ]
    info = tmp_path / "nice_package-1.0.dist-info"
    info.mkdir()
    lines = [
        "Metadata-Version: 2.1",
        "Name: nice-package",
        "Version: 1.0",
        *(f"Requires-Dist: {need}" for need in needs),
    ]
    (info / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert dependencies.needs_of("nice-package") == ["numpy", "Jinja2"]
    assert dependencies.needs_of("no-such-package") == []


def test_a_package_installed_meanwhile_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    assert "nice" not in InstalledPackages().packages_of()
    info = folder / "nice_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: nice-package\nVersion: 1.0\n", encoding="utf-8")
    (info / "top_level.txt").write_text("nice\n", encoding="utf-8")
    assert InstalledPackages().packages_of()["nice"] == "nice-package"
    versions, _ = InstalledPackages().resolve(Observed(named=["nice"]))
    assert versions["nice-package"] == "1.0"
    also = folder / "a_package-1.0.dist-info"
    also.mkdir()
    (also / "METADATA").write_text("Metadata-Version: 2.1\nName: a-package\nVersion: 1.0\n", encoding="utf-8")
    (also / "top_level.txt").write_text("nice\n", encoding="utf-8")
    assert InstalledPackages().packages_of()["nice"] == "a-package", "the first by name, wherever it lies"
