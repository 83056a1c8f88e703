"""A preview in which a lesson under edit goes on from the cell that changed."""

from __future__ import annotations

import signal
import sys

import psutil
import pytest
from playwright.sync_api import Browser
from small_project import Project, has_ended, wait_until
from test_preview import Preview, previewing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no stopped copies on this system")

ONCE = "import random, time\nprint('run', random.random())\ntime.sleep(0.6)"


def edit(preview: Preview, last: str, *cells: str) -> str:
    """Save a lesson whose last cell is another one; its page, once it shows what that prints."""
    preview.project.write_lesson("under_edit", *(cells or [ONCE]), f"print('edit', {last})")
    return preview.wait_for("lessons/under_edit/", f"edit {eval(last)}")


def run_of(page: str) -> str:
    """What the first cell printed, which is another number each time that it runs."""
    return page.partition("run 0.")[2].split()[0]


def test_a_page_shows_an_edit_without_the_cells_above_it_and_then_the_full_run(project: Project) -> None:
    slow = ONCE.replace("0.6", "4")
    with previewing(project) as preview:
        edit(preview, "1 + 1", slow)
        before = run_of(edit(preview, "1 + 2", slow))
        page = edit(preview, "1 + 3", slow)
        assert run_of(page) == before
        assert "The full run differs" not in page
        page = preview.wait_for("lessons/under_edit/", "The full run differs from the resumed one in cell 2")
        assert run_of(page) != before
        assert "edit 4" in page
        assert "The full run differs" not in edit(preview, "1 + 4", slow)


def test_a_page_says_that_a_full_run_follows_until_it_has_ended(project: Project, browser: Browser) -> None:
    slow = "import time\ntime.sleep(3)"
    with previewing(project) as preview, browser.new_context() as context:
        edit(preview, "1 + 1", slow)
        edit(preview, "1 + 2", slow)
        page = context.new_page()
        page.goto(f"{preview.url}lessons/under_edit/")
        edit(preview, "1 + 3", slow)
        page.get_by_text("edit 4").wait_for()
        page.locator(".lesson-preview", has_text="lessons/under_edit.py: runs in full too, cell 2, ").wait_for()
        page.locator(".lesson-preview").wait_for(state="hidden")


def test_a_page_whose_full_run_gives_the_same_does_not_say_so(project: Project) -> None:
    same = "import time\ntime.sleep(0.6)"
    with previewing(project) as preview:
        for number in range(3):
            edit(preview, f"7 + {number}", same)
        kept = project.root / ".cache" / "lessonpress"
        wait_until(lambda: len([*kept.glob("under_edit-*.json")]) == 3)
        assert "The full run differs" not in preview.page("lessons/under_edit/")


def test_no_copy_outlives_a_preview_that_is_killed(project: Project) -> None:
    with pytest.raises(AssertionError, match="the preview ended"):
        edit_and_kill(project)


def edit_and_kill(project: Project) -> None:
    project.write_lesson("under_edit", ONCE)
    with previewing(project) as preview:
        for number in range(3):
            edit(preview, f"1 + {number}")
        children = psutil.Process(preview.process.pid).children(recursive=True)
        assert len(children) > 1, "no copies that could be left behind"
        preview.process.send_signal(signal.SIGKILL)
        for child in children:
            wait_until(lambda child=child: has_ended(child.pid))
        preview.process.wait()
