import numpy as np
import pytest

from openness.ranking import Posterior, posterior_ranks, rank_draws, separate, verdict
from openness.ranking.pairs import pair_probabilities, settled_pairs
from openness.ranking.places import may_show_places, places


@pytest.fixture
def post() -> Posterior:
    draws = np.random.default_rng(61).normal(np.arange(7) / 2, 1, size=(500, 7))
    return Posterior.from_draws(draws, list("abcdefg"))


def made(post, when="auto"):
    limits = posterior_ranks(post).rank_interval(0.9)
    return limits, places(post.ranks, limits["rank_lower"], limits["rank_upper"], post.names, when)


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
