"""Commands that say why: what a score is made of, and what is missing from it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from openness.cli.runs import Run, reads_a_run
from openness.cli.words import interrupts_in_words
from openness.errors import InvalidInput, Problem


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
