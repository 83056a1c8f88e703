"""The site as a whole: every link leads somewhere, and every build makes the same."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import unquote, urldefrag, urljoin

import nbformat
import pytest

from .conftest import BUILD, copy_course

MEASURED = re.compile(rb'<div class="lesson-varies".*?another run gives other numbers\.</p>\s*</div>', re.DOTALL)


class Links(HTMLParser):
    """A page's anchors, and all that it names by an address."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.anchors, self.named = set[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value:
                self.named.append(value)


def test_every_link_and_anchor_leads_somewhere(site: str) -> None:
    waiting, seen, broken = [site], set[str](), list[str]()
    anchors: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        try:
            with urllib.request.urlopen(url) as answer:
                content = answer.read()
        except HTTPError:
            broken.append(url)
            continue
        if not url.endswith("/"):
            continue
        links = Links(content.decode())
        anchors[url] = links.anchors
        for link in links.named:
            target, anchor = urldefrag(urljoin(url, link))
            if target.startswith(site):
                waiting.append(target)
                wanted.append((url, target, unquote(anchor)))
    missing = [want for want in wanted if want[2] and want[1] in anchors and want[2] not in anchors[want[1]]]
    assert not broken
    assert not missing
    assert len(anchors) > 40, "the crawl has not seen the glossary"


@pytest.mark.prove
def test_a_build_from_nothing_in_another_place_is_the_same_to_the_byte(folder: Path, tmp_path: Path) -> None:
    copy = copy_course(tmp_path / "course")
    result = subprocess.run([*BUILD, copy / "site"], cwd=copy, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    ours, theirs = contents(copy / "site"), contents(folder)
    assert "index.html" in ours
    assert [path for path in ours | theirs if ours.get(path) != theirs.get(path)] == []


# What torch, NumPy and oneDNN are told to do without, as on processors that lack it.
NARROWER = {
    "AVX2": ("X86_V4 AVX512_ICL AVX512_SPR", "AVX2"),
    "DEFAULT": ("X86_V3 X86_V4 AVX512_ICL AVX512_SPR", "SSE41"),
}


@pytest.mark.prove
@pytest.mark.parametrize("capability", NARROWER)
def test_all_that_the_course_says_of_its_runs_holds_on_another_processor(capability: str, tmp_path: Path) -> None:
    without, instructions = NARROWER[capability]
    environment = os.environ | {
        "ATEN_CPU_CAPABILITY": capability.lower(),
        "NPY_DISABLE_CPU_FEATURES": without,
        "ONEDNN_MAX_CPU_ISA": instructions,
    }
    if capability_with(environment) != capability or capability_with(dict(os.environ)) == capability:
        pytest.skip("this processor can't do so, or does so anyway")
    command = [sys.executable, "-m", "lessonpress.hosts.cli", "check"]
    copy = copy_course(tmp_path / "course")
    result = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "nothing is wrong" in result.stdout


def capability_with(environment: dict[str, str]) -> str:
    """The instructions that torch computes with."""
    command = [sys.executable, "-c", "import torch; print(torch.backends.cpu.get_cpu_capability())"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its path, without what cells measured that say so of themselves."""
    return {
        path.relative_to(folder).as_posix(): without_measurements(path.suffix, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def without_measurements(suffix: str, content: bytes) -> bytes:
    if suffix == ".html":
        return MEASURED.sub(b"", content)
    if suffix == ".ipynb":
        notebook = nbformat.reads(content.decode(), as_version=4)
        for cell in notebook.cells:
            if "varies" in cell.metadata.get("tags", ()):
                cell.outputs = []
        return nbformat.writes(notebook).encode()
    if suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            held = {name: without_measurements(Path(name).suffix, archive.read(name)) for name in archive.namelist()}
        return repr(held).encode()
    return content
