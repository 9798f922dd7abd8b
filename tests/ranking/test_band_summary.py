import numpy as np
import pytest

from openness.errors import InvalidInput
from openness.ranking import Posterior, bands, monte_carlo_error, rank_draws
from openness.ranking.banding import limits_among, rank_band_probabilities, score_band_probabilities

MEANS = [0, 1.5, 3, 0.2]
POST = Posterior.from_draws(
    np.random.default_rng(14).normal(MEANS, 1, size=(400, 4)), ["a", "b", "c", "d"]
)
LABELS = ["upper", "middle", "lower"]
COUNTS = [1, 2, None]


@pytest.mark.parametrize(
    "rule", [{"counts": COUNTS}, {"shares": [0.25, 0.5, 0.25]}, {"cut_points": [2.0, 0.5]}]
)
def test_probabilities_are_those_of_the_functions_on_arrays(rule):
    found = bands(POST, labels=LABELS, **rule).prob_band
    if "cut_points" in rule:
        expected = score_band_probabilities(POST.draws, rule["cut_points"])
    else:
        limits = limits_among(len(POST.names), **rule)
        expected = rank_band_probabilities(rank_draws(POST.draws), limits)
    np.testing.assert_allclose(found.probability, expected)
    assert found.probability.columns.tolist() == LABELS


def test_errors_are_those_of_the_indicator_of_the_band():
    found = bands(POST, counts=COUNTS).prob_band.monte_carlo_error
    ranks = rank_draws(POST.draws)
    indicator = ((ranks > 1) & (ranks <= 3)).astype(float)
    np.testing.assert_allclose(found["2"], monte_carlo_error(indicator))


def test_the_named_band_depends_on_the_loss():
    # Best, middle and worst with 45, 10 and 45%: the mode is the best band, the median the middle.
    draws = np.tile([[2.0, 1, 0]] * 9 + [[1.0, 2, 0]] * 2 + [[0.0, 1, 2]] * 9, (20, 1))
    found = bands(Posterior.from_draws(draws), counts=[1, 1, 1], labels=LABELS)
    assert found.band()["band"].iloc[0] == "upper"
    assert found.band("absolute")["band"].iloc[0] == "middle"
    never_upper = [[9, 9, 9], [0, 0, 1], [1, 1, 0]]
    assert found.band(never_upper)["band"].iloc[0] == "middle"
    assert found.band()["probability"].iloc[0] == pytest.approx(0.45)


def test_expected_misbanded_is_the_mean_over_draws_of_the_share_in_another_band():
    found = bands(POST, counts=COUNTS, labels=LABELS)
    named = found.band()["band"].map(LABELS.index).to_numpy()
    band_of_draw = np.searchsorted([1, 3, 4], rank_draws(POST.draws))
    wrong = (band_of_draw != named).mean(axis=1)
    estimate = found.expected_misbanded()
    assert estimate.value == pytest.approx(wrong.mean())
    assert estimate.monte_carlo_error == pytest.approx(monte_carlo_error(wrong[:, None])[0])


def test_a_band_that_half_of_the_draws_does_not_name_is_not_stable():
    turned = np.concatenate([np.tile([[1.0, 0, -1]], (50, 1)), np.tile([[0.0, 1, -1]], (60, 1))])
    table = bands(Posterior.from_draws(turned), counts=[1, 1, 1]).band()
    assert table["stable"].tolist() == [False, False, True]


def test_a_set_of_bands_holds_its_probability():
    found = bands(POST, counts=COUNTS, labels=LABELS)
    table = found.band_set(0.9)
    assert (table["probability"] >= 0.9).all()
    assert table.loc["c", "best"] == "upper"
    assert set(found.band_set(1e-9)["best"]) == set(found.band_set(1e-9)["worst"])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: bands(POST), "none given"),
        (lambda: bands(POST, shares=[0.5, 0.4]), "add up to 0.9"),
        (lambda: bands(POST, counts=COUNTS, labels=["a", "b"]), "there are 3 bands"),
        (lambda: bands(POST, counts=COUNTS, labels=["a", "b", "a"]), "there are 3 bands"),
        (lambda: bands(POST, counts=COUNTS).band("squared"), "'squared'; it is 'zero-one'"),
        (lambda: bands(POST, counts=COUNTS).band(np.eye(2)), r"loss: shape: \(2, 2\)"),
        (lambda: bands(POST, counts=COUNTS).band_set(1.5), "must lie between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()
