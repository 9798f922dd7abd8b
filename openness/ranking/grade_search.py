"""The search for the grading of least expected loss: dynamic programming, then one-unit moves.

A grading puts units into grades, 0 for the best. With pi_ij the probability that i is ahead of j,
its loss is the sum, over pairs with i graded better than j, of

    c_ij = 1 - (1 + lam) pi_ij .

Units of one grade cost nothing, so that a pair is worth parting if pi_ij > 1/(1 + lam).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openness.ranking.alike import Alike, class_of_each
from openness.ranking.compiled import njit
from openness.ranking.discordance import sum_apart

_GAIN = 1e-9
"""Less than this is rounding, and no gain of a move."""


@dataclass(frozen=True, eq=False)
class Grading:
    """Units in grades, and what it costs to grade them so.

    Attributes
    ----------
    grade : numpy.ndarray, shape (n,)
        From 0, the best, without gaps.
    loss : float
    """

    grade: NDArray[np.intp]
    loss: float

    @property
    def number(self) -> int:
        """How many grades there are."""
        return int(self.grade.max()) + 1


def pair_costs(pi: NDArray[np.float64], lam: float) -> NDArray[np.float64]:
    """Return what it costs to grade the unit of the row better, shape (n, n); 0 on the diagonal."""
    costs = -(1 + lam) * pi
    costs += 1
    np.fill_diagonal(costs, 0)
    return costs


def loss_of(grade: NDArray[np.intp], costs: NDArray[np.float64]) -> float:
    """Return the sum of costs over all pairs that are graded apart."""
    return float(sum_apart(grade, costs))


def copeland_order(pi: NDArray[np.float64]) -> NDArray[np.intp]:
    """Units by the number of others they are probably ahead of, then by the expected number.

    References
    ----------
    Copeland (1951). Where there is a Condorcet order, one in which everybody is probably ahead of
    all who come after, it is this.
    """
    wins = (pi > 0.5).sum(axis=1) + 0.5 * (pi == 0.5).sum(axis=1)
    return np.lexsort((-pi.sum(axis=1), -wins))


def orders_to_try(
    pi: NDArray[np.float64], mean: NDArray[np.float64] | None
) -> list[NDArray[np.intp]]:
    """Return orders of the units, best first: by Copeland, expected rank and posterior mean."""
    orders = [copeland_order(pi), np.argsort(-pi.sum(axis=1), kind="stable")]
    if mean is not None:
        orders.append(np.argsort(-mean, kind="stable"))
    different = {order.tobytes(): order for order in orders}
    return list(different.values())


def search(
    costs: NDArray[np.float64],
    orders: list[NDArray[np.intp]],
    n_grades: int | None = None,
    alike: Alike = (),
) -> Grading:
    """Return the best grading found from any of these orders of the units, best first.

    Units that are alike are never parted: a class is graded as one unit that costs what its members
    cost together.

    To these is added the order by the number of others that it would be worth to be graded above,
    minus the number that it would be worth to be below. With `n_grades` it has exactly so many.

    The grading is the best of its kind if every unit of the order is at least as likely as the next
    to be ahead of any third (strong stochastic transitivity), and otherwise usually so.
    """
    if alike:
        of_class = class_of_each(alike, len(costs))
        costs, orders = _of_classes(costs, orders, of_class)
        whole = search(costs, orders, n_grades)
        return Grading(whole.grade[of_class], whole.loss)
    worth = costs < 0
    net_worth = worth.sum(axis=1) - worth.sum(axis=0)
    orders = [*orders, np.argsort(-net_worth, kind="stable")]
    found = [
        _improved(cut_order(costs, order, n_grades), costs, order, n_grades) for order in orders
    ]
    return min(found, key=lambda grading: grading.loss)


def _of_classes(
    costs: NDArray[np.float64], orders: list[NDArray[np.intp]], of_class: NDArray[np.intp]
) -> tuple[NDArray[np.float64], list[NDArray[np.intp]]]:
    """Costs of pairs of classes, (C, C), and orders of classes by their first members."""
    number = int(of_class.max()) + 1
    rows = np.zeros((number, len(costs)))
    np.add.at(rows, of_class, costs)
    together = np.zeros((number, number))
    np.add.at(together, of_class, rows.T)
    together = together.T
    np.fill_diagonal(together, 0)
    first = [np.unique(of_class[order], return_index=True)[1] for order in orders]
    return np.ascontiguousarray(together), [np.argsort(at, kind="stable") for at in first]


def _improved(
    grading: Grading,
    costs: NDArray[np.float64],
    order: NDArray[np.intp],
    n_grades: int | None,
) -> Grading:
    """Alternate one-unit moves and new cuts of the order they lead to, until neither helps."""
    position = np.empty(len(order), dtype=np.intp)
    position[order] = np.arange(len(order))
    while True:
        moved = move_units(grading, costs, keep_number=n_grades is not None)
        if moved.loss > grading.loss - _GAIN:
            return grading
        cut = cut_order(costs, np.lexsort((position, moved.grade)), n_grades)
        grading = min(moved, cut, key=lambda candidate: candidate.loss)


def cut_order(
    costs: NDArray[np.float64], order: NDArray[np.intp], n_grades: int | None = None
) -> Grading:
    """Cut an order of the units, best first, where it costs least, by dynamic programming.

    The grading is the least costly of all that keep the order, with any number of grades or exactly
    `n_grades`, in O(n^2) operations (times `n_grades`, if that is given). Of equally good ones it
    has the longer first grades.
    """
    grade = np.empty(len(order), dtype=np.intp)
    grade[order] = _cut(costs, order, n_grades or 0)
    return Grading(grade, loss_of(grade, costs))


@njit(cache=True)
def _cut(costs, order, n_grades):  # type: ignore[no-untyped-def]
    """Grade of the units in this order, shape (n,), with n_grades grades or, if 0, any number."""
    units = len(order)
    # A grading saves what the pairs within its grades would have cost. saved[k, a] is the most
    # that can be saved from unit a on, with k grades, of which the first ends before stop[k, a];
    # with any number of grades there is one row, for which k stays 0.
    saved = np.full((n_grades + 1, units + 1), -np.inf)
    saved[0, units] = 0.0
    stop = np.zeros((n_grades + 1, units), dtype=np.intp)
    within = np.zeros(units + 1)
    for first in range(units - 1, -1, -1):
        # within[b] is the cost of all pairs among the units from `first` up to b, excluded.
        paid = 0.0
        for last in range(first + 1, units):
            paid += costs[order[first], order[last]]
            within[last + 1] += paid
        for own in range(min(n_grades, 1), n_grades + 1):
            rest = max(own - 1, 0)
            for last in range(first + 1, units + 1):
                total = within[last] + saved[rest, last]
                if total >= saved[own, first]:
                    saved[own, first], stop[own, first] = total, last
    grade = np.empty(units, dtype=np.intp)
    first, number = 0, 0
    while first < units:
        last = stop[max(n_grades - number, 0), first]
        grade[first:last] = number
        first, number = last, number + 1
    return grade


def move_units(
    grading: Grading, costs: NDArray[np.float64], *, keep_number: bool = False
) -> Grading:
    """Move one unit at a time, to another grade or one of its own, as long as that helps.

    Each step is the best move of any unit; no move of one unit makes what is returned better. With
    `keep_number` no new grade is made and none is left empty.
    """
    grade, rows = grading.grade.copy(), np.arange(len(grading.grade))
    members = np.zeros((len(rows), grading.number))
    members[rows, grade] = 1
    # What each unit pays the units of a grade if it stands above or below them.
    above, below = costs @ members, costs.T @ members
    while True:
        alone = _at_every_edge(above, below)
        # One of a grade stands above what comes after it and below what comes before it.
        joined = alone[:, 1:] - below
        now = joined[rows, grade][:, None]
        gain_joined, gain_alone = now - joined, now - alone
        if keep_number:
            gain_alone[:] = 0
            gain_joined[np.bincount(grade)[grade] == 1] = 0
        if max(gain_joined.max(), gain_alone.max()) < _GAIN:
            return Grading(grade, loss_of(grade, costs))
        if gain_joined.max() >= gain_alone.max():
            unit, target = np.unravel_index(int(gain_joined.argmax()), gain_joined.shape)
        else:
            unit, target = np.unravel_index(int(gain_alone.argmax()), gain_alone.shape)
            grade[grade >= target] += 1
            above, below = (np.insert(table, target, 0, axis=1) for table in (above, below))
        left = grade[unit]
        for table, paid in ((above, costs[:, unit]), (below, costs[unit])):
            table[:, left] -= paid
            table[:, target] += paid
        grade[unit] = target
        if not (grade == left).any():
            grade[grade > left] -= 1
            above, below = (np.delete(table, left, axis=1) for table in (above, below))


def _at_every_edge(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cost of each unit in a grade of its own before each grade, or after the last, (n, K + 1)."""
    edge = np.zeros((len(above), above.shape[1] + 1))
    edge[:, 1:] += below.cumsum(axis=1)
    edge[:, :-1] += above[:, ::-1].cumsum(axis=1)[:, ::-1]
    return edge
