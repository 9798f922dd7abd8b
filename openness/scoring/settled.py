"""How much of a unit's score its own cells settle."""

from __future__ import annotations

import numpy as np
import xarray as xr

from openness.league import League, Score
from openness.measures import Measures
from openness.model.cells import Cells
from openness.model.conditional import flatten
from openness.model.identification import Structure
from openness.model.observed import parameters_by_draw
from openness.model.observed_kernel import Parameters
from openness.model.streams import stream
from openness.model.tree import at_nodes, nodes, roots
from openness.model.true_values import cut_points
from openness.scoring.parts import parts_of
from openness.scoring.scale import Scale

Array = np.ndarray


def settled_share(
    score: Score,
    league: League,
    measures: Measures,
    posterior: xr.Dataset,
    cells: Cells,
    structure: Structure,
    draws: Array,
    *,
    scale: Scale | None,
    log_likelihood: Array | None,
    seed: int,
) -> Array:
    """Return 1 - Var(score | all cells) / Var(score | all cells but the unit's own), (N,).

    Without its own cells a unit is any unit of its type, and its type is what the other units of
    the type say.

    Parameters
    ----------
    score, league, measures, posterior, cells, structure
    draws : (S, N) array
        Of the score.
    scale : Scale, optional
        Of the score; none for a score of the factor.
    log_likelihood : (S, N) array, optional
        Of each unit's cells, to take a unit out of what is known of the parameters. Without it the
        parameters have seen the unit.
    seed : int

    Notes
    -----
    A unit of the type is drawn anew under each draw of the parameters. The draws are weighted by
    one over the likelihood of the unit's cells, truncated at the root of their number (Ionides
    2008). A type of a single unit cannot be weighted away: its mean is drawn anew from the prior
    of types.

    References
    ----------
    Ionides, E. L. (2008). Truncated importance sampling. Journal of Computational and Graphical
    Statistics 17, 295-311.
    """
    p = parameters_by_draw(posterior, cells, structure)
    weights, values = _anew(score, league, measures, posterior, p, cells, scale, seed)
    own = draws.var(axis=0)
    before = np.empty(len(own))
    for i, group in enumerate(cells.group):
        new = values[:, group] @ weights[i]
        importance = None if log_likelihood is None else _without(log_likelihood[:, i])
        mean = np.average(new, weights=importance)
        before[i] = np.average((new - mean) ** 2, weights=importance)
    return np.clip(1 - own / before, 0, 1)


def _without(log_likelihood: Array) -> Array:
    """Importance weights of draws that have not seen the unit, (S,)."""
    raw = np.exp(-(log_likelihood - log_likelihood.min()))
    raw /= raw.mean()
    return np.minimum(raw, np.sqrt(len(raw)))


def _anew(
    score: Score,
    league: League,
    measures: Measures,
    posterior: xr.Dataset,
    p: Parameters,
    cells: Cells,
    scale: Scale | None,
    seed: int,
) -> tuple[Array, Array]:
    """Weights by unit (N, J), and what a new unit of each type counts in each part (S, G, J)."""
    rng = stream(seed, "a unit drawn anew")
    effect, expected, level_mean = _means_of_groups(posterior, p, cells, rng)
    if score.within_group:
        effect = np.zeros_like(effect)
    n_draws, n_groups = effect.shape
    a, b = roots(p.coherence)
    z = rng.standard_normal((n_draws, n_groups))
    if scale is None:
        return np.ones((len(cells.units), 1)), (effect + z)[..., None]
    level = a[:, None] * z[..., None] + b[:, None] * rng.standard_normal(
        (n_draws, n_groups, len(cells.domains))
    )
    if cells.facets:
        r, g = roots(p.facet_coherence[:, None])
        of_facet = r * level[..., cells.domain_of_facet]
        of_facet += g * rng.standard_normal(of_facet.shape)
        level = np.concatenate([level, of_facet], axis=-1)
    above = nodes(cells.domain, cells.facet, len(cells.domains))
    parts = parts_of(score, league, measures, cells)
    counted = np.empty((n_draws, n_groups, len(parts.names)))
    for j, name in enumerate(parts.names):
        k, m = parts.indicator[j], parts.domain[j]
        if k < 0:
            value, usual = level_mean[..., m] + level[..., m], level_mean[..., m]
        else:
            specific = p.uniqueness_sd[:, [k]] * rng.standard_normal((n_draws, n_groups))
            usual = expected[..., k]
            value = usual + p.domain_loading[:, [k]] * level[..., above[k]] + specific
            if name in scale.category_value:
                cuts = cut_points(p, cells, k)[:, None, 1:-1]
                value = np.array(scale.category_value[name])[(value[..., None] > cuts).sum(-1)]
        if score.within_group:
            value = value - value.mean(axis=0) if k >= 0 and cells.labels[k] else value - usual
        direction = cells.definitions[k].sign if k >= 0 else 1
        counted[..., j] = direction * (value - scale.centre[name]) / scale.spread[name]
    return parts.by_unit, counted


def _means_of_groups(
    posterior: xr.Dataset, p: Parameters, cells: Cells, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Of the factor (S, G), the measures (S, G, K) and the levels (S, G, M).

    Of a group of one unit they are drawn anew, about those of all units.
    """
    a, _ = roots(p.coherence)
    effect, expected = p.group_effect.copy(), p.expected.copy()
    level = effect[..., None] * a[:, None]
    if "domain_mean" in posterior:
        level = flatten(posterior["domain_mean"]).astype(float)
    sizes = np.bincount(cells.group, minlength=len(cells.groups))
    for g in np.flatnonzero(sizes == 1) if "group_sd" in posterior else ():
        effect[:, g] = flatten(posterior["group_sd"]) * rng.standard_normal(len(effect))
        level[:, g] = a * effect[:, [g]]
        if "domain_shift_sd" in posterior:
            sd = flatten(posterior["domain_shift_sd"])[:, None]
            level[:, g] += sd * rng.standard_normal(level[:, g].shape)
        overall = np.average(p.expected, axis=1, weights=sizes)
        root, _ = roots(p.facet_coherence)
        at_node = (
            at_nodes(level[:, g], cells.domain_of_facet, root) if cells.facets else level[:, g]
        )
        above = nodes(cells.domain, cells.facet, len(cells.domains))
        expected[:, g] = overall + p.domain_loading * at_node[:, above]
    return effect, expected, level
