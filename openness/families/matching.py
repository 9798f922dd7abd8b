"""Moment-matched Gaussian cells: a binomial or Poisson observation as `yhat ~ N(eta, s2)`.

The plug-in rule, logit((y+.5)/(n+1)) with a variance from the same y, is biased, because the
variance is correlated with y. Here each cell's exact likelihood is combined with a normal
reference for the indicator and the type of unit, N(m, s^2); the cell is the Gaussian likelihood
that gives the same posterior mean and variance under that reference. This is one step of
expectation propagation (Minka 2001) with the reference as the cavity distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

Array = np.ndarray

_NODES, _WEIGHTS = hermegauss(40)
_LEAST_SPREAD = 0.25  # of the median sampling sd: below it the reference would swamp the cell
_POOLED_UNITS = 5.0  # of a type, by which its own variance counts as much as that of all types
_NEXT_TO_0 = 1e-6
_LEAST_INFORMATION = 1e-8  # of the reference's precision, where quadrature leaves none


@dataclass(frozen=True)
class Reference:
    """The normal distribution of an indicator over units, on its link scale."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Cavity:
    """What each of N cells is matched under: the reference of its unit's type, (N,) arrays."""

    mean: Array
    sd: Array


def cavity(references: Sequence[Reference], group: Array) -> Cavity:
    """Put the reference of each unit's type beside it: `group` (N,) are positions."""
    mean, sd = np.array([(r.mean, r.sd) for r in references]).T
    return Cavity(mean[group], sd[group])


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
        Over all units.
    by_group : tuple of Reference
        Of each type, under which its cells are matched; see `Family.by_group`.
    """

    value: Array
    error_variance: Array
    y: Array
    n: Array
    centre: Array
    scale: Array
    reference: Reference
    by_group: tuple[Reference, ...] = ()


def posterior_moments(
    likelihood: LogLikelihood, start: Array, reference: Reference | Cavity
) -> tuple[Array, Array]:
    """Return the mean and variance of eta under `likelihood` and the normal reference.

    Parameters
    ----------
    likelihood : LogLikelihood
    start : (N,) array
        Where Newton's method starts.
    reference : Reference or Cavity

    Returns
    -------
    mean, variance : (N,) arrays
        By Gauss-Hermite quadrature with 40 nodes about the mode.
    """
    centre, precision = np.broadcast_arrays(reference.mean, 1 / reference.sd**2, start)[:2]
    mode = start.copy()
    for _ in range(60):
        slope = likelihood.gradient(mode) - precision * (mode - centre)
        step = slope / (precision - likelihood.curvature(mode))
        mode = mode + np.clip(step, -1, 1)
        if np.abs(step).max(initial=0) < 1e-10:
            break
    scale = 1 / np.sqrt(precision - likelihood.curvature(mode))
    eta = mode[:, None] + scale[:, None] * _NODES
    away = 0.5 * precision[:, None] * (eta - centre[:, None]) ** 2
    log_weight = likelihood.log_density(eta) - away + 0.5 * _NODES**2 + np.log(_WEIGHTS)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = (weight * eta).sum(axis=1)
    variance = (weight * (eta - mean[:, None]) ** 2).sum(axis=1)
    return mean, variance


def match(
    likelihood: LogLikelihood, start: Array, reference: Reference | Cavity
) -> tuple[Array, Array]:
    """Return the Gaussian cells (yhat, s2), arrays of shape (N,), that stand for `likelihood`."""
    return without_reference(*posterior_moments(likelihood, start, reference), reference)


def without_reference(
    mean: Array, variance: Array, reference: Reference | Cavity
) -> tuple[Array, Array]:
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


def estimate_by_group(
    moments: Callable[[Cavity], tuple[Array, Array]],
    pooled: Reference,
    group: Array,
    n_groups: int,
    *,
    iterations: int = 200,
) -> tuple[Reference, ...]:
    """Return a reference for each type of unit, pooled the more the fewer units it has.

    Types differ, and a cell that is matched under a mean between them is drawn to the others. By
    expectation-maximisation: with variance W within types and B between them, the mean of a type of
    n units counts n to W / B against that of all, and is known with the variance W / (n + W / B).

    Parameters
    ----------
    moments : callable
        Posterior mean and variance by unit, (N,) each, under a given cavity.
    pooled : Reference
        Over all units: where to start.
    group : (N,) int array
    n_groups : int
    iterations : int
        As for `estimate_reference`.
    """
    if n_groups == 1:
        return (pooled,)
    number = np.bincount(group, minlength=n_groups)
    floor = _LEAST_SPREAD * pooled.sd
    centre, sd = np.full(n_groups, pooled.mean), np.full(n_groups, pooled.sd)
    for _ in range(iterations):
        mean, variance = moments(Cavity(centre[group], sd[group]))
        whole = mean.mean()
        own = np.bincount(group, mean, n_groups) / np.maximum(number, 1)
        squares = np.bincount(group, variance + (mean - own[group]) ** 2, n_groups)
        within = squares.sum() / len(group)
        # Means of types that are alike differ by chance, by this much together.
        by_chance = within * ((number > 0).sum() - 1)
        between = max((number @ (own - whole) ** 2 - by_chance) / len(group), _NEXT_TO_0 * within)
        known = number + within / between
        new = whole + number * (own - whole) / known
        of_type = (squares + _POOLED_UNITS * within) / (number + _POOLED_UNITS)
        new_sd = np.maximum(np.sqrt(of_type + within / known), floor)
        moved = max(np.abs(new - centre).max(), np.abs(new_sd - sd).max())
        centre, sd = new, new_sd
        if moved < 1e-3 * pooled.sd:
            break
    return tuple(Reference(float(m), float(s)) for m, s in zip(centre, sd, strict=True))


def normal_moments(value: Array, variance: Array, reference: Reference) -> tuple[Array, Array]:
    """Posterior mean and variance of a normal observation under the reference, (N,) each."""
    shrunk = 1 / (1 / variance + 1 / reference.sd**2)
    return shrunk * (value / variance + reference.mean / reference.sd**2), shrunk


def like(eta: Array, data: Array) -> Array:
    """Give data of shape (N,) the dimensions of `eta`, (N,) or (N, nodes)."""
    return data if eta.ndim == 1 else data[:, None]
