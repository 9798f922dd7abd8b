"""Tables of measures that a fit predicts: the same units, asked again."""

from __future__ import annotations

import numpy as np
import xarray as xr

from openness.fitting import Fit
from openness.model.observed import parameters_by_draw
from openness.model.true_values import each_true_value
from openness.predicting.replicate import Table, replicate
from openness.predicting.thinning import along_chains, chosen_draws
from openness.predicting.true_values import require_collapsed


def posterior_predictive(fit: Fit, *, seed: int, draws: int | None = 500) -> xr.DataTree:
    """Simulate the table of measures that the fit predicts, on the scale of the measures.

    The replication is of the same units with new answers. The true values are those of the
    posterior, drawn jointly with the levels and the factor of each draw; what is drawn anew is the
    sampling error, which the measures of a source share as far as the league says. A category has
    no sampling error: what is specific to its measure is drawn anew. Cells that were not observed
    are not simulated, nor are suppressed ones.

    Parameters
    ----------
    fit : Fit
        Of the collapsed model.
    seed : int
        The same seed gives the same tables.
    draws : int, optional
        About how many tables, from evenly chosen draws; None for one from every draw.

    Returns
    -------
    xarray.DataTree
        Groups `posterior_predictive` and `observed_data`, with a variable for each indicator: a
        share, a count, a score, or the position of a category from 0.

    Raises
    ------
    InvalidInput
        If the fit is not of the collapsed model.

    Examples
    --------
    >>> import arviz, openness
    >>> fit = openness.load_fit("run")  # doctest: +SKIP
    >>> predicted = openness.posterior_predictive(fit, seed=1)  # doctest: +SKIP
    >>> arviz.plot_ppc_dist(predicted)  # doctest: +SKIP
    """
    require_collapsed(fit, "posterior_predictive")
    posterior, cells = fit.posterior, fit.cells
    at = chosen_draws(posterior, draws, "posterior_predictive")
    kept = posterior.isel(draw=at)
    shape = kept.sizes["chain"], kept.sizes["draw"]
    each = each_true_value(
        kept,
        cells,
        fit.structure,
        range(len(cells.indicators)),
        seed=seed,
        at=along_chains(posterior, at),
        n_draws=posterior.sizes["chain"] * posterior.sizes["draw"],
        categories_anew=True,
    )
    eta = np.stack([values.astype(np.float32) for values in each], axis=-1)
    table = Table(fit.league, fit.measures, cells)
    simulated = replicate(
        table, eta, parameters_by_draw(kept, cells, fit.structure), shape, seed
    ).assign_coords(chain=kept["chain"], draw=kept["draw"])
    return xr.DataTree.from_dict(
        {
            "posterior_predictive": simulated,
            "observed_data": fit.draws["observed_data"].to_dataset(),
        }
    )
