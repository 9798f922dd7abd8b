import itertools

import numpy as np
import pytest

from openness.ranking.grade_search import (
    Grading,
    copeland_order,
    cut_order,
    loss_of,
    move_units,
    orders_to_try,
    pair_costs,
    search,
)

from .weak_orders import any_pairs, losses, normal_pairs, weak_orders

ROUNDING = 1e-9


def best_found(pi, lam, n_grades=None):
    return search(pair_costs(pi, lam), orders_to_try(pi, None), n_grades)


def test_there_are_as_many_weak_orders_as_fubini_counted():
    assert [len(weak_orders(units)) for units in (2, 3, 4, 5, 6)] == [3, 13, 75, 541, 4683]


@pytest.mark.parametrize("units", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("lam", [0.1, 0.25, 0.6, 1.0])
def test_equal_precision_is_graded_optimally_every_time(units, lam):
    rng = np.random.default_rng(units)
    for _ in range(20):
        pi = normal_pairs(units, rng)
        found = best_found(pi, lam)
        assert found.loss == pytest.approx(losses(pair_costs(pi, lam)).min(), abs=ROUNDING)
        assert found.loss == pytest.approx(loss_of(found.grade, pair_costs(pi, lam)))


@pytest.mark.parametrize("lam", [0.25, 0.5, 1.0])
def test_unequal_precision_is_graded_optimally_nearly_every_time(lam):
    """Of all weak orders: in at least 99 of 100 cases."""
    rng = np.random.default_rng(20)
    excess = []
    for _ in range(200):
        pi = normal_pairs(6, rng, spread=0.8)
        excess.append(best_found(pi, lam).loss - losses(pair_costs(pi, lam)).min())
    assert min(excess) > -ROUNDING
    assert np.mean(np.array(excess) > ROUNDING) <= 0.01


def test_moves_of_single_units_mend_what_the_cuts_of_orders_leave():
    """Of random cases of very unequal precision the moves, and new cuts after them, mend some."""
    rng = np.random.default_rng(27)
    gains = []
    for _ in range(20):
        pi = normal_pairs(60, rng, spread=1.5)
        costs = pair_costs(pi, 0.6)
        worth = costs < 0
        net_worth = np.argsort(worth.sum(axis=0) - worth.sum(axis=1), kind="stable")
        cuts = [cut_order(costs, order).loss for order in [*orders_to_try(pi, None), net_worth]]
        gains.append(min(cuts) - best_found(pi, 0.6).loss)
    assert min(gains) > -ROUNDING
    assert np.mean(np.array(gains) > ROUNDING) > 0.5


def test_pairs_that_keep_to_no_order_are_never_graded_better_than_possible():
    rng = np.random.default_rng(26)
    for _ in range(100):
        pi = any_pairs(6, rng)
        found = best_found(pi, 0.5)
        assert found.loss > losses(pair_costs(pi, 0.5)).min() - ROUNDING
        assert found.loss == pytest.approx(loss_of(found.grade, pair_costs(pi, 0.5)))


@pytest.mark.parametrize("n_grades", [1, 2, 3, 4, 5])
def test_a_number_of_grades_is_kept_to_and_used_best(n_grades):
    rng = np.random.default_rng(21)
    number = weak_orders(5).max(axis=1) + 1
    for _ in range(20):
        pi = normal_pairs(5, rng)
        found = best_found(pi, 0.4, n_grades)
        assert found.number == n_grades
        least = losses(pair_costs(pi, 0.4))[number == n_grades].min()
        assert found.loss == pytest.approx(least, abs=ROUNDING)


@pytest.mark.parametrize("n_grades", [None, 3])
def test_an_order_is_cut_as_exhaustion_cuts_it(n_grades):
    rng = np.random.default_rng(22)
    for _ in range(10):
        pi = any_pairs(7, rng)
        costs, order = pair_costs(pi, 0.4), rng.permutation(7)
        best = np.inf
        for cuts in itertools.product([0, 1], repeat=6):
            if n_grades is None or sum(cuts) == n_grades - 1:
                grade = np.empty(7, dtype=int)
                grade[order] = np.concatenate([[0], np.cumsum(cuts)])
                best = min(best, loss_of(grade, costs))
        assert cut_order(costs, order, n_grades).loss == pytest.approx(best, abs=ROUNDING)


@pytest.mark.parametrize("keep_number", [False, True])
def test_no_move_of_one_unit_is_left_that_helps(keep_number):
    rng = np.random.default_rng(23)
    for _ in range(30):
        pi = any_pairs(6, rng)
        costs = pair_costs(pi, 0.5)
        start = np.unique(rng.integers(0, 3, 6), return_inverse=True)[1]
        found = move_units(Grading(start, loss_of(start, costs)), costs, keep_number=keep_number)
        assert set(found.grade) == set(range(found.number))
        for unit, target in itertools.product(range(6), np.arange(-0.5, found.number + 0.5, 0.5)):
            moved = found.grade.astype(float)
            moved[unit] = target
            if keep_number and len(set(moved)) != found.number:
                continue
            if keep_number and set(moved) != set(found.grade.astype(float)):
                continue
            assert loss_of(moved, costs) > found.loss - 2 * ROUNDING


def test_grading_does_not_depend_on_the_order_of_the_units():
    rng = np.random.default_rng(24)
    pi = normal_pairs(40, rng, spread=0.5)
    shuffled = rng.permutation(40)
    found, other = best_found(pi, 0.25), best_found(pi[np.ix_(shuffled, shuffled)], 0.25)
    np.testing.assert_array_equal(found.grade[shuffled], other.grade)


def test_a_condorcet_order_is_copelands():
    pi = normal_pairs(30, np.random.default_rng(25))
    order = copeland_order(pi)
    ordered = pi[np.ix_(order, order)]
    assert (ordered[np.triu_indices(30, 1)] >= 0.5).all()
