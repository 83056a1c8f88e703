"""One line that says what to install, before anything fails for want of it."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import PluginCollection

from lessonpress.hosts import cli, requirements
from lessonpress.hosts.mkdocs_plugin import LessonPlugin

INSTALLED = {"mkdocs": "1.6.1", "rich": "13.0"}


@pytest.fixture
def requires(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the engine's distribution requires; a test appends to it."""
    lines = ["mkdocs>=1.6,<2", "rich>=13"]

    def version(name: str) -> str:
        if name not in INSTALLED:
            raise importlib.metadata.PackageNotFoundError(name)
        return INSTALLED[name]

    monkeypatch.setattr(importlib.metadata, "requires", lambda name: lines)
    monkeypatch.setattr(importlib.metadata, "version", version)
    return lines


def test_nothing_is_said_where_all_is_there() -> None:
    requirements.check()


@pytest.mark.parametrize(
    ("line", "met"),
    [
        ("rich", True),
        ("rich>=14", False),
        ("nowhere", False),
        ("nowhere; extra == 'course'", True),
        ("nowhere; python_version < '3'", True),
        ("nowhere; python_version > '3'", False),
    ],
)
def test_a_requirement_counts_where_its_marker_holds_and_its_version_is_too_old(
    requires: list[str], line: str, met: bool
) -> None:
    requires.append(line)
    assert (requirements.missing_requirements() == []) == met


def test_what_is_missing_is_named_in_one_line_with_the_remedy(requires: list[str]) -> None:
    requires += ["nowhere", "brotli>=1.1"]
    with pytest.raises(requirements.Missing) as ended:
        requirements.check()
    needs = "lessonpress needs nowhere, brotli>=1.1, which this Python has not: run: "
    assert str(ended.value) == needs + "python -m pip install 'nowhere' 'brotli>=1.1'"


def test_a_python_that_is_too_old_is_told_in_one_line_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    monkeypatch.setattr(sys, "version", "3.10.4 (main)\n[GCC]")
    with pytest.raises(requirements.Missing) as ended:
        requirements.check()
    assert str(ended.value).startswith("lessonpress needs Python 3.11 or newer, and this is 3.10.4: install it")
    assert "\n" not in str(ended.value)


def test_the_command_line_says_it_and_ends_with_1(
    requires: list[str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requires.append("nowhere")
    assert cli.main(["--root", str(root), "check"]) == 1
    assert capsys.readouterr().err.startswith("lessonpress: lessonpress needs nowhere, which")


def test_the_plugin_says_it_as_an_error_of_the_build(requires: list[str], root: Path) -> None:
    config, plugin, plugins = MkDocsConfig(str(root / "mkdocs.yml")), LessonPlugin(), PluginCollection()
    plugins["lessonpress"] = plugin
    config.load_dict({"site_name": "Tiny", "plugins": []})
    assert config.validate() == ([], [])
    config.docs_dir, config.site_dir = str(root / "docs"), str(root / "site")
    plugin.load_config({})
    plugins.on_config(config)
    requires.append("nowhere")  # what the cache knows to be met is not all any more
    for _ in range(2):
        with pytest.raises(PluginError, match="lessonpress needs nowhere"):
            plugins.on_config(config)
    plugin.on_shutdown()
