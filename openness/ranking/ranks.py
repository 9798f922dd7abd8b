"""Ranks within each draw, of all units or of one among others, and their summaries."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_draws, as_probability, refuse
from openness.ranking.compiled import njit

_CHUNK = 1 << 20
"""Numbers sorted at a time, so that temporary arrays stay small compared with the draws."""


def rank_draws(draws: ArrayLike) -> NDArray[np.float32]:
    """Rank the units within each draw.

    Parameters
    ----------
    draws : array_like, shape (S, n)
        Draws of the units' scores; larger is better.

    Returns
    -------
    numpy.ndarray, shape (S, n)
        1 for the best unit of a draw, n for the worst; ties share the mean of their ranks. Single
        precision holds every half-integer below eight million exactly.

    Raises
    ------
    InvalidInput
        If `draws` are not two-dimensional finite numbers.

    References
    ----------
    Laird and Louis (1989), "Empirical Bayes ranking methods", Journal of Educational Statistics
    14(1): R_i = sum over j of 1(theta_j >= theta_i).

    Examples
    --------
    >>> from openness.ranking import rank_draws
    >>> rank_draws([[0.3, 0.1, 0.2], [0.5, 0.5, 0.1]]).tolist()
    [[1.0, 3.0, 2.0], [1.5, 1.5, 3.0]]
    """
    draws = as_draws(draws)
    size, units = draws.shape
    ranks = np.empty((size, units), dtype=np.float32)
    rows = max(1, _CHUNK // units)
    for start in range(0, size, rows):
        part = slice(start, start + rows)
        ranks[part] = _ranks_of_rows(draws[part])
    return ranks


def _ranks_of_rows(draws: NDArray[np.floating]) -> NDArray[np.float32]:
    size, units = draws.shape
    order = np.argsort(draws, axis=1)[:, ::-1]
    ordered = np.take_along_axis(draws, order, axis=1)
    in_order = np.broadcast_to(np.arange(1, units + 1, dtype=np.float32), draws.shape)
    # A run of equal scores starts where a score differs from the one before it.
    starts = np.ones((size, units), dtype=bool)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=starts[:, 1:])
    if not starts.all():
        first = np.flatnonzero(starts)
        length = np.diff(first, append=starts.size)
        middle = first % units + (length + 1) / 2
        in_order = np.repeat(middle, length).reshape(draws.shape).astype(np.float32)
    ranks = np.empty((size, units), dtype=np.float32)
    np.put_along_axis(ranks, order, in_order, axis=1)
    return ranks


def tied_draws(ranks: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which draws have ties, shape (S,), given ranks of shape (S, n) from `rank_draws`."""
    units = ranks.shape[1]
    # Ties pull ranks together, so the squares of 1 to n have the largest sum.
    untied = units * (units + 1) * (2 * units + 1) / 6
    return np.einsum("sn,sn->s", ranks, ranks, dtype=np.float64) < untied - 0.25


def expected_rank(ranks: ArrayLike) -> NDArray[np.float64]:
    """Posterior mean of each unit's rank.

    Parameters
    ----------
    ranks : array_like, shape (S, n)
        Ranks from `rank_draws`.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Expected ranks. They are the optimal estimates under squared error (Lin, Louis, Paddock and
        Ridgeway 2006, "Loss function based ranking in two-stage, hierarchical models", Bayesian
        Analysis 1(4)), lie nearer to the middle than 1 to n does, and sum to n(n + 1)/2.

    Examples
    --------
    >>> from openness.ranking import expected_rank
    >>> expected_rank([[1, 2, 3], [2, 1, 3], [1, 2, 3]]).round(2).tolist()
    [1.33, 1.67, 3.0]
    """
    return as_draws(ranks, "ranks").mean(axis=0, dtype=np.float64)


def median_rank(ranks: ArrayLike) -> NDArray[np.float64]:
    """Posterior median of each unit's rank: the best rank that half of the draws reach.

    Parameters
    ----------
    ranks : array_like, shape (S, n)
        Ranks from `rank_draws`.

    Returns
    -------
    numpy.ndarray, shape (n,)
        A rank that was attained, so that an even number of draws makes no half-rank.

    Examples
    --------
    >>> from openness.ranking import median_rank
    >>> median_rank([[1, 2, 3], [2, 1, 3], [1, 2, 3]]).tolist()
    [1.0, 2.0, 3.0]
    """
    ranks = as_draws(ranks, "ranks")
    middle = (ranks.shape[0] - 1) // 2
    columns = np.ascontiguousarray(ranks.T)
    columns.partition(middle, axis=1)
    return columns[:, middle].astype(np.float64)


def optimal_rank(ranks: ArrayLike) -> NDArray[np.float64]:
    """Return the ranks that are nearest to the true ones under squared-error loss.

    Parameters
    ----------
    ranks : array_like, shape (S, n)
        Ranks from `rank_draws`.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Ranks of the expected ranks, 1 to n; ties share the mean of their ranks.

    References
    ----------
    Lin, Louis, Paddock and Ridgeway (2006), Bayesian Analysis 1(4), section 3.

    Examples
    --------
    >>> from openness.ranking import optimal_rank
    >>> optimal_rank([[1, 2, 3], [2, 1, 3], [1, 2, 3]]).tolist()
    [1.0, 2.0, 3.0]
    """
    return rank_draws(-expected_rank(ranks)[None])[0].astype(np.float64)


def percentile(ranks: ArrayLike) -> NDArray[np.float64]:
    """Posterior mean of each unit's percentile, 100 (n + 1 - R)/(n + 1).

    Parameters
    ----------
    ranks : array_like, shape (S, n)
        Ranks R from `rank_draws`.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Between 0 and 100, both excluded; larger is better.

    References
    ----------
    Lin, Louis, Paddock and Ridgeway (2006), section 2, with rank 1 for the best.

    Examples
    --------
    >>> from openness.ranking import percentile
    >>> percentile([[1, 2, 3], [2, 1, 3], [1, 2, 3]]).round(1).tolist()
    [66.7, 58.3, 25.0]
    """
    ranks = as_draws(ranks, "ranks")
    units = ranks.shape[1]
    return 100 * (units + 1 - expected_rank(ranks)) / (units + 1)


_ROUNDING = 1e-9
"""Slack for sums of weights, as in the unweighted interval."""


def rank_among(
    ordered: ArrayLike, score: ArrayLike, without: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Rank one unit within each draw among others whose scores are sorted.

    Parameters
    ----------
    ordered : array_like, shape (S, n)
        Scores of the others, ascending within each draw.
    score : array_like, shape (S,)
        Scores of the unit.
    without : array_like, shape (S,), optional
        A score of each draw in `ordered` that does not count: the unit's own as it stands, where
        the others were sorted with it.

    Returns
    -------
    numpy.ndarray, shape (S,)
        1 if it is ahead of all others, last if behind; ties share the mean of their ranks. It is
        the rank that `rank_draws` gives among all of them, in O(log n) a draw.
    """
    others = np.asarray(ordered)
    own = np.asarray(score, dtype=others.dtype)
    removed = own[:0] if without is None else np.asarray(without, dtype=others.dtype)
    if others.ndim != 2 or own.shape != others.shape[:1] or removed.shape not in {(0,), own.shape}:
        found = f"{own.shape} for others of {others.shape}"
        raise refuse("score", "shape", found, "it must hold one score for each draw of the others")
    return _rank_among(others, own, removed)


@njit(cache=True)
def _rank_among(ordered, score, removed):  # type: ignore[no-untyped-def]
    draws, n = ordered.shape
    ranks = np.empty(draws)
    for s in range(draws):
        below, beyond = 0, n
        while below < beyond:
            middle = (below + beyond) // 2
            if ordered[s, middle] < score[s]:
                below = middle + 1
            else:
                beyond = middle
        up_to = below
        while up_to < n and ordered[s, up_to] == score[s]:
            up_to += 1
        better, equal = n - up_to, up_to - below
        if removed.size:
            better -= removed[s] > score[s]
            equal -= removed[s] == score[s]
        ranks[s] = 1 + better + 0.5 * equal
    return ranks


def weighted_interval(
    ranks: ArrayLike, weights: ArrayLike | None, prob: float
) -> tuple[float, float, float]:
    """Median and equal-tailed interval of one unit's rank over weighted draws.

    Parameters
    ----------
    ranks : array_like, shape (S,)
        Ranks or half-ranks.
    weights : array_like, shape (S,), optional
        Not negative, of any sum; equal ones if not given.
    prob : float
        Probability of the interval, between 0 and 1.

    Returns
    -------
    median, lower, upper : float
        Ranks that were drawn: the best rank that half of the weight reaches, and the innermost
        ranks beyond either of which lies at most (1 - prob)/2 of it. Equal weights give the results
        of `median_rank` and `equal_tailed`.
    """
    prob = as_probability(prob)
    doubled = np.rint(2 * as_draws(np.reshape(ranks, (-1, 1)), "ranks")[:, 0]).astype(np.intp)
    best = doubled.min()
    share = np.bincount(
        doubled - best, None if weights is None else np.asarray(weights, dtype=float)
    )
    up_to = np.cumsum(share / share.sum())
    beyond = (1 - prob) / 2 + _ROUNDING
    # The worst rank with more than `beyond` from it on: less than the rest lies before it.
    at = np.searchsorted(up_to, [0.5 - _ROUNDING, beyond, 1 - beyond])
    median, lower, upper = (float(best + step) / 2 for step in at)
    return median, lower, upper
