"""What the tree says of all units under one draw: new cells, and what each cell adds to the factor.

Of one unit under many draws, and of any score, see `openness.model.joint_normal`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from openness.model.signature import Evidence, Parameters
from openness.model.tree import (
    Levels,
    Messages,
    ascend,
    at_nodes,
    descend,
    nodes,
    usual_level,
)

Array = np.ndarray


class NewCells(NamedTuple):
    """Cells that are not there: which, and the sampling errors that they would have, (N, K)."""

    wanted: Array
    error_variance: Array
    common_error_loading: Array


def predict_cells(
    p: Parameters, e: Evidence, new: NewCells
) -> tuple[Array, Array, Array, Array, Array]:
    """Return the distribution of each new cell given the unit's present cells.

    With C = Cov(y, theta) and V = Var(y),

        E[theta | y] = E[theta] + C / V (y - E[y]),    Var(theta | y) = Var(theta) - C^2 / V.

    Returns
    -------
    mean, variance, covariance : (N, K) arrays
        Of the value that a cell would have, its variance, and its covariance with the factor. Only
        those of wanted cells mean anything.
    mean_factor, var_factor : (N,) arrays
    """
    up = ascend(p, e)
    level = descend(p, e, up, up.mean, up.variance)
    at, t = _node_of(p, e), new.common_error_loading
    r = p.domain_loading - t * level.halo_slope[:, at]
    mean = p.intercept[e.group_of_unit] + r * level.mean[:, at] + t * level.halo_mean[:, at]
    variance = r**2 * level.variance[:, at] + t**2 * level.halo_variance[:, at]
    variance = variance + p.uniqueness_sd**2 + new.error_variance
    covariance = _slope_of_cells(p, e, up, level, t) * up.variance[:, None]
    return mean, variance, covariance, up.mean, up.variance


def _node_of(p: Parameters, e: Evidence) -> Array:
    return np.asarray(nodes(e.domain_of_indicator, e.facet_of_indicator, len(p.root_coherence)))


def _slope_of_cells(p: Parameters, e: Evidence, up: Messages, level: Levels, t: Array) -> Array:
    """By how much c x + t f rises with the factor, (N, K)."""
    of = e.domain_of_indicator
    of_halo = -up.halo_slope[:, of] * level.slope[:, of]
    return np.asarray(p.domain_loading * level.slope[:, _node_of(p, e)] + t * of_halo)


def contributions(p: Parameters, e: Evidence) -> tuple[Array, Array]:
    """Return what each cell (N, K) and each sampled level (N, M) adds to the mean of the factor.

    The mean is linear in what lies off the unit's own mean: all that is added is E[theta] less
    `factor_mean`.
    """
    up = ascend(p, e)
    level = descend(p, e, up, up.mean, up.variance)
    slope = _slope_of_cells(p, e, up, level, e.common_error_loading)
    usual = usual_level(p.root_coherence, p.factor_mean[:, None])
    usual = at_nodes(usual, e.domain_of_facet, p.facet_root)[:, _node_of(p, e)]
    w = 1 / (p.uniqueness_sd**2 + e.error_variance)
    x = e.value - p.intercept[e.group_of_unit] + np.append(p.exact, 0)[e.exact_at]
    x = x - p.domain_loading * usual
    of_cells = np.where(e.present, w * slope * x * up.variance[:, None], 0.0)
    of_levels = (up.h_root - up.j_root * p.factor_mean[:, None]) * up.variance[:, None]
    if of_levels.shape[1] == 1:  # a sampled level is the factor
        of_levels = (up.mean - p.factor_mean)[:, None]
    return of_cells, np.where(e.level_at >= 0, of_levels, 0.0)
