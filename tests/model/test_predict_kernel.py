"""Cells that are not there, against the dense normal law and against the kernel that has them."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from openness.model.kernel import condition_on_cells
from openness.model.predict_kernel import contributions_to_factor, predict_cells, shift_factor

from .layouts import Layout, layouts

RELATIVE = 1e-9
"""As for the kernel itself: of the dense result or of 1, whichever is larger."""


@st.composite
def layouts_with_new_cells(draw):
    """A layout, and what its absent cells would be if they were there."""
    layout = draw(layouts())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = layout.residual.shape
    new = {
        "new_loading": rng.normal(size=shape),
        "new_domain_loading": rng.normal(size=shape),
        "new_shared": rng.normal(size=shape) * layout.shared.any(),
        "new_variance": rng.uniform(0.05, 2, size=shape),
    }
    return layout, new


def predict(layout: Layout, new: dict[str, np.ndarray]):
    return predict_cells(*layout.cells, ~layout.present, *new.values())


@settings(deadline=None)
@given(layouts_with_new_cells())
def test_the_law_of_a_new_cell_is_that_of_the_dense_normal(example) -> None:
    layout, new = example
    mean, variance, covariance, mean_z, var_z = predict(layout, new)
    m_all = layout.domain.max() + 1
    for i, k in zip(*np.nonzero(~layout.present), strict=True):
        member = np.eye(m_all)[layout.domain[k]]
        of_new = np.concatenate(
            [
                [new["new_loading"][i, k]],
                member * new["new_domain_loading"][i, k],
                member * new["new_shared"][i, k],
            ]
        )
        design = layout.design(i)
        # Rows: the present cells, the new cell, z.
        rows = np.vstack([design, of_new, np.eye(1, len(of_new))])
        own = np.concatenate([layout.own_variance(i), [new["new_variance"][i, k], 0.0]])
        joint = rows @ rows.T + np.diag(own)
        n = len(design)
        across = np.linalg.solve(joint[:n, :n], joint[:n, n:]).T if n else np.zeros((2, 0))
        expected = across @ layout.residual[i, layout.present[i]]
        left = joint[n:, n:] - across @ joint[:n, n:]
        came = [mean[i, k], variance[i, k], covariance[i, k], mean_z[i], var_z[i]]
        dense = [expected[0], left[0, 0], left[0, 1], expected[1], left[1, 1]]
        np.testing.assert_allclose(came, dense, rtol=RELATIVE, atol=RELATIVE)


@settings(deadline=None)
@given(layouts_with_new_cells(), st.floats(-5, 5))
def test_observing_it_is_what_the_kernel_makes_of_it(example, value: float) -> None:
    """The kernel has one loading a column, so each cell is put in by itself."""
    layout, new = example
    mean, variance, covariance, mean_z, var_z = predict(layout, new)
    for i, k in zip(*np.nonzero(~layout.present), strict=True):
        loading, residual_domain_loading = (
            layout.loading.copy(),
            layout.residual_domain_loading.copy(),
        )
        specific, noise = layout.uniqueness.copy(), layout.noise.copy()
        loading[k], residual_domain_loading[k] = (
            new["new_loading"][i, k],
            new["new_domain_loading"][i, k],
        )
        specific[k], noise[i, k] = new["new_variance"][i, k], 0.0
        residual, shared, present = (
            layout.residual.copy(),
            layout.shared.copy(),
            layout.present.copy(),
        )
        residual[i, k], shared[i, k], present[i, k] = value, new["new_shared"][i, k], True
        full = replace(
            layout,
            residual=residual,
            loading=loading,
            residual_domain_loading=residual_domain_loading,
            uniqueness=specific,
            noise=noise,
            shared=shared,
            present=present,
        )
        _, full_mean, full_var, *_ = condition_on_cells(*full.cells)
        gain = covariance[i, k] / variance[i, k]
        np.testing.assert_allclose(
            [mean_z[i] + gain * (value - mean[i, k]), var_z[i] - gain * covariance[i, k]],
            [full_mean[i], full_var[i]],
            rtol=RELATIVE,
            atol=RELATIVE,
        )


@settings(deadline=None)
@given(layouts_with_new_cells())
def test_without_shared_error_precision_grows_as_the_formula_says(example) -> None:
    """P' = P + (lam - gam c / S)^2 / (v + gam^2 / S)."""
    layout, new = example
    layout = replace(layout, shared=np.zeros_like(layout.shared))
    new = {**new, "new_shared": np.zeros_like(layout.shared)}
    _, variance, covariance, _, var_z = predict(layout, new)
    for i, k in zip(*np.nonzero(~layout.present), strict=True):
        among = layout.present[i] & (layout.domain == layout.domain[k])
        w = 1 / (layout.uniqueness + layout.noise[i])[among]
        gam, lam = layout.residual_domain_loading[among], layout.loading[among]
        big_s, c = 1 + (w * gam**2).sum(), (w * gam * lam).sum()
        new_lam, new_gam = new["new_loading"][i, k], new["new_domain_loading"][i, k]
        added = (new_lam - new_gam * c / big_s) ** 2
        added /= new["new_variance"][i, k] + new_gam**2 / big_s
        after = 1 / (var_z[i] - covariance[i, k] ** 2 / variance[i, k])
        np.testing.assert_allclose(after, 1 / var_z[i] + added, rtol=RELATIVE)


@settings(deadline=None)
@given(layouts_with_new_cells())
def test_what_is_not_wanted_is_not_predicted(example) -> None:
    layout, new = example
    mean, variance, covariance, _, _ = predict(layout, new)
    for output in (mean, variance, covariance):
        assert np.array_equal(np.isnan(output), layout.present)


@settings(deadline=None)
@given(layouts())
def test_contributions_add_up_to_the_mean_of_openness(layout: Layout) -> None:
    _, mean_z, *_ = condition_on_cells(*layout.cells)
    added = contributions_to_factor(*layout.cells)
    np.testing.assert_allclose(added.sum(axis=1), mean_z, rtol=RELATIVE, atol=RELATIVE)
    assert np.all(added[~layout.present] == 0)


@settings(deadline=None)
@given(layouts())
def test_a_contribution_is_what_the_residual_of_the_cell_moves(layout: Layout) -> None:
    """Without its residual, the mean is less by what the cell adds."""
    _, mean_z, *_ = condition_on_cells(*layout.cells)
    added = contributions_to_factor(*layout.cells)
    for k in range(layout.residual.shape[1]):
        residual = layout.residual.copy()
        residual[:, k] = 0
        _, without, *_ = condition_on_cells(*replace(layout, residual=residual).cells)
        np.testing.assert_allclose(added[:, k], mean_z - without, rtol=RELATIVE, atol=RELATIVE)


@settings(deadline=None)
@given(layouts_with_new_cells())
def test_all_new_cells_of_a_unit_move_openness_as_in_the_dense_normal(example) -> None:
    """Cov(z, Y) V^-1 distance, with Y all absent cells at once."""
    layout, new = example
    rng = np.random.default_rng(1)
    distance = rng.normal(size=layout.residual.shape)
    moved = shift_factor(distance, *layout.cells[1:], ~layout.present, *new.values())
    m_all = layout.domain.max() + 1
    for i in range(len(moved)):
        absent = np.flatnonzero(~layout.present[i])
        member = np.eye(m_all)[layout.domain[absent]]
        of_new = np.hstack(
            [
                new["new_loading"][i, absent, None],
                member * new["new_domain_loading"][i, absent, None],
                member * new["new_shared"][i, absent, None],
            ]
        )
        design = layout.design(i)
        rows = np.vstack([design, of_new, np.eye(1, design.shape[1])])
        own = np.concatenate([layout.own_variance(i), new["new_variance"][i, absent], [0.0]])
        joint = rows @ rows.T + np.diag(own)
        n = len(design)
        left = joint[n:, n:]
        if n:
            left = left - joint[n:, :n] @ np.linalg.solve(joint[:n, :n], joint[:n, n:])
        expected = 0.0
        if len(absent):
            expected = left[-1, :-1] @ np.linalg.solve(left[:-1, :-1], distance[i, absent])
        np.testing.assert_allclose(moved[i], expected, rtol=1e-8, atol=1e-8)
