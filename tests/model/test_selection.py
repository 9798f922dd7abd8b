"""Draws of openness given what was returned, against integrals over the law they are drawn from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from openness.model.selection import SelectionParameters, draw_selected

N = 40_000
X = np.linspace(-9, 9, 721)
DENSITY = norm.pdf(X) / norm.pdf(X).sum()


def by_integration(
    mean: float, variance: float, offset: float, returned: list[int], p: SelectionParameters
) -> tuple[float, float]:
    """Mean and sd of z, by the trapezoidal rule over z and f."""
    z = mean + np.sqrt(variance) * X
    weight = np.log(DENSITY)[:, None] + np.log(DENSITY)
    for c, sign in enumerate(returned):
        if sign:
            index = p.intercept[c] + p.slope[c] * (offset + z)[:, None] + p.factor[c] * X
            weight = weight + norm.logcdf(sign * index)
    share = np.exp(weight - weight.max()).sum(axis=1)
    share /= share.sum()
    centre = float(share @ z)
    return centre, float(np.sqrt(share @ (z - centre) ** 2))


@pytest.mark.parametrize("returned", [[1, 0], [-1, 0], [0, -1], [1, -1], [-1, -1]])
@pytest.mark.parametrize("factor", [0.0, 0.8])
def test_draws_have_the_law_of_z_given_the_returns(returned: list[int], factor: float) -> None:
    parameters = SelectionParameters(
        np.array([0.4, 0.9]), np.array([-0.8, 0.5]), np.full(2, factor)
    )
    ones = np.ones(N)
    rng = np.random.default_rng(3)
    z = draw_selected(
        0.3 * ones, 0.6 * ones, -0.2 * ones, np.tile(returned, (N, 1)), parameters, rng
    )
    mean, sd = by_integration(0.3, 0.6, -0.2, returned, parameters)
    # Four Monte Carlo standard errors, of a mean and of a standard deviation.
    assert z.mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(N))
    assert z.std() == pytest.approx(sd, abs=4 * sd / np.sqrt(2 * N) * 1.2)


def test_far_in_the_tail() -> None:
    """A return that all but contradicts the cells is still a law that can be drawn from."""
    parameters = SelectionParameters(np.array([9.0]), np.array([1.0]), np.zeros(1))
    returned = np.full((N, 1), -1)
    z = draw_selected(
        np.zeros(N), np.ones(N), np.zeros(N), returned, parameters, np.random.default_rng(4)
    )
    # index ~ N(9, 2) known to be below 0, so z is about -9/2 and a little less.
    hazard = norm.pdf(9 / np.sqrt(2)) / norm.cdf(-9 / np.sqrt(2))
    assert z.mean() == pytest.approx(-hazard / np.sqrt(2), abs=4 / np.sqrt(N))
