"""A lesson and its run as a notebook, for readers to take home."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from posixpath import normpath
from urllib.parse import urljoin

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lessonpress.printing.prose import write_prose
from lessonpress.read.lesson import Lesson
from lessonpress.read.scan import edit_text, replace_links
from lessonpress.run.errors import CAUSED
from lessonpress.run.figures import Figure
from lessonpress.run.record import Output, Run

RELATIVE_LINK = re.compile(r"""(?P<lead>\]\(|<img\b[^>]*?\bsrc=["'])(?![a-z]+:|#|/)(?P<path>[^()\s#"']+)""")

FETCH = """\
# Where the course's folder is not at hand, as on Colab, the data comes from the course's site.
import pathlib
import urllib.request

for name in {names}:
    if not pathlib.Path(name).exists():
        pathlib.Path(name).parent.mkdir(parents=True, exist_ok=True)
        urllib.request.urlretrieve({folder!r} + name, name)
"""


def write_notebook(lesson: Lesson, run: Run, page_url: str = "", data: Sequence[str] = ()) -> str:
    """The lesson as an executed notebook (JSON); the same lesson and run give the same text.

    `page_url` is the address of the lesson's page; links to other pages are written out from there. `data` are the
    files that the lesson reads, by their path from its folder: with an address, the notebook fetches what is missing.
    """
    results = iter(run.results)
    cells = []
    if page_url and data:
        fetch = FETCH.format(
            names=json.dumps(list(data)), folder=urljoin(page_url, "../" if page_url.endswith("/") else "./")
        )
        cells.append(new_code_cell(fetch.rstrip(), id="fetch-data"))
    count = 0
    for cell in lesson.cells:
        mine = [next(results) for _ in cell.steps]
        identity = cell.options.label or f"cell-{cell.number}"
        if cell.kind == "prose":
            prose = write_links(write_prose(cell.parts, mine, folds=False), page_url)
            cells.append(new_markdown_cell(prose, id=identity))
        else:
            count += 1
            outputs = [written for output in mine[0].outputs for written in _write_output(output, count)]
            tags = {"tags": ["varies"]} if cell.options.varies == "true" else {}
            cells.append(new_code_cell(cell.source, id=identity, execution_count=count, outputs=outputs, metadata=tags))
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "run_with": run.versions,
    }
    return str(nbformat.writes(new_notebook(cells=cells, metadata=metadata)))


def _write_output(output: Output, count: int) -> list[nbformat.NotebookNode]:
    match output.kind:
        case "stdout" | "stderr":
            return [new_output("stream", name=output.kind, text=output.text)]
        case "value":
            return [new_output("execute_result", data={"text/plain": output.text}, execution_count=count)]
        case "table" | "markdown":
            return [new_output("execute_result", data={"text/markdown": output.text}, execution_count=count)]
        case "html":
            return [new_output("execute_result", data={"text/html": output.text}, execution_count=count)]
        case "note":  # on a page, and on no notebook
            return []
        case "figure" if output.figure is not None:
            return [new_output("display_data", data={"image/svg+xml": _on_white(output.figure)})]
    name, _, value = output.text.rpartition(f"{CAUSED}\n\n")[2].partition(": ")
    return [new_output("error", ename=name, evalue=value, traceback=[output.text])]


def _on_white(figure: Figure) -> str:
    """A picture for a light page, with the page under it: a notebook may be dark."""
    ground = f'width="{figure.width}" height="{figure.height}"><rect width="100%" height="100%" fill="white"/>'
    return figure.svg.replace(">", f" {ground}", 1)


def link_words(markdown: str) -> str:
    """Markdown with the words alone of links to pages of the course, for a place where those are not."""

    def words(match: re.Match[str]) -> str:
        return match[0] if re.match(r"[a-z]+:|#", match["target"]) else match["text"]

    return edit_text(markdown, lambda text: replace_links(text, words))


def write_links(markdown: str, page_url: str, inside: str = "") -> str:
    """Markdown with its links written out from the address of a lesson's page; without one their words alone.

    They are written from the folder that the lesson's source lies in, or from `inside` it. The address may be the way
    from the notebook to the page's file, whose ending other pages have as well.
    """
    if not page_url:
        return link_words(markdown)
    folders = page_url.endswith("/")  # a page x.md or x.py has the address x/, or else x.html
    ending = page_url.rpartition(".")[2]
    folder = urljoin(page_url, "../") + inside if folders else page_url[: page_url.rfind("/") + 1] + inside

    def replace(match: re.Match[str]) -> str:
        stem, dot, kind = match["path"].rpartition(".")
        if dot and kind in ("md", "py"):
            above, _, name = stem.rpartition("/")
            index = f"{above}/" if above else "./"
            page = index if name in ("index", "README") else f"{stem}/"
            path = page if folders else f"{index}index.{ending}" if page == index else f"{stem}.{ending}"
        else:
            path = match["path"]
        return match["lead"] + (urljoin(folder, path) if "://" in folder else normpath(f"{folder}{path}"))

    return edit_text(markdown, lambda text: replace_links(text, replace, RELATIVE_LINK))
