"""Runs that go on from a stopped copy of an earlier one: where they can, and whether a full run bears them out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lessonpress.kept.dependencies import InstalledPackages
from lessonpress.kept.jobs import Job, read_events
from lessonpress.kept.runs import identity
from lessonpress.read.lesson import Lesson
from lessonpress.run.files import LOOK
from lessonpress.run.job import EVENTS
from lessonpress.run.notes import Event, collect_notes

Say = Callable[[Lesson, str], None]

EDITED = 2  # lessons that leave copies: an author works at one, and looks something up in another
RUNS = 4  # of each, that others may go on from
# The memory that all copies together may take, in bytes; those of a lesson that trains a network take half of it.
MOST_MEMORY = 500_000_000
MOST_TIME = 0.05  # the share of a run's time that all its copies together may take
TOLD = ("step", "noted", "copied", "uncopied", "resumed")  # the kinds of events that say where one can go on


@dataclass
class Origin:
    """A run that others may go on from, with those of its events that say where, and packages with their versions."""

    lesson: Lesson
    events: list[Event] = field(default_factory=list)
    packages: dict[str, str] = field(default_factory=dict)

    @property
    def copied(self) -> list[int]:
        """The numbers of the steps before which it left a copy, the last first."""
        return [event["number"] for event in self.events if event["event"] == "copied"][::-1]

    def holds_until(self, lesson: Lesson, root: Path, installed: InstalledPackages) -> int:
        """The number of the first step that is another one now, or that read what has changed since."""
        if any(installed.version(package) != version for package, version in self.packages.items()):
            return 0
        before, after = ([identity(step) for step in one.steps] for one in (self.lesson, lesson))
        same = 0
        while same < min(len(before), len(after)) and before[same] == after[same]:
            same += 1
        number = 0
        for event in self.events:
            if event["event"] == "step":
                number = event["number"]
            if number >= same:
                break
            look = LOOK.get(event.get("kind", ""))
            if look and look(root, event["name"]) != event["value"]:
                return number
        return same


class Origins:
    """The runs that others may go on from; `say` is called with what an author should know of a lesson, once."""

    def __init__(self, root: Path, say: Say, able: bool) -> None:
        self.root, self.say, self.able = root, say, able
        self.most_memory, self.most_time = MOST_MEMORY, MOST_TIME
        # By lesson and folder, the lesson edited last and the last run last.
        self.found: dict[str, dict[str, Origin]] = {}
        self.forgotten: list[str] = []
        self.expected: set[str] = set()  # the folders of jobs for which there should be a copy
        self.said: set[tuple[str, str]] = set()

    def note_edit(self, lesson: Lesson) -> None:
        """A lesson has been edited, and may be so again: from now on its runs leave copies."""
        if not self.able:
            self._say_once(lesson, "", "runs in full after each edit: this system keeps no stopped copies of a process")
            return
        self.found[lesson.path] = self.found.pop(lesson.path, {})
        for other in list(self.found)[:-EDITED]:
            self.forgotten += self.found.pop(other)

    def forget(self, path: str) -> None:
        """Go on from none of a lesson's runs until now."""
        self.forgotten += self.found.get(path, ())
        self.found[path] = {}

    def ask(self, job: Job, installed: InstalledPackages) -> dict[str, Any]:
        """What to ask of the fork server for a job: to leave copies, to go on from one, to let go of others."""
        lesson, folder = job.lesson, str(job.folder)
        origins = self.found.get(lesson.path)
        if job.full or origins is None:
            return {}
        copies = []
        for place, origin in reversed(origins.items()):
            most = origin.holds_until(lesson, self.root, installed)
            copies += [(place, number) for number in origin.copied if number <= most]
        self.expected |= {folder} if copies else set()
        origins[folder] = Origin(lesson)
        for place in list(origins)[:-RUNS]:
            del origins[place]
            self.forgotten.append(place)
        forgotten, self.forgotten = self.forgotten, []
        return {"keep": self.most_memory, "copies": sorted(copies, key=lambda copy: -copy[1]), "forget": forgotten}

    def hear(self, job: Job, installed: InstalledPackages) -> None:
        """Take up what a job has told until now, while its folder is there."""
        folder = str(job.folder)
        origin = self.found.get(job.lesson.path, {}).get(folder)
        if origin is None or not (events := read_events(job.folder / EVENTS, *TOLD)):
            return
        origin.events = events
        noted = collect_notes(events)
        origin.packages = installed.resolve(noted)[1].packages if noted else {}
        for event in events:
            if event["event"] == "uncopied":
                self._say_once(job.lesson, event["why"], uncopied(job.lesson, event))
        if folder in self.expected and not any(event["event"] == "resumed" for event in events):
            self.say(job.lesson, "runs in full: the copies that it could have gone on from are gone")
            self.found[job.lesson.path] = {folder: origin}
        self.expected.discard(folder)

    def _say_once(self, lesson: Lesson, why: str, text: str) -> None:
        if (lesson.path, why) not in self.said:
            self.said.add((lesson.path, why))
            self.say(lesson, text)


def uncopied(lesson: Lesson, event: Event) -> str:
    """Why a run left no copy of itself, in words that follow the lesson's name."""
    cell = lesson.steps[min(event["number"], len(lesson.steps) - 1)].cell
    return f"{event['why']} by cell {cell}, so that an edit further down runs it again from further up, or in full"
