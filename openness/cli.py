"""The command line: parse, call, print."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openness.errors import FitFailed, OpennessError

if TYPE_CHECKING:
    import pandas as pd

    from openness.fitting import Fit, Settings

app = typer.Typer(
    help="Banded rankings with credible intervals, from incomplete measures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

_DEBUG = "OPENNESS_DEBUG"


class MethodName(StrEnum):
    """How the model is sampled."""

    collapsed = "collapsed"
    joint = "joint"


class ScopeName(StrEnum):
    """Who is ranked against whom."""

    all = "all"
    within_group = "within_group"


MeasuresPath = Annotated[Path, typer.Argument(help="Table of measures, CSV or Parquet.")]
UnitsPath = Annotated[Path, typer.Option("--units", help="Table of units, CSV or Parquet.")]
LeagueName = Annotated[
    str, typer.Option("--league", help="League definition: a shipped name, or a TOML file.")
]
Period = Annotated[
    str | None, typer.Option("--period", help="Which period to use, if the table has several.")
]
RunFolder = Annotated[Path, typer.Argument(help="Folder that `openness fit` wrote.")]
Draft = Annotated[
    bool, typer.Option("--draft", help="Allow a fit that failed the gate; every output says DRAFT.")
]


@app.command()
def check(
    measures: MeasuresPath, units: UnitsPath, league: LeagueName, period: Period = None
) -> None:
    """Check the tables and print an audit of the evidence.

    The exit code is 1 if a fit would be refused: a table breaks a rule, or a value looks like a nil
    return and is not confirmed.
    """
    from openness.league import load_league
    from openness.measures import audit, read_measures
    from openness.measures.nil import refuse_nil_returns
    from openness.publish.terminal import audit_view, open_console

    definition = load_league(league)
    evidence = read_measures(measures, units, definition, period=period)
    report = audit(evidence, definition)
    open_console().print(audit_view(report))
    refuse_nil_returns(report.nil_returns.table, evidence)


@app.command()
def fit(
    measures: MeasuresPath,
    units: UnitsPath,
    league: LeagueName,
    out: Annotated[Path, typer.Option("--out", help="Folder for the run.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed, the same draws.")],
    period: Period = None,
    chains: Annotated[int | None, typer.Option(help="Chains.")] = None,
    draws: Annotated[int | None, typer.Option(help="Draws kept in each chain.")] = None,
    tune: Annotated[int | None, typer.Option(help="Draws before them that adapt.")] = None,
    target_accept: Annotated[float | None, typer.Option(help="Acceptance rate aimed at.")] = None,
    method: Annotated[
        MethodName, typer.Option(help="The fast model, or the plain reference.")
    ] = MethodName.collapsed,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier run.")] = False,
) -> None:
    """Fit the model to the measures and keep the run in a folder.

    Without sampler settings the defaults are used, and a finer second attempt if they fail the
    gate. The exit code is 3 if the fit is kept but has not passed the gate.
    """
    from openness.fitting import require_free
    from openness.league import load_league
    from openness.measures import read_measures
    from openness.publish.terminal import open_console

    require_free(out, overwrite=overwrite)
    definition = load_league(league)
    evidence = read_measures(measures, units, definition, period=period)
    console = open_console()
    for warning in evidence.warnings:
        console.print(f"Warning: {warning}", markup=False)
    settings = _settings(chains=chains, draws=draws, tune=tune, target_accept=target_accept)

    from openness.fitting import explain_failure, save_fit
    from openness.fitting.fit import fit as fit_league

    if sys.stderr.isatty():
        typer.echo("Compiling the model; this takes longest the first time.", err=True)
    with _nothing_kept_if_interrupted():
        result = fit_league(
            definition,
            evidence,
            seed=seed,
            method=method.value,
            settings=settings,
            progress=sys.stderr.isatty(),
            report=lambda sentence: typer.echo(sentence, err=True),
        )
        save_fit(result, out, overwrite=overwrite)
    for flag in result.flags:
        console.print(f"Note: {flag}", markup=False)
    console.print(f"Run written to {out}: {result.diagnostics.summary()}.", markup=False)
    if result.is_draft:
        typer.echo(explain_failure(result), err=True)
        raise typer.Exit(3)


@app.command()
def rank(
    run: RunFolder,
    prob: Annotated[
        float | None, typer.Option(help="Probability of the intervals; the league's by default.")
    ] = None,
    scope: Annotated[
        ScopeName | None, typer.Option(help="Rank all units or within groups.")
    ] = None,
    top: Annotated[int, typer.Option(min=0, help="Units shown from the top.")] = 10,
    bottom: Annotated[int, typer.Option(min=0, help="Units shown from the bottom.")] = 10,
    draft: Draft = False,
) -> None:
    """Rank the units; write RUN/ranking.csv and RUN/caterpillar.png and .svg."""
    from openness.fitting import load_fit
    from openness.publish.output import write_ranking_files
    from openness.publish.terminal import open_console, ranking_view
    from openness.standing import coherence_sensitivity
    from openness.standing import rank as rank_units

    fitted = load_fit(run)
    table = rank_units(fitted, prob=prob, scope=scope.value if scope else None, draft=draft)
    console = open_console()
    console.print(ranking_view(table, fitted.league, top=top, bottom=bottom, draft=fitted.is_draft))
    for path in write_ranking_files(table, fitted.league, run, draft=fitted.is_draft):
        console.print(f"Wrote {path}", markup=False)
    moved = coherence_sensitivity(fitted, draft=draft)
    if moved is not None:
        console.print(_sensitivity_sentence(fitted, moved), markup=False)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")] = Path("demo"),
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the sampler.")] = 2016,
) -> None:
    """Simulate the league of 2016, fit it, rank it, and tell what came out."""
    from openness.demo import run_demo
    from openness.publish.terminal import open_console

    with _nothing_kept_if_interrupted():
        run_demo(out, seed=seed, console=open_console(), progress=sys.stderr.isatty())


def main() -> None:
    """Run the command line; an error is a message, never a traceback."""
    try:
        app(standalone_mode=True)
    except OpennessError as error:
        _stop(str(error), 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _stop(f"{error.filename or 'A file'} cannot be read or written: {error.strerror}.", 1)
    except Exception as error:
        if os.environ.get(_DEBUG):
            raise
        _stop(
            f"Something went wrong that should not have: {type(error).__name__}: {error}. "
            f"Set {_DEBUG}=1 for the details, and please report them.",
            70,
        )


@contextmanager
def _nothing_kept_if_interrupted() -> Iterator[None]:
    """Turn an interrupt into words before the parser of the command line shortens them."""
    try:
        yield
    except KeyboardInterrupt:
        raise FitFailed("Interrupted; no run was kept.") from None


def _stop(message: str, code: int) -> None:
    typer.echo(message, err=True)
    sys.exit(code)


def _settings(**given: float | None) -> Settings | None:
    """Return the settings that were asked for, or None for the defaults."""
    from openness.fitting import Settings

    asked = {name: value for name, value in given.items() if value is not None}
    return Settings(**asked) if asked else None  # type: ignore[arg-type]


def _sensitivity_sentence(result: Fit, moved: pd.DataFrame) -> str:
    from openness.standing import furthest_moves

    typical, largest, unit = furthest_moves(moved)
    first, second = moved.attrs["domains"]
    mark = "DRAFT. " if result.is_draft else ""
    return (
        f"{mark}If {first} said half or twice as much of openness as {second}, which these data "
        f"cannot tell, the expected rank among all of the median {result.league.unit} would move "
        f"by {typical:.0f} and that of {unit} by {largest:.0f}."
    )
