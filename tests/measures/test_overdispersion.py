"""The profile over dispersions, against SciPy and against what it must not be moved by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import nbinom

from openness.measures.overdispersion import DISPERSIONS, WILD, WILD_SHARE, profile

SETTLED = 1e-3  # the search stops at .01 standard errors, where the loss is half its square
FEW, MANY = 8, 230


def sample(n: int, dispersion: float, seed: int, rate: float = 0.006) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    exposure = 60_000 * np.exp(rng.normal(0, 0.6, n))
    events = rng.poisson(exposure * rate * rng.gamma(1 / dispersion, dispersion, n))
    return events.astype(float), exposure


def log_density(events: np.ndarray, mean: np.ndarray, dispersion: float) -> np.ndarray:
    return nbinom.logpmf(events, 1 / dispersion, 1 / (1 + dispersion * mean))


def mixture(events: np.ndarray, mean: np.ndarray, dispersion: float) -> float:
    return np.logaddexp(
        np.log(1 - WILD_SHARE) + log_density(events, mean, dispersion),
        np.log(WILD_SHARE) + log_density(events, mean, WILD),
    ).sum()


def likeliest(events: np.ndarray, exposure: np.ndarray) -> tuple[float, float]:
    found = profile(events, exposure)
    best = found.log_likelihood.argmax()
    return float(found.rate[best]), float(DISPERSIONS[best])


@pytest.mark.parametrize(("n", "dispersion"), [(FEW, 0.12), (MANY, 0.12), (MANY, 0.5)])
def test_it_is_the_maximum_over_the_rate(n: int, dispersion: float) -> None:
    """Near the best dispersions; far from them the search may stop early, as they do not count."""
    events, exposure = sample(n, dispersion, seed=1)
    found = profile(events, exposure)
    near = np.flatnonzero(found.log_likelihood > found.log_likelihood.max() - 20)
    twin = np.array(
        [
            -minimize_scalar(
                lambda log_rate, phi=phi: -mixture(events, np.exp(log_rate) * exposure, phi),
                bracket=(np.log(rate) - 0.1, np.log(rate) + 0.1),
            ).fun
            for phi, rate in zip(DISPERSIONS[near], found.rate[near], strict=True)
        ]
    )
    own = found.log_likelihood[near]
    # What depends on the events alone is left out of one of the two.
    assert own - own[0] == pytest.approx(twin - twin[0], abs=SETTLED)


def test_the_information_is_that_of_a_negative_binomial() -> None:
    """Without wild units it is sum mu / (1 + phi mu), and the likelihood bends by as much."""
    events, exposure = sample(MANY, 0.12, seed=2)
    found = profile(events, exposure)
    j = found.log_likelihood.argmax()
    phi, mean = DISPERSIONS[j], found.rate[j] * exposure
    assert found.information[j] == pytest.approx(np.sum(mean / (1 + phi * mean)), rel=0.02)
    at = np.array([mixture(events, mean * np.exp(step), phi) for step in (-0.01, 0, 0.01)])
    assert found.information[j] == pytest.approx(-np.diff(at, 2)[0] / 0.01**2, rel=0.1)


def test_it_finds_what_the_counts_were_made_with() -> None:
    """20 tables of 230: mean of the estimates, to three of its standard errors."""
    found = np.array([likeliest(*sample(MANY, 0.2, seed)) for seed in range(20)])
    rates, dispersions = found.T
    assert abs(np.log(rates / 0.006).mean()) < 3 * np.sqrt(0.2 / MANY / 20)
    # The grid has a step of 0.3 in log phi, and an estimate from 230 units an sd of 0.1.
    assert abs(np.log(dispersions / 0.2).mean()) < 0.3 / 2 + 3 * 0.1 / np.sqrt(20)


@pytest.mark.parametrize("planted", [[0.0], [0.0] * 10, [0.0] * 30, [30.0]])
def test_nils_and_outliers_hardly_move_it(planted: list[float]) -> None:
    events, exposure = sample(MANY, 0.12, seed=3)
    rate, dispersion = likeliest(events, exposure)
    events[: len(planted)] *= planted
    moved, widened = likeliest(events, exposure)
    assert moved == pytest.approx(rate, rel=0.05)
    assert widened == pytest.approx(dispersion, rel=0.4), "at most one step of the grid"


def test_the_plain_likelihood_would_be_moved() -> None:
    """Ten nils: without the wild share the best dispersion is more than twice as large."""
    events, exposure = sample(MANY, 0.12, seed=3)
    events[:10] = 0
    plain = [
        -minimize_scalar(
            lambda log_rate, phi=phi: -log_density(events, np.exp(log_rate) * exposure, phi).sum(),
            bracket=(-5.2, -5),
        ).fun
        for phi in DISPERSIONS
    ]
    assert DISPERSIONS[np.argmax(plain)] > 2 * likeliest(events, exposure)[1]


@given(st.permutations(range(FEW)), st.sampled_from([0.01, 1.0, 1000.0]))
def test_order_and_units_of_exposure_do_not_matter(order: list[int], scale: float) -> None:
    events, exposure = sample(FEW, 0.3, seed=4)
    found, other = profile(events, exposure), profile(events[order], scale * exposure[order])
    near = found.log_likelihood > found.log_likelihood.max() - 20
    assert other.rate[near] * scale == pytest.approx(found.rate[near])
    assert np.diff(other.log_likelihood[near]) == pytest.approx(
        np.diff(found.log_likelihood[near]), abs=1e-8
    )


def test_few_events_leave_the_dispersion_open() -> None:
    rng = np.random.default_rng(5)
    found = profile(rng.poisson(0.5, FEW).astype(float), np.ones(FEW))
    assert np.ptp(found.log_likelihood[DISPERSIONS < 1]) < 2
