"""How much less any grading could cost: a lower bound, from a linear programme over weak orders.

A grading is a weak order of the units. With x_ij = 1 if i is graded better than j, every weak order
meets

    x_ij + x_ji <= 1,    x_ij <= x_ik + x_kj    for all k,    0 <= x <= 1,

so that the least of sum c_ij x_ij under these rows is a lower bound of every grading's loss. Any
multipliers y >= 0 of the rows bound it in turn (weak duality): with the reduced costs r = c + A'y,
no grading costs less than sum min(0, r_ij) less the multipliers of the first kind of row.

The multipliers are found by ascent, one row at a time, for the programme with (eps/2) x'x added,
whose solution is x = -r/eps, kept within 0 and 1; eps is then made smaller. There are n^3 rows and
three numbers in each, so that no row is ever written down. This is Hildreth's method; Veldt,
Gleich, Wirth and Saunderson use it for correlation clustering, which has rows of the same kind.

References
----------
Hildreth (1957), "A quadratic programming procedure", Naval Research Logistics Quarterly 4(1).
Veldt, Gleich, Wirth and Saunderson (2019), "Metric-constrained optimization for graph clustering
algorithms", SIAM Journal on Mathematics of Data Science 1(2).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openness.ranking.compiled import njit

CLOSED = 1e-6
"""A gap of this share of the loss counts as none."""

_FIRST_EPS, _LAST_EPS = 0.1, 1e-5
_SHRINK = 0.5
_SWEEPS = 10
"""Passes over all rows between two looks at the bound."""

_WORTH_WHILE = 0.05
"""eps is made smaller when the last passes closed less than this share of the gap."""


@dataclass(frozen=True, eq=False)
class Bound:
    """What the linear programme says of all gradings.

    Attributes
    ----------
    value : float
        No grading's loss is lower.
    order : numpy.ndarray, shape (n,)
        Units by how far they are above others in the programme's solution, best first.
    """

    value: float
    order: NDArray[np.intp]


def lower_bound(
    pi: NDArray[np.float64], costs: NDArray[np.float64], loss: float, time_limit: float
) -> Bound:
    """Return a loss that no grading can be below, and an order in which to look for better ones.

    Of probabilities of superiority and costs (`grade_search.pair_costs`), both (n, n). There is no
    use in a bound above `loss`, that of the best grading known. The bound holds whenever the search
    for it ends, and is close to the value of the linear programme if it ends before `time_limit`
    seconds have passed. 4 n^3 bytes of memory are needed.
    """
    started = time.monotonic()
    units = len(pi)
    fixed = dominated(pi).T | np.eye(units, dtype=bool)
    free_costs = np.where(fixed, np.inf, costs)
    triangle = np.zeros((units, units, units), dtype=np.float32)
    pair = np.zeros((units, units))
    best, before, eps = -np.inf, -np.inf, _FIRST_EPS
    reduced = free_costs.copy()
    while True:
        for _ in range(_SWEEPS):
            _sweep(reduced, triangle, pair, 1 / eps)
            if time.monotonic() - started > time_limit:
                break
        # Afresh from the multipliers, because a bound must not rest on accumulated rounding.
        reduced = _reduce_costs(free_costs, triangle, pair)
        bound = float(np.minimum(reduced, 0).sum() - pair.sum())
        best = max(best, bound)
        closed = loss - best <= CLOSED * max(1, abs(loss))
        if closed or time.monotonic() - started > time_limit or eps < _LAST_EPS:
            solution = np.clip(-reduced / eps, 0, 1)
            above = solution.sum(axis=1) - solution.sum(axis=0)
            return Bound(min(best, loss), np.argsort(-above, kind="stable"))
        if bound - before < _WORTH_WHILE * (loss - bound):
            eps *= _SHRINK
        before = bound


def dominated(pi: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Pairs (n, n) of which the unit of the row need never be graded worse than that of the column.

    i dominates j if pi_ij >= 1/2 and pi_ik >= pi_jk for every other k. If i is graded worse than j
    nevertheless, exchange them: each k then costs as much or less, and so does the pair. Of two
    that dominate each other only the first is said to. pi has one half on its diagonal.
    """
    units = len(pi)
    result = np.empty((units, units), dtype=bool)
    for i in range(units):
        as_good = pi[i] >= pi
        as_good[:, i] = True
        result[i] = as_good.all(axis=1)
    np.fill_diagonal(result, False)
    return result & ~(result.T & np.tri(units, dtype=bool))


@njit(cache=True)
def _sweep(reduced, triangle, pair, sharpness):  # type: ignore[no-untyped-def]
    """Change the multiplier of every row once, to where the dual value is highest or near it.

    The dual value changes by the excess of the row times the step, less half the number of its
    terms times sharpness (1/eps) times the step's square, or by more. What is fixed at 0 has
    infinite reduced cost.
    """
    units = len(reduced)
    for i in range(units):
        for j in range(i):
            excess = _solved(reduced[i, j], sharpness) + _solved(reduced[j, i], sharpness) - 1.0
            step = max(-pair[i, j], excess / (2.0 * sharpness))
            if step != 0.0:
                pair[i, j] += step
                reduced[i, j] += step
                reduced[j, i] += step
    third = 1.0 / (3.0 * sharpness)
    for i in range(units):
        for k in range(units):
            for j in range(units):
                x = _solved(reduced[i, j], sharpness)
                now = triangle[i, k, j]
                if x == 0.0 and now == 0.0:
                    continue
                around = _solved(reduced[i, k], sharpness) + _solved(reduced[k, j], sharpness)
                step = max(-now, (x - around) * third)
                if step != 0.0:
                    triangle[i, k, j] = now + step
                    reduced[i, j] += step
                    reduced[i, k] -= step
                    reduced[k, j] -= step


@njit(inline="always")
def _solved(reduced_cost, sharpness):  # type: ignore[no-untyped-def]
    return min(1.0, max(0.0, -reduced_cost * sharpness))


@njit(cache=True)
def _reduce_costs(costs, triangle, pair):  # type: ignore[no-untyped-def]
    """Costs plus the multipliers of the rows they are in, shape (n, n)."""
    units = len(costs)
    reduced = costs.copy()
    for i in range(units):
        for j in range(i):
            reduced[i, j] += pair[i, j]
            reduced[j, i] += pair[i, j]
    for i in range(units):
        for k in range(units):
            for j in range(units):
                y = triangle[i, k, j]
                if y != 0.0:
                    reduced[i, j] += y
                    reduced[i, k] -= y
                    reduced[k, j] -= y
    return reduced
