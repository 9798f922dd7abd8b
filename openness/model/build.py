"""The measurement model with its Gaussian latents integrated out: what `openness.fit` samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from openness.league import League
from openness.model.cells import Cells
from openness.model.collapsed import collapsed_log_likelihood
from openness.model.exact import declare_exact_cells, exact_labels
from openness.model.grid import make_grid
from openness.model.identification import Structure
from openness.model.inputs import Inputs, model_inputs
from openness.model.ordered import (
    declare_sampled_levels,
    ordered_log_likelihood,
    sampled_labels,
)
from openness.model.parameters import coordinates, declare_parameters
from openness.model.return_parameters import declare_returns


def build_collapsed(
    league: League, cells: Cells, structure: Structure, *, exchangeable: bool = False
) -> pm.Model:
    """Build the collapsed model; see `openness.build_model`.

    Parameters
    ----------
    league : League
    cells : Cells
    structure : Structure
    exchangeable : bool
        Whether all that the model takes from the cells is `pymc.Data`, so that those of another
        table of the same shape can be put in their place (`openness.fitting.again`). Domains with
        ratings then have their level sampled at every unit.

    Returns
    -------
    pymc.Model
        Its observed variable `cells` (unit, indicator) is the grid of Gaussian cells on the link
        scale; its log density is the collapsed likelihood. Prior predictive draws of it are cell
        values on the link scale for every unit and indicator, empty cells included, if no cell is
        ordered or exact. Where some are, simulate from the joint model, in which they have the law
        of what is observed.
    """
    coords = coordinates(cells, structure)
    grid = make_grid(cells, structure, everywhere=exchangeable)
    inputs = Inputs(model_inputs(league, cells, grid), exchangeable)
    coords["exact_cell"] = exact_labels(cells)
    coords["sampled_level"] = sampled_labels(cells, grid)
    with pm.Model(coords={name: labels for name, labels in coords.items() if labels}) as model:
        parameters = declare_parameters(league, cells, structure, inputs)
        level = declare_sampled_levels(grid)
        exact = declare_exact_cells(cells)
        returns = declare_returns(cells, inputs)
        if grid.n_levels:
            pm.Potential("ordered_cells", ordered_log_likelihood(inputs, parameters, level))
        pm.CustomDist(
            "cells",
            parameters.expected,
            parameters.domain_loading,
            parameters.loading,
            parameters.residual_domain_loading,
            parameters.uniqueness_sd,
            parameters.coherence,
            level,
            exact,
            parameters.group_effect,
            returns.intercept,
            returns.slope,
            returns.factor,
            inputs["error_variance"],
            inputs["common_error_loading"],
            inputs["present"],
            inputs["has_level"],
            grid.domain,
            inputs["group_of_unit"],
            grid.direct,
            np.array(grid.sampled, dtype=int),
            inputs["level_at"],
            inputs["exact_at"],
            np.full(len(grid.sampled), grid.levels_are_factor),
            inputs["returned"],
            logp=_log_density,
            random=_draw_cells,
            signature="(g,k),(k),(k),(k),(k),(m),(q),(e),(g),(c),(c),(c),"
            "(n,k),(n,k),(n,k),(n,x),(l),(n),(k),(x),(n,x),(n,k),(x),(n,c)->(n,k)",
            observed=inputs["value"],
            dims=("unit", "indicator"),
        )
    return model


_N_PARAMETERS = 12  # of the arguments of `CustomDist`, those with a gradient come first


def _log_density(value: Any, *arguments: Any) -> Any:
    parameters, (noise, shared, present, has_level, *layout) = (
        arguments[:_N_PARAMETERS],
        arguments[_N_PARAMETERS:],
    )
    all_present = pt.concatenate([present, has_level], axis=1)
    total, _ = collapsed_log_likelihood(*parameters, value, noise, shared, all_present, *layout)
    return total - 0.5 * np.log(2 * np.pi) * pt.sum(all_present)


def _draw_cells(
    expected: Any,
    domain_loading: Any,
    loading: Any,
    residual_domain_loading: Any,
    uniqueness_sd: Any,
    coherence: Any,
    level: Any,
    exact: Any,
    group_effect: Any,
    return_intercept: Any,
    return_slope: Any,
    return_factor: Any,
    noise: Any,
    shared: Any,
    present: Any,
    has_level: Any,
    domain: Any,
    group: Any,
    *layout: Any,
    rng: np.random.Generator | None = None,
    size: Any = None,
) -> np.ndarray:
    """Simulate the grid of cells: what the model expects before it sees a value."""
    if rng is None:
        raise TypeError("a numpy.random.Generator is needed")
    n, k = noise.shape
    factors = (n, int(domain.max()) + 1)
    z, d, f = rng.normal(size=(n, 1)), rng.normal(size=factors), rng.normal(size=factors)
    of = domain[:k]
    systematic = loading * z + residual_domain_loading * d[:, of] + shared * f[:, of]
    error = rng.normal(size=(n, k)) * np.sqrt(uniqueness_sd**2 + noise)
    return expected[group] + systematic + error
