"""Lower tails, against SciPy's distributions and against integration by brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binom, gamma, nbinom

from openness.measures.lower_tail import Prediction, count_tail, predict, share_tail
from openness.measures.overdispersion import DISPERSIONS, Profile, profile

QUADRATURE = 1e-10  # both integrals are good to about 1e-12


def certain(rate: float, dispersion: float) -> Prediction:
    return Prediction(np.ones(1), np.array([rate]), np.array([dispersion]))


@given(
    st.integers(0, 3000),
    st.sampled_from([3.0, 400.0, 10_000.0]),
    st.sampled_from([0.002, 0.1, 0.7, 4.0]),
)
def test_a_count_is_negative_binomial(events: int, mean: float, dispersion: float) -> None:
    own = count_tail(certain(0.006, dispersion), events, mean / 0.006)
    twin = nbinom.cdf(events, 1 / dispersion, 1 / (1 + dispersion * mean))
    assert own == pytest.approx(twin, rel=1e-8)


def test_what_is_particular_to_a_unit() -> None:
    """Its rate is 1.5 times that of its peers, but for a relative variance of 0.05."""
    own = count_tail(certain(0.02, 0.1), 40, 5000, factor=1.5, extra=0.05)
    assert own == pytest.approx(nbinom.cdf(40, 1 / 0.15, 1 / (1 + 0.15 * 150)))


@pytest.mark.parametrize(("events", "size"), [(0, 5), (0, 400), (3, 40), (70, 400), (199, 200)])
@pytest.mark.parametrize(("odds", "dispersion"), [(9.0, 0.1), (1.0, 0.02), (0.1, 0.8), (6.0, 3.0)])
def test_a_share_is_binomial_with_gamma_odds(
    events: int, size: int, odds: float, dispersion: float
) -> None:
    own = share_tail(certain(odds / 2, dispersion / 2), events, size, 2.0, dispersion / 2)
    law = gamma(1 / dispersion, scale=dispersion * odds)

    def integrand(log_odds: float) -> float:
        at = np.exp(log_odds)
        return binom.cdf(events, size, at / (1 + at)) * law.pdf(at) * at

    twin, _ = quad(integrand, -60, 10, points=[-6, -3, 0, 3], limit=500, epsabs=1e-13)
    assert own == pytest.approx(twin, rel=1e-6, abs=QUADRATURE)


def test_weights_are_averaged() -> None:
    parts = [certain(0.01, 0.1), certain(0.02, 0.4)]
    both = Prediction(np.array([0.25, 0.75]), np.array([0.01, 0.02]), np.array([0.1, 0.4]))
    expected = 0.25 * count_tail(parts[0], 7, 1e4) + 0.75 * count_tail(parts[1], 7, 1e4)
    assert count_tail(both, 7, 1e4) == pytest.approx(expected)
    assert both.mean_rate == pytest.approx(0.0175)


def test_the_posterior_of_the_dispersion() -> None:
    """A likelihood that is normal in log phi, with a flat prior: its mean and its variance."""
    log_phi = np.log(DISPERSIONS)
    likelihood = -((log_phi - np.log(0.1)) ** 2) / (2 * 0.25**2)
    known = Profile(likelihood, np.full_like(log_phi, 3.0), np.full_like(log_phi, 100.0))
    found = predict(known)
    drawn = np.log(found.dispersion - 1 / 100)
    assert found.weight.sum() == pytest.approx(1)
    assert found.weight @ drawn == pytest.approx(np.log(0.1), abs=1e-6)
    assert found.weight @ (drawn - np.log(0.1)) ** 2 == pytest.approx(0.25**2, rel=1e-6)
    assert found.rate == pytest.approx(3.0)
    halved = predict(known, borrowed=likelihood)
    drawn = np.log(halved.dispersion - 1 / 100)
    assert halved.weight @ (drawn - np.log(0.1)) ** 2 == pytest.approx(0.25**2 / 2, rel=1e-6)


@pytest.mark.parametrize("n", [9, 230])
def test_predictive_probabilities_are_calibrated(n: int) -> None:
    """One more unit is below its predictive 2% point in 2% of tables, few peers or many."""
    rng = np.random.default_rng(6)
    tables, below, cv = 1500, 0, 0.35
    for _ in range(tables):
        exposure = 60_000 * np.exp(rng.normal(0, 0.6, n + 1))
        rates = 0.006 * rng.gamma(1 / cv**2, cv**2, n + 1)
        events = rng.poisson(exposure * rates).astype(float)
        others = predict(profile(events[1:], exposure[1:]))
        below += count_tail(others, events[0], exposure[0]) < 0.02
    error = np.sqrt(0.02 * 0.98 / tables)
    assert below / tables == pytest.approx(0.02, abs=3.5 * error)
