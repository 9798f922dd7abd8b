"""Slow and obvious twins of the search for grades, and pairs to try them on."""

import itertools
from functools import cache

import numpy as np
from scipy import stats


@cache
def weak_orders(units):
    """Every grading of so many units, shape (orders, units), grades from 0 without gaps."""
    grades = np.array(list(itertools.product(range(units), repeat=units)))
    used = np.zeros((len(grades), units), dtype=bool)
    np.put_along_axis(used, grades, True, axis=1)
    return grades[used.sum(axis=1) == grades.max(axis=1) + 1]


def losses(costs):
    """Loss of every weak order, in the order of `weak_orders`."""
    grades = weak_orders(len(costs))
    better = grades[:, :, None] < grades[:, None]
    return np.einsum("oij,ij->o", better, costs)


def normal_pairs(units, rng, *, spread=0.0, scale=0.5):
    """Probabilities of superiority of units with independent normal posteriors.

    The log of their sd has this spread: with 0 all are known equally well.
    """
    mean, sd = rng.normal(size=units), scale * np.exp(rng.normal(0, spread, units))
    pi = stats.norm.cdf((mean[:, None] - mean) / np.sqrt(sd[:, None] ** 2 + sd**2))
    np.fill_diagonal(pi, 0.5)
    return (pi + 1 - pi.T) / 2


def any_pairs(units, rng):
    """Probabilities of superiority that keep to no order at all."""
    upper = np.triu(rng.uniform(size=(units, units)), 1)
    return upper + np.tril(1 - upper.T, -1) + 0.5 * np.eye(units)
