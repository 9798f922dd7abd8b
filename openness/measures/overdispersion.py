"""How the events of many units vary: a negative binomial, over a grid of dispersions.

With exposure n the events have the mean m n and the variance m n + phi (m n)^2: Poisson counts
whose rates differ between units by a gamma distribution with coefficient of variation sqrt(phi).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, gammaln

Floats = npt.NDArray[np.float64]

DISPERSIONS = np.geomspace(1e-3, 10, 32)
"""Grid of phi: rates that differ by 3% (as good as Poisson) to rates that differ by everything."""

WILD = 4.0
"""Dispersion of a wild unit, such as a nil return: a quarter of such units are below 1% of m n."""

WILD_SHARE = 0.005
"""Share of wild units that the likelihood allows for, so that no single unit rules it.

Larger shares do not resist better (at 0.005 a sixth of the units may be nil), and take more of the
honest lowest for wild: in a group of eight, 0.05 makes ten times the false alarms.
"""

_STEPS = 30
_SETTLED = 0.01  # of the standard error of log m
_HOPELESS = 40.0  # log-likelihood below the best: such a phi has no weight


@dataclass(frozen=True)
class Profile:
    """What the events say of each dispersion of the grid, all of shape (len(DISPERSIONS),).

    Attributes
    ----------
    log_likelihood : array
        Maximised over the rate, without the terms that depend on events alone.
    rate : array
        The maximiser m.
    information : array
        Expected information on log m.
    """

    log_likelihood: Floats
    rate: Floats
    information: Floats


def profile(events: Floats, exposure: Floats) -> Profile:
    """Profile the likelihood of the dispersion over the rate.

    Events and exposure, shape (units,), need not be whole numbers; exposure is above 0, and some
    events are.

    Each unit is, with probability 1 - `WILD_SHARE`, negative binomial with dispersion phi, and else
    with the dispersion `WILD`; the mean is the same. So an outlier, or a nil return that nobody has
    noticed, adds a bounded loss and hardly moves m and phi, where in the plain likelihood one zero
    can double phi. m is found by Fisher scoring at all dispersions at once, from the rate of the
    median event.
    """
    phi = DISPERSIONS[:, None]
    usual = _constant(events, phi) + np.log1p(-WILD_SHARE)
    wild = _constant(events, WILD) + np.log(WILD_SHARE)
    log_exposure = np.log(exposure)
    log_rate = np.full_like(phi, np.log(_median_rate(events, exposure)))
    for _ in range(_STEPS):
        mean = np.exp(log_rate + log_exposure)
        spread, wild_spread = 1 + phi * mean, 1 + WILD * mean
        # log f(y) = constant + y log mu - (y + 1/phi) log(1 + phi mu)
        as_usual = usual - (events + 1 / phi) * np.log(spread)
        as_wild = wild - (events + 1 / WILD) * np.log(wild_spread)
        trust = expit(as_usual - as_wild)
        # d log f / d log mu = (y - mu) / (1 + phi mu)
        weight = trust / spread + (1 - trust) / wild_spread
        information = (weight * mean).sum(axis=1)
        step = (weight * (events - mean)).sum(axis=1) / information
        log_likelihood = np.logaddexp(as_usual, as_wild).sum(axis=1) + events.sum() * log_rate[:, 0]
        hopeless = log_likelihood < log_likelihood.max() - _HOPELESS
        if np.all(hopeless | (np.abs(step) * np.sqrt(information) < _SETTLED)):
            break
        log_rate = log_rate + np.clip(step, -1, 1)[:, None]
    return Profile(log_likelihood, np.exp(log_rate[:, 0]), information)


def _constant(events: Floats, phi: Floats | float) -> Floats:
    """Return the part of the log density in which neither mean nor exposure has a place."""
    return gammaln(events + 1 / phi) - gammaln(1 / phi) + events * np.log(phi)


def _median_rate(events: Floats, exposure: Floats) -> float:
    """Rate of the unit in which half of the exposure is reached, or the mean rate if that is 0."""
    rates = events / exposure
    order = np.argsort(rates, kind="stable")
    reached = np.cumsum(exposure[order])
    median = rates[order][np.searchsorted(reached, reached[-1] / 2)]
    return float(median or events.sum() / exposure.sum())
