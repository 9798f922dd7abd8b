"""Priors against what they are said to be, by drawing from them."""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytest
from scipy.stats import kstest, norm

from openness.model.anchors import prior_anchors
from openness.model.build import build_collapsed
from openness.model.priors import _partly_centred

from .leagues import make_league, simulate
from .test_identification import ratings, shares

DRAWS = 4_000
SURE = 1e-4  # how seldom draws from the right distribution are refused


@pytest.mark.parametrize("units", [0.0, 3.0, 400.0])
@pytest.mark.parametrize("sd", [1e-3, 0.5, 3.0])
def test_effects_have_their_prior_however_they_are_sampled(units: float, sd: float) -> None:
    with pm.Model(coords={"unit_group": ["a", "b"]}):
        effect = _partly_centred("variate", 0.7, np.float64(sd), units, ("unit_group",))
    drawn = pm.draw(effect, DRAWS, random_seed=np.random.default_rng(1))
    assert kstest((drawn.ravel() - 0.7) / sd, "norm").pvalue > SURE


def test_shares_of_categories_are_uniform_together() -> None:
    """Of three, each is Beta(1, 2): the first and last as well as the one in the middle."""
    league = make_league(shares("a", "q1", "q2") + ratings("b", "r1"), groups=("acute",))
    example = simulate(league, 30)
    labels = example.cells.labels[example.cells.indicators.index("r1")]
    model = build_collapsed(example.league, example.cells, example.structure)
    cuts = pm.draw(model["cut_point"], DRAWS, random_seed=np.random.default_rng(2))
    below = np.column_stack([np.zeros(DRAWS), norm.cdf(cuts), np.ones(DRAWS)])
    for share in np.diff(below, axis=1).T:
        assert kstest(share, "beta", args=(1, len(labels) - 1)).pvalue > SURE


def test_scales_do_not_follow_the_data() -> None:
    """Shares that differ three times as much get the same prior; so do scores with a range."""
    score = {"family": "score", "direction": "higher_is_better", "domain": "a"}
    scores = {"id": "s1", **score, "range": [0, 10]}, {"id": "s2", **score}
    measures = [*shares("a", "q1", "q2"), *scores]
    league = make_league(measures, groups=("acute",))
    scales = []
    for seed in (1, 2):
        example = simulate(league, 30, seed=seed)
        scales.append(prior_anchors(example.league, example.cells)["spread_sd"])
    np.testing.assert_allclose(scales[0][:3], [1.0, 1.0, 2.0])
    np.testing.assert_array_equal(scales[0][:3], scales[1][:3])
    assert scales[0][3] != scales[1][3]


def test_the_sd_between_types_may_be_zero() -> None:
    example = simulate(make_league(shares("a", "q1", "q2") + shares("b", "q3", "q4")), 30)
    model = build_collapsed(example.league, example.cells, example.structure)
    drawn = pm.draw(model["group_sd"], DRAWS, random_seed=np.random.default_rng(3))
    assert kstest(drawn / example.league.priors.group_scale, "halfnorm").pvalue > SURE
