"""The law of cells that are not there, under each posterior draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from openness.model.cells import Cells
from openness.model.columns import (
    Columns,
    Layout,
    coherence_by_domain,
    columns_by_draw,
    flatten,
    lay_out,
)
from openness.model.grid import Grid
from openness.model.identification import Structure
from openness.model.predict_kernel import predict_cells, shift_factor
from openness.model.returns import SamplingError

Array = np.ndarray


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
        Law of z as it stands.
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
    new = _new_cells(cells, structure, units, indicators, errors)
    row, column, chosen = new.row, new.column, new.units
    coherence = coherence_by_domain(posterior, cells, structure)
    n_draws = len(coherence) if at is None else len(at)
    mean, variance, covariance = (np.empty((n_draws, len(column))) for _ in range(3))
    mean_z, var_z = np.empty((n_draws, len(chosen))), np.empty((n_draws, len(chosen)))
    draws = columns_by_draw(posterior, cells, new.layout.grid, coherence, at)
    for s, columns in enumerate(draws):
        centre = columns.expected[cells.group[chosen]] + columns.domain_loading * (
            columns.level[chosen] @ new.layout.grid.member
        )
        residual, spread, with_z, mean_z[s], var_z[s] = predict_cells(
            columns.residual[chosen], *new.arguments(columns)
        )
        mean[s] = (centre + residual)[row, column]
        variance[s], covariance[s] = spread[row, column], with_z[row, column]
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
    new = _new_cells(cells, structure, units, indicators, errors)
    grid = new.layout.grid
    coherence = coherence_by_domain(posterior, cells, structure)
    sign = np.array([indicator.sign for indicator in cells.definitions])
    uncertain = _variance_of_levels(posterior, grid)[new.units]
    moved = np.empty((len(coherence), len(new.units)))
    draws = columns_by_draw(posterior, cells, grid, coherence)
    for s, columns in enumerate(draws):
        arguments = new.arguments(columns)
        _, variance, *_ = predict_cells(columns.residual[new.units], *arguments)
        lift = _lift_of_levels(columns, new, uncertain, sign)
        distance = np.concatenate([sign * np.sqrt(variance), lift], axis=1)
        moved[s] = shift_factor(distance, *arguments)
        if grid.levels_are_factor:
            has_level = grid.present[new.units, len(cells.indicators)]
            moved[s] = np.where(has_level, lift[:, 0], moved[s])
    return new.units, moved


def _variance_of_levels(posterior: xr.Dataset, grid: Grid) -> Array:
    """Posterior variance of every sampled level, (N, X); 0 where there is none."""
    variance = np.zeros(grid.level_at.shape)
    if grid.n_levels:
        has = grid.level_at >= 0
        variance[has] = flatten(posterior["level"]).var(axis=0, dtype=float)[grid.level_at[has]]
    return variance


def _lift_of_levels(columns: Columns, new: _NewCells, uncertain: Array, sign: Array) -> Array:
    """By how much the new cells of sampled domains move their levels, (R, X).

    With u ~ N(., t) and cells y_k = c_k u + N(0, v_k) that lie D_k off, u moves by
    sum(c_k D_k / v_k) / (1 / t + sum(c_k^2 / v_k)); D_k^2 = c_k^2 t + v_k.
    """
    c, member = columns.domain_loading, new.layout.grid.member
    through = new.wanted & ~new.direct
    v = columns.uniqueness_sd.astype(float) ** 2 + new.noise + new.shared**2
    d = sign * np.sqrt(c**2 * (uncertain @ member) + v)
    information = np.where(through, c**2 / v, 0.0) @ member.T
    pull = np.where(through, c * d / v, 0.0) @ member.T
    return uncertain * pull / (1 + uncertain * information)


@dataclass(frozen=True)
class _NewCells:
    """J absent cells in R units, laid out for the kernels."""

    cells: Cells
    layout: Layout
    units: Array
    row: Array
    column: Array
    wanted: Array
    noise: Array
    shared: Array
    direct: Array

    def arguments(self, columns: Columns) -> tuple[Array, ...]:
        """Arguments of `predict_cells` under one draw, after the residuals."""
        loading, residual_domain_loading = _loadings(columns, self.cells.domain, self.direct)
        own = np.broadcast_to(columns.uniqueness_sd.astype(float) ** 2, self.wanted.shape)
        return (
            columns.loading,
            columns.residual_domain_loading,
            columns.uniqueness,
            self.layout.noise[self.units],
            self.layout.shared[self.units],
            self.layout.grid.present[self.units],
            self.layout.grid.domain,
            self.wanted,
            loading,
            residual_domain_loading,
            self.shared,
            own + self.noise,
        )


def _new_cells(
    cells: Cells,
    structure: Structure,
    units: Sequence[int] | Array,
    indicators: Sequence[int] | Array,
    errors: Sequence[SamplingError],
) -> _NewCells:
    layout = lay_out(cells, structure)
    chosen, row = np.unique(np.asarray(units, dtype=int), return_inverse=True)
    column = np.asarray(indicators, dtype=int)
    shape = (len(chosen), len(cells.indicators))
    wanted, noise, shared = np.zeros(shape, dtype=bool), np.zeros(shape), np.zeros(shape)
    wanted[row, column] = True
    noise[row, column] = [error.error_variance for error in errors]
    shared[row, column] = [error.common_error_loading for error in errors]
    has_level = layout.grid.present[chosen, len(cells.indicators) :]
    direct = layout.grid.direct | ~(has_level.astype(float) @ layout.grid.member).astype(bool)
    return _NewCells(cells, layout, chosen, row, column, wanted, noise, shared, direct)


def _loadings(columns: Columns, domain: Array, direct: Array) -> tuple[Array, Array]:
    """Loadings of new cells on z and on d (R, K): 0 where the unit's level is sampled."""
    rho = columns.coherence[domain]
    return (
        direct * (columns.domain_loading * np.sqrt(rho)),
        direct * (columns.domain_loading * np.sqrt(1 - rho)),
    )
