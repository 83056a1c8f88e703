"""A figure to play with: a cell's drawing drawn again for each value, kept as what changes in the one picture."""

from __future__ import annotations

import ast
import contextlib
import io
import itertools
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from lessonpress.run.figures import Figure, capture_figures, keep_figure
from lessonpress.run.randomness import Randomness
from lessonpress.run.step import Step

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

MOST_DRAWINGS = 200
TEXT = ""  # stands for an element's text among its attributes


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
        shown = [
            value if isinstance(value, str) else f"{value:g}" if _is_number(value) else str(value)
            for value in self.values
        ]
        return {"name": self.name, "kind": self.kind, "values": shown, "still": self.still}


class Plays:
    """The drawings of one cell, which has run once: made before it runs, when its random numbers are still to come."""

    def __init__(self, names: dict[str, Any], step: Step, path: str) -> None:
        self.names, self.step, self.path = names, step, path
        self.before, self.places = Randomness(), list[Any]()
        self.tree = ast.parse(step.source)
        ast.increment_lineno(self.tree, step.line - 1)

    def keep(self, drawing: Drawing) -> Figure:
        """Keep the drawing that the cell itself drew, and note the places of its axes for all others."""
        figure = keep_figure(drawing)
        self.places = [axes.get_position() for axes in drawing.axes]
        return figure

    def play(self, still: Figure) -> Figure:
        """The figure with all that a reader can make of it.

        Raises PlayFailed where it can't be drawn.
        """
        after = Randomness()
        groups = [self._controls(line) for line in self.step.play]
        try:
            drawn = [
                self._draw_group(group, [c for other in groups if other is not group for c in other])
                for group in groups
            ]
        finally:
            after.put_back()
        clashes = dict.fromkeys([*still.clashes, *(clash for _, clashes in drawn for clash in clashes)])
        play = tuple(entry for entry, _ in drawn)
        check_apart(play)
        return replace(still, play=play, clashes=tuple(clashes))

    def _controls(self, line: str) -> list[Control]:
        return [self._control(node.targets[0].id, node.value) for node in ast.parse(line.strip()).body]  # type: ignore[attr-defined]

    def _control(self, name: str, source: ast.expr) -> Control:
        set_to = next(node.value for node in self.tree.body if _sets(node, name))  # type: ignore[attr-defined]
        try:
            given, still = self._value_of(source), self._value_of(set_to)
            values = tuple(itertools.islice(given, MOST_DRAWINGS + 1))
        except Exception as error:
            raise PlayFailed(f"the values of '{name}' can't be had: {type(error).__name__}: {error}") from error
        if not values:
            raise PlayFailed(f"there are no values of '{name}' to move among")
        if len(values) > MOST_DRAWINGS:
            raise PlayFailed(f"more than {MOST_DRAWINGS} values of '{name}'; take fewer, as with a longer step")
        place = next((number for number, value in enumerate(values) if value == still), None)
        if place is None:
            raise PlayFailed(
                f"'{name} = {still!r}', which the cell sets, is not among the values of '#| play:'; add it"
            )
        return Control(name, values, place)

    def _value_of(self, source: ast.expr) -> Any:
        return eval(compile(ast.Expression(source), self.path, "eval", dont_inherit=True), dict(self.names))

    def _draw_group(self, controls: Sequence[Control], others: Sequence[Control]) -> tuple[dict[str, Any], list[str]]:
        """The drawings of all combinations of some controls, and the labels that clash in them."""
        count = math.prod(len(control.values) for control in controls)
        if count > MOST_DRAWINGS:
            raise PlayFailed(
                f"{count} drawings, of which there can be {MOST_DRAWINGS}; give fewer values, or a line to each name"
            )
        still = 0
        for control in controls:
            still = still * len(control.values) + control.still
        rest = {control.name: control.values[control.still] for control in others}
        figures, says, clashes = [], [], list[str]()
        for number, values in enumerate(itertools.product(*(control.values for control in controls))):
            named = dict(zip((control.name for control in controls), values, strict=True))
            figure, said = self._draw(rest | named, number in (0, count - 1))
            figures.append(figure.svg)
            says.append(said)
            clashes += figure.clashes
        entry = {"controls": [control.as_entry() for control in controls], "still": still, "says": says}
        return entry | find_changes(figures), clashes

    def _draw(self, values: Mapping[str, Any], check: bool) -> tuple[Figure, str]:
        """The one drawing for some values, and what is printed with it."""
        shown = ", ".join(f"{name} = {value!r}" for name, value in values.items())
        names = self.names | {_hidden(name): value for name, value in values.items()}
        printed = io.StringIO()
        self.before.put_back()
        try:
            with contextlib.redirect_stdout(printed), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the cell's own run has told of them
                exec(compile(_moved(self.tree, values), self.path, "exec", dont_inherit=True), names)
                figures = capture_figures(lambda drawing: self._keep_moved(drawing, check))
        except Exception as error:
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
        return keep_figure(drawing, check)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


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
    tags = [[element.tag for element in elements] for elements in parsed]
    if any(other != tags[0] for other in tags):
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
        for number, attribute, _ in group.get("changes", ()):
            other = seen.setdefault((number, attribute), name)
            if other != name:
                raise PlayFailed(f"'{other}' and '{name}' change the same part of the figure; write them on one line")
