"""The site as a reader meets it, in a browser."""

from __future__ import annotations

import functools
import gzip
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlparse

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Browser, Page, Response, sync_playwright

from lessonpress.run.svg import HOUSE, INK

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LESSONS = [f"lessons/{path.stem}/" for path in sorted((ROOT / "lessons").glob("[!_]*.py"))]
OF_EACH_KIND = {"digits", "gradient_descent", "single_neuron"}
PAGES = ["", "404.html", "setup/", "data/", "questions/", "map/", "gallery/"]
PAGES += ["glossary/", "glossary/map/", "glossary/bias/", "glossary/relu/"]
LOOKED_AT = [  # the others wait for the sweep
    path if Path(path).name in OF_EACH_KIND else pytest.param(path, marks=pytest.mark.sweep) for path in LESSONS
]
TERMS = {f"glossary/{path.stem}/" for path in (ROOT / "glossary").glob("*.md") if path.stem != "index"}
NEURON = "lessons/single_neuron/"

# Until what was done is painted, or a second later: Chromium may stop to paint, and `evaluate` has no limit of its own.
PAINTED = """() => Promise.race([
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    new Promise((done) => setTimeout(done, 1000)),
])"""
# To the end and back, so that what loads late has loaded: a picture does when it comes into view.
SCROLL = f"""async () => {{
    const painted = {PAINTED};
    for (let place = 0; place < document.documentElement.scrollHeight; place += innerHeight) {{
        scrollTo({{top: place, behavior: "instant"}});
        await painted();
    }}
    const shown = [...document.images].filter(image => image.checkVisibility());
    await Promise.allSettled(shown.map(image => (image.loading = "eager", image.decode())));
    await document.fonts.ready;
    scrollTo({{top: 0, behavior: "instant"}});
}}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
INKS = {
    scheme: f"rgb({', '.join(str(int(color[place : place + 2], 16)) for place in (1, 3, 5))})"
    for scheme, color in (("light", INK), ("dark", HOUSE[INK][1]))
}
# The theme fades from light to dark. Not for `wait_for_function`, which the pages' policy keeps from asking again.
STILL = """Promise.race([
    Promise.allSettled(document.getAnimations().map((one) => one.finished)),
    new Promise((done) => setTimeout(done, 5000)),
])"""
BRIEF = {"resultTypes": ["violations"]}  # of what passes, one place is enough to tell of

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; install Debian's package, or name one in CHROMIUM"
)


@dataclass
class Visit:
    """What one visit of a page has shown, on a phone and on a wide screen, in light and in dark."""

    troubles: list[str] = field(default_factory=list)
    overflow: dict[str, int] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)
    barriers: dict[str, AxeResults] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)


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


@pytest.fixture(scope="module")
def visit(browser: Browser, site: str) -> Callable[[str], Visit]:
    """Visit a page, once for all that is asked of it."""
    return functools.cache(functools.partial(visit_page, browser, site))


def visit_page(browser: Browser, site: str, path: str) -> Visit:
    visit = Visit()
    context = browser.new_context(viewport=PHONE, color_scheme="light")
    page = context.new_page()
    loaded = listen(page, site, visit.troubles)
    page.goto(site + path)
    page.evaluate(SCROLL)
    visit.overflow["light"] = page.evaluate(OVERFLOW)
    visit.barriers["phone"] = Axe().run(page, options=BRIEF | {"runOnly": ["scrollable-region-focusable"]})
    page.set_viewport_size(WIDE)
    page.evaluate(SCROLL)
    visit.barriers["light"] = Axe().run(page, options=BRIEF)
    so_far = dict(loaded)  # events come in while a body does
    visit.weights = {url: len(gzip.compress(response.body(), mtime=0)) for url, response in so_far.items()}
    turn_dark(page)
    page.evaluate(SCROLL)
    visit.barriers["dark"] = Axe().run(page, options=BRIEF | {"runOnly": ["color-contrast"]})  # nothing else differs
    page.set_viewport_size(PHONE)
    page.evaluate(SCROLL)
    visit.overflow["dark"] = page.evaluate(OVERFLOW)
    if path in LESSONS:
        visit.taken = dict(take_home(page))
    context.close()
    return visit


def listen(page: Page, site: str, troubles: list[str]) -> dict[str, Response]:
    """Note all that a page complains of, asks for in vain, or asks another host for; hand over what it loads."""
    loaded: dict[str, Response] = {}
    page.on("console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("requestfailed", lambda request: troubles.append(request.url))
    page.on("response", lambda response: troubles.append(response.url) if response.status >= 400 else None)
    page.on("response", lambda response: loaded.setdefault(response.url, response))
    page.on("request", lambda request: troubles.append(request.url) if foreign(request.url, site) else None)
    return loaded


def take_home(page: Page) -> Iterator[tuple[str, str]]:
    """The files that a lesson offers, by the names they are saved under."""
    for text in ("Notebook", "Python file"):
        with page.expect_download() as download:
            page.get_by_role("link", name=text, exact=True).click()
        yield download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


Visits = Callable[[str], Visit]


@pytest.mark.parametrize("path", [*PAGES, *LOOKED_AT])
def test_a_page_loads_without_an_error_or_another_host(visit: Visits, path: str) -> None:
    assert visit(path).troubles == []


@pytest.mark.parametrize("path", [*PAGES, *LOOKED_AT])
def test_a_page_is_no_wider_than_a_phone(visit: Visits, path: str) -> None:
    assert max(visit(path).overflow.values()) <= 0


@pytest.mark.parametrize("path", [*PAGES, *LOOKED_AT])
def test_axe_finds_no_barrier(visit: Visits, path: str) -> None:
    barriers = visit(path).barriers
    assert len(barriers["dark"].response["passes"]) == 1
    for found in barriers.values():
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", LOOKED_AT)
def test_a_lesson_weighs_at_most_200_kb(visit: Visits, path: str) -> None:
    weights = visit(path).weights
    assert sum(weights.values()) <= 200_000, weights


@pytest.mark.parametrize("path", LOOKED_AT)
def test_a_lesson_can_be_taken_home(visit: Visits, path: str) -> None:
    name, taken = Path(path).name, visit(path).taken
    assert set(taken) == {f"{name}.ipynb", f"{name}.py"}
    assert taken[f"{name}.py"] == (ROOT / "lessons" / f"{name}.py").read_text(encoding="utf-8")
    notebook = nbformat.reads(taken[f"{name}.ipynb"], as_version=4)
    nbformat.validate(notebook)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert any("image/svg+xml" in output.get("data", {}) for output in outputs)


def test_a_link_to_a_term_shows_its_definition_on_a_card(page: Page, site: str) -> None:
    page.goto(site + NEURON)
    page.locator("article a[href*='glossary/bias']").first.hover()
    card = page.locator(".lesson-card")
    card.wait_for(state="visible", timeout=3000)
    assert card.inner_text().startswith("The number a neuron adds to its weighted inputs")
    assert page.locator(".md-tooltip2").count() == 0, "the theme's own would cover it"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_figure_fits_the_page(browser: Browser, site: str, scheme: Literal["light", "dark"]) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    page.goto(site + NEURON)
    drawing = page.locator("figure#fig-fit svg.lesson-drawing")
    assert (drawing.get_attribute("aria-label") or "").startswith("The scatter plot of calories")
    assert drawing.evaluate("drawing => 200 < drawing.clientWidth && drawing.clientWidth <= innerWidth")
    assert ink_of(page) == INKS[scheme]
    context.close()


def test_the_switch_changes_the_figures_too(page: Page, site: str) -> None:
    page.goto(site + NEURON)
    assert ink_of(page) == INKS["light"]
    turn_dark(page)
    assert ink_of(page) == INKS["dark"]


def test_formulas_are_set_in_the_font_of_the_site(page: Page, site: str) -> None:
    page.goto(site + NEURON)
    assert page.locator("article math").count() >= 2
    assert page.evaluate(
        "document.fonts.ready.then(all => [...all].some(f => f.family.includes('STIX') && f.status == 'loaded'))"
    )
    assert page.locator("script[src*='math' i]").count() == 0


def test_code_can_be_copied_and_results_are_set_apart(page: Page, site: str) -> None:
    page.goto(site + NEURON)
    blocks = page.locator("article > .lesson-code").all()
    assert len(blocks) >= 8
    for block in blocks[:8]:  # each gets its button as it comes into view
        block.scroll_into_view_if_needed()
        block.locator("button[data-md-type='copy'], .md-clipboard").first.wait_for()
    code, output = page.locator(".lesson-code code").first, page.locator(".lesson-output code").first
    ground = "one => getComputedStyle(one).backgroundColor"
    assert code.evaluate(ground) != output.evaluate(ground) == "rgba(0, 0, 0, 0)"


def test_search_finds_what_a_lesson_says(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "search_index" in request.url else None)
    page.goto(site, wait_until="networkidle")  # nothing is to come
    assert asked == [], "the index is the largest file, and nobody has searched yet"
    page.locator("input[name='query']").click()
    page.keyboard.type("hinge", delay=30)
    page.locator(".md-search-result", has_text="Deep networks").wait_for(timeout=10_000)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("nueron", "neuron"),
        ("relus", "relu"),
        ("what is a neuron", "neuron"),
        ("cost function", "loss"),
        ("nn.Linear", "dense-layer"),
        ("loss", "loss"),
        ("mse", "mean-squared-error"),
        ("sgd", "stochastic-gradient-descent"),
        ("gradient", "gradient"),
        ("relu", "relu"),
        ("learning rate", "learning-rate"),
        ("backprop", "backpropagation"),
        ("overfit", "overfitting"),
    ],
)
def test_what_a_beginner_asks_for_comes_first_with_its_definition(
    page: Page, site: str, query: str, first: str
) -> None:
    page.goto(f"{site}?q={query}")
    result = page.locator(".md-search-result__item").first
    assert f"/glossary/{first}/" in (result.locator("a").first.get_attribute("href") or "")
    matter = (ROOT / "glossary" / f"{first}.md").read_text(encoding="utf-8")
    definition = re.search(r"^definition: [\"']?(.{20})", matter, re.MULTILINE)
    assert definition
    assert definition[1] in result.inner_text()


def test_the_search_index_is_small_and_holds_no_code(folder: Path) -> None:
    index = (folder / "search" / "search_index.json").read_bytes()
    assert len(gzip.compress(index, mtime=0)) < 120_000
    assert b"import torch" not in index


def test_the_glossary_shows_what_one_types(page: Page, site: str) -> None:
    page.goto(site + "glossary/")
    entries = page.locator("article dt:visible")
    assert entries.count() == len(TERMS)
    page.get_by_label("Find a term").fill("batch NORM")
    assert "batch normalization" in entries.all_inner_texts()
    assert entries.count() < 10


def test_a_solution_unfolds_and_was_run(page: Page, site: str) -> None:
    page.goto(site + NEURON)
    answer = page.locator("#exercise-ten-grams ~ details.success").first
    assert answer.locator("code").is_hidden()
    answer.locator("summary").press("Enter")
    assert answer.inner_text().split("\n")[:4] == ["Solution", "", "10", ""]
    assert "(115 - 90) / 2.5" in answer.locator("code").inner_text()


def test_a_prediction_is_answered_in_the_page_and_counted_on_home(page: Page, site: str) -> None:
    page.goto(site + NEURON)
    exercise = page.locator('[data-exercise="single_neuron/ten_grams"]')
    exercise.get_by_label("Your answer").fill("46")
    exercise.get_by_role("button", name="Check").click()
    assert exercise.get_by_role("status").inner_text() not in ("", "Right.")
    exercise.get_by_label("Your answer").fill("10,0")
    exercise.get_by_label("Your answer").press("Enter")
    assert exercise.get_by_role("status").inner_text() == "Right."
    page.goto(site)
    progress = page.locator("[data-exercises]")
    progress.wait_for(state="visible")
    assert re.match(r"You have solved 1 of \d{3} exercises\. Continue: ", progress.inner_text())
    progress.get_by_role("link").click()
    assert page.url.startswith(site + NEURON)


def test_what_the_site_offers_to_take_home_is_there(page: Page, site: str) -> None:
    page.goto(site + NEURON)
    for name in ("Notebook", "Python file", "Zip that runs at home"):
        link = page.get_by_role("link", name=name)
        assert page.request.get(link.evaluate("link => link.href")).ok
    assert page.request.get(site + "course.zip").ok


def test_the_keyboard_reaches_the_text_first(page: Page, site: str) -> None:
    page.goto(site + NEURON)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to content"


def test_on_paper_there_are_light_figures_and_no_buttons(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport=WIDE, color_scheme="dark")
    page = context.new_page()
    page.goto(site + NEURON)
    page.emulate_media(media="print")
    assert page.locator(".lesson-downloads").is_hidden()
    assert ink_of(page) == INKS["light"]
    context.close()


def foreign(url: str, site: str) -> bool:
    return urlparse(url).scheme in ("http", "https", "ws", "wss") and urlparse(url).netloc != urlparse(site).netloc


def ink_of(page: Page) -> str:
    """The color of a figure's letters, as a browser has come to it."""
    return str(page.locator("figure#fig-fit text").first.evaluate("text => getComputedStyle(text).fill"))


def turn_dark(page: Page) -> None:
    """Press the switch, and wait until the colors have changed."""
    page.evaluate("scrollTo(0, 0)")
    page.locator(".site-palette").click()
    page.locator("body[data-md-color-scheme=slate]").wait_for(timeout=5000)
    page.evaluate(STILL)
