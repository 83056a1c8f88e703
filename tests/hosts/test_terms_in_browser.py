"""Terms as a reader meets them, in a browser and in any theme: the card, the index, the map, the search."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from served import served
from warm_mkdocs import run_mkdocs

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
THEMES = {"material": "{name: material, font: false}", "mkdocs": "mkdocs", "readthedocs": "readthedocs"}
SITE = """
site_name: Tiny
theme: {theme}
plugins: [search, {{lessonpress: {{preload: [matplotlib.pyplot]}}}}]
markdown_extensions: [admonition, attr_list, def_list, md_in_html, pymdownx.details, pymdownx.superfences]
not_in_nav: /glossary/*
nav: [index.md, lessons/tiny.py, glossary/index.md]
"""
LESSON = """\
# %% [markdown]
# # Tiny
#
# A long enough line, so that what it ends in stands near the edge of a narrow page: [the bias](../glossary/bias.md).
#
# What stands below it.
#
# Text.
#
# Text.
#
# Text.
#
# Text, about [a cost](../glossary/loss.md).

# %%
secret = "unsaid"
print(secret)

# %% [markdown]
# >>> bool(secret)
# True
"""
TERMS = {
    "bias": ("bias", "[offset, neuron offset]", "The number that a neuron adds.", "Beside [the loss](loss.md)."),
    "gradient": ("gradient", "[]", "All slopes of a function.", "A neuron has one."),
    "loss": (
        "loss",
        "[cost, cost function]",
        "How wrong a model is.",
        "See [bias](bias.md) and [gradient](gradient.md).",
    ),
    "neuron": ("neuron", "[unit]", "What weighs and adds.", "Text."),
    "stochastic-gradient-descent": ("stochastic gradient descent", "[SGD]", "Gradient after gradient.", "Gradient."),
    "activation-function": ("activation function", "[]", "What bends neurons.", "Of neurons and losses."),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a small course is served, in a folder for each theme."""
    root = tmp_path_factory.mktemp("terms")
    files = {"docs/index.md": "# Home\n", "lessons/tiny.py": LESSON, "glossary/index.md": "# Glossary\n"}
    for slug, (name, synonyms, definition, text) in TERMS.items():
        matter = f"term: {name}\nsynonyms: {synonyms}\ndefinition: {definition}"
        files[f"glossary/{slug}.md"] = f"---\n{matter}\n---\n\n{text}\n"
    for path, text in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    for name, theme in THEMES.items():
        (root / f"{name}.yml").write_text(SITE.format(theme=theme), encoding="utf-8")
        quiet = {"NO_MKDOCS_2_WARNING": "1"}
        done = run_mkdocs(root, "build", "--strict", "-f", f"{name}.yml", "-d", f"sites/{name}", environment=quiet)
        assert done.returncode == 0, done.stderr
    with served(root / "sites") as address:
        yield address


@pytest.fixture(params=THEMES)
def site(request: pytest.FixtureRequest, address: str) -> str:
    return f"{address}{request.param}/"


def keep_inside(context: BrowserContext, address: str) -> BrowserContext:
    """A context that asks no other host: some themes would."""
    context.route(lambda url: not url.startswith(address), lambda route: route.abort())
    return context


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = keep_inside(browser.new_context(viewport={"width": 1280, "height": 900}), address)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(10_000)
    yield keep_inside(context, address).new_page()
    context.close()


def term(page: Page, words: str = "the bias") -> Locator:
    return page.locator("a.term", has_text=words).first


def card(page: Page) -> Locator:
    return page.locator(".lesson-card")


# The card


def test_pointing_at_a_term_shows_its_definition(page: Page, site: str) -> None:
    page.goto(site + "lessons/tiny/")
    below = page.get_by_text("What stands below it").bounding_box()
    term(page).hover()
    expect(card(page)).to_contain_text("The number that a neuron adds.")
    assert card(page).evaluate("one => getComputedStyle(one).fontSize") == "16px"
    assert page.get_by_text("What stands below it").bounding_box() == below
    card(page).hover()
    page.wait_for_timeout(500)  # longer than it waits for a pointer that has left
    expect(card(page)).to_be_visible()
    assert term(page).get_attribute("title") is None, "the browser would show it over the card"
    page.mouse.move(5, 5)
    expect(card(page)).to_be_hidden()


def test_a_term_in_focus_shows_its_definition_until_escape(page: Page, site: str) -> None:
    page.goto(site + "lessons/tiny/")
    page.locator(".lesson-downloads a").last.focus()
    page.keyboard.press("Tab")
    expect(term(page)).to_be_focused()
    expect(card(page)).to_be_visible()
    expect(term(page)).to_have_accessible_description("The number that a neuron adds.")
    expect(term(page)).to_have_accessible_name("the bias")
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    expect(term(page)).to_have_accessible_description("")
    page.keyboard.press("Tab")
    expect(card(page)).to_contain_text("How wrong a model is.")
    expect(card(page)).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    expect(card(page)).to_contain_text("The number that a neuron adds.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary/bias/")


def test_a_first_tap_shows_the_definition_and_a_second_follows_the_link(phone: Page, site: str) -> None:
    phone.goto(site + "lessons/tiny/")
    term(phone).tap()
    expect(card(phone)).to_contain_text("The number that a neuron adds.")
    box = card(phone).bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    term(phone, "a cost").tap()
    expect(card(phone)).to_contain_text("How wrong a model is.")
    assert phone.url.endswith("/lessons/tiny/")
    phone.get_by_text("A long enough line").tap(position={"x": 5, "y": 5})
    expect(card(phone)).to_be_hidden()
    term(phone).tap()
    expect(card(phone)).to_be_visible()
    term(phone).tap()
    phone.wait_for_url("**/glossary/bias/")


def test_the_card_leads_to_the_terms_page(phone: Page, site: str) -> None:
    phone.goto(site + "lessons/tiny/")
    term(phone).tap()
    card(phone).get_by_role("link", name="Read more").tap()
    phone.wait_for_url("**/glossary/bias/")


def test_the_card_is_no_barrier(page: Page, address: str) -> None:
    page.goto(address + "material/lessons/tiny/")
    term(page).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(card(page)).to_be_visible()
    colors = {"rules": {"color-contrast": {"enabled": False}}}  # the theme's own color of a link in focus is too faint
    for found in (Axe().run(page, context="main", options=colors), Axe().run(page, context=".lesson-card")):
        assert found.violations_count == 0, found.generate_report()


def test_without_scripts_a_term_has_a_title_and_leads_to_its_page(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "lessons/tiny/")
    assert term(page).get_attribute("title") == "The number that a neuron adds."
    term(page).click()
    assert page.url.endswith("/glossary/bias/")
    context.close()


# The index


def test_the_index_finds_by_name_other_name_and_definition_and_in_spite_of_a_typo(page: Page, site: str) -> None:
    page.goto(site + "glossary/")
    terms, letters = page.locator("dt:visible"), page.locator(".lesson-letter:visible")
    field, status = page.get_by_label("Find a term"), page.get_by_role("status")
    for typed, found in {
        "grad": ["gradient", "stochastic gradient descent"],
        "SGD": ["stochastic gradient descent"],
    }.items():
        field.fill(typed)
        assert terms.all_inner_texts() == found
        assert status.inner_text() == f"{len(found)} of 6 terms"
    assert letters.all_inner_texts() == ["S"]
    field.fill("weighs")
    assert terms.all_inner_texts() == ["neuron"]
    field.fill("nueron")
    assert terms.all_inner_texts() == ["neuron"]
    assert status.inner_text() == "No term has “nueron”. Did you mean “neuron”?"
    field.fill("ofset")
    assert terms.all_inner_texts() == ["bias"]
    field.fill("xylophone")
    assert terms.count() == 0
    assert status.inner_text() == "No term has “xylophone”."
    field.fill("")
    assert (terms.count(), letters.count(), status.inner_text()) == (6, 6, "")


# A term's page and the map


def test_terms_follow_each_other_and_mark_the_glossary(page: Page, site: str) -> None:
    page.goto(site + "glossary/gradient/")
    theme = site.split("/")[-2]
    for direction, place in (("next", "../loss/"), ("prev", "../bias/")):
        button = f".rst-footer-buttons a[href='{place}']" if theme == "readthedocs" else f"[rel~={direction}]"
        assert page.locator(button).first.get_attribute("href") == place
    marked = {
        "material": ".md-nav__item--active > .md-nav__link",
        "mkdocs": ".nav-link.active",
        "readthedocs": "li.current > a",
    }
    assert page.locator(marked[theme]).first.text_content().strip() == "Glossary"  # type: ignore[union-attr]


def test_the_map_is_walked_by_keyboard_and_shows_the_lines_of_a_term(page: Page, site: str) -> None:
    page.goto(site + "glossary/bias/")
    page.get_by_role("link", name="the map").click()
    links = page.locator(".lesson-map-term")
    links.first.wait_for()
    names = links.all_text_contents()
    assert names[:2] == ["bias", "loss"], "the lesson's terms, in its order"
    page.goto(site + "glossary/map/")  # and by an address that names no term
    assert page.locator(".lesson-map-term[tabindex='0']").all_text_contents() == ["bias"]
    links.nth(0).focus()
    near = page.locator(".lesson-map-term.lesson-map-near")
    assert near.all_text_contents() == ["bias", "loss"]
    page.keyboard.press("ArrowRight")
    expect(links.nth(1)).to_be_focused()
    assert near.all_text_contents() == ["bias", "loss", "gradient"]
    assert page.locator(".lesson-map-link.lesson-map-near").count() == 2
    expect(card(page)).to_contain_text("How wrong a model is.")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") in names[2:]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("End")
    expect(links.nth(5)).to_be_focused()
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.lesson-map')"), "one stop, and out again"
    links.nth(2).click()
    page.wait_for_url("**/glossary/*/")


def test_no_label_of_the_map_leaves_its_frame(page: Page, site: str) -> None:
    page.goto(site + "glossary/map/")
    spare = page.locator(".lesson-map-term").evaluate_all(
        "all => all.map(one => one.querySelector('rect').getBBox().width - one.querySelector('text').getBBox().width)"
    )
    assert len(spare) == 6
    assert min(spare) > 4


# The search


def search(page: Page, site: str, query: str) -> list[str]:
    """The addresses of the pages that the theme's search shows for a query, best first."""
    if site.endswith("/material/"):
        page.goto(site)
        page.locator("input[name=query]").fill(query)
        page.locator("input[name=query]").press("End")  # at a key the theme looks what is typed
        shown = page.locator(".md-search-result__item > a:first-child")
    else:
        page.goto(f"{site}{'search.html' if 'readthedocs' in site else 'index.html'}?q={query}")
        shown = page.locator("#mkdocs-search-results a")
    shown.first.wait_for(state="attached")
    return [re.sub(r"[?#].*", "", link.evaluate("link => link.href")).removeprefix(site) for link in shown.all()]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("neuron", "neuron"),
        ("What is a neuron?", "neuron"),
        ("nueron", "neuron"),
        ("neurons", "neuron"),
        ("cost function", "loss"),
        ("losses", "loss"),
        ("gradient", "gradient"),
        ("sgd", "stochastic-gradient-descent"),
        ("offset", "bias"),
        ("neuron offst", "bias"),
    ],
)
def test_the_search_finds_the_right_page_first(page: Page, site: str, query: str, first: str) -> None:
    assert search(page, site, query)[0] == f"glossary/{first}/"


def test_the_search_says_what_it_took_a_typo_for(page: Page, site: str) -> None:
    search(page, site, "nueron")
    place = ".md-search-result__meta" if "material" in site else "#mkdocs-search-results > p"
    expect(page.locator(place).first).to_have_text("Did you mean “neuron”? Shown in place of “nueron”.")


def test_what_nothing_is_near_to_is_not_found(page: Page, address: str) -> None:
    page.goto(address + "material/?q=xylophone")
    expect(page.locator(".md-search-result__meta")).to_have_text("No matching documents")


def test_enter_leads_to_the_page_that_comes_first(page: Page, address: str) -> None:
    search(page, address + "material/", "gradient")
    page.locator("input[name=query]").press("Enter")
    page.wait_for_url("**/glossary/gradient/**")


def test_the_index_of_the_search_has_prose_and_definitions_but_no_code(site: str, page: Page) -> None:
    index = json.loads(page.request.get(site + "search/search_index.json").text())
    entries = {entry["location"]: entry["text"] for entry in index["docs"]}
    assert not any(word in text for text in entries.values() for word in ("unsaid", "checked in this build", ">>>"))
    assert "What stands below it" in entries["lessons/tiny/"]
    bias = re.sub("<.*?>", "", entries["glossary/bias/"])
    assert bias.removeprefix("Bias ").startswith(
        "Bias: The number that a neuron adds. Also called offset, neuron offset."
    )
    assert "Where it runs" not in bias
    assert "neuron" not in entries["glossary/"], "each term has a page of its own"


def test_a_site_without_search_has_no_list_of_names(tmp_path: Path) -> None:
    from small_project import SITE as SMALL
    from small_project import new_project

    project = new_project(tmp_path)
    project.write("mkdocs.yml", SMALL.replace("search, ", ""))
    assert project.build().returncode == 0
    assert not (project.root / "site" / "assets" / "lessonpress-names.json").exists()
