"""Moment-matched Gaussian cells: a binomial or Poisson observation as `yhat ~ N(eta, s2)`.

The plug-in rule, logit((y+.5)/(n+1)) with a variance from the same y, is biased, because the
variance is correlated with y. Here each cell's exact likelihood is combined with a normal
reference for the indicator, N(m, s^2); the cell is the Gaussian likelihood that gives the same
posterior mean and variance under that reference. This is one step of expectation propagation
(Minka 2001) with the reference as the cavity distribution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

Array = np.ndarray

_NODES, _WEIGHTS = hermegauss(40)
_LEAST_SPREAD = 0.25  # of the median sampling sd: below it the reference would swamp the cell
_LEAST_INFORMATION = 1e-8  # of the reference's precision, where quadrature leaves none


@dataclass(frozen=True)
class Reference:
    """The normal distribution of an indicator over all units, on its link scale."""

    mean: float
    sd: float


@dataclass(frozen=True)
class LogLikelihood:
    """A log-likelihood in eta with its first two derivatives; data are bound in."""

    log_density: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    curvature: Callable[[Array], Array]


@dataclass(frozen=True)
class Column:
    """The cells of one indicator, arrays of shape (N,) over the units that have it.

    Attributes
    ----------
    value, error_variance : array
        Gaussian cell on the link scale.
    y, n : array
        What the exact likelihood takes: effective events and size; a score and its standard error.
    centre, scale : array
        Posterior mean and sd under the reference: where a sampler should look.
    reference : Reference
    """

    value: Array
    error_variance: Array
    y: Array
    n: Array
    centre: Array
    scale: Array
    reference: Reference


def posterior_moments(
    likelihood: LogLikelihood, start: Array, reference: Reference
) -> tuple[Array, Array]:
    """Return the mean and variance of eta under `likelihood` and the normal reference.

    Parameters
    ----------
    likelihood : LogLikelihood
    start : (N,) array
        Where Newton's method starts.
    reference : Reference

    Returns
    -------
    mean, variance : (N,) arrays
        By Gauss-Hermite quadrature with 40 nodes about the mode.
    """
    precision = 1 / reference.sd**2
    mode = start.copy()
    for _ in range(60):
        slope = likelihood.gradient(mode) - precision * (mode - reference.mean)
        step = slope / (precision - likelihood.curvature(mode))
        mode = mode + np.clip(step, -1, 1)
        if np.abs(step).max(initial=0) < 1e-10:
            break
    scale = 1 / np.sqrt(precision - likelihood.curvature(mode))
    eta = mode[:, None] + scale[:, None] * _NODES
    log_density = likelihood.log_density(eta) - 0.5 * precision * (eta - reference.mean) ** 2
    log_weight = log_density + 0.5 * _NODES**2 + np.log(_WEIGHTS)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = (weight * eta).sum(axis=1)
    variance = (weight * (eta - mean[:, None]) ** 2).sum(axis=1)
    return mean, variance


def match(likelihood: LogLikelihood, start: Array, reference: Reference) -> tuple[Array, Array]:
    """Return the Gaussian cells (yhat, s2), arrays of shape (N,), that stand for `likelihood`."""
    return without_reference(*posterior_moments(likelihood, start, reference), reference)


def without_reference(mean: Array, variance: Array, reference: Reference) -> tuple[Array, Array]:
    """Take the reference out of posterior moments: the Gaussian cell that is left, (N,) each."""
    prior_precision = 1 / reference.sd**2
    information = np.maximum(1 / variance - prior_precision, _LEAST_INFORMATION * prior_precision)
    s2 = 1 / information
    yhat = s2 * (mean / variance - reference.mean * prior_precision)
    return yhat, s2


def estimate_reference(
    moments: Callable[[Reference], tuple[Array, Array]],
    start: Reference,
    sampling_sd: float,
    *,
    iterations: int = 200,
) -> Reference:
    """Return the maximum-likelihood normal distribution over units by expectation-maximisation.

    Parameters
    ----------
    moments : callable
        Posterior mean and variance by unit, (N,) each, under a given reference.
    start : Reference
    sampling_sd : float
        Typical sampling sd of a cell; the sd returned is at least a quarter of it.
    iterations : int
        At most this many; stops when neither moment moves by a thousandth of the sd.
    """
    floor = _LEAST_SPREAD * sampling_sd
    reference = Reference(start.mean, max(start.sd, floor))
    for _ in range(iterations):
        mean, variance = moments(reference)
        centre = float(mean.mean())
        sd = max(float(np.sqrt((variance + (mean - centre) ** 2).mean())), floor)
        moved = max(abs(centre - reference.mean), abs(sd - reference.sd))
        reference = Reference(centre, sd)
        if moved < 1e-3 * sd:
            break
    return reference


def normal_moments(value: Array, variance: Array, reference: Reference) -> tuple[Array, Array]:
    """Posterior mean and variance of a normal observation under the reference, (N,) each."""
    shrunk = 1 / (1 / variance + 1 / reference.sd**2)
    return shrunk * (value / variance + reference.mean / reference.sd**2), shrunk


def like(eta: Array, data: Array) -> Array:
    """Give data of shape (N,) the dimensions of `eta`, (N,) or (N, nodes)."""
    return data if eta.ndim == 1 else data[:, None]
