"""One reading of mkdocs.yml, whoever asks for it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from small_project import SITE

from lessonpress.plugin_options import Options
from lessonpress.settings import OPTION_NAMES, Settings, SettingsError

CHANGED = {
    "lessons": "chapters",
    "glossary": "words",
    "cache": "kept",
    "workers": 3,
    "limit": 7,
    "preload": ["numpy"],
    "avoid": ["simply"],
    "claims": ["never"],
}


def configure(root: Path, text: str, name: str = "mkdocs.yml") -> Path:
    path = root / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_option_is_read_from_the_plugin_s_options(root: Path) -> None:
    for folder in ("chapters", "words"):
        (root / folder).mkdir()
    lines = "\n".join(f"      {name}: {value}" for name, value in CHANGED.items())
    configure(root, f"plugins:\n  - search\n  - lessonpress:\n{lines}\n")
    settings = Settings.read(root)
    assert {name: getattr(settings, name) for name in OPTION_NAMES} == {
        name: tuple(value) if isinstance(value, list) else value for name, value in CHANGED.items()
    }
    assert all(getattr(settings, name) != getattr(Settings(root), name) for name in OPTION_NAMES), "one is a default"


def test_what_is_not_said_is_the_default(root: Path) -> None:
    configure(root, "plugins: [lessonpress]\n")
    assert Settings.read(root) == Settings(root)


def test_each_option_of_the_plugin_is_a_setting_with_the_same_default(root: Path) -> None:
    options = Options()
    options.load_dict({})
    assert options.validate() == ([], [])
    for name in OPTION_NAMES:
        default = getattr(Settings(root), name)
        assert options[name] == (list(default) if isinstance(default, tuple) else default)
    assert {field.name for field in dataclasses.fields(Settings)} == {
        "root",
        "docs",
        "order",
        "excluded",
        *OPTION_NAMES,
    }


@pytest.mark.parametrize(
    "plugins",
    ["[search, lessonpress: {limit: 9}]", "{search: {}, lessonpress: {limit: 9}}", "[{lessonpress: {limit: 9}}]"],
)
def test_plugins_may_be_a_list_or_a_mapping(root: Path, plugins: str) -> None:
    configure(root, f"plugins: {plugins}\n")
    assert Settings.read(root).limit == 9


def test_the_configuration_may_be_inherited_and_have_another_name(root: Path) -> None:
    configure(root, "plugins: [{lessonpress: {limit: 9}}]\ndocs_dir: pages\n", "base.yml")
    path = configure(root, "INHERIT: base.yml\nsite_name: Other\n", "other.yml")
    settings = Settings.read(path)
    assert (settings.root, settings.limit, settings.docs) == (root, 9, "pages")


def test_lessons_stand_in_the_order_of_the_nav(root: Path) -> None:
    for name in ("a", "b", "c", "d"):
        (root / "lessons" / f"{name}.py").touch()
    configure(root, "plugins: [lessonpress]\nnav:\n  - Home: index.md\n  - Part: [lessons/c.py, {B: lessons/b.py}]\n")
    assert [path.stem for path in Settings.read(root).lesson_paths()] == ["c", "b", "a", "d"]


def test_names_that_begin_with_a_dot_or_an_underscore_are_no_lessons(root: Path) -> None:
    for name in ("lesson.py", "_helper.py", ".hidden.py", "notes.txt"):
        (root / "lessons" / name).touch()
    (root / "lessons" / ".#lesson.py").symlink_to("somebody@machine.1234")  # as Emacs locks a file
    (root / "docs" / ".#index.md").symlink_to("somebody@machine.1234")
    settings = Settings(root)
    assert [path.name for path in settings.lesson_paths()] == ["lesson.py"]
    assert settings.page_paths() == []


def test_a_page_in_a_hidden_folder_is_none_as_it_is_none_for_mkdocs(root: Path) -> None:
    for name in ("docs/.trash/old.md", "docs/part/.drafts/deep/new.md", "glossary/.obsidian/a.md", "docs/part/page.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    settings = Settings.read(root)
    assert [settings.name_of(path) for path in settings.page_paths()] == ["docs/part/page.md"]


def test_pages_may_lie_outside_the_project(root: Path) -> None:
    (root.parent / "pages").mkdir()
    (root.parent / "pages" / "index.md").touch()
    configure(root, "plugins: [lessonpress]\ndocs_dir: ../pages\n")
    settings = Settings.read(root)
    assert [settings.name_of(path) for path in settings.page_paths()] == ["../pages/index.md"]
    assert settings.site_path("../pages/index.md") == "index.md"


def test_folders_among_the_pages_are_found_and_stand_in_the_order_of_the_nav(root: Path) -> None:
    for folder in ("lessons", "glossary"):
        (root / folder).rename(root / "docs" / folder)
    for path in ("lessons/a.py", "lessons/b.py", "glossary/bias.md", "index.md"):
        (root / "docs" / path).touch()
    configure(root, "plugins: [lessonpress]\nnav: [index.md, lessons/b.py, lessons/a.py]\n")
    settings = Settings.read(root)
    assert (settings.lessons, settings.glossary) == ("docs/lessons", "docs/glossary")
    assert list(map(settings.name_of, settings.lesson_paths())) == ["docs/lessons/b.py", "docs/lessons/a.py"]
    assert list(map(settings.name_of, settings.page_paths())) == ["docs/glossary/bias.md", "docs/index.md"]
    assert settings.site_path("docs/lessons/a.py") == "lessons/a.py"


@pytest.mark.parametrize("written", ["docs/units/", "./docs/units", "docs//units"])
def test_a_folder_may_be_written_as_one_likes(root: Path, written: str) -> None:
    (root / "docs" / "units").mkdir()
    configure(root, f"plugins: [lessonpress: {{lessons: {written}}}]\n")
    assert Settings.read(root).lessons == "docs/units"


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (None, "no mkdocs.yml in "),
        ("plugins: [search]", "has no plugin 'lessonpress'; add it to its list `plugins`"),
        ("site_name: Tiny", "has no plugin 'lessonpress'"),
        ("plugins: [", "can't be read"),
        ("plugins: [lessonpress: {worker: 2}]", "option 'worker' of the plugin 'lessonpress'"),
        ("plugins: [lessonpress: {worker: 2}]", "did you mean 'workers'?"),
        ("plugins: [lessonpress: {workers: two}]", "option 'workers' of the plugin 'lessonpress'"),
        ("plugins: [lessonpress: {lessons: leesons}]", "no folder 'leesons'"),
        ("plugins: [lessonpress: {lessons: leesons}]", "did you mean 'lessons'?"),
        ("plugins: [lessonpress: {lessons: docs/leesons}]", "did you mean 'docs/lessons'?"),
        ("plugins: [lessonpress: {lessons: ..}]", "the folder '..' lies outside of tiny çourse"),
        ("plugins: [lessonpress: {glossary: glosary}]", "no folder 'glosary'"),
        ("plugins: lessonpress", "has no plugin 'lessonpress'"),
        ("- a list", "can't be read"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(root: Path, config: str | None, told: str) -> None:
    (root / "mkdocs.yml").unlink()
    (root / "docs" / "lessons").mkdir()
    if config is not None:
        configure(root, config)
    with pytest.raises(SettingsError) as found:
        Settings.read(root)
    assert told in str(found.value)


def test_a_course_may_do_without_a_glossary(root: Path) -> None:
    (root / "glossary").rmdir()
    configure(root, "plugins: [lessonpress]\n")
    assert Settings.read(root).page_paths() == []


def test_what_mkdocs_excludes_is_neither_a_page_nor_a_lesson(root: Path) -> None:
    (root / "mkdocs.yml").write_text(
        SITE + "exclude_docs: |\n  /drafts/\n  *_old.*\n  !kept_old.md\n", encoding="utf-8"
    )
    places = ["docs/drafts/a.md", "docs/part/drafts/b.md", "docs/c_old.md", "docs/kept_old.md", "docs/templates/d.md"]
    for place in [*places, "lessons/e_old.py", "lessons/f.py", "glossary/g_old.md", "glossary/h.md"]:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text("# Page\n", encoding="utf-8")
    settings = Settings.read(root)
    found = [settings.name_of(path) for path in settings.lesson_paths() + settings.page_paths()]
    assert found == ["lessons/f.py", "glossary/h.md", "docs/kept_old.md", "docs/part/drafts/b.md"]
