"""The command that compares other methods with the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openness.cli.common import Period, Run, interrupts_in_words, reads_a_run
from openness.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from openness.fitting import Fit
    from openness.league import League
    from openness.measures import Measures
    from openness.standing import Standing


@reads_a_run(prob=False, run="Folder that `openness fit` wrote, or a table of measures.")
def compare(
    run: Run,
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
) -> None:
    """Compare the methods of other leagues with the model, or with each other.

    Takes a run, or a table with --units and --league. Writes methods.csv, .png and .svg, and the
    tables behind them.
    """
    from openness.comparing import compare as compare_methods
    from openness.publish.console import steps

    asked = {"--units": units, "--league": league, "--period": period, "--scope": run.scope}
    asked["--draft"] = "given" if run.is_draft_allowed else None
    _refuse_idle_options(run.folder, other, asked, other_period, refit=refit, drop=drop)
    given, definition = _run_or_table(run.folder, units, league, period)
    folder = out or (run.folder / "compare" if run.folder.is_dir() else None)
    if folder is not None:
        _make_folder(folder)
    again: Fit | Measures | None = None
    again_by = None
    if other is not None:
        again, again_by = _run_or_table(other, units, league, other_period or period)
    for evidence, also, suffix in _pairs(run, given, again):
        with interrupts_in_words("nothing was written"), steps() as say:
            result = compare_methods(
                evidence,
                definition,
                other=also,
                other_league=again_by,
                representative=None if representative is None else representative.split(","),
                drop=drop,
                refit=refit,
                report=say,
            )
        run.show(result)
        if folder is not None:
            run.say_written(run.write(result, suffix, folder), folder)


def _pairs(
    run: Run, given: Fit | Measures, again: Fit | Measures | None
) -> Iterator[tuple[Standing | Measures, Standing | Fit | Measures | None, str]]:
    """What is compared with what in each scope, and what the files end in."""
    from openness.fitting import Fit

    if not isinstance(given, Fit):
        yield given, again, ""
        return
    others = run.standings(again) if isinstance(again, Fit) else None
    for standing, suffix in run.standings(given):
        yield standing, again if others is None else next(others)[0], suffix


def _refuse_idle_options(
    evidence: Path,
    other: Path | None,
    asked: Mapping[str, object],
    other_period: str | None,
    *,
    refit: bool,
    drop: bool,
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
    among = "methods rank a table as its league says: give a run, or leave the option out"
    given = {name: value for name, value in asked.items() if value is not None}
    idle: list[tuple[str, str, str]] = [
        (name, f"{given[name]} with a run", own)
        for name in ("--units", "--league")
        if runs_only and name in given
    ]
    if is_run and "--period" in given:
        idle.append(("--period", f"{given['--period']} with a run", own))
    if not is_run and "--scope" in given:
        idle.append(("--scope", f"{given['--scope']} with a table", among))
    if not is_run and not other_is_run and "--draft" in given:
        said = "a table has no fit that could be a draft: leave the option out"
        idle.append(("--draft", "given with a table", said))
    if other_period is not None and (other is None or other_is_run):
        said = "it says which period of the table of --other to take"
        idle.append(("--other-period", f"{other_period} without another table", said))
    if refit and not is_run:
        said = "it fits the model of a run again: give the folder that `openness fit` wrote"
        idle.append(("--refit", "given with a table of measures", said))
    if refit and is_run and not drop:
        said = "it fits again without each measure, which --no-drop says not to do: leave one out"
        idle.append(("--refit", "given with --no-drop", said))
    if idle:
        raise InvalidInput([Problem("compare", *words) for words in idle])


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
