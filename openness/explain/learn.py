"""What a return would teach: its predictive distribution, and the score once it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import ndtr

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
_NOTHING = 1e-9  # share of a variance that is left by rounding alone
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
class Latents:
    """X latents of a unit under S draws: z, and those that its score is made of.

    Attributes
    ----------
    mean : (S, X) array
    covariance : (S, X, X) array
        Given the unit's cells. z is the first.
    drawn : (S, X) array
        As the published score was drawn with them, given what was returned too.
    score_if : callable
        Takes other values of the latents, (S, X), and returns the score (S,).
    given_returns : callable
        Takes a mean and a variance of z given cells, (S,) each; returns the log probability of what
        the unit returned, and the mean and variance of z given that as well.
    """

    mean: Array
    covariance: Array
    drawn: Array
    score_if: Callable[[Array], Array]
    given_returns: Callable[[Array, Array], tuple[Array, Array, Array]] = unselected

    @property
    def variance(self) -> Array:
        """Variances, (S, X)."""
        return np.diagonal(self.covariance, axis1=1, axis2=2)


@dataclass(frozen=True)
class AbsentCell:
    """One absent cell under S draws.

    Attributes
    ----------
    mean, variance : (S,) arrays
        Distribution of its value on the link scale given the unit's other cells.
    covariance : (S, X) array
        With the latents.
    latents : Latents
    own : int
        Which of the latents is the cell's own value, if it is a rating that the score counts by its
        category; -1 if none is.
    """

    mean: Array
    variance: Array
    covariance: Array
    latents: Latents
    own: int = -1

    @property
    def slope(self) -> Array:
        """By how much the cell is expected to rise with z, (S,)."""
        return _over(self.covariance[:, 0], self.latents.variance[:, 0])

    def predictive(self) -> tuple[Array, Array]:
        """Mean and variance of the value by draw, given what was returned too, (S,) each."""
        before = self.latents.mean[:, 0], self.latents.variance[:, 0]
        _, mean_z, var_z = self.latents.given_returns(*before)
        mean = self.mean + self.slope * (mean_z - before[0])
        return mean, self.variance + self.slope**2 * (var_z - before[1])


def learn_value(cell: AbsentCell, value: float) -> Updated:
    """Condition on the value of a proportion, a count or a score, on its link scale.

    Given a draw of the hyperparameters z is normal before and after, so each draw of z is moved
    and drawn together: `z' = E[z | y] + sd(z | y) / sd(z) (z - E[z])`. So is each latent x that the
    score is made of, given z. The draws themselves are weighted by the density that they gave to
    the value. Where returns are modelled, the moments of z are those given the returns as well, and
    z is not quite normal: the first two moments of the moved draws are right. With r the returns,
    `p(y | r) = p(y) P(r | y) / P(r)`.
    """
    x = cell.latents
    mean_z, var_z, with_z = x.mean[:, 0], x.variance[:, 0], cell.covariance[:, 0]
    log_before, mean_before, var_before = x.given_returns(mean_z, var_z)
    gain = with_z / cell.variance
    log_after, mean, var = x.given_returns(
        mean_z + gain * (value - cell.mean), var_z - gain * with_z
    )
    z = mean + _sd_ratio(var, var_before) * (x.drawn[:, 0] - mean_before)

    # Given z: of the value, then of every latent, before and after.
    left = value - cell.mean - cell.slope * (z - mean_z)
    var_y = cell.variance - cell.slope * with_z
    slope = _over(x.covariance[:, 0], var_z[:, None])
    var_x = x.variance - slope * x.covariance[:, 0]
    covariance = cell.covariance - slope * with_z[:, None]
    gains = covariance / var_y[:, None]
    centre = x.mean + slope * (x.drawn[:, :1] - mean_z[:, None])
    moved = x.mean + slope * (z - mean_z)[:, None] + gains * left[:, None]
    shrunk = _sd_ratio(var_x - gains * covariance, var_x, x.variance)
    after = moved + shrunk * (x.drawn - centre)

    log_weight = -0.5 * (np.log(cell.variance) + (value - cell.mean) ** 2 / cell.variance)
    return Updated(x.score_if(after), *_weigh(log_weight + log_after - log_before))


def learn_category(cell: AbsentCell, cut_point: Array, category: int) -> Updated:
    """Condition on the category, from 0, of an ordered or binary indicator.

    The draws are weighted by its probability given the latents and the cut points (S, C - 1); none
    is moved. Where the score counts the category, it takes the place of the one that was drawn.
    """
    mean, variance = _given_latents(cell)
    given = category_probabilities(mean, variance, cut_point)
    probability = np.maximum(given[:, category], _LEAST_PROBABILITY)
    drawn = cell.latents.drawn
    if cell.own >= 0:
        ends = np.hstack([cut_point[:, :1] - 1, cut_point, cut_point[:, -1:] + 1])
        drawn = drawn.copy()
        drawn[:, cell.own] = ends[:, category : category + 2].mean(axis=1)
    return Updated(cell.latents.score_if(drawn), *_weigh(np.log(probability)))


def _given_latents(cell: AbsentCell) -> tuple[Array, Array]:
    """Mean and variance of a value given all drawn latents but its own, one after another."""
    x = cell.latents
    mean, variance, with_y = cell.mean, cell.variance, cell.covariance
    centre, joint = x.mean, x.covariance
    for at in range(x.drawn.shape[1]):
        if at == cell.own:
            continue
        column, own = joint[:, :, at], with_y[:, at]
        weight = _over(np.ones(len(mean)), joint[:, at, at], x.variance[:, at])
        off = weight * (x.drawn[:, at] - centre[:, at])
        mean, variance = mean + own * off, variance - own**2 * weight
        centre = centre + column * off[:, None]
        with_y = with_y - column * (own * weight)[:, None]
        joint = joint - column[:, :, None] * column[:, None, :] * weight[:, None, None]
    return mean, np.maximum(variance, _NOTHING * cell.variance)


def _over(numerator: Array, variance: Array, whole: Array | float = 1.0) -> Array:
    """Divide by a variance; 0 where all but nothing is left of the whole."""
    left = variance > _NOTHING * whole
    return np.divide(numerator, variance, out=np.zeros(np.shape(numerator)), where=left)


def _sd_ratio(after: Array, before: Array, whole: Array | float = 1.0) -> Array:
    return np.sqrt(_over(np.maximum(after, 0), before, whole))


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
