import pytest

import openness
from openness.errors import InvalidInput
from openness.ranking import bands, verdict
from openness.standing import stand


@pytest.mark.parametrize("places", ["auto", "always", "never"])
def test_a_verdict_is_that_of_the_library(make_fit, places):
    fit = make_fit(unmeasured=2, places=places)
    (row,) = openness.verdict(fit).table.itertuples()
    post = stand(fit).strata[0].posterior
    banded = bands(post, shares=[0.5, 0.25, 0.25])
    by_hand = verdict(post, bands=banded, places=places)
    assert row.Index == "all"
    assert row.units == 12
    assert row.league_reliability == by_hand.league_reliability
    assert row.rankability == by_hand.rankability
    assert row.separable_90 == by_hand.separability[0.9]
    assert row.n_grades == by_hand.n_grades
    assert row.expected_misbanded == by_hand.expected_misbanded.value
    assert row.sentence == by_hand.sentence.replace("units", "schools")
    assert row.show_places is by_hand.show_places
    assert row.stable


def test_the_ranking_shows_places_where_the_verdict_says_so(make_fit):
    for places in ("auto", "always", "never"):
        fit = make_fit(places=places)
        for scope in ("all", "within_group"):
            standing = stand(fit, scope=scope)
            ranking, found = openness.rank(standing), openness.verdict(standing).table
            assert set(found.index) == {stratum.id for stratum in standing.strata}
            for stratum, row in found.iterrows():
                units = ranking.table.loc[list(standing.stratum(stratum).posterior.names)]
                assert units["place"].notna().all() == row["show_places"]
                assert ranking.summary.loc[stratum, "share_separated"] == row["separable_90"]


def test_a_weight_that_is_none_is_refused(make_fit):
    with pytest.raises(InvalidInput, match="lam: value: 2"):
        openness.verdict(make_fit(), lam=2)
