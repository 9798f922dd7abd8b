import math

import pytest

from openness.publish.wording import interval_words, percent, rank_range, rank_with_range


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0, "<1%"),
        (0.0099, "<1%"),
        (0.01, "1%"),
        (0.746, "75%"),
        (0.99, "99%"),
        (0.991, ">99%"),
        (1, ">99%"),
        (math.nan, "-"),
    ],
)
def test_percent_claims_no_certainty(probability, text):
    assert percent(probability) == text


def test_ranks_are_whole_or_half_and_have_thousands():
    assert rank_range(1, 19) == "1 to 19"
    assert rank_with_range(3, 1, 19) == "3 (1 to 19)"
    assert rank_with_range(1000.5, 900, 12345) == "1,000.5 (900 to 12,345)"
    assert rank_with_range(math.nan, math.nan, math.nan) == "not ranked"


def test_an_interval_says_its_probability_and_kind():
    assert interval_words(0.95, "equal-tailed") == "95% equal-tailed credible interval"
    assert interval_words(0.995, "shortest") == "99.5% shortest credible interval"
