"""Intervals of draws."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_draws, as_probability

_ROUNDING = 1e-9
"""Slack for the product of a probability and a number of draws, which should be whole."""

_CHUNK = 1 << 22


def equal_tailed(draws: ArrayLike, prob: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Equal-tailed interval of each unit: at most (1 - prob)/2 of its draws beyond either limit.

    Both limits are values that were drawn, so that the limits of a rank are ranks: with S draws
    and k = floor(S (1 - prob)/2), the lower limit is the (k + 1)-th smallest and the upper the
    (k + 1)-th largest. It is the narrowest such interval, holds at least `prob` of the draws, and
    turns round exactly when the scale does. For a continuous score it differs from interpolated
    quantiles by less than the gap between neighbouring draws.

    Parameters
    ----------
    draws : array_like, shape (S, n)
        Draws of scores, or ranks of draws.
    prob : float
        Probability of the interval, between 0 and 1.

    Returns
    -------
    lower, upper : numpy.ndarray, shape (n,)
        Limits of each unit's interval.

    Raises
    ------
    InvalidInput
        If `draws` are not two-dimensional finite numbers, or `prob` is not a probability.
    """
    draws = as_draws(draws)
    size, units = draws.shape
    beyond = math.floor(size * (1 - as_probability(prob)) / 2 + _ROUNDING)
    kept = (beyond, size - 1 - beyond)
    lower, upper = np.empty(units), np.empty(units)
    step = max(1, _CHUNK // size)
    for start in range(0, units, step):
        part = slice(start, start + step)
        columns = np.array(draws[:, part].T, order="C")
        columns.partition(kept, axis=1)
        lower[part], upper[part] = columns[:, kept[0]], columns[:, kept[1]]
    return lower, upper
