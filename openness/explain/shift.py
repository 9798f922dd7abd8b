"""How far what is missing must lie from its prediction before a band changes. No refits.

The model takes a missing value to be like those that are there, given the unit's other measures.
Here it is taken to lie so many sds of its prediction to one side: a pattern-mixture model with a
sensitivity parameter (Daniels and Hogan 2008, chapter 9; Little 1994).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.explain.field import absent_cells, open_field
from openness.explain.stress import Stress, rank_as_the_run, tabulate
from openness.fitting import Fit
from openness.model.predict import shift_absent
from openness.model.returns import typical_errors

SHIFTS = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
"""Distances from the prediction, in predictive sds."""

SHIFTED = ("not_returned", "system_change", "withdrawn", "under_query")
"""Statuses of cells that somebody has a value for, which may be unlike those that are there."""

_FURTHEST = 5.0


def shift(fit: Fit, shifts: Sequence[float] = SHIFTS, *, draft: bool = False) -> Stress:
    """Move what is missing away from its prediction and see which bands change.

    Parameters
    ----------
    fit : Fit
        Of the collapsed model, of a league that ignores selection.
    shifts : sequence of float
        In sds of each cell's posterior predictive, each in [-5, 5]; 0, the run itself, is added. A
        positive shift says that what is missing is better than predicted.
    draft : bool
        Allow a fit that did not pass the gate.

    Returns
    -------
    Stress
        With `step` "shift". Units with a cell of a status in `SHIFTED` are moved, all at once.

    Raises
    ------
    InvalidInput
        If the league has a selection model, no such cell is absent, a shift is out of range, or the
        fit is of the joint model.
    GateFailed
        If the fit did not pass the gate and no draft was asked for.

    Notes
    -----
    With Y a unit's missing cells, m and V their predictive mean and variance under a posterior
    draw, and D their predictive sds times the direction of each measure, Y ~ N(m + delta D, V) in
    place of N(m, V) moves the mean of openness by delta Cov(z, Y) V^-1 D and leaves its variance.
    The draws of the hyperparameters stay as they are: they are those of the measures that are
    there. A cell in a domain whose level is sampled at the unit moves the level, by normal theory,
    and through it openness.
    """
    field = open_field(fit, draft=draft)
    grid = sorted({float(step) for step in shifts} - {0.0})
    _refuse(fit, grid)
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
    tables = {}
    for step in (0.0, *grid):
        score = field.score.copy()
        score[:, units] += step * moved
        tables[step] = rank_as_the_run(fit, score)
    failures = "; ".join(fit.diagnostics.failures())
    codes = pd.Index(np.array(field.cells.units)[units], name="unit")
    return tabulate(fit, "shift", tables, dict.fromkeys(tables, failures), codes)


def _refuse(fit: Fit, grid: Sequence[float]) -> None:
    problems = [
        Problem("stress", "shifts", f"{step:g}", f"from {-_FURTHEST:g} to {_FURTHEST:g}")
        for step in grid
        if not abs(step) <= _FURTHEST
    ]
    if not fit.league.selection.is_ignored:
        problems.append(
            Problem(
                "stress",
                "league",
                "a selection model",
                "a run that ignores selection: the two say the same thing in two ways",
            )
        )
    if problems:
        raise InvalidInput(problems)
