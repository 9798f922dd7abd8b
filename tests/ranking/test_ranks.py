import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from openness.errors import InvalidInput
from openness.ranking import equal_tailed
from openness.ranking import ranks as module
from openness.ranking.ranks import (
    expected_rank,
    median_rank,
    optimal_rank,
    percentile,
    rank_among,
    rank_draws,
    tied_draws,
    weighted_interval,
)

SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)
TIED_DRAWS = hnp.arrays(float, SHAPES, elements=st.integers(-3, 3).map(float))
ANY_DRAWS = hnp.arrays(float, SHAPES, elements=st.floats(-1e9, 1e9))


@given(draws=TIED_DRAWS | ANY_DRAWS)
def test_ranks_are_those_of_the_slow_textbook_routine(draws):
    expected = [stats.rankdata(-row, method="average") for row in draws]
    np.testing.assert_array_equal(rank_draws(draws), expected)


def test_ranks_do_not_depend_on_the_chunks(monkeypatch):
    draws = np.random.default_rng(1).integers(0, 20, size=(50, 7)).astype(float)
    whole = rank_draws(draws)
    monkeypatch.setattr(module, "_CHUNK", 21)
    np.testing.assert_array_equal(rank_draws(draws), whole)


def test_larger_is_better():
    assert rank_draws([[0.1, 3.0, -2.0]]).tolist() == [[2, 1, 3]]


@given(draws=TIED_DRAWS)
def test_expected_rank_is_one_and_a_half_ties_more_than_the_units_ahead(draws):
    ahead = (draws[:, None, :] > draws[:, :, None]).sum(axis=2)
    level = (draws[:, None, :] == draws[:, :, None]).sum(axis=2) - 1
    np.testing.assert_allclose(
        expected_rank(rank_draws(draws)), (1 + ahead + level / 2).mean(axis=0), rtol=1e-12
    )


def test_median_rank_is_attained_and_leaves_half_of_the_draws_on_its_side():
    draws = np.random.default_rng(2).normal(size=(40, 6))
    ranks = rank_draws(draws)
    median = median_rank(ranks)
    for unit in range(6):
        column = np.sort(ranks[:, unit])
        assert median[unit] == column[19]
        assert (column <= median[unit]).mean() >= 0.5
        assert (column < median[unit]).mean() < 0.5


@pytest.mark.parametrize(
    ("draws", "words"),
    [
        ([1.0, 2.0], r"draws: shape: \(2,\)"),
        (np.empty((0, 3)), r"draws: shape: \(0, 3\)"),
        ([["a", "b"]], "must hold real numbers"),
        ([[1.0, 2.0], [3.0, np.nan]], "draw 1, unit 1: nan; every draw must be a finite number"),
        ([[np.inf, 2.0]], "draw 0, unit 0: inf"),
    ],
)
def test_what_is_not_draws_is_refused(draws, words):
    with pytest.raises(InvalidInput, match=words):
        rank_draws(draws)


def test_finite_draws_whose_sum_overflows_are_accepted():
    assert rank_draws([[1.7e308, 0.0], [1.7e308, 0.0]]).tolist() == [[1, 2], [1, 2]]


@given(draws=TIED_DRAWS)
def test_optimal_ranks_lose_least_among_all_orders(draws):
    ranks = rank_draws(draws)[:, :6]
    found = optimal_rank(ranks)
    loss = ((found - ranks) ** 2).sum()
    for order in itertools.permutations(range(1, ranks.shape[1] + 1)):
        # Shared places lose no more than any way to break the tie.
        assert loss <= ((np.array(order) - ranks) ** 2).sum() + 1e-4 * len(ranks)


def test_percentiles_are_those_of_the_expected_rank():
    ranks = np.array([[1.0, 2, 3], [1, 3, 2]])
    np.testing.assert_allclose(percentile(ranks), [75, 37.5, 37.5])


def test_draws_with_ties_are_found():
    ranks = rank_draws([[1.0, 2, 3], [1, 1, 3], [5, 5, 5]])
    assert tied_draws(ranks).tolist() == [False, True, True]


@settings(deadline=None)
@given(
    st.integers(1, 30),
    st.integers(1, 12),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_the_rank_is_that_among_all(size: int, units: int, ties: bool, seed: int) -> None:
    draws = np.random.default_rng(seed).normal(size=(size, units))
    if ties:
        draws = np.rint(draws)
    expected = rank_draws(draws)
    for unit in range(units):
        others = np.sort(np.delete(draws, unit, axis=1), axis=1)
        assert np.array_equal(rank_among(others, draws[:, unit]), expected[:, unit])
        own, everybody = draws[:, unit], np.sort(draws, axis=1)
        assert np.array_equal(rank_among(everybody, own, without=own), expected[:, unit])
        moved = rank_among(everybody, own + 1, without=own)
        assert np.array_equal(moved, rank_among(others, own + 1))


@given(st.integers(1, 200), st.sampled_from([0.5, 0.8, 0.9, 0.95]), st.integers(0, 2**32 - 1))
def test_equal_weights_give_the_plain_interval(size: int, prob: float, seed: int) -> None:
    ranks = np.random.default_rng(seed).integers(2, 40, size=(size, 1)) / 2
    lower, upper = equal_tailed(ranks, prob)
    expected = (median_rank(ranks)[0], lower[0], upper[0])
    assert weighted_interval(ranks[:, 0], None, prob) == expected
    assert weighted_interval(ranks[:, 0], np.full(size, 0.3), prob) == expected


@given(st.integers(0, 2**32 - 1))
def test_a_whole_weight_is_so_many_draws(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ranks, times = rng.integers(1, 20, size=60).astype(float), rng.integers(0, 4, size=60)
    times[0] = 1
    repeated = np.repeat(ranks, times)
    assert weighted_interval(ranks, times, 0.9) == weighted_interval(repeated, None, 0.9)


def test_draws_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(InvalidInput, match="each draw"):
        rank_among(np.zeros((3, 2)), np.zeros(2))
