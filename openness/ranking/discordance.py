"""How much of a grading is wrong: pairs graded apart whose order is the other way round.

References
----------
Kline, Rose and Walters (2024), "A discrimination report card", American Economic Review 114(8):
discordance and concordance proportions, whose difference is Kendall's tau between the grades and
the true ranks.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


def expected_discordance(
    grade: NDArray[np.integer], pi: NDArray[np.float64]
) -> tuple[float, float]:
    """Share of all pairs that are graded apart and wrongly, and that are so and rightly.

    Parameters
    ----------
    grade : numpy.ndarray, shape (n,)
        Lowest for the best.
    pi : numpy.ndarray, shape (n, n)
        Probabilities of superiority.

    Returns
    -------
    discordance, concordance : float
        Posterior means, of the N = n(n - 1)/2 pairs.
    """
    units = len(grade)
    better = grade[:, None] < grade
    right = float(np.einsum("ij,ij->", pi, better))
    pairs = units * (units - 1) / 2
    return (int(better.sum()) - right) / pairs, right / pairs


def discordance_of_draws(
    grade: NDArray[np.integer], draws: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Discordance and concordance of one grading in each draw.

    Parameters
    ----------
    grade : numpy.ndarray, shape (n,)
        From 0, the best.
    draws : numpy.ndarray, shape (S, n)
        Larger is better.

    Returns
    -------
    numpy.ndarray, shape (S, 2)
        Shares of the pairs, half of each tie counting either way. Their means over the draws are
        those of `expected_discordance`.
    """
    size, units = draws.shape
    counts = np.zeros((size, 2))
    for row, result in zip(draws, counts, strict=True):
        worst_first = np.argsort(row)
        _count_orders(row[worst_first], grade[worst_first], int(grade.max()) + 1, result)
    return counts / (units * (units - 1) / 2)


@njit(cache=True)
def _count_orders(score, grade, number, result):  # type: ignore[no-untyped-def]
    """Add discordant and concordant pairs of one draw, given scores that rise and their grades."""
    units = len(score)
    passed = np.zeros(number, dtype=np.int64)
    start = 0
    while start < units:
        stop = start + 1
        while stop < units and score[stop] == score[start]:
            stop += 1
        for unit in range(start, stop):
            # Who has been passed scores lower: it should have the worse, higher grade.
            result[0] += passed[: grade[unit]].sum()
            result[1] += passed[grade[unit] + 1 :].sum()
            for other in range(start, unit):
                if grade[other] != grade[unit]:
                    result[0] += 0.5
                    result[1] += 0.5
        for unit in range(start, stop):
            passed[grade[unit]] += 1
        start = stop
