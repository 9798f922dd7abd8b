"""Ranks by overlap: a unit is behind those, and only those, whose interval lies wholly above."""

from __future__ import annotations

import pandas as pd
from numpy.typing import ArrayLike

from openness.naive.intervals.comparison_intervals import goldstein_healy, wholly_above


def overlap_rank(
    estimate: ArrayLike, standard_error: ArrayLike, *, level: float = 0.05
) -> pd.Series:
    """Rank units by how many others lie wholly above them.

    Parameters
    ----------
    estimate, standard_error, level
        As in `goldstein_healy`, which draws the intervals and says what it refuses.

    Returns
    -------
    pandas.Series of int
        Labelled as the input: 1 plus the number of units whose lower end is above the upper end of
        this one. Units that nobody is wholly above share rank 1, and so on; numbers may be left
        out. Every unit's rank is at least as good as that by the estimate.

    Notes
    -----
    This is how report cards number units that are "statistically tied". It reads an overlap as a
    draw, which it is not: with wide intervals everybody is first.
    """
    table = goldstein_healy(estimate, standard_error, level=level).table
    return pd.Series(wholly_above(table) + 1, table.index, name="rank")
