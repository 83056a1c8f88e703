"""The course as plain Markdown and files, for any site generator, or for none."""

from __future__ import annotations

import posixpath
import re
import shutil
from pathlib import Path

from lessonpress.course import BuildResult, Course
from lessonpress.printing.notebook import write_notebook
from lessonpress.read.scan import edit_text, replace_links

CONTROLS = re.compile(r'^<div class="lesson-play".*\n', re.MULTILINE)
LESSON_LINK = re.compile(r"(?<=\]\()(?P<path>[^()\s:#]+)\.py(?=[#)\s])")


def export_pages(course: Course, result: BuildResult, folder: Path) -> None:
    """Write every page as Markdown where the site has it, and beside a lesson its figures, source and notebook.

    A file is written only where its content changed. Figures stand still there, without the script that moves them.
    """
    for path, page in result.pages.items():
        target = folder / course.settings.site_path(path)
        markdown = CONTROLS.sub("", page.markdown)
        write_if_changed(target.with_suffix(".md"), link_pages(markdown, course.settings.site_path(path), result))
        for name in page.drawings:
            write_if_changed(folder / name, page.files[name])
        if path.endswith(".py"):
            beside = target.with_suffix("")
            write_if_changed(beside / f"{beside.name}.py", result.lessons[path].text)
            notebook = write_notebook(result.lessons[path], result.runs[path], f"../{beside.name}.md")
            write_if_changed(beside / f"{beside.name}.ipynb", notebook)
        for place, picture in page.pictures.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(course.root / picture, folder / place)


def link_pages(markdown: str, path: str, result: BuildResult) -> str:
    """Have links to lessons lead to the Markdown that stands for them now."""

    places = {lesson.place for lesson in result.lessons.values()}

    def replace(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), f"{match['path']}.py"))
        return f"{match['path']}.md" if target in places else match[0]

    return edit_text(markdown, lambda text: replace_links(text, replace, LESSON_LINK))


def write_if_changed(path: Path, text: str) -> None:
    """Write a text file unless it says the same already."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
