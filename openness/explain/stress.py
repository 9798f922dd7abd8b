"""Sensitivity to missing-not-at-random: the tipping point at which a band changes. Two ways.

`stress` moves the slope of returning by the factor. `shift` makes a delta adjustment (a pattern
mixture): the model takes a missing value to be like those that are there, given the unit's other
measures, and here it is taken to lie so many sds of its prediction to one side (Daniels and Hogan
2008, chapter 9; Little 1994). It fits nothing again.

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
from openness.explain.at_unit import AtUnit, at_unit, new_cells
from openness.explain.field import absent_cells, by_unit, open_field
from openness.fitting import Fit, scores
from openness.fitting.refit import refit_over_slopes, with_slope
from openness.league import League
from openness.model.cells import make_cells
from openness.model.joint_normal import Known, regress
from openness.model.returns import SamplingError, typical_errors
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
    for slope, refit in refit_over_slopes(fit, grid, progress=progress):
        score[slope] = scores(refit)
        gate[slope] = "; ".join(refit.diagnostics.failures())
        report(f"Slope {slope:g}: {refit.diagnostics.summary()}.")
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


SHIFTS = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
"""Distances from the prediction, in predictive sds."""

SHIFTED = ("not_returned", "system_change", "withdrawn", "under_query")
"""Statuses of cells that somebody has a value for, which may be unlike those that are there."""

_FURTHEST = 5.0

_LEAST_LEARNT = 1e-6
"""Share of the variance of a level that its ratings are taken to have settled, at the least."""


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
    place of N(m, V) moves the mean of every latent x that the score is made of by
    delta Cov(x, Y) V^-1 D and leaves its variance. A missing rating that counts by its category
    moves by its latent value. The draws of the hyperparameters stay as they are: they are those of
    the measures that are there. A level that is sampled at the unit is taken as normal, with the
    variance that its draws have, so that a cell beside it moves it.
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
    scores = {step: standing.score.copy() for step in (0.0, *grid)}
    codes = []
    for i, own in by_unit(absent):
        here = at_unit(field, i)
        codes.append(field.cells.units[i])
        drawn, moved = here.drawn, move_by_absent(here, own, [typical[k] for k in own])
        for step in grid:
            scores[step].loc[{"unit": codes[-1]}] = here.score_if(drawn, drawn + step * moved)
    failures = "; ".join(fit.diagnostics.failures())
    return tabulate(
        standing, "shift", scores, dict.fromkeys(scores, failures), pd.Index(codes, name="unit")
    )


def move_by_absent(
    here: AtUnit, indicators: np.ndarray, errors: Sequence[SamplingError]
) -> np.ndarray:
    """Say how far the latents of a unit move if absent cells are better than predicted.

    Parameters
    ----------
    here : AtUnit
    indicators : (J,) int array
        Positions of the cells, which move together.
    errors : sequence of SamplingError, length J
        That each would have.

    Returns
    -------
    (S, X) array
        By how much the mean of each of `here.coefficients` rises if every cell lies one of its
        predictive sds beyond its prediction, towards the better end.
    """
    new, x = new_cells(here.field, indicators, errors), here.coefficients.shape[2]
    asked = np.concatenate([here.coefficients, new], axis=2)
    joint = regress(asked, with_uncertain_levels(here)).covariance
    of_cells = joint[:, x:, x:]
    diagonal = np.arange(len(indicators))
    of_cells[:, diagonal, diagonal] += [error.error_variance for error in errors]
    sign = np.array([here.field.cells.definitions[k].sign for k in indicators])
    distance = sign * np.sqrt(of_cells[:, diagonal, diagonal])
    pull = np.linalg.solve(of_cells, distance[..., None])
    return np.asarray((joint[:, :x, x:] @ pull)[..., 0])


def with_uncertain_levels(here: AtUnit) -> Known:
    """Give sampled levels the error with which their variance is that of their draws.

    With v the variance of a level given the unit's Gaussian cells, and t that of its draws, the
    error has the variance v t / (v - t).
    """
    known = here.known
    levels = known.indicator < 0
    if not levels.any():
        return known
    cells = Known(*(part[..., ~levels] for part in known))
    of_level = known.coefficients[..., levels]
    v = np.diagonal(regress(of_level, cells).covariance, axis1=1, axis2=2)
    t = known.residual[:, levels].var(axis=0)
    error = np.repeat(known.error_variance[None], len(v), axis=0)
    error[:, levels] = v * t / np.maximum(v - t, _LEAST_LEARNT * v)
    return known._replace(error_variance=error)
