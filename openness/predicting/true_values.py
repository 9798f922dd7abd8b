"""True values of a fit: of every measure at every unit, without sampling error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit
from openness.model.cells import Cells
from openness.model.true_values import each_true_value
from openness.predicting.thinning import along_chains, chosen_draws

Array = np.ndarray


def true_values(
    fit: Fit,
    indicators: Sequence[str] | None = None,
    *,
    seed: int | None = None,
    draws: int | None = None,
) -> xr.DataArray:
    """Draw the true value of every measure at every unit, on its link scale.

    A share is on the logit scale, a count on that of the log rate, a score on its own. A category
    is the latent value that lies between its cut points. Where a cell is absent, the true value is
    what the unit's other cells let one expect.

    Parameters
    ----------
    fit : Fit
        Of the collapsed model.
    indicators : sequence of str, optional
        Ids of scored indicators with data; all of them if not given. The draws of one do not depend
        on which others are asked for.
    seed : int, optional
        That of the fit if not given.
    draws : int, optional
        About how many draws, evenly chosen; all if not given. True values are many: 6,000 draws of
        230 units and 12 measures take 66 MB.

    Returns
    -------
    xarray.DataArray
        Dims `chain`, `draw`, `unit`, `indicator`. They belong to the factor and the levels of the
        same draw in `fit.posterior`.

    Raises
    ------
    InvalidInput
        If an indicator is not in the model, or the fit is not of the collapsed model.

    Examples
    --------
    >>> import openness
    >>> fit = openness.load_fit("run")  # doctest: +SKIP
    >>> true = openness.true_values(fit, ["treated_fairly"])  # doctest: +SKIP
    >>> true.quantile([0.05, 0.95], ("chain", "draw"))  # doctest: +SKIP
    """
    require_collapsed(fit, "true_values")
    cells, posterior = fit.cells, fit.posterior
    chosen = positions_of(indicators, cells)
    at = chosen_draws(posterior, draws, "true_values")
    kept = posterior.isel(draw=at)
    shape = kept.sizes["chain"], kept.sizes["draw"]
    drawn = np.empty((*shape, len(cells.units), len(chosen)), dtype=np.float32)
    each = each_true_value(
        kept,
        cells,
        fit.structure,
        chosen,
        seed=fit.provenance["seed"] if seed is None else seed,
        at=along_chains(posterior, at),
        n_draws=posterior.sizes["chain"] * posterior.sizes["draw"],
    )
    for j, values in enumerate(each):
        drawn[..., j] = values.reshape(*shape, -1)
    return xr.DataArray(
        drawn,
        dims=("chain", "draw", "unit", "indicator"),
        coords={
            "chain": kept["chain"],
            "draw": kept["draw"],
            "unit": list(cells.units),
            "indicator": [cells.indicators[k] for k in chosen],
        },
        name="true_value",
    )


def positions_of(indicators: Sequence[str] | None, cells: Cells) -> list[int]:
    """Return the positions of indicators, or refuse what is not in the model.

    Raises
    ------
    InvalidInput
    """
    if indicators is None:
        return list(range(len(cells.indicators)))
    problems = [
        Problem("true_values", "indicators", repr(name), f"one of {', '.join(cells.indicators)}")
        for name in indicators
        if name not in cells.indicators
    ]
    if problems:
        raise InvalidInput(problems)
    return [cells.indicators.index(name) for name in indicators]


def require_collapsed(fit: Fit, where: str) -> None:
    """Refuse a fit whose latents were not drawn given its cells.

    Raises
    ------
    InvalidInput
    """
    method = fit.provenance["method"]
    if method != "collapsed":
        raise InvalidInput(
            [Problem(where, "method", repr(method), "'collapsed'", "Fit again without a method")]
        )


def require_parameters(fit: Fit, where: str) -> None:
    """Refuse a fit of a model whose parameters need not be those of `openness.build_model`.

    Raises
    ------
    InvalidInput
    """
    if fit.provenance["method"] == "own":
        raise InvalidInput(
            [
                Problem(
                    where,
                    "fit",
                    "a model of your own with its own factor",
                    "a model with the hyperparameters of the collapsed model",
                    "Use `pymc.compute_log_likelihood` or `pymc.sample_posterior_predictive`",
                )
            ]
        )
