"""What long work says while it goes on: the step it is at and for how long, on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def steps(console: Console | None = None) -> Iterator[Callable[[str], None]]:
    """Show the step that work is at, and the seconds since it began.

    Parameters
    ----------
    console : rich.console.Console, optional
        Standard error if not given. Nothing is shown where that is no terminal.

    Yields
    ------
    callable
        Takes the words of a step as it begins.
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
