"""A lesson, a term or an exercise begun: a draft that builds, with TODO where its author has to write."""

from __future__ import annotations

import argparse
import json
import keyword
import re
from collections.abc import Iterator
from pathlib import Path

from lessonpress.hosts.commands import RIGHT, UNFINISHED, WrongCall
from lessonpress.hosts.commands.nav import pages_in_nav, with_entry
from lessonpress.hosts.commands.start import SKELETON
from lessonpress.printing.proofread import owner_of
from lessonpress.problems import CannotGoOn, ProblemsFound, did_you_mean
from lessonpress.read.exercises import NAME
from lessonpress.read.lesson import read_front_matter, read_source
from lessonpress.settings import Settings, config_file

MADE = ("index", "map")  # pages of the glossary that are no terms
BEGINS_EXERCISE = re.compile(r"^# %% exercise (\w+)", re.MULTILINE)


def new_lesson(options: argparse.Namespace) -> int:
    """Write a lesson, and its entry in the nav behind another lesson's, or behind the last."""
    settings, name = Settings.read(options.root), options.name
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise WrongCall(f"'{name}' can't name a lesson, which is a module; take a-z, 0-9 and _, as in gradient_descent")
    if owner := owner_of(name):
        raise WrongCall(f"'{name}' is a module of {owner} too, and whatever imports that may get this lesson")
    known = {path.stem: settings.name_of(path) for path in settings.lesson_paths()}
    after = Path(options.after).stem
    if after and after not in known:
        raise WrongCall(f"no lesson is called {after}{did_you_mean(after, known)}")
    path = f"{settings.lessons}/{name}.py"
    _write(settings.root / path, path, _skeleton("lesson.py", title=name.replace("_", " ").capitalize()))
    return _enter(settings, path, settings.lessons, known.get(after, ""))


def new_term(options: argparse.Namespace) -> int:
    """Write a term's page, and its entry in the nav if other terms have one."""
    settings, name = Settings.read(options.root), " ".join(" ".join(options.name).split())
    slug = re.sub(r"[ _-]+", "-", name).lower()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise WrongCall(f"'{name}' can't name a term's page; take a-z, 0-9, blanks and hyphens, and edit the page")
    if slug in MADE:
        raise WrongCall(f"'{settings.glossary}/{slug}.md' is no term's page; take another name")
    for page, taken in _names_of_terms(settings):
        if name.casefold() == taken.casefold():
            raise CannotGoOn(f"the term '{taken}' stands on {page} already; each name leads to one page")
    path = f"{settings.glossary}/{slug}.md"
    _write(settings.root / path, path, _skeleton("term.md", term=json.dumps(name)))
    return _enter(settings, path, settings.glossary)


def new_exercise(options: argparse.Namespace) -> int:
    """Write an exercise behind those that the lesson has."""
    settings, lesson = Settings.read(options.root), Path(options.lesson).stem
    known = [path.stem for path in [*settings.lesson_paths(), *(settings.root / settings.docs).glob("*.md")]]
    if lesson not in known:
        raise WrongCall(f"no lesson is called {lesson}{did_you_mean(lesson, known)}")
    path = settings.root / settings.exercises / f"{lesson}.py"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    taken = BEGINS_EXERCISE.findall(text)
    free = (f"exercise_{number}" for number in range(1, len(taken) + 2))
    name = options.name or next(one for one in free if one not in taken)
    if not NAME.fullmatch(name):
        raise WrongCall(f"'{name}' can't name an exercise; take lower-case letters, digits, underscores")
    if name in taken:
        raise CannotGoOn(f"{settings.name_of(path)} has an exercise '{name}' already")
    begun = _skeleton("exercise.py", name=name)
    if text:
        path.write_text(f"{text.rstrip()}\n\n\n{begun}", encoding="utf-8")
        print(f"{settings.name_of(path)}: exercise '{name}' is begun; write in place of each TODO")
    else:
        _write(path, settings.name_of(path), begun)
    return RIGHT


def _skeleton(file: str, **values: str) -> str:
    text = (SKELETON / file).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"${name}", value)
    return text


def _write(path: Path, name: str, text: str) -> None:
    """Write a new file; raises CannotGoOn where it is there already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CannotGoOn(f"{name} is there already; take another name") from None
    print(f"{name} is begun; write in place of each TODO, which `lessonpress check` lists")


def _names_of_terms(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every name of every term, with its page; what is wrong with a page, a build says."""
    for path in sorted((settings.root / settings.glossary).glob("*.md")):
        try:
            name, text = read_source(path, settings.root)
            matter, _, _ = read_front_matter(name, text)
        except ProblemsFound:
            continue
        others = matter.get("synonyms")
        for taken in [matter.get("term"), *(others if isinstance(others, list) else ())]:
            yield name, str(taken)


def _enter(settings: Settings, path: str, folder: str, after: str = "") -> int:
    """Put a page into the nav behind another, or behind the last of its folder; or say what to write there."""
    path, folder, after = map(settings.site_path, (path, folder, after))  # as the nav names them
    config = config_file(settings.root)
    text = config.read_bytes().decode("utf-8")
    pages = pages_in_nav(text)
    beside = [page for page in pages or () if page.startswith(f"{folder}/") and page != f"{folder}/index.md"]
    if not after and not beside and (pages is None or path.endswith(".md")):
        return RIGHT  # MkDocs makes the nav, or it has no terms
    after = after or (beside or [""])[-1]
    made = with_entry(text, path, after)
    if made is None:
        print(f"One thing is left to do: in {config.name}, put this line into the list `nav`:\n  - {path}")
        return UNFINISHED
    config.write_bytes(made.encode("utf-8"))
    print(f"{config.name}: it comes behind {after}")
    return RIGHT
