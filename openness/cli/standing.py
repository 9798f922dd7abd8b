"""Commands that say where a fit puts its units: ranks, bands, grades, and whether to rank."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from openness.cli.options import Bottom, Draft, Prob, RunFolder, ScopeOption, Top, scopes
from openness.cli.words import written_into

if TYPE_CHECKING:
    import pandas as pd

    from openness.fitting import Fit


class CertifyName(StrEnum):
    """Whether to prove how good a grading is."""

    auto = "auto"
    lp = "lp"
    none = "none"


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
    from openness.publish.console import open_console
    from openness.publish.output import (
        write_evidence_files,
        write_missingness_files,
        write_ranking_files,
    )
    from openness.publish.ranking_view import ranking_view
    from openness.publish.wording import missing_sentence
    from openness.standing import coherence_sensitivity, missingness
    from openness.standing import rank as rank_units

    fitted = load_fit(run)
    league, is_draft = fitted.league, fitted.is_draft
    console = open_console()
    written = write_evidence_files(fitted.measures, league, run)
    for among, suffix in scopes(scope):
        table = rank_units(fitted, prob=prob, scope=among, draft=draft)
        missing = missingness(fitted, prob=prob, scope=among, draft=draft)
        console.print(ranking_view(table, league, top=top, bottom=bottom, draft=is_draft))
        console.print(missing_sentence(missing, league), markup=False)
        written += write_ranking_files(table, league, run, suffix=suffix, draft=is_draft)
        written += write_missingness_files(missing, league, run, suffix=suffix, draft=is_draft)
    console.print(written_into(run, written), markup=False)
    moved = coherence_sensitivity(fitted, draft=draft)
    if moved is not None:
        console.print(_sensitivity_sentence(fitted, moved), markup=False)


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
    from openness.publish.console import open_console
    from openness.standing import bands as band_units
    from openness.standing import named_or_stated

    fitted = load_fit(run)
    league, is_draft = fitted.league, fitted.is_draft
    costs = named_or_stated(loss, league)
    console = open_console()
    for among, suffix in scopes(scope):
        found = band_units(fitted, loss=costs, set_prob=prob, scope=among, draft=draft)
        console.print(bands_view(found, league, top=top, bottom=bottom, draft=is_draft))
        paths = write_bands_files(found, league, run, suffix=suffix, draft=is_draft)
        console.print(written_into(run, paths), markup=False)


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
    from openness.publish.console import open_console
    from openness.publish.grades import grades_view, write_grades_files
    from openness.publish.progress import steps
    from openness.standing import grades as grade_units

    _at_most_one(("--lambda", lam), ("--max-discordance", max_discordance), ("--grades", number))
    fitted = load_fit(run)
    league, is_draft = fitted.league, fitted.is_draft
    console = open_console()
    for among, suffix in scopes(scope):
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
        console.print(written_into(run, paths), markup=False)


def verdict(run: RunFolder, scope: ScopeOption = None, draft: Draft = False) -> None:
    """Say whether the units should be ranked at all, and how; write RUN/verdict.csv.

    With --scope both, the names of files end in _all and _within_group.
    """
    from openness.fitting import load_fit
    from openness.publish.console import open_console
    from openness.publish.verdict import verdict_view, write_verdict_files
    from openness.standing import verdict as judge

    fitted = load_fit(run)
    console = open_console()
    for among, suffix in scopes(scope):
        table = judge(fitted, scope=among, draft=draft)
        console.print(verdict_view(table, fitted.league, draft=fitted.is_draft))
        paths = write_verdict_files(table, run, suffix=suffix, draft=fitted.is_draft)
        console.print(written_into(run, paths), markup=False)


def _at_most_one(*options: tuple[str, float | None]) -> None:
    given = [name for name, value in options if value is not None]
    if len(given) > 1:
        raise typer.BadParameter(
            f"{' and '.join(given)} were given; at most one of them says how fine the grades are."
        )


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
