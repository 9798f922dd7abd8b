"""Normal probabilities of intervals against a quadrature that never leaves the tail."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.legendre import leggauss
from scipy.stats import norm

from openness.model.ordered_kernel import log_normal_mass

TOLERANCE = 1e-9
"""Absolute, on the log. Four terms of the tail series leave 1e-11 of the probability; the rest is
cancellation, below 1e-11 for intervals no narrower than `NARROWEST`."""

NARROWEST = 1e-3
NODES, WEIGHTS = leggauss(60)


def log_mass_by_quadrature(lower: float, upper: float) -> float:
    """Integrate the density over that at its highest point, in panels, as far as it matters."""
    peak = min(max(0.0, lower), upper)
    reach = min(9.0, 40 / max(abs(peak), 1e-6))
    start, stop = max(lower, peak - reach), min(upper, peak + reach)
    edges = np.linspace(start, stop, 13)
    half = np.diff(edges) / 2
    x = (edges[:-1] + half)[:, None] + half[:, None] * NODES
    relative = np.exp(-0.5 * (x - peak) * (x + peak)) * WEIGHTS * half[:, None]
    return float(norm.logpdf(peak) + np.log(relative.sum()))


intervals = st.tuples(st.floats(-300, 300), st.floats(NARROWEST, 50)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


def evaluate(lower: float, upper: float) -> tuple[float, float, float]:
    mass, d_lower, d_upper = log_normal_mass(lower, upper)
    return mass, d_lower, d_upper


@settings(deadline=None)
@given(intervals)
def test_log_mass_in_both_tails(interval: tuple[float, float]) -> None:
    expected = log_mass_by_quadrature(*interval)
    assert evaluate(*interval)[0] == pytest.approx(expected, rel=1e-12, abs=TOLERANCE)


@settings(deadline=None)
@given(intervals)
def test_mirror_image_has_the_same_mass(interval: tuple[float, float]) -> None:
    lower, upper = interval
    mass, d_lower, d_upper = evaluate(lower, upper)
    assert evaluate(-upper, -lower) == pytest.approx((mass, -d_upper, -d_lower), rel=1e-12)


@settings(deadline=None)
@given(intervals)
def test_derivatives_are_densities_over_the_mass(interval: tuple[float, float]) -> None:
    lower, upper = interval
    mass = log_mass_by_quadrature(lower, upper)
    expected = (-np.exp(norm.logpdf(lower) - mass), np.exp(norm.logpdf(upper) - mass))
    # The log of a density 300 sd out is 45,000, so that rounding alone is 1e-11 of it.
    assert evaluate(lower, upper)[1:] == pytest.approx(expected, rel=1e-8, abs=1e-300)


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (-np.inf, 0.0, np.log(0.5)),
        (0.0, np.inf, np.log(0.5)),
        (-1e6, 1.959963984540054, np.log(0.975)),
        (-1.959963984540054, 1.959963984540054, np.log(0.95)),
        (-np.inf, np.inf, 0.0),
    ],
)
def test_open_intervals(lower: float, upper: float, expected: float) -> None:
    mass, d_lower, d_upper = evaluate(lower, upper)
    assert mass == pytest.approx(expected, abs=1e-14)
    assert np.isfinite([d_lower, d_upper]).all()
