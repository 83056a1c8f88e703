"""What the configuration of a site lacks for the engine's pages, filled in, for any course in any theme."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig

from lessonpress.problems import CannotGoOn

FENCES, HAS_FENCES = "pymdownx.superfences", "pymdownx.extra"
EXTENSIONS = ("admonition", "attr_list", "def_list", "md_in_html", "tables", "pymdownx.arithmatex", "pymdownx.details")
STYLES = '<style id="hljs-light"></style><style id="hljs-dark"></style>'
OPTIONS = (("pymdownx.arithmatex", "generic"), ("pymdownx.highlight", "use_pygments"))  # which have to be true


class CannotSet(CannotGoOn):
    """A setting with which no page would come out right."""


def add_extensions(config: MkDocsConfig) -> None:
    """Have Markdown read what the engine writes; a course's own extensions come behind, so that their options win.

    Raises CannotSet where an option of theirs forbids it.
    """
    listed = [name for name in config.markdown_extensions if name != FENCES]
    missing = [name for name in EXTENSIONS if name not in listed]
    # Last, for each extension that brings fences puts its own in the place of those before.
    fences = [FENCES] if FENCES in config.markdown_extensions or HAS_FENCES not in listed else []
    config.markdown_extensions = [*missing, *listed, *fences]
    for name, option in OPTIONS:
        if config.mdx_configs.setdefault(name, {}).setdefault(option, True) is not True:
            line = f"{name}: {{{option}: true}}"
            raise CannotSet(f"the pages of lessons need another option in `markdown_extensions`; write: - {line}")


def ask_no_other_host(config: MkDocsConfig) -> None:
    """Leave out what MkDocs' own themes and Material fetch from other hosts, which no built page may."""
    if config.theme.get("highlightjs"):  # code is colored in the build
        config.theme["highlightjs"] = False
    if config.theme.name == "material" and not {"privacy", "material/privacy"} & {*config.plugins}:
        config.theme["font"] = False


def stand_in(output: str, config: MkDocsConfig) -> str:
    """A page in which the script of MkDocs' theme finds the two styles that it switches when a page turns dark."""
    if config.theme.get("highlightjs") is not False or "color_mode" not in config.theme:
        return output
    return output.replace("</head>", f"{STYLES}</head>", 1)
