"""The measurement model with its Gaussian latents integrated out: what `openness.fit` samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from openness.league import League
from openness.model.cells import Cells
from openness.model.exact import declare_exact_cells, exact_labels
from openness.model.grid import level_positions
from openness.model.identification import Structure
from openness.model.inputs import Inputs, model_inputs
from openness.model.likelihood import collapsed_log_likelihood
from openness.model.ordered import (
    declare_sampled_levels,
    ordered_log_likelihood,
    sampled_labels,
)
from openness.model.priors import coordinates, declare_parameters, declare_returns
from openness.model.signature import Evidence, Parameters, gufunc_signature, take_apart
from openness.model.tree import draw_facets, draw_levels, linear_predictor, nodes


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
        ordered or exact. Where some are, simulate from the joint model, in which they have the
        distribution of what is observed.
    """
    coords = coordinates(cells, structure)
    level_at = level_positions(cells, structure, everywhere=exchangeable)
    inputs = Inputs(model_inputs(league, cells, level_at), exchangeable)
    coords["exact_cell"] = exact_labels(cells)
    coords["sampled_level"] = sampled_labels(cells, level_at)
    with pm.Model(coords={name: labels for name, labels in coords.items() if labels}) as model:
        evidence = Evidence(*(inputs[name] for name in Evidence._fields))
        hyper = declare_parameters(league, cells, structure, inputs, evidence.group_of_unit)
        returns = declare_returns(cells, inputs)
        level = declare_sampled_levels(level_at, hyper)
        parameters = Parameters(
            intercept=hyper.intercept,
            domain_loading=hyper.domain_loading,
            uniqueness_sd=hyper.uniqueness_sd,
            root_coherence=hyper.root_coherence,
            root_rest=hyper.root_rest,
            facet_root=hyper.facet_root,
            facet_rest=hyper.facet_rest,
            factor_mean=hyper.factor_mean,
            level=level,
            exact=declare_exact_cells(cells),
            return_intercept=returns.intercept,
            return_slope=returns.slope,
            return_factor=returns.factor,
        )
        if (level_at >= 0).any():
            pm.Potential("ordered_cells", ordered_log_likelihood(inputs, hyper, level))
        value, *others = evidence
        pm.CustomDist(
            "cells",
            *parameters,
            *others,
            logp=_log_density,
            random=_draw_cells,
            signature=gufunc_signature(),
            observed=value,
            dims=("unit", "indicator"),
        )
    return model


def _log_density(value: Any, *arguments: Any) -> Any:
    parameters, evidence = take_apart(arguments, value)
    total, _ = collapsed_log_likelihood(parameters, evidence)
    normal = pt.sum(evidence.present) + pt.sum(pt.ge(evidence.level_at, 0))
    return total - 0.5 * np.log(2 * np.pi) * normal


def _draw_cells(
    *arguments: Any, rng: np.random.Generator | None = None, size: Any = None
) -> np.ndarray:
    """Simulate the grid of cells: what the model expects before it sees a value."""
    if rng is None:
        raise TypeError("a numpy.random.Generator is needed")
    p, e = take_apart(arguments, None)
    factor = p.factor_mean + rng.normal(size=len(p.factor_mean))
    levels = draw_levels(
        factor, 0.0, p.root_coherence, p.root_rest, lambda shape: rng.normal(size=shape)
    )
    common_error = rng.normal(size=levels.shape)
    facets = draw_facets(
        levels,
        e.domain_of_facet,
        p.facet_root,
        p.facet_rest,
        lambda shape: rng.normal(size=shape),
    )
    of = e.domain_of_indicator
    at = nodes(of, e.facet_of_indicator, levels.shape[1])
    own = np.sqrt(p.uniqueness_sd**2 + e.error_variance)
    specific = own * rng.normal(size=own.shape)
    intercept = p.intercept[e.group_of_unit] + e.common_error_loading * common_error[:, of]
    return linear_predictor(
        np.hstack([levels, facets])[:, at], intercept, p.domain_loading, specific
    )
