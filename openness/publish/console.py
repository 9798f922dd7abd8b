"""Where the command line prints: plain words in a pipe, the same with weight on a terminal."""

from __future__ import annotations

from typing import IO

from rich.console import Console

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
    """
    console = Console(file=file, highlight=False)
    if console.is_terminal:
        return console
    return Console(file=file, highlight=False, width=_PIPE_WIDTH)
