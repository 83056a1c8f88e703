"""The site as a reader meets it: built whole, then opened in a browser."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlparse

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PAGES = ["", "setup/", "data/", "questions/", "map/", "glossary/", "glossary/bias/", "glossary/relu/"]
LESSONS = [f"lessons/{path.stem}/" for path in sorted((ROOT / "lessons").glob("[!_]*.py"))]

MEASURED = re.compile(rb'<div class="lesson-varies".*?another run gives other numbers\.</p>\s*</div>', re.DOTALL)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; install Debian's package, or name one in CHROMIUM"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make site` does, in a folder of its own."""
    folder = tmp_path_factory.mktemp("built") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address the site is served at, by a process of its own: a thread would share the tests' interpreter."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    untraced = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    with subprocess.Popen(
        command, env=untraced, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split("(")[1].split(")")[0]  # Serving HTTP on … port … (http://…/) ...
        server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES + LESSONS)
def test_a_page_loads_without_an_error_or_another_host(browser: Browser, site: str, path: str) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme="light")
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("response", lambda response: troubles.append(response.url) if response.status >= 400 else None)
    page.on("request", lambda request: troubles.append(request.url) if foreign(request.url, site) else None)
    page.goto(site + path, wait_until="networkidle")
    scroll_through(page)
    turn_dark(page)
    scroll_through(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    context.close()
    assert troubles == []
    assert overflow <= 0, "the page is wider than a phone"


@pytest.mark.parametrize("path", ["", "questions/", "map/", "glossary/", "glossary/bias/", *LESSONS])
def test_axe_finds_no_barrier(page: Page, site: str, path: str) -> None:
    page.goto(site + path, wait_until="networkidle")
    light = Axe().run(page)
    assert light.violations_count == 0, light.generate_report()
    turn_dark(page)
    dark = Axe().run(page, options={"runOnly": ["color-contrast"]})  # nothing else differs between the two
    assert len(dark.response["passes"]) == 1
    assert dark.violations_count == 0, dark.generate_report()


def test_every_link_and_anchor_leads_somewhere(page: Page, site: str) -> None:
    waiting, seen, broken = [site], set[str](), list[str]()
    anchors: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        if not url.endswith("/"):
            if page.request.get(url).status != 200:
                broken.append(url)
            continue
        if page.goto(url).status != 200:  # type: ignore[union-attr]
            broken.append(url)
            continue
        anchors[url] = set(page.eval_on_selector_all("[id]", "all => all.map(one => one.id)"))
        for link in page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)"):
            target, anchor = urldefrag(urljoin(url, link))
            if not foreign(target, site) and target.startswith("http"):
                waiting.append(target)
                wanted.append((url, target, anchor))
    missing = [want for want in wanted if want[2] and want[1] in anchors and want[2] not in anchors[want[1]]]
    assert not broken
    assert not missing
    assert len(anchors) > 40, "the crawl has not seen the glossary"


@pytest.mark.parametrize("how", ["hover", "focus"])
def test_a_link_to_a_term_shows_its_definition(page: Page, site: str, how: str) -> None:
    page.goto(site + "lessons/single_neuron/", wait_until="networkidle")
    link = page.locator("article a[href*='glossary/bias']").first
    getattr(link, how)()
    page.get_by_text("The number a neuron adds to its weighted inputs").first.wait_for(state="visible", timeout=3000)


@pytest.mark.parametrize(("scheme", "shown"), [("light", "light"), ("dark", "dark")])
def test_a_figure_fits_the_page(browser: Browser, site: str, scheme: str, shown: str) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    page.goto(site + "lessons/single_neuron/", wait_until="networkidle")
    scroll_through(page)
    pictures = page.locator("figure#fit img:visible")
    assert pictures.count() == 1
    assert f"fit-{shown}.svg" in (pictures.get_attribute("src") or "")
    assert (pictures.get_attribute("alt") or "").startswith("The scatter plot of calories")
    assert pictures.evaluate("image => image.complete && image.naturalWidth > 0 && image.clientWidth <= innerWidth")
    context.close()


def test_the_switch_changes_the_figures_too(page: Page, site: str) -> None:
    page.goto(site + "lessons/single_neuron/", wait_until="networkidle")
    turn_dark(page)
    assert "fit-dark.svg" in (page.locator("figure#fit img:visible").get_attribute("src") or "")


def test_formulas_are_set_in_the_font_of_the_site(page: Page, site: str) -> None:
    page.goto(site + "lessons/single_neuron/", wait_until="networkidle")
    assert page.locator("article math").count() >= 2
    assert page.evaluate(
        "document.fonts.ready.then(all => [...all].some(f => f.family.includes('STIX') && f.status == 'loaded'))"
    )
    assert page.locator("script[src*='math' i]").count() == 0


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_weighs_at_most_200_kb(page: Page, site: str, path: str) -> None:
    loaded: dict[str, Response] = {}
    page.on("response", lambda response: loaded.setdefault(response.url, response))
    page.goto(site + path, wait_until="networkidle")
    scroll_through(page)
    packed = {url: len(gzip.compress(response.body(), mtime=0)) for url, response in loaded.items()}
    assert sum(packed.values()) <= 200_000, packed


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_can_be_taken_home(page: Page, site: str, folder: Path, path: str) -> None:
    page.goto(site + path)
    for text, ending in [("Notebook", ".ipynb"), ("Python file", ".py")]:
        with page.expect_download() as download:
            page.get_by_role("link", name=text, exact=True).click()
        taken = Path(download.value.path()).read_text(encoding="utf-8")
        assert download.value.suggested_filename == Path(path).name + ending
        if ending == ".py":
            assert taken == (ROOT / path.rstrip("/")).with_suffix(".py").read_text(encoding="utf-8")
        else:
            notebook = nbformat.reads(taken, as_version=4)
            nbformat.validate(notebook)
            assert any(
                "image/svg+xml" in output.get("data", {})
                for cell in notebook.cells
                for output in cell.get("outputs", ())
            )


def test_code_can_be_copied_and_results_are_set_apart(page: Page, site: str) -> None:
    page.goto(site + "lessons/single_neuron/", wait_until="networkidle")
    assert page.locator(".lesson-code button[data-md-type='copy'], .lesson-code .md-clipboard").count() >= 8
    code, output = page.locator(".lesson-code code").first, page.locator(".lesson-output code").first
    edge = "one => getComputedStyle(one).borderLeftWidth"
    assert code.evaluate(edge) == "0px"
    assert output.evaluate(edge) != "0px"


def test_search_finds_what_a_lesson_says(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "search_index" in request.url else None)
    page.goto(site, wait_until="networkidle")
    assert asked == [], "the index is the largest file, and nobody has searched yet"
    page.locator("input[name='query']").click()
    page.keyboard.type("hinge", delay=30)
    page.locator(".md-search-result", has_text="Deep networks").wait_for(timeout=10_000)


def test_the_glossary_shows_what_one_types(page: Page, site: str) -> None:
    page.goto(site + "glossary/", wait_until="networkidle")
    entries = page.locator("article dt:visible")
    everything = entries.count()
    assert everything > 100, "terms and their other names"
    page.get_by_label("Find a term").fill("batch NORM")
    assert "batch normalization" in entries.all_inner_texts()
    assert entries.count() < 10
    assert page.get_by_role("status").inner_text() == f"{entries.count()} of {everything} entries"
    page.get_by_label("Find a term").fill("")
    assert entries.count() == everything


def test_an_answer_unfolds_and_was_run(page: Page, site: str) -> None:
    page.goto(site + "lessons/single_neuron/", wait_until="networkidle")
    answer = page.locator("details.success").first
    assert answer.locator("code").is_hidden()
    answer.locator("summary").build("Enter")
    assert "115.0" in answer.locator("code").inner_text()


def test_the_keyboard_reaches_the_text_first(page: Page, site: str) -> None:
    page.goto(site + "lessons/single_neuron/", wait_until="networkidle")
    page.keyboard.build("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to content"


def test_on_paper_there_are_light_figures_and_no_buttons(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport=WIDE, color_scheme="dark")
    page = context.new_page()
    page.goto(site + "lessons/single_neuron/", wait_until="networkidle")
    page.emulate_media(media="print")
    assert page.locator(".lesson-downloads").is_hidden()
    assert "-light.svg" in (page.locator("figure#fit img:visible").get_attribute("src") or "")
    context.close()


def test_two_builds_from_nothing_are_the_same_to_the_byte(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "course"
    for part in ("docs", "lessons", "glossary"):
        shutil.copytree(ROOT / part, copy / part)
    shutil.copy(ROOT / "mkdocs.yml", copy)
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "--strict"], cwd=copy, check=True, capture_output=True
    )
    ours, theirs = contents(copy / "site"), contents(folder)
    assert [path for path in ours | theirs if ours.get(path) != theirs.get(path)] == []


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
    return content


def foreign(url: str, site: str) -> bool:
    return urlparse(url).scheme in ("http", "https", "ws", "wss") and urlparse(url).netloc != urlparse(site).netloc


def turn_dark(page: Page) -> None:
    """BuildResult the switch, and wait until the colors have changed."""
    page.evaluate("scrollTo(0, 0)")
    page.locator("label[for='__palette_1']").click()
    page.locator("body[data-md-color-scheme=slate]").wait_for(timeout=5000)
    page.wait_for_timeout(300)  # the theme fades from one to the other


def scroll_through(page: Page) -> None:
    """To the end and back, so that what loads late has loaded."""
    height = page.evaluate("document.documentElement.scrollHeight")
    for place in range(0, height, 600):
        page.evaluate(f"window.scrollTo(0, {place})")
        page.wait_for_timeout(20)
    page.wait_for_load_state("networkidle")
