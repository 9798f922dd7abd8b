"""Commands that say why: what a score is made of, and what is missing from it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from openness.cli.options import Draft, Prob, RunFolder
from openness.cli.words import interrupts_in_words, written_into
from openness.errors import InvalidInput, Problem


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
    from openness.publish.console import open_console
    from openness.publish.explanation import contributions_view, missing_view, separation_view
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
    from openness.publish.console import open_console
    from openness.publish.csv import write_table
    from openness.publish.explanation import worth_view

    fitted = load_fit(run)
    table = worth_of_returns(fitted, prob=prob, draft=draft)
    console = open_console()
    by_unit = worth_by_unit(table)
    console.print(worth_view(table, by_unit, fitted.league, top=top, draft=fitted.is_draft))
    path = write_table(table.reset_index("indicator"), run / "worth.csv", draft=fitted.is_draft)
    console.print(f"Wrote {path}", markup=False)


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
    from openness.publish.console import open_console
    from openness.publish.stress import stress_view, write_stress_files

    if slopes is not None and shift is not None:
        both = "--slopes and --shift"
        raise InvalidInput([Problem("stress", "options", both, "one of the two")])
    fitted = load_fit(run)
    if shift is not None:
        result = shift_missing(fitted, _numbers("shift", shift), draft=draft)
    else:
        with interrupts_in_words():
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
    console.print(written_into(run, paths), markup=False)


def _numbers(option: str, text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        allowed = "numbers with commas between them"
        raise InvalidInput([Problem("stress", f"--{option}", repr(text), allowed)]) from None
