"""What a study found: on the terminal and in files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from openness.measures.symbols import NOT_APPLICABLE, key
from openness.publish.csv import write_table
from openness.publish.figures import save_figure
from openness.publish.listing import new_table
from openness.publish.study_plot import draw_by_method, draw_coverage, ranking_some
from openness.publish.wording import method_words, opening, percent

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
_COVERAGE = (("coverage", "Openness"), ("rank_coverage", "Rank"))
_CLASSES = ("all", "complete", "incomplete")


def study_view(summary: StudySummary) -> RenderableType:
    """Show what a study found, condition by condition.

    Parameters
    ----------
    summary : StudySummary

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    parts: list[RenderableType] = [Text(summary.study.title, style="bold"), Text(_sizes(summary))]
    some = ranking_some(summary.figures, "all")
    for condition in summary.study.conditions:
        figures = summary.figures[summary.figures["condition"] == condition.id]
        if len(figures):
            parts += [Text(f"\n{condition.label} ({condition.id})", style="bold"), _table(figures)]
        parts += [
            Text(
                f"{opening(method_words(method))} ranks {percent(share)} of the units: its figures "
                "are of these, and not to be read beside those of methods that rank all."
                if share > 0
                else f"{opening(method_words(method))} ranks no unit."
            )
            for (where, method), share in some.items()
            if where == condition.id
        ]
    parts.append(
        Text(
            "\nMeans over replicates ± their Monte Carlo standard errors, of the units that a "
            "method ranks. Wrong band: share of the units; two off: at least two bands away. Rank "
            "error: mean distance from the true rank, in places. Wrong pairs: share of all pairs "
            "put into bands the wrong way round. Of incomplete units, those with a value missing: "
            "the share in a wrong band, and the rank bias, above 0 where they are placed too low. "
            f"{key([NOT_APPLICABLE])}"
        )
    )
    if summary.study.model:
        parts += [
            Text("\nIntervals of the model", style="bold"),
            _coverage_table(summary),
            Text(
                f"Share of the {percent(summary.study.interval)} intervals that hold the true "
                "value."
            ),
            Text("\nConvergence", style="bold"),
            _fits_table(summary),
            Text(gate_sentence(summary)),
        ]
    parts += [
        Text(
            f"{opening(method_words(str(row['method'])))} failed in {row['replicates']} "
            f"replicates of {row['condition']}: {row['reason']}"
        )
        for _, row in summary.failures.iterrows()
    ]
    return Group(*parts)


def gate_sentence(summary: StudySummary) -> str:
    """State the gate of the study, and how many fits failed or missed it."""
    gate, fits = summary.study.gate, summary.fits
    return (
        f"The gate of this study: R-hat at most {gate.max_rhat:g} and at least {gate.min_ess:g} "
        f"effective draws for every hyperparameter. Of {fits['fits'].sum():,} fits "
        f"{fits['failed'].sum():,} failed and {fits['missed_gate'].sum():,} missed the gate; those "
        "that failed have no figures, the others are in the figures."
    )


def write_study_files(summary: StudySummary, folder: str | Path) -> list[Path]:
    """Write `figures.csv`, `fits.csv`, `failures.csv`, and pictures of the main figures.

    Parameters
    ----------
    summary : StudySummary
    folder : str or Path
        Must exist.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    paths = [
        write_table(summary.figures.set_index("condition"), folder / "figures.csv"),
        write_table(summary.fits, folder / "fits.csv"),
        write_table(summary.failures.set_index("condition"), folder / "failures.csv"),
    ]
    for figure, among in (("wrong_band", "all"), ("rank_bias", "incomplete")):
        drawing = draw_by_method(summary, figure, among)
        if drawing is not None:
            paths += save_figure(drawing, folder / figure)
    drawing = draw_coverage(summary)
    if drawing is not None:
        paths += save_figure(drawing, folder / "coverage")
    return paths


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
