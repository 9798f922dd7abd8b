"""The stages of a composite indicator, each a table in and a table out.

Rows of a table are units, columns are indicators, NaN where there is no value. The stages are those
of the ASEM Sustainable Connectivity Portal, as the COINr package of W. Becker builds it. Source for
the steps and their order: OECD and European Commission, Joint Research Centre (2008), "Handbook on
Constructing Composite Indicators"; for the defaults, COINr 1.1.

Examples
--------
>>> from openness.naive import composite_stages
>>> table, direction = pd.DataFrame({"a": [1.0, 2.0, 3.0]}), pd.Series({"a": 1})
>>> composite_stages.normalise(table, direction)["a"].tolist()
[0.0, 50.0, 100.0]
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import kurtosis, skew

MOST_SKEW = 2.0
MOST_KURTOSIS = 3.5
"""A column is treated if it is beyond both: adjusted Fisher-Pearson skewness, excess kurtosis."""

MOST_POINTS = 5
"""So many of a column's values are winsorised at most."""


def denominate(table: pd.DataFrame, denominators: pd.Series) -> pd.DataFrame:
    """Divide each indicator by its denominator.

    `denominators` says, by indicator, which column of the table divides it; missing if none does.
    What is returned has the indicators alone, in that order.
    """
    indicators = table[denominators.index].astype(float)
    divided = denominators.dropna()
    indicators[divided.index] = indicators[divided.index] / table[divided].to_numpy(float)
    return indicators


def impute(table: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Put the mean of the unit's group for every missing value, unless the whole group has none."""
    return table.fillna(table.groupby(groups.reindex(table.index)).transform("mean"))


def screen(
    table: pd.DataFrame, availability: float, applies: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Keep the units that have at least the share `availability` of the indicators that apply."""
    asked = table.shape[1] if applies is None else applies.sum(axis=1).clip(lower=1)
    return table[table.notna().sum(axis=1) / asked >= availability]


def treat(table: pd.DataFrame) -> pd.DataFrame:
    """Draw in the outliers of every column, or take its log.

    A column with |skewness| above 2 and excess kurtosis above 3.5 has its most extreme value, with
    all equal to it, replaced by the next most extreme on the side of the skew, again and again
    until it is within either bound or 5 values have been replaced. If that does not do it, or would
    leave all alike, the column as it was becomes log(x - min + (max - min) / 100).
    """
    return table.apply(_treat_column)


def normalise(table: pd.DataFrame, directions: pd.Series) -> pd.DataFrame:
    """Orient every column so that higher is better, and stretch it from 0 to 100.

    `directions` has 1 for an indicator of which higher is better, and else -1. A column on which
    all are alike becomes NaN.
    """
    oriented = table * directions[table.columns]
    width = oriented.max() - oriented.min()
    return 100 * (oriented - oriented.min()) / width.where(width > 0)


def weigh(structure: pd.DataFrame) -> pd.Series:
    """Share of every element in the mean of its `parent`, by its `weight`; 1 for the index."""
    total = structure.groupby("parent")["weight"].transform("sum")
    return (structure["weight"] / total).where(structure["parent"].notna(), 1.0)


def aggregate(normalised: pd.DataFrame, structure: pd.DataFrame) -> pd.DataFrame:
    """Weighted arithmetic means, from the indicators up to the index.

    The structure, a tree, has the `parent` and the `weight` of each element. Columns of what is
    returned are the elements with children, those further up after those that they are made of.
    What is missing is left out of a mean, and the other weights grow in proportion.
    """
    weights = weigh(structure)
    children = structure.groupby("parent", sort=False).groups
    values = {name: normalised[name] for name in normalised}
    waiting = dict(children)
    while waiting:
        ready = [p for p, parts in waiting.items() if all(part in values for part in parts)]
        for parent in ready:
            parts = waiting.pop(parent)
            below = pd.DataFrame({part: values[part] for part in parts})
            present = below.notna() * weights[parts]
            total = present.sum(axis=1)
            values[parent] = (below * weights[parts]).sum(axis=1) / total.where(total > 0)
    return pd.DataFrame({name: column for name, column in values.items() if name in children})


def _treat_column(column: pd.Series) -> pd.Series:
    x = column.to_numpy(copy=True)
    high, low = 0, 0
    while _is_outlying(x) and high + low < MOST_POINTS:
        seen = x[~np.isnan(x)]
        if skew(seen) >= 0:
            at = x == seen.max()
            x[at] = seen[seen < seen.max()].max()
            high = int(at.sum())
        else:
            at = x == seen.min()
            x[at] = seen[seen > seen.min()].min()
            low = int(at.sum())
    if _is_outlying(x) or (_is_alike(x) and not _is_alike(column.to_numpy())):
        width = column.max() - column.min()
        return np.log(column - column.min() + width / 100)
    return pd.Series(x, column.index)


def _is_outlying(x: np.ndarray) -> bool:
    seen = x[~np.isnan(x)]
    if len(seen) < 4 or _is_alike(x):
        return False
    beyond = abs(skew(seen, bias=False)) > MOST_SKEW
    return bool(beyond and kurtosis(seen, bias=False) > MOST_KURTOSIS)


def _is_alike(x: np.ndarray) -> bool:
    seen = x[~np.isnan(x)]
    return len(seen) == 0 or bool(seen.max() == seen.min())
