"""The wheel: what is in it and what it asks for, and a course built from it alone as the README says."""

from __future__ import annotations

import email
import email.message
import os
import re
import shutil
import subprocess
import sys
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import lessonpress

ROOT = Path(__file__).parents[2]
SOURCES = ("lessonpress", "lessons", "tests", "glossary", "docs")
README = (ROOT / "README.md").read_text(encoding="utf-8")
LESSON = """\
# %% [markdown]
# # Throws of a coin
#
# A coin has a [bias](../glossary/bias.md) if one side comes up more often: $p > 1/2$.

# %%
#| label: throws
#| fig-cap: How often heads came up.
#| fig-alt: A line that rises.
#| echo: fold
import matplotlib.pyplot as plt

sides = 2
print("thrown")
plt.plot([0, 1, 1]);

# %% [markdown]
# A coin has {{ sides }} sides.
#
# >>> sides == 2
# True
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel built from a copy of the sources, so that nothing is left among them, and without the network."""
    copy = tmp_path_factory.mktemp("sources")
    for name in filter(lambda name: (ROOT / name).is_dir(), SOURCES):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-PROSE.md"):
        shutil.copy(ROOT / name, copy)
    alone = ("--no-deps", "--no-build-isolation", "--no-index")
    command = [sys.executable, "-m", "pip", "wheel", *alone, "--wheel-dir", "out", "."]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = (copy / "out").iterdir()
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> email.message.Message:
    return email.message_from_string(read(wheel, "METADATA"))


def read(wheel: zipfile.ZipFile, name: str) -> str:
    return wheel.read(f"lessonpress-{lessonpress.__version__}.dist-info/{name}").decode()


def test_it_holds_the_whole_engine_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "lessonpress").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    info = f"lessonpress-{lessonpress.__version__}.dist-info/"
    assert {name for name in wheel.namelist() if not name.startswith(info)} == ours
    assert {"lessonpress/py.typed", "lessonpress/assets/style/00-page.css", "lessonpress/run/runner.py"} <= ours
    assert [name for name in wheel.namelist() if "LICENSE" in name] == [f"{info}licenses/LICENSE"]


def test_it_asks_for_ranges_of_what_the_engine_needs_and_for_no_torch(metadata: email.message.Message) -> None:
    needed = [Requirement(line) for line in metadata.get_all("Requires-Dist", ())]
    always = {one.name: str(one.specifier) for one in needed if one.marker is None}
    assert not {"torch", "mkdocs"} & set(always), "exercises are done without a site, and a course brings its torch"
    assert {"mkdocs", "markdown"} <= {one.name for one in needed if "site" in str(one.marker)}
    assert [name for name, versions in always.items() if "==" in versions or ">=" not in versions] == []
    assert {"torch", "mkdocs-material"} <= {one.name for one in needed if "course" in str(one.marker)}
    assert set(metadata.get_all("Provides-Extra", ())) == {"site", "course", "keras", "test", "check"}


def test_it_names_itself_as_the_package_does(metadata: email.message.Message) -> None:
    assert (metadata["Name"], metadata["Version"]) == ("lessonpress", lessonpress.__version__)
    assert metadata["License-Expression"] == "MIT"


def test_it_brings_a_command_and_a_plugin_and_leaves_every_pytest_alone(wheel: zipfile.ZipFile) -> None:
    points = ConfigParser()
    points.read_string(read(wheel, "entry_points.txt"))
    assert {name: list(points[name]) for name in points.sections()} == {
        "console_scripts": ["lessonpress"],
        "mkdocs.plugins": ["lessonpress"],
    }


def test_a_course_is_built_from_it_as_the_readme_says(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    engine, root = tmp_path / "engine", tmp_path / "course"
    wheel.extractall(engine)
    block = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    for path, text in {
        "mkdocs.yml": block[1],
        "docs/index.md": "# Home\n\n![](lessons/coin.py#throws)\n",
        "lessons/coin.py": LESSON,
        "glossary/bias.md": "---\nterm: bias\ndefinition: That one side comes up more often.\n---\n",
        "glossary/index.md": "# Glossary\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(engine), "NO_MKDOCS_2_WARNING": "1"}
    where = [sys.executable, "-c", "import lessonpress.hosts.mkdocs_plugin as plugin; print(plugin.__file__)"]
    assert subprocess.check_output(where, cwd=root, env=environment, text=True).startswith(str(engine))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    site = root / "site"
    home, page, glossary = (
        (site / path / "index.html").read_text(encoding="utf-8") for path in ("", "lessons/coin", "glossary")
    )
    assert "A coin has 2 sides" in page
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML"' in page
    for name, part in (("lessonpress.css", "style/00-page.css"), ("lessonpress.js", "script/50-terms.js")):
        assert f'"../../assets/{name}"' in page
        assert wheel.read(f"lessonpress/assets/{part}") in (site / "assets" / name).read_bytes()
    for text in (page, home):
        assert text.count('<svg class="lesson-drawing"') == 1
        assert "<img" not in text
    assert (site / "lessons" / "coin" / "throws.svg").is_file()
    unread = r"\{ ?[.#:]|!\[|!!! |\?\?\? |^: {3}|\$p"  # Markdown that no extension has taken up
    for text in (home, page, glossary):
        assert re.findall(unread, re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL), re.MULTILINE) == []
