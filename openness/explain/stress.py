"""How far returning must depend on openness before a band changes.

A run that ignores selection takes a return that was not made as saying nothing of the unit. Here
the slope of the selection model is moved over a stated grid, and the model is fitted again at each.
Weighting the draws of the run instead leaves too few effective ones, because the returns of all
units move the parameters together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit, reliability, require_gate, scores
from openness.fitting.refit import refit_over_slopes, with_slope
from openness.measures import completeness
from openness.model.cells import make_cells
from openness.ranking import ranking_table

SLOPES = (-1.0, -0.5, -0.25, 0.25, 0.5, 1.0)
"""Slopes of the probit of returning, by within-group sds of openness. At 1, a unit one sd less
open than average, among units of which nine in ten return, returns six times in ten."""

_STEEPEST = 3.0


@dataclass(frozen=True)
class Stress:
    """Bands of every unit under each slope.

    Attributes
    ----------
    bands : pandas.DataFrame
        Index `unit`, columns the slopes, 0 among them: the most probable band; missing for units
        that are not ranked.
    expected_rank : pandas.DataFrame
        Likewise.
    gate : pandas.Series
        By slope, what the fit failed at the gate; empty text where it passed.
    changes : pandas.DataFrame
        Index `unit`, units with a return that was not made: `name`, `group`, `band`, and for
        either direction (`below`, `above` 0) the slope nearest to 0 at which the band is another,
        and that band; missing where it does not change on the grid.
    """

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
    tables = {0.0: _rank(fit, fit)}
    gate = {0.0: "; ".join(fit.diagnostics.failures())}
    report(f"Fitting again for {len(grid)} slopes; the model is compiled once.")
    for slope, again in refit_over_slopes(fit, grid, progress=progress):
        tables[slope] = _rank(fit, again)
        gate[slope] = "; ".join(again.diagnostics.failures())
        report(f"Slope {slope:g}: {again.diagnostics.summary()}.")
    tables = dict(sorted(tables.items()))
    bands = pd.DataFrame({slope: table["band"] for slope, table in tables.items()})
    ranks = pd.DataFrame({slope: table["expected_rank"] for slope, table in tables.items()})
    return Stress(
        bands=bands.rename_axis(index="unit", columns="slope"),
        expected_rank=ranks.rename_axis(index="unit", columns="slope"),
        gate=pd.Series(gate, name="gate").sort_index().rename_axis("slope"),
        changes=_changes(fit, missed, bands),
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


def _rank(run: Fit, again: Fit) -> pd.DataFrame:
    """Rank the units that the run ranks: who is eligible does not depend on the slope."""
    return ranking_table(
        scores(again).to_numpy(),
        completeness(run.measures, run.league),
        run.measures.units,
        run.league,
        reliability(run).to_numpy(),
    ).reindex(run.measures.units.index)


def _changes(fit: Fit, missed: pd.Index, bands: pd.DataFrame) -> pd.DataFrame:
    table = fit.measures.units.loc[missed, ["name", "group"]].copy()
    table["band"] = bands.loc[missed, 0.0]
    grid = [float(slope) for slope in bands.columns]
    below = [slope for slope in reversed(grid) if slope < 0]
    above = [slope for slope in grid if slope > 0]
    for direction, slopes in (("below", below), ("above", above)):
        first = [first_change(bands.loc[unit].to_dict(), slopes) for unit in missed]
        table[f"slope_{direction}"] = [slope for slope, _ in first]
        table[f"band_{direction}"] = [band for _, band in first]
    return table


def first_change(
    bands: dict[float, str | None], slopes: Sequence[float]
) -> tuple[float, str | None]:
    """Return the first of `slopes` at which the band is not that at 0, and the band there."""
    for slope in slopes:
        if isinstance(bands[0.0], str) and bands[slope] != bands[0.0]:
            return slope, bands[slope]
    return np.nan, None
