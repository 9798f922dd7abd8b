"""What the kernels see under each posterior draw: the columns of the grid, with their residuals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from openness.model.cells import Cells
from openness.model.grid import Grid, make_grid
from openness.model.identification import Structure
from openness.model.kernel import condition_on_cells

Array = np.ndarray

_NEEDED = ("loading", "residual_domain_loading", "uniqueness_sd", "expected", "level", "cell_value")


@dataclass(frozen=True)
class Columns:
    """N units by L columns under one draw; K indicators, M domains, X sampled levels.

    Attributes
    ----------
    residual : (N, L) array
    loading, residual_domain_loading, uniqueness : (L,) arrays
        Of the columns: what reaches openness through a sampled level has loadings 0.
    domain_loading, uniqueness_sd : (K,) arrays
        sign omega sqrt(h), and psi.
    expected : (G, K) array
        Link-scale expectation of every indicator by group.
    level : (N, X) array
        Sampled domain levels, less the mean of the group; 0 where there is none.
    coherence : (M,) array
    """

    residual: Array
    loading: Array
    residual_domain_loading: Array
    uniqueness: Array
    domain_loading: Array
    uniqueness_sd: Array
    expected: Array
    level: Array
    coherence: Array


@dataclass(frozen=True)
class Layout:
    """What does not depend on the draw.

    Attributes
    ----------
    grid : Grid
    noise, shared : (N, L) arrays
        Sampling errors of the cells; 0 for the sampled levels, which have none.
    """

    grid: Grid
    noise: Array
    shared: Array

    @property
    def arguments(self) -> tuple[Array, Array, Array, Array]:
        """The last four arguments of the kernels."""
        return self.noise, self.shared, self.grid.present, self.grid.domain


def lay_out(cells: Cells, structure: Structure) -> Layout:
    """Return the part of the kernels' arguments that no draw changes."""
    grid = make_grid(cells, structure)
    nothing = np.zeros((len(cells.units), len(grid.sampled)))
    return Layout(
        grid=grid,
        noise=np.concatenate([cells.error_variance, nothing], axis=1),
        shared=np.concatenate([cells.common_error_loading, nothing], axis=1),
    )


def columns_by_draw(
    posterior: xr.Dataset, cells: Cells, grid: Grid, coherence: Array, at: Array | None = None
) -> Iterator[Columns]:
    """Yield the columns under one posterior draw after another.

    Parameters
    ----------
    posterior : xarray.Dataset
        Draws of the collapsed model, dims `chain` and `draw` first.
    cells : Cells
    grid : Grid
    coherence : (S, M) array
        Of every domain, by draw: what the indicators of a domain share is divided by it into
        openness and the rest.
    at : (T,) int array, optional
        Which of the S draws, counted along the chains; all of them if not given.
    """
    flat = {name: flatten(posterior[name]) for name in _NEEDED if name in posterior}
    for s in range(len(coherence)) if at is None else at:
        draw = {name: values[s] for name, values in flat.items()}
        domain_loading = np.sign(draw["loading"]) * np.hypot(
            draw["loading"], draw["residual_domain_loading"]
        )
        residual, level = _residual(draw, domain_loading, cells, grid)
        rho = coherence[s][cells.domain]
        loading, residual_domain_loading, uniqueness = grid.columns(
            domain_loading * np.sqrt(rho),
            domain_loading * np.sqrt(1 - rho),
            draw["uniqueness_sd"],
            coherence[s],
        )
        yield Columns(
            residual=residual,
            loading=loading,
            residual_domain_loading=residual_domain_loading,
            uniqueness=uniqueness,
            domain_loading=domain_loading,
            uniqueness_sd=draw["uniqueness_sd"],
            expected=draw["expected"],
            level=level,
            coherence=coherence[s],
        )


def law_of_one(
    columns: Columns, layout: Layout, position: int, among: Array | None = None
) -> tuple[float, float]:
    """Return the mean and variance of one unit's z given its cells, under one draw.

    Parameters
    ----------
    columns : Columns
    layout : Layout
    position : int
        Of the unit.
    among : (L,) bool array, optional
        Columns that count; all that are present if not given.
    """
    one = slice(position, position + 1)
    noise, shared, present, domain = layout.arguments
    _, mean, variance, *_ = condition_on_cells(
        columns.residual[one],
        columns.loading,
        columns.residual_domain_loading,
        columns.uniqueness,
        noise[one],
        shared[one],
        present[one] if among is None else present[one] & among,
        domain,
    )
    return float(mean[0]), float(variance[0])


def coherence_by_domain(posterior: xr.Dataset, cells: Cells, structure: Structure) -> Array:
    """Return the coherence of every domain by draw, shape (S, M); 1 where it is not free."""
    n_draws = posterior.sizes["chain"] * posterior.sizes["draw"]
    coherence = np.ones((n_draws, len(cells.domains)))
    if structure.coherence == "common":
        coherence[:] = flatten(posterior["agreement"])[:, None]
    elif structure.coherent:
        coherence[:, list(structure.coherent)] = flatten(posterior["coherence"])
    for domain, indicator in structure.lone_ordered:
        coherence[:, domain] = np.sqrt(flatten(posterior["communality"])[:, indicator])
    return coherence


def flatten(variable: xr.DataArray) -> Array:
    """Return draws as an array with chains and draws in its first dimension."""
    values = variable.to_numpy()
    return values.reshape(-1, *values.shape[2:])


def _residual(
    draw: dict[str, Array], domain_loading: Array, cells: Cells, grid: Grid
) -> tuple[Array, Array]:
    """Residuals of all columns (N, L), and the sampled levels (N, X), under one draw."""
    n_indicators = len(cells.indicators)
    level = np.zeros((len(cells.units), len(grid.sampled)))
    if grid.sampled:
        level[grid.present[:, n_indicators:]] = draw["level"]
    value = cells.value
    if cells.exact.any():
        value = value.copy()
        value[cells.exact] = draw["cell_value"]
    mean = draw["expected"][cells.group] + (level @ grid.member) * domain_loading
    return np.concatenate([value - mean, level], axis=1), level
