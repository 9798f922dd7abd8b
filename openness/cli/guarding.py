"""Commands that look at a run before anybody publishes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openness.cli.common import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from openness.fitting import Fit
    from openness.result import Result

RunFolder = Annotated[Path, typer.Argument(help="Folder that `openness fit` wrote.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the files; RUN if not given.")]


def guard(run: RunFolder, out: Out = None) -> None:
    """Say what must be said of a fit before anybody publishes.

    Write guards.csv, guards_pairs.csv and guards_types.csv; and, as .png and .svg, guards_pairs
    (observed and implied correlations of measures) and guards_types (types under other priors).
    """
    from openness.guards import guard as look_at

    _show_and_write(run, out, look_at)


def composition(run: RunFolder, out: Out = None) -> None:
    """Say what the score is made of, measure by measure; write composition.csv, .png and .svg."""
    from openness.guards.composition import composition as compose

    _show_and_write(run, out, compose)


def _show_and_write(folder: Path, out: Path | None, verb: Callable[[Fit], Result]) -> None:
    run = Run(folder, scope=None, prob=None, score=None, is_draft_allowed=True)
    result = verb(run.fit)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    run.show(result)
    run.say_written(run.write(result, folder=out), out)
