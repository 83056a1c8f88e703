"""The wheel: what is in it and what it asks for, and a course built from it alone as the README says."""

from __future__ import annotations

import ast
import email
import email.message
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import lessonpress

ROOT = Path(__file__).parents[2]
SOURCES = ("lessonpress", "lessons", "tests", "glossary", "docs")
README = (ROOT / "README.md").read_text(encoding="utf-8")
URL = "https://example.org/coins/"
CONFIG = f"""\
site_name: Coins
site_url: {URL}
theme: {{theme}}
use_directory_urls: {{folders}}
plugins: [search, lessonpress]
"""
THEMES = {
    "mkdocs": "{name: mkdocs, color_mode: auto}",
    "readthedocs": "readthedocs",
    "material": "{name: material, palette: [{scheme: default}, {scheme: slate}]}",
}
NO_TORCH = """\
import sys


class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, NoTorch())
"""
LESSON = """\
# %% [markdown]
# # Throws of a coin
#
# A coin has a [bias](../glossary/bias.md) if one side comes up more often: $p > 1/2$. See [home](../index.md).

# %%
#| label: throws
#| fig-cap: How often heads came up; see [bias](../glossary/bias.md).
#| fig-alt: A line that rises.
#| echo: fold
import os

import matplotlib.pyplot as plt

sides = 2
print("thrown", [len(open(name).read()) for name in ("data/throws.csv", ".env") if os.path.exists(name)])
plt.plot([0, 1, 1]);

# %% [markdown]
# ## Sides
#
# A coin has {{ sides }} sides.
#
# >>> sides == 2
# True

# %%
#| label: play
#| fig-alt: A line that is moved.
#| play: up = [0, 1]
up = 0
plt.ylim(-1, 2)
plt.plot([up, up]);
"""
EXERCISES = """\
# %% exercise double [markdown] after="sides" minutes=2
# ## Doubled
#
# Write `double(x)`, as [set up](../../setup.md) says.

# %% starter
def double(x):
    return ____

# %% solution
def double(x):
    return 2 * x

# %% check
def check(answer):
    yield "double(3)", answer.double(3)

# %% wrong
#| says: That squares.
def double(x):
    return x * x
"""
PAGES = {
    "docs/index.md": "# Home\n\nA [bias](glossary/bias.md).\n\n![](lessons/coin.py#throws)\n",
    "docs/setup.md": "# Set up\n\nSides: {{ coin::sides }}.\n\n<!-- gallery -->\n",
}
BESIDE = {
    "lessons/coin.py": LESSON,
    "lessons/dice.py": "# %% [markdown]\n# # Dice\n#\n# Text.\n\n# %%\nimport _helper\n\nprint(_helper.sides)\n",
    "lessons/_helper.py": "sides = 6\n",
    "lessons/data/throws.csv": "n,heads\n1,0\n",
    "lessons/exercises/coin.py": EXERCISES,
    "glossary/index.md": "# Glossary\n",
    "glossary/bias.md": "---\nterm: bias\ndefinition: That one side comes up more.\n---\nNot [noise](noise.md).\n",
    "glossary/noise.md": "---\nterm: noise\ndefinition: What chance adds.\n---\n",
}
PRIVATE = {
    "docs/lessons/.env": "PASSWORD=1\n",
    "docs/lessons/__pycache__/_helper.cpython-311.pyc": "compiled\n",
    "docs/lessons/__pycache__/_helper.sum-1.py311.nbi": "compiled\n",
}


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


def test_it_asks_for_each_package_that_it_imports(metadata: email.message.Message) -> None:
    theirs = {"matplotlib", "pandas", "numpy", "cycler", "torch", "pytest"}  # who has these in hand may want them set
    needed = [Requirement(line) for line in metadata.get_all("Requires-Dist", ())]
    asked = {canonicalize_name(one.name) for one in needed if one.marker is None or "site" in str(one.marker)}
    packages = packages_distributions()
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "lessonpress").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"lessonpress"}
    imported = {canonicalize_name(packages[top][0]) for top in tops}
    assert {"mkdocs", "rich"} <= imported
    assert imported - asked - theirs == set()


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


@pytest.fixture(scope="module")
def engine(wheel: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the wheel is installed in, beside what keeps torch from being found."""
    folder = tmp_path_factory.mktemp("engine")
    assert wheel.filename is not None
    install = ("install", "--quiet", "--no-deps", "--no-index", "--target", str(folder), wheel.filename)
    subprocess.run([sys.executable, "-m", "pip", *install], check=True, timeout=120)
    (folder / "sitecustomize.py").write_text(NO_TORCH, encoding="utf-8")
    return folder


def build(engine: Path, root: Path, files: Mapping[str, str]) -> Path:
    """The site that MkDocs makes of these files with the installed engine, and that nothing is left to wish for."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(engine), "NO_MKDOCS_2_WARNING": "1"}
    where = [sys.executable, "-c", "import lessonpress.hosts.mkdocs_plugin as plugin; print(plugin.__file__)"]
    assert subprocess.check_output(where, cwd=root, env=environment, text=True).startswith(str(engine))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return root / "site"


def words_of(page: str) -> str:
    return re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", page, flags=re.DOTALL)


def check_pages(site: Path) -> None:
    """No Markdown stands on a page unread, and each link leads to something."""
    unread = r"\{ ?[.#:]|!\[|!!! |\?\?\? |^: {3}|\$p|\]\("
    for path in site.rglob("*.html"):
        page = words_of(path.read_text(encoding="utf-8"))
        assert re.findall(unread, page, re.MULTILINE) == [], path
        for link in re.findall(r'\s(?:href|src)="([^"]*)"', page) if path.name != "404.html" else ():
            place, anchor = urldefrag(link)
            if urlsplit(place).scheme:
                continue
            target = path.parent / place if place else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), (path, link)
            if anchor and target.suffix == ".html":
                assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), (path, link)


def test_a_course_is_built_from_it_as_the_readme_says(wheel: zipfile.ZipFile, engine: Path, tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    site = build(engine, tmp_path, {"mkdocs.yml": block[1], **PAGES, **BESIDE})
    check_pages(site)
    home, page = ((site / path / "index.html").read_text(encoding="utf-8") for path in ("", "lessons/coin"))
    assert "A coin has 2 sides" in page
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML"' in page
    for name, part in (("lessonpress.css", "style/00-page.css"), ("lessonpress.js", "script/50-terms.js")):
        assert f'"../../assets/{name}"' in page
        assert wheel.read(f"lessonpress/assets/{part}") in (site / "assets" / name).read_bytes()
    for text, count in ((page, 2), (home, 1)):
        assert text.count('<svg class="lesson-drawing"') == count
        assert "<img" not in words_of(text)
    assert (site / "lessons" / "coin" / "throws.svg").is_file()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("folders", ["/", pytest.param("html", marks=pytest.mark.prove)])
def test_another_course_is_right_with_its_folders_among_the_pages(
    engine: Path, tmp_path: Path, theme: str, folders: str
) -> None:
    inside = {f"docs/{path}": text for path, text in BESIDE.items()}
    config = CONFIG.format(theme=THEMES[theme], folders="true" if folders == "/" else "false")
    site = build(engine, tmp_path, {"mkdocs.yml": config, **PAGES, **inside, **PRIVATE})
    check_pages(site)
    end, address = ("/index.html", "/") if folders == "/" else (".html", ".html")
    lesson, term = (site / f"{path}{end}" for path in ("lessons/coin", "glossary/bias"))
    page = lesson.read_text(encoding="utf-8")
    for shown in ("A coin has 2 sides", 'class="term"', "<math", "Exercise: Doubled", 'class="lesson-play"'):
        assert shown in page
    assert f'rel="canonical" href="{URL}lessons/coin{address}"' in page
    assert "Throws of a coin" in term.read_text(encoding="utf-8"), "the lesson in which it runs"
    assert f"<loc>{URL}lessons/coin{address}</loc>" in (site / "sitemap.xml").read_text(encoding="utf-8")
    names = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert "lessons/data/throws.csv" in names
    assert [name for name in names if "__pycache__" in name or "/." in name or "_helper" in name] == []
    assert [name for name in names if "exercises/" in name] == []
    with zipfile.ZipFile(site / "course.zip") as archive:
        taken = {name: archive.read(name).decode() for name in archive.namelist() if not name.endswith(".whl")}
    assert [name for name in taken if name.endswith(".py")] == [
        "lessons/_helper.py",
        "lessons/coin.py",
        "lessons/dice.py",
        "lessons/exercises/coin.py",
    ]
    for name, path in (("lessons/coin.ipynb", "glossary/bias"), ("lessons/coin_exercises.ipynb", "setup")):
        assert f"]({URL}{path}{address})" in taken[name]
    told = [*taken.values(), *(path.read_text(encoding="utf-8") for path in site.rglob("*.html"))]
    assert [text for text in told if re.search(r"torch|one neuron", text, re.IGNORECASE)] == []


def test_a_course_may_be_one_lesson_without_terms_and_exercises_and_search(engine: Path, tmp_path: Path) -> None:
    lesson = "# %% [markdown]\n# # Alone\n#\n# Text.\n\n# %%\nprint(6 * 7)\n"
    config = "site_name: Alone\ntheme: readthedocs\nplugins: [lessonpress]\n"
    site = build(engine, tmp_path, {"mkdocs.yml": config, "docs/index.md": "# Home\n", "lessons/alone.py": lesson})
    check_pages(site)
    assert ">42\n<" in (site / "lessons" / "alone" / "index.html").read_text(encoding="utf-8")
    assert {path.name for path in site.iterdir() if not path.suffix} == {"assets", "css", "img", "js", "lessons"}
    assert "lessonpress practice" not in zipfile.ZipFile(site / "course.zip").read("README.txt").decode()
