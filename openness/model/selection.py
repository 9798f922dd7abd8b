"""Selection: whether a return was made may depend on how open the unit is.

    P(returned) = Phi(a + b theta + c f),   f ~ N(0, 1),

one intercept a for each collection. The slope b is 0 unless the league states another or asks for
it to be estimated; the return factor f, what else makes a unit return or not, is in the model only
when b is estimated from several collections. Openness is integrated out here as elsewhere:
sampling it is slow, and sampling an underlying return index has a second mode of the wrong sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import xarray as xr
from scipy.special import log_ndtr, ndtri, ndtri_exp

from openness.model.cells import Cells

Array = np.ndarray

_INTERCEPT_SD = 1.5


@dataclass(frozen=True)
class SelectionParameters:
    """Parameters by collection, (C,) each; C is 0 where selection is ignored."""

    intercept: Any
    slope: Any
    factor: Any

    def of_draw(self, s: int) -> SelectionParameters:
        """Return the parameters of one draw, where each holds one row a draw."""
        return SelectionParameters(self.intercept[s], self.slope[s], self.factor[s])


def declare_returns(cells: Cells) -> SelectionParameters:
    """Declare the parameters of the selection model.

    Parameters
    ----------
    cells : Cells

    Returns
    -------
    SelectionParameters
    """
    n = len(cells.collections)
    nothing = np.zeros(n)
    if not n:
        return SelectionParameters(nothing, nothing, nothing)
    made, asked = (cells.returned == 1).sum(axis=0), (cells.returned != 0).sum(axis=0)
    usual = ndtri((made + 0.5) / (asked + 1))
    intercept = pm.Normal("return_intercept", usual, _INTERCEPT_SD, dims="collection")
    if not cells.selection.estimate:
        stated = np.full(n, cells.selection.slope)
        return SelectionParameters(
            intercept, pm.Data("return_slope", stated, dims="collection"), nothing
        )
    slope = pm.Normal("return_slope", 0, 1, dims="collection")
    if n == 1:
        return SelectionParameters(intercept, slope, nothing)
    return SelectionParameters(intercept, slope, pm.HalfNormal("return_factor", 1) + nothing)


def selection_by_draw(posterior: xr.Dataset, cells: Cells) -> SelectionParameters:
    """Return the parameters under every posterior draw, (S, C) each."""
    shape = (posterior.sizes["chain"] * posterior.sizes["draw"], len(cells.collections))

    def by_draw(name: str, otherwise: float) -> Array:
        if name not in posterior:
            return np.full(shape, otherwise)
        return posterior[name].to_numpy().reshape(shape[0], -1) * np.ones(shape)

    return SelectionParameters(
        by_draw("return_intercept", 0.0),
        by_draw("return_slope", cells.selection.slope),
        by_draw("return_factor", 0.0),
    )


def draw_selected(
    mean: Array,
    variance: Array,
    offset: Array,
    returned: Array,
    parameters: SelectionParameters,
    rng: np.random.Generator,
) -> Array:
    """Draw z given the cells and the returns, exactly.

    For one collection the law is that of a normal variable of which a correlated one is known to
    have a sign. For more, the draw is accepted with the probability of the other returns.

    Parameters
    ----------
    mean, variance, offset : (N,) arrays
        z given the cells is N(mean, variance); theta = offset + z.
    returned : (N, C) int array
    parameters : SelectionParameters
        Arrays (C,).
    rng : numpy.random.Generator

    Returns
    -------
    (N,) array
    """
    z = mean + np.sqrt(variance) * rng.standard_normal(len(mean))
    open_rows = np.flatnonzero((returned != 0).any(axis=1))
    first = np.argmax(returned != 0, axis=1)
    while len(open_rows):
        i, r = open_rows, first[open_rows]
        a, b, c = parameters.intercept[r], parameters.slope[r], parameters.factor[r]
        sign = returned[i, r]
        z0 = mean[i] + np.sqrt(variance[i]) * rng.standard_normal(len(i))
        f0, e0 = rng.standard_normal((2, len(i)))
        index = a + b * (offset[i] + z0) + c * f0 + e0
        centre, spread = a + b * (offset[i] + mean[i]), np.sqrt(1 + b**2 * variance[i] + c**2)
        tail = np.log(rng.random(len(i))) + log_ndtr(sign * centre / spread)
        wanted = centre - sign * spread * ndtri_exp(tail)
        moved = (wanted - index) / spread**2
        drawn, f = z0 + b * variance[i] * moved, f0 + c * moved
        others = np.where(np.arange(returned.shape[1]) == r[:, None], 0, returned[i])
        predictor = (
            parameters.intercept
            + parameters.slope * (offset[i] + drawn)[:, None]
            + parameters.factor * f[:, None]
        )
        log_accept = np.where(others != 0, log_ndtr(others * predictor), 0).sum(axis=1)
        accepted = np.log(rng.random(len(i))) < log_accept
        z[i[accepted]] = drawn[accepted]
        open_rows = i[~accepted]
    return z
