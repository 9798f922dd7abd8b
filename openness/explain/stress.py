"""How far the truth must bend before a band changes: bands at steps away from the run.

Here the steps are slopes of returning by openness; in `openness.explain.shift` they are distances
of what is missing from its prediction.

A run that ignores selection takes a return that was not made as saying nothing of the unit. Here
the slope of the selection model is moved over a stated grid, and the model is fitted again at each.
Weighting the draws of the run instead leaves too few effective ones, because the returns of all
units move the parameters together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit, scores
from openness.fitting.refit import refit_over_slopes, with_slope
from openness.league import League
from openness.model.cells import make_cells
from openness.result import Result
from openness.standing import Standing, rank

SLOPES = (-1.0, -0.5, -0.25, 0.25, 0.5, 1.0)
"""Slopes of the probit of returning, by within-group sds of the factor. At 1, a unit one sd less
open than average, among units of which nine in ten return, returns six times in ten."""

_STEEPEST = 3.0


def stress(
    standing: Standing,
    slopes: Sequence[float] = SLOPES,
    *,
    progress: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Result:
    """Move the slope of the selection model over a grid and see which bands change.

    Parameters
    ----------
    standing : Standing
        Of a league that ignores selection, with units that did not return a collection.
    slopes : sequence of float
        In within-group sds of the factor, each in [-3, 3]; 0, the fit itself, is added. A positive
        slope says that open units return more often, so that not to return speaks against a unit.
    progress : bool
        Whether to show progress bars.
    report : callable
        Receives a sentence before each fit.

    Returns
    -------
    Result
        `table`, indexed by `unit`, those that are moved: `name`, `group`, `band`, and for either
        direction (`below`, `above` 0) the step nearest to 0 at which the band is another
        (`slope_below` or `shift_below`), and that band (`band_below`); missing where it does not
        change on the grid. `about`: `step`, "slope" or "shift"; `draft`, whether any of the fits
        failed the gate.

        `parts`: `bands`, with the index `unit` and the steps as columns, 0 among them: the most
        probable band; missing for units that are not ranked. `expected_rank`, likewise. `gate`, a
        series by step: what the fit failed at the gate; empty text where it passed.

    Raises
    ------
    InvalidInput
        If the league has a selection model already, no return is missing, or a slope is out of
        range.
    """
    fit = standing.fit
    grid = sorted({float(slope) for slope in slopes} - {0.0})
    refuse_steps("slopes", grid, _STEEPEST, fit.league)
    missed = _units_that_did_not_return(fit)
    score = {0.0: standing.score}
    gate = {0.0: "; ".join(fit.diagnostics.failures())}
    report(f"Fitting again for {len(grid)} slopes; the model is compiled once.")
    for slope, again in refit_over_slopes(fit, grid, progress=progress):
        score[slope] = scores(again)
        gate[slope] = "; ".join(again.diagnostics.failures())
        report(f"Slope {slope:g}: {again.diagnostics.summary()}.")
    return tabulate(standing, "slope", score, gate, missed)


def refuse_steps(argument: str, grid: Sequence[float], furthest: float, league: League) -> None:
    """Refuse steps that are out of range, and a league that models selection."""
    problems = [
        Problem("stress", argument, f"{step:g}", f"from {-furthest:g} to {furthest:g}")
        for step in grid
        if not abs(step) <= furthest
    ]
    if not league.selection.is_ignored:
        allowed = "a run that ignores selection: the two say the same thing in two ways"
        problems.append(Problem("stress", "league", "a selection model", allowed))
    if problems:
        raise InvalidInput(problems)


def tabulate(
    standing: Standing,
    step: Literal["slope", "shift"],
    scores: Mapping[float, xr.DataArray],
    gate: Mapping[float, str],
    moved: pd.Index,
) -> Result:
    """Gather the rankings at each step: of the units that the run ranks, by other scores.

    Given, by step with 0 among them, draws of the score of all units and what failed at the gate;
    and the units whose changes are reported.
    """
    units = standing.units.index
    tables = {
        at: rank(standing.with_score(scores[at])).table.loc[units, ["band", "expected_rank"]]
        for at in sorted(scores)
    }
    bands, ranks = (
        pd.DataFrame({at: table[name] for at, table in tables.items()}).rename_axis(columns=step)
        for name in ("band", "expected_rank")
    )
    gates = pd.Series(gate, name="gate").sort_index().rename_axis(step)
    return Result(
        "stress",
        _changes(standing, step, moved, bands),
        standing.league,
        standing=standing,
        about={"step": step, "draft": any(gate.values())},
        parts={"bands": bands, "expected_rank": ranks, "gate": gates},
    )


def _units_that_did_not_return(fit: Fit) -> pd.Index:
    """Units with a collection that they were asked for and did not return; or refuse."""
    cells = make_cells(with_slope(fit.league, 1.0), fit.measures)
    if not cells.collections:
        found = "no return that some units made and others, asked for it, did not"
        allowed = "at least one; such cells have the status not_returned"
        raise InvalidInput([Problem("stress", "measures", found, allowed)])
    return pd.Index(np.array(cells.units)[(cells.returned == -1).any(axis=1)], name="unit")


def _changes(standing: Standing, step: str, moved: pd.Index, bands: pd.DataFrame) -> pd.DataFrame:
    table = standing.units.loc[moved, ["name", "group"]]
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
