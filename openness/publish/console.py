"""Where the command line prints, and what long work says while it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

_PIPE_WIDTH = 100


def open_console(file: IO[str] | None = None) -> Console:
    """Return a console that is 100 columns wide, without colour, where nobody is looking.

    Parameters
    ----------
    file : file object, optional
        Where to write; standard output if not given.

    Returns
    -------
    rich.console.Console
        As wide and colourful as the terminal if `file` is one.

    Examples
    --------
    >>> import io
    >>> openness.publish.open_console(io.StringIO()).width
    100
    """
    console = Console(file=file, highlight=False)
    if console.is_terminal:
        return console
    return Console(file=file, highlight=False, width=_PIPE_WIDTH)


@contextmanager
def steps(console: Console | None = None) -> Iterator[Callable[[str], None]]:
    """Show the step that work is at, and the seconds since it began.

    Yields a function that takes the words of a step as it begins. Where standard error is no
    terminal, nothing is shown.
    """
    console = Console(stderr=True) if console is None else console
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("")

        def report(words: str) -> None:
            bar.reset(task, description=words)

        yield report


@contextmanager
def counting(what: str, console: Console | None = None) -> Iterator[Callable[[int, int], None]]:
    """Show how much is done and how long the rest will take.

    Yields a function that takes how many are done, and of how many. On a terminal there is a bar,
    elsewhere a line for every tenth.
    """
    console = Console(stderr=True, highlight=False) if console is None else console
    marks: list[tuple[float, int]] = []

    def left(done: int, total: int) -> str:
        marks.append((time.monotonic(), done))
        # What comes before the first is starting up; the pace is that of the others.
        begun, first = marks[1] if len(marks) > 2 else marks[-1]
        if done == total:
            return "done"
        if done == first:
            return "beginning"
        return f"about {_duration((marks[-1][0] - begun) / (done - first) * (total - done))} left"

    if console.is_terminal:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(what, total=None, left="beginning")

            def move(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, left=left(done, total))

            yield move
        return

    def say(done: int, total: int) -> None:
        words = left(done, total)
        if len(marks) == 1 or done * 10 // total > (done - 1) * 10 // total:
            console.print(f"{what}: {done:,} of {total:,}, {words}", markup=False)

    yield say


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
