"""What the pages compute themselves is what the lessons compute: a neuron to move, a network that reads digits."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, sync_playwright
from sklearn.datasets import load_digits

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
NEURON, DIGITS = "lessons/single_neuron/", "lessons/digits/"
ASK = """async ([script, data, ask]) => {
    const module = await import(new URL(script, location.origin));
    const content = await (await fetch(new URL(data, location.origin))).json();
    return (new Function("module", "data", `return ${ask}`))(module, content.data);
}"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium; CHROMIUM names it")


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        # The pages' own policy lets no text become code, which is how this asks a module.
        yield browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900}).new_page()
        browser.close()


def ask(page: Page, site: str, script: str, data: str, question: str) -> Any:
    """Ask a module of the course, with the data that its lesson gave it."""
    return page.evaluate(ASK, [f"{site}assets/{script}", f"{site}lessons/{data}", question])


def open_figure(page: Page, site: str, lesson: str, label: str) -> Locator:
    page.goto(site + lesson)
    figure = page.locator(f"#fig-{label}")
    figure.scroll_into_view_if_needed()
    figure.locator(".lesson-says").wait_for()
    return figure


def test_the_neuron_s_error_in_the_page_is_the_lesson_s(page: Page, site: str) -> None:
    figure = open_figure(page, site, NEURON, "by-hand")
    text = page.locator("article").inner_text()
    printed = re.search(r"(\d+) squared calories", text)
    best = re.search(r"w = ([\d.]+)   b = ([\d.]+)\s+mean squared error = (\d+)", text)
    assert printed
    assert best
    error = ask(page, site, "neuron.js", "single_neuron/by-hand.json", "module.meanSquaredError(data, 2.5, 90)")
    line = ask(page, site, "neuron.js", "single_neuron/by-hand.json", "module.bestLine(data)")
    assert round(error) == int(printed[1])
    assert (round(line["w"], 2), round(line["b"], 1)) == (float(best[1]), float(best[2]))
    above = round((error / int(best[3]) - 1) * 100)
    assert f"mean squared error {printed[1]}, {above}% above the lowest" in figure.locator(".lesson-says").inner_text()
    figure.get_by_role("button", name="Show the best line").click()
    assert f"mean squared error {best[3]}, as low as it gets" in figure.locator(".lesson-says").inner_text()


def test_the_neuron_is_moved_by_keyboard_and_its_lines_follow(page: Page, site: str) -> None:
    figure = open_figure(page, site, NEURON, "by-hand")
    line, error = figure.locator("[data-name=line] path"), figure.locator("[data-name=errors] path").first
    before = line.get_attribute("d"), error.get_attribute("d")
    figure.get_by_role("slider", name="weight w").press("ArrowRight")
    assert figure.get_by_role("slider", name="weight w").get_attribute("aria-valuetext") == "2.6"
    assert line.get_attribute("d") != before[0]
    figure.get_by_role("slider", name="bias b").press("ArrowUp")
    assert figure.locator(".lesson-says").inner_text().startswith("calories = 2.6 × sugars + 91")
    assert error.get_attribute("d") != before[1]


def test_the_network_in_the_page_answers_as_pytorch_does(page: Page, site: str) -> None:
    page.goto(site + DIGITS)
    pictures = torch.tensor(load_digits().data[:200] / 16, dtype=torch.float64)
    question = f"{pictures.tolist()}.map(picture => module.read(data.layers, picture))"
    answers = torch.tensor(ask(page, site, "digits.js", "digits/draw.json", question), dtype=torch.float64)
    layers = ask(page, site, "digits.js", "digits/draw.json", "data.layers")
    values = pictures
    for number, (weights, biases) in enumerate(layers):
        linear = torch.nn.Linear(len(weights[0]), len(weights), dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(weights))
            linear.bias.copy_(torch.tensor(biases))
            values = linear(values.relu() if number else values)
    assert torch.allclose(answers, values.softmax(dim=1), atol=1e-5)
    right = (answers.argmax(dim=1) == torch.tensor(load_digits().target[:200])).double().mean()
    assert right > 0.9, "a network that has learned, not one that agrees in nonsense"


def test_a_digit_is_drawn_by_pointer_and_by_keyboard_and_moved_by_a_pixel(page: Page, site: str) -> None:
    figure = open_figure(page, site, DIGITS, "draw")
    says, squares = figure.locator(".lesson-says"), figure.locator("[data-name=pixel] path")
    inks = "all => all.map(one => Number(one.style.opacity))"
    assert re.fullmatch(r"It reads an? \d, (more than )?\d+% sure\.", says.inner_text())
    figure.get_by_role("button", name="Clear").click()
    assert sum(squares.evaluate_all(inks)) == 0
    grid = figure.locator(".digit-grid button")
    grid.first.focus()
    for key in ("ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.ariaLabel") == "row 2, column 2: ink 1.0"
    assert [place for place, ink in enumerate(squares.evaluate_all(inks)) if ink] == [9]
    figure.get_by_role("button", name="One pixel →").click()
    assert [place for place, ink in enumerate(squares.evaluate_all(inks)) if ink] == [10]
    page.keyboard.press("Shift+Tab")
    figure.get_by_role("button", name="Clear").click()
    box = figure.locator(".digit-grid").bounding_box()
    assert box is not None
    x = box["x"] + box["width"] * 0.55
    page.mouse.move(x, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(x, box["y"] + box["height"] - 4, steps=16)
    page.mouse.up()
    full = [place for place, ink in enumerate(squares.evaluate_all(inks)) if ink == 1]
    assert full == list(range(4, 64, 8)), "a stroke down the fifth column"
    assert says.inner_text() != ""
