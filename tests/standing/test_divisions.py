import numpy as np
import pytest

import openness
from openness.errors import GateFailed, InvalidInput
from openness.fitting import scores
from openness.standing.divisions import divide


def test_the_posterior_is_the_scores_of_those_that_are_ranked(make_fit):
    fit = make_fit(unmeasured=2)
    post = openness.ranked_posterior(fit)
    ranked = fit.measures.units.index[:-2]
    assert post.names == tuple(ranked)
    np.testing.assert_array_equal(post.draws, scores(fit).to_numpy()[:, :-2])


def test_a_group_has_its_own_posterior(make_fit):
    fit = make_fit()
    post = openness.ranked_posterior(fit, "country")
    assert post.names == tuple(fit.measures.units.index[8:])
    with pytest.raises(InvalidInput, match=r"'coast'; groups with 2 schools .* town, country"):
        openness.ranked_posterior(fit, "coast")


def test_a_unit_that_is_alone_in_its_group_is_ranked_only_among_all(make_fit):
    fit = make_fit(groups=("town",) * 4 + ("coast",))
    assert divide(fit, scope="all").units["ranked"].all()
    within = divide(fit, scope="within_group")
    assert [part.among for part in within.parts] == ["town"]
    assert within.units.loc["S04", "reason"] == "nobody else in its group can be ranked"
    assert openness.rank(fit, scope="within_group").loc["S04", "reason"].startswith("nobody else")


def test_nobody_to_rank_is_refused(make_fit):
    with pytest.raises(InvalidInput, match="1 of 3 schools can be ranked; it takes 2"):
        openness.bands(make_fit(groups=("town",) * 3, unmeasured=2))


@pytest.mark.parametrize(
    "verb",
    [
        openness.bands,
        openness.grades,
        openness.verdict,
        openness.ranked_posterior,
        lambda fit, **settings: openness.cannot_be_separated_from(fit, "S00", **settings),
    ],
)
def test_a_fit_that_failed_the_gate_is_refused_unless_a_draft_is_asked_for(make_fit, verb):
    fit = make_fit(passed=False)
    with pytest.raises(GateFailed):
        verb(fit)
    found = verb(fit, draft=True)
    marked = getattr(found, "attrs", {}).get("draft", getattr(found, "draft", None))
    assert marked or verb is openness.ranked_posterior
