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
from typing import Literal

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit, gammaln, logit, logsumexp

Array = np.ndarray
Counted = Literal["proportion", "count"]

_NODES, _WEIGHTS = hermegauss(40)
_LEAST_SPREAD = 0.25  # of the median sampling sd: below it the reference would swamp the cell
_LEAST_INFORMATION = 1e-8  # of the reference's precision, where quadrature leaves none


@dataclass(frozen=True)
class Reference:
    """The normal law of an indicator over units, on its link scale, pooled over all units."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Law:
    """A log-likelihood in eta with its first two derivatives; data are bound in."""

    log_density: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    curvature: Callable[[Array], Array]


def binomial_law(y: Array, n: Array) -> Law:
    """Binomial on the logit scale; `y` and `n` of shape (N,) need not be whole numbers."""
    return Law(
        lambda eta: _like(eta, y) * eta - _like(eta, n) * np.logaddexp(0, eta),
        lambda eta: _like(eta, y) - _like(eta, n) * expit(eta),
        lambda eta: -_like(eta, n) * expit(eta) * expit(-eta),
    )


def poisson_law(y: Array, exposure: Array) -> Law:
    """Poisson with exposure on the log rate scale; arrays of shape (N,)."""
    return Law(
        lambda eta: _like(eta, y) * eta - _like(eta, exposure) * np.exp(eta),
        lambda eta: _like(eta, y) - _like(eta, exposure) * np.exp(eta),
        lambda eta: -_like(eta, exposure) * np.exp(eta),
    )


def interval_law(family: Counted, lowest: int, highest: int, n: Array) -> Law:
    """A number of events known to lie from `lowest` to `highest`; `n` of shape (N,)."""
    events = np.arange(lowest, highest + 1.0)
    weight = log_multiplicity(family, events, n[:, None])[:, None, :]
    nothing = np.zeros_like(n)
    rest = poisson_law(nothing, n) if family == "count" else binomial_law(nothing, n)

    def moments(eta: Array) -> tuple[Array, Array, Array]:
        """Log of the sum over possible numbers, and the mean and variance of the number."""
        terms = weight + events * eta.reshape(len(n), -1, 1)
        log_sum = logsumexp(terms, axis=-1)
        share = np.exp(terms - log_sum[..., None])
        mean = (share * events).sum(axis=-1)
        variance = (share * (events - mean[..., None]) ** 2).sum(axis=-1)
        return log_sum.reshape(eta.shape), mean.reshape(eta.shape), variance.reshape(eta.shape)

    return Law(
        lambda eta: moments(eta)[0] + rest.log_density(eta),
        lambda eta: moments(eta)[1] + rest.gradient(eta),
        lambda eta: moments(eta)[2] + rest.curvature(eta),
    )


def log_multiplicity(family: Counted, events: Array, n: Array) -> Array:
    """Log of what multiplies exp(eta y): n^y / y! for a count, else the binomial coefficient."""
    if family == "count":
        return events * np.log(n) - gammaln(events + 1)
    with np.errstate(divide="ignore"):
        possible = np.log((events <= n).astype(float))
    rest = gammaln(np.maximum(n - events, 0) + 1)
    return possible + gammaln(n + 1) - gammaln(events + 1) - rest


def posterior_moments(law: Law, start: Array, reference: Reference) -> tuple[Array, Array]:
    """Return the mean and variance of eta under `law` and the normal reference.

    Parameters
    ----------
    law : Law
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
        slope = law.gradient(mode) - precision * (mode - reference.mean)
        step = slope / (precision - law.curvature(mode))
        mode = mode + np.clip(step, -1, 1)
        if np.abs(step).max(initial=0) < 1e-10:
            break
    scale = 1 / np.sqrt(precision - law.curvature(mode))
    eta = mode[:, None] + scale[:, None] * _NODES
    log_density = law.log_density(eta) - 0.5 * precision * (eta - reference.mean) ** 2
    log_weight = log_density + 0.5 * _NODES**2 + np.log(_WEIGHTS)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = (weight * eta).sum(axis=1)
    variance = (weight * (eta - mean[:, None]) ** 2).sum(axis=1)
    return mean, variance


def match(law: Law, start: Array, reference: Reference) -> tuple[Array, Array]:
    """Return the Gaussian cells (yhat, s2), arrays of shape (N,), that stand for `law`."""
    mean, variance = posterior_moments(law, start, reference)
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
    """Return the maximum-likelihood normal law over units by expectation-maximisation.

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


def plug_in(family: Counted, y: Array, n: Array) -> tuple[Array, Array]:
    """Return empirical logits or log rates and their approximate variances: a start, no more."""
    if family == "proportion":
        p = (y + 0.5) / (n + 1)
        return logit(p), 1 / (n * p * (1 - p) + 0.25)
    return np.log((y + 0.5) / n), 1 / (y + 0.5)


def normal_moments(value: Array, variance: Array, reference: Reference) -> tuple[Array, Array]:
    """Posterior mean and variance of a normal observation under the reference, (N,) each."""
    shrunk = 1 / (1 / variance + 1 / reference.sd**2)
    return shrunk * (value / variance + reference.mean / reference.sd**2), shrunk


def _like(eta: Array, data: Array) -> Array:
    return data if eta.ndim == 1 else data[:, None]
