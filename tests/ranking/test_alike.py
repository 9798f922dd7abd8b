"""Units that nothing tells apart: every summary, beside one of draws with all exchanges made."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.errors import InvalidInput
from openness.ranking import (
    Posterior,
    bands,
    optimal_grades,
    posterior_ranks,
    prob_better,
    probability_of_superiority,
    r_values,
    separate,
    verdict,
)
from openness.ranking.alike import as_alike, class_of_each
from openness.ranking.grade_search import pair_costs, search
from openness.ranking.pairs import pair_probabilities
from openness.ranking.separation import places

CLASSES = ["x", "a", "a", "y", "b", "a", "b", "z"]
NAMES = list("stuvwxyz")
ROUNDING = 1e-6
"""Ranks are kept in single precision."""


@pytest.fixture
def post() -> Posterior:
    centre = np.array([2.0, 0.5, 0.5, 0.0, -0.3, 0.5, -0.3, -2.0])
    draws = np.random.default_rng(5).normal(centre, 1, (120, 8))
    return Posterior.from_draws(draws, NAMES, classes=CLASSES)


def exchanged(post: Posterior) -> Posterior:
    """The same draws with every exchange of the members of each class made: 12 times as many."""
    everything = []
    for orders in itertools.product(*(itertools.permutations(part) for part in post.alike)):
        order = np.arange(len(post.names))
        for members, into in zip(post.alike, orders, strict=True):
            order[members] = into
        everything.append(post.draws[:, order])
    return Posterior.from_draws(np.concatenate(everything), post.names)


def test_classes_are_positions_and_numbers():
    alike = as_alike(CLASSES, 8)
    assert [members.tolist() for members in alike] == [[1, 2, 5], [4, 6]]
    assert class_of_each(alike, 8).tolist() == [0, 1, 1, 2, 3, 1, 3, 4]
    with pytest.raises(InvalidInput, match="classes: length: 7; there are 8 units"):
        as_alike(CLASSES[1:], 8)


def test_summaries_of_ranks_are_those_of_all_exchanges(post):
    ranks, whole = posterior_ranks(post), posterior_ranks(exchanged(post))
    for name in ("expected_rank", "median_rank", "optimal_rank", "percentile"):
        np.testing.assert_allclose(getattr(ranks, name), getattr(whole, name), rtol=ROUNDING)
    for kind in ("equal-tailed", "shortest"):
        columns = ["rank_lower", "rank_upper"]
        found, wanted = ranks.rank_interval(0.8, kind), whole.rank_interval(0.8, kind)
        assert found[columns].equals(wanted[columns])
    np.testing.assert_allclose(
        ranks.rank_probabilities().probability, whole.rank_probabilities().probability
    )
    np.testing.assert_allclose(r_values(post), r_values(exchanged(post)))


def test_pairs_are_those_of_all_exchanges_and_one_half_within_a_class(post):
    pi = probability_of_superiority(post)
    np.testing.assert_allclose(
        pi.probability, probability_of_superiority(exchanged(post)).probability, rtol=ROUNDING
    )
    assert pi.probability.loc["t", ["u", "x"]].tolist() == [0.5, 0.5]
    assert pi.monte_carlo_error.loc["t", ["u", "x"]].tolist() == [0, 0]
    for a, b in [("s", "t"), ("t", "w"), ("x", "y"), ("t", "x")]:
        assert prob_better(post, a, b).probability == pytest.approx(pi.probability.loc[a, b])
    assert prob_better(post, "t", "x").monte_carlo_error == 0
    for level in (0.5, 0.7, 0.9):
        np.testing.assert_array_equal(separate(post, level).ahead, pi.probability > level)


def test_bands_are_those_of_all_exchanges(post):
    found, whole = bands(post, counts=[3, 3, 2]), bands(exchanged(post), counts=[3, 3, 2])
    np.testing.assert_allclose(found.mean, whole.mean)
    kept = found.band("absolute", sizes="as_declared")["band"]
    for members in ("tux", "wy"):
        assert kept[list(members)].nunique() == 1


def test_members_share_a_place_and_others_keep_theirs(post):
    table = places(posterior_ranks(post), 0.9, "always").table
    assert table.loc[["t", "u", "x"], "place"].tolist() == [2, 2, 2]
    assert table.loc["s", "rank_shown"].startswith("1 (")
    assert table.loc["u", "rank_shown"].startswith("2= (")
    assert table.loc[["t", "u", "x"], "in_words"].nunique() == 1
    assert sorted(table["place"]) == [1, 2, 2, 2, 5, 6, 6, 8]


@given(seed=st.integers(0, 500), lam=st.sampled_from([0.1, 0.25, 0.6, 1.0]))
def test_grades_never_part_a_class_and_are_the_best_that_do_not(seed, lam):
    rng = np.random.default_rng(seed)
    classes = [0, 1, 1, 2, 0]
    draws = rng.normal(rng.normal(size=3)[classes], 0.8, (60, 5))
    post = Posterior.from_draws(draws, classes=classes)
    pi = pair_probabilities(post.ranks, post.alike)
    costs = pair_costs(pi, lam)
    best = np.inf
    for grade in itertools.product(range(3), repeat=3):
        apart = np.less.outer(np.array(grade)[classes], np.array(grade)[classes])
        best = min(best, costs[apart].sum())
    found = optimal_grades(post, lam=lam, certify="none")
    graded = found.grade[list(post.names)].to_numpy()
    assert graded[0] == graded[4]
    assert graded[1] == graded[2]
    # The search is by cuts of orders and moves; of three classes it misses nothing.
    assert found.objective == pytest.approx(best, abs=1e-9)
    assert search(costs, [np.arange(5)], alike=post.alike).loss == pytest.approx(best, abs=1e-9)


def test_more_grades_than_classes_are_refused(post):
    assert optimal_grades(post, n_grades=5, certify="none").n_grades == 5
    with pytest.raises(InvalidInput, match="1 to the 5 units, if those that nothing tells apart"):
        optimal_grades(post, n_grades=6)


def test_some_of_the_units_and_some_of_the_draws_keep_their_classes(post):
    some = post.only(["y", "t", "z", "w", "x"])
    assert [members.tolist() for members in some.alike] == [[0, 3], [1, 4]]
    assert post.part(post.halves()[0]).alike is post.alike


def test_a_verdict_counts_no_order_within_a_class(post):
    found = verdict(post, units="schools")
    pi = pair_probabilities(post.ranks, post.alike)
    assert found.separability[0.8] == pytest.approx((pi > 0.8).sum() / 28)
    assert "pairs of schools" in found.sentence
