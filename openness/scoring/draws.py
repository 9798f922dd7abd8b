"""The declared score, draw by draw, from the latents of a fit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr
from scipy.special import ndtr

from openness.league import League, Score
from openness.measures import Measures
from openness.model.cells import Cells
from openness.model.identification import Structure
from openness.model.observed import parameters_by_draw
from openness.model.observed_kernel import Parameters
from openness.model.streams import stream
from openness.model.true_values import cut_points, each_true_value
from openness.scoring.parts import Parts, parts_of
from openness.scoring.scale import Scale, category_values

Array = np.ndarray


def draw_score(
    score: Score,
    league: League,
    measures: Measures,
    posterior: xr.Dataset,
    cells: Cells,
    structure: Structure,
    *,
    seed: int,
    scale: Scale | None = None,
) -> tuple[Array, Scale]:
    """Return draws of a score of measures or of sources, and its constants.

    With w the weights at unit i and s the direction of a measure, the score is

        sum_k w_ik s_k (eta_ik - c_k) / d_k    or    sum_m w_im (u_im - c_m) / d_m,

    of the true values eta of the measures, or of the levels u of the sources, in which a source of
    a single measure is that measure. c and d are the constants.

    Parameters
    ----------
    score : Score
        Of measures or sources.
    league, measures, cells, structure
    posterior : xarray.Dataset
        S draws of the collapsed model with its latents, dims `chain` and `draw` first.
    seed : int
        The same seed gives the same draws.
    scale : Scale, optional
        Constants of another run; those of this one if not given.

    Returns
    -------
    draws : (S, N) array
    scale : Scale
    """
    parts = parts_of(score, league, measures, cells)
    p = parameters_by_draw(posterior, cells, structure)
    fixed: tuple[dict[str, float], dict[str, float], dict[str, tuple[float, ...]]] = ({}, {}, {})
    centre, spread, category_value = fixed
    if scale is not None:
        scale.require(list(parts.names))
        centre, spread, category_value = scale.centre, scale.spread, scale.category_value
    weights = weights_by_draw(score, parts, len(p.expected), seed)
    total = np.zeros((len(p.expected), len(cells.units)))
    latent = _each_part(parts, posterior, cells, structure, seed)
    for j, (name, values) in enumerate(zip(parts.names, latent, strict=True)):
        k = parts.indicator[j]
        if k >= 0 and cells.labels[k] and score.ratings == "category":
            if scale is None:
                cuts = cut_points(p, cells, k)[:, 1:-1].mean(axis=0)
                category_value[name] = category_values(values.mean(), values.std(), cuts)
            values = _as_categories(values, p, cells, k, category_value[name])
        if scale is None:
            own = values[:, parts.applies[:, j]]
            centre[name] = float(own.mean())
            spread[name] = float(own.std(axis=1).mean())
        direction = cells.definitions[k].sign if k >= 0 else 1
        counted = direction * (values - centre[name]) / spread[name]
        if score.within_group:
            mean = mean_of_groups(parts, j, p, posterior, cells, score, category_value)
            counted -= (direction * (mean - centre[name]) / spread[name])[:, cells.group]
        total += weights[..., j] * counted
    return total, Scale(centre, spread, category_value)


def _each_part(
    parts: Parts, posterior: xr.Dataset, cells: Cells, structure: Structure, seed: int
) -> Iterator[Array]:
    """The true values of a measure, or the levels of a source, one after another, (S, N)."""
    n_draws = posterior.sizes["chain"] * posterior.sizes["draw"]
    true = each_true_value(
        posterior,
        cells,
        structure,
        [int(k) for k in parts.indicator if k >= 0],
        seed=seed,
        at=np.arange(n_draws),
        n_draws=n_draws,
    )
    for k, m in zip(parts.indicator, parts.domain, strict=True):
        if k >= 0:
            yield next(true)
        else:
            level = posterior["domain_level"].isel(domain=m).to_numpy()
            yield level.reshape(n_draws, -1).astype(float)


def _as_categories(
    latent: Array, p: Parameters, cells: Cells, k: int, values: tuple[float, ...]
) -> Array:
    """What a rating counts: the value of its category, or of a drawn one where it is absent."""
    cuts = cut_points(p, cells, k)[:, 1:-1]
    category = (latent[..., None] > cuts[:, None, :]).sum(axis=-1)
    known = cells.category[:, k] >= 0
    category[:, known] = cells.category[known, k]
    return np.array(values)[category]


def weights_by_draw(score: Score, parts: Parts, n_draws: int, seed: int) -> Array:
    """Weights (N, J), or (S, N, J) where they are uncertain."""
    if score.weights_concentration is None:
        return parts.by_unit
    weighs = parts.weights > 0
    drawn = np.zeros((n_draws, len(parts.weights)))
    shape = score.weights_concentration * parts.weights[weighs]
    drawn[:, weighs] = stream(seed, "weights of the score").dirichlet(shape, n_draws)
    return parts.weigh(drawn, reweight=score.not_applicable == "reweight")


def mean_of_groups(
    parts: Parts,
    j: int,
    p: Parameters,
    posterior: xr.Dataset,
    cells: Cells,
    score: Score,
    category_value: dict[str, tuple[float, ...]],
) -> Array:
    """What the model expects of a part in each group, (S, G)."""
    k, m = parts.indicator[j], parts.domain[j]
    if k < 0:
        if "domain_mean" in posterior:
            mean = posterior["domain_mean"].isel(domain=m).to_numpy().astype(float)
            return mean.reshape(-1, mean.shape[-1])
        return np.sqrt(p.coherence[:, [m]]) * p.group_effect
    mean = p.expected[:, :, k]
    if not (cells.labels[k] and score.ratings == "category"):
        return mean
    sd = np.hypot(p.domain_loading[:, k], p.uniqueness_sd[:, k])[:, None, None]
    below = ndtr((cut_points(p, cells, k)[:, None, :] - mean[..., None]) / sd)
    return np.diff(below, axis=-1) @ np.array(category_value[parts.names[j]])
