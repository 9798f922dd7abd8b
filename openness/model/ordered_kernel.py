"""Numba kernels of ordered categories: the probability of an interval of a normal variable."""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

import numpy as np
from numba import njit

from openness.model.signature import zeros_like

_LOG_ROOT_2PI = 0.5 * math.log(2 * math.pi)
_FAR = -25.0  # where erfc is still a normal number, and four terms of the series give 1e-11


@njit(error_model="numpy")
def log_phi(x):  # type: ignore[no-untyped-def]
    """Log Phi(x); the asymptotic series (Abramowitz and Stegun 26.2.12) far in the tail."""
    if x > _FAR:
        return np.log(0.5 * math.erfc(-x / math.sqrt(2.0)))
    r = 1.0 / (x * x)
    series = 1.0 - r * (1.0 - 3.0 * r * (1.0 - 5.0 * r * (1.0 - 7.0 * r)))
    return -0.5 * x * x - np.log(-x) - _LOG_ROOT_2PI + np.log(series)


@njit(error_model="numpy")
def log_normal_mass(lower, upper):  # type: ignore[no-untyped-def]
    """Return log(Phi(upper) - Phi(lower)) and its derivatives by lower and by upper.

    Accurate in both tails; the infinities are allowed.
    """
    a, b = lower, upper
    if a + b > 0:  # by symmetry, so that the larger of the two is in or near the lower tail
        a, b = -b, -a
    log_b = log_phi(b)
    log_a = log_phi(a) if a > -np.inf else -np.inf
    log_mass = log_b + np.log1p(-np.exp(log_a - log_b))
    d_lower = -np.exp(-0.5 * lower**2 - _LOG_ROOT_2PI - log_mass)
    d_upper = np.exp(-0.5 * upper**2 - _LOG_ROOT_2PI - log_mass)
    return log_mass, d_lower, d_upper


class OrderedParameters(NamedTuple):
    """What the ordered cells have a gradient by."""

    intercept: Annotated[Any, "float64", "group", "indicator"]
    """Link-scale expectation of an indicator where its level is 0."""
    domain_loading: Annotated[Any, "float64", "indicator"]
    uniqueness_sd: Annotated[Any, "float64", "indicator"]
    level: Annotated[Any, "float64", "level"]
    cut_point: Annotated[Any, "float64", "cut"]


class OrderedCells(NamedTuple):
    """Where each cell finds its parameters; -1 where there is no cut point."""

    row: Annotated[Any, "int64", "cell"]
    """Of `intercept`."""
    column: Annotated[Any, "int64", "cell"]
    level: Annotated[Any, "int64", "cell"]
    below: Annotated[Any, "int64", "cell"]
    above: Annotated[Any, "int64", "cell"]


@njit(error_model="numpy")
def sum_over_ordered_cells(p, e):  # type: ignore[no-untyped-def]
    """Return the log-likelihood of the ordered cells given the levels of their domains.

    Parameters
    ----------
    p : OrderedParameters
    e : OrderedCells

    Returns
    -------
    total : float
    gradient : OrderedParameters
    by_cell : (J,) array
    """
    gradient = OrderedParameters(*zeros_like(p))
    by_cell = np.empty(e.row.shape[0])
    for j in range(e.row.shape[0]):
        g, k, q, below, above = e.row[j], e.column[j], e.level[j], e.below[j], e.above[j]
        psi, c = p.uniqueness_sd[k], p.domain_loading[k]
        centre = p.intercept[g, k] + c * p.level[q]
        lower = (p.cut_point[below] - centre) / psi if below >= 0 else -np.inf
        upper = (p.cut_point[above] - centre) / psi if above >= 0 else np.inf
        by_cell[j], d_lower, d_upper = log_normal_mass(lower, upper)
        d_centre = -(d_lower + d_upper) / psi
        if below >= 0:
            gradient.cut_point[below] += d_lower / psi
            gradient.uniqueness_sd[k] -= d_lower * lower / psi
        if above >= 0:
            gradient.cut_point[above] += d_upper / psi
            gradient.uniqueness_sd[k] -= d_upper * upper / psi
        gradient.intercept[g, k] += d_centre
        gradient.domain_loading[k] += d_centre * p.level[q]
        gradient.level[q] += d_centre * c
    return by_cell.sum(), gradient, by_cell
