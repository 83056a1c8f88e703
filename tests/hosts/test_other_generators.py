"""The course under generators other than MkDocs: the export under Zensical, the site itself under ProperDocs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from small_project import FIGURE, Project

HEADING = re.compile(r'<h[1-6][^>]*\sid="([^"]+)"')
SITE = """
site_name: Tiny
theme: {name: material}
markdown_extensions:
  [admonition, attr_list, def_list, md_in_html, sane_lists, tables, {toc: {permalink: true}},
   {pymdownx.arithmatex: {generic: true}}, pymdownx.details, pymdownx.highlight, pymdownx.inlinehilite,
   pymdownx.superfences]
"""


@pytest.fixture
def rich(project: Project) -> Project:
    """A course with whatever has an address: lessons, terms, headings, figures, the same heading twice."""
    project.write_lesson(
        "good",
        "# A [bias](../glossary/bias.md), and [another](other.py#a-part).\n#\n# ## A part\n#\n# $x_2$\n#\n# - a list",
        FIGURE,
        "# ## The `zero_grad` call\n#\n# ## A part\n#\n# >>> 1 + 1\n# 2",
    )
    project.write_lesson("other", "# ## A part\n#\n# [Back](good.py)", "print('it is')")
    project.write("docs/index.md", "# Home\n\nTo [a lesson](lessons/good.py#a-part), it is {{ 6 * 7 }}.\n")
    return project


def anchors_by_page(site: Path) -> dict[str, list[str]]:
    """The anchors of all headings in a site, in their order, by the page's path; those of the theme left out."""
    found = {}
    for path in site.rglob("*.html"):
        anchors = [
            anchor for anchor in HEADING.findall(path.read_text(encoding="utf-8")) if not anchor.startswith("__")
        ]
        found[path.relative_to(site).as_posix()] = anchors
    return found


@pytest.mark.skipif(find_spec("zensical") is None, reason="zensical is not installed")
def test_the_export_is_the_same_site_under_zensical(rich: Project, tmp_path: Path) -> None:
    built = rich.build()
    assert built.returncode == 0, built.stderr
    other = tmp_path / "other"
    command = [sys.executable, "-m", "lessonpress.hosts.cli", "--root", str(rich.root), "export", str(other / "docs")]
    subprocess.run(command, check=True, capture_output=True)
    (other / "mkdocs.yml").write_text(SITE, encoding="utf-8")
    zensical = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(zensical, cwd=other, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    expected = anchors_by_page(rich.root / "site")
    assert len(expected) >= 6
    assert sum(map(len, expected.values())) >= 8
    assert anchors_by_page(other / "site") == expected


@pytest.mark.skipif(find_spec("properdocs") is None, reason="properdocs is not installed")
def test_the_site_is_the_same_under_properdocs(rich: Project) -> None:
    sites = []
    for module in ("mkdocs", "properdocs"):
        command = [sys.executable, "-m", module, "build", "--strict", "-f", "mkdocs.yml"]
        done = subprocess.run(command, cwd=rich.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        sites.append(anchors_by_page(rich.root / "site"))
        shutil.rmtree(rich.root / "site")
    assert sites[0] == sites[1]
    assert len(sites[0]) >= 6
