"""The summary score of the US hospital stars: measures to groups, groups to one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.naive.spreadsheet import z_scores
from openness.naive.stars.tables import StarTables, check_star_tables


@dataclass(frozen=True)
class StarSummary:
    """Summary scores and the way to them.

    Attributes
    ----------
    group_scores : pandas.DataFrame
        Rows units, columns groups of measures; NaN for a group in which a unit has nothing.
    counts : pandas.DataFrame of int
        Same labels: how many measures of the group a unit has.
    summary : pandas.Series
        By unit; NaN for one that has nothing.
    peer_group : pandas.Series of float
        By unit: in how many groups it has enough measures; NaN for one that is not given stars.
    dropped : tuple of str
        Measures that too few units have.

    Examples
    --------
    >>> from openness.naive import star_summary
    >>> x = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, None]})
    >>> flips, groups = pd.Series({"a": 1, "b": -1}), pd.Series({"a": "one", "b": "two"})
    >>> weights = pd.Series({"one": 1.0, "two": 1.0})
    >>> rule = {"drop_up_to": 0, "minimum_measures": 1, "minimum_groups": 1}
    >>> made = star_summary(x, flips, groups, weights, **rule)
    >>> made.peer_group.tolist()
    [2, 2, 1]
    """

    group_scores: pd.DataFrame
    counts: pd.DataFrame
    summary: pd.Series
    peer_group: pd.Series
    dropped: tuple[str, ...]


def star_summary(
    measures: pd.DataFrame,
    flips: pd.Series,
    groups: pd.Series,
    weights: pd.Series,
    *,
    drop_up_to: int = 100,
    minimum_measures: int | pd.Series = 3,
    minimum_groups: int = 3,
    required: Sequence[str] = (),
) -> StarSummary:
    """Make the summary score of the US hospital stars from 2021 onwards.

    Parameters
    ----------
    measures : pandas.DataFrame
        Rows units, columns measures; NaN where missing.
    flips : pandas.Series
        By measure: -1 where lower is better, else 1.
    groups : pandas.Series of str
        By measure: its group.
    weights : pandas.Series
        By group.
    drop_up_to : int
        A measure that no more units than this have is dropped.
    minimum_measures : int or pandas.Series
        How many measures a unit needs in a group for the group to count towards stars; a series
        gives a number for each group.
    minimum_groups : int
        How many such groups it needs for stars.
    required : sequence of str
        Groups of which at least one must be among them; none if empty.

    Returns
    -------
    StarSummary

    Raises
    ------
    InvalidInput
        If `measures` is not a table of finite numbers, a measure has no flip of 1 or -1 or no
        group, a group has no weight above 0, or a setting is not allowed.

    Notes
    -----
    Centers for Medicare & Medicaid Services, *Overall Hospital Quality Star Rating on Care Compare:
    comprehensive methodology report* (v4 and later), with the names used here::

        z       = flip (x - mean) / sd, over the units that have x, sd with n - 1, not winsorised
        group   = mean of a unit's z in the group, standardised again over units that have one
        summary = sum of weight group / sum of weight, over the groups in which it has anything

    A group below `minimum_measures` still counts in the summary. CMS asks for three groups of three
    measures, one of them mortality or safety.

    Examples
    --------
    >>> from openness.naive import star_summary
    >>> x = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, None]})
    >>> flips, groups = pd.Series({"a": 1, "b": -1}), pd.Series({"a": "one", "b": "two"})
    >>> weights = pd.Series({"one": 1.0, "two": 1.0})
    >>> rule = {"drop_up_to": 0, "minimum_measures": 1, "minimum_groups": 1}
    >>> made = star_summary(x, flips, groups, weights, **rule)
    >>> made.summary.round(2).tolist()
    [-0.85, 0.35, 1.0]
    """
    given = check_star_tables(
        measures,
        flips,
        groups,
        weights,
        drop_up_to=drop_up_to,
        minimum_measures=minimum_measures,
        minimum_groups=minimum_groups,
        required=required,
    )
    members = given.groups[given.kept.columns]
    means = given.z.T.groupby(members).mean().T.reindex(columns=given.weights.index)
    return summarise(z_scores(means), given)


def summarise(group_scores: pd.DataFrame, given: StarTables) -> StarSummary:
    """Sum up group scores; the weights of groups that a unit has make up for the others.

    The peer group is in how many groups a unit has enough measures, NaN unless these are enough for
    stars.
    """
    counts = given.kept.notna().T.groupby(given.groups[given.kept.columns]).sum().T
    counts = counts.reindex(columns=given.weights.index, fill_value=0).astype(int)
    enough = counts.ge(given.minimum_measures, axis="columns")
    number = enough.sum(axis=1)
    reportable = number >= given.minimum_groups
    if given.required:
        reportable &= enough[list(given.required)].any(axis=1)
    weighed = (group_scores * given.weights).sum(axis=1, min_count=1)
    return StarSummary(
        group_scores=group_scores,
        counts=counts,
        summary=weighed / total_weight(group_scores, given.weights),
        peer_group=number.where(reportable),
        dropped=given.dropped,
    )


def total_weight(group_scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Sum of the weights of the groups that a unit has; NaN for none."""
    return (group_scores.notna() * weights).sum(axis=1).replace(0.0, np.nan)
