"""Practice in the terminal: the next exercise, a check on each save, and a key for everything else."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape

from lessonpress.kept.pool import PreloadFailed
from lessonpress.practice.answers import Answers, Progress, Record, plain, told, write_task
from lessonpress.practice.checker import Checker
from lessonpress.practice.verdict import Verdict
from lessonpress.practice.workbook import Workbook, open_workbook
from lessonpress.problems import CannotGoOn
from lessonpress.read.exercises import Exercise
from lessonpress.run.record import Run

KEYS = "h hint   s solution   n next   b back   l list   r reset   q quit"
MOST_LINES = 12  # of what an answer prints itself
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
GONE = 1.0  # seconds after which a file that is not there counts as deleted, and not as about to be saved
LOOK_AGAIN = 500  # ms after which a file is looked at even if no event has come: over a network none may come


def practice(place: Path, action: str = "", name: str = "", plain_mode: bool = False) -> int:
    """Practice until all is solved or the learner leaves; or do one thing alone, and say in the status what came.

    The status of a check is 0 for right, 1 for wrong, 2 for not attempted yet.
    Raises CannotGoOn where there is no course, or no exercise of that name.
    """
    workbook = open_workbook(place)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal, or a pipe, that has no sign for ✓
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    for problem in workbook.problems:
        console.print(f"[yellow]left out:[/] {shown(problem)}")
    desk = Desk(workbook, console)
    try:
        if action:
            return desk.do(action, name)
        interactive = sys.stdin.isatty() and sys.stdout.isatty() and not plain_mode
        return asyncio.run(Session(desk, name).run(interactive))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0
    finally:
        desk.checker.close()


def shown(text: object) -> str:
    """Text for a terminal as it is: signs that would command the terminal, or style the text, are signs again.

    >>> shown("[red]\\x1b[2J")
    '\\\\[red]\\\\x1b[2J'
    """
    return escape(CONTROLS.sub(lambda match: f"\\x{ord(match[0]):02x}", str(text)))


class Desk:
    """A learner's place at the exercises: what can be done with each, and what is told of it."""

    def __init__(self, workbook: Workbook, console: Console) -> None:
        self.workbook, self.console = workbook, console
        self.answers = Answers(workbook)
        self.checker = Checker(workbook.root)

    def do(self, action: str, name: str) -> int:
        if action == "list":
            self.list()
            return 0
        exercise = self.workbook.find(name) if name else self.next_open()
        if exercise is None:
            self.console.print("Everything is solved.")
            return 0
        if action == "check":
            return {"right": 0, "blank": 2}.get(self.check(exercise).state, 1)
        {"open": self.open, "hint": self.hint, "solution": self.solution, "skip": self.skip, "reset": self.reset}[
            action
        ](exercise)
        return 0

    def progress(self) -> Progress:
        progress, said = self.answers.progress()
        if said:
            self.console.print(f"[yellow]{shown(said)}[/]")
        return progress

    def changing(self, exercise: Exercise) -> contextlib.AbstractContextManager[Record]:
        """Change the record of an exercise; where the progress is begun anew, it is said."""
        self.progress()
        return self.answers.changing(exercise)

    def next_open(self, after: Exercise | None = None) -> Exercise | None:
        """The first exercise that is neither solved nor skipped, behind another one first; then those skipped."""
        progress, exercises = self.progress(), self.workbook.exercises
        start = exercises.index(after) + 1 if after else 0
        in_turn = exercises[start:] + exercises[:start]
        still = [exercise for exercise in in_turn if not progress.of(exercise).solved]
        return next((exercise for exercise in still if not progress.of(exercise).skipped), still[0] if still else None)

    def open(self, exercise: Exercise) -> None:
        """Show the task, and say which file to edit."""
        path = self.answers.open(exercise)
        exercises = self.workbook.exercises
        number = exercises.index(exercise) + 1
        self.console.rule(style="dim")
        self.console.print(
            f"[bold]{shown(exercise.title)}[/]  [dim]{exercise.key}, {number} of {len(exercises)},"
            f" about {exercise.minutes} min[/]\n"
        )
        self.console.print(Markdown(CONTROLS.sub("", write_task(exercise, marks=True))))
        self.console.print(f"\nEdit and save  [bold]{shown(self.name_of(path))}[/]")

    def name_of(self, path: Path) -> str:
        return path.relative_to(self.workbook.root).as_posix()

    def check(self, exercise: Exercise) -> Verdict:
        """Check the learner's file; one that is empty is left so, for an editor may be about to write into it."""
        path = self.answers.path_of(exercise)
        if not path.exists():
            self.answers.open(exercise)
        try:
            with told(f"the file {path} can't be checked"):
                verdict, run = self.checker.check_file(exercise, path)
        except PreloadFailed as error:
            raise CannotGoOn(str(error)) from error
        self.tell_output(run)
        self.tell(verdict)
        if verdict.state == "right":
            with self.changing(exercise) as record:
                record.solved = True
        return verdict

    def tell_output(self, run: Run | None) -> None:
        """What the answer itself printed, for print is how a beginner looks into code."""
        outputs = [output for result in run.results for output in result.outputs] if run else []
        lines = "".join(output.text + "\n" * (output.kind == "value") for output in outputs).splitlines()
        for line in lines[:MOST_LINES]:
            self.console.print(f"[dim]│[/] {shown(line)}")
        if len(lines) > MOST_LINES:
            self.console.print(f"[dim]│ and {len(lines) - MOST_LINES} lines more[/]")

    def tell(self, verdict: Verdict) -> None:
        if verdict.state == "right":
            self.console.print("[bold green]✓ Right.[/]")
            return
        mark = {"blank": "[cyan]○[/]", "wrong": "[bold red]✗[/]", "broken": "[bold yellow]![/]"}[verdict.state]
        for number, line in enumerate(verdict.lines):
            self.console.print(f"{' ' if number else mark} {shown(line)}")

    def hint(self, exercise: Exercise) -> None:
        with self.changing(exercise) as record:
            if record.hints < len(exercise.hints):
                record.hints += 1
            count = record.hints
        if not exercise.hints:
            self.console.print("There is no hint for this one.")
        for number, part in enumerate(exercise.hints[:count], start=1):
            self.console.print(f"[bold]Hint {number} of {len(exercise.hints)}.[/] {shown(plain(part.text))}")

    def solution(self, exercise: Exercise) -> None:
        with self.changing(exercise) as record:
            record.seen_solution = True
        self.console.print("[bold]The solution:[/]")
        for line in exercise.solution.text.strip("\n").split("\n"):
            self.console.print(f"    {shown(line)}")
        self.console.print("[dim]Read it, then write it yourself.[/]")

    def skip(self, exercise: Exercise) -> None:
        with self.changing(exercise) as record:
            record.skipped = True
        self.console.print(f"Skipped for now: {exercise.key}")

    def reset(self, exercise: Exercise) -> None:
        copy = self.answers.reset(exercise)
        kept = f"; what you had is kept as {self.name_of(copy)}" if copy else ""
        self.console.print(f"Begun anew: {shown(self.name_of(self.answers.path_of(exercise)))}{shown(kept)}")

    def list(self) -> None:
        progress = self.progress()
        lesson = ""
        for exercise in self.workbook.exercises:
            if exercise.lesson != lesson:
                lesson = exercise.lesson
                self.console.print(f"[bold]{shown(lesson)}[/]")
            record = progress.of(exercise)
            mark = "[green]✓[/]" if record.solved else "[dim]·[/]"
            state = "" if record.state in ("open", "solved") else f"  [dim]{record.state}[/]"
            self.console.print(f"  {mark} {exercise.name:24} {shown(exercise.title)}{state}")
        solved = sum(progress.of(exercise).solved for exercise in self.workbook.exercises)
        self.console.print(f"{solved} of {len(self.workbook.exercises)} solved")


class Session:
    """A sitting at the desk: waits for a key, or for a file that was saved."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.desk = desk
        self.console = desk.console
        self.now: Exercise | None = desk.workbook.find(name) if name else desk.next_open()
        self.saw: tuple[object, ...] = ()  # of the learner's file, when it was last looked at
        self.gone_since = 0.0

    async def run(self, interactive: bool) -> int:
        if self.now is None:
            self.console.print("Everything is solved. Begin one anew with: lessonpress practice reset NAME")
            return 0
        task = asyncio.current_task()
        assert task is not None
        with contextlib.suppress(NotImplementedError):  # Windows, where Python's own way will do
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, task.cancel)  # not while a result is handed on
        self.desk.checker.warm_up()
        self.begin(interactive)
        async for event in events(self.desk.answers.folder, interactive):
            if event in ("q", "\x03", "\x04"):
                break
            try:
                if event == "saved":
                    if self.was_saved():
                        await self.check(interactive)
                else:
                    self.press(event, interactive)
            except CannotGoOn as error:
                self.console.print(f"[yellow]{shown(error)}[/]")
            if self.now is None:
                self.console.print("[bold green]Everything is solved.[/]")
                break
        return 0

    def begin(self, interactive: bool) -> None:
        if self.now is not None:
            self.desk.answers.open(self.now)
            self.saw = self.signature()  # before anything is said: a save may follow at once
            self.desk.open(self.now)
            self.console.print(f"[dim]{KEYS if interactive else 'Each save is checked; Ctrl-C ends.'}[/]")

    async def check(self, interactive: bool) -> None:
        assert self.now is not None
        try:
            verdict = await asyncio.to_thread(self.desk.check, self.now)
        except asyncio.CancelledError:  # Ctrl-C: the thread ends when there is nothing to wait for
            self.desk.checker.close()
            raise
        if verdict.state == "right":
            if interactive:
                self.console.print("[dim]n for the next[/]")
            else:
                self.now = self.desk.next_open(self.now)
                self.begin(interactive)

    def press(self, key: str, interactive: bool) -> None:
        assert self.now is not None
        exercises = self.desk.workbook.exercises
        if key == "n":
            if not self.desk.progress().of(self.now).solved:
                self.desk.skip(self.now)
            self.now = self.desk.next_open(self.now)
            self.begin(interactive)
        elif key == "b":
            self.now = exercises[max(0, exercises.index(self.now) - 1)]
            self.begin(interactive)
        elif key == "l":
            self.desk.list()
        elif key in ("h", "s", "r"):
            {"h": self.desk.hint, "s": self.desk.solution, "r": self.desk.reset}[key](self.now)
            if key == "r":
                self.saw = self.signature()
        else:
            self.console.print(f"[dim]{KEYS}[/]")

    def was_saved(self) -> bool:
        """Whether the learner's file is another than when this was last asked.

        Some editors take it away and put another in its place; one that stays away is made anew.
        """
        sees = self.signature()
        if sees or self.now is None:
            changed, self.saw, self.gone_since = sees != self.saw, sees, 0.0
            return changed
        self.gone_since = self.gone_since or time.monotonic()
        if time.monotonic() - self.gone_since > GONE:
            path = self.desk.answers.open(self.now)
            self.saw, self.gone_since = self.signature(), 0.0
            self.console.print(f"The file was gone, and is begun anew: {shown(self.desk.name_of(path))}")
        return False

    def signature(self) -> tuple[object, ...]:
        """What tells that the learner's file was saved; empty where it is not there."""
        if self.now is None:
            return ()
        path = self.desk.answers.path_of(self.now)
        with contextlib.suppress(OSError):
            found = path.stat()
            return path, found.st_mtime_ns, found.st_size, found.st_ino
        return ()


async def events(folder: Path, interactive: bool) -> AsyncIterator[str]:
    """Keys as they are pressed, and "saved" where something in the folder may have changed."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    watching = asyncio.create_task(_tell_saves(folder, heard))
    with keys(heard) if interactive else contextlib.nullcontext():
        try:
            while True:
                yield await heard.get()
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching


async def _tell_saves(folder: Path, heard: asyncio.Queue[str]) -> None:
    import watchfiles

    while True:
        with contextlib.suppress(Exception):  # the folder was taken away, or the system has no more events to give
            folder.mkdir(parents=True, exist_ok=True)
            async for _ in watchfiles.awatch(
                folder, debounce=50, step=20, rust_timeout=LOOK_AGAIN, yield_on_timeout=True, raise_interrupt=False
            ):
                heard.put_nowait("saved")
        heard.put_nowait("saved")
        await asyncio.sleep(LOOK_AGAIN / 1000)


@contextlib.contextmanager
def keys(heard: asyncio.Queue[str]) -> Iterator[None]:
    """Each key as it is pressed, without a return behind it."""
    from prompt_toolkit.input import create_input

    source = create_input()

    def hear() -> None:
        for press in source.read_keys():
            heard.put_nowait(press.data or "")
        if source.closed:
            heard.put_nowait("q")

    with source.cooked_mode(), source.raw_mode(), source.attach(hear):
        yield
