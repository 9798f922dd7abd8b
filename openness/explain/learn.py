"""What a return would teach: new draws of a unit's score, and new weights of the draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openness.explain.field import Field
from openness.explain.predictive import category_probabilities
from openness.model.predict import Prediction

Array = np.ndarray

LEAST_EFFECTIVE = 0.1
"""Share of the draws that the weights must be worth before they are used; below it a handful of
draws would speak for all."""


@dataclass(frozen=True)
class Learned:
    """The law of a unit's score once a cell is known.

    Attributes
    ----------
    score : (S,) array
        New draws, each made from the old one.
    weights : (S,) array or None
        How well each draw of the hyperparameters foretold the cell; None if all count the same.
    effective : float
        Kish's effective sample size of the weights as a share of the draws, whether or not they
        are used.
    """

    score: Array
    weights: Array | None
    effective: float

    @property
    def rests_on_few(self) -> bool:
        """Whether the weights are worth too few draws."""
        return self.effective < LEAST_EFFECTIVE


@dataclass(frozen=True)
class AbsentCell:
    """One absent cell under S draws.

    Attributes
    ----------
    mean, variance, covariance : (S,) arrays
        Law of its value on the link scale, and its covariance with z.
    mean_z, var_z : (S,) arrays
        Law of z without it.
    z, score : (S,) arrays
        Draws of z and of the published score.
    """

    mean: Array
    variance: Array
    covariance: Array
    mean_z: Array
    var_z: Array
    z: Array
    score: Array


def take_cell(field: Field, prediction: Prediction, j: int, unit: int) -> AbsentCell:
    """Take the j-th cell of a prediction, which belongs to the unit at this position."""
    row = prediction.row[j]
    return AbsentCell(
        mean=prediction.mean[:, j],
        variance=prediction.variance[:, j],
        covariance=prediction.covariance[:, j],
        mean_z=prediction.mean_z[:, row],
        var_z=prediction.var_z[:, row],
        z=field.z[:, unit],
        score=field.score[:, unit],
    )


def learn_value(cell: AbsentCell, value: float) -> Learned:
    """Condition on the value of a proportion, a count or a score, on its link scale.

    Given a draw of the hyperparameters z is normal before and after, so each draw of z is moved
    and drawn together: `z' = E[z | y] + sd(z | y) / sd(z) (z - E[z])`. The draws themselves are
    weighted by the density that they gave to the value. Where the value lies so far out that the
    weights are worth less than `LEAST_EFFECTIVE` of the draws, they are left equal, and the
    hyperparameters are held as they are; but not where the level of the domain is sampled, because
    there the weights are all that the cell says.
    """
    gain = cell.covariance / cell.variance
    mean = cell.mean_z + gain * (value - cell.mean)
    shrink = np.sqrt(1 - gain * cell.covariance / cell.var_z)
    moved = mean + shrink * (cell.z - cell.mean_z) - cell.z
    log_weight = -0.5 * (np.log(cell.variance) + (value - cell.mean) ** 2 / cell.variance)
    learned = _weigh(cell.score + moved, log_weight)
    if learned.rests_on_few and gain.any():
        return Learned(learned.score, None, learned.effective)
    return learned


def learn_category(cell: AbsentCell, cut_point: Array, category: int) -> Learned:
    """Condition on the category, from 0, of an ordered or binary indicator.

    The draws are weighted by its probability given z; none is moved.

    Parameters
    ----------
    cell : AbsentCell
    cut_point : (S, C - 1) array
    category : int
    """
    slope = cell.covariance / cell.var_z
    given_z = category_probabilities(
        cell.mean + slope * (cell.z - cell.mean_z),
        cell.variance - slope * cell.covariance,
        cut_point,
    )
    with np.errstate(divide="ignore"):
        return _weigh(cell.score, np.log(given_z[:, category]))


def _weigh(score: Array, log_weight: Array) -> Learned:
    weights = np.exp(log_weight - log_weight.max())
    effective = float(weights.sum() ** 2 / (weights**2).sum() / len(weights))
    return Learned(score, weights, effective)
