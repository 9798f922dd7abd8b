"""What a study found: on the terminal and in files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from rich.markup import escape
from rich.table import Table

from openness.measures.symbols import NOT_APPLICABLE, key
from openness.publish.listing import Lines, bold, new_table
from openness.publish.study_plot import ranking_some
from openness.publish.wording import method_words, opening, percent
from openness.result import Result

if TYPE_CHECKING:
    from openness.study import StudySummary

_SHOWN = (
    ("wrong_band", "all", "Wrong band", True),
    ("far_off", "all", "Two off", True),
    ("rank_error", "all", "Rank error", False),
    ("discordance", "all", "Wrong pairs", True),
    ("wrong_band", "incomplete", "Wrong band", True),
    ("rank_bias", "incomplete", "Rank bias", False),
)
_COVERAGE = (("coverage", "Factor"), ("rank_coverage", "Rank"))
_CLASSES = ("all", "complete", "incomplete")


def study_report(summary: StudySummary) -> Result:
    """Return what a study found, to show or to write.

    Parameters
    ----------
    summary : openness.study.StudySummary

    Returns
    -------
    Result
        Of the kind "study". `table`: the figures. `parts`: `summary`.
    """
    study = summary.study
    return Result("study", summary.figures, study, parts={"summary": summary})  # type: ignore[arg-type]


def study_view(result: Result, top: int, bottom: int) -> Lines:
    """Show what a study found, condition by condition."""
    summary: StudySummary = result.parts["summary"]
    yield bold(summary.study.title)
    yield _sizes(summary)
    some = ranking_some(summary.figures, "all")
    for condition in summary.study.conditions:
        figures = summary.figures[summary.figures["condition"] == condition.id]
        if len(figures):
            yield bold(f"\n{condition.label} ({condition.id})")
            yield _table(figures)
        for (where, method), share in some.items():
            if where == condition.id:
                name = opening(method_words(method))
                yield (
                    f"{name} ranks {percent(share)} of the units: its figures are of these, and "
                    "are not to be compared with those of methods that rank all."
                    if share > 0
                    else f"{name} ranks no unit."
                )
    yield (
        "\nMeans over replicates ± their Monte Carlo standard errors, of the units that a "
        "method ranks. Wrong band: share of the units; two off: at least two bands away. Rank "
        "error: mean distance from the true rank, in ranks. Wrong pairs: share of all pairs "
        "put into bands the wrong way round. Of incomplete units, those with a value missing: "
        "the share in a wrong band, and the rank bias, above 0 where they are ranked too low. "
        f"{key([NOT_APPLICABLE])}"
    )
    if summary.study.model:
        yield bold("\nIntervals of the model")
        yield _coverage_table(summary)
        yield f"Share of the {percent(summary.study.interval)} intervals that hold the true value."
        yield bold("\nConvergence")
        yield _fits_table(summary)
        yield gate_sentence(summary)
    for _, row in summary.failures.iterrows():
        yield (
            f"{opening(method_words(str(row['method'])))} failed in {row['replicates']} "
            f"replicates of {row['condition']}: {row['reason']}"
        )


def gate_sentence(summary: StudySummary) -> str:
    """State the gate of the study, and how many fits failed or missed it."""
    gate, fits = summary.study.gate, summary.fits
    return (
        f"The gate of this study: R-hat at most {gate.max_rhat:g} and at least {gate.min_ess:g} "
        f"effective draws for every hyperparameter. Of {fits['fits'].sum():,} fits "
        f"{fits['failed'].sum():,} failed and {fits['missed_gate'].sum():,} missed the gate; those "
        "that failed have no figures, the others are in the figures."
    )


def _sizes(summary: StudySummary) -> str:
    replicates, number = summary.fits["replicates"], len(summary.study.conditions)
    return (
        f"{number} condition{'' if number == 1 else 's'}, {replicates.sum():,} of "
        f"{summary.study.replicates * len(replicates):,} replicates have ended."
    )


def _table(figures: pd.DataFrame) -> Table:
    view = new_table()
    view.add_column("Method", overflow="fold", ratio=2)
    for number, (_, among, name, _) in enumerate(_SHOWN):
        first = number == 0 or among != _SHOWN[number - 1][1]
        heading = f"{among.capitalize()}:\n{name}" if first else f"\n{name}"
        view.add_column(heading, justify="right", no_wrap=True)
    by = figures.set_index(["method", "among", "figure"])[["mean", "error"]]
    found = {key: (float(mean), float(error)) for key, mean, error in by.itertuples()}
    for method in figures["method"].drop_duplicates():
        cells = [
            _with_error(found.get((method, among, figure)), as_percent=as_percent)
            for figure, among, _, as_percent in _SHOWN
        ]
        view.add_row(method_words(str(method)), *cells)
    return view


def _with_error(value: tuple[float, float] | None, *, as_percent: bool) -> str:
    if value is None:
        return escape(NOT_APPLICABLE.text)
    mean, error = value
    scale = 100 if as_percent else 1
    mark = "%" if as_percent else ""
    beside = "" if pd.isna(error) else f" ±{error * scale:.1f}"
    return f"{mean * scale:.1f}{mark}{beside}"


def _coverage_table(summary: StudySummary) -> Table:
    view = new_table()
    view.add_column("Condition", overflow="fold", ratio=2)
    for _, name in _COVERAGE:
        for among in _CLASSES:
            heading = f"{name}:\n{among}" if among == "all" else f"\n{among}"
            view.add_column(heading, justify="right", no_wrap=True)
    of_model = summary.figures[summary.figures["method"] == "model"]
    by = of_model.set_index(["condition", "figure", "among"])[["mean", "error"]]
    found = {key: (float(mean), float(error)) for key, mean, error in by.itertuples()}
    for condition in summary.study.conditions:
        cells = [
            _with_error(found.get((condition.id, figure, among)), as_percent=True)
            for figure, _ in _COVERAGE
            for among in _CLASSES
        ]
        view.add_row(condition.id, *cells)
    return view


def _fits_table(summary: StudySummary) -> Table:
    view = new_table()
    view.add_column("Condition", overflow="fold", ratio=2)
    for heading in ("Fits", "Failed", "Missed the gate", "Worst R-hat", "Fewest effective draws"):
        view.add_column(heading, justify="right")
    for condition, row in summary.fits.iterrows():
        worst = (
            (str(NOT_APPLICABLE),) * 2
            if pd.isna(row["rhat"])
            else (f"{row['rhat']:.3f}", f"{row['ess']:.0f}")
        )
        counts = (f"{row[name]:.0f}" for name in ("fits", "failed", "missed_gate"))
        view.add_row(str(condition), *counts, *worst)
    return view
