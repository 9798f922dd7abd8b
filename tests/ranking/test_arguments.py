"""Whatever a user can put in place of an argument, what comes back is `InvalidInput`."""

import numpy as np
import pandas as pd
import pytest

from openness import ranking
from openness.errors import InvalidInput
from openness.ranking import (
    Posterior,
    bands,
    optimal_grades,
    posterior_ranks,
    prob_better,
    probability_of_superiority,
    rank_sets,
    separability,
    separate,
    verdict,
)
from openness.ranking.arguments import as_draws, as_floats, as_names

DRAWS = np.random.default_rng(15).normal(size=(40, 5))
POST = Posterior.from_draws(DRAWS)
EST, SE = np.arange(5.0), np.full(5, 0.5)

NO_ARRAYS = {
    "nothing": None,
    "a word": "abc",
    "a number": 3.0,
    "a set": {1, 2},
    "empty": [],
    "no draws": np.zeros((0, 5)),
    "no units": np.zeros((20, 0)),
    "three dimensions": np.zeros((20, 5, 2)),
    "ragged": [[1, 2], [3]],
    "numbers as text": [["1", "2"]] * 20,
    "text among numbers": np.array([["1", 2]] * 20, dtype=object),
    "none among numbers": np.array([[None, 2]] * 20, dtype=object),
    "a missing value": pd.DataFrame({"a": pd.array([1, None] * 10, dtype="Int64"), "b": 1}),
    "complex": DRAWS + 1j,
    "dates": np.full((20, 5), np.datetime64("2016-03-09")),
    "nan": np.where(np.eye(20, 5) > 0, np.nan, 1.0),
    "infinite": np.where(np.eye(20, 5) > 0, np.inf, 1.0),
    "masked": np.ma.masked_array(np.eye(20, 5), np.eye(20, 5) > 0),
}
"""None of these is an array of draws, a vector, or probabilities of anything."""

TAKES_AN_ARRAY = {
    "Posterior.from_draws": Posterior.from_draws,
    "rank_draws": ranking.rank_draws,
    "expected_rank": ranking.expected_rank,
    "median_rank": ranking.median_rank,
    "optimal_rank": ranking.optimal_rank,
    "percentile": ranking.percentile,
    "monte_carlo_error": ranking.monte_carlo_error,
    "equal_tailed": lambda array: ranking.equal_tailed(array, 0.9),
    "shortest": lambda array: ranking.shortest(array, 0.9),
    "interval": lambda array: ranking.interval(array, 0.9, simultaneous=True),
    "rank_band_probabilities": lambda array: ranking.rank_band_probabilities(array, [2, 5]),
    "band_of_least_loss": lambda array: ranking.band_of_least_loss(array, np.eye(5)),
    "r_values_of_tails": lambda array: ranking.r_values_of_tails(array, np.arange(1, 6) / 5),
    "optimal_grades": optimal_grades,
    "grade_path": ranking.grade_path,
    "lams": lambda array: ranking.grade_path(POST, array),
    "separate": separate,
    "separability": separability,
    "est": lambda array: rank_sets(array, SE),
    "se": lambda array: rank_sets(EST, array),
    "cov": lambda array: Posterior.from_estimates(EST, cov=array),
    "cut_points": lambda array: bands(POST, cut_points=array),
    "shares": lambda array: bands(POST, shares=array),
    "counts": lambda array: bands(POST, counts=array),
    "loss": lambda array: bands(POST, shares=[0.5, 0.5]).band(array),
    "in_words": lambda array: separate(POST).in_words(array),
    "posterior_ranks": posterior_ranks,
    "probability_of_superiority": probability_of_superiority,
    "bands": lambda array: bands(array, shares=[0.5, 0.5]),
    "r_values": ranking.r_values,
    "league_reliability": ranking.league_reliability,
    "rankability": ranking.rankability,
    "verdict": verdict,
    "from_arviz": lambda array: Posterior.from_arviz(array, "theta"),
}


@pytest.mark.parametrize("call", TAKES_AN_ARRAY.values(), ids=TAKES_AN_ARRAY)
@pytest.mark.parametrize("array", NO_ARRAYS.values(), ids=NO_ARRAYS)
def test_what_is_no_array_of_numbers_is_refused(call, array):
    with pytest.raises(InvalidInput):
        call(array)


NO_NUMBERS = [None, "0.5", np.nan, np.inf, -np.inf, -1, 0.5j, [0.5], np.full(2, 0.5), pd.NA]

TAKES_A_NUMBER = {
    "prob": lambda number: posterior_ranks(POST).rank_interval(number),
    "simultaneous prob": lambda x: posterior_ranks(POST).rank_interval(x, simultaneous=True),
    "prob of a band set": lambda number: bands(POST, shares=[0.5, 0.5]).band_set(number),
    "prob of sets": lambda number: rank_sets(EST, SE, prob=number),
    "prob of a separation": lambda number: separate(POST, number),
    "levels": lambda number: separability(POST, [number]),
    "m": lambda number: posterior_ranks(POST).prob_top(number),
    "separated_at": lambda number: verdict(POST, separated_at=number),
    "least_separated": lambda number: verdict(POST, least_separated=number),
    "size": lambda number: Posterior.from_estimates(EST, SE, size=number),
}


@pytest.mark.parametrize("call", TAKES_A_NUMBER.values(), ids=TAKES_A_NUMBER)
@pytest.mark.parametrize("number", NO_NUMBERS, ids=map(repr, NO_NUMBERS))
def test_what_is_no_number_within_range_is_refused(call, number):
    with pytest.raises(InvalidInput):
        call(number)


@pytest.mark.parametrize("number", NO_NUMBERS[1:], ids=map(repr, NO_NUMBERS[1:]))
@pytest.mark.parametrize("rule", ["lam", "max_discordance", "n_grades"])
def test_a_rule_of_grading_out_of_range_is_refused(rule, number):
    with pytest.raises(InvalidInput, match=rule):
        optimal_grades(POST, **{rule: number})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: posterior_ranks(POST).prob_top(2.5), "2.5; it must be from 1 to the 5 units"),
        (lambda: posterior_ranks(DRAWS), r"it must be a Posterior\. Make one with"),
        (lambda: rank_sets(EST, SE, tau_best=1.5), "1.5; it must be from 1 to 5"),
        (lambda: rank_sets(EST, SE, seed=-1), "seed: value: -1; it must be a whole number"),
        (lambda: rank_sets(EST, SE, seed="x"), "seed: value: 'x'"),
        (lambda: rank_sets(EST, SE, method=1), "method: value: 1"),
        (lambda: rank_sets(EST, -SE), "unit 1: -0.5; it must be above 0"),
        (lambda: optimal_grades(POST, n_grades=0), "0; it must be a whole number from 1"),
        (lambda: optimal_grades(POST, time_limit=np.nan), "it must be seconds, 0 or more"),
        (lambda: optimal_grades(POST, time_limit=-1), "it must be seconds, 0 or more"),
        (lambda: prob_better(POST, "1", "2", "x"), "margin: value: 'x'"),
        (lambda: prob_better(POST, 1, "2"), "1; one of the 5 units"),
        (lambda: POST.only("12"), "it must be a list"),
        (lambda: bands(POST, counts=[4, 2, None]), "which add up to 6; there are 5 units"),
        (lambda: bands(POST, counts=[1, 1]), "which add up to 2; there are 5 units"),
        (lambda: bands(POST, shares=[0.5, 0.5], labels="ab"), "labels: type: 'ab'"),
        (lambda: bands(POST, shares=[0.5, 0.5]).band([[0, np.nan], [1, 0]]), "not all finite"),
        (lambda: verdict(POST, bands=0.5), "bands: names: other units"),
        (lambda: ranking.rank_band_probabilities(DRAWS, [2, 5]), r"Use rank_draws"),
        (lambda: ranking.band_of_least_loss([[0.5, 0.6]], np.eye(2)), "must add up to 1"),
        (lambda: ranking.r_values(POST, []), r"population: shape: \(0,\)"),
        (lambda: Posterior.from_draws(DRAWS, "abcde"), "names: type: 'abcde'"),
    ],
)
def test_a_refusal_says_what_came_and_what_is_allowed(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()


def test_a_table_of_pairs_has_one_order():
    pairs = probability_of_superiority(POST).probability
    with pytest.raises(InvalidInput, match="in another order than the rows"):
        optimal_grades(pairs[pairs.columns[::-1]])


@pytest.mark.parametrize("kind", [np.float16, np.longdouble, np.int32, bool, object])
def test_numbers_of_every_kind_are_ranked(kind):
    draws = np.random.default_rng(16).integers(0, 2, size=(64, 4)).astype(kind)
    expected = optimal_grades(Posterior.from_draws(draws.astype(float)))
    pd.testing.assert_frame_equal(optimal_grades(Posterior.from_draws(draws)).table, expected.table)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_floats_are_not_copied(kind):
    draws = DRAWS.astype(kind)
    assert np.shares_memory(as_draws(draws), draws)
    assert as_floats(draws, "draws").dtype == kind


def test_of_many_names_the_one_that_comes_twice_is_found():
    names = [*range(20_000), 17]
    with pytest.raises(InvalidInput, match="name '17': it comes twice"):
        as_names(names, len(names))
