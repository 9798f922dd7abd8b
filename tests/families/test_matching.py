"""Moment-matched cells against brute-force integrals, and against the rule they replace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import binom, poisson

from openness.families import matching
from openness.families.count import Count
from openness.families.counted import Counted
from openness.families.matching import Column, LogLikelihood, Reference
from openness.families.proportion import Proportion
from openness.league import Indicator

Array = np.ndarray
BY_NAME: dict[str, Counted] = {"count": Count(), "proportion": Proportion()}


def by_brute_force(likelihood: LogLikelihood, reference: Reference) -> tuple[float, float]:
    """Posterior mean and variance of one observation on a grid of 40,001 points over 24 sd.

    The integrand has vanished at both ends, where the trapezium rule is exact but for rounding.
    """
    eta = reference.mean + reference.sd * np.linspace(-12, 12, 40_001)
    log_density = likelihood.log_density(eta[None, :])[0]
    log_density = log_density - 0.5 * ((eta - reference.mean) / reference.sd) ** 2
    weight = np.exp(log_density - log_density.max())
    weight /= weight.sum()
    mean = float(weight @ eta)
    return mean, float(weight @ (eta - mean) ** 2)


QUADRATURE = 1e-6
"""Of a posterior sd, or of its variance. 40 nodes leave about 1e-10 for the counts of 0 and 1 whose
posteriors are the least normal; the grid leaves as little."""


@st.composite
def observations(draw: st.DrawFn) -> tuple[LogLikelihood, Array, Reference]:
    """Whole counts and shares within 4 sd of a reference, none and all included."""
    reference = Reference(draw(st.floats(-1, 1)), draw(st.floats(0.05, 1.0)))
    eta = reference.mean + draw(st.floats(-4, 4)) * reference.sd
    if draw(st.booleans()):
        n = np.array([draw(st.floats(0.5, 500))])
        y = np.floor(n * np.exp(eta))
        return Count().likelihood(y, n), Count().plug_in(y, n)[0], reference
    n = np.array([draw(st.floats(1, 5000))])
    y = np.minimum(n, np.rint(n * expit(eta)))
    return Proportion().likelihood(y, n), Proportion().plug_in(y, n)[0], reference


@settings(deadline=None)
@given(observations())
def test_posterior_moments(case: tuple[LogLikelihood, Array, Reference]) -> None:
    likelihood, start, reference = case
    (mean,), (variance,) = matching.posterior_moments(likelihood, start, reference)
    expected_mean, expected_variance = by_brute_force(likelihood, reference)
    assert abs(mean - expected_mean) < QUADRATURE * np.sqrt(expected_variance)
    assert variance == pytest.approx(expected_variance, rel=QUADRATURE)


@settings(deadline=None)
@given(observations())
def test_the_cell_stands_for_the_likelihood(case: tuple[LogLikelihood, Array, Reference]) -> None:
    """Under the reference the Gaussian cell gives the moments that the exact likelihood gives."""
    likelihood, start, reference = case
    (yhat,), (s2,) = matching.match(likelihood, start, reference)
    mean, variance = matching.normal_moments(np.array([yhat]), np.array([s2]), reference)
    exact_mean, exact_variance = matching.posterior_moments(likelihood, start, reference)
    assert s2 > 0
    # Where the observation says next to nothing, s2 is a difference of nearly equal precisions.
    assert mean == pytest.approx(exact_mean, abs=1e-6 * np.sqrt(exact_variance[0]))
    assert variance == pytest.approx(exact_variance, rel=1e-6)


@settings(deadline=None)
@given(observations())
def test_derivatives_of_the_likelihood(case: tuple[LogLikelihood, Array, Reference]) -> None:
    likelihood, eta, _ = case
    step = 1e-4
    for function, derivative in (
        (likelihood.log_density, likelihood.gradient),
        (likelihood.gradient, likelihood.curvature),
    ):
        numerical = (function(eta + step) - function(eta - step)) / (2 * step)
        # Error h^2/6 of a third derivative no larger than the size of its terms.
        size = 1 + np.abs(likelihood.curvature(eta)) + np.abs(likelihood.log_density(eta))
        assert np.abs(derivative(eta) - numerical) < 1e-7 * size


N = 40_000
WITHIN = 0.05
"""Posterior sds. The Monte Carlo error of a mean over `N` units is 0.005 of one."""


def _posterior(value: Array, s2: Array, mean: Array, sd: float) -> tuple[Array, Array]:
    variance = 1 / (1 / s2 + 1 / sd**2)
    return variance * (value / s2 + mean / sd**2), variance


def _bias(cell: tuple[Array, Array], eta: Array, mean: Array, sd: float) -> float:
    """Mean error of the posterior mean in posterior sds, given what else is known of the unit."""
    centre, variance = _posterior(*cell, mean, sd)
    return float(((centre - eta) / np.sqrt(variance)).mean())


@pytest.mark.parametrize(
    ("family", "typical", "size", "plug_in_bias"),
    [
        # plug_in_bias: 1 / sqrt(mean count + 1/psi^2), (1 - 2p) / sqrt(n p (1-p) + 1/psi^2).
        ("count", np.log(5.0), 1.0, 0.26),
        ("proportion", logit(0.1), 60.0, 0.20),
    ],
)
def test_matched_cells_are_unbiased_where_the_plug_in_rule_is_not(
    family: str, typical: float, size: float, plug_in_bias: float
) -> None:
    """Half of the variance is known from elsewhere, as from a unit's other measures."""
    rng = np.random.default_rng(11)
    psi = 0.3
    elsewhere = typical + rng.normal(0, psi, N)
    eta = elsewhere + rng.normal(0, psi, N)
    n = np.full(N, size)
    if family == "count":
        y = rng.poisson(n * np.exp(eta)).astype(float)
    else:
        y = rng.binomial(n.astype(int), expit(eta)).astype(float)
    likelihood = BY_NAME[family].likelihood(y, n)
    start, variance = BY_NAME[family].plug_in(y, n)
    reference = matching.estimate_reference(
        lambda guess: matching.posterior_moments(likelihood, start, guess),
        Reference(float(start.mean()), float(start.std())),
        float(np.sqrt(np.median(variance))),
    )
    matched = abs(_bias(matching.match(likelihood, start, reference), eta, elsewhere, psi))
    plugged_in = abs(_bias((start, variance), eta, elsewhere, psi))
    assert matched < WITHIN
    assert plugged_in == pytest.approx(plug_in_bias, abs=WITHIN)
    assert plugged_in > 2 * WITHIN


def test_reference_is_the_distribution_of_the_units() -> None:
    """Maximum likelihood from normal cells of known error: mean and sd within 4 standard errors."""
    rng = np.random.default_rng(5)
    error = 0.6 * np.exp(rng.normal(0, 0.2, N))
    value = rng.normal(2.0, 0.8, N) + rng.normal(0, error)
    reference = matching.estimate_reference(
        lambda guess: matching.normal_moments(value, error**2, guess), Reference(0.0, 3.0), 0.6
    )
    total = np.sqrt(0.8**2 + 0.6**2)
    assert reference.mean == pytest.approx(2.0, abs=4 * total / np.sqrt(N))
    assert reference.sd == pytest.approx(0.8, abs=4 * total**2 / 0.8 / np.sqrt(2 * N) + 2e-3)


def test_units_that_do_not_differ_get_a_reference_of_some_width() -> None:
    value, variance = np.full(20, 3.0), np.full(20, 0.16)
    reference = matching.estimate_reference(
        lambda guess: matching.normal_moments(value, variance, guess), Reference(3.0, 0.0), 0.4
    )
    assert reference.mean == pytest.approx(3.0)
    assert reference.sd == 0.25 * 0.4


@pytest.mark.parametrize("family", ["count", "proportion"])
def test_a_range_sums_the_probabilities_of_what_is_possible(family: str) -> None:
    n, eta = np.array([30.0, 7.0]), np.array([-2.0, -0.4])
    likelihood = BY_NAME[family].interval(1, 4, n)
    known = poisson(n * np.exp(eta)) if family == "count" else binom(n, expit(eta))
    expected = np.log(known.cdf(4) - known.cdf(0))
    assert likelihood.log_density(eta) == pytest.approx(expected, rel=1e-12)
    grid = eta[:, None] + np.array([-0.1, 0.0, 0.2])
    assert likelihood.log_density(grid)[:, 1] == pytest.approx(expected, rel=1e-12)
    step = 1e-5
    slope = (likelihood.log_density(grid + step) - likelihood.log_density(grid - step)) / (2 * step)
    bend = (likelihood.gradient(grid + step) - likelihood.gradient(grid - step)) / (2 * step)
    # Central differences: an error of h^2 = 1e-10 times third derivatives of order 10.
    assert likelihood.gradient(grid) == pytest.approx(slope, abs=1e-8)
    assert likelihood.curvature(grid) == pytest.approx(bend, abs=1e-8)


def test_no_more_events_than_there_are_people() -> None:
    likelihood = Proportion().interval(0, 9, np.array([3.0]))
    # Anything from 0 to 3 of 3: nothing is learnt.
    assert likelihood.log_density(np.array([0.7])) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("n", [2.0, 4.0, 30.0])
def test_a_suppressed_share_is_found_where_fewer_answered_than_the_range_allows(n: float) -> None:
    """1 to 4 of 2 are 1 or 2: the middle of the range is no start, for there is no such share."""
    reference, size = Reference(-0.2, 0.8), np.array([n])
    (mean,), (sd,) = Proportion().look_for((1, 4), size, reference)
    expected_mean, expected_variance = by_brute_force(Proportion().interval(1, 4, size), reference)
    assert abs(mean - expected_mean) < QUADRATURE * np.sqrt(expected_variance)
    assert sd == pytest.approx(np.sqrt(expected_variance), rel=QUADRATURE)


def of_types(n_each: tuple[int, ...], seed: int) -> tuple[Array, Array, Array]:
    """Counts of a few events at units whose types differ: group, mean log rate, events."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(n_each)), n_each)
    centre = np.log(3.0) + np.array([0.0, 1.0, -1.0])[group]
    return group, centre, rng.poisson(np.exp(centre + rng.normal(0, 0.4, len(group)))).astype(float)


def test_cells_of_each_type_are_unbiased() -> None:
    """Weighted by what they say, cells of a type have its mean; under one reference they do not."""
    group, centre, y = of_types((N, 0, N // 2), 3)
    declared = Indicator(
        id="c", label="c", family="count", direction="higher_is_better", domain="d"
    )
    pooled = Count().column(declared, y, np.ones(len(y)), np.full(len(y), np.nan))
    own = Count().by_group(pooled, group, 3)

    def bias(column: Column, g: int) -> float:
        weight = np.where(group == g, 1 / (0.4**2 + column.error_variance), 0)
        return float((weight * (column.value - centre)).sum() / weight.sum() / 0.4)

    # The type of fewer events, about one at each unit, has a Monte Carlo error of 0.02.
    for g in (0, 2):
        assert abs(bias(own, g)) < WITHIN
    assert abs(bias(pooled, 2)) > 2 * WITHIN


def test_a_type_without_units_is_matched_as_all_are() -> None:
    group, _, y = of_types((400, 400), 4)
    declared = Indicator(
        id="c", label="c", family="count", direction="higher_is_better", domain="d"
    )
    pooled = Count().column(declared, y, np.ones(len(y)), np.full(len(y), np.nan))
    nobody = Count().by_group(pooled, group, 3).by_group[2]
    assert nobody.mean == pytest.approx(pooled.reference.mean, abs=0.02)
    # Between types of equal size the pooled variance is W + B, less the chance in B: 1/400 of W.
    assert nobody.sd == pytest.approx(pooled.reference.sd, rel=0.03)


def test_one_type_is_matched_as_all_are() -> None:
    _, _, y = of_types((300,), 5)
    declared = Indicator(
        id="c", label="c", family="count", direction="higher_is_better", domain="d"
    )
    pooled = Count().column(declared, y, np.ones(len(y)), np.full(len(y), np.nan))
    own = Count().by_group(pooled, np.zeros(len(y), dtype=int), 1)
    assert own.by_group == (pooled.reference,)
    np.testing.assert_array_equal(own.value, pooled.value)
