import numpy as np
import pytest

import openness
from openness.errors import GateFailed, InvalidInput
from openness.fitting import scores
from openness.standing import stand


def test_the_posterior_is_the_scores_of_those_that_are_ranked(make_fit):
    fit = make_fit(unmeasured=2)
    (stratum,) = stand(fit).strata
    assert stratum.posterior.names == tuple(fit.measures.units.index[:-2])
    np.testing.assert_array_equal(stratum.posterior.draws, scores(fit).to_numpy()[:, :-2])
    assert (stratum.id, stratum.label) == ("all", "All schools")


def test_a_group_has_its_own_posterior(make_fit):
    fit = make_fit()
    standing = stand(fit, scope="within_group")
    country = standing.stratum("country")
    assert country.posterior.names == tuple(fit.measures.units.index[8:])
    assert standing.stratum_of("S09") is country
    with pytest.raises(InvalidInput, match=r"'coast'; the strata .* are town, country\. A group"):
        standing.stratum("coast")


def test_a_unit_that_is_alone_in_its_group_is_ranked_only_among_all(make_fit):
    fit = make_fit(groups=("town",) * 4 + ("coast",))
    assert stand(fit, scope="all").units["ranked"].all()
    within = stand(fit, scope="within_group")
    assert [stratum.id for stratum in within.strata] == ["town"]
    assert within.units.loc["S04", "reason"] == "nobody else in its group can be ranked"
    assert openness.rank(within).table.loc["S04", "reason"].startswith("nobody else")
    with pytest.raises(InvalidInput, match="S04: not ranked: nobody else"):
        within.stratum_of("S04")


def test_nobody_to_rank_is_refused(make_fit):
    with pytest.raises(InvalidInput, match="0 of 3 schools can be ranked; it takes 2"):
        openness.bands(make_fit(groups=("town",) * 3, unmeasured=2))


def test_scopes_and_probabilities_that_are_none_are_refused(make_fit):
    with pytest.raises(InvalidInput, match="it is 'all' or 'within_group'"):
        stand(make_fit(), scope="region")
    with pytest.raises(InvalidInput, match="prob: value: 95"):
        stand(make_fit(), prob=95)


def test_a_fit_that_failed_the_gate_is_refused_unless_a_draft_is_asked_for(make_fit):
    fit = make_fit(passed=False)
    with pytest.raises(GateFailed):
        stand(fit)
    assert stand(fit, draft=True).draft
    assert not stand(make_fit(), draft=True).draft


def test_other_scores_rank_the_same_units_against_the_same_others(make_fit):
    standing = stand(make_fit(unmeasured=3), scope="within_group")
    turned = standing.with_score(-standing.score)
    assert turned.units is standing.units
    for before, after in zip(standing.strata, turned.strata, strict=True):
        assert before.posterior.names == after.posterior.names
        np.testing.assert_array_equal(before.posterior.draws, -after.posterior.draws)
