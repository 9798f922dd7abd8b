import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from openness.errors import InvalidInput
from openness.ranking import Posterior, band_limits, bands
from openness.ranking.banding import (
    band_of_least_loss,
    limits_among,
    narrowest_band_set,
    rank_band_probabilities,
    score_band_probabilities,
)
from openness.ranking.ranks import rank_draws

DRAWS = hnp.arrays(
    float,
    st.tuples(st.integers(1, 6), st.integers(2, 5)),
    elements=st.integers(-2, 2).map(float),
)


def of_counts(draws, counts):
    ranks = rank_draws(draws)
    return rank_band_probabilities(ranks, limits_among(ranks.shape[1], counts=counts))


def slow_band_probabilities(draws, counts):
    """Average over every way to break the ties of every draw."""
    size, units = draws.shape
    result = np.zeros((units, len(counts)))
    band_of_place = np.repeat(np.arange(len(counts)), counts)
    for row in draws:
        orders = [
            order
            for order in itertools.permutations(range(units))
            if all(row[i] >= row[j] for i, j in itertools.pairwise(order))
        ]
        for order in orders:
            for place, unit in enumerate(order):
                result[unit, band_of_place[place]] += 1 / len(orders) / size
    return result


@given(draws=DRAWS, data=st.data())
def test_counts_are_those_of_every_order_written_out(draws, data):
    units = draws.shape[1]
    first = data.draw(st.integers(0, units))
    second = data.draw(st.integers(0, units - first))
    expected = slow_band_probabilities(draws, [first, second, units - first - second])
    found = of_counts(draws, [first, second, None])
    np.testing.assert_allclose(found, expected, atol=1e-12)


@given(draws=DRAWS)
def test_columns_add_up_to_the_size_of_the_band(draws):
    found = of_counts(draws, [1, None])
    np.testing.assert_allclose(found.sum(axis=0), [1, draws.shape[1] - 1], atol=1e-12)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)


def test_bands_are_cut_in_each_draw_and_not_at_the_mean_rank():
    # The first unit is best or worst and never in the middle, where its mean rank is.
    draws = [[3.0, 2.0, 1.0], [1.0, 3.0, 2.0]]
    found = of_counts(draws, [1, 1, 1])
    assert found[0].tolist() == [0.5, 0, 0.5]


@given(draws=DRAWS)
def test_cut_points_count_the_draws_above(draws):
    found = score_band_probabilities(draws, [1.0, -0.5])
    expected = [
        (draws > 1).mean(0),
        ((draws > -0.5) & (draws <= 1)).mean(0),
        (draws <= -0.5).mean(0),
    ]
    np.testing.assert_allclose(found, np.transpose(expected), atol=1e-12)


def test_an_even_chance_goes_to_the_better_band():
    wrong = 1 - np.eye(3)
    assert band_of_least_loss([[0.2, 0.4, 0.4], [0.1, 0.2, 0.7]], wrong).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, "none given; exactly one of them"),
        ({"shares": [0.5, 0.5], "counts": [1, 2]}, "shares and counts given"),
        ({"shares": [0.5, 0.4]}, "add up to 0.9"),
        ({"shares": [1.5, -0.5]}, "must not be negative"),
        ({"shares": [0.5, np.nan]}, "must not be negative"),
        ({"shares": []}, "add up to 0"),
        ({"counts": [1.5, None]}, "a whole number"),
        ({"counts": [None, 2]}, "every band but the last needs a count"),
        ({"counts": [3]}, "every band but the last needs a count"),
        ({"cut_points": [0.0, 1.0]}, "finite numbers that fall"),
        ({"cut_points": [np.nan]}, "finite numbers that fall"),
        ({"cut_points": []}, "finite numbers that fall"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule, words):
    post = Posterior.from_draws(np.random.default_rng(1).normal(size=(16, 3)))
    with pytest.raises(InvalidInput, match=words):
        bands(post, **rule)


PROBABILITIES = st.lists(
    st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any), min_size=1, max_size=5
).map(lambda rows: np.array(rows) / np.sum(rows, axis=1, keepdims=True))


@given(probabilities=PROBABILITIES)
def test_least_losses_are_mode_median_and_what_a_matrix_says(probabilities):
    places = np.arange(4)
    apart = abs(places[:, None] - places)
    assert (band_of_least_loss(probabilities, apart > 0) == probabilities.argmax(axis=1)).all()
    median = (probabilities.cumsum(axis=1) >= 0.5 - 1e-9).argmax(axis=1)
    assert (band_of_least_loss(probabilities, apart) == median).all()
    harsh = np.where(places[:, None] > places, 10.0, apart)
    for row, chosen in zip(probabilities, band_of_least_loss(probabilities, harsh), strict=True):
        costs = [sum(harsh[named, true] * row[true] for true in places) for named in places]
        assert costs[chosen] == pytest.approx(min(costs))


@given(probabilities=PROBABILITIES, percent=st.integers(1, 99))
def test_a_band_set_is_the_best_of_all_runs_of_bands(probabilities, percent):
    best, worst = narrowest_band_set(probabilities, percent / 100)
    for unit, row in enumerate(probabilities):
        runs = [
            (last - first, -round(row[first : last + 1].sum(), 9), first)
            for first in range(4)
            for last in range(first, 4)
            if row[first : last + 1].sum() >= percent / 100 - 1e-9
        ]
        width, held, _ = min(runs)
        assert worst[unit] - best[unit] == width
        assert row[best[unit] : worst[unit] + 1].sum() == pytest.approx(-held)


def test_shares_round_their_cumulative_limit_to_the_nearest_unit():
    assert band_limits(230, shares=[0.08, 0.44, 0.34, 0.14]).tolist() == [18, 120, 198, 230]
    assert band_limits(10, shares=[0.05, 0.9, 0.05]).tolist() == [1, 10, 10]
    assert band_limits(230, shares=[0.15, 0.85]).tolist() == [35, 230]
    assert band_limits(3, shares=[0.1, 0.2, 0.7]).tolist() == [0, 1, 3]


@pytest.mark.parametrize("last", [32, None, 5, 500])
def test_last_count_takes_what_is_left(last):
    assert band_limits(230, counts=[18, 102, 78, last]).tolist() == [18, 120, 198, 230]
    assert band_limits(100, counts=[18, 102, 78, last]).tolist() == [18, 100, 100, 100]


def test_counts_that_fit_have_the_limits_of_any_counts():
    for counts in ([18, 102, 78, None], [18, 102, 78, 32], np.array([18, 102, 78, 32])):
        assert limits_among(230, counts=counts).tolist() == [18, 120, 198, 230]
    assert limits_among(230, shares=[0.5, 0.5]).tolist() == [115, 230]


@pytest.mark.parametrize("counts", [[18, 102, 78, 33], [18, 102, 78, 31], [150, 81, None]])
def test_counts_that_do_not_fit_the_units_are_refused(counts):
    with pytest.raises(InvalidInput, match=r"there are 230 units\. The last may be None"):
        limits_among(230, counts=counts)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"counts": ["2", None]}, "a whole number that is not negative"),
        ({"counts": [np.nan, None]}, "a whole number that is not negative"),
        ({"counts": [np.inf, None]}, "a whole number that is not negative"),
        ({"counts": [-1, None]}, "a whole number that is not negative"),
        ({"counts": [2, -1]}, "a whole number that is not negative"),
        ({"counts": "23"}, "counts: type: '23'; it must be a list"),
        ({"counts": 3}, "counts: type: 3; it must be a list"),
        ({"shares": ["0.5", "0.5"]}, "shares: type: <U3; it must hold real numbers"),
        ({"shares": [[0.5, 0.5]]}, "shares must not be negative and must add up to 1"),
        ({"shares": [0.5, 0.5], "counts": [2, 2]}, "shares and counts given"),
        ({}, "none given"),
    ],
)
def test_limits_of_a_rule_that_makes_no_sense_are_refused(rule, words):
    with pytest.raises(InvalidInput, match=words):
        band_limits(4, **rule)


@pytest.mark.parametrize("limits", [[2, 3], [3, 2, 4], [1.5, 4], [np.nan, 4], [-1, 4], [], 4])
def test_limits_that_are_none_of_these_units_are_refused(limits):
    with pytest.raises(InvalidInput, match="they must be whole numbers that do not fall, up to"):
        rank_band_probabilities([[1.0, 2.0, 3.0, 4.0]], limits)
