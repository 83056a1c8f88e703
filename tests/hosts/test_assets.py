"""The style and the script that the engine brings: in the site, and at work in any theme."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from playwright.sync_api import Browser, Page
from warm_mkdocs import run_mkdocs

from lessonpress.hosts.assets import FOLDER, SCRIPT, STYLE, add_assets, name_assets
from lessonpress.run.svg import HOUSE, HUES, INK

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
THEMES = {
    "material": ("material", "light"),
    "slate": ("{name: material, palette: {scheme: slate}}", "dark"),
    "mkdocs": ("mkdocs", "light"),
    "dark": ("{name: mkdocs, color_mode: dark, user_color_mode_toggle: true}", "dark"),
    "readthedocs": ("readthedocs", "light"),
}
SITE = """
site_name: Tiny
theme: {theme}
use_directory_urls: false
plugins: [lessonpress: {{preload: [matplotlib.pyplot]}}]
extra_css: [own.css]
"""
LESSON = """\
# %% [markdown]
# # Tiny
#
# A line $y = x^2$ near [the bias](../glossary/bias.md).
#
# >>> 1 < 2
# True

# %%
#| label: line
#| fig-alt: A line that rises.
import matplotlib.pyplot as plt

print("a result")
plt.plot([1, 2]);

# %%
print("a line far wider than a phone " * 2)
"""


def config_of(**settings: object) -> MkDocsConfig:
    config = MkDocsConfig()
    config.load_dict({"site_name": "Tiny", "plugins": [], **settings})
    assert config.validate() == ([], [])
    return config


def test_the_style_and_the_script_come_before_the_courses_own() -> None:
    config = config_of(extra_css=["own.css"], extra_javascript=["own.js", {"path": "other.js", "defer": True}])
    name_assets(config)
    assert config.extra_css == [STYLE, "own.css"]
    assert [str(script) for script in config.extra_javascript] == [SCRIPT, "own.js", "other.js"]


def test_a_course_that_names_them_itself_has_them_once_and_in_its_order() -> None:
    config = config_of(extra_css=["own.css", STYLE], extra_javascript=["own.js", {"path": SCRIPT, "defer": True}])
    name_assets(config)
    assert config.extra_css == ["own.css", STYLE]
    assert [str(script) for script in config.extra_javascript] == ["own.js", SCRIPT]


def test_a_file_of_the_course_wins(tmp_path: Path) -> None:
    config = config_of(site_dir=str(tmp_path))
    config.plugins._current_plugin = "lessonpress"  # MkDocs sets it around each event
    own = File.generated(config, STYLE, content="/* own */")
    files = Files([own])
    add_assets(files, config)
    assert files.get_file_from_path(STYLE) is own
    script = files.get_file_from_path(SCRIPT)
    assert script is not None
    script.copy_file()
    written = (tmp_path / SCRIPT).read_text(encoding="utf-8")
    parts = [part.read_text(encoding="utf-8") for part in (FOLDER / "script").iterdir()]
    assert len(parts) > 1
    assert all(part in written for part in parts)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small course built with each theme, in folders beside each other."""
    root = tmp_path_factory.mktemp("themes")
    for path, text in {
        "lessons/tiny.py": LESSON,
        "glossary/index.md": "# Glossary\n",
        "glossary/bias.md": "---\nterm: bias\ndefinition: The number that a neuron adds.\n---\n",
        "glossary/weight.md": "---\nterm: weight\ndefinition: What multiplies an input.\n---\n",
        "docs/index.md": "# Home\n",
        "docs/own.css": ":root .lesson-output pre > code { border-left-color: rgb(1, 2, 3) }\n",
    }.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    for name, (theme, _) in THEMES.items():
        (root / f"{name}.yml").write_text(SITE.format(theme=theme), encoding="utf-8")
        quiet = {"NO_MKDOCS_2_WARNING": "1"}
        done = run_mkdocs(root, "build", "--strict", "-f", f"{name}.yml", "-d", name, environment=quiet)
        assert done.returncode == 0, done.stderr
        assert "WARNING" not in done.stderr
    return root


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that asks no other host: some themes would."""
    page = browser.new_page()
    page.route("http*://**", lambda route: route.abort())
    yield page
    page.close()


def color_of(page: Page, selector: str, name: str) -> str:
    """A color that a browser has come to, as a house color's notation."""
    found = page.locator(selector).evaluate("(one, name) => getComputedStyle(one).getPropertyValue(name)", name)
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", found))


def test_a_figure_is_shown_in_the_colors_and_the_font_that_fit(sites: Path, page: Page, theme: str) -> None:
    page.goto((sites / theme / "lessons" / "tiny.html").as_uri())
    drawing = page.get_by_role("img", name="A line that rises.")
    assert drawing.count() == 1
    line, label = "figure#fig-line path[style*='--lesson-blue']", "figure#fig-line text >> nth=0"
    light = {"line": "#0067a5", "ink": INK}
    dark = {"line": HUES["#0067a5"][1], "ink": HOUSE[INK][1]}
    for media, colors in (("screen", dark if THEMES[theme][1] == "dark" else light), ("print", light)):
        page.emulate_media(media=media)  # type: ignore[arg-type]
        assert color_of(page, line, "stroke") == colors["line"]
        assert color_of(page, label, "fill") == colors["ink"]
    family = page.locator(label).evaluate("text => getComputedStyle(text).fontFamily")
    assert family.startswith("system-ui"), "what the engine's style says, until a course names another"


def test_a_file_of_a_figure_shows_itself_as_dark_as_the_reader_likes(sites: Path, page: Page) -> None:
    page.goto((sites / "mkdocs" / "lessons" / "tiny" / "line.svg").as_uri())
    for scheme, color in (("light", "#0067a5"), ("dark", HUES["#0067a5"][1])):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert color_of(page, "path[style*='--lesson-blue']", "stroke") == color


def test_letters_are_as_large_as_a_phone_needs_and_as_their_author_wants_where_there_is_room(
    sites: Path, page: Page
) -> None:
    page.goto((sites / "material" / "lessons" / "tiny.html").as_uri())
    high = "text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a"
    for width, least, most in ((390, 12 * 0.98, 14), (1280, 14, 17)):
        page.set_viewport_size({"width": width, "height": 800})
        sizes = [text.evaluate(high) for text in page.locator("figure#fig-line text").all()]
        assert least <= min(sizes) <= max(sizes) <= most, (width, sizes)


def test_results_terms_and_formulas_have_their_looks(sites: Path, page: Page, theme: str) -> None:
    page.goto((sites / theme / "lessons" / "tiny.html").as_uri())
    style = "(one, name) => getComputedStyle(one).getPropertyValue(name)"
    output = page.locator(".lesson-output code").first
    assert output.evaluate(style, "border-left-width") == "1px"
    assert output.evaluate(style, "border-left-color") == "rgb(1, 2, 3)", "the course's own rule comes last"
    code, result = (
        page.locator(".lesson-code pre").first.bounding_box(),
        page.locator(".lesson-output pre").first.bounding_box(),
    )
    assert code is not None
    assert result is not None
    assert abs(code["y"] + code["height"] - result["y"]) <= 1, "one frame"
    assert page.locator("a.term").evaluate(style, "text-decoration-style") == "dotted"
    fonts = "document.fonts.ready.then(all => [...all].map(font => [font.family.replaceAll('\"', ''), font.status]))"
    assert ["STIX Two Math", "loaded"] in page.evaluate(fonts)


def test_a_checked_claim_has_one_mark_to_open_it_by(sites: Path, page: Page, theme: str) -> None:
    page.goto((sites / theme / "lessons" / "tiny.html").as_uri())
    drawn = (
        "one => [getComputedStyle(one).display === 'list-item', getComputedStyle(one, '::after').content !== 'none']"
    )
    assert sorted(page.locator("details.lesson-check > summary").evaluate(drawn)) == [False, True]


def test_what_is_wider_than_its_column_is_scrolled_by_keyboard_and_fades_where_it_goes_on(
    sites: Path, page: Page, theme: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((sites / theme / "lessons" / "tiny.html").as_uri())
    wide = page.locator(".lesson-output [tabindex='0']", has_text="far wider")
    wide.wait_for()
    assert page.locator("[tabindex='0']", has_text="a result").count() == 0, "it fits, and is no stop"
    assert page.get_by_role("group", name="Result, wider than the page").count() == 1
    edges = "one => [...one.classList].filter(name => name.startsWith('lesson-more'))"
    assert wide.evaluate(edges) == ["lesson-more-after"]
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".lesson-more-before").wait_for()
    wide.evaluate("one => one.scrollTo({left: one.scrollWidth, behavior: 'instant'})")
    page.locator(".lesson-more-after").wait_for(state="detached")
    page.set_viewport_size({"width": 1280, "height": 844})
    wide.wait_for(state="detached")


def test_a_page_asks_no_other_host_and_its_code_is_colored(sites: Path, page: Page, theme: str) -> None:
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((sites / theme / "lessons" / "tiny.html").as_uri(), wait_until="networkidle")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    theirs = "reading 'backdrop'"  # MkDocs' own script, which takes for granted that there is a search
    assert [error for error in wrong if theirs not in error] == []
    keyword, name = (color_of(page, f".lesson-code .{kind} >> nth=0", "color") for kind in ("kn", "n"))
    assert keyword != name


def test_a_dark_page_is_switched_to_a_light_one(sites: Path, page: Page) -> None:
    page.goto((sites / "dark" / "lessons" / "tiny.html").as_uri())
    page.locator("#theme-menu").click()
    page.get_by_role("button", name="Light").click()
    assert color_of(page, "figure#fig-line text >> nth=0", "fill") == INK
