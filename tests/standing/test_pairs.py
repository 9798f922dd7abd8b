import pytest

import openness
from openness.errors import InvalidInput
from openness.ranking import posterior_ranks, prob_better, separate


def test_the_others_are_those_of_the_library_with_their_probabilities(make_fit):
    fit = make_fit(unmeasured=2)
    post = openness.ranked_posterior(fit)
    separation = separate(post, 0.8)
    words = separation.in_words(posterior_ranks(post).rank_interval(0.9))
    for unit in post.names:
        found = openness.cannot_be_separated_from(fit, unit, at=0.8, prob=0.9)
        assert set(found.index) == set(separation.cannot_be_separated_from(unit))
        assert found.attrs["in_words"] == words[unit]
        for other, row in found.iterrows():
            by_hand = prob_better(post, unit, other)
            assert row["probability"] == pytest.approx(by_hand.probability)
            assert row["monte_carlo_error"] == pytest.approx(by_hand.monte_carlo_error)
            assert row["name"] == f"School {other}"


def test_it_agrees_with_the_ranking(make_fit):
    fit = make_fit()
    table = openness.rank(fit)
    for unit, row in table.iterrows():
        found = openness.cannot_be_separated_from(fit, unit)
        assert found.attrs["in_words"] == row["in_words"]
        assert len(found) == row["not_separated"]
        expected = table["expected_rank"][found.index]
        assert expected.is_monotonic_increasing


def test_within_a_group_the_others_are_of_the_group(make_fit):
    fit = make_fit()
    found = openness.cannot_be_separated_from(fit, "S09", at=0.99, scope="within_group")
    assert len(found)
    assert set(fit.measures.units["group"][found.index]) == {"country"}


def test_a_unit_that_is_not_ranked_has_the_reason_and_no_others(make_fit):
    found = openness.cannot_be_separated_from(make_fit(unmeasured=1), "S13")
    assert found.empty
    assert found.attrs["reason"] == "no measure was observed"
    assert found.attrs["in_words"] == ""


def test_an_unknown_unit_is_refused_with_the_nearest(make_fit):
    with pytest.raises(InvalidInput, match="S1x"):
        openness.cannot_be_separated_from(make_fit(), "S1x")
    with pytest.raises(InvalidInput, match=r"at least 0\.5"):
        openness.cannot_be_separated_from(make_fit(), "S01", at=0.3)
