import numpy as np
import pytest

from openness.errors import InvalidInput
from openness.ranking import (
    Posterior,
    bands,
    league_reliability,
    optimal_grades,
    rankability,
    separability,
    verdict,
)

UNITS, SIZE, TAU = 2000, 400, 1.5
CLOSE = 0.03
"""The variance between 2,000 units is known to about 3%."""


def league(se, rng):
    """Draws of units from N(0, TAU^2), each given an estimate with a known standard error."""
    theta = rng.normal(0, TAU, UNITS)
    est = theta + se * rng.normal(size=UNITS)
    shrunk = TAU**2 / (TAU**2 + se**2)
    draws = shrunk * est + np.sqrt(shrunk) * se * rng.normal(size=(SIZE, UNITS))
    return Posterior.from_draws(draws)


@pytest.mark.parametrize("se", [0.5, 1.5, 4.0])
def test_equal_errors_have_the_reliability_of_the_textbook(se):
    post = league(np.full(UNITS, se), np.random.default_rng(90))
    known = TAU**2 / (TAU**2 + se**2)
    assert league_reliability(post) == pytest.approx(known, abs=CLOSE)
    assert rankability(post) == pytest.approx(known, abs=CLOSE)


def test_rankability_is_the_formula_of_lingsma_for_unequal_errors():
    rng = np.random.default_rng(91)
    se = np.exp(rng.normal(0, 0.8, UNITS))
    post = league(se, rng)
    assert rankability(post) == pytest.approx(TAU**2 / (TAU**2 + np.median(se**2)), abs=CLOSE)
    assert league_reliability(post) == pytest.approx(np.mean(TAU**2 / (TAU**2 + se**2)), abs=CLOSE)


def test_a_verdict_gathers_what_the_functions_say():
    post = Posterior.from_estimates(np.arange(10.0), np.full(10, 0.4), size=1000)
    banded = bands(post, shares=[0.5, 0.5])
    found = verdict(post, bands=banded)
    assert found.league_reliability == league_reliability(post)
    assert found.rankability == rankability(post)
    assert found.separability.to_dict() == separability(post).to_dict()
    assert found.n_grades == optimal_grades(post, certify="none").n_grades
    assert found.expected_misbanded == banded.expected_misbanded()
    assert found.show_places
    settled = found.separability[0.9]
    assert found.sentence.startswith(f"{settled:.0%} of the pairs of units are in order with 90%")
    assert found.sentence.endswith("Single places may be shown.")


def test_places_are_not_shown_where_too_few_pairs_are_in_order():
    post = Posterior.from_estimates(np.arange(10.0), np.full(10, 6.0), size=1000)
    found = verdict(post)
    assert not found.show_places
    assert found.expected_misbanded is None
    assert "the evidence supports 1 grade." in found.sentence
    assert "Single places should not be shown" in found.sentence
    assert verdict(post, least_separated=0.0).show_places


@pytest.mark.parametrize("function", [league_reliability, rankability, verdict])
def test_draws_from_a_flat_prior_are_refused(function):
    post = Posterior.from_estimates([1, 2, 3], [1, 1, 1], prior="flat")
    with pytest.raises(InvalidInput, match="hold the errors of the estimates twice"):
        function(post)


def test_arguments_that_make_no_sense_are_refused():
    post = Posterior.from_estimates(np.arange(4.0), np.ones(4), size=100)
    with pytest.raises(InvalidInput, match="a share, 0 to 1"):
        verdict(post, least_separated=1.5)
    other = bands(post.only(["1", "2", "3"]), shares=[0.5, 0.5])
    with pytest.raises(InvalidInput, match="they must be of the units of the posterior"):
        verdict(post, bands=other)
