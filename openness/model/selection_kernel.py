"""Numba kernel of the selection model: what it says of a unit that a return was or was not made."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.polynomial.hermite_e import hermegauss

from openness.model.ordered_kernel import log_phi

_Z, _Z_WEIGHT = hermegauss(24)
_F, _F_WEIGHT = hermegauss(15)
_LOG_Z_WEIGHT = np.log(_Z_WEIGHT / _Z_WEIGHT.sum())
_LOG_F_WEIGHT = np.log(_F_WEIGHT / _F_WEIGHT.sum())
_LOG_ROOT_2PI = 0.5 * math.log(2 * math.pi)
_GRID = np.linspace(-6.0, 6.0, 97)  # sds; drawing within a step adds 1e-3 of the variance


class Returns(NamedTuple):
    """Which returns units made, and what that rests on: of one unit (C,), of several (N, C)."""

    made: Any
    """1 for a return that was made, -1 for one that was not, 0 where there was none to make."""
    intercept: Any
    """a, by collection"""
    slope: Any
    """b"""
    factor: Any
    """c"""


class Derivatives(NamedTuple):
    """Of a log probability, by the three parameters of each collection, (C,) each."""

    intercept: Any
    slope: Any
    factor: Any


@njit(error_model="numpy")
def tilt_by_returns(mean, variance, offset, returns, add_to):  # type: ignore[no-untyped-def]
    """Multiply the distribution of one unit's z by the probability of what it returned.

    P(returned) = Phi(a + b (offset + z) + c f), f ~ N(0, 1), given the cells z ~ N(mean, variance).
    One return has a closed form. For more, Gauss-Hermite quadrature: 24 nodes in z and, where a
    factor is not 0, 15 in f.

    Parameters
    ----------
    mean, variance, offset : float
    returns : Returns
        Of this unit.
    add_to : Derivatives
        Those of the log probability are added to it.

    Returns
    -------
    log_probability, mean, variance, d_offset : float
        The moments of z are those given the returns too.
    """
    returned, intercept, slope, factor = returns
    d_intercept, d_slope, d_factor = add_to
    n_collections = returned.shape[0]
    n_returns, only = 0, 0  # and which return it is, if there is one
    n_factor = 1
    for r in range(n_collections):
        if returned[r] != 0:
            n_returns += 1
            only = r
        if factor[r] != 0.0:
            n_factor = _F.shape[0]
    if n_returns == 0:
        return 0.0, mean, variance, 0.0
    if n_returns == 1:
        a, b, c, s = intercept[only], slope[only], factor[only], returned[only]
        spread = math.sqrt(1.0 + b * b * variance + c * c)
        centre = a + b * (offset + mean)
        alpha = s * centre / spread
        log_probability = log_phi(alpha)
        hazard = math.exp(-0.5 * alpha**2 - _LOG_ROOT_2PI - log_probability)
        d_intercept[only] += s * hazard / spread
        d_slope[only] += s * hazard * ((offset + mean) / spread - centre * b * variance / spread**3)
        d_factor[only] -= s * hazard * centre * c / spread**3
        covariance = b * variance / spread
        return (
            log_probability,
            mean + s * covariance * hazard,
            variance - covariance**2 * hazard * (alpha + hazard),
            s * hazard * b / spread,
        )
    n_nodes = _Z.shape[0] * n_factor
    log_weight = np.empty(n_nodes)
    largest = -np.inf
    for q in range(n_nodes):
        theta = offset + mean + math.sqrt(variance) * _Z[q // n_factor]
        log_weight[q] = _LOG_Z_WEIGHT[q // n_factor]
        f = 0.0
        if n_factor > 1:
            f = _F[q % n_factor]
            log_weight[q] += _LOG_F_WEIGHT[q % n_factor]
        for r in range(n_collections):
            if returned[r] != 0:
                predictor = intercept[r] + slope[r] * theta + factor[r] * f
                log_weight[q] += log_phi(returned[r] * predictor)
        largest = max(largest, log_weight[q])
    total = 0.0
    for q in range(n_nodes):
        total += math.exp(log_weight[q] - largest)
    log_probability = largest + math.log(total)

    first, second, d_offset = 0.0, 0.0, 0.0
    for q in range(n_nodes):
        weight = math.exp(log_weight[q] - log_probability)
        x = _Z[q // n_factor]
        theta = offset + mean + math.sqrt(variance) * x
        f = _F[q % n_factor] if n_factor > 1 else 0.0
        first += weight * x
        second += weight * x * x
        for r in range(n_collections):
            if returned[r] != 0:
                s = returned[r]
                argument = s * (intercept[r] + slope[r] * theta + factor[r] * f)
                hazard = math.exp(-0.5 * argument**2 - _LOG_ROOT_2PI - log_phi(argument))
                d_intercept[r] += weight * s * hazard
                d_slope[r] += weight * s * hazard * theta
                d_factor[r] += weight * s * hazard * f
                d_offset += weight * s * hazard * slope[r]
    return (
        log_probability,
        mean + math.sqrt(variance) * first,
        variance * (second - first**2),
        d_offset,
    )


@njit(error_model="numpy")
def tilt_rows(mean, variance, offset, returns):  # type: ignore[no-untyped-def]
    """Do as `tilt_by_returns` for each row: log probability, mean and variance, (N,) each."""
    n, n_collections = returns.made.shape
    log_p, tilted_mean, tilted_variance = np.empty(n), np.empty(n), np.empty(n)
    scratch = np.zeros((3, n_collections))
    unused = Derivatives(scratch[0], scratch[1], scratch[2])
    for i in range(n):
        own = Returns(returns.made[i], returns.intercept[i], returns.slope[i], returns.factor[i])
        log_p[i], tilted_mean[i], tilted_variance[i], _ = tilt_by_returns(
            mean[i], variance[i], offset[i], own, unused
        )
    return log_p, tilted_mean, tilted_variance


@njit(error_model="numpy")
def draw_from_grid(mean, variance, offset, returns, uniform):  # type: ignore[no-untyped-def]
    """Draw z of each row given its cells and returns, by the inverse of its distribution on a grid.

    Parameters
    ----------
    mean, variance, offset : (N,) arrays
    returns : Returns
    uniform : (N,) array
        In [0, 1): one for each draw.

    Returns
    -------
    (N,) array
    """
    returned, intercept, slope, factor = returns
    n, n_collections = returned.shape
    step = _GRID[1] - _GRID[0]
    z = np.empty(n)
    density = np.empty(_GRID.shape[0])
    log_density = np.empty(_GRID.shape[0])
    for i in range(n):
        sd = math.sqrt(variance[i])
        n_factor = 1
        for r in range(n_collections):
            if factor[i, r] != 0.0:
                n_factor = _F.shape[0]
        for q in range(_GRID.shape[0]):
            theta = offset[i] + mean[i] + sd * _GRID[q]
            total = 0.0
            for j in range(n_factor):
                f = _F[j] if n_factor > 1 else 0.0
                log_p = _LOG_F_WEIGHT[j] if n_factor > 1 else 0.0
                for r in range(n_collections):
                    if returned[i, r] != 0:
                        predictor = intercept[i, r] + slope[i, r] * theta + factor[i, r] * f
                        log_p += log_phi(returned[i, r] * predictor)
                total += math.exp(log_p)
            log_density[q] = math.log(max(total, 1e-300)) - 0.5 * _GRID[q] ** 2
        largest = log_density.max()
        whole = 0.0
        for q in range(_GRID.shape[0]):
            density[q] = math.exp(log_density[q] - largest)
            whole += density[q]
        left = uniform[i] * whole
        q = 0
        while left > density[q] and q < _GRID.shape[0] - 1:
            left -= density[q]
            q += 1
        z[i] = mean[i] + sd * (_GRID[q] + step * (left / density[q] - 0.5))
    return z
