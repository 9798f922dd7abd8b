"""The command line: parse, call, print."""

from __future__ import annotations

import _thread
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from openness.errors import FitFailed, InvalidInput, OpennessError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from openness.fitting import Fit, Settings
    from openness.league import League
    from openness.measures import Measures
    from openness.ranking.scope import Scope

app = typer.Typer(
    help="Banded rankings with credible intervals, from incomplete measures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

_DEBUG = "OPENNESS_DEBUG"
_MOMENT = 0.1  # seconds


class MethodName(StrEnum):
    """How the model is sampled."""

    collapsed = "collapsed"
    joint = "joint"


class ScopeName(StrEnum):
    """Who is ranked against whom."""

    all = "all"
    within_group = "within_group"
    both = "both"


class CertifyName(StrEnum):
    """Whether to prove how good a grading is."""

    auto = "auto"
    lp = "lp"
    none = "none"


MeasuresPath = Annotated[Path, typer.Argument(help="Table of measures, CSV or Parquet.")]
UnitsPath = Annotated[Path, typer.Option("--units", help="Table of units, CSV or Parquet.")]
LeagueName = Annotated[
    str, typer.Option("--league", help="League definition: a shipped name, or a TOML file.")
]
Period = Annotated[
    str | None, typer.Option("--period", help="Which period to use, if the table has several.")
]
RunFolder = Annotated[Path, typer.Argument(help="Folder that `openness fit` wrote.")]
ScopeOption = Annotated[
    ScopeName | None,
    typer.Option(
        help="All units together, each group by itself, or both; the league's if not given."
    ),
]
Prob = Annotated[
    float | None,
    typer.Option(help="Probability of the rank intervals; the league's by default."),
]
Top = Annotated[int, typer.Option(min=0, help="Units shown from the top.")]
Bottom = Annotated[int, typer.Option(min=0, help="Units shown from the bottom.")]
Draft = Annotated[
    bool, typer.Option("--draft", help="Allow a fit that failed the gate; every output says DRAFT.")
]


@app.command()
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
    from openness.publish.terminal import audit_view, open_console

    definition = load_league(league)
    evidence = read_measures(measures, units, definition, period=period)
    report = audit(evidence, definition)
    console = open_console()
    console.print(audit_view(report))
    if out is not None:
        from openness.publish.output import write_evidence_files

        out.mkdir(parents=True, exist_ok=True)
        console.print(_written(out, write_evidence_files(evidence, definition, out)), markup=False)
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
    with _interrupts_in_words():
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
    scope: ScopeOption = None,
    top: Top = 10,
    bottom: Bottom = 10,
    draft: Draft = False,
) -> None:
    """Rank the units, and say whether what is missing goes with the score.

    Write RUN/ranking.csv and RUN/caterpillar.png and .svg; RUN/missingness.csv, .png and .svg; what
    `check --out` writes; and RUN/symbols.csv, the key of every table. With --scope both, the names
    of files that depend on it end in _all and _within_group.
    """
    from openness.fitting import load_fit
    from openness.publish.output import (
        write_evidence_files,
        write_missingness_files,
        write_ranking_files,
    )
    from openness.publish.terminal import open_console, ranking_view
    from openness.publish.wording import missing_sentence
    from openness.standing import coherence_sensitivity, missingness
    from openness.standing import rank as rank_units

    fitted = load_fit(run)
    league, is_draft = fitted.league, fitted.is_draft
    console = open_console()
    written = write_evidence_files(fitted.measures, league, run)
    for among, suffix in _scopes(scope):
        table = rank_units(fitted, prob=prob, scope=among, draft=draft)
        missing = missingness(fitted, prob=prob, scope=among, draft=draft)
        console.print(ranking_view(table, league, top=top, bottom=bottom, draft=is_draft))
        console.print(missing_sentence(missing, league), markup=False)
        written += write_ranking_files(table, league, run, suffix=suffix, draft=is_draft)
        written += write_missingness_files(missing, league, run, suffix=suffix, draft=is_draft)
    console.print(_written(run, written), markup=False)
    moved = coherence_sensitivity(fitted, draft=draft)
    if moved is not None:
        console.print(_sensitivity_sentence(fitted, moved), markup=False)


@app.command()
def bands(
    run: RunFolder,
    loss: Annotated[
        str,
        typer.Option(
            help="What a wrong band costs: zero-one, absolute, or a CSV file of losses by band "
            "named (rows) and true (columns)."
        ),
    ] = "zero-one",
    prob: Annotated[float, typer.Option(help="Probability of the sets of bands.")] = 0.95,
    scope: ScopeOption = None,
    top: Top = 10,
    bottom: Bottom = 10,
    draft: Draft = False,
) -> None:
    """Say how probable each band is for each unit; write RUN/bands.csv, .png and .svg.

    With --scope both, the names of files end in _all and _within_group.
    """
    from openness.fitting import load_fit
    from openness.publish.bands import bands_view, write_bands_files
    from openness.publish.terminal import open_console
    from openness.standing import bands as band_units
    from openness.standing import named_or_stated

    fitted = load_fit(run)
    league, is_draft = fitted.league, fitted.is_draft
    costs = named_or_stated(loss, league)
    console = open_console()
    for among, suffix in _scopes(scope):
        found = band_units(fitted, loss=costs, set_prob=prob, scope=among, draft=draft)
        console.print(bands_view(found, league, top=top, bottom=bottom, draft=is_draft))
        paths = write_bands_files(found, league, run, suffix=suffix, draft=is_draft)
        console.print(_written(run, paths), markup=False)


@app.command()
def grades(
    run: RunFolder,
    lam: Annotated[
        float | None,
        typer.Option(
            "--lambda",
            min=0,
            max=1,
            help="Weight of a right distinction against a wrong one, from 0 to 1; 0.25 by default.",
        ),
    ] = None,
    max_discordance: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Instead: the share of all pairs that may be wrong."),
    ] = None,
    number: Annotated[
        int | None, typer.Option("--grades", min=1, help="Instead: how many grades.")
    ] = None,
    certify: Annotated[
        CertifyName, typer.Option(help="Prove how good the grading is; auto: up to 250 units.")
    ] = CertifyName.auto,
    time_limit: Annotated[
        float, typer.Option(min=0, help="Seconds that the proof may take.")
    ] = 60.0,
    prob: Prob = None,
    scope: ScopeOption = None,
    top: Top = 10,
    bottom: Bottom = 10,
    draft: Draft = False,
) -> None:
    """Put the units into grades that the evidence tells apart, and say how good they are.

    Write RUN/grades.csv, RUN/grades_summary.csv and RUN/frontier.csv; and, as .png and .svg,
    RUN/grades (rank intervals), RUN/pairs (who is ahead of whom) and RUN/frontier. With --scope
    both, the names of files end in _all and _within_group.
    """
    from openness.fitting import load_fit
    from openness.publish.grades import grades_view, write_grades_files
    from openness.publish.progress import steps
    from openness.publish.terminal import open_console
    from openness.standing import grades as grade_units

    _at_most_one(("--lambda", lam), ("--max-discordance", max_discordance), ("--grades", number))
    fitted = load_fit(run)
    league, is_draft = fitted.league, fitted.is_draft
    console = open_console()
    for among, suffix in _scopes(scope):
        with steps() as report:
            found = grade_units(
                fitted,
                lam=lam,
                max_discordance=max_discordance,
                n_grades=number,
                certify=certify.value,
                time_limit=time_limit,
                prob=prob,
                scope=among,
                draft=draft,
                report=report,
            )
        console.print(grades_view(found, league, top=top, bottom=bottom, draft=is_draft))
        paths = write_grades_files(found, league, run, suffix=suffix, draft=is_draft)
        console.print(_written(run, paths), markup=False)


@app.command()
def verdict(run: RunFolder, scope: ScopeOption = None, draft: Draft = False) -> None:
    """Say whether the units should be ranked at all, and how; write RUN/verdict.csv.

    With --scope both, the names of files end in _all and _within_group.
    """
    from openness.fitting import load_fit
    from openness.publish.terminal import open_console
    from openness.publish.verdict import verdict_view, write_verdict_files
    from openness.standing import verdict as judge

    fitted = load_fit(run)
    console = open_console()
    for among, suffix in _scopes(scope):
        table = judge(fitted, scope=among, draft=draft)
        console.print(verdict_view(table, fitted.league, draft=fitted.is_draft))
        paths = write_verdict_files(table, run, suffix=suffix, draft=fitted.is_draft)
        console.print(_written(run, paths), markup=False)


@app.command()
def explain(
    run: RunFolder,
    unit: Annotated[str, typer.Argument(help="Code of a unit.")],
    missing: Annotated[
        bool, typer.Option("--missing", help="What its missing returns would have done.")
    ] = False,
    prob: Prob = None,
    draft: Draft = False,
) -> None:
    """Say what adds to a unit's score and which others it cannot be told apart from.

    With --missing: what each missing return would do.
    """
    from openness.explain import explain_missing, explain_score
    from openness.fitting import load_fit
    from openness.publish.explanation import contributions_view, missing_view, separation_view
    from openness.publish.terminal import open_console
    from openness.standing import cannot_be_separated_from

    fitted = load_fit(run)
    marked = fitted.is_draft
    if missing:
        absent = explain_missing(fitted, unit, prob=prob, draft=draft)
        open_console().print(missing_view(absent, fitted.league, draft=marked))
        return
    table = explain_score(fitted, unit, draft=draft)
    others = cannot_be_separated_from(fitted, unit, prob=prob, draft=draft)
    console = open_console()
    console.print(contributions_view(table, fitted.league, draft=marked))
    console.print(separation_view(others, fitted.league))


@app.command()
def worth(
    run: RunFolder,
    prob: Prob = None,
    top: Annotated[int, typer.Option(min=0, help="Rows shown.")] = 10,
    draft: Draft = False,
) -> None:
    """Say which missing returns are worth most, and whom to chase first; write RUN/worth.csv."""
    from openness.explain import worth as worth_of_returns
    from openness.explain import worth_by_unit
    from openness.fitting import load_fit
    from openness.publish.csv import write_table
    from openness.publish.explanation import worth_view
    from openness.publish.terminal import open_console

    fitted = load_fit(run)
    table = worth_of_returns(fitted, prob=prob, draft=draft)
    console = open_console()
    by_unit = worth_by_unit(table)
    console.print(worth_view(table, by_unit, fitted.league, top=top, draft=fitted.is_draft))
    path = write_table(table.reset_index("indicator"), run / "worth.csv", draft=fitted.is_draft)
    console.print(f"Wrote {path}", markup=False)


@app.command()
def stress(
    run: RunFolder,
    slopes: Annotated[
        str | None,
        typer.Option(help="Slopes of returning by openness, with commas: -0.5,0.5."),
    ] = None,
    shift: Annotated[
        str | None,
        typer.Option(
            help="Instead: move what is missing from its prediction, by these sds of it: -1,1."
        ),
    ] = None,
    draft: Draft = False,
) -> None:
    """Say how far returning must depend on openness before a band changes.

    Fits again for each slope; writes RUN/stress.csv and RUN/stress.png and .svg. With --shift: how
    far what is missing must lie from its prediction; fits nothing, and writes RUN/stress_shift.csv,
    .png and .svg.
    """
    from openness.explain.shift import shift as shift_missing
    from openness.explain.stress import SLOPES
    from openness.explain.stress import stress as stress_returns
    from openness.fitting import load_fit
    from openness.publish.stress import stress_view, write_stress_files
    from openness.publish.terminal import open_console

    if slopes is not None and shift is not None:
        both = "--slopes and --shift"
        raise InvalidInput([Problem("stress", "options", both, "one of the two")])
    fitted = load_fit(run)
    if shift is not None:
        result = shift_missing(fitted, _numbers("shift", shift), draft=draft)
    else:
        with _interrupts_in_words():
            result = stress_returns(
                fitted,
                SLOPES if slopes is None else _numbers("slopes", slopes),
                draft=draft,
                progress=sys.stderr.isatty(),
                report=lambda sentence: typer.echo(sentence, err=True),
            )
    console = open_console()
    console.print(stress_view(result, fitted.league, draft=fitted.is_draft))
    paths = write_stress_files(result, fitted.league, run, draft=fitted.is_draft)
    console.print(_written(run, paths), markup=False)


@app.command()
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
    from openness.publish.terminal import open_console, working

    given, definition = _run_or_table(evidence, units, league, period)
    again = None
    if other is not None:
        again, _ = _run_or_table(other, units, league, other_period or period)
    with _interrupts_in_words(), working() as say:
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
        console.print(_written(folder, paths), markup=False)


class _RunUnlessNamed(TyperGroup):
    """`openness study STUDY.toml` runs it; only `report` has to be named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["run", *args]
        return super().parse_args(ctx, args)


study_app = typer.Typer(
    cls=_RunUnlessNamed,
    no_args_is_help=True,
    help="Simulate leagues whose truth is known, and see which method finds it.",
)
app.add_typer(study_app, name="study")


@study_app.command("run")
def run_study(
    study: Annotated[Path, typer.Argument(help="Study definition, TOML.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a running Dask scheduler: tcp://HOST:PORT.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes on this machine; one a core by default.")
    ] = None,
) -> None:
    """Run a study, or go on with one: `openness study STUDY.toml --out DIR`.

    Each replicate is kept as it ends, so that an interrupted study loses nothing.
    """
    from openness.publish.study import gate_sentence
    from openness.publish.terminal import counting, open_console
    from openness.study import load_study, summarise
    from openness.study.run import run_study as run

    definition = load_study(study)
    with counting(definition.title) as progress:
        folder = run(definition, out, scheduler=scheduler, workers=workers, progress=progress)
    console = open_console()
    if definition.model:
        console.print(gate_sentence(summarise(folder)), markup=False)
    ended = f"{len(folder.ended()):,} replicates are in {out}."
    console.print(f"{ended} For what they say: openness study report {out}", markup=False)


@study_app.command("report")
def report_study(
    folder: Annotated[Path, typer.Argument(help="Folder that `openness study` wrote.")],
) -> None:
    """Sum up a study, also one that has not ended: tables with Monte Carlo errors, and pictures."""
    from openness.publish.study import study_view, write_study_files
    from openness.publish.terminal import open_console
    from openness.study import load_folder, summarise

    summary = summarise(load_folder(folder))
    console = open_console()
    console.print(study_view(summary))
    console.print(_written(folder, write_study_files(summary, folder)), markup=False)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")] = Path("demo"),
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the sampler.")] = 2016,
) -> None:
    """Simulate the league of 2016, fit it, rank it, and tell what came out."""
    from openness.demo import run_demo
    from openness.publish.terminal import open_console

    with _interrupts_in_words():
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
def _interrupts_in_words() -> Iterator[None]:
    """Turn an interrupt into words before the parser of the command line shortens them."""
    usual = sys.unraisablehook

    def repeat_if_lost(lost: sys.UnraisableHookArgs) -> None:
        # An interrupt that falls into a callback of the compiler would be printed and forgotten.
        if issubclass(lost.exc_type, KeyboardInterrupt):
            threading.Timer(_MOMENT, _thread.interrupt_main).start()
        else:
            usual(lost)

    sys.unraisablehook = repeat_if_lost
    try:
        yield
    except KeyboardInterrupt:
        raise FitFailed("Interrupted; no run was kept.") from None
    finally:
        sys.unraisablehook = usual


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


def _scopes(scope: ScopeName | None) -> list[tuple[Scope | None, str]]:
    """Scopes that were asked for, and what the names of their files end in."""
    if scope is None:
        return [(None, "")]
    if scope is ScopeName.both:
        return [("all", "_all"), ("within_group", "_within_group")]
    return [("all" if scope is ScopeName.all else "within_group", "")]


def _at_most_one(*options: tuple[str, float | None]) -> None:
    given = [name for name, value in options if value is not None]
    if len(given) > 1:
        raise typer.BadParameter(
            f"{' and '.join(given)} were given; at most one of them says how fine the grades are."
        )


def _numbers(option: str, text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        allowed = "numbers with commas between them"
        raise InvalidInput([Problem("stress", f"--{option}", repr(text), allowed)]) from None


def _stop(message: str, code: int) -> None:
    typer.echo(message, err=True)
    sys.exit(code)


def _settings(**given: float | None) -> Settings | None:
    """Return the settings that were asked for, or None for the defaults."""
    from openness.fitting import Settings

    asked = {name: value for name, value in given.items() if value is not None}
    return Settings(**asked) if asked else None  # type: ignore[arg-type]


def _written(folder: Path, paths: Iterable[Path]) -> str:
    names = dict.fromkeys(path.name for path in paths)
    return f"Wrote into {folder}: {', '.join(names)}."


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
