"""Selection: whether a return was made may depend on how open the unit is.

    P(returned) = Phi(a + b theta + c f),   f ~ N(0, 1),

one intercept a for each collection and type of unit: a type may return less for reasons of its own,
and with one intercept for all a slope would take that for a lack of openness. The slope b is 0
unless the league states another or asks for it to be estimated; the return factor f, what else
makes a unit return or not, is in the model only when b is estimated from several collections.
Openness is integrated out here as elsewhere: sampling it is slow, and sampling an underlying return
index has a second mode of the wrong sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from scipy.special import log_ndtr, ndtri_exp

from openness.model.cells import Cells
from openness.model.selection_kernel import Returns, draw_from_grid, tilt_rows

Array = np.ndarray


@dataclass(frozen=True)
class SelectionParameters:
    """Parameters by collection, (C,) each; C is 0 where selection is ignored.

    The intercept is (G, C), by type and collection, until `in_group` picks one for each unit.
    """

    intercept: Any
    slope: Any
    factor: Any

    def of_draw(self, s: int) -> SelectionParameters:
        """Return the parameters of one draw, where each holds one row a draw."""
        return SelectionParameters(self.intercept[s], self.slope[s], self.factor[s])

    def in_group(self, group: Any) -> SelectionParameters:
        """Return them with the intercepts of one group, or of the group of each of N units."""
        return SelectionParameters(self.intercept[..., group, :], self.slope, self.factor)

    def by_row(self, returned: Array) -> Returns:
        """Put numbers beside the returns (N, C) of units, as the kernels take them."""
        intercept, slope, factor = (
            np.ascontiguousarray(np.broadcast_to(values, returned.shape), dtype=float)
            for values in (self.intercept, self.slope, self.factor)
        )
        return Returns(np.ascontiguousarray(returned), intercept, slope, factor)


def selection_by_draw(posterior: xr.Dataset, cells: Cells) -> SelectionParameters:
    """Return the parameters under every posterior draw, (S, C), and (S, G, C) the intercepts."""
    n_draws = posterior.sizes["chain"] * posterior.sizes["draw"]
    shape = (n_draws, len(cells.collections))

    def by_draw(name: str, otherwise: float) -> Array:
        if name not in posterior:
            return np.full(shape, otherwise)
        return posterior[name].to_numpy().reshape(n_draws, -1) * np.ones(shape)

    intercept = np.zeros((n_draws, len(cells.groups), len(cells.collections)))
    if cells.collections:
        intercept[:] = posterior["return_intercept"].to_numpy().reshape(intercept.shape)
    return SelectionParameters(
        intercept,
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
    """Draw z given the cells and the returns.

    For one return it is the distribution of a normal variable of which a correlated one is known to
    have a sign, and the draw is exact. For more, it is made on a fine grid.

    Parameters
    ----------
    mean, variance, offset : (N,) arrays
        z given the cells is N(mean, variance); theta = offset + z.
    returned : (N, C) int array
    parameters : SelectionParameters
        Arrays (C,), or (N, C) where they differ between rows.
    rng : numpy.random.Generator

    Returns
    -------
    (N,) array
    """
    given = parameters.by_row(returned)
    asked = (returned != 0).sum(axis=1)
    z = mean + np.sqrt(variance) * rng.standard_normal(len(mean))
    if (one := np.flatnonzero(asked == 1)).size:
        r = np.argmax(returned[one] != 0, axis=1)
        sign = returned[one, r]
        a, b, c = (values[one, r] for values in given[1:])
        index = a + b * (offset[one] + z[one]) + rng.standard_normal(len(one)) * np.hypot(1, c)
        centre = a + b * (offset[one] + mean[one])
        spread = np.sqrt(1 + b**2 * variance[one] + c**2)
        tail = np.log(rng.random(len(one))) + log_ndtr(sign * centre / spread)
        wanted = centre - sign * spread * ndtri_exp(tail)
        z[one] += b * variance[one] * (wanted - index) / spread**2
    if (several := np.flatnonzero(asked > 1)).size:
        uniform = rng.random(len(several))
        rows = Returns(*(values[several] for values in given))
        z[several] = draw_from_grid(
            mean[several], variance[several], offset[several], rows, uniform
        )
    return z


def condition_on_returns(
    mean: Array, variance: Array, offset: Array, returned: Array, parameters: SelectionParameters
) -> tuple[Array, Array, Array]:
    """Return the probability of what was returned, and the moments of z given it.

    Parameters
    ----------
    mean, variance, offset, returned, parameters
        As for `draw_selected`.

    Returns
    -------
    log_probability, mean, variance : (N,) arrays
    """
    return tilt_rows(mean, variance, offset, parameters.by_row(returned))
