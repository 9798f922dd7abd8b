"""The tables behind the US hospital stars: measures, their direction and group, and its weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.naive.arguments import as_table, is_number
from openness.ranking.arguments import as_sequence, as_whole, refuse


@dataclass(frozen=True, eq=False)
class StarTables:
    """Measures with all that the recipe asks of them.

    Attributes
    ----------
    measures : pandas.DataFrame of float
        Rows units, columns measures; NaN where missing.
    flips : pandas.Series of float
        By measure: 1 or -1.
    groups : pandas.Series
        By measure.
    weights : pandas.Series of float
        By group.
    minimum_measures : pandas.Series of int
        By group: how many measures count.
    """

    measures: pd.DataFrame
    flips: pd.Series
    groups: pd.Series
    weights: pd.Series
    minimum_measures: pd.Series


def check_star_tables(
    measures: pd.DataFrame,
    flips: pd.Series,
    groups: pd.Series,
    weights: pd.Series,
    *,
    drop_up_to: int,
    minimum_measures: int | pd.Series,
    minimum_groups: int,
    required: Sequence[str],
) -> StarTables:
    """Check the tables and the settings of `openness.naive.stars.summary_score.star_summary`.

    Parameters
    ----------
    measures, flips, groups, weights, drop_up_to, minimum_measures, minimum_groups, required
        As they were given.

    Returns
    -------
    StarTables

    Raises
    ------
    InvalidInput
        Naming every measure without a direction of 1 or -1 or without a group, and every group
        without a weight above 0 or without a minimum.
    """
    table = as_table(measures, "measures", ("unit", "measure"))
    as_whole(drop_up_to, "drop_up_to", 0, np.inf, "a whole number from 0")
    as_whole(minimum_groups, "minimum_groups", 1, np.inf, "a whole number from 1")
    flips, groups, weights = (
        _entries(given, name)
        for given, name in ((flips, "flips"), (groups, "groups"), (weights, "weights"))
    )
    minimum = (
        _entries(minimum_measures, "minimum_measures")
        if isinstance(minimum_measures, pd.Series)
        else pd.Series(minimum_measures, weights.index)
    )
    directions = flips[flips.index.isin(table.columns)]
    used = groups[groups.index.isin(table.columns)].unique()
    wrong = [
        Problem(name, str(id), f"the measure has no entry in `{name}`", "one for each measure")
        for name, given in (("flips", flips), ("groups", groups))
        for id in table.columns.difference(given.index)
    ]
    wrong += [
        Problem(name, str(group), f"the group has no {word}", "one for each group")
        for name, word, needed, given in (
            ("weights", "weight", used, weights),
            ("minimum_measures", "minimum", weights.index, minimum),
        )
        for group in pd.Index(needed).difference(given.index)
    ]
    wrong += [
        Problem("flips", str(id), repr(flip), "1, or -1 where lower is better")
        for id, flip in directions.items()
        if not is_number(flip, lambda x: abs(x) == 1)
    ]
    wrong += [
        Problem("weights", str(group), repr(weight), "a finite number above 0")
        for group, weight in weights.items()
        if not is_number(weight, lambda x: 0 < x < np.inf)
    ]
    wrong += [
        Problem("minimum_measures", str(group), repr(number), "a whole number from 1")
        for group, number in minimum.items()
        if not is_number(number, lambda x: x >= 1 and x.is_integer())
    ]
    wrong += [
        Problem(
            "required", repr(group), "there is no such group", ", ".join(map(str, weights.index))
        )
        for group in as_sequence(required, "required")
        if group not in weights.index
    ]
    if wrong:
        raise InvalidInput(wrong)
    return StarTables(
        measures=table,
        flips=flips[table.columns].astype(float),
        groups=groups[table.columns],
        weights=weights.astype(float),
        minimum_measures=minimum[weights.index].astype(int),
    )


def _entries(given: pd.Series, name: str) -> pd.Series:
    """Return what a series says of anything; a missing entry is none."""
    if not isinstance(given, pd.Series):
        raise refuse(name, "type", type(given).__name__, "it must be a pandas.Series")
    for label in given.index[given.index.duplicated()]:
        raise refuse(name, str(label), "it comes twice", "one entry for each")
    return given.dropna()
