"""The true value of a measure at a unit: without sampling error, and where it was not observed.

Drawn jointly with the latents that the fit has kept. Given the factor and the levels of a unit's
domains and facets in a draw, first the sampling error f that a source's respondents share, given
all cells of the source,

    f ~ N(b / D, 1 / D),   D = 1 + sum w t^2,   b = sum w t (y - E[eta | x]),   1 / w = psi^2 + s^2,

with x the level above a cell, and then each true value given its level, its cell and that f.
Leaving f out would make the true values of a source too sure, and too little alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from scipy.special import log_ndtr, ndtri_exp

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit
from openness.model.cells import Cells
from openness.model.conditional import flatten
from openness.model.observed import parameters_by_draw
from openness.model.observed_kernel import Parameters
from openness.model.tree import at_nodes, nodes, roots
from openness.predicting.streams import normals
from openness.predicting.thinning import chosen_draws

Array = np.ndarray


def true_values(
    fit: Fit,
    indicators: Sequence[str] | None = None,
    *,
    seed: int | None = None,
    draws: int | None = None,
) -> xr.DataArray:
    """Draw the true value of every measure at every unit, on its link scale.

    A share is on the logit scale, a count on that of the log rate, a score on its own. A category
    is the latent value that lies between its cut points. Where a cell is absent, the true value is
    what the unit's other cells let one expect.

    Parameters
    ----------
    fit : Fit
        Of the collapsed model.
    indicators : sequence of str, optional
        Ids of scored indicators with data; all of them if not given. The draws of one do not depend
        on which others are asked for.
    seed : int, optional
        That of the fit if not given.
    draws : int, optional
        About how many draws, evenly chosen; all if not given. True values are many: 6,000 draws of
        230 units and 12 measures take 66 MB.

    Returns
    -------
    xarray.DataArray
        Dims `chain`, `draw`, `unit`, `indicator`. They belong to the factor and the levels of the
        same draw in `fit.posterior`.

    Raises
    ------
    InvalidInput
        If an indicator is not in the model, or the fit is not of the collapsed model.

    Examples
    --------
    >>> import openness
    >>> fit = openness.load_fit("run")  # doctest: +SKIP
    >>> true = openness.true_values(fit, ["treated_fairly"])  # doctest: +SKIP
    >>> true.quantile([0.05, 0.95], ("chain", "draw"))  # doctest: +SKIP
    """
    require_collapsed(fit, "true_values")
    cells, posterior = fit.cells, fit.posterior
    chosen = positions_of(indicators, cells)
    at = chosen_draws(posterior, draws, "true_values")
    kept = posterior.isel(draw=at)
    n_draws = posterior.sizes["chain"] * posterior.sizes["draw"]
    # Of all draws of the fit, so that one draw is the same whatever else is asked for.
    of_kept = (np.arange(posterior.sizes["chain"])[:, None] * posterior.sizes["draw"] + at).ravel()
    drawn = draw_true_values(
        kept, fit, chosen, fit.provenance["seed"] if seed is None else seed, n_draws, of_kept
    )
    return xr.DataArray(
        drawn.reshape(kept.sizes["chain"], kept.sizes["draw"], *drawn.shape[1:]),
        dims=("chain", "draw", "unit", "indicator"),
        coords={
            "chain": kept["chain"],
            "draw": kept["draw"],
            "unit": list(cells.units),
            "indicator": [cells.indicators[k] for k in chosen],
        },
        name="true_value",
    )


def draw_true_values(
    posterior: xr.Dataset,
    fit: Fit,
    chosen: Sequence[int],
    seed: int,
    n_draws: int,
    at: Array,
    *,
    categories_anew: bool = False,
) -> Array:
    """Draw true values (T, N, J) for T draws of a posterior, those `at` among `n_draws`.

    With `categories_anew` an observed category is not looked at: only the level of its domain is.
    """
    cells, structure = fit.cells, fit.structure
    p = parameters_by_draw(posterior, cells, structure)
    level = _levels_in_group(posterior, p, cells)
    above = nodes(cells.domain, cells.facet, len(cells.domains))
    drawn = np.empty((len(at), len(cells.units), len(chosen)), dtype=np.float32)
    common: dict[int, Array] = {}
    for j, k in enumerate(chosen):
        m = int(cells.domain[k])
        if m not in common:
            variate = normals(seed, cells.units, cells.domains[m], n_draws)[at]
            common[m] = _common_error(p, cells, m, level[:, :, above], variate)
        variate = normals(seed, cells.units, cells.indicators[k], n_draws)[at]
        mean = p.expected[:, cells.group, k] + p.domain_loading[:, k, None] * level[:, :, above[k]]
        drawn[:, :, j] = _true_value(p, cells, k, mean, common[m], variate)
        if categories_anew and cells.labels[k]:
            drawn[:, :, j] = mean + p.uniqueness_sd[:, k, None] * variate
        if (exact := cells.exact[:, k]).any():
            where = np.cumsum(cells.exact).reshape(cells.exact.shape)[exact, k] - 1
            values = posterior["cell_value"].to_numpy()
            drawn[:, exact, j] = values.reshape(len(at), -1)[:, where]
    return drawn


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


def positions_of(indicators: Sequence[str] | None, cells: Cells) -> list[int]:
    """Return the positions of indicators, or refuse what is not in the model.

    Raises
    ------
    InvalidInput
    """
    if indicators is None:
        return list(range(len(cells.indicators)))
    problems = [
        Problem("true_values", "indicators", repr(name), f"one of {', '.join(cells.indicators)}")
        for name in indicators
        if name not in cells.indicators
    ]
    if problems:
        raise InvalidInput(problems)
    return [cells.indicators.index(name) for name in indicators]


def require_collapsed(fit: Fit, where: str) -> None:
    """Refuse a fit whose latents were not drawn given its cells.

    Raises
    ------
    InvalidInput
    """
    method = fit.provenance["method"]
    if method != "collapsed":
        raise InvalidInput(
            [Problem(where, "method", repr(method), "'collapsed'", "Fit again without a method")]
        )


def require_parameters(fit: Fit, where: str) -> None:
    """Refuse a fit of a model whose parameters need not be those of `openness.build_model`.

    Raises
    ------
    InvalidInput
    """
    if fit.provenance["method"] == "own":
        raise InvalidInput(
            [
                Problem(
                    where,
                    "fit",
                    "a model of your own with its own factor",
                    "a model with the hyperparameters of the collapsed model",
                    "Use `pymc.compute_log_likelihood` or `pymc.sample_posterior_predictive`",
                )
            ]
        )
