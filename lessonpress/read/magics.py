"""What only a notebook understands: what means nothing to a page is passed over, all else can be said in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

MAGIC = re.compile(r"(?P<indent>\s*)(?:[\w, ]+=\s*)?(?P<name>%%?\w+|!+)(?P<rest>.*)")
HELP = re.compile(r"\s*(?:\?{1,2}\s*(?P<after>[\w.]+)|(?P<before>[\w.]+)\?{1,2})\s*")
PASSED_OVER = {"matplotlib", "config", "load_ext", "reload_ext", "autoreload", "pylab", "precision", "xmode"}
MEASURE = "measure it by time.perf_counter(), in a cell with '#| varies: true'"
PROGRAM = "write subprocess.run([…], check=True)"
INSTALL = "install packages beforehand, and name what not everybody has in '#| needs: …'"
AS_PROSE = "write it in a cell of Markdown"
INSTEAD = {
    **dict.fromkeys(("time", "timeit", "prun"), MEASURE),
    **dict.fromkeys(("bash", "sh", "system", "sx", "script", "!"), PROGRAM),
    **dict.fromkeys(("pip", "conda", "mamba"), INSTALL),
    **dict.fromkeys(("html", "HTML", "latex", "markdown", "svg"), AS_PROSE),
    "capture": "write '#| output: false' at the top of the cell",
    "run": "import the module",
    "load": "write the code itself",
    "cd": "a lesson runs in its own folder; write os.chdir(…) where another is wanted",
    "env": "write os.environ[…]",
    "writefile": "write pathlib.Path(…).write_text(…)",
}


def read_code(code: str) -> tuple[ast.Module, str, list[tuple[int, str]]]:
    """Code as Python reads it, with `pass` for each line passed over, and what is wrong, by line from 1.

    Raises SyntaxError where it is no code, in a notebook either.
    """
    try:
        tree = ast.parse(code)
    except SyntaxError:
        lines = code.split("\n")
        wrong = list(_find_magics(lines))
        code = "\n".join(lines)
        tree = ast.Module([], []) if wrong else ast.parse(code)
        return tree, code, wrong
    return tree, code, list(_find_awaits(tree))


def _find_magics(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines that no script may have, each with what to write; what is passed over becomes `pass`."""
    for number, line in enumerate(lines, start=1):
        if match := HELP.fullmatch(line):
            yield number, f"'{line.strip()}' asks Jupyter for help; write help({match['after'] or match['before']})"
        elif match := MAGIC.match(line):
            name = match["name"].lstrip("%")
            if name in PASSED_OVER:
                lines[number - 1] = f"{match['indent']}pass"
                continue
            if match["name"][0] == "!":
                name = "pip" if re.match(r"\s*(?:python3? -m )?pip\b", match["rest"]) else "!"
            remedy = INSTEAD.get(name, "leave it out")
            yield number, f"'{match['name']}{match['rest']}' is for Jupyter alone; {remedy}"
            if match["name"].startswith("%%"):  # what follows may be in any language
                return


def _find_awaits(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Where something is awaited outside of a function."""
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
            yield node.lineno, "'await' outside of a function is for Jupyter alone; write asyncio.run(…)"
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
