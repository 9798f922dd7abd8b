import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.ranking import Posterior, posterior_ranks, rank_draws, separability, separate, verdict
from openness.ranking.pairs import pair_probabilities, settled_pairs
from openness.ranking.separation import may_show_places, places

PI = pd.DataFrame(
    [[0.5, 0.6, 0.95, 0.99], [0.4, 0.5, 0.91, 0.9], [0.05, 0.09, 0.5, 0.7], [0.01, 0.1, 0.3, 0.5]],
    index=list("abcd"),
)


def test_settled_pairs_are_those_above_the_probability():
    found = separate(PI, 0.9)
    assert found.table.to_dict("list") == {
        "settled_ahead": [0, 0, 2, 1],
        "settled_behind": [2, 1, 0, 0],
        "not_separated": [1, 2, 1, 2],
        "shared_rank": [1, 1, 3, 2],
    }
    assert found.share == 0.5
    assert found.tied_with("b") == ("a", "d")
    assert found.tied_with("c") == ("d",)


def test_share_of_pairs_at_each_level():
    found = separability(PI)
    assert found.to_dict() == {0.8: 4 / 6, 0.9: 3 / 6, 0.95: 1 / 6}


def test_the_same_in_words():
    ranks = pd.DataFrame({"rank_lower": [1, 1, 3, 4], "rank_upper": [2, 4, 4, 4]}, list("abcd"))
    assert separate(PI, 0.9).in_words(ranks).tolist() == [
        "#1 to #2, statistically tied with 1 other",
        "#1 to #4, statistically tied with 2 others",
        "#3 to #4, statistically tied with 1 other",
        "#4, statistically tied with 2 others",
    ]


def test_draws_far_apart_are_tied_with_no_other():
    draws = np.random.default_rng(80).normal([0.0, 100.0], 1, size=(100, 2))
    post = Posterior.from_draws(draws, ["low", "high"])
    words = separate(post).in_words(posterior_ranks(post).rank_interval())
    assert words["high"] == "#1, statistically tied with no other"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: separate(PI, 0.4), "0.4; it must be at least 0.5"),
        (lambda: separability(PI, [0.9, 1.0]), "1.0; it must be at least 0.5 and below 1"),
        (lambda: separate(PI).tied_with("e"), "'e'; one of the 4 units"),
        (lambda: separate(PI).in_words(pd.DataFrame(index=["a"])), "the same units"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()


@pytest.fixture
def post() -> Posterior:
    draws = np.random.default_rng(61).normal(np.arange(7) / 2, 1, size=(500, 7))
    return Posterior.from_draws(draws, list("abcdefg"))


def made(post, when="auto"):
    limits = posterior_ranks(post).rank_interval(0.9)
    return limits, places(posterior_ranks(post), 0.9, when)


def test_columns_are_those_of_the_functions_that_make_them(post):
    limits, found = made(post)
    separation = separate(post, 0.9)
    assert found.share_separated == separation.share
    assert found.table["shared_rank"].equals(separation.table["shared_rank"].astype(float))
    assert found.table["not_separated"].equals(separation.table["not_separated"].astype(float))
    assert found.table["in_words"].equals(separation.in_words(limits))


def test_a_place_where_places_are_shown_and_else_the_median(post):
    ranks = posterior_ranks(post)
    _, shown = made(post, "always")
    assert shown.table["place"].tolist() == ranks.optimal_rank.tolist()
    assert shown.table.loc["g", "rank_shown"].startswith("1 (1 to ")
    limits, hidden = made(post, "never")
    assert hidden.table["place"].isna().all()
    low, high = limits.loc["d", ["rank_lower", "rank_upper"]]
    assert (
        hidden.table.loc["d", "rank_shown"] == f"{ranks.median_rank['d']:g} ({low:g} to {high:g})"
    )


@pytest.mark.parametrize(
    ("share", "when", "shown"),
    [
        (0.5, "auto", True),
        (0.499, "auto", False),
        (0.1, "always", True),
        (0.9, "never", False),
    ],
)
def test_half_of_the_pairs_decide_unless_the_league_does(share, when, shown):
    assert may_show_places(share, when) is shown


def test_a_verdict_goes_by_what_the_league_says(post):
    assert verdict(post, places="never").sentence.endswith("because the league says so.")
    assert verdict(post, places="always").show_places
    assert not verdict(post, places="never").show_places


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("size", [3, 16, 401])
def test_settled_pairs_are_those_whose_probability_is_high_enough(size, tied):
    rng = np.random.default_rng([62, size])
    draws = rng.normal(np.linspace(0, 4, 23), 1, size=(size, 23))
    post = np.round(draws) if tied else draws
    ranks = rank_draws(post)
    for prob in (0.5, 0.8, 0.9, 0.95):
        settled = settled_pairs(ranks, prob)
        assert (settled == (pair_probabilities(ranks) > prob)).all()
    assert settled.any()
