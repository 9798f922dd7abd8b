"""What a value teaches, against the joint normal law and against numerical integration."""

import numpy as np
import pytest
from scipy.stats import norm

from openness.explain.learn import (
    LEAST_EFFECTIVE,
    AbsentCell,
    effective_share,
    learn_category,
    learn_value,
)

DRAWS = 200_000
WITHIN = 5 / np.sqrt(DRAWS)
"""Five standard errors of a mean of draws whose sd is at most 1."""


def cell(*, mean=0.3, variance=1.5, covariance=0.6, mean_z=-0.2, var_z=0.5, spread=0.0):
    """One cell; `spread` sets its mean apart between draws, and z with it."""
    rng = np.random.default_rng(1)
    shift = spread * rng.normal(size=DRAWS)
    z = mean_z + shift + np.sqrt(var_z) * rng.normal(size=DRAWS)
    full = np.ones(DRAWS)
    return AbsentCell(
        mean=mean + shift,
        variance=variance * full,
        covariance=covariance * full,
        mean_z=mean_z + shift,
        var_z=var_z * full,
        z=z,
        score=z + 1.0,
    )


def moments(learned):
    mean = np.average(learned.score, weights=learned.weights)
    return mean, np.average((learned.score - mean) ** 2, weights=learned.weights)


@pytest.mark.parametrize("value", [-2.0, 0.3, 1.5])
@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_a_value_conditions_the_joint_normal_law(value: float, spread: float) -> None:
    """With means that are normal between draws, all is one joint normal law of (y, z)."""
    learned = learn_value(cell(spread=spread), value)
    v, c, vz = 1.5 + spread**2, 0.6 + spread**2, 0.5 + spread**2
    mean, variance = moments(learned)
    assert mean == pytest.approx(1.0 - 0.2 + c / v * (value - 0.3), abs=2 * WITHIN)
    assert variance == pytest.approx(vz - c**2 / v, abs=2 * WITHIN)
    assert learned.power == 1


def test_the_expected_value_of_an_uninformative_cell_changes_nothing() -> None:
    before = cell(covariance=0.0)
    learned = learn_value(before, 0.3)
    np.testing.assert_array_equal(learned.score, before.score)
    np.testing.assert_array_equal(learned.weights, 1)


def test_a_value_that_no_draw_foretold_is_followed_as_far_as_the_draws_go() -> None:
    learned = learn_value(cell(spread=0.5), 30.0)
    assert learned.power < 1
    assert effective_share(learned.weights) == pytest.approx(LEAST_EFFECTIVE, rel=1e-6)
    assert np.average(learned.score, weights=learned.weights) > learned.score.mean()


@pytest.mark.parametrize("category", [0, 1, 2])
def test_a_category_conditions_by_its_probability(category: int) -> None:
    """Against the integral of z over its normal law times the ordered probit."""
    cuts = np.array([-0.5, 0.8])
    learned = learn_category(cell(), np.tile(cuts, (DRAWS, 1)), category)
    z = np.linspace(-8, 8, 4001)
    slope = 0.6 / 0.5
    probit = norm(0.3 + slope * (z + 0.2), np.sqrt(1.5 - slope * 0.6))
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    density = norm.pdf(z, -0.2, np.sqrt(0.5)) * (
        probit.cdf(edges[category + 1]) - probit.cdf(edges[category])
    )
    density /= density.sum()
    mean = density @ z
    came = moments(learned)
    assert came[0] == pytest.approx(1 + mean, abs=3 * WITHIN)
    assert came[1] == pytest.approx(density @ (z - mean) ** 2, abs=3 * WITHIN)


def test_categories_together_teach_nothing() -> None:
    """The law of total probability, draw by draw: the chances of all categories add up to 1."""
    cuts = np.tile([-0.5, 0.8], (DRAWS, 1))
    weights = [learn_category(cell(), cuts, category).weights for category in range(3)]
    ratio = np.linalg.lstsq(np.array(weights).T, np.ones(DRAWS), rcond=None)[0]
    np.testing.assert_allclose(np.array(weights).T @ ratio, 1, atol=1e-9)


def test_an_impossible_category_still_gives_numbers() -> None:
    cuts = np.tile([-200.0, -100.0], (DRAWS, 1))
    learned = learn_category(cell(), cuts, 0)
    assert np.isfinite(learned.weights).all()
    assert effective_share(learned.weights) >= LEAST_EFFECTIVE * (1 - 1e-6)
