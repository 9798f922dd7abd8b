"""The posterior predictive of one absent cell: a mixture over draws of normal distributions."""

from __future__ import annotations

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit, ndtr

from openness.league import Indicator

Array = np.ndarray

_HALVINGS = 60
_NODES, _WEIGHTS = hermegauss(3)


def mixture_quantile(mean: Array, variance: Array, probability: float) -> float:
    """Quantile of an even mixture of normal distributions, by bisection."""
    sd = np.sqrt(variance)
    low, high = float((mean - 40 * sd).min()), float((mean + 40 * sd).max())
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if ndtr((middle - mean) / sd).mean() < probability:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def mixture_nodes(mean: Array, variance: Array) -> tuple[Array, Array]:
    """Three nodes and weights for an expectation over the mixture, (3,) each.

    Gauss-Hermite on the normal distribution with the mixture's mean and variance.
    """
    sd = np.sqrt(variance.mean() + mean.var())
    return mean.mean() + sd * _NODES, _WEIGHTS / _WEIGHTS.sum()


def category_probabilities(mean: Array, variance: Array, cut_point: Array) -> Array:
    """Probability of every ordered category by draw, (S, C), given cut points (S, C - 1).

    Mean and variance (S,) are those of the normal distribution of the latent value.
    """
    up_to = ndtr((cut_point - mean[:, None]) / np.sqrt(variance)[:, None])
    edge = np.ones((len(mean), 1))
    return np.diff(np.hstack([0 * edge, up_to, edge]), axis=1)


def category_quantile(probabilities: Array, probability: float) -> int:
    """Lowest category, from 0, with which the predictive, (S, C), reaches a probability."""
    return int(np.argmax(np.cumsum(probabilities.mean(axis=0)) >= probability - 1e-12))


def natural_scale(indicator: Indicator, value: float) -> float:
    """Return a value on the link scale as it is published: a share, a rate or a score."""
    if indicator.family == "proportion":
        return float(expit(value))
    return float(np.exp(value)) if indicator.family == "count" else value
