"""Lessons run by plain Python, or by Jupyter: what they print and show, as JSON, for a comparison.

    python peers.py python FOLDER
    python peers.py jupyter FOLDER

A process, or a kernel, for all of them is started once; each lesson begins with a clean fork, or with no names.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from lessonpress.read.lesson import read_lesson

# A value is written as Python's own prompt writes it, and not set in columns as IPython does.
BEGIN = """
import sys, warnings
sys.filters = warnings.filters[:]
get_ipython().display_formatter.formatters['text/plain'].pprint = False
"""
BETWEEN = """
%reset -f
import sys, warnings
warnings.filters[:] = sys.filters
del sys, warnings
import matplotlib.pyplot as plt
plt.close("all")
plt.rcdefaults()
del plt
"""


def run_script(path: Path) -> dict[str, str]:
    """What a lesson writes when it is run as a script, in a process of its own."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            os.chdir(path.parent)
            try:
                runpy.run_path(str(path), run_name="__main__")
            except BaseException:
                traceback.print_exc()
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return {"stdout": out.read().decode(), "stderr": err.read().decode()}


def run_notebooks(paths: list[Path], root: Path) -> dict[str, Any]:
    """The outputs of each lesson's code cells in a notebook, cell by cell."""
    sources = [("", BEGIN)]
    for path in paths:
        sources += [(path.stem, cell.source) for cell in read_lesson(path, root).cells if cell.kind == "code"]
        sources.append(("", BETWEEN))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for _, source in sources])
    client = NotebookClient(
        notebook, timeout=120, allow_errors=True, kernel_name="python3", resources={"metadata": {"path": str(root)}}
    )
    client.execute()
    found: dict[str, Any] = {path.stem: [] for path in paths}
    for (name, source), cell in zip(sources, notebook.cells, strict=True):
        if name:
            found[name].append(cell.outputs)
        elif cell.outputs:
            raise SystemExit(f"{source}: {cell.outputs}")
    return found


def main(which: str, folder: Path) -> None:
    paths = sorted(folder.glob("lessons/*.py"))
    if which == "python":
        found: dict[str, Any] = {path.stem: run_script(path) for path in paths}
    else:
        found = run_notebooks(paths, folder)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
