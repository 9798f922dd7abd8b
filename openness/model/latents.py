"""Draws of the latents that the collapsed model integrates out, exact given each posterior draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from openness.model.cells import Cells
from openness.model.columns import coherence_by_domain, columns_by_draw, flatten, lay_out
from openness.model.identification import Structure
from openness.model.kernel import condition_on_cells
from openness.model.selection import draw_selected, selection_by_draw

Array = np.ndarray


@dataclass(frozen=True)
class Latents:
    """Draws of the latents; S draws, N units, M domains.

    Attributes
    ----------
    factor : (S, N) array
        theta, with the group effect.
    domain_level : (S, N, M) array
        u, the level of each domain with what the group differs by in it.
    log_likelihood : (S, N) array
        Of each unit's cells, openness integrated out. With ordered or exact cells it is the density
        of their sampled levels and values, not of what was observed.
    """

    factor: Array
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
    layout = lay_out(cells, structure)
    grid = layout.grid
    if coherence is None:
        coherence = coherence_by_domain(posterior, cells, structure)
    n_draws = len(coherence)
    n_units, n_domains, n_indicators = len(cells.units), len(cells.domains), len(cells.indicators)
    factor = np.empty((n_draws, n_units), dtype=np.float32)
    levels = np.empty((n_draws, n_units, n_domains), dtype=np.float32)
    log_likelihood = np.empty((n_draws, n_units), dtype=np.float32)
    constant = 0.5 * np.log(2 * np.pi) * grid.present.sum(axis=1)
    group_effect, group_level = _group_means(posterior, cells, n_draws)
    selection = selection_by_draw(posterior, cells)
    for s, columns in enumerate(columns_by_draw(posterior, cells, grid, coherence)):
        log_l, mean_z, var_z, intercept_d, slope_d, var_d = condition_on_cells(
            columns.residual,
            columns.loading,
            columns.residual_domain_loading,
            columns.uniqueness,
            *layout.arguments,
        )
        offset = group_effect[s][cells.group]
        normal = rng.standard_normal((n_units, 1 + n_domains))
        z = mean_z + np.sqrt(var_z) * normal[:, 0]
        if cells.collections:
            z = draw_selected(mean_z, var_z, offset, cells.returned, selection.of_draw(s), rng)
        if grid.levels_are_factor:
            z = np.where(grid.present[:, n_indicators], columns.level[:, 0], z)
        d = (
            intercept_d[:, :n_domains]
            - slope_d[:, :n_domains] * z[:, None]
            + np.sqrt(var_d[:, :n_domains]) * normal[:, 1:]
        )
        level = np.sqrt(coherence[s]) * z[:, None] + np.sqrt(1 - coherence[s]) * d
        for x, m in enumerate(grid.sampled):
            has = grid.present[:, n_indicators + x]
            level[has, m] = columns.level[has, x]
        factor[s] = z + offset
        levels[s] = level + group_level[s][cells.group]
        log_likelihood[s] = log_l - constant
    return Latents(factor, levels, log_likelihood)


def _group_means(posterior: xr.Dataset, cells: Cells, n_draws: int) -> tuple[Array, Array]:
    """Mean openness of each group (S, G), and its mean level in each domain (S, G, M)."""
    shape = (n_draws, len(cells.groups))
    effect = flatten(posterior["group_effect"]) if "group_effect" in posterior else np.zeros(shape)
    if "domain_mean" in posterior:
        return effect, flatten(posterior["domain_mean"])
    return effect, np.repeat(effect[:, :, None], len(cells.domains), axis=2)
