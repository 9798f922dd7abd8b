import numpy as np
import pytest

from openness.errors import InvalidInput
from openness.ranking.precision import (
    batch_means,
    error_of_batches,
    mean_and_error,
    monte_carlo_error,
)


def autoregression(rho, size, chains, rng):
    """`chains` stationary series with unit innovations, shape (size, chains)."""
    x = np.empty((size, chains))
    x[0] = rng.normal(size=chains) / np.sqrt(1 - rho**2)
    for t in range(1, size):
        x[t] = rho * x[t - 1] + rng.normal(size=chains)
    return x


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_error_of_an_autoregression_is_the_known_one(rho):
    size = 10_000
    values = autoregression(rho, size, 200, np.random.default_rng(9))
    known = 1 / (1 - rho) / np.sqrt(size)
    # 200 estimates with 99 degrees of freedom each: their mean is good to half a per cent. Batches
    # of 100 draws cut off about rho/(1 - rho^2)/100 of the variance, 1 per cent at 0.6.
    assert monte_carlo_error(values).mean() == pytest.approx(known, rel=0.025)


def test_a_constant_has_no_error():
    assert monte_carlo_error(np.ones((100, 2))).tolist() == [0, 0]


def test_too_few_draws_are_refused():
    with pytest.raises(InvalidInput, match="at least 16"):
        monte_carlo_error(np.zeros((15, 1)))


@pytest.mark.parametrize("size", [16, 100, 107])
def test_means_and_errors_are_those_of_the_values_one_by_one(size):
    values = np.random.default_rng(15).normal(size=(size, 3))
    mean, by_batch = batch_means(lambda part: part.mean(axis=0), values)
    np.testing.assert_allclose(mean, values.mean(axis=0))
    np.testing.assert_allclose(error_of_batches(by_batch), monte_carlo_error(values))
    found = mean_and_error(lambda part: part.mean(axis=0), values)
    np.testing.assert_allclose(found, (values.mean(axis=0), monte_carlo_error(values)))
