from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from openness.naive.comparison.agreement import agreement, discordance_under, rank_among_ranked

NAN = np.nan
MONTE_CARLO_FREE = 1e-12
"""Sums of the same few shares in another order."""


def test_two_rankings_by_hand() -> None:
    rank = pd.Series([1, 2, 3, 4, NAN], list("ABCDE"))
    reference = pd.Series([3, 2, 1, NAN, 4], list("ABCDE"))
    band = pd.Series(["top", "low", "low", "low", None], list("ABCDE"))
    reference_band = pd.Series(["low", "low", "top", None, "low"], list("ABCDE"))
    assert agreement(rank, band, reference, reference_band) == {
        "units": 3,
        "rank_correlation": pytest.approx(-1),
        "median_shift": 2,
        "largest_shift": 2,
        "moved_most": "A",
        "other_band": 2,
    }


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30))
def test_rank_correlation_is_spearmans(pairs: list[tuple[int, int]]) -> None:
    x, y = (pd.Series(values, dtype=float) for values in zip(*pairs, strict=True))
    bands = pd.Series(["one"] * len(x))
    found = agreement(x.rank(), bands, y.rank(), bands)["rank_correlation"]
    if x.min() == x.max() or y.min() == y.max():
        assert np.isnan(found)
    else:
        assert found == pytest.approx(spearmanr(x, y).statistic, abs=MONTE_CARLO_FREE)


def test_nobody_in_both_rankings() -> None:
    nobody = agreement(*(pd.Series([NAN, NAN]) for _ in range(4)))
    assert nobody["units"] == 0
    assert nobody["moved_most"] is None
    assert np.isnan(nobody["rank_correlation"])


def test_tau_is_the_mean_over_draws_of_kendalls() -> None:
    rng = np.random.default_rng(5)
    draws = rng.normal(size=(64, 9))
    rank = np.arange(9.0)[::-1] + 1
    discordance, concordance, tau = discordance_under(rank, draws, [np.arange(9)])
    # Without ties tau-a and tau-b are one.
    brute = np.mean([kendalltau(-rank, draw).statistic for draw in draws])
    assert tau.value == pytest.approx(brute, abs=MONTE_CARLO_FREE)
    assert discordance.value + concordance.value == pytest.approx(1, abs=MONTE_CARLO_FREE)
    assert 0 < tau.monte_carlo_error < 0.2


def test_only_pairs_of_one_league_that_are_placed_and_parted_count() -> None:
    """Of A, B, C in one league and D, E in another: C is not placed, D and E share a rank."""
    draws = np.tile([3.0, 2.0, 9.0, 1.0, 5.0], (16, 1))
    rank = np.array([2.0, 1.0, NAN, 1.5, 1.5])
    leagues = [np.array([0, 1, 2]), np.array([3, 4])]
    discordance, concordance, tau = discordance_under(rank, draws, leagues)
    # A and B the wrong way round is one of two pairs; D and E are not parted.
    assert (discordance.value, concordance.value, tau.value) == (0.5, 0.0, -0.5)


def test_no_pair_at_all() -> None:
    parts = discordance_under(np.array([1.0, NAN]), np.ones((16, 2)), [np.arange(2)])
    assert all(np.isnan(part.value) for part in parts)


def test_a_reference_is_ranked_among_those_that_are_placed() -> None:
    reference = pd.Series([1.0, 2, 3, 1, 2], list("ABCDE"))
    rank = pd.Series([2.0, NAN, 1, 1, NAN], list("ABCDE"))
    found = rank_among_ranked(reference, rank, [np.array([0, 1, 2]), np.array([3, 4])])
    assert found.dropna().to_dict() == {"A": 1, "C": 2, "D": 1}
