"""Intervals of draws, for each unit by itself or for all of them together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_choice, as_draws, as_probability

IntervalKind = Literal["equal-tailed", "shortest"]
Limits = tuple[NDArray[np.float64], NDArray[np.float64]]

KINDS = ("equal-tailed", "shortest")

_ROUNDING = 1e-9
"""Slack for the product of a probability and a number of draws, which should be whole."""

_CHUNK = 1 << 22


def interval(
    draws: ArrayLike,
    prob: float,
    *,
    kind: IntervalKind = "equal-tailed",
    simultaneous: bool = False,
) -> Limits:
    """Interval of each unit, of either kind, for each by itself or for all together.

    Parameters
    ----------
    draws : array_like, shape (S, n)
        Draws of scores, or ranks of draws.
    prob : float
        Probability of the interval, between 0 and 1.
    kind : {"equal-tailed", "shortest"}
    simultaneous : bool
        Widen the intervals until a share `prob` of the draws has all units inside at once.

    Returns
    -------
    lower, upper : numpy.ndarray, shape (n,)
        Limits of each unit's interval, which are values that were drawn.

    Raises
    ------
    InvalidInput
        If `draws` are not two-dimensional finite numbers, or an argument is not one of those named.
    """
    as_choice(kind, "kind", KINDS)
    if kind == "shortest":
        return _shortest_for_all(draws, prob) if simultaneous else shortest(draws, prob)
    return _equal_tailed_for_all(draws, prob) if simultaneous else equal_tailed(draws, prob)


def equal_tailed(draws: ArrayLike, prob: float) -> Limits:
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
    return _with_beyond(draws, math.floor(len(draws) * (1 - as_probability(prob)) / 2 + _ROUNDING))


def shortest(draws: ArrayLike, prob: float) -> Limits:
    """Shortest interval of each unit that holds at least `prob` of its draws.

    Parameters
    ----------
    draws : array_like, shape (S, n)
        Draws of scores, or ranks of draws.
    prob : float
        Probability of the interval, between 0 and 1.

    Returns
    -------
    lower, upper : numpy.ndarray, shape (n,)
        Limits of each unit's interval. Of equally short ones it is the one that holds most draws,
        and of those the lowest: for a rank the best.

    Raises
    ------
    InvalidInput
        If `draws` are not two-dimensional finite numbers, or `prob` is not a probability.
    """
    draws = as_draws(draws)
    return _with_inside(draws, _fewest_inside(len(draws), prob))


def _fewest_inside(size: int, prob: float) -> int:
    return math.ceil(size * as_probability(prob) - _ROUNDING)


def _columns(draws: NDArray[np.floating]) -> Iterator[tuple[slice, NDArray[np.floating]]]:
    """Parts of the units, each with its draws in rows of their own, which may be reordered."""
    size, units = draws.shape
    step = max(1, _CHUNK // size)
    for start in range(0, units, step):
        part = slice(start, start + step)
        yield part, np.array(draws[:, part].T, order="C")


def _with_beyond(draws: NDArray[np.floating], beyond: int) -> Limits:
    """Interval of each unit with no more than `beyond` draws beyond either limit."""
    size, units = draws.shape
    kept = (beyond, size - 1 - beyond)
    lower, upper = np.empty(units), np.empty(units)
    for part, columns in _columns(draws):
        columns.partition(kept, axis=1)
        lower[part], upper[part] = columns[:, kept[0]], columns[:, kept[1]]
    return lower, upper


def _with_inside(draws: NDArray[np.floating], inside: int) -> Limits:
    """Shortest interval of each unit with at least `inside` draws within its limits."""
    units = draws.shape[1]
    lower, upper = np.empty(units), np.empty(units)
    for part, columns in _columns(draws):
        columns.sort(axis=1)
        for unit, ordered in enumerate(columns, start=part.start):
            low, high = ordered[: len(ordered) - inside + 1], ordered[inside - 1 :]
            widths = high - low
            choice = np.flatnonzero(widths == widths.min())
            if choice.size > 1:
                held = np.searchsorted(ordered, high[choice], "right")
                held -= np.searchsorted(ordered, low[choice], "left")
                choice = choice[held.argmax() :]
            lower[unit], upper[unit] = low[choice[0]], high[choice[0]]
    return lower, upper


def _equal_tailed_for_all(draws: ArrayLike, prob: float) -> Limits:
    """Narrowest equal-tailed intervals that a share `prob` of the draws has all units inside."""
    draws = as_draws(draws)
    size = len(draws)
    # A draw is inside a unit's interval as long as no fewer than `beyond` draws are beyond it.
    beyond = np.full(size, size)
    for _, columns in _columns(draws):
        ordered = np.sort(columns, axis=1)
        for column, known in zip(columns, ordered, strict=True):
            below = np.searchsorted(known, column, "right")
            above = size - np.searchsorted(known, column, "left")
            np.minimum(beyond, np.minimum(below, above) - 1, out=beyond)
    worst_of_inside = np.sort(beyond)[size - _fewest_inside(size, prob)]
    return _with_beyond(draws, min(int(worst_of_inside), (size - 1) // 2))


def _shortest_for_all(draws: ArrayLike, prob: float) -> Limits:
    """Shortest intervals, of one marginal probability, with a share `prob` of draws inside all."""
    draws = as_draws(draws)
    wanted = _fewest_inside(len(draws), prob)
    fewest, most = wanted, len(draws)
    while fewest < most:
        inside = (fewest + most) // 2
        lower, upper = _with_inside(draws, inside)
        held = ((draws >= lower) & (draws <= upper)).all(axis=1).sum()
        fewest, most = (fewest, inside) if held >= wanted else (inside + 1, most)
    return _with_inside(draws, most)
