"""What is known of a run: outputs and answers, a result for each step, put together from its events."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lessonpress.run.figures import Figure
from lessonpress.run.notes import Event as Event
from lessonpress.run.notes import Observed, collect_notes
from lessonpress.run.screen import clean_output


@dataclass(frozen=True)
class Output:
    """One thing a cell made: `text` is what it printed, its value, a table in Markdown, an error in its own words."""

    kind: str  # stdout, stderr, value, table, html, markdown, figure, error; note, on what a page can't show
    text: str = ""
    figure: Figure | None = None


@dataclass(frozen=True)
class Trouble:
    """Why a step failed. `line` is a place in the lesson's file, counted from 1; 0 where none is known."""

    message: str
    line: int = 0
    detail: str = ""


@dataclass(frozen=True)
class Dependencies:
    """Files, folders, links and patterns by path (the project's relative to its root), and packages, each with what
    was found.

    Of the first four, `files.LOOK` says how each is looked at. A package's value is its version; "none" where it was
    not installed.
    """

    files: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    matches: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)


@dataclass
class Result:
    """What came of one step: outputs of code, the text of an inline value, troubles of any.

    `earlier` are the outputs of a run that went well before, where a preview shows them until there are new ones.
    `seconds` is how long it took, and `memory` the most that the run had had by its end, in bytes. No page shows them.
    """

    outputs: list[Output] = field(default_factory=list)
    value: str = ""
    troubles: list[Trouble] = field(default_factory=list)
    ran: bool = False
    earlier: list[Output] = field(default_factory=list)
    seconds: float = field(default=0.0, compare=False)
    memory: int = field(default=0, compare=False)


@dataclass
class Run:
    """One run of a lesson: a result for each step, and what the run depended on.

    `missing` names the packages for want of which the lesson was not run at all. `unkept` says why the run does not
    count for a later build, where it read what nobody could follow. `resumed` is the step at which it went on from an
    earlier run, 0 for a full run; `differs` are the cells in which a full run differs from the one that went on.
    """

    results: list[Result]
    versions: dict[str, str] = field(default_factory=dict)
    machine: str = ""
    seconds: float = 0.0
    dependencies: Dependencies | None = None
    missing: tuple[str, ...] = ()
    unkept: str = ""
    resumed: int = 0
    differs: tuple[int, ...] = ()
    waiting: bool = False  # whether there is more to come, as a preview has it
    noted: Observed | None = None  # until `InstalledPackages.resolve` has made dependencies of it

    @property
    def ok(self) -> bool:
        return all(result.ran and not result.troubles for result in self.results)


def collect_run(count: int, events: Sequence[Event]) -> tuple[Run, int | None]:
    """Put the events of a run of `count` steps together; also the step it broke off in, if it did."""
    run = Run([Result() for _ in range(count)], noted=collect_notes(events))
    run.unkept = run.noted.unkept if run.noted else ""
    current = 0
    ended = False
    written: dict[str, str] = {}
    for event in _joined(events):
        result = run.results[current] if run.results else Result()
        if event["event"] in ("done", "trouble"):
            _add_written(result, written)
        match event:
            case {"event": "step", "number": number}:
                current = number
            case {"event": "done", "number": number, **took}:
                result = run.results[number]
                result.ran, result.seconds, result.memory = True, took["seconds"], took["memory"]
            case {"event": "output", "kind": "figure", "figure": figure}:
                result.outputs.append(Output("figure", figure=Figure(**figure)))
            case {"event": "output", "kind": kind, "text": text}:
                _add_output(result, kind, text)
            case {"event": "cleared"}:
                result.outputs.clear()
            case {"event": "written", "kind": kind, "text": text}:
                written[kind] = written.get(kind, "") + text
            case {"event": "value", "text": text}:
                result.value = text
            case {"event": "trouble", **trouble}:
                result.troubles.append(Trouble(trouble["message"], trouble["line"], trouble["detail"]))
            case {"event": "resumed", "number": number}:
                current = run.resumed = min(number, count - 1)
            case {"event": "end", **end}:
                ended = True
                run.seconds = end["seconds"]
    if run.results:
        _add_written(run.results[current], written)
    for result in run.results:
        result.outputs = [replace(output, text=clean_output(output.text)) for output in result.outputs]
    return run, None if ended else current


def _joined(events: Iterable[Event]) -> Iterator[Event]:
    """Events in which what was printed in many pieces is one."""
    for kind, group in itertools.groupby(events, _stream_of):
        if kind:
            yield {"event": "output", "kind": kind, "text": "".join(event["text"] for event in group)}
        else:
            yield from group


def _stream_of(event: Event) -> str:
    return event["kind"] if event["event"] == "output" and event["kind"] in ("stdout", "stderr") else ""


def _add_output(result: Result, kind: str, text: str) -> None:
    if result.outputs and result.outputs[-1].kind == kind and kind in ("stdout", "stderr"):
        result.outputs[-1] = Output(kind, result.outputs[-1].text + text)
    else:
        result.outputs.append(Output(kind, text))


def _add_written(result: Result, written: dict[str, str]) -> None:
    """Put what came past Python's own streams after all else: when in a step it arrives differs from run to run."""
    for kind in ("stdout", "stderr"):
        if kind in written:
            _add_output(result, kind, written.pop(kind))
