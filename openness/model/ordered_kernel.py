"""Numba kernels of ordered categories: the probability of an interval under a normal law."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

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


@njit(error_model="numpy")
def sum_over_ordered_cells(  # type: ignore[no-untyped-def]
    expected,
    domain_loading,
    uniqueness_sd,
    level,
    cut_point,
    row,
    indicator,
    level_at,
    below,
    above,
):
    """Return the log-likelihood of the ordered cells given the levels of their domains.

    Parameters
    ----------
    expected : (R, K) array
        Link-scale expectation of every indicator, in R rows.
    domain_loading, uniqueness_sd : (K,) arrays
        sign omega sqrt(h) and psi.
    level : (Q,) array
        Sampled domain levels, less the mean of the group.
    cut_point : (C,) array
    row, indicator, level_at, below, above : (J,) int arrays
        For each cell its row of `expected`, its indicator, the position of its level, and those of
        the cut points below and above its category; -1 where there is none.

    Returns
    -------
    total : float
    derivatives : five arrays
        By the first five arguments.
    by_cell : (J,) array
    """
    d_expected, d_domain_loading = np.zeros_like(expected), np.zeros_like(domain_loading)
    d_uniqueness_sd, d_level = np.zeros_like(uniqueness_sd), np.zeros_like(level)
    d_cut_point = np.zeros_like(cut_point)
    by_cell = np.empty(row.shape[0])
    total = 0.0
    for j in range(row.shape[0]):
        k, q = indicator[j], level_at[j]
        psi = uniqueness_sd[k]
        centre = expected[row[j], k] + domain_loading[k] * level[q]
        lower = (cut_point[below[j]] - centre) / psi if below[j] >= 0 else -np.inf
        upper = (cut_point[above[j]] - centre) / psi if above[j] >= 0 else np.inf
        by_cell[j], d_lower, d_upper = log_normal_mass(lower, upper)
        total += by_cell[j]
        d_centre = -(d_lower + d_upper) / psi
        if below[j] >= 0:
            d_cut_point[below[j]] += d_lower / psi
            d_uniqueness_sd[k] -= d_lower * lower / psi
        if above[j] >= 0:
            d_cut_point[above[j]] += d_upper / psi
            d_uniqueness_sd[k] -= d_upper * upper / psi
        d_expected[row[j], k] += d_centre
        d_domain_loading[k] += d_centre * level[q]
        d_level[q] += d_centre * domain_loading[k]
    return total, d_expected, d_domain_loading, d_uniqueness_sd, d_level, d_cut_point, by_cell
