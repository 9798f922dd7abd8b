"""Ranks, one set for each draw, and what summarises them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_draws

_CHUNK = 1 << 20
"""Numbers sorted at a time, so that temporary arrays stay small beside the draws."""


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
    places = np.broadcast_to(np.arange(1, units + 1, dtype=np.float32), draws.shape)
    # A run of equal scores starts where a score differs from the one before it.
    starts = np.ones((size, units), dtype=bool)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=starts[:, 1:])
    if not starts.all():
        first = np.flatnonzero(starts)
        length = np.diff(first, append=starts.size)
        middle = first % units + (length + 1) / 2
        places = np.repeat(middle, length).reshape(draws.shape).astype(np.float32)
    ranks = np.empty((size, units), dtype=np.float32)
    np.put_along_axis(ranks, order, places, axis=1)
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
        Ranks of the expected ranks, 1 to n; ties share the mean of their places.

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
