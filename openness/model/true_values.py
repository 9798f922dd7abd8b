"""The true value of a measure at a unit: without sampling error, and where it was not observed.

Drawn jointly with the latents that a fit has kept. Given the factor and the levels of a unit's
domains and facets in a draw, first the sampling error f that a source's respondents share, given
all cells of the source,

    f ~ N(b / D, 1 / D),   D = 1 + sum w t^2,   b = sum w t (y - E[eta | x]),   1 / w = psi^2 + s^2,

with x the level above a cell, and then each true value given its level, its cell and that f.
Leaving f out would make the true values of a source too sure, and too little alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import xarray as xr
from scipy.special import log_ndtr, ndtri_exp

from openness.model.cells import Cells
from openness.model.conditional import flatten
from openness.model.identification import Structure
from openness.model.observed import parameters_by_draw
from openness.model.observed_kernel import Parameters
from openness.model.streams import normals
from openness.model.tree import at_nodes, nodes, roots

Array = np.ndarray


def each_true_value(
    posterior: xr.Dataset,
    cells: Cells,
    structure: Structure,
    indicators: Iterable[int],
    *,
    seed: int,
    at: Array,
    n_draws: int,
    categories_anew: bool = False,
) -> Iterator[Array]:
    """Draw the true values of one indicator after another, (T, N) each, on its link scale.

    One indicator at a time, because all of them together may not fit into memory. The draws of an
    indicator do not depend on which others are asked for.

    Parameters
    ----------
    posterior : xarray.Dataset
        T draws of the collapsed model with its latents, dims `chain` and `draw` first.
    cells : Cells
    structure : Structure
    indicators : iterable of int
        Positions.
    seed : int
    at : (T,) int array
        Which draws these are among all of the fit: a draw is the same whatever else is asked for.
    n_draws : int
        How many draws the fit has.
    categories_anew : bool
        Whether an observed category is not looked at: only the level of its domain is.
    """
    p = parameters_by_draw(posterior, cells, structure)
    level = _levels_in_group(posterior, p, cells)
    above = nodes(cells.domain, cells.facet, len(cells.domains))
    common: dict[int, Array] = {}
    for k in indicators:
        m = int(cells.domain[k])
        if m not in common:
            variate = normals(seed, cells.units, cells.domains[m], n_draws)[at]
            common[m] = _common_error(p, cells, m, level[:, :, above], variate)
        variate = normals(seed, cells.units, cells.indicators[k], n_draws)[at]
        mean = p.expected[:, cells.group, k] + p.domain_loading[:, k, None] * level[:, :, above[k]]
        drawn = _true_value(p, cells, k, mean, common[m], variate)
        if categories_anew and cells.labels[k]:
            drawn = mean + p.uniqueness_sd[:, k, None] * variate
        if (exact := cells.exact[:, k]).any():
            where = np.cumsum(cells.exact).reshape(cells.exact.shape)[exact, k] - 1
            values = posterior["cell_value"].to_numpy()
            drawn[:, exact] = values.reshape(len(at), -1)[:, where]
        yield drawn


def _levels_in_group(posterior: xr.Dataset, p: Parameters, cells: Cells) -> Array:
    """Levels of domains, then facets, less what their group differs by, (T, N, M + F)."""
    of_group = "domain_mean" if "domain_mean" in posterior else "group_effect"
    level = flatten(posterior["domain_level"]).astype(float)
    usual = np.zeros_like(level)
    if of_group in posterior:
        mean = flatten(posterior[of_group]).astype(float)[:, cells.group]
        usual += mean if of_group == "domain_mean" else mean[..., None]
    if not cells.facets:
        return level - usual
    level = np.concatenate([level, flatten(posterior["facet_level"])], axis=-1)
    root, _ = roots(p.facet_coherence[:, None])
    return level - at_nodes(usual, cells.domain_of_facet, root)


def _common_error(p: Parameters, cells: Cells, m: int, level: Array, variate: Array) -> Array:
    """Draw the error that the respondents of a domain share, given its cells, (T, N).

    `level` is that of what stands above each indicator, (T, N, K).
    """
    precision, pull = np.ones_like(variate), np.zeros_like(variate)
    for k in np.flatnonzero(cells.domain == m):
        t = cells.common_error_loading[:, k]
        if not t.any():
            continue
        w = 1 / (p.uniqueness_sd[:, k, None] ** 2 + cells.error_variance[:, k])
        mean = p.expected[:, cells.group, k] + p.domain_loading[:, k, None] * level[:, :, k]
        precision += w * t**2
        pull += w * t * (cells.value[:, k] - mean)
    return pull / precision + variate / np.sqrt(precision)


def _true_value(
    p: Parameters, cells: Cells, k: int, mean: Array, common: Array, variate: Array
) -> Array:
    """Draw eta (T, N) given its mean by the level, the cell and the common error."""
    psi = p.uniqueness_sd[:, k, None]
    drawn = mean + psi * variate
    gaussian = cells.present[:, k] & (cells.category[:, k] < 0) & ~cells.exact[:, k]
    if gaussian.any():
        own = np.where(gaussian, cells.error_variance[:, k], 1.0)
        error = cells.common_error_loading[:, k] * common
        weight = psi**2 / (psi**2 + own)
        centre = mean + weight * (cells.value[:, k] - error - mean)
        drawn = np.where(gaussian, centre + np.sqrt(weight * own) * variate, drawn)
    if (rows := np.flatnonzero(cells.category[:, k] >= 0)).size:
        ends = cut_points(p, cells, k)
        category = cells.category[rows, k]
        lower, upper = ends[:, category], ends[:, category + 1]
        drawn[:, rows] = _between(mean[:, rows], psi, lower, upper, variate[:, rows])
    return drawn


def cut_points(p: Parameters, cells: Cells, k: int) -> Array:
    """Ends of the categories of an ordered indicator by draw, infinities included, (T, L + 1)."""
    start = sum(max(len(labels) - 1, 0) for labels in cells.labels[:k])
    cuts = p.cut_point[:, start : start + len(cells.labels[k]) - 1]
    infinite = np.full((len(cuts), 1), np.inf)
    return np.concatenate([-infinite, cuts, infinite], axis=1)


def _between(mean: Array, sd: Array, lower: Array, upper: Array, variate: Array) -> Array:
    """Draw from N(mean, sd^2) between two ends, by the inverse in the tail where both are small."""
    a, b = (lower - mean) / sd, (upper - mean) / sd
    turn = a + b > 0
    a, b = np.where(turn, -b, a), np.where(turn, -a, b)
    log_a, log_b = log_ndtr(a), log_ndtr(b)
    # log(Phi(a) + U (Phi(b) - Phi(a))), with U the probability of the variate
    log_u, log_rest = log_ndtr(variate), log_ndtr(-variate)
    inside = np.logaddexp(log_b + log_u, log_a + log_rest)
    return mean + sd * np.where(turn, -1, 1) * ndtri_exp(inside)
