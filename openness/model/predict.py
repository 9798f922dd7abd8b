"""The law of cells that are not there, under each posterior draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from openness.model.cells import Cells
from openness.model.columns import Columns, coherence_by_domain, columns_by_draw, lay_out
from openness.model.identification import Structure
from openness.model.predict_kernel import predict_cells
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
    layout = lay_out(cells, structure)
    coherence = coherence_by_domain(posterior, cells, structure)
    chosen, row = np.unique(np.asarray(units, dtype=int), return_inverse=True)
    column = np.asarray(indicators, dtype=int)
    shape = (len(chosen), len(cells.indicators))
    wanted, noise, shared = np.zeros(shape, dtype=bool), np.zeros(shape), np.zeros(shape)
    wanted[row, column] = True
    noise[row, column] = [error.noise for error in errors]
    shared[row, column] = [error.shared for error in errors]
    has_level = layout.grid.present[chosen, len(cells.indicators) :]
    direct = layout.grid.direct | ~(has_level.astype(float) @ layout.grid.member).astype(bool)
    arguments = (
        layout.noise[chosen],
        layout.shared[chosen],
        layout.grid.present[chosen],
        layout.grid.domain,
        wanted,
    )
    n_draws = len(coherence) if at is None else len(at)
    mean, variance, covariance = (np.empty((n_draws, len(column))) for _ in range(3))
    mean_z, var_z = np.empty((n_draws, shape[0])), np.empty((n_draws, shape[0]))
    draws = columns_by_draw(posterior, cells, layout.grid, coherence, at)
    for s, columns in enumerate(draws):
        loading, domain_loading = _loadings(columns, cells.domain, direct)
        own = np.broadcast_to(columns.specific_sd.astype(float) ** 2, shape) + noise
        centre = columns.expected[cells.group[chosen]] + columns.communal * (
            columns.level[chosen] @ layout.grid.member
        )
        residual, spread, with_z, mean_z[s], var_z[s] = predict_cells(
            columns.residual[chosen],
            columns.loading,
            columns.domain_loading,
            columns.specific_variance,
            *arguments,
            loading,
            domain_loading,
            shared,
            own,
        )
        mean[s] = (centre + residual)[row, column]
        variance[s], covariance[s] = spread[row, column], with_z[row, column]
    return Prediction(mean, variance, covariance, mean_z, var_z, row)


def _loadings(columns: Columns, domain: Array, direct: Array) -> tuple[Array, Array]:
    """Loadings of new cells on z and on d (R, K): 0 where the unit's level is sampled."""
    rho = columns.coherence[domain]
    return (
        direct * (columns.communal * np.sqrt(rho)),
        direct * (columns.communal * np.sqrt(1 - rho)),
    )
