"""Two measures are one, or one cell is said to be known far better than its neighbours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import norm

from openness.guards.finding import Finding
from openness.guards.looked import Looked
from openness.guards.pairs import Pair
from openness.guards.registry import guards_against

_NAME = "copies"
_EQUAL = 1e-6
"""Of standardised values: what rounding leaves of two columns that are equal."""
_P = 0.01
"""Family-wise, over all pairs."""
_HIGHEST = 0.999


@guards_against(_NAME)
def copies(looked: Looked) -> Iterator[Finding]:
    """Look for pairs that are equal, or whose true values surely correlate as copies do."""
    limit, exact = looked.limits.copies_correlation, _share_without_error(looked)
    critical = norm.isf(_P / max(len(looked.pairs.rows), 1))
    for pair in looked.pairs.rows:
        one, other = looked.label(pair.first), looked.label(pair.second)
        ids = (looked.cells.indicators[k] for k in (pair.first, pair.second))
        apart = looked.standardised[:, pair.first] - looked.standardised[:, pair.second]
        true = float(np.minimum(looked.pairs.true[pair.first, pair.second], 1.0))
        if np.nanmax(np.abs(apart)) < _EQUAL:
            sentence = (
                f"{one} and {other} are equal in every one of {pair.units} cells, and count as "
                "two independent measures. Leave one out."
            )
        elif pair.same_source and _excess(looked, pair, exact) > critical:
            sentence = (
                f"{one} and {other} are nearly one measure: without sampling error they correlate "
                f"{true:.2f} within types. Put them into one facet, or leave one out."
            )
        else:
            continue
        figures = {"figure": true, "threshold": limit}
        yield Finding(_NAME, "warns", sentence, figures, " and ".join(ids))
    yield from _tiny_errors(looked)


def _share_without_error(looked: Looked) -> np.ndarray:
    """Share (K,) of the variance of a measure's values, within types, that is no sampling error."""
    variance = (looked.within_types(looked.matched[0]) ** 2).sum(axis=0)
    error = np.where(looked.known, looked.sampling_variance, 0).sum(axis=0)
    return np.asarray(np.clip(1 - error / np.where(variance > 0, variance, np.inf), 0, 1))


def _excess(looked: Looked, pair: Pair, exact: np.ndarray) -> float:
    """By how many standard errors a pair is more alike than true values that correlate as stated.

    If true values correlate r, values do r sqrt(q1 q2), with q the share of their variance that is
    not sampling error, and errors of the same respondents come on top.
    """
    ends = [pair.first, pair.second]
    t = np.where(looked.known, looked.cells.common_error_loading * looked.sign, 0.0)[:, ends]
    within = looked.within_types(looked.matched[0])[:, ends]
    shared = t[:, 0] @ t[:, 1] / np.sqrt((within**2).sum(axis=0).prod())
    expected = looked.limits.copies_correlation * np.sqrt(exact[ends].prod()) + shared
    freedom = pair.units - len(looked.cells.groups) - 2
    apart = np.arctanh(pair.observed) - np.arctanh(min(expected, _HIGHEST))
    return float(apart * np.sqrt(freedom))


def _tiny_errors(looked: Looked) -> Iterator[Finding]:
    cells, limit = looked.cells, looked.limits.tiny_error
    for k in range(len(cells.indicators)):
        rows = np.flatnonzero(looked.known[:, k] & (cells.category[:, k] < 0))
        if not len(rows):
            continue
        error = np.sqrt(looked.sampling_variance[rows, k])
        for i in rows[error < limit * np.median(error)]:
            ratio = float(np.sqrt(looked.sampling_variance[i, k]) / np.median(error))
            yield Finding(
                _NAME,
                "warns",
                f"The standard error of {looked.label(k)} at {cells.units[i]} is {ratio:.1g} of "
                "the median of the measure. Such a cell counts as exact: check it.",
                {"figure": ratio, "threshold": limit},
                f"{cells.indicators[k]} and {cells.units[i]}",
            )
