"""Intervals of draws, for each unit by itself or for all of them together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_choice, as_draws, as_probability, refuse

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
        Widen the intervals until a share `prob` of the draws has all units inside at once. Each
        draw is compared with the intervals that the other draws make.

    Returns
    -------
    lower, upper : numpy.ndarray, shape (n,)
        Limits of each unit's interval, which are values that were drawn. Only where the draws are
        too few for the number of units, simultaneous intervals reach beyond all of them, by the
        same part of each unit's standard deviation.

    Raises
    ------
    InvalidInput
        If `draws` are not two-dimensional finite numbers, or an argument is not one of those named.

    Examples
    --------
    >>> from openness.ranking import interval
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> lower, upper = interval(draws, 0.9, simultaneous=True)
    >>> lower.round(1).tolist(), upper.round(1).tolist()
    ([0.2, -0.9, -2.0, -3.1], [4.0, 2.8, 1.7, 0.7])
    """
    as_choice(kind, "kind", KINDS)
    if simultaneous:
        return _for_all(as_draws(draws), prob, kind)
    return shortest(draws, prob) if kind == "shortest" else equal_tailed(draws, prob)


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

    Examples
    --------
    >>> from openness.ranking import equal_tailed, rank_draws
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> lower, upper = equal_tailed(rank_draws(draws), 0.9)
    >>> lower.tolist(), upper.tolist()
    ([1.0, 1.0, 2.0, 3.0], [2.0, 3.0, 4.0, 4.0])
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

    Examples
    --------
    >>> from openness.ranking import shortest
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> lower, upper = shortest(draws, 0.9)
    >>> lower.round(1).tolist(), upper.round(1).tolist()
    ([0.7, -0.4, -1.4, -2.4], [3.1, 2.2, 1.2, 0.2])
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


def _for_all(draws: NDArray[np.floating], prob: float, kind: IntervalKind) -> Limits:
    """Intervals of one marginal level that a share `prob` of the draws has all units inside.

    A draw is asked whether it is inside the intervals that the *other* draws make: those that have
    the most extreme value of some unit would otherwise be inside because they are its limit, and
    with hundreds of units they are many.
    """
    wanted = _fewest_inside(len(draws), prob)
    if len(draws) < 2:
        raise refuse("draws", "shape", str(draws.shape), "simultaneous intervals take 2 draws")
    excess = np.sort(_excess(draws))[wanted - 1]
    if excess > 0:
        margin = excess * draws.std(axis=0, dtype=np.float64)
        return draws.min(axis=0) - margin, draws.max(axis=0) + margin
    return (_shortest_for_all if kind == "shortest" else _equal_tailed_for_all)(draws, wanted)


def _excess(draws: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far each draw is beyond all others, in the unit's sd, where it is furthest, (S,)."""
    excess = np.zeros(len(draws))
    for _, columns in _columns(draws):
        first, last = columns.argmin(axis=1), columns.argmax(axis=1)
        sd = columns.std(axis=1, dtype=np.float64)
        columns.partition((1, -2), axis=1)
        lowest, highest = columns[:, :2], columns[:, -2:]
        for draw, gap in ((first, np.ptp(lowest, axis=1)), (last, np.ptp(highest, axis=1))):
            beyond = np.divide(gap, sd, out=np.zeros_like(sd), where=sd > 0)
            np.maximum.at(excess, draw, beyond)
    return excess


def _equal_tailed_for_all(draws: NDArray[np.floating], wanted: int) -> Limits:
    """Narrowest equal-tailed intervals that so many draws are inside of, made by the others."""
    size = len(draws)
    # A draw is inside as long as more than `beyond` others are no further out.
    beyond = np.full(size, size)
    for _, columns in _columns(draws):
        ordered = np.sort(columns, axis=1)
        for column, known in zip(columns, ordered, strict=True):
            below = np.searchsorted(known, column, "right")
            above = size - np.searchsorted(known, column, "left")
            np.minimum(beyond, np.minimum(below, above) - 2, out=beyond)
    worst_of_inside = np.sort(beyond)[size - wanted]
    return _with_beyond(draws, min(int(worst_of_inside), (size - 1) // 2))


def _shortest_for_all(draws: NDArray[np.floating], wanted: int) -> Limits:
    """Shortest intervals of one marginal probability that so many draws are inside of."""
    fewest, most = wanted, len(draws)
    while fewest < most:
        inside = (fewest + most) // 2
        lower, upper = _with_inside(draws, inside)
        # A limit that one draw alone makes does not hold that draw.
        least = np.where((draws == lower).sum(axis=0) == 1, np.nextafter(lower, np.inf), lower)
        most_held = np.where((draws == upper).sum(axis=0) == 1, np.nextafter(upper, -np.inf), upper)
        held = ((draws >= least) & (draws <= most_held)).all(axis=1).sum()
        fewest, most = (fewest, inside) if held >= wanted else (inside + 1, most)
    return _with_inside(draws, most)
