"""log(Phi(upper) - Phi(lower)) and its derivatives, accurate in both tails."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit
from pytensor.graph.basic import Apply, Variable

from openness.model.kernel_op import KernelOp, compile_with_numba, refuse_second_derivatives

_LOG_ROOT_2PI = 0.5 * math.log(2 * math.pi)
_FAR = -25.0  # where erfc is still a normal number, and four terms of the series give 1e-11


@njit(cache=True, error_model="numpy")
def log_phi(x):  # type: ignore[no-untyped-def]
    """Log Phi(x); the asymptotic series (Abramowitz and Stegun 26.2.12) far in the tail."""
    if x > _FAR:
        return np.log(0.5 * math.erfc(-x / math.sqrt(2.0)))
    r = 1.0 / (x * x)
    series = 1.0 - r * (1.0 - 3.0 * r * (1.0 - 5.0 * r * (1.0 - 7.0 * r)))
    return -0.5 * x * x - np.log(-x) - _LOG_ROOT_2PI + np.log(series)


@njit(cache=True, error_model="numpy")
def log_mass_and_gradient(lower, upper):  # type: ignore[no-untyped-def]
    """Return log(Phi(upper) - Phi(lower)) and its derivatives by lower and by upper, (C,) each.

    Parameters
    ----------
    lower, upper : (C,) arrays
        Lower below upper; the infinities are allowed.
    """
    n = lower.shape[0]
    log_mass = np.empty(n)
    d_lower = np.empty(n)
    d_upper = np.empty(n)
    for i in range(n):
        a, b = lower[i], upper[i]
        if a + b > 0:  # by symmetry, so that the larger of the two is in or near the lower tail
            a, b = -b, -a
        log_b = log_phi(b)
        log_a = log_phi(a) if a > -np.inf else -np.inf
        log_mass[i] = log_b + np.log1p(-np.exp(log_a - log_b))
        d_lower[i] = -np.exp(-0.5 * lower[i] ** 2 - _LOG_ROOT_2PI - log_mass[i])
        d_upper[i] = np.exp(-0.5 * upper[i] ** 2 - _LOG_ROOT_2PI - log_mass[i])
    return log_mass, d_lower, d_upper


class NormalMass(KernelOp):
    """Log probability of an interval under the standard normal law, elementwise on vectors."""

    kernel = staticmethod(log_mass_and_gradient)
    input_types = (("float64", 1), ("float64", 1))
    output_ranks = (1, 1, 1)
    n_differentiable = 2

    def infer_shape(self, node: Apply, shapes: Sequence[Any]) -> list[Any]:
        return [shapes[0]] * 3

    def pullback(
        self,
        inputs: Sequence[Variable],
        outputs: Sequence[Variable],
        cotangents: Sequence[Variable],
    ) -> list[Variable]:
        by_cell: Any
        by_cell, *derivatives = cotangents
        refuse_second_derivatives(derivatives)
        return [by_cell * outputs[1], by_cell * outputs[2]]


compile_with_numba(NormalMass)


def log_normal_mass(lower: Any, upper: Any) -> Any:
    """Return the symbolic log(Phi(upper) - Phi(lower)), shape (C,)."""
    op: Any = NormalMass()
    return op(lower, upper)[0]
