"""The command that compares other methods with the model."""

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
    *,
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
    representative: Annotated[
        str | None,
        typer.Option(
            help="Indicators, three at least and commas between them, that stand for all units in "
            "the method of the governance indicators."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files; RUN/compare if a run is given.")
    ] = None,
    draft: Draft = False,
) -> None:
    """Compare the methods of other leagues with the model, or with each other.

    Takes a run, or a table with --units and --league. Writes methods.csv, .png and .svg, and the
    tables behind them.
    """
    from openness.comparing import compare as compare_methods
    from openness.fitting import Fit
    from openness.publish.comparison import comparison_view, write_comparison_files
    from openness.publish.console import open_console
    from openness.publish.progress import steps
    from openness.standing import stand

    _refuse_idle_options(evidence, other, units, league, period, other_period, drop, refit)
    given, definition = _run_or_table(evidence, units, league, period)
    folder = out or (evidence / "compare" if evidence.is_dir() else None)
    if folder is not None:
        _make_folder(folder)
    again: Fit | Measures | None = None
    again_by = None
    if other is not None:
        again, again_by = _run_or_table(other, units, league, other_period or period)
    with interrupts_in_words("nothing was written"), steps() as say:
        has_draws = isinstance(given, Fit)
        result = compare_methods(
            stand(given, draft=draft) if isinstance(given, Fit) else given,
            definition,
            other=stand(again, draft=draft) if isinstance(again, Fit) and has_draws else again,
            other_league=again_by,
            representative=None if representative is None else representative.split(","),
            drop=drop,
            refit=refit,
            report=say,
        )
    console = open_console()
    comparison, marked = result.parts["comparison"], result.is_draft
    console.print(comparison_view(comparison, definition, draft=marked))
    if folder is not None:
        paths = write_comparison_files(comparison, definition, folder, draft=marked)
        console.print(written_into(folder, paths), markup=False)


def _refuse_idle_options(
    evidence: Path,
    other: Path | None,
    units: Path | None,
    league: str | None,
    period: str | None,
    other_period: str | None,
    drop: bool,
    refit: bool,
) -> None:
    """Refuse what would be read past: somebody who asks for it expects that it does something.

    Raises
    ------
    InvalidInput
        With every option that goes with nothing else that was given.
    """
    is_run, other_is_run = evidence.is_dir(), other is not None and other.is_dir()
    runs_only = is_run and (other is None or other_is_run)
    own = "a run brings its own units, league and period: leave the option out"
    idle = (
        ("--units", runs_only and units is not None, f"{units} given with a run", own),
        ("--league", runs_only and league is not None, f"{league} given with a run", own),
        ("--period", is_run and period is not None, f"{period} given with a run", own),
        (
            "--other-period",
            other_period is not None and (other is None or other_is_run),
            f"{other_period} without another table",
            "it says which period of the table of --other to take",
        ),
        (
            "--refit",
            refit and not is_run,
            "given with a table of measures",
            "it fits the model of a run again: give the folder that `openness fit` wrote",
        ),
        (
            "--refit",
            refit and is_run and not drop,
            "given with --no-drop",
            "it fits again without each measure, which --no-drop says not to do: leave one out",
        ),
    )
    problems = [Problem("compare", name, found, said) for name, is_so, found, said in idle if is_so]
    if problems:
        raise InvalidInput(problems)


def _make_folder(folder: Path) -> None:
    """Make the folder for the files before the work begins, and not after it."""
    if folder.exists() and not folder.is_dir():
        found, allowed = "a file", "the files need a folder: name another one"
        raise InvalidInput([Problem("compare", f"--out {folder}", found, allowed)])
    folder.mkdir(parents=True, exist_ok=True)


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

    if not path.exists():
        allowed = "the folder of a run, or a table of measures"
        raise InvalidInput([Problem("compare", str(path), "it is not there", allowed)])
    if units is None or league is None:
        found = "a file that is not a run, without --units and --league"
        allowed = "a table of measures needs both; a run needs neither"
        raise InvalidInput([Problem("compare", str(path), found, allowed)])
    definition = load_league(league)
    return read_measures(path, units, definition, period=period), definition
