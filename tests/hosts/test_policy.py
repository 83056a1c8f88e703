"""The content security policy of built pages: what it lets run, in a browser and in any theme."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from served import served
from small_project import SITE, new_project

from lessonpress.hosts.policy import add_policy, inline_scripts, write_policy

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
POLICY = 'http-equiv="Content-Security-Policy"'
THEMES = {
    "material": SITE.replace("plugins:", "extra: {generator: false}\nplugins:"),
    "mkdocs": SITE.replace("{name: material, font: false}", "{name: mkdocs, highlightjs: false}"),
    "readthedocs": SITE.replace("{name: material, font: false}", "{name: readthedocs, highlightjs: false}"),
}


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("<script>\na('</p>')\n</script>", ["\na('</p>')\n"]),
        ('<SCRIPT type="module">b()</SCRIPT >', ["b()"]),
        ('<script data-src="x" title="a > b">c()</script>', ["c()"]),
        ('<script src="x.js"></script><script\nsrc=x.js></script>', []),
        ('<script id="a" type="application/json">{}</script><script type=application/ld+json>{}</script>', []),
    ],
)
def test_scripts_that_stand_in_a_page_are_found_and_data_is_none(script: str, found: list[str]) -> None:
    assert inline_scripts(f"<head>{script}</head>") == found


def test_the_policy_stands_behind_the_encoding_and_before_all_scripts() -> None:
    page = '<html><head lang="en">\n <meta charset="utf-8"><script>a()</script></head>'
    assert add_policy(page).index("charset") < add_policy(page).index(POLICY) < add_policy(page).index("<script")
    early = "<html><head><script>a()</script><meta charset=utf-8></head>"
    assert add_policy(early).index(POLICY) < add_policy(early).index("<script")
    assert add_policy("<p>A part of a page.</p>") == "<p>A part of a page.</p>"


def test_lines_may_end_as_on_windows() -> None:
    assert write_policy("<script>a()\r\nb()</script>") == write_policy("<script>a()\nb()</script>")


@pytest.fixture(scope="module", params=THEMES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site in one theme, with scripts in a page, and with an older address that leads to a lesson."""
    project = new_project(tmp_path_factory.mktemp(request.param))
    redirects = "{redirects: {redirect_maps: {old.md: lessons/good.py}}}"
    project.write("mkdocs.yml", THEMES[request.param].replace("limit: 20}}]", f"limit: 20}}}}, {redirects}]"))
    scripts = "<p id='own'></p>\n<script>document.querySelector('#own').textContent = 'it ran'</script>\n"
    project.write("docs/index.md", f"# Home\n\n$w^2$\n\n{scripts}")
    result = project.build()
    assert result.returncode == 0, result.stderr
    with served(project.root / "site") as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def test_what_was_there_at_the_build_runs_in_any_theme(site: str, page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(site)
    assert page.locator("#own").inner_text() == "it ran"
    page.goto(site + "lessons/good/")
    page.goto(site + "glossary/")
    page.get_by_label("Find a term").fill("bias")
    page.goto(site + "old/")
    page.wait_for_url("**/lessons/good/")
    page.goto(site + "search.html?q=bias" if "readthedocs" in page.content() else site + "?q=bias")
    page.wait_for_load_state("networkidle")
    page.goto(site + "404.html")
    assert [line for line in told if "Security" in line] == []


def test_what_comes_into_a_page_later_does_not_run_and_no_other_host_is_asked(site: str, page: Page) -> None:
    page.goto(site)
    asked: list[str] = []
    page.route("http*://elsewhere.test/**", lambda route: (asked.append(route.request.url), route.abort()))
    page.evaluate("""async () => {
        const script = Object.assign(document.createElement("script"), {textContent: "document.title = 'harmed'"});
        document.body.append(script, Object.assign(new Image(), {src: "http://elsewhere.test/a.png"}));
        await fetch("http://elsewhere.test/").catch(() => 0);
    }""")
    assert page.title() != "harmed"
    assert asked == []
