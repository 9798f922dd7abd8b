"""Scatter of a measure over its units, beside what sampling errors alone would give.

    Q = sum_i (y_i - ybar_g)^2 / s_i^2 ~ chi-squared with n - G degrees of freedom

if units of a type differ by sampling error alone; ybar_g is weighted by 1 / s^2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from openness.guards.looked import Looked

Array = np.ndarray


class Scatter(NamedTuple):
    """By measure, (K,); NaN for categories, which have no sampling error."""

    ratio: Array
    """Q over its degrees of freedom."""
    freedom: Array
    p_above: Array
    """Probability of as much scatter, if it were sampling error."""
    p_below: Array


def scatter_of(looked: Looked) -> Scatter:
    """Compare the scatter of every measure with its sampling errors."""
    value, variance = looked.matched
    group = looked.cells.group
    n_measures = value.shape[1]
    q, freedom = np.full(n_measures, np.nan), np.zeros(n_measures)
    for k in range(n_measures):
        rows = np.flatnonzero(looked.known[:, k] & (variance[:, k] > 0))
        types, of = np.unique(group[rows], return_inverse=True)
        freedom[k] = len(rows) - len(types)
        if freedom[k] < 1:
            continue
        y, w = value[rows, k], 1 / variance[rows, k]
        mean = np.bincount(of, w * y) / np.bincount(of, w)
        q[k] = (w * (y - mean[of]) ** 2).sum()
    return Scatter(q / np.maximum(freedom, 1), freedom, chi2.sf(q, freedom), chi2.cdf(q, freedom))
