"""A figure to play with: a cell's drawing drawn again for each value, kept as what changes in the one picture."""

from __future__ import annotations

import ast
import contextlib
import io
import itertools
import math
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from lessonpress.run.compiled import compile_lesson
from lessonpress.run.figures import Figure, capture_figures, keep_figure
from lessonpress.run.randomness import Randomness
from lessonpress.run.step import Step

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

MOST_DRAWINGS = 200
TEXT = ""  # stands for an element's text among its attributes
ANEW = "have the cell make anew all that it changes, and what it draws random numbers from"


class PlayFailed(Exception):
    """Says what keeps a figure from being played with; its cause is what the lesson raised."""


@dataclass(frozen=True)
class Control:
    """A name that a reader can move: its values, and the place among them of the one that the cell sets."""

    name: str
    values: tuple[Any, ...]
    still: int

    @property
    def kind(self) -> str:
        """How it is moved: a switch, a choice among words, or a range."""
        if set(map(type, self.values)) == {bool}:
            return "switch"
        return "choice" if any(isinstance(value, str) for value in self.values) else "range"

    def as_entry(self) -> dict[str, Any]:
        values = [f"{float(value):g}" if _is_fraction(value) else str(value) for value in self.values]
        return {"name": self.name, "kind": self.kind, "values": values, "still": self.still}


class Plays:
    """The drawings of one cell, which has run once.

    Made before it runs, so that each drawing can begin with the names and random numbers that the cell began with.
    """

    def __init__(self, names: dict[str, Any], step: Step, path: str) -> None:
        self.names, self.step, self.path = names, step, path
        self.before, self.begun, self.places = Randomness(), dict(names), list[Any]()
        self.tree = ast.parse(step.source)
        ast.increment_lineno(self.tree, step.line - 1)

    def keep(self, drawing: Drawing) -> Figure:
        """Keep the drawing that the cell itself drew, and note the places of its axes for all others."""
        figure = keep_figure(drawing)
        self.places = [axes.get_position() for axes in drawing.axes]
        return figure

    def play(self, still: Figure) -> Figure:
        """The figure with all that a reader can make of it; the lesson's names and random numbers stay.

        Raises PlayFailed where it can't be drawn.
        """
        groups = [self._controls(line) for line in self.step.play]
        count = sum(math.prod(len(control.values) for control in group) for group in groups)
        if count > MOST_DRAWINGS:
            raise PlayFailed(
                f"{count} drawings, of which there can be {MOST_DRAWINGS}; give fewer values, or a line to each name"
            )
        names, after = dict(self.names), Randomness()
        try:
            drawn = [self._draw_group(group, groups, still) for group in groups]
        finally:
            sys.modules["matplotlib.pyplot"].close("all")  # of a drawing that failed
            self._put_back(names, after)
        clashes = dict.fromkeys([*still.clashes, *(clash for _, clashes in drawn for clash in clashes)])
        play = tuple(entry for entry, _ in drawn)
        check_apart(play)
        return replace(still, play=play, clashes=tuple(clashes))

    def _put_back(self, names: Mapping[str, Any], randomness: Randomness) -> None:
        self.names.clear()
        self.names.update(names)
        randomness.put_back()

    def _controls(self, line: str) -> list[Control]:
        tree = ast.parse(line.strip())
        ast.increment_lineno(tree, self.step.play_line - 1)
        return [self._control(node.targets[0].id, node.value) for node in tree.body]  # type: ignore[attr-defined]

    def _control(self, name: str, source: ast.expr) -> Control:
        set_to = next(node.value for node in self.tree.body if _sets(node, name))  # type: ignore[attr-defined]
        try:
            given, still = self._value_of(source), self._value_of(set_to)
            values = list(itertools.islice(given, MOST_DRAWINGS + 1))
            place = next((number for number, value in enumerate(values) if _is_same(value, still)), None)
        except Exception as error:
            raise PlayFailed(f"the values of '{name}' can't be had: {type(error).__name__}: {error}") from error
        if len(values) < 2:
            count = f"is one value of '{name}' alone" if values else f"are no values of '{name}'"
            raise PlayFailed(f"there {count}, and nothing to move; give more")
        if len(values) > MOST_DRAWINGS:
            raise PlayFailed(f"more than {MOST_DRAWINGS} values of '{name}'; take fewer, as with a longer step")
        if place is None:
            raise PlayFailed(
                f"'{name} = {still!r}', which the cell sets, is not among the values of '#| play:'; add it"
            )
        values[place] = still
        return Control(name, tuple(values), place)

    def _value_of(self, source: ast.expr) -> Any:
        return eval(compile_lesson(ast.Expression(source), self.path, self.names), dict(self.names))

    def _draw_group(
        self, controls: Sequence[Control], groups: Sequence[Sequence[Control]], still: Figure
    ) -> tuple[dict[str, Any], list[str]]:
        """The drawings of all combinations of some controls, and the labels that clash in them.

        The still one comes last: so it shows whether those before it have left a trace, and its own is what is left.
        """
        rest = {control.name: control.values[control.still] for group in groups for control in group}
        all_values = list(itertools.product(*(control.values for control in controls)))
        place = 0
        for control in controls:
            place = place * len(control.values) + control.still
        drawn: dict[int, tuple[Figure, str]] = {}
        for number in sorted(range(len(all_values)), key=lambda number: number == place):
            named = dict(zip((control.name for control in controls), all_values[number], strict=True))
            drawn[number] = self._draw(rest | named, number in (0, len(all_values) - 1))
        if drawn[place][0].svg != still.svg:
            raise PlayFailed(f"drawn once more with {_write_values(rest)}, the figure is another; {ANEW}")
        figures, says = zip(*(drawn[number] for number in range(len(all_values))), strict=True)
        entry = {"controls": [control.as_entry() for control in controls], "still": place, "says": list(says)}
        clashes = [clash for figure in figures for clash in figure.clashes]
        return entry | find_changes([figure.svg for figure in figures]), clashes

    def _draw(self, values: Mapping[str, Any], check: bool) -> tuple[Figure, str]:
        """The one drawing for some values, and what is printed with it."""
        shown, printed = _write_values(values), io.StringIO()
        self._put_back(self.begun | {_hidden(name): value for name, value in values.items()}, self.before)
        try:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(None), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the cell's own run has told of them
                exec(compile_lesson(_moved(self.tree, values), self.path, self.names), self.names)
                figures = capture_figures(lambda drawing: self._keep_moved(drawing, check))
        except (Exception, SystemExit) as error:
            raise PlayFailed(f"{type(error).__name__}: {error}, with {shown}") from error
        if len(figures) != 1:
            raise PlayFailed(f"{len(figures)} figures are drawn with {shown}, and one otherwise")
        return figures[0], printed.getvalue().strip()

    def _keep_moved(self, drawing: Drawing, check: bool) -> Figure:
        """Keep a drawing whose axes stay where the cell's own has them, so that nothing jumps."""
        if len(drawing.axes) == len(self.places):
            drawing.set_layout_engine("none")
            for axes, place in zip(drawing.axes, self.places, strict=True):
                axes.set_position(place)
        return keep_figure(drawing, check, once=True)


def _is_fraction(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, Integral)


def _is_same(value: Any, still: Any) -> bool:
    if _is_fraction(value) and isinstance(still, Real):
        return math.isclose(value, still, rel_tol=1e-9, abs_tol=1e-12)
    return bool(value == still)


def _write_values(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in values.items())


def _hidden(name: str) -> str:
    return f"__moved_{name}"


def _sets(node: ast.stmt, name: str) -> bool:
    target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    return isinstance(target, ast.Name) and target.id == name


def _moved(tree: ast.Module, values: Mapping[str, Any]) -> ast.Module:
    """The cell's code with each name set to what a reader has moved it to."""
    body: list[ast.stmt] = []
    left = set(values)
    for node in tree.body:
        name = next((name for name in left if _sets(node, name)), None)
        if name is not None:
            left.remove(name)
            moved = ast.Assign(node.targets, ast.Name(_hidden(name), ast.Load()))  # type: ignore[attr-defined]
            node = ast.fix_missing_locations(ast.copy_location(moved, node))
        body.append(node)
    return ast.Module(body, [])


def find_changes(drawings: Sequence[str]) -> dict[str, Any]:
    """What differs between drawings: per attribute of an element, its value in each; or the drawings, whole.

    An element goes by its number in the document, an attribute "" is its text, and values go by their place in a list.
    Drawings that don't have the same elements can't be told apart that way.
    """
    parsed = [list(ElementTree.fromstring(drawing).iter()) for drawing in drawings]
    parts = [[(element.tag, element.get("id")) for element in elements] for elements in parsed]
    if any(other != parts[0] for other in parts):
        return {"whole": list(drawings)}
    values: dict[str | None, int] = {}
    changes = []
    for number, elements in enumerate(zip(*parsed, strict=True)):
        for name in _attributes(elements):
            found = [element.text if name == TEXT else element.get(name) for element in elements]
            if len(set(found)) > 1:
                changes.append([number, name, [values.setdefault(value, len(values)) for value in found]])
    return {"changes": changes, "values": list(values)}


def _attributes(elements: Sequence[ElementTree.Element]) -> Iterator[str]:
    yield TEXT
    yield from dict.fromkeys(name for element in elements for name in element.attrib)


def check_apart(play: Sequence[Mapping[str, Any]]) -> None:
    """What moves by itself must not change what something else changes.

    Raises PlayFailed where it does.
    """
    seen: dict[tuple[int, str], str] = {}
    for group in play:
        name = group["controls"][0]["name"]
        if "whole" in group and len(play) > 1:
            raise PlayFailed(f"moving '{name}' changes which parts the figure has; write all on one line of '#| play:'")
        changed = [(number, attribute) for number, attribute, _ in group["changes"]] if "changes" in group else []
        if len(set(group["says"])) > 1:
            changed.append((-1, "says"))
        for part in changed:
            other = seen.setdefault(part, name)
            if other != name:
                raise PlayFailed(
                    f"'{other}' and '{name}' change the same part of the figure, or of what is printed; write them on"
                    " one line"
                )
