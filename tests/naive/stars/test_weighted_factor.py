from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.stats import multivariate_normal, norm

from openness.naive.stars.weighted_factor import (
    SMALLEST_SD,
    fit_factor,
    likelihood_weights,
    log_likelihood,
)

MU = np.array([0.1, -0.2, 0.0, 0.3])
GAMMA = np.array([0.9, 0.6, -0.3, 0.5])
SIGMA = np.array([0.5, 0.8, 1.1, 0.9])


def _data(n: int, rng: np.random.Generator, empty: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    z = MU + rng.normal(size=(n, 1)) * GAMMA + rng.normal(size=(n, 4)) * SIGMA
    gaps = rng.random(z.shape) < empty
    gaps[:, 0] &= ~gaps[:, 1:].all(axis=1)
    return np.where(gaps, np.nan, z), gaps


def test_whole_weights_against_a_dense_normal_of_repeated_measures() -> None:
    """A term to the power 3 is that of three measures that read the same."""
    rng = np.random.default_rng(1)
    z, gaps = _data(8, rng)
    weights = np.where(gaps, 0, rng.integers(1, 4, z.shape))
    value, _ = log_likelihood(np.nan_to_num(z), weights, MU, GAMMA, SIGMA)
    for i in range(8):
        k = np.repeat(np.arange(4), weights[i])
        cov = np.outer(GAMMA[k], GAMMA[k]) + np.diag(SIGMA[k] ** 2)
        assert value[i] == pytest.approx(multivariate_normal(MU[k], cov).logpdf(z[i, k]), rel=1e-10)


def test_broken_weights_against_the_integral_over_the_factor() -> None:
    rng = np.random.default_rng(2)
    z, gaps = _data(8, rng)
    weights = np.where(gaps, 0, rng.uniform(0.1, 3, z.shape))
    z = np.nan_to_num(z)
    value, _ = log_likelihood(z, weights, MU, GAMMA, SIGMA)
    for i in range(8):
        likelihood, _ = quad(
            lambda a, i=i: (
                norm.pdf(a) * np.prod(norm.pdf(z[i], MU + GAMMA * a, SIGMA) ** weights[i])
            ),
            -8,
            8,
            epsrel=1e-10,
        )
        assert value[i] == pytest.approx(np.log(likelihood), rel=1e-8)


def test_gradient_against_finite_differences() -> None:
    rng = np.random.default_rng(3)
    z, gaps = _data(20, rng)
    weights = np.where(gaps, 0, rng.uniform(0.1, 3, z.shape))
    z = np.nan_to_num(z)

    def total(theta: np.ndarray) -> float:
        mu, gamma, log_sigma = theta.reshape(3, 4)
        return log_likelihood(z, weights, mu, gamma, np.exp(log_sigma))[0].sum()

    theta = np.concatenate([MU, GAMMA, np.log(SIGMA)])
    _, gradient = log_likelihood(z, weights, MU, GAMMA, SIGMA)
    # Forward differences of 1e-7 leave about 1e-6 of a sum of some tens.
    np.testing.assert_allclose(gradient.ravel(), approx_fprime(theta, total, 1e-7), atol=1e-4)


def test_weights_have_mean_one_for_each_measure() -> None:
    nan = np.nan
    volumes = np.array([[10, 5, nan], [30, nan, nan], [nan, 15, nan], [99, 99, 9]])
    present = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1], [0, 0, 0]], bool)
    expected = [[0.5, 0.5, 1], [1.5, 0, 1], [1, 1.5, 1], [0, 0, 0]]
    np.testing.assert_array_equal(likelihood_weights(volumes, present), expected)


def test_parameters_come_back_from_incomplete_data() -> None:
    rng = np.random.default_rng(4)
    z, gaps = _data(20_000, rng)
    fit = fit_factor(z, (~gaps).astype(float), rng)
    # Over 15 such tables the estimates have sds of up to 0.016: four of those.
    np.testing.assert_allclose(fit.intercepts, MU, atol=4 * 0.016)
    np.testing.assert_allclose(fit.loadings, GAMMA, atol=4 * 0.016)
    np.testing.assert_allclose(fit.sds, SIGMA, atol=4 * 0.016)
    assert fit.converged
    assert fit.agreeing == 5


def test_scores_are_the_conditional_mean_and_sd() -> None:
    rng = np.random.default_rng(5)
    z, gaps = _data(200, rng)
    fit = fit_factor(z, (~gaps).astype(float), rng)
    for i in range(10):
        k = ~gaps[i]
        cov = np.outer(fit.loadings[k], fit.loadings[k]) + np.diag(fit.sds[k] ** 2)
        weights = np.linalg.solve(cov, fit.loadings[k])
        assert fit.scores[i] == pytest.approx(weights @ (z[i] - fit.intercepts)[k], rel=1e-9)
        assert fit.standard_errors[i] ** 2 == pytest.approx(1 - weights @ fit.loadings[k], rel=1e-9)
    np.testing.assert_allclose(fit.contributions.sum(axis=1), fit.scores, rtol=1e-12)
    assert fit.variance_shares.sum() == pytest.approx(1)
    assert fit.information_shares.sum() == pytest.approx(1)


def test_all_turned_is_the_same_factor() -> None:
    """The sign is that of the sum of the loadings, so that scores turn with the measures."""
    rng = np.random.default_rng(6)
    z, gaps = _data(200, rng)
    weights = (~gaps).astype(float)
    fit = fit_factor(z, weights, np.random.default_rng(7))
    turned = fit_factor(-z, weights, np.random.default_rng(7))
    np.testing.assert_allclose(turned.loadings, fit.loadings, atol=1e-5)
    np.testing.assert_allclose(turned.scores, -fit.scores, atol=1e-5)


def test_a_measure_with_unequal_volumes_takes_over() -> None:
    """Four measures alike, but that the volumes of one run over five powers of ten."""
    rng = np.random.default_rng(8)
    n = 500
    z = 0.7 * rng.normal(size=(n, 1)) + 0.7 * rng.normal(size=(n, 4))
    volumes = np.ones((n, 4))
    alike = fit_factor(z, likelihood_weights(volumes, ~np.isnan(z)), rng)
    assert alike.information_shares.max() < 0.4
    assert not alike.exhausted.any()

    volumes[:, 2] = np.exp(rng.normal(0, 3, n))
    fit = fit_factor(z, likelihood_weights(volumes, ~np.isnan(z)), rng)
    assert fit.information_shares[2] > 0.99
    assert fit.exhausted.tolist() == [False, False, True, False]
    assert fit.sds[2] == pytest.approx(SMALLEST_SD, rel=0.1)
    assert fit.variance_shares[2] > 0.8


@pytest.mark.real_data
def test_holzinger_and_swineford_against_lavaan(real_data: Path) -> None:
    """Weights of 1 and nothing missing: an ordinary one-factor model."""
    folder = real_data / "published" / "factor-holzinger-1939"
    x = pd.read_csv(folder / "HolzingerSwineford1939.csv")[[f"x{i}" for i in range(1, 10)]]
    published = pd.read_csv(folder / "HS_onefactor.csv")
    rows = {
        op: published[published["op"] == op].set_index("lhs" if op != "=~" else "rhs")
        for op in ("=~", "~~", "~1")
    }
    fit = fit_factor(x.to_numpy(), np.ones(x.shape), np.random.default_rng(1))
    # Both optimisers stop near the optimum; lavaan gives a log-likelihood of -3851.224.
    assert fit.log_likelihood == pytest.approx(-3851.224, abs=5e-4)
    for ours, op in ((fit.loadings, "=~"), (fit.sds**2, "~~"), (fit.intercepts, "~1")):
        np.testing.assert_allclose(ours, rows[op].loc[x.columns, "est"], atol=1e-5)
    scores = pd.read_csv(folder / "HS_onefactor_scores.csv")["g"]
    np.testing.assert_allclose(fit.scores, scores, atol=1e-5)
