"""The kernels against dense normal laws, which they never form."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from openness.model.kernel import condition_on_cells, log_likelihood_and_gradient

from .layouts import Layout, layouts

RELATIVE = 1e-9
"""Of the dense result or of 1, whichever is larger. Both sides lose a few digits to the condition
number of a covariance matrix, at most some 1e4 here, so 1e-9 leaves about three digits to spare."""


@settings(deadline=None)
@given(layouts())
def test_log_likelihood_is_that_of_the_dense_normal(layout: Layout) -> None:
    layout = replace(layout, returned=np.zeros_like(layout.returned))
    log_l = log_likelihood_and_gradient(*layout.arguments)[0]
    np.testing.assert_allclose(log_l, layout.dense_log_likelihood(), rtol=RELATIVE, atol=RELATIVE)


@settings(deadline=None)
@given(layouts())
def test_conditional_law_of_the_latents(layout: Layout) -> None:
    log_l, mean_z, var_z, intercept_d, slope_d, var_d = condition_on_cells(*layout.cells)
    without_returns = replace(layout, returned=np.zeros_like(layout.returned))
    assert np.array_equal(log_l, log_likelihood_and_gradient(*without_returns.arguments)[0])
    m_all = layout.domain.max() + 1
    for i, e in enumerate(layout.residual):
        design, own = layout.design(i), layout.own_variance(i)
        covariance = np.linalg.inv(np.eye(1 + 2 * m_all) + design.T @ (design / own[:, None]))
        mean = covariance @ design.T @ (e[layout.present[i]] / own)
        d = slice(1, 1 + m_all)
        for came, expected in (
            (mean_z[i], mean[0]),
            (var_z[i], covariance[0, 0]),
            (intercept_d[i] - slope_d[i] * mean_z[i], mean[d]),
            (-slope_d[i] * var_z[i], covariance[0, d]),
            (var_d[i] + slope_d[i] ** 2 * var_z[i], np.diag(covariance)[d]),
        ):
            np.testing.assert_allclose(came, expected, rtol=RELATIVE, atol=RELATIVE)


@settings(deadline=None)
@given(layouts())
def test_a_unit_without_cells_keeps_its_prior(layout: Layout) -> None:
    first = [output[0] for output in condition_on_cells(*layout.cells)]
    for came, expected in zip(first, (0, 0, 1, 0, 0, 1), strict=True):
        assert np.all(came == expected)


@settings(deadline=None)
@given(layouts())
def test_absent_cells_are_not_read(layout: Layout) -> None:
    def empty(grid: np.ndarray) -> np.ndarray:
        return np.where(layout.present, grid, np.nan)

    spoilt = replace(
        layout,
        residual=empty(layout.residual),
        noise=empty(layout.noise),
        shared=empty(layout.shared),
    )
    clean = log_likelihood_and_gradient(*layout.arguments)
    for came, expected in zip(log_likelihood_and_gradient(*spoilt.arguments), clean, strict=True):
        assert np.array_equal(came, expected)
    assert all(np.all(output[~layout.present] == 0) for output in clean[1:5])


@pytest.mark.parametrize("variance", [1e7, 1e-5])
def test_sixty_cells_of_extreme_weight(variance: float) -> None:
    """The product of sixty weights of 1e-7 is not a number that a computer has; its log is."""
    rng = np.random.default_rng(3)
    k = 60
    layout = Layout(
        residual=rng.normal(size=(1, k)) * np.sqrt(variance),
        loading=rng.normal(size=k),
        residual_domain_loading=rng.normal(size=k),
        uniqueness=np.full(k, variance),
        noise=np.zeros((1, k)),
        shared=rng.normal(size=(1, k)),
        present=np.ones((1, k), dtype=bool),
        domain=np.arange(k, dtype=np.int64) % 3,
    )
    outputs = log_likelihood_and_gradient(*layout.arguments)
    assert all(np.isfinite(output).all() for output in outputs)
    np.testing.assert_allclose(outputs[0], layout.dense_log_likelihood(), rtol=RELATIVE)
