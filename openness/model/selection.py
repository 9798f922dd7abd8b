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
import xarray as xr
from scipy.special import log_ndtr, ndtri_exp

from openness.model.cells import Cells
from openness.model.selection_kernel import draw_from_grid, tilt_rows

Array = np.ndarray


@dataclass(frozen=True)
class SelectionParameters:
    """Parameters by collection, (C,) each; C is 0 where selection is ignored."""

    intercept: Any
    slope: Any
    factor: Any

    def of_draw(self, s: int) -> SelectionParameters:
        """Return the parameters of one draw, where each holds one row a draw."""
        return SelectionParameters(self.intercept[s], self.slope[s], self.factor[s])

    def by_row(self, shape: tuple[int, ...]) -> tuple[Array, Array, Array]:
        """Return the three as arrays (N, C), where they are numbers."""
        intercept, slope, factor = (
            np.ascontiguousarray(np.broadcast_to(values, shape), dtype=float)
            for values in (self.intercept, self.slope, self.factor)
        )
        return intercept, slope, factor


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
    given = parameters.by_row(returned.shape)
    asked = (returned != 0).sum(axis=1)
    z = mean + np.sqrt(variance) * rng.standard_normal(len(mean))
    if (one := np.flatnonzero(asked == 1)).size:
        r = np.argmax(returned[one] != 0, axis=1)
        sign = returned[one, r]
        a, b, c = (values[one, r] for values in given)
        index = a + b * (offset[one] + z[one]) + rng.standard_normal(len(one)) * np.hypot(1, c)
        centre = a + b * (offset[one] + mean[one])
        spread = np.sqrt(1 + b**2 * variance[one] + c**2)
        tail = np.log(rng.random(len(one))) + log_ndtr(sign * centre / spread)
        wanted = centre - sign * spread * ndtri_exp(tail)
        z[one] += b * variance[one] * (wanted - index) / spread**2
    if (several := np.flatnonzero(asked > 1)).size:
        given_cells = (mean[several], variance[several], offset[several], returned[several])
        intercept, slope, factor = (values[several] for values in given)
        uniform = rng.random(len(several))
        z[several] = draw_from_grid(*given_cells, intercept, slope, factor, uniform)
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
    return tilt_rows(mean, variance, offset, returned, *parameters.by_row(returned.shape))
