"""What a score counts, of any kind: a sum over measures, over sources, or the factor alone.

    score_i = typical_g + sum_j slope_ij (x_ij - usual_gj),    slope_ij = w_ij s_j / d_j,

with x_ij the true value of a measure, the level of a source, or the factor, and usual_gj what is
expected of it in the type of the unit. Whatever explains a score reads it from here, so that a mean
of measures, a mean of sources and the factor are explained by the same code.

All of it is linear in normal latents but for a rating that counts by its category.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from openness.league import League, Score
from openness.measures import Measures
from openness.model.cells import Cells
from openness.model.identification import Structure
from openness.model.joint_normal import Coefficients
from openness.model.observed import parameters_by_draw
from openness.model.true_values import cut_points, each_true_value
from openness.scoring.draws import mean_of_groups, weights_by_draw
from openness.scoring.parts import parts_of
from openness.scoring.scale import Scale

Array = np.ndarray


@dataclass(frozen=True)
class Rating:
    """An ordinal or binary measure that a score counts, under S draws.

    Attributes
    ----------
    latent : (S, N) array
        The value behind it, as the score was drawn with it.
    cuts : (S, L - 1) array
    category : (N,) int array
        Observed; -1 elsewhere.
    category_value : (L,) array or None
        What each category counts; None where the latent value counts.
    """

    latent: Array
    cuts: Array
    category: Array
    category_value: Array | None

    def counts(self, unit: int, latent: Array | None = None) -> Array:
        """Return what it counts at a unit, (S,), or would with other latent values, unobserved."""
        if latent is None and self.category_value is not None and self.category[unit] >= 0:
            return np.full(len(self.latent), self.category_value[self.category[unit]])
        latent = self.latent[:, unit] if latent is None else latent
        if self.category_value is None:
            return latent
        return self.category_value[(latent[:, None] > self.cuts).sum(axis=1)]


@dataclass(frozen=True)
class Counted:
    """The J measures or sources that a score counts, or the factor; S draws, N units, G types.

    Attributes
    ----------
    names : tuple of str
    indicator, domain : (J,) int arrays
        As of `Parts`; both -1 for the factor.
    weight : (N, J) array
        As declared, at each unit; NaN for the factor.
    slope : (N, J) or (S, N, J) array
        By how much the score rises with x.
    usual : (S, G, J) array
    centre : (J,) array
        Where x counts nothing.
    group : (N,) int array
    within_group : bool
        Whether what is typical of the type is taken out.
    ratings : mapping of int to Rating
        By position among the J.
    """

    names: tuple[str, ...]
    indicator: Array
    domain: Array
    weight: Array
    slope: Array
    usual: Array
    centre: Array
    group: Array
    within_group: bool
    ratings: Mapping[int, Rating]

    def slopes(self, unit: int) -> Array:
        """Return the slopes at a unit, (S, J)."""
        shape = len(self.usual), len(self.names)
        return np.broadcast_to(self.slope[..., unit, :], shape)

    def typical(self, unit: int) -> Array:
        """Return the score that is expected in the type of a unit, (S,)."""
        if self.within_group:
            return np.zeros(len(self.usual))
        usual = self.usual[:, self.group[unit]]
        return np.asarray((self.slopes(unit) * (usual - self.centre)).sum(axis=1))

    def known_ratings(self, unit: int) -> list[int]:
        """Return the ratings that are observed at a unit: constants of its score in a draw."""
        return [j for j, rating in self.ratings.items() if rating.category[unit] >= 0]

    def predicted_ratings(self, unit: int) -> list[int]:
        """Return the absent ratings that count by their category at a unit, and count there."""
        return [
            j
            for j, rating in self.ratings.items()
            if rating.category_value is not None
            and rating.category[unit] < 0
            and (self.slope[..., unit, j] != 0).any()
        ]

    def adds(self, unit: int, j: int, latent: Array | None = None) -> Array:
        """Return what a rating adds at a unit, (S,), or would with other latent values."""
        off = self.ratings[j].counts(unit, latent) - self.usual[:, self.group[unit], j]
        return np.asarray(self.slopes(unit)[:, j] * off)

    def linear(self, unit: int, a: Coefficients, apart: list[int]) -> Array:
        """Return coefficients of the score at a unit without the parts `apart`, (S, Q)."""
        slopes = self.slopes(unit)
        total = np.zeros_like(a.factor)
        for j in np.setdiff1d(np.arange(len(self.names)), apart):
            k, m = self.indicator[j], self.domain[j]
            of_part = a.true_value[..., k] if k >= 0 else a.level[..., m] if m >= 0 else a.factor
            total += slopes[:, [j]] * of_part
        return total


def counted_in(
    score: Score,
    league: League,
    measures: Measures,
    posterior: xr.Dataset,
    cells: Cells,
    structure: Structure,
    *,
    scale: Scale | None,
    seed: int,
    at: Array,
) -> Counted:
    """Say what a score counts, under the draws `at` of a fit.

    Parameters
    ----------
    score, league, measures, posterior, cells, structure, seed
        As for `openness.scoring.draw_score`.
    scale : Scale, optional
        Of the score; none for a score of the factor.
    at : (S,) int array
        Draws, counted along the chains.
    """
    p = parameters_by_draw(posterior, cells, structure)
    n_units = len(cells.units)
    if scale is None:
        alone = np.full(1, -1)
        return Counted(
            names=("factor",),
            indicator=alone,
            domain=alone,
            weight=np.full((n_units, 1), np.nan),
            slope=np.ones((n_units, 1)),
            usual=p.group_effect[at][..., None],
            centre=np.zeros(1),
            group=cells.group,
            within_group=score.within_group,
            ratings={},
        )
    parts = parts_of(score, league, measures, cells)
    weights = weights_by_draw(score, parts, len(p.expected), seed)
    if weights.ndim == 3:
        weights = weights[at]
    direction = np.array([cells.definitions[k].sign if k >= 0 else 1 for k in parts.indicator])
    spread = np.array([scale.spread[name] for name in parts.names])
    usual = [
        mean_of_groups(parts, j, p, posterior, cells, score, scale.category_value)[at]
        for j in range(len(parts.names))
    ]
    rated = [j for j, k in enumerate(parts.indicator) if k >= 0 and cells.labels[k]]
    indicators = [int(parts.indicator[j]) for j in rated]
    n_draws = len(p.expected)
    true_values = each_true_value(
        posterior, cells, structure, indicators, seed=seed, at=np.arange(n_draws), n_draws=n_draws
    )
    ratings = {}
    for j, k, latent in zip(rated, indicators, true_values, strict=True):
        values = scale.category_value.get(parts.names[j])
        ratings[j] = Rating(
            latent=latent[at],
            cuts=cut_points(p, cells, k)[at, 1:-1],
            category=cells.category[:, k],
            category_value=None if values is None else np.array(values),
        )
    return Counted(
        names=parts.names,
        indicator=parts.indicator,
        domain=parts.domain,
        weight=parts.by_unit,
        slope=weights * direction / spread,
        usual=np.stack(usual, axis=-1),
        centre=np.array([scale.centre[name] for name in parts.names]),
        group=cells.group,
        within_group=score.within_group,
        ratings=ratings,
    )
