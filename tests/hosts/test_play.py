"""Figures to play with, as a reader moves them in a browser."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from warm_mkdocs import run_mkdocs

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
SITE = """
site_name: Tiny
theme: {theme}
plugins: [search, lessonpress: {{preload: [matplotlib.pyplot]}}]
markdown_extensions: [attr_list, def_list, md_in_html, tables, pymdownx.superfences]
"""
LESSON = """\
# %% [markdown]
# # Moves

# %%
#| label: line
#| fig-alt: A line that rises.
#| play: step = range(0, 24, 2)
import matplotlib.pyplot as plt

step = 4
plt.ylim(0, 30)
plt.plot([0, step])
plt.text(0.5, 25, f"at {step}")
print(f"step {step}, twice {2 * step}")

# %%
#| label: apart
#| fig-alt: Two texts.
#| play: height = [1, 2, 3]
#| play: upper = [False, True]
height = 1
upper = False
plt.ylim(0, 9)
plt.text(0.1, 1, f"high {height}")
plt.text(0.5, 5, "WORD" if upper else "word");

# %%
#| label: race
#| fig-alt: As many lines as one likes.
#| play: who = ["one", "two", "three"]
who = "one"
plt.figure(figsize=(5, len(who)))
plt.yticks([])
for number in range(len(who)):
    plt.plot([0, number])
plt.text(0.1, 0.1, f"by {who}");

# %%
#| label: own
#| fig-alt: A text of its own.
#| script: own/own.js
plt.text(0.1, 0.1, "own")
{"words": ["here", "there"]}
"""
SCRIPT = """\
export default (element, svg, { data, axes }) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Next";
  let place = 0;
  button.addEventListener("click", () => {
    [...svg.querySelectorAll("text")].at(-1).textContent = `${data.words[place++]}, ${axes.length} axes`;
  });
  element.append(button);
};
"""
THEMES = {"material": "{name: material, font: false}", "mkdocs": "{name: mkdocs, highlightjs: false}"}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; install Debian's package, or name one")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One small course in two themes, in folders beside each other, by the address of a server."""
    root = tmp_path_factory.mktemp("play")
    for path, text in {
        "lessons/moves.py": LESSON,
        "glossary/index.md": "# Glossary\n",
        "docs/index.md": "# Home\n\n![](lessons/moves.py#line)\n\nOnce more:\n\n![](lessons/moves.py#line)\n",
        "docs/own/own.js": SCRIPT,
    }.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    for name, theme in THEMES.items():
        (root / f"{name}.yml").write_text(SITE.format(theme=theme), encoding="utf-8")
        quiet = {"NO_MKDOCS_2_WARNING": "1"}
        done = run_mkdocs(root, "build", "--strict", "-f", f"{name}.yml", "-d", name, environment=quiet)
        assert done.returncode == 0, done.stderr
        place = LESSON.split("\n").index('#| play: who = ["one", "two", "three"]') + 1
        assert f"lessons/moves.py:{place}: figure 'race' keeps its 3 drawings whole, " in done.stderr
    handler = functools.partial(Quiet, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(params=THEMES)
def lesson(request: pytest.FixtureRequest, sites: str) -> str:
    return f"{sites}{request.param}/lessons/moves/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that finds no fault while it is used."""
    page = browser.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda told: troubles.append(told.text) if told.type in ("error", "warning") else None)
    page.route(lambda address: not address.startswith("http://127.0.0.1"), lambda route: route.abort())
    yield page
    page.close()
    assert [trouble for trouble in troubles if "ERR_FAILED" not in trouble] == []  # of other hosts


def figure_of(page: Page, label: str) -> Locator:
    """A figure whose controls have come alive."""
    figure = page.locator(f"figure#fig-{label}")
    figure.scroll_into_view_if_needed()
    expect(figure.locator("input, select, button").first).to_be_enabled()
    return figure


def test_a_range_is_moved_by_keyboard_and_says_what_it_shows(page: Page, lesson: str) -> None:
    page.goto(lesson)
    figure = figure_of(page, "line")
    slider, drawing = figure.get_by_role("slider", name="step"), figure.locator("svg")
    expect(drawing).to_contain_text("at 4")
    expect(figure.locator(".lesson-says")).to_have_text("step 4, twice 8")
    still = drawing.inner_html()
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(drawing).to_contain_text("at 6")
    expect(figure.locator("label .lesson-value")).to_have_text("6")
    expect(figure.locator(".lesson-says")).to_have_text("step 6, twice 12")
    expect(slider).to_have_attribute("aria-valuetext", "6")
    page.keyboard.press("End")
    expect(drawing).to_contain_text("at 22")
    page.keyboard.press("Home")
    expect(drawing).to_contain_text("at 0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert drawing.inner_html() == still


def test_a_button_runs_through_a_range_and_stops(page: Page, lesson: str) -> None:
    page.clock.install(time=0)
    page.goto(lesson)
    figure = figure_of(page, "line")
    button, slider = figure.get_by_role("button"), figure.get_by_role("slider")
    button.focus()
    page.clock.pause_at(3_600_000)  # a busy machine would run to the end before it is looked at
    page.keyboard.press("Enter")
    expect(button).to_have_text("Stop")
    page.clock.run_for(250)
    expect(figure.locator("svg")).to_contain_text("at 8")
    page.keyboard.press("Enter")
    expect(button).to_have_text("Play")
    stopped = slider.input_value()
    assert int(stopped) < 11
    page.clock.run_for(400)  # more than a step takes
    assert slider.input_value() == stopped
    page.keyboard.press("Enter")
    page.clock.run_for(2_000)
    expect(figure.locator("svg")).to_contain_text("at 22")
    expect(button).to_have_text("Play")
    page.keyboard.press("Enter")
    expect(button).to_have_text("Stop")  # from the beginning again
    assert int(slider.input_value()) < 11
    slider.press("ArrowLeft")
    expect(button).to_have_text("Play")
    assert int(slider.input_value()) < 11, "it has stopped before its end"


def test_lines_move_by_themselves(page: Page, lesson: str) -> None:
    page.goto(lesson)
    figure = figure_of(page, "apart")
    figure.get_by_role("checkbox", name="upper").press("Space")
    expect(figure.locator("svg")).to_contain_text("WORD")
    expect(figure.locator("svg")).to_contain_text("high 1")
    figure.get_by_role("slider", name="height").press("ArrowRight")
    expect(figure.locator("svg")).to_contain_text("high 2")
    expect(figure.locator("svg")).to_contain_text("WORD")
    figure.get_by_role("checkbox", name="upper").press("Space")
    expect(figure.locator("svg")).to_contain_text("word")
    expect(figure.locator("svg")).to_contain_text("high 2")
    assert figure.locator("button, .lesson-says").count() == 0, "three values need none, and nothing is printed"


def test_a_choice_shows_drawings_with_other_parts(page: Page, lesson: str) -> None:
    page.goto(lesson)
    figure = figure_of(page, "race")
    drawing, before = figure.locator("svg"), figure.locator("svg path").count()
    figure.get_by_role("combobox", name="who").press("ArrowDown")
    figure.get_by_role("combobox", name="who").press("ArrowDown")
    expect(drawing).to_contain_text("by three")
    assert figure.locator("svg path").count() == before + 2
    expect(drawing).to_have_attribute("viewBox", "0 0 360 360")
    assert page.evaluate(NAMES_HOLD) == []


# Each name in a page belongs to one element, and each reference within a figure leads to a part of it.
NAMES_HOLD = """() => {
    const named = [...document.querySelectorAll("[id]")].map((one) => one.id);
    const wrong = named.filter((name, place) => named.indexOf(name) !== place);
    for (const svg of document.querySelectorAll("svg.lesson-drawing")) {
        const needed = [...svg.outerHTML.matchAll(/(?:url\\(|href=")#([^")]+)/g)].map((match) => match[1]);
        wrong.push(...needed.filter((name) => !svg.querySelector(`[id="${CSS.escape(name)}"]`)));
    }
    return wrong;
}"""


def test_a_figure_can_be_played_with_on_other_pages_and_twice_on_one(page: Page, sites: str) -> None:
    page.goto(f"{sites}material/")
    figures = page.locator("figure")
    figures.nth(1).scroll_into_view_if_needed()
    expect(figures.nth(1).get_by_role("slider")).to_be_enabled()
    figures.nth(1).get_by_role("slider").press("End")
    expect(figures.nth(1).locator("svg")).to_contain_text("at 22")
    expect(figures.nth(0).locator("svg")).to_contain_text("at 4")
    assert page.evaluate(NAMES_HOLD) == []


def test_a_script_of_the_course_gets_its_element_its_picture_and_its_data(page: Page, lesson: str) -> None:
    page.goto(lesson)
    figure = page.locator("figure#fig-own")
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="Next").press("Enter")
    expect(figure.locator("svg")).to_contain_text("here, 1 axes")


def test_a_field_that_the_browser_has_put_back_is_what_the_figure_shows(page: Page, sites: str) -> None:
    held: list[Route] = []
    page.route("**/line.json", lambda route: held.append(route))
    page.goto(f"{sites}material/lessons/moves/")
    slider = page.locator("figure#fig-line input")
    slider.evaluate("field => field.value = 7")  # as after a step back, before a script is at work
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("figure#fig-line svg")).to_contain_text("at 14")
    expect(page.locator("figure#fig-line label .lesson-value")).to_have_text("14")


def test_after_a_step_back_field_and_figure_agree(page: Page, sites: str) -> None:
    page.goto(f"{sites}material/lessons/moves/")
    figure_of(page, "line").get_by_role("slider").press("End")
    page.goto(f"{sites}material/")
    page.go_back()
    figure = figure_of(page, "line")
    value = 2 * int(figure.get_by_role("slider").input_value())
    expect(figure.locator("svg")).to_contain_text(f"at {value}")
    expect(figure.locator("label .lesson-value")).to_have_text(str(value))


@pytest.mark.parametrize("label", ["line", "apart", "race"])
def test_without_scripts_there_is_a_still_figure_and_its_text_and_no_dead_control(
    browser: Browser, sites: str, label: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{sites}mkdocs/lessons/moves/")
    figure = page.locator(f"figure#fig-{label}")
    expect(figure.locator("svg")).to_be_visible()
    assert figure.locator("label:visible, input:visible, select:visible, button:visible").count() == 0
    if label == "line":
        expect(figure.locator(".lesson-says")).to_have_text("step 4, twice 8")
        expect(figure.locator(".lesson-says")).to_be_visible()
    context.close()


@pytest.mark.parametrize("how", ["missing", "broken"])
def test_a_figure_whose_file_does_not_come_stays_still_without_dead_controls(
    browser: Browser, sites: str, how: str
) -> None:
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.route("**/line.json", lambda route: route.abort() if how == "missing" else route.fulfill(body="<html>"))
    page.goto(f"{sites}material/lessons/moves/")
    figure = page.locator("figure#fig-line")
    expect(figure.locator("label, input, button")).to_have_count(0)
    expect(figure.locator("svg")).to_contain_text("at 4")
    expect(figure.locator(".lesson-says")).to_have_text("step 4, twice 8")
    assert faults == []
    page.close()


def test_on_paper_there_are_the_figure_and_its_text_and_no_controls(page: Page, sites: str) -> None:
    page.goto(f"{sites}material/lessons/moves/")
    figure = figure_of(page, "line")
    page.emulate_media(media="print")
    expect(figure.locator("svg")).to_be_visible()
    expect(figure.locator(".lesson-says")).to_be_visible()
    assert figure.locator("label:visible, input:visible, button:visible").count() == 0
