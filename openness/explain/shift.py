"""How far what is missing must lie from its prediction before a band changes. No refits.

The model takes a missing value to be like those that are there, given the unit's other measures.
Here it is taken to lie so many sds of its prediction to one side: a pattern-mixture model with a
sensitivity parameter (Daniels and Hogan 2008, chapter 9; Little 1994).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import xarray as xr

from openness.errors import InvalidInput, Problem
from openness.explain.field import absent_cells, open_field
from openness.explain.stress import refuse_steps, tabulate
from openness.model.predict import shift_absent
from openness.model.returns import typical_errors
from openness.result import Result
from openness.standing import Standing

SHIFTS = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
"""Distances from the prediction, in predictive sds."""

SHIFTED = ("not_returned", "system_change", "withdrawn", "under_query")
"""Statuses of cells that somebody has a value for, which may be unlike those that are there."""

_FURTHEST = 5.0


def shift(standing: Standing, shifts: Sequence[float] = SHIFTS) -> Result:
    """Move what is missing away from its prediction and see which bands change.

    Parameters
    ----------
    standing : Standing
        Of a fit of the collapsed model, of a league that ignores selection.
    shifts : sequence of float
        In sds of each cell's posterior predictive, each in [-5, 5]; 0, the run itself, is added. A
        positive shift says that what is missing is better than predicted.

    Returns
    -------
    Result
        As of `openness.explain.stress.stress`, with `step` "shift". Units with a cell of a status
        in `SHIFTED` are moved, all at once.

    Raises
    ------
    InvalidInput
        If the league has a selection model, no such cell is absent, a shift is out of range, or the
        fit is of the joint model.

    Notes
    -----
    With Y a unit's missing cells, m and V their predictive mean and variance under a posterior
    draw, and D their predictive sds times the direction of each measure, Y ~ N(m + delta D, V) in
    place of N(m, V) moves the mean of the factor by delta Cov(z, Y) V^-1 D and leaves its variance.
    The draws of the hyperparameters stay as they are: they are those of the measures that are
    there. A cell in a domain whose level is sampled at the unit moves the level, by normal theory,
    and through it the factor.
    """
    fit = standing.fit
    grid = sorted({float(step) for step in shifts} - {0.0})
    refuse_steps("shifts", grid, _FURTHEST, fit.league)
    field = open_field(standing)
    absent = absent_cells(field)
    absent = absent[absent["status"].isin(SHIFTED)]
    if absent.empty:
        words = ", ".join(SHIFTED)
        raise InvalidInput(
            [Problem("stress", "measures", "nothing to move", f"an absent cell that is {words}")]
        )
    typical = typical_errors(field.cells, fit.measures)
    units, moved = shift_absent(
        field.posterior,
        field.cells,
        field.structure,
        absent["unit"].to_numpy(),
        absent["indicator"].to_numpy(),
        [typical[k] for k in absent["indicator"]],
    )
    codes = pd.Index([field.cells.units[i] for i in units], name="unit")
    scores = {}
    for step in (0.0, *grid):
        moved_by = xr.zeros_like(standing.score)
        moved_by.loc[{"unit": codes.tolist()}] = step * moved
        scores[step] = standing.score + moved_by
    failures = "; ".join(fit.diagnostics.failures())
    return tabulate(standing, "shift", scores, dict.fromkeys(scores, failures), codes)
