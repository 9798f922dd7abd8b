from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from openness.errors import InvalidInput
from openness.naive import goldstein_healy, overlap_rank


def test_equal_errors_have_the_published_multiplier() -> None:
    """1.39 in Goldstein and Healy (1995), section 2."""
    intervals = goldstein_healy([0, 1, 5], [1, 1, 1])
    assert round(intervals.multiplier, 2) == 1.39
    assert intervals.multiplier == pytest.approx(norm.ppf(0.975) / np.sqrt(2))


def test_the_multiplier_is_the_mean_over_pairs() -> None:
    s = [1, 2, 5]
    ratios = [np.sqrt(5) / 3, np.sqrt(26) / 6, np.sqrt(29) / 7]
    intervals = goldstein_healy([0, 1, 2], s)
    assert intervals.multiplier == pytest.approx(norm.ppf(0.975) * np.mean(ratios))
    half = intervals.table["upper"] - intervals.table["estimate"]
    np.testing.assert_allclose(half, intervals.multiplier * np.array(s))


@pytest.mark.parametrize("level", [0.05, 0.2])
def test_intervals_of_equal_units_part_at_the_level(level: float) -> None:
    """Among units that are all alike, with unequal errors, averaged over pairs and tables."""
    s = np.array([0.5, 0.8, 1.0, 1.3, 2.0])
    multiplier = goldstein_healy(np.zeros(5), s, level=level).multiplier
    theta = np.random.default_rng(1995).normal(0, s, size=(50_000, 5))
    first, second = np.triu_indices(5, 1)
    apart = np.abs(theta[:, first] - theta[:, second]) > multiplier * (s[first] + s[second])
    # The multiplier averages ratios and not levels, which moves the mean level by less than 0.005;
    # the Monte Carlo error is below 0.001.
    assert apart.mean() == pytest.approx(level, abs=0.006)


def test_who_overlaps_and_who_is_behind() -> None:
    """Half widths 1.386: the ends are at -1.4..1.4, 0.6..3.4, 2.6..5.4 and 8.6..11.4."""
    estimate = pd.Series([0, 2, 4, 10], [*"ABCD"])
    se = pd.Series([1, 1, 1, 1], [*"ABCD"])
    overlap = goldstein_healy(estimate, se).overlap
    assert overlap.index.tolist() == overlap.columns.tolist() == [*"ABCD"]
    assert overlap.to_numpy().astype(int).tolist() == [
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [0, 1, 1, 0],
        [0, 0, 0, 1],
    ]
    assert overlap_rank(estimate, se).to_dict() == {"A": 3, "B": 2, "C": 2, "D": 1}


def test_ranks_by_overlap_count_one_by_one() -> None:
    rng = np.random.default_rng(4)
    estimate, se = rng.normal(size=60), rng.uniform(0.1, 0.6, size=60)
    table = goldstein_healy(estimate, se).table
    counted = [1 + sum(table["lower"][j] > table["upper"][i] for j in range(60)) for i in range(60)]
    ranks = overlap_rank(estimate, se)
    assert ranks.tolist() == counted
    assert (ranks <= pd.Series(estimate).rank(ascending=False)).all()


def test_ends_that_touch_overlap() -> None:
    z = norm.ppf(0.975) / np.sqrt(2)
    assert overlap_rank([0.0, 2 * z], [1, 1]).tolist() == [1, 1]
    assert goldstein_healy([0.0, 2 * z], [1, 1]).overlap.all(axis=None)


def test_wide_intervals_make_everybody_first() -> None:
    assert overlap_rank([0, 1, 2], [10, 10, 10]).tolist() == [1, 1, 1]


def test_pairs_apart_are_those_that_do_not_overlap() -> None:
    rng = np.random.default_rng(5)
    intervals = goldstein_healy(rng.normal(size=50).round(1), rng.uniform(0.1, 0.6, size=50))
    assert intervals.apart == (~intervals.overlap).to_numpy().sum() // 2
    assert intervals.apart > 0


@pytest.mark.parametrize("scale", [1e-310, 1.7e308])
def test_the_multiplier_has_no_scale(scale: float) -> None:
    plain = goldstein_healy([0, 1, 2], np.array([0.2, 0.5, 1])).multiplier
    scaled = goldstein_healy([0, 1, 2], np.array([0.2, 0.5, 1]) * scale).multiplier
    assert scaled == pytest.approx(plain, rel=1e-6)  # so many digits are left of 1e-310


def test_thousands_of_units_take_no_table_of_pairs() -> None:
    """4.5 million pairs of 8 bytes are 36 MB a column."""
    tracemalloc.start()
    ranks = overlap_rank(np.arange(3000.0), np.linspace(1, 2, 3000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ranks.max() > 2900
    assert peak < 10e6


@pytest.mark.parametrize(
    ("estimate", "se", "level", "words"),
    [
        ([1], [1], 0.05, "at least 2 units"),
        ([1, 2], [1], 0.05, "estimate has 2 units"),
        ([1, 2], [1, 0], 0.05, "unit 1: 0; a finite number above 0"),
        ([1, np.nan], [1, 1], 0.05, "unit 1: nan; a finite number"),
        ([1, 2], [1, 1], 5, "a probability between 0 and 1"),
        ([1, 2], [1, 1], "5%", "a probability between 0 and 1"),
        (["x", "y"], [1, 1], 0.05, "a column of numbers"),
    ],
)
def test_what_is_refused(estimate, se, level, words) -> None:
    for method in (goldstein_healy, overlap_rank):
        with pytest.raises(InvalidInput, match=words):
            method(estimate, se, level=level)
