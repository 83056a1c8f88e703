"""The page that goes from an empty folder to a published site: its commands, as they stand there, in such a folder."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "start-a-course.md"
NETWORK = re.compile(r"python3 -m venv|\. \.venv|python -m pip|git push")
DRAFTS = "lessonpress check"  # which has something to say as long as there are drafts

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the engine without the course")


def commands() -> Iterator[str]:
    """The page's commands that need no network, in order."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            command = line.removeprefix("$ ")
            if not NETWORK.match(command):
                yield command


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a terminal has in which the page's environment is active; the author is known to git."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    author = {
        f"GIT_{who}_{what}": "an-author@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    search = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    settings = {"PATH": path, "PYTHONPATH": search, "NO_MKDOCS_2_WARNING": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    return os.environ | author | settings


@pytest.mark.prove
def test_each_command_does_what_the_page_says(tmp_path: Path, environment: dict[str, str]) -> None:
    folder, done = tmp_path / "course", []
    folder.mkdir()
    for command in commands():
        if command == "mkdocs serve":
            assert "Throws of a coin" in served(folder, environment)
        elif command == DRAFTS and not done:
            told = say(command, folder, environment, status=1).stderr
            assert re.findall(r"\[(LP\d+)\]", told) == ["LP206"] * told.count("'TODO' marks a draft")
            done = fill_in(folder)
        else:
            say(command, folder, environment)
    assert {path.name for path in done} == {"two_dice.py", "variance.md"}
    tracked = say("git ls-files", folder, environment).stdout.split()
    assert {"mkdocs.yml", "lessons/two_dice.py", ".github/workflows/pages.yml"} <= set(tracked)
    assert not [name for name in tracked if name.startswith((".cache", "site", ".venv"))]


def say(command: str, folder: Path, environment: dict[str, str], status: int = 0) -> subprocess.CompletedProcess[str]:
    words = {"cwd": folder, "env": environment, "capture_output": True, "text": True, "timeout": 120}
    told = subprocess.run(command, shell=True, check=False, **words)  # type: ignore[call-overload]
    assert told.returncode == status, f"{command}\n{told.stdout}\n{told.stderr}"
    return told  # type: ignore[no-any-return]


def fill_in(folder: Path) -> list[Path]:
    """Write in place of each TODO; the files in which there were some."""
    found = [path for path in [*folder.rglob("*.py"), *folder.rglob("*.md")] if "TODO" in path.read_text("utf-8")]
    for path in found:
        path.write_text(path.read_text("utf-8").replace("TODO", "Here"), encoding="utf-8")
    return found


def served(folder: Path, environment: dict[str, str]) -> str:
    """The first lesson as `mkdocs serve` shows it, at an address that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = ["mkdocs", "serve", "--dev-addr", address]
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            return wait_for(f"http://{address}/lessons/coin/")
        finally:
            server.terminate()


def wait_for(address: str, patience: float = 120) -> str:
    deadline = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as page:
                return str(page.read().decode())
        except OSError:
            assert time.monotonic() < deadline, f"nothing is served at {address}"
            time.sleep(0.1)
