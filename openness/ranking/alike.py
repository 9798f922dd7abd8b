"""Units that nothing tells apart: what is said of one is said of all of its class.

The posterior of such units is exchangeable: exchange two of them, and it stays as it is. Draws stay
so but for Monte Carlo error. Here summaries of draws are averaged over all exchanges. For what
concerns one unit, that is to pool the draws of its class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_sequence, refuse

Alike = tuple[NDArray[np.intp], ...]
"""Positions of the units of each class that has two or more."""


def as_alike(classes: Iterable[object] | None, units: int) -> Alike:
    """Return the positions of the units of each class of two or more, given the class of each."""
    if classes is None:
        return ()
    labels = as_sequence(classes, "classes")
    if len(labels) != units:
        raise refuse("classes", "length", str(len(labels)), f"there are {units} units")
    members: dict[object, list[int]] = {}
    for position, label in enumerate(labels):
        members.setdefault(label, []).append(position)
    return tuple(np.array(found, np.intp) for found in members.values() if len(found) > 1)


def class_of_each(alike: Alike, units: int) -> NDArray[np.intp]:
    """Return the number of each unit's class, shape (n,), from 0 in order of first members."""
    first = np.arange(units)
    for members in alike:
        first[members] = members[0]
    number: NDArray[np.intp] = np.unique(first, return_inverse=True)[1]
    return number


def pooled(
    statistic: Callable[[NDArray[np.floating]], ArrayLike],
    draws: NDArray[np.floating],
    alike: Alike,
) -> NDArray[np.float64]:
    """Return a statistic of each unit's draws (S, n), for units that are alike of all their draws.

    The statistic takes draws (s, m) and returns (..., m), for each column by itself.
    """
    found = np.array(statistic(draws), dtype=np.float64)
    for members in alike:
        found[..., members] = statistic(draws[:, members].reshape(-1, 1))
    return found


def shared(values: NDArray[np.float64], alike: Alike, axis: int = 0) -> NDArray[np.float64]:
    """Return values by unit, along an axis, with the mean of the class for units that are alike."""
    if not alike:
        return values
    by_unit = np.moveaxis(values.copy(), axis, 0)
    for members in alike:
        by_unit[members] = by_unit[members].mean(axis=0)
    return np.moveaxis(by_unit, 0, axis)


def shared_pairs(
    values: NDArray[np.float64], alike: Alike, within: float = 0.5
) -> NDArray[np.float64]:
    """Return values by pair (n, n), averaged over either class; `within` for two of one class."""
    if not alike:
        return values
    found = shared(shared(values, alike), alike, axis=1)
    for members in alike:
        own = np.ix_(members, members)
        found[own] = np.where(np.eye(len(members), dtype=bool), values[own], within)
    return found
