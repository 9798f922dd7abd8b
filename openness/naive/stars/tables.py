"""The tables behind the US hospital stars: measures, their direction and group, and its weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.naive.arguments import as_table, is_number
from openness.naive.spreadsheet import z_scores
from openness.ranking.arguments import as_sequence, as_whole, refuse


@dataclass(frozen=True, eq=False)
class StarTables:
    """Measures with all that the recipe asks of them.

    Attributes
    ----------
    measures, kept : pandas.DataFrame of float
        Rows units, columns measures, all of them and those that enough units have; NaN where
        missing.
    dropped : tuple of str
        The others.
    flips, groups : pandas.Series
        By measure: 1 or -1, and its group.
    weights, minimum_measures : pandas.Series
        By group: its weight, and how many measures a unit needs in it.
    minimum_groups : int
    required : tuple of str
    """

    measures: pd.DataFrame
    kept: pd.DataFrame
    dropped: tuple[str, ...]
    flips: pd.Series
    groups: pd.Series
    weights: pd.Series
    minimum_measures: pd.Series
    minimum_groups: int
    required: tuple[str, ...]

    @property
    def z(self) -> pd.DataFrame:
        """Z-scores of the measures that are kept, higher for better."""
        return z_scores(self.kept) * self.flips[self.kept.columns]


def reported_by_enough(
    measures: pd.DataFrame, drop_up_to: int
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Part the measures that more units than `drop_up_to` have from the names of the others."""
    enough = measures.notna().sum() > drop_up_to
    return measures.loc[:, enough], tuple(str(id) for id in measures.columns[~enough])


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
    """Check the tables and the settings of `star_summary`, and name all that is wrong with them."""
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
    required, known = as_sequence(required, "required"), ", ".join(map(str, weights.index))
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
        Problem("required", repr(group), "there is no such group", known)
        for group in required
        if group not in weights.index
    ]
    if wrong:
        raise InvalidInput(wrong)
    kept, dropped = reported_by_enough(table, drop_up_to)
    return StarTables(
        measures=table,
        kept=kept,
        dropped=dropped,
        flips=flips[table.columns].astype(float),
        groups=groups[table.columns],
        weights=weights.astype(float),
        minimum_measures=minimum[weights.index].astype(int),
        minimum_groups=minimum_groups,
        required=required,
    )


def _entries(given: pd.Series, name: str) -> pd.Series:
    """Return what a series says of anything; a missing entry is none."""
    if not isinstance(given, pd.Series):
        raise refuse(name, "type", type(given).__name__, "it must be a pandas.Series")
    for label in given.index[given.index.duplicated()]:
        raise refuse(name, str(label), "it comes twice", "one entry for each")
    return given.dropna()
