"""MkDocs as a command, in processes forked from one that holds its imports: they take longer than a small site does."""

from __future__ import annotations

import atexit
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PATIENCE = 120  # seconds after which a command is ended


def run_mkdocs(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None, script: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs` in a folder, in a process that shares nothing but the seed of its hashes with those before.

    A script may take the place of the command.
    """
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    with tempfile.TemporaryDirectory() as told:
        files = [os.path.join(told, name) for name in ("out", "err")]
        job = {"folder": str(folder), "arguments": arguments, "files": files, "environment": dict(environment or {})}
        job["script"] = str(script or "")
        print(json.dumps(job), file=server.stdin, flush=True)
        status = int(server.stdout.readline())
        printed, complained = (Path(file).read_text(encoding="utf-8") for file in files)
    return subprocess.CompletedProcess(["mkdocs", *arguments], status, printed, complained)


@cache
def _server() -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    server = subprocess.Popen([sys.executable, __file__], stdin=pipe, stdout=pipe, text=True)
    atexit.register(server.communicate)  # which closes its input, and so ends it
    return server


def serve() -> None:
    """Fork a process for each line of standard input, and print the status that it ends with."""
    for module in ("mkdocs.commands.build", "material.plugins.search.plugin", "lessonpress.hosts.mkdocs_plugin"):
        importlib.import_module(module)
    for line in sys.stdin:
        job = json.loads(line)
        if pid := os.fork():
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
            continue
        signal.alarm(PATIENCE)
        for descriptor, path in enumerate([os.devnull, *job["files"]]):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), descriptor)
        os.environ.update(job["environment"])
        os.chdir(job["folder"])
        sys.path[0] = os.getcwd()
        sys.argv = ["mkdocs", *job["arguments"]]
        if job["script"]:
            runpy.run_path(job["script"], run_name="__main__")
            os._exit(0)
        runpy.run_module("mkdocs", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve()
