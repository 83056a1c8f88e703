"""Questions answered in the page, in a browser: by keyboard, with progress kept, and without scripts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from conftest import EXERCISES
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
KEY = "lessonpress-solved"
SITE = """
site_name: Tiny
theme: {name: material, font: false}
use_directory_urls: false
plugins: [lessonpress: {preload: [matplotlib.pyplot]}]
markdown_extensions: [admonition, attr_list, md_in_html, pymdownx.details, pymdownx.superfences]
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small course with exercises, built."""
    root = tmp_path_factory.mktemp("questions")
    for path, text in {
        "mkdocs.yml": SITE,
        "docs/index.md": "# Home\n",
        "lessons/tiny.py": "# %% [markdown]\n# # Tiny\n#\n# ## Twice\n#\n# Text.\n",
        "lessons/exercises/tiny.py": EXERCISES,
    }.items():
        (root / path).parent.mkdir(exist_ok=True, parents=True)
        (root / path).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return (root / "site" / "lessons" / "tiny.html").as_uri()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.route("http*://**", lambda route: route.abort())
    yield context
    context.close()


def errors_of(page: Page) -> list[str]:
    """The errors of the engine's script, as they come; the theme may have its own."""
    errors: list[str] = []

    def hear(error: Error) -> None:
        if "lessonpress" in (error.stack or ""):
            errors.append(error.stack or "")

    page.on("pageerror", hear)
    return errors


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The lesson's page; an error in a script fails the test."""
    page = context.new_page()
    errors = errors_of(page)
    page.goto(address)
    yield page
    assert errors == []


def exercise(page: Page, name: str) -> Locator:
    return page.locator(f'[data-exercise="tiny/{name}"]')


def test_a_choice_is_made_by_keyboard(page: Page) -> None:
    which = exercise(page, "which")
    first = which.get_by_role("radio", name="a) It stays.")
    first.focus()
    page.keyboard.press("Space")
    expect(first).to_be_checked()
    page.keyboard.press("Enter")
    status = which.get_by_role("status")
    expect(status).to_have_text("Look again.")
    page.keyboard.press("ArrowDown")
    expect(which.get_by_role("radio", name="b) It grows.")).to_be_checked()
    page.keyboard.press("Tab")
    expect(which.get_by_role("button", name="Check")).to_be_focused()
    page.keyboard.press("Enter")
    expect(status).to_have_text("Right.")
    expect(which).to_have_class(re.compile("lesson-solved"))
    expect(which.get_by_role("group", name="Your prediction")).to_have_count(1)


def test_nothing_is_said_where_nothing_is_chosen(page: Page) -> None:
    which = exercise(page, "which")
    which.get_by_role("button", name="Check").click()
    expect(which.get_by_role("status")).to_have_text("")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("10", "Right."),
        (" 10,004 ", "Right."),
        ("1e1", "Right."),
        ("46", "Take the 90 away first."),
        ("11", "Not yet. Try again, or open a hint."),
        ("ten", "That is not a number."),
        ("1,0,0", "That is not a number."),
        (" ", "That is not a number."),
        ("Infinity", "Not yet. Try again, or open a hint."),
    ],
)
def test_a_number_is_read_with_a_point_or_a_comma(page: Page, written: str, said: str) -> None:
    grams = exercise(page, "grams")
    grams.get_by_label("Your answer").fill(written)
    page.keyboard.press("Enter")
    expect(grams.get_by_role("status")).to_have_text(said)


def test_an_exercise_is_marked_as_solved_and_stays_so(page: Page) -> None:
    button = exercise(page, "double").locator(".lesson-mark")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(exercise(page, "triple").locator(".lesson-mark")).to_have_attribute("aria-pressed", "false")
    assert json.loads(page.evaluate(f"localStorage.getItem('{KEY}')")) == ["tiny/double"]
    button.click()
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("kept", ["{", "null", "7", '{"a": 1}', '[null, 3, ["x"]]'])
def test_what_another_has_kept_there_is_no_error(page: Page, kept: str) -> None:
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [KEY, kept])
    page.reload()
    button = exercise(page, "double").locator(".lesson-mark")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def test_where_nothing_may_be_kept_questions_are_answered_all_the_same(context: BrowserContext, address: str) -> None:
    context.add_init_script("Object.defineProperty(globalThis, 'localStorage', {get() { throw new Error('no') }})")
    page = context.new_page()
    errors = errors_of(page)
    page.goto(address)
    exercise(page, "double").locator(".lesson-mark").click()
    exercise(page, "which").get_by_role("radio", name="b)").check()
    exercise(page, "which").get_by_role("button", name="Check").click()
    expect(exercise(page, "which").get_by_role("status")).to_have_text("Right.")
    assert errors == []


def test_without_scripts_choices_are_a_list_and_the_rest_unfolds(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    which = exercise(page, "which")
    assert which.locator(".lesson-question li").all_inner_texts() == ["a) It stays.", "b) It grows."]
    solution = exercise(page, "triple").locator("details", has_text="Solution")
    assert not solution.get_by_text("return 3 * x").is_visible()
    solution.locator("summary").click()
    assert solution.get_by_text("return 3").first.is_visible()
    assert page.get_by_role("button", name="Check").count() == 0
    context.close()
