"""Draws of the latents that the collapsed model integrates out, exact given each posterior draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from openness.model.cells import Cells
from openness.model.grid import Grid, make_grid
from openness.model.identification import Structure
from openness.model.kernel import condition_on_cells
from openness.model.selection import draw_selected, returns_of

Array = np.ndarray


@dataclass(frozen=True)
class Latents:
    """Draws of the latents; S draws, N units, M domains.

    Attributes
    ----------
    openness : (S, N) array
        theta, with the group effect.
    domain_level : (S, N, M) array
        u, the level of each domain with what the group differs by in it.
    log_likelihood : (S, N) array
        Of each unit's cells, openness integrated out. With ordered or exact cells it is the density
        of their sampled levels and values, not of what was observed.
    """

    openness: Array
    domain_level: Array
    log_likelihood: Array


def draw_latents(
    posterior: xr.Dataset,
    cells: Cells,
    structure: Structure,
    rng: np.random.Generator,
    *,
    coherence: Array | None = None,
) -> Latents:
    """Draw z and d from their conditional normal law, once for each posterior draw.

    Parameters
    ----------
    posterior : xarray.Dataset
        Draws of the collapsed model, dims `chain` and `draw` first.
    cells : Cells
    structure : Structure
    rng : numpy.random.Generator
    coherence : (S, M) array, optional
        Coherence of every domain in place of the posterior's, for a sensitivity analysis: what the
        indicators of a domain share stays as it is, and is divided otherwise.

    Returns
    -------
    Latents
        Draws in the order of chains, then draws within them.
    """
    flat = {str(name): _flat(values) for name, values in posterior.data_vars.items()}
    grid = make_grid(cells, structure)
    if coherence is None:
        coherence = coherence_by_domain(posterior, cells, structure)
    n_draws = len(coherence)
    n_units, n_domains = len(cells.units), len(cells.domains)
    openness = np.empty((n_draws, n_units), dtype=np.float32)
    levels = np.empty((n_draws, n_units, n_domains), dtype=np.float32)
    log_likelihood = np.empty((n_draws, n_units), dtype=np.float32)
    nothing = np.zeros((n_units, len(grid.sampled)))
    layout = (
        np.concatenate([cells.noise, nothing], axis=1),
        np.concatenate([cells.shared, nothing], axis=1),
        grid.present,
        grid.domain,
    )
    constant = 0.5 * np.log(2 * np.pi) * grid.present.sum(axis=1)
    for s in range(n_draws):
        draw = {name: values[s] for name, values in flat.items()}
        communal = np.sign(draw["loading"]) * np.hypot(draw["loading"], draw["domain_loading"])
        residual, sampled_level = _residual(draw, communal, cells, grid)
        rho = coherence[s][cells.domain]
        columns = grid.columns(
            communal * np.sqrt(rho),
            communal * np.sqrt(1 - rho),
            draw["specific_sd"],
            coherence[s],
        )
        log_l, mean_z, var_z, intercept_d, slope_d, var_d = condition_on_cells(
            residual, *columns, *layout
        )
        normal = rng.standard_normal((n_units, 1 + n_domains))
        group_effect = draw.get("group_effect", np.zeros(len(cells.groups)))
        offset = group_effect[cells.group]
        z = mean_z + np.sqrt(var_z) * normal[:, 0]
        if cells.collections:
            z = draw_selected(mean_z, var_z, offset, cells.returned, returns_of(draw, cells), rng)
        if grid.levels_are_openness:
            z = np.where(grid.present[:, len(cells.indicators)], sampled_level[:, 0], z)
        d = (
            intercept_d[:, :n_domains]
            - slope_d[:, :n_domains] * z[:, None]
            + np.sqrt(var_d[:, :n_domains]) * normal[:, 1:]
        )
        level = np.sqrt(coherence[s]) * z[:, None] + np.sqrt(1 - coherence[s]) * d
        for x, m in enumerate(grid.sampled):
            has = grid.present[:, len(cells.indicators) + x]
            level[has, m] = sampled_level[has, x]
        group_level = draw.get("domain_mean", group_effect[:, None] * np.ones(n_domains))
        openness[s] = z + offset
        levels[s] = level + group_level[cells.group]
        log_likelihood[s] = log_l - constant
    return Latents(openness, levels, log_likelihood)


def coherence_by_domain(posterior: xr.Dataset, cells: Cells, structure: Structure) -> Array:
    """Return the coherence of every domain by draw, shape (S, M); 1 where it is not free."""
    n_draws = posterior.sizes["chain"] * posterior.sizes["draw"]
    coherence = np.ones((n_draws, len(cells.domains)))
    if structure.coherence == "common":
        coherence[:] = _flat(posterior["agreement"])[:, None]
    elif structure.coherent:
        coherence[:, list(structure.coherent)] = _flat(posterior["coherence"])
    for domain, indicator in structure.lone_ordered:
        coherence[:, domain] = np.sqrt(_flat(posterior["communality"])[:, indicator])
    return coherence


def _flat(variable: xr.DataArray) -> Array:
    values = variable.to_numpy()
    return values.reshape(-1, *values.shape[2:])


def _residual(
    draw: dict[str, Array], communal: Array, cells: Cells, grid: Grid
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
    mean = draw["expected"][cells.group] + (level @ grid.member) * communal
    return np.concatenate([value - mean, level], axis=1), level
