import pytest

import openness
from openness.errors import InvalidInput
from openness.ranking import posterior_ranks, prob_better, separate
from openness.standing import stand


def test_the_others_are_those_of_the_library_with_their_probabilities(make_fit):
    fit = make_fit(unmeasured=2)
    standing = stand(fit, prob=0.9)
    post = standing.strata[0].posterior
    separation = separate(post, 0.8)
    words = separation.in_words(posterior_ranks(post).rank_interval(0.9))
    for unit in post.names:
        found = openness.tied_with(standing, unit, at=0.8)
        assert set(found.table.index) == set(separation.tied_with(unit))
        assert found.about["in_words"] == words[unit]
        for other, row in found.table.iterrows():
            by_hand = prob_better(post, unit, other)
            assert row["probability"] == pytest.approx(by_hand.probability)
            assert row["monte_carlo_error"] == pytest.approx(by_hand.monte_carlo_error)
            assert row["name"] == f"School {other}"


def test_it_agrees_with_the_ranking(make_fit):
    fit = make_fit()
    table = openness.rank(fit).table
    for unit, row in table.iterrows():
        found = openness.tied_with(fit, unit)
        assert found.about["in_words"] == row["in_words"]
        assert len(found.table) == row["not_separated"]
        expected = table["expected_rank"][found.table.index]
        assert expected.is_monotonic_increasing


def test_within_a_group_the_others_are_of_the_group(make_fit):
    fit = make_fit()
    found = openness.tied_with(stand(fit, scope="within_group"), "S09", at=0.99).table
    assert len(found)
    assert set(fit.measures.units["group"][found.index]) == {"country"}


def test_a_unit_that_is_not_ranked_has_the_reason_and_no_others(make_fit):
    found = openness.tied_with(make_fit(unmeasured=1), "S13")
    assert found.table.empty
    assert found.table.columns.tolist() == ["name", "probability", "monte_carlo_error"]
    assert found.about["reason"] == "no measure was observed"
    assert found.about["in_words"] == ""


def test_an_unknown_unit_is_refused_with_the_nearest(make_fit):
    with pytest.raises(InvalidInput, match="S1x"):
        openness.tied_with(make_fit(), "S1x")
    with pytest.raises(InvalidInput, match=r"at least 0\.5"):
        openness.tied_with(make_fit(), "S01", at=0.3)


def test_the_probability_of_one_pair_is_that_of_the_library(make_fit):
    standing = stand(make_fit(unmeasured=2))
    by_hand = prob_better(standing.strata[0].posterior, "S03", "S07")
    (row,) = openness.probability_of_superiority(standing, "S03", "S07").table.itertuples()
    assert (row.a, row.b, row.probability) == ("S03", "S07", by_hand.probability)
    assert row.monte_carlo_error == by_hand.monte_carlo_error
    # S13 is not ranked, and has draws all the same.
    unranked = openness.probability_of_superiority(standing, "S13", "S13").table
    assert unranked["probability"].tolist() == [0.5]
    with pytest.raises(InvalidInput, match="S1x"):
        openness.probability_of_superiority(standing, "S01", "S1x")
