"""How likely each cell is, given the unit's other cells."""

from __future__ import annotations

import numpy as np
import xarray as xr

from openness.fitting import Fit
from openness.model.observed import observed_log_likelihood
from openness.predicting.thinning import chosen_draws
from openness.predicting.true_values import require_parameters


def log_likelihood_by_cell(fit: Fit, *, draws: int | None = None) -> xr.DataArray:
    """Return the log-likelihood of each cell given the unit's other cells, draw by draw.

    The log-likelihood of a unit less that of the unit without the cell. It is for finding cells
    that the rest of their unit does not expect, and for leaving out cells in place of units. The
    cells of a unit are not independent, so that it does not sum to the unit's log-likelihood.

    Parameters
    ----------
    fit : Fit
        With the hyperparameters of the collapsed model.
    draws : int, optional
        About how many draws, evenly chosen; all if not given.

    Returns
    -------
    xarray.DataArray
        Dims `chain`, `draw`, `cell`; coords `unit` and `indicator` along `cell`. A suppressed cell
        counts by the probability of its range.

    Raises
    ------
    InvalidInput
        If the model was the user's own and brings its own factor.

    Examples
    --------
    The ten cells that surprise most:

    >>> import openness
    >>> fit = openness.load_fit("run")  # doctest: +SKIP
    >>> by_cell = openness.log_likelihood_by_cell(fit, draws=500)  # doctest: +SKIP
    >>> by_cell.mean(("chain", "draw")).to_series().nsmallest(10)  # doctest: +SKIP
    """
    require_parameters(fit, "log_likelihood_by_cell")
    posterior = fit.posterior
    posterior = posterior.isel(draw=chosen_draws(posterior, draws, "log_likelihood_by_cell"))
    cells, structure = fit.cells, fit.structure
    whole = observed_log_likelihood(posterior, cells, structure)
    rows, columns = np.nonzero(cells.present)
    by_cell = np.empty((len(whole), len(rows)), dtype=np.float32)
    for k in range(len(cells.indicators)):
        rest = observed_log_likelihood(posterior, cells, structure, without=k)
        at = columns == k
        by_cell[:, at] = (whole - rest)[:, rows[at]]
    unit, indicator = np.array(cells.units)[rows], np.array(cells.indicators)[columns]
    return xr.DataArray(
        by_cell.reshape(posterior.sizes["chain"], posterior.sizes["draw"], len(rows)),
        dims=("chain", "draw", "cell"),
        coords={
            "chain": posterior["chain"],
            "draw": posterior["draw"],
            "cell": [f"{u}: {k}" for u, k in zip(unit, indicator, strict=True)],
            "unit": ("cell", unit.tolist()),
            "indicator": ("cell", indicator.tolist()),
        },
        name="cell",
    )
