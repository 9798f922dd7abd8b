"""The distribution of cells that are not there, under each posterior draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr

from openness.model.cells import Cells
from openness.model.conditional import Conditional, at_units, conditional_on
from openness.model.identification import Structure
from openness.model.returns import SamplingError
from openness.model.signature import Evidence, Parameters
from openness.model.tree import (
    Levels,
    Messages,
    ascend,
    at_nodes,
    descend,
    fold,
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


@dataclass(frozen=True)
class Prediction:
    """S draws of J absent cells in R units, on the link scale; normal under each draw.

    Attributes
    ----------
    mean, variance, covariance : (S, J) arrays
        Of the value that the cell would have, sampling error included; its covariance with z.
        Where the level of the cell's domain is sampled, it says nothing of z under the draw
        (the covariance is 0), and speaks through the weight that it gives to the draw.
    mean_z, var_z : (S, R) arrays
        Distribution of z as it stands, z being the factor less its mean at the unit.
    row : (J,) int array
        Which of the R units each cell belongs to.
    """

    mean: Array
    variance: Array
    covariance: Array
    mean_z: Array
    var_z: Array
    row: Array


def predict_absent(
    posterior: xr.Dataset,
    cells: Cells,
    structure: Structure,
    units: Sequence[int] | Array,
    indicators: Sequence[int] | Array,
    errors: Sequence[SamplingError],
    *,
    at: Array | None = None,
) -> Prediction:
    """Predict J absent cells, each given the present cells of its unit.

    Parameters
    ----------
    posterior : xarray.Dataset
        Draws of the collapsed model, dims `chain` and `draw` first.
    cells : Cells
    structure : Structure
    units, indicators : (J,) int
        Positions of each cell.
    errors : sequence of SamplingError, length J
        Sampling error that each would have; none for an ordered category, whose latent value is
        predicted.
    at : (S,) int array, optional
        Which draws, counted along the chains; all of them if not given.

    Returns
    -------
    Prediction
    """
    given = conditional_on(posterior, cells, structure)
    chosen, row, new = _new_cells(cells, units, indicators, errors)
    where = row, np.asarray(indicators, dtype=int)
    n_draws = len(given) if at is None else len(at)
    mean, variance, covariance = (np.empty((n_draws, len(row))) for _ in range(3))
    mean_z, var_z = np.empty((n_draws, len(chosen))), np.empty((n_draws, len(chosen)))
    for s, parameters in enumerate(given.each(at)):
        p, e = at_units(parameters, given.evidence, chosen)
        of_cells = predict_cells(p, e, new)
        mean[s], variance[s], covariance[s] = (part[where] for part in of_cells[:3])
        mean_z[s], var_z[s] = of_cells[3] - p.factor_mean, of_cells[4]
    return Prediction(mean, variance, covariance, mean_z, var_z, row)


def shift_absent(
    posterior: xr.Dataset,
    cells: Cells,
    structure: Structure,
    units: Sequence[int] | Array,
    indicators: Sequence[int] | Array,
    errors: Sequence[SamplingError],
) -> tuple[Array, Array]:
    """Say how far openness moves for each predictive sd by which absent cells are better.

    Parameters
    ----------
    posterior, cells, structure, units, indicators, errors
        As for `predict_absent`. All cells of a unit move together.

    Returns
    -------
    chosen : (R,) int array
        Positions of the units.
    moved : (S, R) array
        By how much the mean of z rises if each of the unit's cells lies one of its predictive sds
        beyond its prediction, towards the better end; its variance stays.

    Notes
    -----
    Where the level of a cell's domain is sampled at the unit, the cell moves the level, as it would
    if the draws of the level were normal, and the level moves z. That it also goes with the unit's
    other missing cells is left out there.
    """
    given = conditional_on(posterior, cells, structure)
    chosen, _, new = _new_cells(cells, units, indicators, errors)
    uncertain = _variance_of_levels(given)[chosen]
    moved = np.empty((len(given), len(chosen)))
    for s, parameters in enumerate(given.each()):
        p, e = at_units(parameters, given.evidence, chosen)
        _, variance, *_ = predict_cells(p, e, new)
        distance = _signs(cells) * np.sqrt(variance)
        lift = _lift_of_levels(p, e, new, uncertain, _signs(cells))
        moved[s] = ascend(*_as_if_observed(p, e, new, distance, lift)).mean
    return chosen, moved


def _as_if_observed(
    p: Parameters, e: Evidence, new: NewCells, distance: Array, lift: Array
) -> tuple[Parameters, Evidence]:
    """What the mean of the factor is for these is by how much the new cells move it.

    With Y the wanted cells of a unit and V their joint predictive variance, that is
    Cov(z, Y) V^-1 distance: E[z] is linear in the residuals, so it is E[z] of a unit whose present
    cells have residuals 0 and whose wanted cells are present with `distance` as theirs.
    """
    usual = p.intercept[e.group_of_unit]
    level = np.zeros_like(p.level)
    level[e.level_at[e.level_at >= 0]] = lift[e.level_at >= 0]
    return (
        p._replace(factor_mean=np.zeros_like(p.factor_mean), level=level),
        e._replace(
            value=np.where(new.wanted, usual + distance, usual),
            error_variance=np.where(new.wanted, new.error_variance, e.error_variance),
            common_error_loading=np.where(
                new.wanted, new.common_error_loading, e.common_error_loading
            ),
            present=e.present | new.wanted,
            exact_at=np.full_like(e.exact_at, -1),
        ),
    )


def _signs(cells: Cells) -> Array:
    return np.array([indicator.sign for indicator in cells.definitions])


def _variance_of_levels(given: Conditional) -> Array:
    """Posterior variance of every sampled level, (N, M); 0 where there is none."""
    level_at = given.evidence.level_at
    variance = np.zeros(level_at.shape)
    if (level_at >= 0).any():
        has = level_at >= 0
        variance[has] = given.draws["level"].var(axis=0, dtype=float)[level_at[has]]
    return variance


def _lift_of_levels(
    p: Parameters, e: Evidence, new: NewCells, uncertain: Array, sign: Array
) -> Array:
    """By how much the new cells of sampled domains move their levels, (R, M).

    With u ~ N(., t) and cells y_k = c_k u + N(0, v_k) that lie D_k off, u moves by
    sum(c_k D_k / v_k) / (1 / t + sum(c_k^2 / v_k)); D_k^2 = c_k^2 t + v_k. The level of a facet is
    taken out of the sums over its cells.
    """
    n_domains, c, at = uncertain.shape[1], p.domain_loading, _node_of(p, e)
    member = np.eye(n_domains + len(e.domain_of_facet))[at]
    v = p.uniqueness_sd**2 + new.error_variance + new.common_error_loading**2
    of_facet = p.facet_root**2 * uncertain[:, e.domain_of_facet] + p.facet_rest**2
    d = sign * np.sqrt(c**2 * np.concatenate([uncertain, of_facet], axis=1)[:, at] + v)
    information = np.where(new.wanted, c**2 / v, 0.0) @ member
    pull = np.where(new.wanted, c * d / v, 0.0) @ member
    for f, m in enumerate(e.domain_of_facet):
        (j, _, _, h, _), *_ = fold(
            information[:, n_domains + f], 0.0, 0.0, pull[:, n_domains + f], 0.0,
            p.facet_root[f], p.facet_rest[f],
        )  # fmt: skip
        information[:, m] += j
        pull[:, m] += h
    information, pull = information[:, :n_domains], pull[:, :n_domains]
    return np.asarray(uncertain * pull / (1 + uncertain * information))


def _new_cells(
    cells: Cells,
    units: Sequence[int] | Array,
    indicators: Sequence[int] | Array,
    errors: Sequence[SamplingError],
) -> tuple[Array, Array, NewCells]:
    """The R units with new cells, the row of each of the J cells among them, and the cells."""
    chosen, row = np.unique(np.asarray(units, dtype=int), return_inverse=True)
    where = row, np.asarray(indicators, dtype=int)
    shape = (len(chosen), len(cells.indicators))
    wanted, variance, common = np.zeros(shape, dtype=bool), np.zeros(shape), np.zeros(shape)
    wanted[where] = True
    variance[where] = [error.error_variance for error in errors]
    common[where] = [error.common_error_loading for error in errors]
    return chosen, row, NewCells(wanted, variance, common)
