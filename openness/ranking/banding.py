"""The band of each draw: how often each unit is in each band, never a rounded mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_draws, as_floats, as_probability, refuse
from openness.ranking.band_rules import ADDS_UP, as_limits, limits_among, require_one_rule
from openness.ranking.ranks import rank_draws, tied_draws

_ROUNDING = 1e-9
"""Slack for sums of probabilities that should be equal."""

_CHUNK = 1 << 20


def band_probabilities(
    draws: ArrayLike,
    *,
    shares: Sequence[float] | None = None,
    counts: Sequence[int | None] | None = None,
    cut_points: Sequence[float] | None = None,
) -> NDArray[np.float64]:
    """Posterior probability of each band for each unit; exactly one of the three rules is given.

    Parameters
    ----------
    draws : array_like, shape (S, n)
        Draws of the units' scores; larger is better.
    shares : sequence of float, length B
        Share of the units in each band, best first, adding up to 1; see `band_limits`.
    counts : sequence of int, length B
        Number of units in each band, best first, adding up to n; the last may be None, and takes
        what is left.
    cut_points : sequence of float, length B - 1
        Falling cut points: a score above the first is in the best band, one that is not above the
        last in the worst.

    Returns
    -------
    numpy.ndarray, shape (n, B)
        Each row adds up to 1. Under `shares` and `counts` each column adds up to the size of its
        band; where a tie straddles a limit, the tied units have equal parts of the places above it.

    Raises
    ------
    InvalidInput
        If not exactly one rule is given, or the draws or the rule make no sense.
    """
    require_one_rule(shares=shares, counts=counts, cut_points=cut_points)
    draws = as_draws(draws)
    if cut_points is not None:
        return _score_band_probabilities(draws, cut_points)
    limits = limits_among(draws.shape[1], shares=shares, counts=counts)
    return rank_band_probabilities(rank_draws(draws), limits)


def rank_band_probabilities(ranks: ArrayLike, limits: ArrayLike) -> NDArray[np.float64]:
    """Posterior probability of each band, for ranks that are known already.

    Parameters
    ----------
    ranks : array_like, shape (S, n)
        Ranks from `rank_draws`.
    limits : array_like, shape (B,)
        Worst rank of each band, from `band_limits`.

    Returns
    -------
    numpy.ndarray, shape (n, B)
        As `band_probabilities`.
    """
    ranks, limits = as_draws(ranks, "ranks"), as_limits(limits, np.shape(ranks)[-1])
    if ranks.min() < 1 or ranks.max() > limits[-1]:
        raise refuse(
            "ranks", "values", "some are not from 1 to n", "they must be ranks", "Use rank_draws."
        )
    tied = tied_draws(ranks)
    if not tied.any():
        return _count_bands(ranks, limits) / len(ranks)
    within = np.cumsum(_count_bands(ranks[~tied], limits), axis=1, dtype=np.float64)
    for row in ranks[tied]:
        _, group, length = np.unique(row, return_inverse=True, return_counts=True)
        length = length[group]
        before = row - (length + 1) / 2
        within += np.clip((limits - before[:, None]) / length[:, None], 0, 1)
    return np.diff(within / len(ranks), axis=1, prepend=0)


def _count_bands(ranks: NDArray[np.floating], limits: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each unit is in each band, shape (n, B), for ranks without ties."""
    units, levels = ranks.shape[1], len(limits)
    band_of_rank = np.searchsorted(limits, np.arange(units + 1))
    first = np.arange(units) * levels
    counts = np.zeros(units * levels, dtype=np.int64)
    rows = max(1, max(_CHUNK, counts.size) // units)
    for start in range(0, len(ranks), rows):
        place = band_of_rank[ranks[start : start + rows].astype(np.intp)] + first
        counts += np.bincount(place.ravel(), minlength=counts.size)
    return counts.reshape(units, levels)


def _score_band_probabilities(
    draws: NDArray[np.floating], cut_points: Sequence[float]
) -> NDArray[np.float64]:
    cuts = as_floats(cut_points, "cut_points")
    if cuts.ndim != 1 or not cuts.size or not np.isfinite(cuts).all() or (np.diff(cuts) >= 0).any():
        raise refuse(
            "cut_points", "values", f"{cut_points}", "they must be finite numbers that fall"
        )
    above = [np.count_nonzero(draws > cut, axis=0) for cut in cuts]
    within = np.array([*above, np.full(draws.shape[1], len(draws))]) / len(draws)
    return np.diff(within, axis=0, prepend=0).T


def most_probable_band(probabilities: ArrayLike) -> NDArray[np.intp]:
    """Position of each unit's most probable band, the best choice under zero-one loss.

    Parameters
    ----------
    probabilities : array_like, shape (n, B)
        From `band_probabilities`, best band first.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Positions from 0. Of bands that are equally probable it is the better one: nobody is put
        lower on an even chance.
    """
    return _as_band_probabilities(probabilities).argmax(axis=1)


def _as_band_probabilities(values: ArrayLike) -> NDArray[np.floating]:
    """Return probabilities of bands, each row of which adds up to 1, or say that they are not."""
    array = as_floats(values, "probabilities")
    if array.ndim != 2 or 0 in array.shape:
        raise refuse("probabilities", "shape", str(array.shape), "it must be (units, bands)")
    # The comparison is made so that NaN fails it.
    wrong = ~((array >= -_ROUNDING).all(axis=1) & (abs(array.sum(axis=1) - 1) < ADDS_UP))
    if wrong.any():
        unit = int(wrong.argmax())
        raise refuse(
            "probabilities",
            f"unit {unit}",
            f"{array[unit].tolist()}",
            "they must not be negative and must add up to 1",
        )
    return array


def band_of_least_loss(probabilities: ArrayLike, loss: ArrayLike) -> NDArray[np.intp]:
    """Position of the band whose expected loss is the smallest.

    Parameters
    ----------
    probabilities : array_like, shape (n, B)
        From `band_probabilities`, best band first.
    loss : array_like, shape (B, B)
        What it costs to name the band of the row where that of the column is true.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Positions from 0; of bands that cost the same the better one.
    """
    probabilities = _as_band_probabilities(probabilities)
    levels = probabilities.shape[1]
    matrix = as_floats(loss, "loss")
    if matrix.shape != (levels, levels) or not np.isfinite(matrix).all():
        raise refuse(
            "loss",
            "shape" if matrix.shape != (levels, levels) else "values",
            str(matrix.shape) if matrix.shape != (levels, levels) else "not all finite",
            f"it must be ({levels}, {levels}), one row for each band that can be named, and finite",
        )
    expected = probabilities @ matrix.T
    nearly = expected.min(axis=1, keepdims=True) + _ROUNDING
    return (expected <= nearly).argmax(axis=1)


def narrowest_band_set(
    probabilities: ArrayLike, prob: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Fewest neighbouring bands that hold a unit with at least a given probability.

    Parameters
    ----------
    probabilities : array_like, shape (n, B)
        From `band_probabilities`, best band first.
    prob : float
        Probability of the set, between 0 and 1.

    Returns
    -------
    best, worst : numpy.ndarray, shape (n,)
        First and last position of the set, from 0. Of sets of the same size it is the most
        probable, and of those the best.
    """
    probabilities, wanted = _as_band_probabilities(probabilities), as_probability(prob)
    units, levels = probabilities.shape
    before = np.concatenate([np.zeros((units, 1)), probabilities.cumsum(axis=1)], axis=1)
    best, worst = np.zeros(units, np.intp), np.full(units, levels - 1)
    for width in range(levels - 1, 0, -1):
        held = before[:, width:] - before[:, :-width]
        enough = held.max(axis=1) >= wanted - _ROUNDING
        best[enough] = held[enough].argmax(axis=1)
        worst[enough] = best[enough] + width - 1
    return best, worst
