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
from openness.model.ordered import (
    declare_sampled_levels,
    ordered_log_likelihood,
    sampled_labels,
)
from openness.model.parameters import coordinates, declare_parameters


def build_collapsed(league: League, cells: Cells, structure: Structure) -> pm.Model:
    """Build the collapsed model; see `openness.build_model`.

    Parameters
    ----------
    league : League
    cells : Cells
    structure : Structure

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
    coords["exact_cell"] = exact_labels(cells)
    coords["sampled_level"] = sampled_labels(cells, structure)
    grid = make_grid(cells, structure)
    with pm.Model(coords={name: labels for name, labels in coords.items() if labels}) as model:
        parameters = declare_parameters(league, cells, structure)
        level = declare_sampled_levels(cells, structure)
        exact = declare_exact_cells(cells)
        # E[eta | level]: the level of a sampled domain moves every indicator of it.
        mean = parameters.expected[cells.group]
        if structure.sampled:
            mean = mean + (level @ grid.member) * parameters.communal
            pm.Potential("ordered_cells", ordered_log_likelihood(cells, parameters, mean).sum())
        dims = ("unit", "indicator")
        pm.CustomDist(
            "cells",
            mean,
            exact,
            level,
            *grid.columns(
                parameters.loading,
                parameters.domain_loading,
                parameters.specific_sd,
                parameters.coherence,
                pt.concatenate,
            ),
            pm.Data("noise", cells.noise, dims=dims),
            pm.Data("shared", cells.shared, dims=dims),
            pm.Data("present", grid.present[:, : len(cells.indicators)], dims=dims),
            grid.present[:, len(cells.indicators) :],
            grid.domain,
            logp=_log_density,
            random=_draw_cells,
            signature="(n,k),(n,k),(n,x),(l),(l),(l),(n,k),(n,k),(n,k),(n,x),(l)->(n,k)",
            observed=pm.Data("value", cells.value, dims=dims),
            dims=dims,
        )
    return model


def _log_density(
    value: Any,
    mean: Any,
    exact: Any,
    level: Any,
    loading: Any,
    domain_loading: Any,
    specific_variance: Any,
    noise: Any,
    shared: Any,
    present: Any,
    has_level: Any,
    domain: Any,
) -> Any:
    nothing = pt.zeros_like(level)
    present = pt.concatenate([present, has_level], axis=1)
    log_l = collapsed_log_likelihood(
        pt.concatenate([value + exact - mean, level], axis=1),
        loading,
        domain_loading,
        specific_variance,
        noise=pt.concatenate([noise, nothing], axis=1),
        shared=pt.concatenate([shared, nothing], axis=1),
        present=present,
        domain=domain,
    )
    return log_l.sum() - 0.5 * np.log(2 * np.pi) * pt.sum(present)


def _draw_cells(
    mean: Any,
    exact: Any,
    level: Any,
    loading: Any,
    domain_loading: Any,
    specific_variance: Any,
    noise: Any,
    shared: Any,
    present: Any,
    has_level: Any,
    domain: Any,
    rng: np.random.Generator | None = None,
    size: Any = None,
) -> np.ndarray:
    """Simulate the grid of cells: what the model expects before it sees a value."""
    if rng is None:
        raise TypeError("a numpy.random.Generator is needed")
    n, k = mean.shape
    factors = (n, int(domain.max()) + 1)
    z, d, f = rng.normal(size=(n, 1)), rng.normal(size=factors), rng.normal(size=factors)
    of = domain[:k]
    systematic = loading[:k] * z + domain_loading[:k] * d[:, of] + shared * f[:, of]
    error = rng.normal(size=(n, k)) * np.sqrt(specific_variance[:k] + noise)
    return mean + systematic + error
