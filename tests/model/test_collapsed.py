"""The Op of the collapsed likelihood: its gradient, and its two implementations."""

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

from openness.model.collapsed import collapsed_log_likelihood
from openness.model.kernel import log_likelihood_and_gradient

from .layouts import Layout, layouts

Gradient = Callable[..., list[np.ndarray]]

STEP = 2e-3
GRADIENT_TOLERANCE = 1e-7
"""Relative to the largest derivative or 1. Central differences with steps h and h/2 combined cancel
the error in h^2; what is left is h^4 = 2e-11 times a fifth derivative, and rounding of a sum of
about 1e2 over h, 1e-11."""


def _symbolic() -> tuple[list[Any], Any]:
    inputs = [
        pt.dmatrix("residual"), pt.dvector("loading"), pt.dvector("domain_loading"),
        pt.dvector("specific_variance"), pt.dmatrix("noise"), pt.dmatrix("shared"),
        pt.TensorType("bool", (None, None))("present"), pt.lvector("domain"),
    ]  # fmt: skip
    names = ("noise", "shared", "present", "domain")
    layout = dict(zip(names, inputs[4:], strict=True))
    return inputs, collapsed_log_likelihood(*inputs[:4], **layout)


def _compile(mode: str) -> Gradient:
    """Log-likelihood by unit and the gradient of its weighted sum."""
    inputs, log_l = _symbolic()
    weights = pt.dvector("weights")
    gradient: Any = grad((weights * log_l).sum(), inputs[:4])
    return function([*inputs, weights], [log_l, *gradient], mode=mode)


@pytest.fixture(scope="module")
def by_numba() -> Gradient:
    return _compile("NUMBA")


@pytest.fixture(scope="module")
def by_python() -> Gradient:
    return _compile("FAST_COMPILE")


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


seeds = st.integers(0, 2**32 - 1)


@settings(deadline=None, max_examples=40)
@given(layout=layouts(), seed=seeds)
def test_gradient_is_that_of_finite_differences(
    layout: Layout, seed: int, by_numba: Gradient
) -> None:
    weights = np.random.default_rng(seed).normal(size=len(layout.residual))
    _, *gradient = by_numba(*layout.arguments, weights)
    for position, came in enumerate(gradient):

        def total(x: np.ndarray, position: int = position) -> float:
            arguments = list(layout.arguments)
            arguments[position] = x
            return float(weights @ log_likelihood_and_gradient(*arguments)[0])

        expected = _numerical_derivative(total, layout.arguments[position])
        scale = max(1.0, float(np.abs(expected).max()))
        assert np.abs(came - expected).max() < GRADIENT_TOLERANCE * scale


@settings(deadline=None, max_examples=40)
@given(layout=layouts(), seed=seeds)
def test_both_implementations_agree(
    layout: Layout, seed: int, by_numba: Gradient, by_python: Gradient
) -> None:
    weights = np.random.default_rng(seed).normal(size=len(layout.residual))
    arguments = (*layout.arguments, weights)
    for compiled, interpreted in zip(by_numba(*arguments), by_python(*arguments), strict=True):
        # Sums over units may be taken in another order: a few units in the last place.
        scale = max(1.0, float(np.abs(interpreted).max(initial=0)))
        assert np.abs(compiled - interpreted).max(initial=0) < 1e-12 * scale


@settings(deadline=None, max_examples=20)
@given(layout=layouts())
def test_a_unit_of_no_weight_has_no_gradient(layout: Layout, by_numba: Gradient) -> None:
    weights = np.zeros(len(layout.residual))
    weights[2] = 1.0
    _, by_cell, *_ = by_numba(*layout.arguments, weights)
    assert np.abs(by_cell[2]).max() > 0
    assert np.all(np.delete(by_cell, 2, axis=0) == 0)


def test_second_derivatives_are_refused() -> None:
    inputs, log_l = _symbolic()
    first: Any = grad(log_l.sum(), inputs[1])
    with pytest.raises(NotImplementedError, match="second derivatives"):
        grad(first.sum(), inputs[1])
    with pytest.raises(NotImplementedError, match="second derivatives"):
        grad(log_l.sum() + first.sum(), inputs[1])


def test_wrong_rank_is_refused() -> None:
    inputs, _ = _symbolic()
    with pytest.raises(TypeError, match="has 1 dimensions, expected 2"):
        collapsed_log_likelihood(
            inputs[1], *inputs[1:4], noise=inputs[4], shared=inputs[5], present=inputs[6],
            domain=inputs[7],
        )  # fmt: skip
