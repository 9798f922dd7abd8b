"""One unit among the others, held to the functions that rank all of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness.errors import InvalidInput
from openness.ranking import equal_tailed, median_rank, rank_draws
from openness.ranking.among import rank_among, weighted_interval


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
