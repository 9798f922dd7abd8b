"""The command that sets other methods beside the model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openness.cli.options import Draft, Period
from openness.cli.words import interrupts_in_words, written_into
from openness.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from openness.fitting import Fit
    from openness.league import League
    from openness.measures import Measures


def compare(
    evidence: Annotated[
        Path, typer.Argument(help="Folder that `openness fit` wrote, or a table of measures.")
    ],
    units: Annotated[Path | None, typer.Option("--units", help="With a table: of units.")] = None,
    league: Annotated[
        str | None, typer.Option("--league", help="With a table: league definition.")
    ] = None,
    period: Period = None,
    other: Annotated[
        Path | None,
        typer.Option(help="Another run, or another table on the same units: what stays?"),
    ] = None,
    other_period: Annotated[
        str | None, typer.Option("--other-period", help="Period of the other table.")
    ] = None,
    drop: Annotated[
        bool, typer.Option("--drop/--no-drop", help="Rank again without each measure.")
    ] = True,
    refit: Annotated[
        bool, typer.Option("--refit", help="Fit the model again without each measure, too: slow.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files; RUN/compare if a run is given.")
    ] = None,
    draft: Draft = False,
) -> None:
    """Set the methods of other leagues beside the model, or beside each other.

    Takes a run, or a table with --units and --league. Writes methods.csv, .png and .svg, and the
    tables behind them.
    """
    from openness.comparing import compare as compare_methods
    from openness.fitting import Fit
    from openness.publish.comparison import comparison_view, write_comparison_files
    from openness.publish.console import open_console
    from openness.publish.progress import steps

    given, definition = _run_or_table(evidence, units, league, period)
    again = None
    if other is not None:
        again, _ = _run_or_table(other, units, league, other_period or period)
    with interrupts_in_words(), steps() as say:
        result = compare_methods(
            given, definition, other=again, drop=drop, refit=refit, draft=draft, report=say
        )
    marked = isinstance(given, Fit) and given.is_draft
    console = open_console()
    console.print(comparison_view(result, definition, draft=marked))
    folder = out or (evidence / "compare" if isinstance(given, Fit) else None)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        paths = write_comparison_files(result, definition, folder, draft=marked)
        console.print(written_into(folder, paths), markup=False)


def _run_or_table(
    path: Path, units: Path | None, league: str | None, period: str | None
) -> tuple[Fit | Measures, League]:
    """Load a run, or read a table, and the league of either."""
    if path.is_dir():
        from openness.fitting import load_fit

        fitted = load_fit(path)
        return fitted, fitted.league
    from openness.league import load_league
    from openness.measures import read_measures

    if units is None or league is None:
        found = "a file that is not a run, without --units and --league"
        allowed = "a table of measures needs both; a run needs neither"
        raise InvalidInput([Problem("compare", str(path), found, allowed)])
    definition = load_league(league)
    return read_measures(path, units, definition, period=period), definition
