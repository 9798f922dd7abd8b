"""How a ranking is cut into bands, and how often each unit is in each: never a rounded mean."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_draws, as_floats, as_probability, as_sequence, refuse
from openness.ranking.ranks import tied_draws

ADDS_UP = 1e-6
"""How far shares that are written with a few digits may add up to something else than 1."""


def require_one_rule(**rules: object) -> None:
    """Refuse anything but exactly one of the rules that cut a ranking."""
    given = [name for name, rule in rules.items() if rule is not None]
    if len(given) != 1:
        raise refuse(
            ", ".join(rules),
            "rule",
            "none given" if not given else f"{' and '.join(given)} given",
            "exactly one of them says how the ranking is cut",
        )


def band_limits(
    units: int,
    *,
    shares: Sequence[float] | None = None,
    counts: Sequence[int | None] | None = None,
) -> NDArray[np.int64]:
    """Worst rank of each band.

    Parameters
    ----------
    units : int
        Number of ranked units.
    shares : sequence of float, length B
        Shares of the units, best band first. The limit of a band is its cumulative share of the
        units, rounded to the nearest whole number, halves upwards.
    counts : sequence of int, length B
        Numbers of units, best band first. Limits are cumulative counts, at most `units`; the last
        band takes what is left, whatever its own count.

    Returns
    -------
    numpy.ndarray, shape (B,)
        Limits, the last of which is `units`.

    See Also
    --------
    limits_among : Refuses counts that are not made for so many units.

    Examples
    --------
    >>> from openness.ranking import band_limits
    >>> band_limits(10, shares=[0.25, 0.5, 0.25]).tolist()
    [3, 8, 10]
    >>> band_limits(10, counts=[2, 3, None]).tolist()
    [2, 5, 10]
    """
    require_one_rule(shares=shares, counts=counts)
    if shares is not None:
        limits = _limits_of_shares(shares, units)
    else:
        first = _whole_counts(() if counts is None else counts)[:-1]
        limits = np.minimum(np.cumsum([*first, 0]), units).astype(np.int64)
    limits[-1] = units
    return limits


def limits_among(
    units: int,
    *,
    shares: Sequence[float] | None = None,
    counts: Sequence[int | None] | None = None,
) -> NDArray[np.int64]:
    """Worst rank of each band, as `band_limits`, of counts that fit the units exactly.

    A league's counts are for the units that it expects, some of which may not be ranked. Counts
    that are given for these units must leave nobody over, and no band short.
    """
    if counts is not None:
        found = _whole_counts(counts)
        total = sum(count for count in found if count is not None)
        if total > units or (found[-1] is not None and total < units):
            raise refuse(
                "counts",
                "values",
                f"{list(found)}, which add up to {total}",
                f"there are {units} units",
                "The last may be None, and takes what is left.",
            )
    return band_limits(units, shares=shares, counts=counts)


def _limits_of_shares(shares: Sequence[float], units: int) -> NDArray[np.int64]:
    found = as_floats(shares, "shares")
    total = float(np.sum(found))
    # The comparisons are made so that NaN fails them.
    if found.ndim != 1 or not ((found >= 0).all() and abs(total - 1) <= ADDS_UP):
        raise refuse(
            "shares",
            "values",
            f"{found.tolist()}, which add up to {total:g}",
            "shares must not be negative and must add up to 1",
        )
    # Binary fractions: 0.15 of 230 comes as 34.4999..., and means 34.5.
    return np.floor(np.cumsum(found) * units + 0.5 + 1e-9).astype(np.int64)


def _whole_counts(counts: Sequence[int | None]) -> tuple[int | None, ...]:
    """Return counts that are whole numbers but for the last, which may be None."""
    given = as_sequence(counts, "counts")
    numbers = given[:-1] if given and given[-1] is None else given
    whole = [isinstance(count, Real) and float(count).is_integer() for count in numbers]
    if len(given) < 2 or not all(whole) or min(numbers) < 0:
        raise refuse(
            "counts",
            "values",
            f"{counts}",
            "every band but the last needs a count, a whole number that is not negative",
        )
    return tuple(None if count is None else int(count) for count in given)


def as_limits(limits: ArrayLike, units: int) -> NDArray[np.int64]:
    """Return the worst rank of each band, or say that these are none of so many units."""
    found = as_floats(limits, "limits")
    whole = found.ndim == 1 and found.size and (found == np.rint(found)).all()
    if not whole or found[-1] != units or (np.diff(found, prepend=0) < 0).any():
        raise refuse(
            "limits",
            "values",
            f"{found.tolist()}",
            f"they must be whole numbers that do not fall, up to the {units} units",
            "Use band_limits.",
        )
    return found.astype(np.int64)


_ROUNDING = 1e-9
"""Slack for sums of probabilities that should be equal."""

_CHUNK = 1 << 20


def rank_band_probabilities(ranks: ArrayLike, limits: ArrayLike) -> NDArray[np.float64]:
    """Posterior probability of each band for each unit, where bands are parts of the ranking.

    Parameters
    ----------
    ranks : array_like, shape (S, n)
        Ranks from `rank_draws`.
    limits : array_like, shape (B,)
        Worst rank of each band, from `band_limits`.

    Returns
    -------
    numpy.ndarray, shape (n, B)
        Each row adds up to 1, and each column to the size of its band; where a tie straddles a
        limit, the tied units have equal parts of the ranks above it.

    Examples
    --------
    >>> from openness.ranking import rank_band_probabilities
    >>> ranks = [[1, 2, 3], [2, 1, 3], [1, 2, 3], [1, 3, 2]]
    >>> rank_band_probabilities(ranks, limits=[1, 3]).tolist()
    [[0.75, 0.25], [0.25, 0.75], [0.0, 1.0]]
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
        at = band_of_rank[ranks[start : start + rows].astype(np.intp)] + first
        counts += np.bincount(at.ravel(), minlength=counts.size)
    return counts.reshape(units, levels)


def score_band_probabilities(
    draws: NDArray[np.floating], cut_points: Sequence[float]
) -> NDArray[np.float64]:
    """Posterior probability (n, B) of each band for each unit, between cut points that fall."""
    cuts = as_floats(cut_points, "cut_points")
    if cuts.ndim != 1 or not cuts.size or not np.isfinite(cuts).all() or (np.diff(cuts) >= 0).any():
        raise refuse(
            "cut_points", "values", f"{cut_points}", "they must be finite numbers that fall"
        )
    above = [np.count_nonzero(draws > cut, axis=0) for cut in cuts]
    within = np.array([*above, np.full(draws.shape[1], len(draws))]) / len(draws)
    return np.diff(within, axis=0, prepend=0).T


def as_band_probabilities(values: ArrayLike) -> NDArray[np.floating]:
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
        Probabilities of bands, best band first.
    loss : array_like, shape (B, B)
        What it costs to name the band of the row where that of the column is true.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Positions from 0; of bands that cost the same the better one.

    Examples
    --------
    >>> from openness.ranking import band_of_least_loss
    >>> loss = [[0, 5], [1, 0]]
    >>> band_of_least_loss([[0.6, 0.4], [0.9, 0.1]], loss).tolist()
    [1, 0]
    """
    probabilities = as_band_probabilities(probabilities)
    expected = probabilities @ as_loss(loss, probabilities.shape[1]).T
    nearly = expected.min(axis=1, keepdims=True) + _ROUNDING
    return (expected <= nearly).argmax(axis=1)


def as_loss(loss: ArrayLike, levels: int) -> NDArray[np.floating]:
    """Return what it costs to name one band where another is true, (B, B), or refuse it."""
    matrix = as_floats(loss, "loss")
    if matrix.shape != (levels, levels) or not np.isfinite(matrix).all():
        raise refuse(
            "loss",
            "shape" if matrix.shape != (levels, levels) else "values",
            str(matrix.shape) if matrix.shape != (levels, levels) else "not all finite",
            f"it must be ({levels}, {levels}), one row for each band that can be named, and finite",
        )
    return matrix


def narrowest_band_set(
    probabilities: ArrayLike, prob: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Fewest neighbouring bands that hold a unit with at least a given probability.

    Parameters
    ----------
    probabilities : array_like, shape (n, B)
        Probabilities of bands, best band first.
    prob : float
        Probability of the set, between 0 and 1.

    Returns
    -------
    best, worst : numpy.ndarray, shape (n,)
        First and last position of the set, from 0. Of sets of the same size it is the most
        probable, and of those the best.
    """
    probabilities, wanted = as_band_probabilities(probabilities), as_probability(prob)
    units, levels = probabilities.shape
    before = np.concatenate([np.zeros((units, 1)), probabilities.cumsum(axis=1)], axis=1)
    best, worst = np.zeros(units, np.intp), np.full(units, levels - 1)
    for width in range(levels - 1, 0, -1):
        held = before[:, width:] - before[:, :-width]
        enough = held.max(axis=1) >= wanted - _ROUNDING
        best[enough] = held[enough].argmax(axis=1)
        worst[enough] = best[enough] + width - 1
    return best, worst
