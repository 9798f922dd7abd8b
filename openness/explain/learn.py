"""What a return would teach: its predictive distribution, and the score once it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import ndtr

from openness.explain.field import Field
from openness.model.predict import Prediction

Array = np.ndarray

_BISECTIONS = 60
_NODES, _WEIGHTS = hermegauss(3)


def mixture_quantile(mean: Array, variance: Array, probability: float) -> float:
    """Quantile of an even mixture of normal distributions, by bisection."""
    sd = np.sqrt(variance)
    low, high = float((mean - 40 * sd).min()), float((mean + 40 * sd).max())
    for _ in range(_BISECTIONS):
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


LEAST_EFFECTIVE = 0.1
"""Share of the draws that weights must be worth; below it a handful would speak for all."""

_HALVINGS = 40
_LEAST_PROBABILITY = np.finfo(float).tiny  # so that an impossible category has a logarithm


@dataclass(frozen=True)
class Updated:
    """The distribution of a unit's score once a cell is known.

    Attributes
    ----------
    score : (S,) array
        New draws, each made from the old one.
    weights : (S,) array
        How well each draw of the hyperparameters foretold the cell.
    power : float
        What the weights were raised to so that they are worth `LEAST_EFFECTIVE` of the draws: 1
        where they are worth that already. Below 1 the value lies further out than the draws can
        follow, and the score is rough.
    """

    score: Array
    weights: Array
    power: float


def unselected(mean: Array, variance: Array) -> tuple[Array, Array, Array]:
    """Distribution of z where no return is modelled: it is what the cells say."""
    return np.zeros_like(mean), mean, variance


@dataclass(frozen=True)
class AbsentCell:
    """One absent cell under S draws.

    Attributes
    ----------
    mean, variance, covariance : (S,) arrays
        Distribution of its value on the link scale given the unit's other cells, and its covariance
        with z.
    mean_z, var_z : (S,) arrays
        Distribution of z given those cells.
    z, score : (S,) arrays
        Draws of z and of the published score, given what was returned too.
    given_returns : callable
        Takes a mean and a variance of z given cells, (S,) each; returns the log probability of what
        the unit returned, and the mean and variance of z given that as well.
    """

    mean: Array
    variance: Array
    covariance: Array
    mean_z: Array
    var_z: Array
    z: Array
    score: Array
    given_returns: Callable[[Array, Array], tuple[Array, Array, Array]] = unselected

    @property
    def slope(self) -> Array:
        """By how much the cell is expected to rise with z, (S,)."""
        return self.covariance / self.var_z

    def predictive(self) -> tuple[Array, Array]:
        """Mean and variance of the value by draw, given what was returned too, (S,) each."""
        _, mean_z, var_z = self.given_returns(self.mean_z, self.var_z)
        mean = self.mean + self.slope * (mean_z - self.mean_z)
        return mean, self.variance + self.slope**2 * (var_z - self.var_z)


def posterior_given(field: Field, prediction: Prediction, j: int, unit: int) -> AbsentCell:
    """Take the j-th cell of a prediction, which belongs to the unit at this position."""
    row = prediction.row[j]
    # Copies that lie together: each is read many times.
    return AbsentCell(
        mean=np.ascontiguousarray(prediction.mean[:, j]),
        variance=np.ascontiguousarray(prediction.variance[:, j]),
        covariance=np.ascontiguousarray(prediction.covariance[:, j]),
        mean_z=np.ascontiguousarray(prediction.mean_z[:, row]),
        var_z=np.ascontiguousarray(prediction.var_z[:, row]),
        z=np.ascontiguousarray(field.z[:, unit]),
        score=np.ascontiguousarray(field.score[:, unit]),
        given_returns=partial(field.given_returns, unit),
    )


def learn_value(cell: AbsentCell, value: float) -> Updated:
    """Condition on the value of a proportion, a count or a score, on its link scale.

    Given a draw of the hyperparameters z is normal before and after, so each draw of z is moved
    and drawn together: `z' = E[z | y] + sd(z | y) / sd(z) (z - E[z])`. The draws themselves are
    weighted by the density that they gave to the value. Where returns are modelled, the moments are
    those given the returns as well, and z is not quite normal: the first two moments of the moved
    draws are right. With r the returns, `p(y | r) = p(y) P(r | y) / P(r)`.
    """
    gain = cell.covariance / cell.variance
    log_before, mean_before, var_before = cell.given_returns(cell.mean_z, cell.var_z)
    log_after, mean, var = cell.given_returns(
        cell.mean_z + gain * (value - cell.mean), cell.var_z - gain * cell.covariance
    )
    moved = mean + np.sqrt(var / var_before) * (cell.z - mean_before) - cell.z
    log_weight = -0.5 * (np.log(cell.variance) + (value - cell.mean) ** 2 / cell.variance)
    return Updated(cell.score + moved, *_weigh(log_weight + log_after - log_before))


def learn_category(cell: AbsentCell, cut_point: Array, category: int) -> Updated:
    """Condition on the category, from 0, of an ordered or binary indicator.

    The draws are weighted by its probability given z and the cut points (S, C - 1); none is moved.
    """
    given_z = category_probabilities(
        cell.mean + cell.slope * (cell.z - cell.mean_z),
        cell.variance - cell.slope * cell.covariance,
        cut_point,
    )
    probability = np.maximum(given_z[:, category], _LEAST_PROBABILITY)
    return Updated(cell.score, *_weigh(np.log(probability)))


def effective_share(weights: Array) -> float:
    """Kish's effective sample size of weights (S,) as a share of S."""
    return float(weights.sum() ** 2 / (weights**2).sum() / len(weights))


def _weigh(log_weight: Array) -> tuple[Array, float]:
    """Weights, and the largest power not above 1 at which they are worth enough draws."""
    relative = log_weight - log_weight.max()

    def raised(power: float) -> Array:
        return np.exp(power * relative)

    if effective_share(raised(1.0)) >= LEAST_EFFECTIVE:
        return raised(1.0), 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if effective_share(raised(middle)) >= LEAST_EFFECTIVE:
            low = middle
        else:
            high = middle
    return raised(low), low
