"""Commands that say where a fit puts its units: ranks, bands, grades, and whether to rank."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from openness.cli.options import Bottom, Top
from openness.cli.runs import Run, reads_a_run


class CertifyName(StrEnum):
    """Whether to prove how good a grading is."""

    auto = "auto"
    lp = "lp"
    none = "none"


@reads_a_run()
def rank(run: Run, top: Top = 10, bottom: Bottom = 10) -> None:
    """Rank the units, and say whether what is missing goes with the score.

    Write RUN/ranking.csv and RUN/caterpillar.png and .svg; RUN/missingness.csv, .png and .svg; what
    `check --out` writes; and RUN/symbols.csv, the key of every table.
    """
    from openness.publish import evidence
    from openness.standing import coherence_sensitivity, missingness
    from openness.standing import rank as rank_units

    standings = list(run.standings())
    written = run.write(evidence(run.fit.measures, run.fit.league))
    for standing, suffix in standings:
        for result in (rank_units(standing), missingness(standing)):
            run.show(result, top=top, bottom=bottom)
            written += run.write(result, suffix)
    run.say_written(written)
    moved = coherence_sensitivity(standings[0][0])
    if moved is not None:
        run.show(moved)


@reads_a_run(prob=False)
def bands(
    run: Run,
    loss: Annotated[
        str,
        typer.Option(
            help="What a wrong band costs: zero-one, absolute, or a CSV file of losses by band "
            "named (rows) and true (columns)."
        ),
    ] = "zero-one",
    prob: Annotated[float, typer.Option(help="Probability of the sets of bands.")] = 0.95,
    top: Top = 10,
    bottom: Bottom = 10,
) -> None:
    """Say how probable each band is for each unit; write RUN/bands.csv, .png and .svg."""
    from openness.standing import bands as band_units
    from openness.standing import named_or_stated

    for standing, suffix in run.standings():
        costs = named_or_stated(loss, standing.league)
        result = band_units(standing, loss=costs, set_prob=prob)
        run.show(result, top=top, bottom=bottom)
        run.say_written(run.write(result, suffix))


@reads_a_run()
def grades(
    run: Run,
    lam: Annotated[
        float | None,
        typer.Option(
            "--lambda",
            min=0,
            max=1,
            help="Discordance penalty lambda, from 0 to 1: what a right distinction gains where a "
            "wrong one costs 1; 0.25 by default.",
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
    top: Top = 10,
    bottom: Bottom = 10,
) -> None:
    """Put the units into grades that the evidence supports, and say how good they are.

    Write RUN/grades.csv, RUN/grades_summary.csv and RUN/frontier.csv; and, as .png and .svg,
    RUN/grades (rank intervals), RUN/pairs (who is ahead of whom) and RUN/frontier.
    """
    from openness.publish.progress import steps
    from openness.standing import grades as grade_units

    _at_most_one(("--lambda", lam), ("--max-discordance", max_discordance), ("--grades", number))
    for standing, suffix in run.standings():
        with steps() as report:
            result = grade_units(
                standing,
                lam=lam,
                max_discordance=max_discordance,
                n_grades=number,
                certify=certify.value,
                time_limit=time_limit,
                report=report,
            )
        run.show(result, top=top, bottom=bottom)
        run.say_written(run.write(result, suffix))


@reads_a_run(prob=False)
def verdict(run: Run) -> None:
    """Say whether the units should be ranked at all, and how; write RUN/verdict.csv."""
    from openness.standing import verdict as judge

    for standing, suffix in run.standings():
        result = judge(standing)
        run.show(result)
        run.say_written(run.write(result, suffix))


def _at_most_one(*options: tuple[str, float | None]) -> None:
    given = [name for name, value in options if value is not None]
    if len(given) > 1:
        raise typer.BadParameter(
            f"{' and '.join(given)} were given; at most one of them says how fine the grades are."
        )
