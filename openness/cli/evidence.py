"""Commands that take tables: check them, fit the model to them."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openness.cli.common import (
    LeagueName,
    MeasuresPath,
    Period,
    UnitsPath,
    interrupts_in_words,
    written_into,
)

if TYPE_CHECKING:
    from openness.fitting import Settings


_ROWS = 25
"""Rows of each section of the audit that are shown."""


class MethodName(StrEnum):
    """How the model is sampled."""

    collapsed = "collapsed"
    joint = "joint"


def check(
    measures: MeasuresPath,
    units: UnitsPath,
    league: LeagueName,
    period: Period = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for tables and a picture of what is missing, and why."),
    ] = None,
) -> None:
    """Check the tables and print an audit of the evidence.

    With --out, also write measures_table.csv, empty_cells.csv, .png and .svg, and symbols.csv.
    The exit code is 1 if a fit would be refused: a table breaks a rule, or a value looks like a nil
    return and is not confirmed.
    """
    from openness.league import load_league
    from openness.measures import audit, read_measures
    from openness.measures.nil import refuse_nil_returns
    from openness.publish import audit_report, open_console, show, write

    definition = load_league(league)
    evidence = read_measures(measures, units, definition, period=period)
    found = audit(evidence, definition)
    result = audit_report(found, evidence, definition)
    console = open_console()
    console.print(show(result, top=_ROWS))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        console.print(written_into(out, write(result, out)), markup=False)
    refuse_nil_returns(found.nil_returns.table, evidence)


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
    reference: Annotated[
        Path | None,
        typer.Option(help="Folder of a run whose constants the score is counted from."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier run.")] = False,
) -> None:
    """Fit the model to the measures and keep the run in a folder.

    Without sampler settings the defaults are used, and a finer second attempt if they fail the
    gate. The exit code is 3 if the fit is kept but has not passed the gate.
    """
    from openness.fitting import require_free
    from openness.league import load_league
    from openness.measures import read_measures
    from openness.publish import open_console

    require_free(out, overwrite=overwrite)
    definition = load_league(league)
    evidence = read_measures(measures, units, definition, period=period)
    console = open_console()
    for warning in evidence.warnings:
        console.print(f"Warning: {warning}", markup=False)
    settings = _settings(chains=chains, draws=draws, tune=tune, target_accept=target_accept)

    from openness.fitting import explain_failure, load_fit, save_fit
    from openness.fitting.fit import fit as fit_league
    from openness.guards import findings
    from openness.publish.guards import findings_in_words

    if sys.stderr.isatty():
        typer.echo("Compiling the model; this takes longest the first time.", err=True)
    with interrupts_in_words():
        result = fit_league(
            definition,
            evidence,
            seed=seed,
            method=method.value,
            settings=settings,
            reference=None if reference is None else load_fit(reference),
            progress=sys.stderr.isatty(),
            report=lambda sentence: typer.echo(sentence, err=True),
        )
        save_fit(result, out, overwrite=overwrite)
    for flag in result.flags:
        console.print(f"Note: {flag}", markup=False)
    console.print(f"Run written to {out}: {result.diagnostics.summary()}.", markup=False)
    for sentence in findings_in_words(findings(result)):
        console.print(sentence, markup=False)
    if result.is_draft:
        typer.echo(explain_failure(result), err=True)
        raise typer.Exit(3)


def _settings(**given: float | None) -> Settings | None:
    """Return the settings that were asked for, or None for the defaults."""
    from openness.fitting import Settings

    asked = {name: value for name, value in given.items() if value is not None}
    return Settings(**asked) if asked else None  # type: ignore[arg-type]
