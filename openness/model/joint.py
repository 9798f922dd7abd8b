"""The measurement model as a textbook would write it: every latent sampled, nothing approximated.

The one to read first, and what the collapsed model is compared with.

    theta_i = mean_i + z_i,    z_i ~ Normal(0, 1)             the factor
    u_im   ~ Normal(a_m theta_i, b_m)                         level of domain m, a^2 + b^2 = 1
    v_if   ~ Normal(r_f u_im, g_f)                            level of a facet of it, r^2 + g^2 = 1
    eta_ik ~ Normal(alpha_gk + c_k x_ik, psi_k)               what measure k would read in full
    y_ik   ~ the indicator's sampling distribution, given eta_ik + t_ik f_im

with x = v for a measure in a facet and x = u for one that is not.

The same people answer the items of a survey, so a part r of the variance of their sampling errors
is common. It enters as a shift of the predictor, t_ik f_im with f_im ~ Normal(0, 1). What is left
to the item itself has variance 1 - r: as much as y / (1 - r) successes among n / (1 - r)
respondents have, so those are what the binomial is given.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from openness.families import family_of
from openness.league import League
from openness.model.anchors import prior_anchors
from openness.model.cells import Cells
from openness.model.exact import count_log_likelihood
from openness.model.identification import Structure
from openness.model.inputs import Inputs, stated_slope
from openness.model.priors import (
    Hyperparameters,
    coordinates,
    declare_parameters,
    declare_returns,
)
from openness.model.selection import SelectionParameters


def build_joint(league: League, cells: Cells, structure: Structure) -> pm.Model:
    """Build the joint model; see `openness.build_model`.

    Parameters
    ----------
    league : League
    cells : Cells
    structure : Structure

    Returns
    -------
    pymc.Model
        One observed variable for each indicator, with its name and dim `unit_<indicator>`, the
        units that have it. Proportions and counts are effective numbers, over the design effect,
        rounded to whole ones; ordered categories are positions among the labels that occur.

    Notes
    -----
    What is specific to an ordered indicator is integrated out, which makes it an ordered probit
    whose noise has sd psi. A sampled eta would be confined between moving cut points.
    """
    coords = coordinates(cells, structure)
    for k, name in enumerate(cells.indicators):
        coords[f"unit_{name}"] = [cells.units[i] for i in _rows_of(cells, k)]
    coords["domain_of_its_own"] = [cells.domains[m] for m in _domains_of_their_own(structure)]
    coords["cell"] = [
        f"{cells.units[i]}: {cells.indicators[k]}" for i, k in zip(*_measured(cells), strict=True)
    ]
    with pm.Model(coords={name: labels for name, labels in coords.items() if labels}) as model:
        inputs = Inputs(prior_anchors(league, cells) | stated_slope(cells))
        parameters = declare_parameters(league, cells, structure, inputs, cells.group)
        level = _declare_levels(cells, structure, parameters)
        mean = parameters.intercept[cells.group]
        mean = mean + _levels_above(cells, parameters, level) * parameters.domain_loading
        predictor = _declare_predictors(cells, parameters, mean) + _declare_shared_error(cells)
        _declare_measured(cells, predictor)
        _declare_ordered(cells, parameters, mean)
        _declare_returned(cells, declare_returns(cells, inputs), model["factor"])
    return model


def source_level(name: str, mean: Any, sd: Any, **dims: Any) -> Any:
    """Declare the levels of sources given the factor: the line to change for other tails."""
    return pm.Normal(name, mean, sd, **dims)


def _declare_levels(cells: Cells, structure: Structure, parameters: Hyperparameters) -> Any:
    """The factor, and the level of every domain, (N, M).

    Several informative indicators settle the level of a domain better than they settle the factor,
    so the level is the parameter, not its deviation d from the factor: a posteriori d and z would
    be nearly collinear. It is declared less its mean at the unit.
    """
    z = pm.Normal("z", 0, 1, dims="unit")
    mean = parameters.factor_mean
    factor = pm.Deterministic("factor", mean + z, dims="unit")
    level = factor[:, None] * np.ones(len(cells.domains))  # where coherence is 1
    own = _domains_of_their_own(structure)
    if not own:
        return level
    a, b = parameters.root_coherence[np.array(own)], parameters.root_rest[np.array(own)]
    dims = ("unit", "domain_of_its_own")
    u = source_level("level_in_group", a * z[:, None], b, dims=dims)
    return level[:, own].set(a * mean[:, None] + u)


def _levels_above(cells: Cells, parameters: Hyperparameters, level: Any) -> Any:
    """Level of what stands above each indicator, a facet or a domain, (N, K).

    The parameter is the level of a facet less its mean at the unit, for the reason that is given
    for those of domains.
    """
    above = level[:, cells.domain]
    if not cells.facets:
        return above
    r, of = parameters.facet_root, cells.domain_of_facet
    usual = (parameters.root_coherence * parameters.factor_mean[:, None])[:, of]
    v = pm.Normal(
        "facet_level_in_group",
        r * (level[:, of] - usual),
        parameters.facet_rest,
        dims=("unit", "facet"),
    )
    held = np.flatnonzero(cells.facet >= 0)
    return above[:, held].set((r * usual + v)[:, cells.facet[held]])


def _domains_of_their_own(structure: Structure) -> list[int]:
    """Positions of the domains that hold something besides the factor."""
    return sorted({*structure.coherent, *(m for m, _ in structure.lone_ordered)})


def _declare_predictors(cells: Cells, parameters: Hyperparameters, mean: Any) -> Any:
    """Link-scale value eta of every measured cell, (N, K); 0 at the other cells.

    Partly non-centred (Gorinova, Moore and Hoffman 2020): the variate of a cell that says much is
    eta itself, of one that says little its standardised distance from the mean.
    """
    rows, columns = where = _measured(cells)
    eta = pt.zeros(cells.present.shape)
    if not len(rows):
        return eta
    between = np.array([reference.sd for reference in cells.reference])[columns] ** 2
    weight = between / (between + cells.scale[where] ** 2)
    centre, psi = mean[rows, columns], parameters.uniqueness_sd[columns]
    variate = pm.Normal("variate", weight * centre, psi**weight, dims="cell")
    return eta[where].set(centre + psi ** (1 - weight) * (variate - weight * centre))


def _declare_shared_error(cells: Cells) -> Any:
    """Sampling error t f that the indicators of a domain share, (N, K)."""
    shares = cells.common_error_loading != 0
    if not shares.any():
        return np.zeros(shares.shape)
    domains, column = np.unique(cells.domain[shares.any(axis=0)], return_inverse=True)
    f = pm.Normal("shared_error", 0, 1, shape=(len(cells.units), len(domains)))
    error = pt.zeros(shares.shape)
    which = np.flatnonzero(shares.any(axis=0))
    return error[:, which].set(cells.common_error_loading[:, which] * f[:, column])


def _declare_measured(cells: Cells, predictor: Any) -> None:
    """Observations of every indicator that is not ordered, by its family."""
    suppressed = np.nonzero(cells.suppressed)
    if len(suppressed[0]):
        ranges = count_log_likelihood(cells, suppressed, predictor[suppressed])
        pm.Potential("suppressed_cells", ranges.sum())
    own = 1 - shared_fraction(cells)
    for k, indicator in enumerate(cells.definitions):
        if not indicator.labels:
            at = _rows_of(cells, k), k
            family_of(indicator).declare(
                indicator.id,
                eta=predictor[at],
                y=cells.y[at],
                n=cells.n[at],
                own=own[at],
                dims=f"unit_{indicator.id}",
            )


def _declare_ordered(cells: Cells, parameters: Hyperparameters, mean: Any) -> None:
    """Ordered probit in the mean of eta, with what is specific to the indicator as its noise."""
    for k, name in enumerate(cells.indicators):
        start = parameters.first_cut[k]
        if start < 0:
            continue
        rows = np.flatnonzero(cells.present[:, k])
        pm.OrderedProbit(
            name,
            eta=mean[rows, k],
            cutpoints=parameters.cut_point[start : start + len(cells.labels[k]) - 1],
            sigma=parameters.uniqueness_sd[k],
            compute_p=False,
            observed=cells.category[rows, k],
            dims=f"unit_{name}",
        )


def _declare_returned(cells: Cells, returns: SelectionParameters, openness: Any) -> None:
    """Which returns were made, by a probit in openness and what else makes a unit return."""
    if not cells.collections:
        return
    f = pm.Normal("return_tendency", 0, 1, shape=len(cells.units))
    for c, name in enumerate(cells.collections):
        rows = np.flatnonzero(cells.returned[:, c])
        predictor = (
            returns.intercept[cells.group[rows], c]
            + returns.slope[c] * openness[rows]
            + returns.factor[c] * f[rows]
        )
        made = (cells.returned[rows, c] == 1).astype(int)
        pm.Bernoulli(f"returned_{name}", p=pm.math.invprobit(predictor), observed=made)


def _rows_of(cells: Cells, k: int) -> np.ndarray:
    """Units whose value of an indicator is known."""
    return np.flatnonzero(cells.present[:, k] & ~cells.suppressed[:, k])


def shared_fraction(cells: Cells) -> np.ndarray:
    """Return r, the part of each cell's sampling variance that its domain shares, (N, K)."""
    total = cells.error_variance + cells.common_error_loading**2
    return np.divide(
        cells.common_error_loading**2, total, out=np.zeros_like(total), where=total > 0
    )


def _measured(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the cells that are not ordered categories, units slowest."""
    rows, columns = np.nonzero(cells.present & (cells.category < 0))
    return rows, columns
