import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.ranking import Posterior, posterior_ranks, separability, separate

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
