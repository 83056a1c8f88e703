"""What the engine fills in where a site's configuration says nothing, and what it refuses."""

from __future__ import annotations

from typing import Any

import markdown
import pytest
from mkdocs.config.defaults import MkDocsConfig

from lessonpress.hosts.defaults import CannotSet, add_extensions, ask_no_other_host, stand_in

WRITTEN = """\
# Coin { #a-coin }

[a term](a.md "It is."){ .term } with $p = 1$.

``` { .python .lesson-code }
x = 1
```

<div class="lesson-table" markdown>

| a |
|---|
| 1 |

</div>

??? tip "Hint"

    ``` { .text .lesson-output }
    1
    ```

!!! info "Not run"

    Text.

[bias](bias.md) { #bias }
:   A definition.
"""
WANTED = (
    '<h1 id="a-coin">Coin</h1>',
    '<a class="term"',
    r'<span class="arithmatex">\(p = 1\)</span>',
    '<div class="lesson-code highlight">',
    '<span class="n">x</span>',
    "<td>1</td>",
    '<details class="tip">',
    '<div class="lesson-output highlight">',
    '<div class="admonition info">',
    '<dt id="bias">',
)


def config_of(**settings: Any) -> MkDocsConfig:
    config = MkDocsConfig()
    config.load_dict({"site_name": "Tiny", "plugins": [], **settings})
    assert config.validate() == ([], [])
    return config


@pytest.mark.parametrize(
    "extensions",
    [
        [],
        ["extra", "smarty"],
        ["pymdownx.superfences", "markdown.extensions.extra", "fenced_code"],
        ["pymdownx.extra"],
        ["attr_list", {"pymdownx.arithmatex": {"smart_dollar": True}}, "pymdownx.highlight"],
        [{"pymdownx.highlight": {"anchor_linenums": True, "pygments_lang_class": True}}, "pymdownx.superfences"],
    ],
    ids=str,
)
def test_what_the_engine_writes_is_read_whatever_extensions_a_course_names(extensions: list[Any]) -> None:
    config = config_of(markdown_extensions=extensions)
    add_extensions(config)
    html = markdown.markdown(WRITTEN, extensions=config.markdown_extensions, extension_configs=config.mdx_configs)
    html = html.replace("language-python ", "").replace("language-text ", "")
    assert [piece for piece in WANTED if piece not in html] == [], html


@pytest.mark.parametrize("name", ["pymdownx.superfences", "pymdownx.extra"])
def test_the_options_of_a_course_stay(name: str) -> None:
    fence = {"custom_fences": [{"name": "mermaid", "class": "mermaid"}]}
    options = fence if name == "pymdownx.superfences" else {"pymdownx.superfences": fence}
    config = config_of(markdown_extensions=[{name: options}, {"toc": {"permalink": True}}])
    add_extensions(config)
    html = markdown.markdown(
        "# A\n\n``` mermaid\nx\n```\n", extensions=config.markdown_extensions, extension_configs=config.mdx_configs
    )
    assert 'class="mermaid"' in html
    assert "headerlink" in html


@pytest.mark.parametrize(
    ("name", "option"), [("pymdownx.arithmatex", "generic"), ("pymdownx.highlight", "use_pygments")]
)
def test_an_option_that_spoils_pages_is_refused_with_the_line_to_write(name: str, option: str) -> None:
    config = config_of(markdown_extensions=[{name: {option: False}}])
    with pytest.raises(CannotSet, match=rf"write: - {name}: {{{option}: true}}$"):
        add_extensions(config)


def test_no_theme_asks_another_host_for_fonts_or_for_colors_of_code() -> None:
    for name in ("mkdocs", "readthedocs", "material"):
        config = config_of(theme=name)
        ask_no_other_host(config)
        assert not config.theme.get("highlightjs")
        assert not config.theme.get("font")


def test_fonts_stay_where_a_plugin_fetches_them_into_the_site() -> None:
    config = config_of(theme="material", plugins=["material/privacy"])
    ask_no_other_host(config)
    assert config.theme["font"]["text"] == "Roboto"


@pytest.mark.parametrize(("theme", "wanted"), [("mkdocs", True), ("readthedocs", False), ("material", False)])
def test_the_script_for_dark_pages_finds_the_styles_that_it_switches(theme: str, wanted: bool) -> None:
    config = config_of(theme=theme)
    ask_no_other_host(config)
    assert ('<style id="hljs-dark">' in stand_in("<head></head>", config)) == wanted
