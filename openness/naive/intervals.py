"""Intervals drawn so that two of them overlap where the two units are statistically tied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from openness.errors import InvalidInput, Problem
from openness.naive.arguments import as_pair, broken
from openness.ranking.arguments import as_number

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class ComparisonIntervals:
    """One interval for each unit, to be compared with the others by eye.

    Attributes
    ----------
    table : pandas.DataFrame
        A row for each unit, labelled as the input: `estimate`, `standard_error`, `lower`, `upper`.
    multiplier : float
        What a standard error is multiplied by: 1.39 for equal ones at 5%, and more as they differ.
    level : float
        About the probability, on average over pairs, that two intervals of equal units do not
        overlap.

    Examples
    --------
    >>> from openness.naive import goldstein_healy
    >>> intervals = goldstein_healy([1.0, 2.0, 9.0], [1.0, 1.0, 1.0])
    >>> intervals.apart
    2
    """

    table: pd.DataFrame
    multiplier: float
    level: float

    @property
    def overlap(self) -> pd.DataFrame:
        """Whether two intervals have a point in common; rows and columns are units."""
        lower, upper = (self.table[side].to_numpy() for side in ("lower", "upper"))
        labels = self.table.index
        return pd.DataFrame((lower[:, None] <= upper) & (lower <= upper[:, None]), labels, labels)

    @property
    def apart(self) -> int:
        """How many pairs of units have intervals without a point in common."""
        return int(wholly_above(self.table).sum())


def wholly_above(table: pd.DataFrame) -> Array:
    """Count the units whose interval, `lower` to `upper`, lies wholly above that of each unit."""
    lower, upper = table["lower"].to_numpy(), table["upper"].to_numpy()
    # Of the lower ends in order, those after the upper end are wholly above.
    return len(table) - np.searchsorted(np.sort(lower), upper, side="right")


def goldstein_healy(
    estimate: ArrayLike, standard_error: ArrayLike, *, level: float = 0.05
) -> ComparisonIntervals:
    """Draw intervals of which two do not overlap about when their estimates differ at a level.

    Parameters
    ----------
    estimate, standard_error : array_like, shape (units,)
        Of independent estimates; at least two. The labels of a pandas Series are kept.
    level : float
        About the average probability that the intervals of two equal units do not overlap.

    Returns
    -------
    ComparisonIntervals

    Raises
    ------
    InvalidInput
        If there are fewer than two units, or a number that is missing or not allowed.

    Notes
    -----
    estimate -+ z s, with z = c times the mean over all pairs of sqrt(s_i^2 + s_j^2) / (s_i + s_j),
    c the normal quantile (1.96 for 5%). A pair of equal s has the ratio 1/sqrt(2), hence 1.39; no
    pair has one above 1. The level holds for the average pair and not for each, and only nearly
    where errors differ, as ratios are averaged and not levels. No allowance is made for how many
    pairs one looks at.

    References
    ----------
    H. Goldstein and M. J. R. Healy (1995), "The graphical presentation of a collection of means",
    Journal of the Royal Statistical Society A 158: 175-177.

    Examples
    --------
    >>> from openness.naive import goldstein_healy
    >>> intervals = goldstein_healy([1.0, 2.0, 9.0], [1.0, 1.0, 1.0])
    >>> f"{intervals.multiplier:.2f}"
    '1.39'
    """
    theta, se = as_pair(estimate, standard_error, ("estimate", "standard_error"))
    _check(theta, se, level)
    multiplier = float(norm.ppf(1 - level / 2) * _mean_ratio(se.to_numpy()))
    half = multiplier * se
    table = pd.DataFrame(
        {"estimate": theta, "standard_error": se, "lower": theta - half, "upper": theta + half}
    )
    return ComparisonIntervals(table, multiplier, level)


def _mean_ratio(s: Array) -> float:
    s = s / s.max()
    # Unit by unit, as all pairs at once take gigabytes where there are thousands of units.
    total = sum(np.sum(np.hypot(s[i], s[i + 1 :]) / (s[i] + s[i + 1 :])) for i in range(len(s) - 1))
    return float(total / (len(s) * (len(s) - 1) / 2))


def _check(theta: pd.Series, se: pd.Series, level: float) -> None:
    allowed = "a probability between 0 and 1, such as 0.05"
    as_number(level, "level", lambda x: 0 < x < 1, allowed)
    wrong = broken("estimate", theta, np.isfinite(theta), "a finite number")
    wrong += broken("standard_error", se, np.isfinite(se) & (se > 0), "a finite number above 0")
    if len(theta) < 2:
        needs = "a comparison needs at least 2 units"
        wrong.append(Problem("estimate", "length", str(len(theta)), needs))
    if wrong:
        raise InvalidInput(wrong)


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

    Examples
    --------
    >>> from openness.naive import overlap_rank
    >>> overlap_rank([1.0, 2.0, 9.0], [1.0, 1.0, 1.0]).tolist()
    [2, 2, 1]
    """
    table = goldstein_healy(estimate, standard_error, level=level).table
    return pd.Series(wholly_above(table) + 1, table.index, name="rank")
