import math

import pandas as pd
import pytest

from openness.publish.wording import (
    error_points,
    exact_percent,
    interval_words,
    percent,
    places_sentence,
    points,
    rank_range,
    rank_with_range,
    share,
)


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
        (math.nan, "[x]"),
    ],
)
def test_percent_claims_no_certainty(probability, text):
    assert percent(probability) == text


def test_ranks_are_whole_or_half_and_have_thousands():
    assert rank_range(1, 19) == "1 to 19"
    assert rank_with_range(3, 1, 19) == "3 (1 to 19)"
    assert rank_with_range(1000.5, 900, 12345) == "1,000.5 (900 to 12,345)"
    assert rank_with_range(math.nan, math.nan, math.nan) == "not ranked"
    assert rank_range(math.nan, math.nan) == "[u]"


def test_shares_are_in_per_cent_and_differences_in_points_with_their_sign():
    assert share(0.0374, 0.0204, 0.0615) == "3.7% (2.0 to 6.2)"
    assert points(-0.0085, -0.0361, 0.0193) == "-0.9 (-3.6 to +1.9)"
    assert share(math.nan, math.nan, math.nan) == "[z]"
    assert points(math.nan, math.nan, math.nan) == "[z]"


def test_an_interval_says_its_probability_and_kind():
    assert interval_words(0.95, "equal-tailed") == "95% equal-tailed credible interval"
    assert interval_words(0.995, "shortest") == "99.5% shortest credible interval"


def test_a_monte_carlo_error_is_in_points_and_never_a_bare_zero():
    assert error_points(0.0062) == "0.6"
    assert error_points(0.0002) == "<0.1"
    assert error_points(float("nan")) == "[x]"
    assert exact_percent(0.0675, 0.0021) == "6.8% (Monte Carlo error 0.2)"
    assert exact_percent(0.0675) == "6.8%"


@pytest.mark.parametrize(
    ("places", "shown", "words"),
    [
        ("auto", False, "probability: no single places are shown. Shared: one more"),
        ("never", False, "probability, and the league asks for no single places: no single"),
        ("auto", True, "43% of the pairs of trusts are in order with more than 90% probability."),
        ("always", True, "probability, and the league asks for single places."),
    ],
)
def test_why_places_are_shown_or_not(league, places, shown, words):
    league = league.model_copy(update={"places": places})
    units = pd.DataFrame({"place": [1.0, 2.0] if shown else [float("nan")] * 2})
    assert words in places_sentence(0.43, units, league)
