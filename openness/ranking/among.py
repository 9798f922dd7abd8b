"""The rank that one unit would have with another score, and weighted summaries of ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_draws, as_probability, refuse
from openness.ranking.compiled import njit

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
        found = f"{own.shape} beside {others.shape}"
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
    places = np.searchsorted(up_to, [0.5 - _ROUNDING, beyond, 1 - beyond])
    median, lower, upper = (float(best + place) / 2 for place in places)
    return median, lower, upper
