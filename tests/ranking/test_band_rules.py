import numpy as np
import pytest

from openness.errors import InvalidInput
from openness.ranking import band_limits, rank_band_probabilities
from openness.ranking.band_rules import limits_among


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
def test_a_rule_that_makes_no_sense_is_refused(rule, words):
    with pytest.raises(InvalidInput, match=words):
        band_limits(4, **rule)


@pytest.mark.parametrize("limits", [[2, 3], [3, 2, 4], [1.5, 4], [np.nan, 4], [-1, 4], [], 4])
def test_limits_that_are_none_of_these_units_are_refused(limits):
    with pytest.raises(InvalidInput, match="they must be whole numbers that do not fall, up to"):
        rank_band_probabilities([[1.0, 2.0, 3.0, 4.0]], limits)
