"""How far the truth must bend before a band changes: bands at steps away from the run.

Here the steps are slopes of returning by openness; in `openness.explain.shift` they are distances
of what is missing from its prediction.

A run that ignores selection takes a return that was not made as saying nothing of the unit. Here
the slope of the selection model is moved over a stated grid, and the model is fitted again at each.
Weighting the draws of the run instead leaves too few effective ones, because the returns of all
units move the parameters together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit, reliability, require_gate, scores
from openness.fitting.refit import refit_over_slopes, with_slope
from openness.measures import completeness
from openness.model.cells import make_cells
from openness.standing.table import ranking_table

Array = np.ndarray

SLOPES = (-1.0, -0.5, -0.25, 0.25, 0.5, 1.0)
"""Slopes of the probit of returning, by within-group sds of openness. At 1, a unit one sd less
open than average, among units of which nine in ten return, returns six times in ten."""

_STEEPEST = 3.0


@dataclass(frozen=True)
class Stress:
    """Bands of every unit at each step away from the run.

    Attributes
    ----------
    step : {"slope", "shift"}
        What is moved.
    bands : pandas.DataFrame
        Index `unit`, columns the steps, 0 among them: the most probable band; missing for units
        that are not ranked.
    expected_rank : pandas.DataFrame
        Likewise.
    gate : pandas.Series
        By step, what the fit failed at the gate; empty text where it passed.
    changes : pandas.DataFrame
        Index `unit`, units that are moved: `name`, `group`, `band`, and for either direction
        (`below`, `above` 0) the step nearest to 0 at which the band is another (`slope_below` or
        `shift_below`), and that band (`band_below`); missing where it does not change on the grid.
    """

    step: Literal["slope", "shift"]
    bands: pd.DataFrame
    expected_rank: pd.DataFrame
    gate: pd.Series
    changes: pd.DataFrame


def stress(
    fit: Fit,
    slopes: Sequence[float] = SLOPES,
    *,
    draft: bool = False,
    progress: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Stress:
    """Move the slope of the selection model over a grid and see which bands change.

    Parameters
    ----------
    fit : Fit
        Of a league that ignores selection, with units that did not return a collection.
    slopes : sequence of float
        In within-group sds of openness, each in [-3, 3]; 0, the fit itself, is added. A positive
        slope says that open units return more often, so that not to return speaks against a unit.
    draft : bool
        Allow a fit that did not pass the gate.
    progress : bool
        Whether to show progress bars.
    report : callable
        Receives a sentence before each fit.

    Returns
    -------
    Stress

    Raises
    ------
    InvalidInput
        If the league has a selection model already, no return is missing, or a slope is out of
        range.
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    """
    require_gate(fit, draft=draft)
    grid = sorted({float(slope) for slope in slopes} - {0.0})
    missed = _units_that_did_not_return(fit, grid)
    tables = {0.0: rank_as_the_run(fit, scores(fit).to_numpy())}
    gate = {0.0: "; ".join(fit.diagnostics.failures())}
    report(f"Fitting again for {len(grid)} slopes; the model is compiled once.")
    for slope, again in refit_over_slopes(fit, grid, progress=progress):
        tables[slope] = rank_as_the_run(fit, scores(again).to_numpy())
        gate[slope] = "; ".join(again.diagnostics.failures())
        report(f"Slope {slope:g}: {again.diagnostics.summary()}.")
    return tabulate(fit, "slope", tables, gate, missed)


def tabulate(
    fit: Fit,
    step: Literal["slope", "shift"],
    tables: dict[float, pd.DataFrame],
    gate: dict[float, str],
    moved: pd.Index,
) -> Stress:
    """Gather the rankings at each step.

    Parameters
    ----------
    fit : Fit
        The run itself.
    step : {"slope", "shift"}
    tables : dict of float to pandas.DataFrame
        Ranking of all units at each step, 0 among them, from `rank_as_the_run`.
    gate : dict of float to str
        What failed at the gate.
    moved : pandas.Index
        Units whose changes are reported.
    """
    tables = dict(sorted(tables.items()))
    bands = pd.DataFrame({at: table["band"] for at, table in tables.items()})
    ranks = pd.DataFrame({at: table["expected_rank"] for at, table in tables.items()})
    return Stress(
        step=step,
        bands=bands.rename_axis(index="unit", columns=step),
        expected_rank=ranks.rename_axis(index="unit", columns=step),
        gate=pd.Series(gate, name="gate").sort_index().rename_axis(step),
        changes=_changes(fit, step, moved, bands),
    )


def _units_that_did_not_return(fit: Fit, grid: Sequence[float]) -> pd.Index:
    """Units with a collection that they were asked for and did not return; or refuse."""
    problems = [
        Problem("stress", "slopes", f"{slope:g}", f"from {-_STEEPEST:g} to {_STEEPEST:g}")
        for slope in grid
        if not abs(slope) <= _STEEPEST
    ]
    if not fit.league.selection.is_ignored:
        problems.append(
            Problem(
                "stress",
                "league",
                "a selection model of its own",
                "a run that ignores selection, from which the slope is moved",
            )
        )
    if problems:
        raise InvalidInput(problems)
    cells = make_cells(with_slope(fit.league, 1.0), fit.measures)
    if not cells.collections:
        raise InvalidInput(
            [
                Problem(
                    "stress",
                    "measures",
                    "no return that some units made and others, asked for it, did not",
                    "at least one; such cells have the status not_returned",
                )
            ]
        )
    return pd.Index(np.array(cells.units)[(cells.returned == -1).any(axis=1)], name="unit")


def rank_as_the_run(run: Fit, draws: Array) -> pd.DataFrame:
    """Rank by other scores (S, N) the units that the run ranks: eligibility is the run's."""
    return ranking_table(
        draws,
        completeness(run.measures, run.league),
        run.measures.units,
        run.league,
        reliability(run).to_numpy(),
    ).reindex(run.measures.units.index)


def _changes(fit: Fit, step: str, moved: pd.Index, bands: pd.DataFrame) -> pd.DataFrame:
    table = fit.measures.units.loc[moved, ["name", "group"]].copy()
    table["band"] = bands.loc[moved, 0.0]
    grid = [float(at) for at in bands.columns]
    below = [at for at in reversed(grid) if at < 0]
    above = [at for at in grid if at > 0]
    for direction, steps in (("below", below), ("above", above)):
        first = [first_change(bands.loc[unit].to_dict(), steps) for unit in moved]
        table[f"{step}_{direction}"] = [at for at, _ in first]
        table[f"band_{direction}"] = [band for _, band in first]
    return table


def first_change(
    bands: dict[float, str | None], steps: Sequence[float]
) -> tuple[float, str | None]:
    """Return the first of `steps` at which the band is not that at 0, and the band there."""
    for step in steps:
        if isinstance(bands[0.0], str) and bands[step] != bands[0.0]:
            return step, bands[step]
    return np.nan, None
