"""How much of a grading is wrong: pairs graded apart whose order is the other way round.

References
----------
Kline, Rose and Walters (2024), "A discrimination report card", American Economic Review 114(8):
discordance and concordance proportions, whose difference is Kendall's tau between the grades and
the true ranks.
Fenwick (1994), "A new data structure for cumulative frequency tables", Software: Practice and
Experience 24(3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openness.ranking.arguments import refuse
from openness.ranking.compiled import njit


def expected_discordance(
    grade: NDArray[np.integer], pi: NDArray[np.float64]
) -> tuple[float, float]:
    """Share of all pairs that are graded apart and wrongly, and that are so and rightly.

    Posterior means over the n(n - 1)/2 pairs, of grades (n,), lowest for the best, and
    probabilities of superiority (n, n).
    """
    units = len(grade)
    right = sum_apart(grade, pi)
    pairs = units * (units - 1) / 2
    apart = pairs - sum(size * (size - 1) / 2 for size in np.bincount(grade).tolist())
    return (apart - right) / pairs, right / pairs


@njit(cache=True)
def sum_apart(grade, table):  # type: ignore[no-untyped-def]
    """Sum of a table (n, n) over the pairs of which the unit of the row is graded better."""
    total = 0.0
    for i in range(len(grade)):
        row = 0.0
        for j in range(len(grade)):
            row += table[i, j] * (grade[i] < grade[j])
        total += row
    return total


def discordance_of_draws(
    grade: NDArray[np.integer], ranks: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Discordance and concordance of one grading in each draw, shares of the pairs, shape (S, 2).

    Of grades (n,), from 0 for the best, and ranks (S, n) from `rank_draws`; half of each tie counts
    either way. The means over the draws are those of `expected_discordance`. What are no ranks is
    refused, because the compiled loops take them for positions.
    """
    units = ranks.shape[1]
    if not (ranks.min() >= 1 and ranks.max() <= units):
        found = f"values from {ranks.min():g} to {ranks.max():g}"
        raise refuse("ranks", "values", found, f"ranks of {units} units, from `rank_draws`")
    return np.asarray(_count_orders(ranks, grade)) / (units * (units - 1) / 2)


@njit(cache=True)
def _count_orders(ranks, grade):  # type: ignore[no-untyped-def]
    """Discordant and concordant pairs of each draw, shape (S, 2)."""
    size, units = ranks.shape
    number = grade.max() + 1
    counts = np.zeros((size, 2))
    passed = np.empty(number + 1, dtype=np.int64)
    level = np.zeros(number, dtype=np.int64)
    for s in range(size):
        order = _best_first(ranks[s])
        passed[:] = 0
        start = 0
        while start < units:
            stop = start + 1
            while stop < units and ranks[s, order[stop]] == ranks[s, order[start]]:
                stop += 1
            apart = 0
            for position in range(start, stop):
                own = grade[order[position]]
                # Who has been passed is ahead: it should have the better, lower grade.
                lower, up_to = _number_below(passed, own), _number_below(passed, own + 1)
                counts[s, 0] += start - up_to
                counts[s, 1] += lower
                apart += position - start - level[own]
                level[own] += 1
            counts[s] += apart / 2
            for position in range(start, stop):
                own = grade[order[position]]
                _add(passed, own)
                level[own] = 0
            start = stop
    return counts


@njit(cache=True)
def _best_first(ranks):  # type: ignore[no-untyped-def]
    """Units by rank, shape (n,), sorted by counting, because twice a rank is whole."""
    units = len(ranks)
    start = np.zeros(2 * units + 2, dtype=np.int64)
    for rank in ranks:
        start[int(2 * rank) + 1] += 1
    start = start.cumsum()
    order = np.empty(units, dtype=np.int64)
    for unit in range(units):
        doubled = int(2 * ranks[unit])
        order[start[doubled]] = unit
        start[doubled] += 1
    return order


@njit(inline="always")
def _number_below(tree, grade):  # type: ignore[no-untyped-def]
    """How many have been added with a better grade (Fenwick 1994)."""
    total = 0
    while grade > 0:
        total += tree[grade]
        grade -= grade & -grade
    return total


@njit(inline="always")
def _add(tree, grade):  # type: ignore[no-untyped-def]
    """Count one more of this grade."""
    grade += 1
    while grade < len(tree):
        tree[grade] += 1
        grade += grade & -grade
