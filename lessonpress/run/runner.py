"""A lesson's steps run, one after the other, in the process that is there for nothing else.

What happens is told as events, at once: a process that dies in the middle has told what it got to.
`record.collect_run` puts the events of a run together again.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import io
import itertools
import json
import linecache
import os
import sys
import time
import tokenize
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from lessonpress.run.compiled import compile_lesson
from lessonpress.run.display import Display, displayed
from lessonpress.run.errors import describe_error, name_cause, say_more, write_error
from lessonpress.run.figures import capture_figures, close, is_empty, is_open, keep_figure, use_house_style
from lessonpress.run.notes import Event
from lessonpress.run.places import Places, line_in
from lessonpress.run.plays import PlayFailed, Plays
from lessonpress.run.screen import Screen
from lessonpress.run.step import Step
from lessonpress.run.streams import LessonStopped, NobodyThere, Printed, filter_warnings
from lessonpress.run.texts import printable
from lessonpress.run.values import is_drawn, is_figure, look_at
from lessonpress.run.watcher import Watcher

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MOST_CHARACTERS = 200_000
MOST_WRITTEN = 50 * MOST_CHARACTERS  # with what was written over
DOCTEST_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

Emit = Callable[[Event], None]
Leave = Callable[[int], Sequence[Step] | None]


def run_steps(path: Path, root: Path, steps: Sequence[Step], emit: Emit, leave_copy: Leave | None = None) -> None:
    """Run the steps in a fresh namespace, as `__main__`, in the folder the file lies in.

    `emit` gets an event for each thing that happens. The steps stop at the first code that raises;
    a doctest or a value that fails is reported, and the rest goes on. `leave_copy` is called before each step, and
    after the last one; where it comes back in a copy of this process, it hands over the steps that this one goes on in.
    """
    began, process, leave = time.monotonic(), os.getpid(), os._exit
    watcher = Watcher(path, root, emit)
    runner = Runner(path, root, emit)
    watcher.begin(steps)
    with watcher.watching(), use_house_style(), runner.captured():
        for number in itertools.count():
            with watcher.unheard():
                others = leave_copy(number) if leave_copy else None
            if others is not None:
                steps, began, process = others, time.monotonic(), os.getpid()
                linecache.checkcache(str(path))
                watcher.begin(steps)
            if number == len(steps):
                break
            since, step = time.monotonic(), steps[number]
            emit({"event": "step", "number": number})
            watcher.step = step
            for pattern in step.reads:
                if not watcher.note_matches(pattern):
                    runner.trouble(f"no file matches '{pattern}', which the cell says it reads", step.reads_line)
            going_on = runner.run_step(step)
            if os.getpid() != process:  # one that the cell has forked and that came back from it
                leave(0)
            if not going_on:
                break
            took = time.monotonic() - since
            emit({"event": "done", "number": number, "seconds": took, "memory": peak_memory()})
    emit({"event": "end", "seconds": time.monotonic() - began})


def peak_memory() -> int:
    """The most memory that this process has had until now, in bytes; 0 where the system doesn't say."""
    if resource is None:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class Runner:
    """The namespace of a lesson, and how each kind of step runs in it."""

    def __init__(self, path: Path, root: Path, emit: Emit) -> None:
        self.path, self.root, self.emit = path, root, emit
        self.places = Places(root)
        self.module = types.ModuleType("__main__")
        self.module.__file__ = str(path)
        self.names = self.module.__dict__
        self.screens: dict[str, Screen] = {}
        self.written = self.shown = 0
        self.clears = False  # whether what comes next takes the place of all that the cell has shown
        self.flush: Callable[[], None] = lambda: None
        self.holds = False  # whether figures wait for the end of their cell, until all that belongs to them is known
        self.data = ""  # what the script of a figure works with
        self.show: Callable[..., Any] = lambda: None  # pyplot's own, while it is replaced

    def run_step(self, step: Step) -> bool:
        """Run one step; false where the lesson can't go on."""
        run = {
            "code": self.run_code,
            "value": self.run_value,
            "doctest": self.run_doctest,
            "check": self.run_check,
        }[step.kind]
        self.holds, self.data, self.clears = step.data or bool(step.play), "", False
        try:
            run(step)
            return True
        except BaseException as error:  # a lesson may raise anything, and none of it may end the engine
            self.flush()
            if step.error and isinstance(error, Exception):
                self.show_figures()
                self.output("error", write_error(error))
                return True
            line = line_in(error, str(self.path)) or step.line
            self.trouble(describe_error(error) + name_cause(error), line, say_more(error, self.traceback_of))
            return step.kind != "code"

    def run_code(self, step: Step) -> None:
        tree = ast.parse(step.source)
        ast.increment_lineno(tree, step.line - 1)
        plays = Plays(self.names, step, str(self.path)) if step.play else None
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(self.compile(tree), self.names)
        if last is not None:
            value = eval(self.compile(ast.Expression(last.value)), self.names)  # type: ignore[attr-defined]
            if step.data:
                self.data = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            elif not _ends_in_semicolon(step.source):
                self.show_value(value)
        self.flush()
        self.show_figures(plays)

    def run_value(self, step: Step) -> None:
        tree = ast.parse(step.source, mode="eval")
        ast.increment_lineno(tree, step.line - 1)
        value = eval(self.compile(tree), self.names)
        self.emit({"event": "value", "text": self.fit(format(value, step.format))})

    def compile(self, tree: ast.Module | ast.Expression) -> Any:
        return compile_lesson(tree, str(self.path), self.names)

    def fit(self, text: str) -> str:
        """A text that any page can show, and that tells nothing of this machine."""
        return printable(self.places.hide(text))

    def run_doctest(self, step: Step) -> None:
        examples = doctest.DocTestParser().get_examples(step.source, str(self.path))
        test = doctest.DocTest(examples, self.names, step.source, str(self.path), step.line - 1, step.source)
        test.globs = self.names  # DocTest made a copy; what a doctest assigns has to stay
        DoctestRunner(self).run(test, clear_globs=False)

    def run_check(self, step: Step) -> None:
        from lessonpress.run.check import judge  # lessons have none

        verdict = judge(self.names, json.loads(step.source), str(self.path))
        self.emit({"event": "value", "text": json.dumps(verdict)})

    def show_value(self, value: Any, asked: bool = False) -> None:
        """Show what a cell ends in, or what is `asked` for by `display`."""
        if is_figure(value):
            self.show_drawing(value, asked)
        elif hasattr(type(value), "_ipython_display_"):
            value._ipython_display_()
        elif asked or not (value is None or is_drawn(value)):
            self.shown += 1
            for part in look_at(value, self.shown):
                if part.figure is not None:
                    self.emit_output("figure", figure=asdict(part.figure))
                elif part.kind in ("value", "table"):
                    self.output(part.kind, part.text)
                else:
                    self.emit_output(part.kind, text=self.fit(part.text))

    def show_drawing(self, drawing: Any, asked: bool) -> None:
        """Show a figure, unless its cell's end shows it; so each state of one is shown once."""
        if is_empty(drawing):
            self.output("value", repr(drawing))
        elif (asked and not self.holds) or not is_open(drawing):
            self.emit_output("figure", figure=asdict(keep_figure(drawing)))
            close(drawing)

    def show_figures(self, plays: Plays | None = None) -> None:
        for figure in capture_figures(plays.keep if plays else None):
            figure = replace(figure, data=self.data)
            if plays:
                try:
                    figure = plays.play(figure)
                except PlayFailed as error:
                    cause = error.__cause__ or error
                    line = line_in(cause, str(self.path)) or plays.step.play_line
                    self.trouble(str(error), line, self.traceback_of(cause))
                plays = None
            self.emit_output("figure", figure=asdict(figure))
        if plays:
            self.trouble(
                "nothing is drawn that a reader could play with; draw, or drop '#| play:'", plays.step.play_line
            )

    def output(self, kind: str, text: str) -> None:
        """Tell what was printed; past the limit, end the lesson. What is written over counts once."""
        self.written += len(text)
        screen = self.screens.setdefault(kind, Screen())
        screen.write(text if kind in ("stdout", "stderr") else f"{text}\n")
        if sum(screen.size for screen in self.screens.values()) > MOST_CHARACTERS or self.written > MOST_WRITTEN:
            raise LessonStopped(
                f"printed more than {MOST_CHARACTERS:,} characters; print less, or every hundredth step"
            )
        if text:
            self.emit_output(kind, text=self.fit(text))

    def emit_output(self, kind: str, **content: Any) -> None:
        if self.clears:
            self.clear(False)
        self.emit({"event": "output", "kind": kind, **content})

    def clear(self, wait: bool) -> None:
        """Take away what the cell has shown, at once or when it shows something else."""
        self.clears = wait
        if not wait:
            self.screens.clear()
            self.emit({"event": "cleared"})

    def trouble(self, message: str, line: int, detail: str = "") -> None:
        self.emit({"event": "trouble", "message": self.fit(message), "line": line, "detail": self.fit(detail)})

    def traceback_of(self, error: BaseException) -> str:
        """The frames that lie in the lesson, or in a module of this project, and no others."""
        lines = []
        for frame in traceback.extract_tb(error.__traceback__):
            if self.places.is_ours(frame.filename):
                lines += [f"{self.places.shorten(frame.filename)}:{frame.lineno}, in {frame.name}", f"    {frame.line}"]
        return "\n".join(lines)

    @contextlib.contextmanager
    def captured(self) -> Iterator[None]:
        """Everything the lesson prints, warns and draws comes here; all is put back at the end."""
        before = sys.stdout, sys.stderr, sys.stdin, sys.path[:], sys.argv, sys.modules["__main__"]
        sys.stdout, sys.stderr, sys.stdin = (
            Printed("stdout", self.output),
            Printed("stderr", self.output),
            NobodyThere(),
        )
        sys.path[:] = [str(self.root), *[entry for entry in sys.path if entry], str(self.path.parent)]
        sys.argv = [str(self.path)]
        sys.modules["__main__"] = self.module
        linecache.checkcache(str(self.path))
        try:
            with warnings.catch_warnings(), contextlib.chdir(self.path.parent), shown_at_once(self):
                filter_warnings()
                yield
        finally:
            sys.stdout, sys.stderr, sys.stdin, sys.path[:], sys.argv, sys.modules["__main__"] = before


class DoctestRunner(doctest.DocTestRunner):
    """Doctest's own runner, whose complaints become troubles."""

    def __init__(self, runner: Runner) -> None:
        super().__init__(optionflags=DOCTEST_FLAGS, verbose=False)
        self.runner = runner

    def report_failure(self, out: object, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self._report(test, example, "doctest gave another answer", got)

    def report_unexpected_exception(
        self, out: object, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        message = f"doctest raised {describe_error(exc_info[1])}{name_cause(exc_info[1])}"
        self._report(test, example, message, "")

    def _report(self, test: doctest.DocTest, example: doctest.Example, message: str, got: str) -> None:
        detail = f">>> {example.source.rstrip()}\nexpected: {example.want.rstrip() or '(nothing)'}"
        if got:
            detail += f"\ngot:      {got.rstrip()}"
        self.runner.trouble(message, (test.lineno or 0) + example.lineno + 1, detail)


@contextlib.contextmanager
def shown_at_once(runner: Runner) -> Iterator[None]:
    """Let `plt.show()` hand over the figures drawn so far, and `display()` what it gets: they keep their place."""
    with displayed(Display(lambda value: runner.show_value(value, True), runner.clear)):
        try:
            import matplotlib.pyplot as pyplot
        except ImportError:
            yield
            return
        runner.show = show = pyplot.show
        pyplot.show = lambda *_, **__: None if runner.holds else runner.show_figures()
        try:
            yield
        finally:
            pyplot.show = show


def _ends_in_semicolon(source: str) -> bool:
    """Whether the last thing in the code, comments aside, is a semicolon."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    silent = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)
    return [token.string for token in tokens if token.type not in silent][-1:] == [";"]
