"""The rule of levels against dense normal laws, which it never forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness.model.likelihood import log_likelihood
from openness.model.predict import NewCells, contributions, predict_cells
from openness.model.signature import Evidence, Parameters
from openness.model.tree import (
    ascend,
    at_nodes,
    descend,
    draw_facets,
    draw_levels,
    linear_predictor,
    nodes,
)

from .layouts import Layout, layouts

RELATIVE = 1e-9
"""Of the dense result or of 1, whichever is larger. Both sides lose a few digits to the condition
number of a covariance matrix, at most some 1e4 here, so 1e-9 leaves about three digits to spare."""


def close(came, expected, tolerance=RELATIVE) -> None:
    np.testing.assert_allclose(came, expected, rtol=tolerance, atol=tolerance)


def without_returns(layout: Layout) -> Layout:
    return layout.replace(returned=np.zeros_like(layout.e.returned))


@settings(deadline=None)
@given(layouts())
def test_log_likelihood_is_that_of_the_dense_normal(layout: Layout) -> None:
    layout = without_returns(layout)
    log_l = ascend(layout.p, layout.e).log_l
    close(log_l, layout.dense_log_likelihood())
    assert np.array_equal(log_l, log_likelihood(layout.p, layout.e)[2])


@settings(deadline=None)
@given(layouts(sampled=False))
def test_conditional_law_of_the_latents(layout: Layout) -> None:
    up = ascend(layout.p, layout.e)
    levels = descend(layout.p, layout.e, up, up.mean, up.variance)
    nothing = np.zeros_like(up.mean)
    given_factor = descend(layout.p, layout.e, up, nothing, nothing)
    m_all = layout.n_domains
    f_all, of = len(layout.p.facet_root), layout.e.domain_of_facet
    for i, usual in enumerate(layout.p.factor_mean):
        x, design, own = layout.seen(i)
        covariance = np.linalg.inv(np.eye(layout.n_latents) + design.T @ (design / own[:, None]))
        mean = covariance @ design.T @ (x / own)
        # Rows: the factor, every level, every level of a facet, every f.
        rows = [layout.latent_row(m, 1.0, 0.0) for m in range(m_all)]
        for f, m in enumerate(of):
            v, rest = layout.p.facet_root[f], layout.p.facet_rest[f]
            rows.append(layout.latent_row(m, v, 0.0, rest, f))
        rows += [layout.latent_row(m, 0.0, 1.0) for m in range(m_all)]
        rows = np.vstack([np.eye(1, layout.n_latents), rows])
        expected = rows @ mean + rows[:, 0] * usual
        joint = rows @ covariance @ rows.T
        x, f = slice(1, 1 + m_all + f_all), slice(1 + m_all + f_all, None)
        close(up.mean[i], expected[0])
        close(up.variance[i], joint[0, 0])
        close(levels.mean[i], expected[x])
        close(levels.variance[i], np.diag(joint)[x])
        close(levels.slope[i] * up.variance[i], joint[0, x])
        close(given_factor.mean[i] + given_factor.slope[i] * up.mean[i], expected[x])
        close(given_factor.variance[i], np.diag(joint)[x] - joint[0, x] ** 2 / joint[0, 0])
        halo_of = np.append(np.arange(m_all), of).astype(int)
        close(levels.halo_mean[i] - levels.halo_slope[i] * levels.mean[i], expected[f][halo_of])
        variance = levels.halo_variance[i] + levels.halo_slope[i] ** 2 * levels.variance[i]
        close(variance, np.diag(joint)[f][halo_of])
        across = joint[x, f][np.arange(m_all + f_all), halo_of]
        close(-levels.halo_slope[i] * levels.variance[i], across)
        close(-up.halo_slope[i], -levels.halo_slope[i][:m_all])


def test_the_layouts_hold_facets_with_shared_errors_and_gaps() -> None:
    """What the other tests rest on: among a hundred layouts many have a facet of several cells."""
    found = []

    @settings(database=None, max_examples=100, deadline=None)
    @given(layouts())
    def look(layout: Layout) -> None:
        of = layout.e.facet_of_indicator
        sizes = np.array([(layout.e.present & (of == f)).sum(axis=1) for f in set(of[of >= 0])])
        found.append((sizes > 1).any() and layout.e.common_error_loading.any())

    look()
    assert sum(found) > 10


@settings(deadline=None)
@given(layouts())
def test_a_unit_without_cells_keeps_its_prior(layout: Layout) -> None:
    up = ascend(layout.p, layout.e)
    levels = descend(layout.p, layout.e, up, up.mean, up.variance)
    a, b = layout.p.root_coherence, layout.p.root_rest
    assert up.log_l[0] == pytest.approx(0, abs=1e-15)
    assert (up.mean[0], up.variance[0]) == (layout.p.factor_mean[0], 1)
    mean = at_nodes(a * layout.p.factor_mean[0], layout.e.domain_of_facet, layout.p.facet_root)
    assert np.array_equal(levels.mean[0], mean)
    r, rest = layout.p.facet_root, layout.p.facet_rest
    variance = (a**2 + b**2)[layout.e.domain_of_facet] * r**2 + rest**2
    close(levels.variance[0], np.append(a**2 + b**2, variance))


@settings(deadline=None)
@given(layouts())
def test_absent_cells_are_not_read(layout: Layout) -> None:
    e = layout.e
    spoilt = layout.replace(
        **{
            name: np.where(e.present, getattr(e, name), np.nan)
            for name in ("value", "error_variance", "common_error_loading")
        }
    )
    total, gradient, by_unit = log_likelihood(layout.p, layout.e)
    other, same, parts = log_likelihood(spoilt.p, spoilt.e)
    assert total == other
    for came, expected in zip((*same, parts), (*gradient, by_unit), strict=True):
        assert np.array_equal(came, expected)


@pytest.mark.parametrize("variance", [1e7, 1e-5])
def test_sixty_cells_of_extreme_weight(variance: float) -> None:
    """The product of sixty weights of 1e-7 is not a number that a computer has; its log is."""
    rng = np.random.default_rng(3)
    k, nothing = 60, np.zeros(0)
    layout = Layout(
        Parameters(
            intercept=np.zeros((1, k)),
            domain_loading=rng.normal(size=k),
            uniqueness_sd=np.full(k, np.sqrt(variance)),
            root_coherence=np.full(3, 0.8),
            root_rest=np.full(3, 0.6),
            facet_root=nothing,
            facet_rest=nothing,
            factor_mean=np.zeros(1),
            level=nothing,
            exact=nothing,
            return_intercept=np.zeros((1, 0)),
            return_slope=nothing,
            return_factor=nothing,
        ),
        Evidence(
            value=rng.normal(size=(1, k)) * np.sqrt(variance),
            error_variance=np.zeros((1, k)),
            common_error_loading=rng.normal(size=(1, k)),
            present=np.ones((1, k), dtype=bool),
            exact_at=np.full((1, k), -1),
            level_at=np.full((1, 3), -1),
            group_of_unit=np.zeros(1, dtype=np.int64),
            domain_of_indicator=np.arange(k, dtype=np.int64) % 3,
            facet_of_indicator=np.full(k, -1),
            domain_of_facet=np.zeros(0, dtype=np.int64),
            returned=np.zeros((1, 0), dtype=np.int64),
        ),
    )
    total, gradient, by_unit = log_likelihood(layout.p, layout.e)
    assert all(np.isfinite(output).all() for output in (total, *gradient, by_unit))
    np.testing.assert_allclose(by_unit, layout.dense_log_likelihood(), rtol=RELATIVE)


@st.composite
def layouts_with_new_cells(draw):
    """A layout, and the errors that its absent cells would have if they were there."""
    layout = draw(layouts())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = layout.e.value.shape
    return layout, NewCells(
        wanted=~layout.e.present,
        error_variance=rng.uniform(0.05, 2, size=shape),
        common_error_loading=rng.normal(size=shape) * layout.e.common_error_loading.any(),
    )


def as_if_there(layout: Layout, new: NewCells, i: int, columns, values) -> Layout:
    """The layout with some new cells of a unit put in."""
    p, e = layout.p, layout.e
    value, present = e.value.copy(), e.present.copy()
    variance, common = e.error_variance.copy(), e.common_error_loading.copy()
    value[i, columns], present[i, columns] = values, True
    variance[i, columns] = new.error_variance[i, columns]
    common[i, columns] = new.common_error_loading[i, columns]
    assert np.all(e.exact_at[i, columns] < 0)
    return Layout(
        p,
        e._replace(
            value=value, present=present, error_variance=variance, common_error_loading=common
        ),
    )


def dense_law_of_new(layout: Layout, new: NewCells, i: int, columns):
    """Mean and covariance of new cells of a unit, then z, given its cells."""
    x, design, own = layout.seen(i)
    put = as_if_there(layout, new, i, columns, 0.0)
    every, wide, wide_own = put.seen(i)
    k = np.flatnonzero(put.e.present[i])
    at = np.flatnonzero(np.isin(k, columns))
    rows = np.vstack([design, wide[at], np.eye(1, wide.shape[1])])
    joint = rows @ rows.T + np.diag(np.concatenate([own, wide_own[at], [0.0]]))
    n = len(x)
    across = np.linalg.solve(joint[:n, :n], joint[:n, n:]).T
    mean = across @ x - np.append(every[at], 0.0)  # every[at] is 0 less what is expected
    return mean, joint[n:, n:] - across @ joint[:n, n:]


@settings(deadline=None)
@given(layouts_with_new_cells())
def test_the_law_of_a_new_cell_is_that_of_the_dense_normal(example) -> None:
    layout, new = example
    mean, variance, covariance, mean_factor, var_factor = predict_cells(layout.p, layout.e, new)
    for i, k in zip(*np.nonzero(new.wanted), strict=True):
        expected, left = dense_law_of_new(layout, new, i, [k])
        close([mean[i, k], variance[i, k]], [expected[0], left[0, 0]])
        if layout.n_domains > 1 or layout.e.level_at[i, 0] < 0:
            came = [covariance[i, k], mean_factor[i] - layout.p.factor_mean[i], var_factor[i]]
            close(came, [left[0, 1], expected[1], left[1, 1]])


@settings(deadline=None)
@given(layouts_with_new_cells(), st.floats(-5, 5))
def test_observing_it_is_what_the_kernel_makes_of_it(example, value: float) -> None:
    layout, new = example
    mean, variance, covariance, mean_factor, var_factor = predict_cells(layout.p, layout.e, new)
    for i, k in zip(*np.nonzero(new.wanted), strict=True):
        full = as_if_there(layout, new, i, [k], value)
        up = ascend(full.p, full.e)
        gain = covariance[i, k] / variance[i, k]
        close(mean_factor[i] + gain * (value - mean[i, k]), up.mean[i])
        close(var_factor[i] - gain * covariance[i, k], up.variance[i])


@settings(deadline=None)
@given(layouts_with_new_cells())
def test_without_shared_error_precision_grows_as_the_formula_says(example) -> None:
    """P' = P + (lam - gam c / S)^2 / (v + gam^2 / S)."""
    layout, new = example
    layout = layout.replace(
        common_error_loading=np.zeros_like(layout.e.value),
        level_at=np.full_like(layout.e.level_at, -1),
        facet_of_indicator=np.full_like(layout.e.facet_of_indicator, -1),
    )
    p, e = layout.p, layout.e
    new = new._replace(common_error_loading=np.zeros_like(e.value))
    _, variance, covariance, _, var_factor = predict_cells(p, e, new)
    of = e.domain_of_indicator
    lam, gam = p.domain_loading * p.root_coherence[of], p.domain_loading * p.root_rest[of]
    for i, k in zip(*np.nonzero(new.wanted), strict=True):
        among = e.present[i] & (of == of[k])
        w = 1 / (p.uniqueness_sd**2 + e.error_variance[i])[among]
        big_s, c = 1 + (w * gam[among] ** 2).sum(), (w * gam[among] * lam[among]).sum()
        added = (lam[k] - gam[k] * c / big_s) ** 2
        added /= p.uniqueness_sd[k] ** 2 + new.error_variance[i, k] + gam[k] ** 2 / big_s
        after = 1 / (var_factor[i] - covariance[i, k] ** 2 / variance[i, k])
        np.testing.assert_allclose(after, 1 / var_factor[i] + added, rtol=RELATIVE)


@settings(deadline=None)
@given(layouts())
def test_contributions_add_up_to_the_mean_of_the_factor(layout: Layout) -> None:
    of_cells, of_levels = contributions(layout.p, layout.e)
    mean = ascend(layout.p, layout.e).mean - layout.p.factor_mean
    close(of_cells.sum(axis=1) + of_levels.sum(axis=1), mean)
    assert np.all(of_cells[~layout.e.present] == 0)
    assert np.all(of_levels[layout.e.level_at < 0] == 0)


@settings(deadline=None)
@given(layouts())
def test_a_contribution_is_what_the_residual_of_the_cell_moves(layout: Layout) -> None:
    """Without its residual, the mean is less by what the cell adds."""
    p, e = layout.p, layout.e
    of_cells, _ = contributions(p, e)
    mean = ascend(p, e).mean
    on_level = np.array([layout.of_indicator(k)[1] for k in range(e.value.shape[1])])
    on_factor = on_level * p.root_coherence[e.domain_of_indicator]
    usual = p.intercept[e.group_of_unit] + np.outer(p.factor_mean, on_factor)
    for k in range(e.value.shape[1]):
        value, exact_at = e.value.copy(), e.exact_at.copy()
        value[:, k], exact_at[:, k] = usual[:, k], -1
        without = ascend(p, e._replace(value=value, exact_at=exact_at)).mean
        close(of_cells[:, k], mean - without)


@settings(deadline=None, max_examples=20)
@given(layouts(sampled=False))
def test_what_is_drawn_has_the_moments_of_what_is_integrated_out(layout: Layout) -> None:
    """The way down against the way up: E[theta | cells] regresses on drawn cells as it should.

    With draws of mean 0 and variance 1 that are given, a draw is linear in them: its loadings on
    theta, d and what facets have of their own are those that the dense law is made of.
    """
    p, e = layout.p, layout.e
    m_all, f_all = layout.n_domains, len(p.facet_root)
    unit = np.eye(1 + m_all + f_all)  # by row: theta, then every d, then every facet's own part
    levels = draw_levels(
        unit[:, 0], 0.0, p.root_coherence, p.root_rest, lambda _: unit[:, 1 : 1 + m_all]
    )
    facets = draw_facets(
        levels, e.domain_of_facet, p.facet_root, p.facet_rest, lambda _: unit[:, 1 + m_all :]
    )
    at = nodes(e.domain_of_indicator, e.facet_of_indicator, m_all)
    eta = linear_predictor(np.hstack([levels, facets])[:, at], 0.0, p.domain_loading, 0.0)
    for k in range(len(at)):
        m, u, v, facet = layout.of_indicator(k)
        row = layout.latent_row(m, u, 0.0, v, facet)
        close(eta[:, k], np.delete(row, np.arange(1 + m_all, 1 + 2 * m_all)))
