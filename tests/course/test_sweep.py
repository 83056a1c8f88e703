"""Every page of the site at every width and in both themes, its HTML, and Lighthouse: what takes long.

Lighthouse and the checker of HTML come from npm's registry, by `npx`; the checker needs Java.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from . import compressed
from .test_site import BRIEF, CHROMIUM, LESSONS, OVERFLOW, ROOT, SCROLL, STILL, TERMS, browser, listen

WIDTHS = (320, 390, 768, 1280)  # CSS pixels
DOCS = {path.stem.replace("index", "") for path in (ROOT / "docs").glob("*.md")}
PAGES = ["404.html", "glossary/", *(f"{name}/" if name else "" for name in sorted(DOCS)), *LESSONS, *sorted(TERMS)]
FAULTS_OF_THE_THEME = Path(__file__).with_name("theme_faults.txt")
LIGHTHOUSE, CHECKER = "lighthouse@12", "vnu-jar@26.9.27"  # Lighthouse 13 wants a newer Node than 20
LEAST, MOST_SHIFT, TIMES = 95, 0.02, 3
needs_npx = pytest.mark.skipif(shutil.which("npx") is None, reason="no npx; install Node 20 or newer")

__all__ = ["browser"]
pytestmark = [
    pytest.mark.sweep,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; see tests/course/test_site.py"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_at_every_width(browser: Browser, site: str, path: str, scheme: Any) -> None:
    faults: list[str] = []
    context = browser.new_context(color_scheme=scheme, viewport={"width": WIDTHS[0], "height": 800})
    page = context.new_page()
    listen(page, site, faults)
    page.goto(site + path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(SCROLL)
        page.evaluate(STILL)  # what moves to its place at another width is wider than the page on its way
        faults += faults_at(page, width, scheme)
    policies = page.locator("head > meta[http-equiv='Content-Security-Policy']").count()
    context.close()
    assert faults == []
    assert policies == 1


def faults_at(page: Page, width: int, scheme: str) -> Iterator[str]:
    """What is wrong with a page at a width; in the dark theme nothing differs for axe but colors."""
    if (wider := page.evaluate(OVERFLOW)) > 0:
        yield f"{width}: {wider} px too wide"
    options = BRIEF if scheme == "light" else BRIEF | {"runOnly": ["color-contrast"]}
    found = Axe().run(page, options=options)
    if found.violations_count:
        yield f"{width}: {found.generate_report()}"


@pytest.fixture(scope="module")
def compressing(folder: Path) -> Iterator[str]:
    """The address of the site, served as hosts of static sites do."""
    command = [sys.executable, "-u", compressed.__file__, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


@needs_npx
@pytest.mark.parametrize("path", ["", "glossary/relu/", "longest"])
def test_lighthouse_gives_95_or_more_in_all_four(compressing: str, folder: Path, path: str) -> None:
    if path == "longest":
        path = max(LESSONS, key=lambda lesson: (folder / lesson / "index.html").stat().st_size)
    reports = [look(compressing + path) for _ in range(TIMES)]
    scores = {
        name: statistics.median(100 * report["categories"][name]["score"] for report in reports)
        for name in reports[0]["categories"]
    }
    shift = statistics.median(report["audits"]["cumulative-layout-shift"]["numericValue"] for report in reports)
    print(f"{path or 'Home'}: {scores}, CLS {shift:.4f}")
    assert len(scores) == 4
    assert min(scores.values()) >= LEAST, scores
    assert shift <= MOST_SHIFT


def look(url: str) -> dict[str, Any]:
    """Lighthouse's report on a page, as a phone sees it."""
    flags = "--headless=new --no-sandbox --disable-gpu"
    command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    command.append("--only-categories=performance,accessibility,best-practices,seo")
    environment = os.environ | {"CHROME_PATH": str(CHROMIUM)}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@needs_npx
@pytest.mark.skipif(shutil.which("java") is None, reason="no Java, which the checker of HTML needs")
def test_the_html_of_all_pages_is_valid_but_for_the_themes_own_faults(folder: Path) -> None:
    command = ["npx", "--yes", f"--package={CHECKER}", "vnu", "--skip-non-html", "--errors-only"]
    command += ["--filterfile", str(FAULTS_OF_THE_THEME), str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")
