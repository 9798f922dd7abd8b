"""A cell lies beyond what its unit's other cells and its measure allow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import t as student

from openness.guards.finding import Finding
from openness.guards.looked import Looked
from openness.guards.registry import guards_against

_NAME = "outlying_cells"
_FEWEST = 10
_MOST_NAMED = 10
_MAD = 1.4826
"""Sd of a normal variable over its median absolute deviation."""


@guards_against(_NAME)
def outlying_cells(looked: Looked) -> Iterator[Finding]:
    """Hold each cell against its prediction, on a scale that one odd cell cannot stretch.

    A mistyped cell inflates the sd of its measure, and hides itself. So residuals are taken in
    predictive sds first, and then in those of the other cells: 1.4826 times the median absolute
    deviation, if that is smaller.
    """
    cells, z = looked.cells, robust_z(looked)
    number = int(np.isfinite(z).sum())
    if not number:
        return
    freedom = np.maximum(np.isfinite(z).sum(axis=0) - 2, 1)
    # The median absolute deviation has its own error: hence Student's t.
    limit = student.isf(looked.limits.outlying_p / number / 2, freedom)
    where = np.argwhere(np.nan_to_num(np.abs(z)) > limit)
    order = np.argsort([-abs(z[i, k]) for i, k in where])
    for i, k in where[order][:_MOST_NAMED]:
        better = "better" if z[i, k] * looked.sign[k] > 0 else "worse"
        yield Finding(
            _NAME,
            "warns",
            f"{looked.label(k)} of {_name(looked, i)} ({cells.units[i]}) is {abs(z[i, k]):.1f} sds "
            f"{better} than its other cells let one expect. Is the figure right? If it is, "
            "confirm it in the note of the cell.",
            {"figure": float(z[i, k]), "threshold": float(limit[k])},
            f"{cells.indicators[k]} and {cells.units[i]}",
        )
    if (more := len(where) - _MOST_NAMED) > 0:
        yield Finding(
            _NAME,
            "warns",
            f"{more} more cells are as far from their predictions: the tails of these measures "
            "are heavier than normal ones.",
            {"figure": float(len(where)), "threshold": float(_MOST_NAMED)},
        )


def robust_z(looked: Looked) -> np.ndarray:
    """Return residuals (N, K) on the robust scale; NaN where a measure has fewer than ten."""
    z = looked.left_out.z.copy()
    for k in range(z.shape[1]):
        there = np.isfinite(z[:, k])
        if there.sum() < _FEWEST:
            z[:, k] = np.nan
            continue
        centre = np.median(z[there, k])
        scale = _MAD * np.median(np.abs(z[there, k] - centre))
        if 0 < scale < 1:
            z[:, k] /= scale
    return z


def _name(looked: Looked, i: int) -> str:
    return str(looked.fit.measures.units["name"].iloc[i])
