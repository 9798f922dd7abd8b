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

from openness.model.collapsed import CollapsedLikelihood
from openness.model.kernel_op import KernelOp
from openness.model.ordered import OrderedLikelihood
from openness.model.ordered_kernel import sum_over_ordered_cells
from openness.model.unit_kernel import sum_over_units

from .layouts import Assembly, assemblies

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
        pt.tensor(dtype=dtype, shape=(None,) * rank) for dtype, rank in op_type.input_types
    ]
    op: Any = op_type()
    return inputs, op(*inputs)


def _compile(op_type: type[KernelOp], mode: str) -> Evaluate:
    """Total, twice its gradient, and the parts of the total."""
    inputs, (total, *_, parts) = _symbolic(op_type)
    gradient: Any = grad(2 * total, inputs[: op_type.n_differentiable])
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


def _differentiate(kernel: Callable[..., Any], arguments: tuple[Any, ...], position: int) -> Any:
    """Derivative of the total by one argument."""

    def total(x: np.ndarray) -> float:
        return float(kernel(*arguments[:position], x, *arguments[position + 1 :])[0])

    return _numerical_derivative(total, arguments[position])


def _check_gradient(
    kernel: Callable[..., Any],
    arguments: tuple[Any, ...],
    gradient: list[np.ndarray],
    tolerance: float = GRADIENT_TOLERANCE,
) -> None:
    for position, came in enumerate(gradient):
        expected = _differentiate(kernel, arguments, position)
        scale = max(1.0, float(np.abs(expected).max(initial=0)))
        assert np.abs(came - expected).max(initial=0) < tolerance * scale


@settings(deadline=None, max_examples=60)
@given(assembly=assemblies())
def test_value_is_that_of_the_dense_normal(assembly: Assembly) -> None:
    total, *_, by_unit = sum_over_units(*assembly.arguments)
    expected = assembly.layout().dense_log_likelihood()
    closed = (assembly.returned != 0).sum(axis=1) < 2
    for rows, tolerance in ((closed, VALUE_TOLERANCE), (~closed, QUADRATURE)):
        np.testing.assert_allclose(by_unit[rows], expected[rows], rtol=tolerance, atol=tolerance)
    assert total == pytest.approx(by_unit.sum(), rel=1e-12, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(assembly=assemblies())
def test_gradient_is_that_of_finite_differences(assembly: Assembly) -> None:
    _, *gradient, _ = sum_over_units(*assembly.arguments)
    several = (assembly.returned != 0).sum(axis=1).max() > 1
    tolerance = QUADRATURE if several else GRADIENT_TOLERANCE
    _check_gradient(sum_over_units, assembly.arguments, gradient, tolerance)


@settings(deadline=None, max_examples=40)
@given(assembly=assemblies())
def test_both_implementations_agree(
    assembly: Assembly, by_numba: Evaluate, by_python: Evaluate
) -> None:
    kernel = sum_over_units(*assembly.arguments)
    twice = [np.asarray(output) * 2 for output in kernel]
    expected = [kernel[0], *twice[1:-1], kernel[-1]]
    for evaluate in (by_numba, by_python):
        for came, output in zip(evaluate(*assembly.arguments), expected, strict=True):
            np.testing.assert_allclose(came, output, rtol=1e-12, atol=1e-12)


@st.composite
def ordered_cells(draw: st.DrawFn) -> tuple[Any, ...]:
    """Arguments of `sum_over_ordered_cells`: two indicators of three categories and of two."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_cells = draw(st.integers(0, 8))
    indicator = rng.integers(2, size=n_cells)
    category = rng.integers(np.array([3, 2])[indicator])
    first, last = np.array([0, 2])[indicator], np.array([2, 1])[indicator]
    return (
        rng.normal(size=(2, 2)),
        rng.normal(size=2),
        rng.uniform(0.3, 1, size=2),
        rng.normal(size=4),
        np.array([-0.7, 0.6, 0.1]),
        rng.integers(2, size=n_cells),
        indicator,
        rng.integers(4, size=n_cells),
        np.where(category > 0, first + category - 1, -1),
        np.where(category < last, first + category, -1),
    )


@settings(deadline=None, max_examples=60)
@given(arguments=ordered_cells())
def test_gradient_of_the_ordered_cells(arguments: tuple[Any, ...]) -> None:
    _, *gradient, _ = sum_over_ordered_cells(*arguments)
    _check_gradient(sum_over_ordered_cells, arguments, gradient)


@settings(deadline=None, max_examples=40)
@given(arguments=ordered_cells())
def test_ordered_cells_are_an_ordered_probit(arguments: tuple[Any, ...]) -> None:
    expected, domain_loading, psi, level, cuts, row, k, q, below, above = arguments
    bounds = np.concatenate([cuts, [np.inf, -np.inf]])
    upper = bounds[np.where(above >= 0, above, 3)]
    lower = bounds[np.where(below >= 0, below, 4)]
    law = norm(expected[row, k] + domain_loading[k] * level[q], psi[k])
    total, *_, by_cell = sum_over_ordered_cells(*arguments)
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
