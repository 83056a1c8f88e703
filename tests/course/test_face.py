"""The course's own face, in a browser: Home, a lesson's frame, what one has read, the ways to get about, paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from urllib.parse import parse_qs, urlparse

import pytest
from mkdocs.config import load_config
from playwright.sync_api import Browser, Page, Route, sync_playwright

from course.test_site import CHROMIUM, LESSONS, NEURON, OVERFLOW, PAINTED, PHONE, QUIET, ROOT, SCROLL, STILL, WIDE

LOW = {"width": 1280, "height": 500}
READ = "from-one-neuron-read"
Open = Callable[..., Page]

# The letters on each line but the last, of all paragraphs that have several.
LINES = """() => [...document.querySelectorAll("article > p:not([class])")].flatMap((paragraph) => {
    const range = document.createRange(), lines = new Map();
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) for (let i = 0; i < walker.currentNode.length; i++) {
        range.setStart(walker.currentNode, i);
        range.setEnd(walker.currentNode, i + 1);
        const line = Math.round(range.getBoundingClientRect().bottom / 20);
        lines.set(line, (lines.get(line) ?? 0) + 1);
    }
    return [...lines.values()].slice(0, -1);
})"""
# How wide the page's prose is on one line, in the face of the text and in each that stands in for it on this machine.
WIDTHS = """async () => {
    const text = [...document.querySelectorAll("article > p")].map((one) => one.textContent).join(" ");
    const others = [...document.fonts].filter((one) => one.family.includes("As Wide"));
    const real = new FontFace("real", "url(/assets/fonts/source-serif-4.woff2)", {weight: "400 650"});
    const widths = {};
    for (const face of [real, ...others]) try {
        await face.load();
        document.fonts.add(face);
        const line = document.createElement("span");
        line.style.cssText = `position: absolute; white-space: nowrap; font: 20px ${JSON.stringify(face.family)}`;
        line.textContent = text;
        document.body.append(line);
        widths[face.family] = line.getBoundingClientRect().width;
    } catch {} // a face that this machine lacks
    return widths;
}"""
SHIFTS = """
    window.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shifted += entry.value)))
        .observe({type: "layout-shift", buffered: true});
"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; install one, or name it in CHROMIUM")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """Open a page in a browser of its own settings; all that it complains of fails the test."""
    contexts, troubles = [], []

    def visit(path: str, prepare: str = "", **settings: object) -> Page:
        context = browser.new_context(**{"viewport": WIDE, "color_scheme": "light", **settings})  # type: ignore[arg-type]
        contexts.append(context)
        context.add_init_script(prepare)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.goto(site + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert troubles == []


def read_to_the_end(page: Page) -> None:
    page.locator("[data-end]").scroll_into_view_if_needed()
    page.locator(".site-nav .site-read[aria-current]").wait_for(state="attached")


def scheme_of(page: Page) -> str | None:
    return page.locator("body").get_attribute("data-md-color-scheme")


# Home


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, PHONE])
def test_home_has_one_button_in_its_first_view(visit: Open, size: dict[str, int]) -> None:
    page = visit("", viewport=size)
    start = page.locator("article .md-button")
    assert start.inner_text() == "Start with a single neuron →"
    assert start.evaluate("one => one.getBoundingClientRect().bottom < innerHeight")
    start.click()
    assert page.url.endswith(NEURON)


def test_home_shows_each_lesson_with_a_figure_and_its_question(visit: Open) -> None:
    page = visit("")
    page.evaluate(SCROLL)
    cards = page.locator(".site-part .site-card:has(img)")
    assert {"lessons/" + card.get_attribute("href").split("/")[-2] + "/" for card in cards.all()} == set(LESSONS)  # type: ignore[union-attr]
    assert all(card.inner_text().rstrip().endswith("?") for card in cards.all())
    pictures = cards.locator("img:visible")
    assert pictures.count() == len(LESSONS)
    assert pictures.evaluate_all("all => all.every(one => one.naturalWidth > 0)")
    assert page.get_by_role("link", name=f"See all {len(LESSONS)} lessons").count() == 1


# A lesson


def test_a_lesson_says_where_it_stands_and_what_it_is_for(visit: Open) -> None:
    page = visit(NEURON)
    kicker = page.locator("article > .site-kicker").inner_text()
    assert re.fullmatch(r"Lesson 1 of 15 · A network · about \d+ minutes, and \d+ for the exercises", kicker)
    band = page.locator(".lesson-band")
    assert band.locator("dt").all_inner_texts() == ["After it you can", "You need", "Take it with you"]
    assert band.bounding_box()["y"] < 600  # type: ignore[index]
    following = page.get_by_role("navigation", name="Before and after").get_by_role("link").last
    assert re.match(r"Next, lesson 2\s+Deep networks\s+A neuron can only .+\?$", following.inner_text())


@pytest.mark.parametrize("path", LESSONS)
def test_each_lesson_has_a_band_with_all_three(visit: Open, path: str) -> None:
    assert visit(path).locator(".lesson-band dt").count() == 3


def test_a_line_has_about_seventy_letters(visit: Open) -> None:
    page = visit(NEURON)
    page.evaluate("document.fonts.ready")
    lines = page.evaluate(LINES)
    assert len(lines) > 20
    assert 66 <= sum(lines) / len(lines) <= 75


def test_until_the_face_of_the_text_is_there_others_are_as_wide(visit: Open) -> None:
    page = visit(NEURON)
    widths: dict[str, float] = page.evaluate(WIDTHS)
    real = widths.pop("real")
    assert widths, "none of the faces is on this machine"
    assert {name: width / real for name, width in widths.items()} == pytest.approx(dict.fromkeys(widths, 1), abs=0.01)


def test_result_and_code_stand_in_one_frame(visit: Open) -> None:
    page = visit(NEURON)
    code = page.locator(".lesson-code:has(+ .lesson-output) code").first
    result = page.locator(".lesson-code + .lesson-output code").first
    above, below = code.bounding_box(), result.bounding_box()
    assert above is not None
    assert below is not None
    assert (above["x"], above["width"]) == (below["x"], below["width"])
    assert abs(above["y"] + above["height"] - below["y"]) < 1


def test_a_late_font_moves_nothing(browser: Browser, site: str) -> None:
    held: list[Route] = []
    page = browser.new_page(viewport=WIDE)
    page.route("**/source-serif-4*.woff2", lambda route: held.append(route))
    page.add_init_script(SHIFTS)
    page.goto(site + NEURON, wait_until="domcontentloaded")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    while len(held) < 2:  # roman and italic
        page.wait_for_timeout(20)
    for route in held:
        route.continue_()
    page.evaluate("document.fonts.ready")
    loaded = "[...document.fonts].filter(one => one.status == 'loaded' && one.family.includes('Serif 4')).length"
    assert page.evaluate(loaded) == 2
    page.evaluate(PAINTED)
    assert page.evaluate("shifted") <= 0.02
    page.close()


def test_the_search_waits_with_all_it_needs(browser: Browser, site: str) -> None:
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + NEURON, wait_until="networkidle")
    assert not [url for url in asked if "search" in url]
    page.locator(".md-search__input").focus()
    page.keyboard.type("hinge")
    page.locator(".md-search-result__item").first.wait_for()
    page.close()


# What one has read


def test_a_ring_fills_at_a_lessons_end_and_home_goes_on_from_there(visit: Open, site: str) -> None:
    page = visit(NEURON)
    assert page.locator(".site-read").count() == 0
    read_to_the_end(page)
    assert page.locator(".site-nav").get_by_role("link", name="Read: A single neuron").count() == 1
    page.goto(site)
    start = page.locator(".site-start")
    assert start.inner_text() == "Continue with Deep networks →"
    assert page.locator(".site-part .site-read").inner_text().startswith("A single neuron")
    start.click()
    assert page.url.endswith("lessons/deep_networks/")
    page.go_back()
    page.evaluate(f"localStorage.setItem('{READ}', JSON.stringify(['lessons/digits/']))")
    page.reload()
    assert start.inner_text() == "Continue with Why TPUs →"


@pytest.mark.parametrize(
    "storage",
    [
        "Object.defineProperty(window, 'localStorage', {configurable: true, get() { throw new Error('blocked') }})",
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
        f"localStorage.setItem('{READ}', '{{')",
        f"""localStorage.setItem('{READ}', '{{"a": 1}}')""",
        f"localStorage.setItem('{READ}', '[1, null, \"elsewhere/\"]')",
    ],
)
def test_a_storage_that_fails_or_is_foreign_means_no_progress_and_no_error(visit: Open, storage: str) -> None:
    page = visit(NEURON, prepare=storage)
    page.locator("[data-end]").scroll_into_view_if_needed()
    page.wait_for_timeout(100)
    home = visit("", prepare=storage)
    assert home.locator(".site-read").count() == 0
    assert home.locator(".site-start").inner_text() == "Start with a single neuron →"


# The ways to get about


@pytest.mark.parametrize("path", [LESSONS[0], "lessons/digits/", "setup/"])
def test_the_list_of_lessons_opens_whole(visit: Open, path: str) -> None:
    page = visit(path, viewport={"width": 1280, "height": 800})
    page.evaluate(PAINTED)
    scroller = page.locator(".md-sidebar--primary .md-sidebar__scrollwrap")
    assert scroller.evaluate("one => [one.scrollTop, one.scrollHeight - one.clientHeight]") == [0, 0]


def test_in_a_low_window_the_list_shows_the_lesson_one_reads(visit: Open) -> None:
    here = visit("lessons/reading_results/", viewport=LOW).locator(".site-nav [aria-current]")
    here.page.wait_for_function("document.querySelector('.md-sidebar__scrollwrap').scrollTop > 0")
    place = here.bounding_box()
    assert place is not None
    assert 50 < place["y"] < LOW["height"] - place["height"]


def test_the_drawer_is_worked_by_keyboard_and_has_all_pages(visit: Open) -> None:
    page = visit(NEURON, viewport=PHONE)
    links = page.locator(".site-nav a")
    assert not links.first.is_visible(), "closed, no stop for the keyboard"
    menu = page.get_by_role("button", name="Menu")
    menu.press("Enter")
    page.wait_for_function(STILL)
    assert menu.get_attribute("aria-expanded") == "true"
    assert links.first.evaluate("one => one === document.activeElement && one.getBoundingClientRect().left >= 0")
    shown = page.locator(".site-nav a:visible").all_inner_texts()
    assert {"Home", "Glossary", "Questions", "Set up", "Deep networks", "The formula"} <= set(shown)
    page.keyboard.press("Escape")
    page.wait_for_function(STILL)
    assert not links.first.is_visible()


def test_the_theme_is_switched_by_the_space_bar(visit: Open) -> None:
    page = visit("")
    page.locator(".site-palette").focus()
    for scheme in ("slate", "default"):
        page.keyboard.press("Space")
        page.locator(f"body[data-md-color-scheme={scheme}]").wait_for()


def test_a_terms_page_says_that_it_is_in_the_glossary(visit: Open) -> None:
    assert visit("glossary/relu/").locator(".site-links .site-here").all_inner_texts() == ["Glossary"]


def test_a_wide_block_stays_a_stop_for_the_keyboard_whoever_takes_it_away(visit: Open) -> None:
    page = visit(NEURON, viewport=PHONE)
    block = page.locator(".lesson-wide").first
    block.evaluate("block => block.removeAttribute('tabindex')")
    page.wait_for_function("block => block.tabIndex === 0", arg=block.element_handle())


def test_a_page_is_dark_before_the_theme_has_run(visit: Open, site: str) -> None:
    page = visit("404.html", color_scheme="dark")
    page.route("**/bundle.*.js", lambda route: route.fulfill(body=""))
    page.goto(site + NEURON)
    assert scheme_of(page) == "slate"
    page.emulate_media(color_scheme="light")
    page.locator("body[data-md-color-scheme=default]").wait_for()


def test_a_choice_of_colors_stays(visit: Open, site: str) -> None:
    page = visit(NEURON)
    page.get_by_role("button", name="Switch to the dark page").click()
    page.goto(site + "glossary/relu/")
    assert scheme_of(page) == "slate"
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="Switch to the light page").click()
    page.reload()
    assert scheme_of(page) == "default"


@pytest.mark.parametrize("kept", ["", "{", "7", '{"color": {"scheme": "tea"}}'])
def test_what_the_browser_keeps_of_colors_may_be_anything(visit: Open, kept: str) -> None:
    page = visit(NEURON, f"localStorage.setItem('/.__palette', {kept!r})", color_scheme="dark")
    assert scheme_of(page) == "slate"


@pytest.mark.parametrize("path", ["", NEURON, "lessons/deep_networks/", "glossary/relu/", "404.html"])
@pytest.mark.parametrize("width", [320, 768, 1000, 2560])
def test_a_page_is_no_wider_than_its_window(visit: Open, path: str, width: int) -> None:
    page = visit(path, viewport={"width": width, "height": 800})
    page.evaluate(SCROLL)
    assert page.evaluate(OVERFLOW) <= 0
    assert page.locator(".md-header__inner").evaluate("one => one.scrollWidth <= one.clientWidth")


def test_a_page_that_is_not_there_leads_on(visit: Open, site: str) -> None:
    page = visit("404.html")
    hrefs = page.locator("article a").evaluate_all("all => all.map(one => one.href)")
    assert {site + path for path in LESSONS} <= set(hrefs)
    page.get_by_role("searchbox", name="Search the course").fill("learning rate")
    page.keyboard.press("Enter")
    page.locator(".md-search-result__item").first.wait_for()
    assert parse_qs(urlparse(page.url).query) == {"q": ["learning rate"]}


@pytest.mark.parametrize("repository", ["", "https://github.com/some/course/"])
def test_a_mistake_can_be_reported_where_there_is_a_repository(repository: str) -> None:
    config = load_config(str(ROOT / "mkdocs.yml"))
    config.repo_url = repository
    template = config.theme.get_env().get_template("partials/footer.html")
    footer = template.render(config=config, nav=SimpleNamespace(items=[]), page=SimpleNamespace(title="Why & how"))
    found = re.findall(r'href="(.*?)"', footer)
    link = "https://github.com/some/course/issues/new?title=A%20mistake%20in%20%E2%80%9CWhy%20%26%20how%E2%80%9D"
    assert found == ([link] if repository else [])


# Other ways to read


def test_without_scripts_a_page_is_whole_and_offers_nothing_that_needs_one(visit: Open) -> None:
    page = visit(NEURON, viewport=PHONE, java_script_enabled=False)
    assert page.locator("article h2").first.is_visible()
    assert page.locator(".site-ring:visible, .site-find:visible, .md-search:visible").count() == 0
    page.locator(".site-menu").click()
    page.locator(".site-nav a").first.wait_for(state="visible")


def test_on_paper_a_dark_page_is_as_a_light_one(visit: Open) -> None:
    colors = """all => all.filter(one => one.checkVisibility()).map(getComputedStyle)
        .map(style => [style.color, style.backgroundColor])"""
    found = []
    for scheme in ("light", "dark"):
        page = visit(NEURON, color_scheme=scheme)
        page.locator(f"body[data-md-color-scheme={'slate' if scheme == 'dark' else 'default'}]").wait_for()
        page.emulate_media(media="print")
        page.wait_for_function(STILL)
        found.append(page.locator("body, article :is(p, h2, figcaption, code, pre span, summary)").evaluate_all(colors))
        gone = ".md-header, .md-sidebar--primary, .md-footer, .site-neighbors, .md-code__nav, .headerlink"
        assert page.locator(gone).evaluate_all("all => all.filter(one => one.checkVisibility()).length") == 0
        assert page.locator("article h2").first.evaluate("one => getComputedStyle(one).breakAfter") == "avoid"
    assert len(found[0]) > 100
    assert found[0] == found[1]


def test_in_forced_colors_a_full_ring_differs_from_an_empty_one(visit: Open) -> None:
    page = visit(NEURON, forced_colors="active", prepare=f"localStorage.setItem('{READ}', '[\"{NEURON}\"]')")
    page.locator(".site-nav .site-read").wait_for()
    rings = page.locator(".site-nav .site-ring")
    widths = [rings.nth(place).evaluate("one => getComputedStyle(one).borderTopWidth") for place in (0, -1)]
    assert [round(float(width.removesuffix("px"))) for width in widths] == [6, 1], "half of it, and a line"
