"""Commands on a run: ranks, bands, grades, whether to rank, and why a score is what it is."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from openness.cli.common import Bottom, Run, Top, interrupts_in_words, reads_a_run
from openness.errors import InvalidInput, Problem


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
    from openness.publish.console import steps
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


@reads_a_run()
def scores(run: Run, top: Top = 10) -> None:
    """Say how far the scores of measures, sources and factor agree, and who moves.

    Write RUN/scores.csv, RUN/scores_agreement.csv, and RUN/scores.png and .svg.
    """
    from openness.standing import compare_scores

    for standing, suffix in run.standings():
        result = compare_scores(standing)
        run.show(result, top=top)
        run.say_written(run.write(result, suffix))


@reads_a_run(prob=False)
def sensitivity(run: Run) -> None:
    """Say how far ranks move if something that was assumed were otherwise.

    Weights, ratings, what does not apply, the prior of the sd between types, and coherences. Fits
    nothing again; writes RUN/sensitivity.csv.
    """
    from openness.standing import sensitivity as look_at

    for standing, suffix in run.standings():
        result = look_at(standing)
        run.show(result)
        run.say_written(run.write(result, suffix))


def _at_most_one(*options: tuple[str, float | None]) -> None:
    given = [name for name, value in options if value is not None]
    if len(given) > 1:
        raise typer.BadParameter(
            f"{' and '.join(given)} were given; at most one of them says how fine the grades are."
        )


@reads_a_run()
def explain(
    run: Run,
    unit: Annotated[str, typer.Argument(help="Code of a unit.")],
    missing: Annotated[
        bool, typer.Option("--missing", help="What its missing returns would have done.")
    ] = False,
) -> None:
    """Say what adds to a unit's score, and which others it is statistically tied with.

    With --missing: what each missing return would do.
    """
    from openness.explain import explain_missing, explain_score
    from openness.standing import tied_with

    for number, (standing, _) in enumerate(run.standings()):
        if missing:
            run.show(explain_missing(standing, unit))
            continue
        if number == 0:  # what the score is made of is the same in every scope
            run.show(explain_score(standing, unit))
        run.show(tied_with(standing, unit))


@reads_a_run()
def worth(run: Run, top: Annotated[int, typer.Option(min=0, help="Rows shown.")] = 10) -> None:
    """Say which missing returns are worth most, and whom to chase first; write RUN/worth.csv."""
    from openness.explain import worth as worth_of_returns

    for standing, suffix in run.standings():
        result = worth_of_returns(standing)
        run.show(result, top=top)
        (path,) = run.write(result, suffix)
        run.console.print(f"Wrote {path}", markup=False)


@reads_a_run(prob=False)
def stress(
    run: Run,
    slopes: Annotated[
        str | None,
        typer.Option(help="Slopes of returning by the factor, with commas: -0.5,0.5."),
    ] = None,
    shift: Annotated[
        str | None,
        typer.Option(
            help="Instead: move what is missing from its prediction, by these sds of it: -1,1."
        ),
    ] = None,
) -> None:
    """Say how far returning must depend on the factor before a band changes.

    Fits again for each slope; writes RUN/stress.csv and RUN/stress.png and .svg. With --shift: how
    far what is missing must lie from its prediction; fits nothing, and writes RUN/stress_shift.csv,
    .png and .svg.
    """
    from openness.explain.stress import SLOPES
    from openness.explain.stress import shift as shift_missing
    from openness.explain.stress import stress as stress_returns

    if slopes is not None and shift is not None:
        both = "--slopes and --shift"
        raise InvalidInput([Problem("stress", "options", both, "one of the two")])
    moves = None if shift is None else _numbers("shift", shift)
    steps = SLOPES if slopes is None else _numbers("slopes", slopes)
    for standing, suffix in run.standings():
        if moves is not None:
            result = shift_missing(standing, moves)
        else:
            with interrupts_in_words():
                result = stress_returns(
                    standing,
                    steps,
                    progress=sys.stderr.isatty(),
                    report=lambda sentence: typer.echo(sentence, err=True),
                )
        run.show(result)
        run.say_written(run.write(result, suffix))


def _numbers(option: str, text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        allowed = "numbers with commas between them"
        raise InvalidInput([Problem("stress", f"--{option}", repr(text), allowed)]) from None
