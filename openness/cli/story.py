"""The command that tells the story of 2016."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from openness.cli.words import interrupts_in_words


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")] = Path("demo"),
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the sampler.")] = 2016,
) -> None:
    """Simulate the league of 2016, fit it, rank it, and tell what came out."""
    from openness.demo import run_demo
    from openness.publish import open_console

    with interrupts_in_words():
        run_demo(out, seed=seed, console=open_console(), progress=sys.stderr.isatty())
