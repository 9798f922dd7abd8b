from itertools import pairwise

import numpy as np
import pytest

import openness
from openness.errors import InvalidInput
from openness.ranking import grade_path, optimal_grades, posterior_ranks, probability_of_superiority
from openness.ranking.discordance import discordance_of_draws
from openness.ranking.precision import monte_carlo_error
from openness.standing import graded, stand


@pytest.mark.parametrize(
    "asked", [{}, {"lam": 0.4}, {"max_discordance": 0.05}, {"n_grades": 3}, {"certify": "none"}]
)
def test_every_number_is_that_of_the_library(make_fit, asked):
    fit = make_fit(unmeasured=3)
    found = openness.grades(fit, **asked)
    post = stand(fit).strata[0].posterior
    by_hand = optimal_grades(post, **asked)
    ranked = found.table[found.table["ranked"]]
    assert ranked.index.tolist() == by_hand.table.index.tolist()
    for column in ("position", "grade", "stable"):
        assert ranked[column].tolist() == by_hand.table[column].tolist()
    limits = posterior_ranks(post).rank_interval(0.95).loc[ranked.index]
    assert ranked["rank_upper"].tolist() == limits["rank_upper"].tolist()
    row = found.summary.loc["all"]
    assert row["discordance"] == by_hand.discordance.value
    assert row["share_wrong"] == by_hand.share_wrong
    assert row["lower_bound"] == by_hand.lower_bound
    assert row["optimal"] == by_hand.optimal
    assert found.about["rule"] == (next(iter(asked), "lam") if "certify" not in asked else "lam")
    assert found.parts["frontier"].loc["all"].equals(grade_path(post))


def test_errors_of_tau_and_of_the_share_wrong_are_those_of_their_draws(make_fit):
    post = stand(make_fit()).strata[0].posterior
    grades = optimal_grades(post)
    grade = grades.grade[list(post.names)].to_numpy() - 1
    wrong, right = discordance_of_draws(grade, post.ranks).T
    tau, share = right - wrong, wrong / (wrong + right)
    assert grades.tau_error == pytest.approx(monte_carlo_error(tau[:, None])[0])
    assert grades.share_wrong_error == pytest.approx(monte_carlo_error(share[:, None])[0])
    assert grades.share_wrong == pytest.approx(share.mean())


def test_units_that_are_not_ranked_have_no_grade_and_their_reason(make_fit):
    table = openness.grades(make_fit(unmeasured=3)).table
    assert table["ranked"].tolist() == [True] * 11 + [False] * 3
    assert table.loc[~table["ranked"], ["grade", "position", "stable"]].isna().all(axis=None)
    assert (table.loc[~table["ranked"], "reason"] == "no measure was observed").all()


def test_the_map_of_pairs_is_in_the_order_of_the_grades(make_fit):
    fit = make_fit()
    found = openness.grades(fit, lam=0.3)
    order = found.table.index.tolist()
    pi = probability_of_superiority(stand(fit).strata[0].posterior).probability.loc[order, order]
    pairs = found.parts["pairs"]["all"]
    np.testing.assert_allclose(pairs.probability, pi)
    grade = found.table["grade"].to_numpy()
    edges = pairs.edges
    assert edges[0] == 0
    assert edges[-1] == len(order)
    for number, (start, stop) in enumerate(pairwise(edges), start=1):
        assert (grade[start:stop] == number).all()
    first, second = slice(0, edges[1]), slice(edges[1], edges[2])
    assert pairs.by_grade[0, 1] == pytest.approx(pi.iloc[first, second].to_numpy().mean())


def test_many_units_are_averaged_with_their_neighbours(make_fit, monkeypatch):
    fit = make_fit()
    whole = openness.grades(fit).parts["pairs"]["all"].probability
    monkeypatch.setattr(graded, "_MOST_CELLS", 7)
    coarse = openness.grades(fit).parts["pairs"]["all"].probability
    assert coarse.shape == (7, 7)
    np.testing.assert_allclose(coarse, whole.reshape(7, 2, 7, 2).mean(axis=(1, 3)))


def test_each_group_is_graded_by_itself_and_says_so(make_fit):
    said = []
    standing = stand(make_fit(), scope="within_group")
    found = openness.grades(standing, n_grades=2, report=said.append)
    assert found.summary["n_grades"].to_dict() == {"town": 2, "country": 2}
    assert set(found.parts["pairs"]) == {"town", "country"}
    assert said[:2] == [
        "Grading Town, 8 schools, with at most 60 s for the proof",
        "Frontier of Town, 8 schools",
    ]
    by_hand = optimal_grades(standing.stratum("country").posterior, n_grades=2)
    country = found.table[found.table["group"] == "country"]
    assert country["grade"].tolist() == by_hand.table["grade"].tolist()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"lam": 1.5}, "lam: value: 1.5"),
        ({"lam": float("nan")}, "lam: value: nan"),
        ({"lam": 0.2, "n_grades": 3}, "lam and n_grades given; at most one"),
        ({"certify": "gurobi"}, "'gurobi'; it is one of"),
    ],
)
def test_what_makes_no_sense_is_refused(make_fit, asked, words):
    with pytest.raises(InvalidInput, match=words):
        openness.grades(make_fit(), **asked)


def test_a_group_cannot_have_more_grades_than_units(make_fit):
    with pytest.raises(InvalidInput, match="group country: 7 grades for 6 units"):
        openness.grades(stand(make_fit(), scope="within_group"), n_grades=7)
