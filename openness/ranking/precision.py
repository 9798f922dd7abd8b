"""How far a mean over draws may be off because there are only so many draws."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_draws, refuse

FEWEST_DRAWS = 16
"""Fewer do not make the four batches of four that an error needs at the least."""


@dataclass(frozen=True)
class Estimate:
    """A posterior mean and how far it may be off for want of draws.

    Attributes
    ----------
    value : float
        Mean over the draws.
    monte_carlo_error : float
        Standard error of `value` that comes from the number of draws; NaN where there are none.

    Examples
    --------
    >>> from openness.ranking import Posterior, bands
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> misbanded = bands(post, shares=[0.5, 0.5]).expected_misbanded()
    >>> round(misbanded.value, 2), round(misbanded.monte_carlo_error, 2)
    (0.11, 0.01)
    """

    value: float
    monte_carlo_error: float


@dataclass(frozen=True, eq=False)
class Probabilities:
    """Posterior probabilities in a labelled table, and how far each may be off for want of draws.

    Attributes
    ----------
    probability : pandas.DataFrame, n rows
        Indexed by unit.
    monte_carlo_error : pandas.DataFrame, n rows
        Standard error of each probability that comes from the number of draws.

    Examples
    --------
    >>> from openness.ranking import Posterior, probability_of_superiority
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> found = probability_of_superiority(post)
    >>> round(float(found.monte_carlo_error.loc["a", "b"]), 3)
    0.018
    """

    probability: pd.DataFrame
    monte_carlo_error: pd.DataFrame


def batches(size: int) -> list[slice]:
    """Return batches of floor(sqrt(size)) draws, of 16 or more; the first are in none."""
    if size < FEWEST_DRAWS:
        raise refuse("draws", "shape", f"{size} draws", f"batch means need at least {FEWEST_DRAWS}")
    length = math.isqrt(size)
    return [slice(start, start + length) for start in range(size % length, size, length)]


def batch_means(
    statistic: Callable[[NDArray], NDArray[np.float64]], draws: NDArray
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of a statistic over all draws, and over each batch of them, shape (batches, ...).

    The statistic takes draws (s, n) and returns a mean over these s, of any shape. Draws are in the
    order in which they were drawn, chain after chain.
    """
    parts = batches(len(draws))
    by_batch = np.array([statistic(draws[part]) for part in parts])
    length, before = parts[0].stop - parts[0].start, parts[0].start
    total = by_batch.sum(axis=0) * length
    if before:
        total = total + statistic(draws[:before]) * before
    return total / len(draws), by_batch


def mean_and_error(
    statistic: Callable[[NDArray], NDArray[np.float64]], draws: NDArray
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of a statistic over all draws and its Monte Carlo error, keeping no batch in memory.

    What `batch_means` and `error_of_batches` give.
    """
    parts = batches(len(draws))
    mean = statistic(draws[parts[0]])
    squares = np.zeros_like(mean)
    for count, part in enumerate(parts[1:], start=2):
        value = statistic(draws[part])
        change = value - mean
        mean = mean + change / count
        squares += change * (value - mean)
    error = np.sqrt(squares / (len(parts) - 1) / len(parts))
    before = parts[0].start
    if before:
        mean = mean + (statistic(draws[:before]) - mean) * (before / len(draws))
    return mean, error


def error_of_batches(by_batch: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard error of the mean of all draws, given the mean of each batch."""
    error: NDArray[np.float64] = by_batch.std(axis=0, ddof=1) / math.sqrt(len(by_batch))
    return error


def monte_carlo_error(values: ArrayLike) -> NDArray[np.float64]:
    """Standard error of the mean over draws, by batch means.

    Draws of a Markov chain resemble their neighbours. Means of long batches of consecutive draws
    hardly do, and their scatter gives the error without a model of the dependence.

    Parameters
    ----------
    values : array_like, shape (S, n)
        A function of each draw, in the order in which they were drawn, chain after chain.
        At least 16 draws.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Standard errors, each with about sqrt(S) - 1 degrees of freedom.

    References
    ----------
    Flegal and Jones (2010), "Batch means and spectral variance estimators in Markov chain Monte
    Carlo", Annals of Statistics 38(2): batches of length floor(sqrt(S)).

    Examples
    --------
    >>> from openness.ranking import monte_carlo_error
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> monte_carlo_error(draws).round(2).tolist()
    [0.04, 0.03, 0.04, 0.03]
    """
    values = as_draws(values, "values")
    _, by_batch = batch_means(lambda part: part.mean(axis=0, dtype=np.float64), values)
    return error_of_batches(by_batch)
