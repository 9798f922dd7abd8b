"""A cell lies beyond what its unit's other cells and its measure allow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import t as student

from openness.guards.finding import Finding
from openness.guards.looked import Looked
from openness.guards.registry import guards_against
from openness.measures.evidence import is_confirmation

_NAME = "outlying_cells"
_FEWEST = 10
_FEWEST_OF_TYPE = 5
_MOST_NAMED = 10


@guards_against(_NAME)
def outlying_cells(looked: Looked) -> Iterator[Finding]:
    """Hold each cell against its prediction, on a scale that one odd cell cannot stretch.

    A mistyped cell inflates the sd of its measure, and hides itself. So residuals are taken in
    predictive sds first, and then in sds of the others (externally studentised). A measure that
    works differently in a type is not a matter of its cells: residuals are taken from the median of
    the type. An odd cell makes its neighbours look odd: of each unit the oddest is named, and the
    unit is passed over if the note of that cell confirms it.
    """
    cells, z = looked.cells, studentised(looked)
    notes = looked.fit.measures.grid("note", cells.indicators)
    confirmed = np.array([[is_confirmation(note) for note in row] for row in notes], dtype=bool)
    number = int(np.isfinite(z).sum())
    if not number:
        return
    freedom = np.maximum(np.isfinite(z).sum(axis=0) - 2, 1)
    limit = student.isf(looked.limits.outlying_p / number / 2, freedom)
    size = np.nan_to_num(np.abs(z)) / limit
    oddest = size.argmax(axis=1)
    far = [i for i, k in enumerate(oddest) if size[i, k] > 1 and not confirmed[i, k]]
    far.sort(key=lambda i: -size[i, oddest[i]])
    for i, k in ((i, int(oddest[i])) for i in far[:_MOST_NAMED]):
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
    if (more := len(far) - _MOST_NAMED) > 0:
        yield Finding(
            _NAME,
            "warns",
            f"{more} more {looked.league.unit_plural} have a cell as far from its prediction: the "
            "tails of these measures are heavier than normal ones.",
            {"figure": float(len(far)), "threshold": float(_MOST_NAMED)},
        )


def studentised(looked: Looked) -> np.ndarray:
    """Return residuals (N, K) in sds of the other residuals of the measure.

    NaN where a measure has fewer than ten.
    """
    z, group = looked.left_out.z.copy(), looked.cells.group
    for g, k in np.ndindex(len(looked.cells.groups), z.shape[1]):
        own = (group == g) & np.isfinite(z[:, k])
        if own.sum() >= _FEWEST_OF_TYPE:
            z[own, k] -= np.median(z[own, k])
    number = np.isfinite(z).sum(axis=0)
    others = (np.nansum(z**2, axis=0) - z**2) / np.maximum(number - 1, 1)
    usable = (number >= _FEWEST) & (others > 0)
    return np.where(usable, z / np.sqrt(np.where(usable, others, 1.0)), np.nan)


def _name(looked: Looked, i: int) -> str:
    return str(looked.fit.measures.units["name"].iloc[i])
