"""What is read in one thread for a while: noted, and nothing else."""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from pathlib import Path

import pytest

from lessonpress.hosts.opened import Opened
from lessonpress.run.files import NO_FILE, file_hash, folder_hash


def test_files_are_noted_as_they_were_when_opened_and_folders_by_their_names(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("first", encoding="utf-8")
    first = file_hash(file)
    opened = Opened(tmp_path)
    with opened.listening():
        file.read_text(encoding="utf-8")
        file.write_text("second", encoding="utf-8")
        os.listdir(tmp_path)
        assert not (tmp_path / "nowhere").exists()
    assert opened.complete
    assert opened.hashes == {str(file): first, str(tmp_path): folder_hash(tmp_path), str(tmp_path / "nowhere"): NO_FILE}


def test_what_is_read_before_after_and_in_another_thread_is_not_noted(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text", encoding="utf-8")
    stat = os.stat
    opened = Opened(tmp_path)
    with opened.listening():
        other = threading.Thread(target=lambda: (os.path.exists(tmp_path / "no"), (tmp_path / "file").read_bytes()))
        other.start()
        other.join()
    (tmp_path / "file").read_bytes()
    assert opened.hashes == {}
    assert os.stat is stat


def test_looking_for_a_module_is_no_listing_of_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "found_here.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    opened = Opened(tmp_path)
    with opened.listening():
        importlib.import_module("found_here")
    del sys.modules["found_here"]
    here = {place: found for place, found in opened.hashes.items() if Path(place).is_relative_to(tmp_path)}
    assert here == {str(tmp_path / "found_here.py"): file_hash(tmp_path / "found_here.py")}


def test_what_is_installed_is_not_noted_unless_it_is_the_project(tmp_path: Path) -> None:
    for root, count in ((tmp_path, 0), (Path(json.__file__).parent, 1)):
        opened = Opened(root)
        with opened.listening():
            Path(json.__file__).read_bytes()
        assert len(opened.hashes) == count
