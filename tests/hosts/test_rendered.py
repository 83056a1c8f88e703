"""Rendered pages kept between builds: used where nothing changed, and made anew where something did."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Build = Callable[..., "subprocess.CompletedProcess[str]"]


def kept(root: Path) -> set[str]:
    return {path.name for path in (root / ".cache" / "lessonpress").glob("page-*.json")}


def test_a_second_build_renders_nothing_and_makes_the_same_site(root: Path, build: Build) -> None:
    (root / "docs" / "other.md").write_text("# Other *title*\n\n## Part\n\n[home](index.md#home)\n", encoding="utf-8")
    assert build().returncode == 0
    before = kept(root)
    shutil.copytree(root / "site", root / "first")
    assert build().returncode == 0
    assert kept(root) == before
    for path in (root / "first").rglob("*.html"):
        assert path.read_bytes() == (root / "site" / path.relative_to(root / "first")).read_bytes()


def test_a_changed_page_is_rendered_anew_and_no_other(root: Path, build: Build) -> None:
    (root / "docs" / "other.md").write_text("# Other\n", encoding="utf-8")
    build()
    before = kept(root)
    (root / "docs" / "other.md").write_text("# Other\n\nNew words.\n", encoding="utf-8")
    assert build().returncode == 0
    assert len(kept(root) - before) == 1
    assert "New words." in (root / "site" / "other" / "index.html").read_text(encoding="utf-8")


def test_what_is_wrong_with_a_page_is_said_again_in_the_next_build(root: Path, build: Build) -> None:
    (root / "docs" / "index.md").write_text("# Home\n\n[nowhere](nope.md)\n", encoding="utf-8")
    for _ in range(2):
        result = build()
        assert result.returncode != 0
        assert "nope.md" in result.stderr


@pytest.mark.parametrize(
    ("link", "after", "missed"),
    [("other.md", None, "other.md"), ("other.md#part", "# Other\n\n## Another\n", "#part")],
    ids=["page", "anchor"],
)
def test_a_target_that_went_away_is_missed_by_a_page_that_did_not_change(
    root: Path, build: Build, link: str, after: str | None, missed: str
) -> None:
    other = root / "docs" / "other.md"
    other.write_text("# Other\n\n## Part\n", encoding="utf-8")
    (root / "docs" / "index.md").write_text(f"# Home\n\n[the other]({link})\n", encoding="utf-8")
    assert build().returncode == 0
    if after is None:
        other.unlink()
    else:
        other.write_text(after, encoding="utf-8")
    result = build()
    assert result.returncode != 0
    assert missed in result.stderr
