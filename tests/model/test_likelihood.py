"""The Ops around kernels: their gradients, and their two implementations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytensor.tensor as pt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytensor import function  # type: ignore[attr-defined]
from pytensor.gradient import grad
from scipy.stats import norm

from openness.model.kernel_op import KernelOp
from openness.model.likelihood import CollapsedLikelihood, log_likelihood
from openness.model.ordered import OrderedLikelihood
from openness.model.ordered_kernel import (
    OrderedCells,
    OrderedParameters,
    sum_over_ordered_cells,
)

from .layouts import Layout, layouts

Evaluate = Callable[..., list[np.ndarray]]

STEP = 2e-3
GRADIENT_TOLERANCE = 1e-7
"""Relative to the largest derivative or 1. Central differences with steps h and h/2 combined cancel
the error in h^2; what is left is h^4 = 2e-11 times a fifth derivative, and rounding of a sum of
about 1e2 over h, 1e-11."""

VALUE_TOLERANCE = 1e-9
"""Relative, against a dense normal law, whose covariance has a condition number of 1e4 at most."""

QUADRATURE = 1e-5
"""Of two returns and a factor behind them: 15 nodes in a factor whose coefficient is up to 1."""


def _symbolic(op_type: type[KernelOp]) -> tuple[list[Any], list[Any]]:
    inputs: list[Any] = [
        pt.tensor(dtype=dtype, shape=(None,) * rank) for dtype, rank in op_type.input_types()
    ]
    op: Any = op_type()
    return inputs, op(*inputs)


def _compile(op_type: type[KernelOp], mode: str) -> Evaluate:
    """Total, twice its gradient, and the parts of the total."""
    inputs, (total, *_, parts) = _symbolic(op_type)
    gradient: Any = grad(2 * total, inputs[: op_type.n_differentiable()])
    return function(inputs, [total, *gradient, parts], mode=mode)


@pytest.fixture(scope="module")
def by_numba() -> Evaluate:
    return _compile(CollapsedLikelihood, "NUMBA")


@pytest.fixture(scope="module")
def by_python() -> Evaluate:
    return _compile(CollapsedLikelihood, "FAST_COMPILE")


def _numerical_derivative(function: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Central differences, Richardson-extrapolated once, for every element of x."""

    def central(position: tuple[int, ...], step: float) -> float:
        above, below = x.copy(), x.copy()
        above[position] += step
        below[position] -= step
        return (function(above) - function(below)) / (2 * step)

    derivative = np.empty_like(x)
    for position in np.ndindex(x.shape):
        coarse, fine = central(position, STEP), central(position, STEP / 2)
        derivative[position] = (4 * fine - coarse) / 3
    return derivative


def _check_gradient(
    kernel: Callable[..., Any], parameters: Any, evidence: Any, tolerance: float
) -> None:
    """Every derivative, by the name of the parameter."""
    gradient = kernel(parameters, evidence)[1]
    for name, came in gradient._asdict().items():

        def total(x: np.ndarray, name: str = name) -> float:
            return float(kernel(parameters._replace(**{name: x}), evidence)[0])

        expected = _numerical_derivative(total, getattr(parameters, name))
        scale = max(1.0, float(np.abs(expected).max(initial=0)))
        assert np.abs(came - expected).max(initial=0) < tolerance * scale, name


@settings(deadline=None, max_examples=60)
@given(layout=layouts())
def test_value_is_that_of_the_dense_normal(layout: Layout) -> None:
    total, _, by_unit = log_likelihood(layout.p, layout.e)
    expected = layout.dense_log_likelihood()
    closed = (layout.e.returned != 0).sum(axis=1) < 2
    for rows, tolerance in ((closed, VALUE_TOLERANCE), (~closed, QUADRATURE)):
        np.testing.assert_allclose(by_unit[rows], expected[rows], rtol=tolerance, atol=tolerance)
    assert total == pytest.approx(by_unit.sum(), rel=1e-12, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(layout=layouts())
def test_gradient_is_that_of_finite_differences(layout: Layout) -> None:
    several = (layout.e.returned != 0).sum(axis=1).max() > 1
    tolerance = QUADRATURE if several else GRADIENT_TOLERANCE
    _check_gradient(log_likelihood, layout.p, layout.e, tolerance)


@settings(deadline=None, max_examples=40)
@given(layout=layouts())
def test_both_implementations_agree(
    layout: Layout, by_numba: Evaluate, by_python: Evaluate
) -> None:
    total, gradient, by_unit = log_likelihood(layout.p, layout.e)
    expected = [total, *(2 * derivative for derivative in gradient), by_unit]
    for evaluate in (by_numba, by_python):
        for came, output in zip(evaluate(*layout.p, *layout.e), expected, strict=True):
            np.testing.assert_allclose(came, output, rtol=1e-12, atol=1e-12)


@st.composite
def ordered_cells(draw: st.DrawFn) -> tuple[OrderedParameters, OrderedCells]:
    """Two indicators, of three categories and of two."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_cells = draw(st.integers(0, 8))
    indicator = rng.integers(2, size=n_cells)
    category = rng.integers(np.array([3, 2])[indicator])
    first, last = np.array([0, 2])[indicator], np.array([2, 1])[indicator]
    return OrderedParameters(
        intercept=rng.normal(size=(2, 2)),
        domain_loading=rng.normal(size=2),
        uniqueness_sd=rng.uniform(0.3, 1, size=2),
        level=rng.normal(size=4),
        cut_point=np.array([-0.7, 0.6, 0.1]),
    ), OrderedCells(
        row=rng.integers(2, size=n_cells),
        column=indicator,
        level=rng.integers(4, size=n_cells),
        below=np.where(category > 0, first + category - 1, -1),
        above=np.where(category < last, first + category, -1),
    )


@settings(deadline=None, max_examples=60)
@given(cells=ordered_cells())
def test_gradient_of_the_ordered_cells(cells: tuple[OrderedParameters, OrderedCells]) -> None:
    _check_gradient(sum_over_ordered_cells, *cells, GRADIENT_TOLERANCE)


@settings(deadline=None, max_examples=40)
@given(cells=ordered_cells())
def test_ordered_cells_are_an_ordered_probit(cells: tuple[OrderedParameters, OrderedCells]) -> None:
    p, e = cells
    bounds = np.concatenate([p.cut_point, [np.inf, -np.inf]])
    upper = bounds[np.where(e.above >= 0, e.above, 3)]
    lower = bounds[np.where(e.below >= 0, e.below, 4)]
    centre = p.intercept[e.row, e.column] + p.domain_loading[e.column] * p.level[e.level]
    law = norm(centre, p.uniqueness_sd[e.column])
    total, _, by_cell = sum_over_ordered_cells(p, e)
    probability = law.cdf(upper) - law.cdf(lower)
    # scipy's difference of two cdfs keeps no more than some 1e-16 of a probability.
    np.testing.assert_allclose(np.exp(by_cell), probability, rtol=1e-9, atol=1e-14)
    assert total == pytest.approx(by_cell.sum(), rel=1e-12)


@pytest.mark.parametrize("op_type", [CollapsedLikelihood, OrderedLikelihood])
def test_second_derivatives_are_refused(op_type: type[KernelOp]) -> None:
    inputs, (total, *_, parts) = _symbolic(op_type)
    first: Any = grad(total, inputs[1])
    with pytest.raises(NotImplementedError, match="second derivatives"):
        grad(first.sum(), inputs[1])
    with pytest.raises(NotImplementedError, match="second derivatives"):
        grad(total + parts.sum(), inputs[1])


def test_wrong_rank_is_refused() -> None:
    inputs, _ = _symbolic(CollapsedLikelihood)
    op: Any = CollapsedLikelihood()
    with pytest.raises(TypeError, match="has 1 dimensions, expected 2"):
        op(inputs[1], *inputs[1:])
