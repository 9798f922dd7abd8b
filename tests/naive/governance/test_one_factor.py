from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime
from statsmodels.multivariate.factor import Factor

from openness.errors import NotIdentified
from openness.naive.governance.one_factor import (
    _discrepancy,
    best_heywood,
    is_heywood,
    one_factor_loadings,
    score_from_sources,
)

LAVAAN = 1e-6
"""lavaan stops where a step changes little; its loadings are 4e-7 from ours, its scores 6e-7."""


@pytest.mark.real_data
def test_loadings_and_scores_of_the_school_children(real_data: Path) -> None:
    folder = real_data / "published/factor-holzinger-1939"
    answers = pd.read_csv(folder / "HolzingerSwineford1939.csv").loc[:, "x1":"x9"]
    published = pd.read_csv(folder / "HS_onefactor.csv").query("op == '=~'").set_index("rhs")
    loading = one_factor_loadings(answers.corr().to_numpy())
    np.testing.assert_allclose(loading, published["std.all"], rtol=0, atol=LAVAAN)

    # Maximum likelihood of the means and covariances divides by n.
    sources = pd.DataFrame(
        {
            "alpha": answers.mean(),
            "beta": loading * answers.std(ddof=0),
            "sigma": np.sqrt(1 / loading**2 - 1),
        }
    )
    scores = score_from_sources(answers, sources)["estimate"]
    regression_scores = pd.read_csv(folder / "HS_onefactor_scores.csv")["g"]
    np.testing.assert_allclose(scores, regression_scores, rtol=0, atol=3 * LAVAAN)


def _correlation(seed: int, p: int = 6, n: int = 80) -> np.ndarray:
    rng = np.random.default_rng(seed)
    loading = rng.uniform(0.3, 0.9, size=p)
    x = rng.normal(size=(n, 1)) * loading + rng.normal(size=(n, p)) * np.sqrt(1 - loading**2)
    return np.corrcoef(x, rowvar=False)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_as_statsmodels(seed: int) -> None:
    """Which frees the specific variances too: their sum with L^2 comes out as 1 by itself."""
    correlation = _correlation(seed)
    ours = one_factor_loadings(correlation)
    start = (0.5 * np.ones((6, 1)), 0.5 * np.ones(6))
    theirs = Factor(corr=correlation, n_factor=1, method="ml").fit(start=start)
    # statsmodels stops at a gradient of 1e-5.
    np.testing.assert_allclose(ours, np.abs(theirs.loadings[:, 0].real), atol=1e-4)
    np.testing.assert_allclose(1 - ours**2, theirs.uniqueness, atol=2e-4)


def test_three_variables_have_a_closed_form() -> None:
    """lambda_1^2 = r_12 r_13 / r_23, and so on."""
    r = np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]])
    by_hand = np.sqrt([0.6 * 0.5 / 0.4, 0.6 * 0.4 / 0.5, 0.5 * 0.4 / 0.6])
    np.testing.assert_allclose(one_factor_loadings(r), by_hand, atol=1e-7)


def test_the_discrepancy_is_that_of_dense_matrices() -> None:
    correlation = _correlation(1)
    x = np.random.default_rng(2).normal(size=6)
    loading = np.tanh(x)
    implied = np.outer(loading, loading) + np.diag(1 - loading**2)
    dense = np.linalg.slogdet(implied)[1] + np.trace(correlation @ np.linalg.inv(implied))
    value, gradient = _discrepancy(x, correlation)
    assert value == pytest.approx(dense, rel=1e-12)
    numerical = approx_fprime(x, lambda at: _discrepancy(at, correlation)[0], 1e-7)
    np.testing.assert_allclose(gradient, numerical, atol=1e-4)


def test_turning_a_variable_turns_its_loading() -> None:
    correlation = _correlation(3)
    sign = np.array([1, 1, -1, 1, 1, 1])
    turned = one_factor_loadings(correlation * np.outer(sign, sign))
    np.testing.assert_allclose(turned, sign * one_factor_loadings(correlation), atol=1e-6)


def test_heywood_cases_are_seen() -> None:
    """r_12 r_13 / r_23 = 1.62: the first variable would be more than the factor."""
    r = np.array([[1, 0.9, 0.9], [0.9, 1, 0.5], [0.9, 0.5, 1]])
    loading = one_factor_loadings(r)
    assert is_heywood(loading).tolist() == [True, False, False]
    assert not is_heywood(one_factor_loadings(_correlation(1))).any()


def test_two_variables_are_not_enough() -> None:
    with pytest.raises(NotIdentified, match="1 correlations for 2 loadings"):
        one_factor_loadings(np.array([[1, 0.5], [0.5, 1]]))


def test_a_higher_likelihood_at_the_bound_is_found() -> None:
    """Noise at ten units: the search ends inside, and the second variable does better."""
    correlation = np.corrcoef(np.random.default_rng(33).normal(size=(10, 5)), rowvar=False)
    loading = one_factor_loadings(correlation)
    assert not is_heywood(loading).any()
    assert best_heywood(correlation, loading) == 1

    def value(k: int) -> float:
        """With a loading of 0.99999 of k, and those of the others as they correlate with it."""
        at = correlation[k].copy()
        at[k] = 0.99999
        fitted = np.outer(at, at) + np.diag(1 - at**2)
        return np.linalg.slogdet(fitted)[1] + np.trace(correlation @ np.linalg.inv(fitted))

    # By so little, 1e-4, as 0.99999 is less than 1.
    closed = 5 + np.log(1 - np.delete(correlation[1], 1) ** 2).sum()
    assert value(1) == pytest.approx(closed, abs=1e-4)
    assert value(1) < _discrepancy(np.arctanh(loading), correlation)[0]
    assert min(range(5), key=value) == 1


def test_no_higher_likelihood_at_the_bound_of_one_factor() -> None:
    for seed in range(5):
        correlation = _correlation(seed)
        assert best_heywood(correlation, one_factor_loadings(correlation)) is None
