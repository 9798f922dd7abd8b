"""Means of z-scores, and three ways of a spreadsheet with what is missing.

Each measure is standardised over units, z = (x - mean) / sd with n - 1 in the sd, and oriented so
that higher is better; a measure on which all units are alike gives 0. A unit's score is the plain
mean of its z, in sds of a measure. A measure that does not apply to a unit never counts for it. For
the others:

=====================  =========================================  ==============
method                 what a missing value is                    divided by
=====================  =========================================  ==============
`mean_available_z`     nothing                                    what is there
`mean_fill`            z = 0, the mean of the units that have it  what applies
`zero_fill`            the figure 0, or the lowest category       what applies
=====================  =========================================  ==============
"""

from __future__ import annotations

import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.methods import Scored, Treatment, method
from openness.naive.tabulated import Tabulated, tabulate
from openness.naive.weighing import weighted_mean, weights_by_unit
from openness.ranking.arguments import refuse


@method("mean_available_z")
def mean_available_z(measures: Measures, league: League) -> Scored:
    """Rank units by the mean of the z-scores that they have.

    Scores are in sds of a measure; NaN for a unit that has none.

    Examples
    --------
    >>> from openness.naive import mean_available_z
    >>> mean_available_z(measures, league).table["rank"].head(3).tolist()
    [18.0, 22.0, 24.0]
    """
    table = tabulate(measures, league)
    return _weighed(z_scores(table.oriented), table, league)


@method("mean_fill")
def mean_fill(measures: Measures, league: League) -> Scored:
    """Rank units by the mean of their z-scores, where a missing one is 0: the mean of the others.

    Scores are in sds of a measure; NaN for a unit to which none applies.

    Examples
    --------
    >>> from openness.naive import mean_fill
    >>> mean_fill(measures, league).table["rank"].head(3).tolist()
    [18.0, 20.0, 24.0]
    """
    table = tabulate(measures, league)
    filled = z_scores(table.oriented).fillna(0.0).where(table.applies)
    return _weighed(filled, table, league, "filled")


@method("zero_fill")
def zero_fill(measures: Measures, league: League) -> Scored:
    """Rank units by the mean of their z-scores, where a missing figure is read as a zero.

    The zero is put in before anything is standardised or oriented, so that it moves the mean and
    the sd of the measure for everybody, and is a merit where lower is better. Scores are in sds of
    a measure; NaN for a unit to which none applies.

    Examples
    --------
    >>> from openness.naive import zero_fill
    >>> zero_fill(measures, league).table["rank"].head(3).tolist()
    [29.0, 30.0, 31.0]
    """
    table = tabulate(measures, league)
    filled = table.figures.fillna(0.0).where(table.applies)
    return _weighed(z_scores(filled * table.signs), table, league, "as_zero")


def _weighed(
    z: pd.DataFrame, table: Tabulated, league: League, gaps: Treatment = "left_out"
) -> Scored:
    """Score units by their weighted mean; a measure that weighs nothing is dropped."""
    weights = weights_by_unit(league, table.applies)
    counts = weights > 0
    became = pd.DataFrame(gaps, counts.index, counts.columns).where(counts, "left_out")
    return Scored(weighted_mean(z, weights), table.treatment(became, used=counts))


def z_scores(values: pd.DataFrame) -> pd.DataFrame:
    """Standardise each column over the rows that have a value; 0 where all are alike."""
    alike = ~(values.max() > values.min())
    return (values - values.mean()).mask(values.notna() & alike, 0.0) / values.std().mask(alike, 1)


@method("complete_case")
def complete_case(measures: Measures, league: League) -> Scored:
    """Rank the units that have every measure that applies to them, by their mean z-score.

    Scores are in sds of a measure among the complete units; NaN for every other unit. What is known
    of an incomplete unit is "dropped".

    Notes
    -----
    Listwise deletion as a statistical package does it: the incomplete rows go first, so that means
    and sds (n - 1) are of the complete units alone. Little and Rubin, *Statistical Analysis with
    Missing Data*, 3rd ed., section 3.2. A measure that does not exist for a type of unit makes
    nobody incomplete, and neither does one that weighs nothing.

    Examples
    --------
    >>> from openness.naive import complete_case
    >>> complete_case(measures, league).table["rank"].count().item()
    21
    """
    table = tabulate(measures, league)
    weights = weights_by_unit(league, table.applies)
    has = table.figures.notna() & (weights > 0)
    complete = (has | ~(weights > 0)).all(axis=1) & has.any(axis=1)
    left = int((~complete).sum())
    said = f"{left} of {len(complete)} {league.unit_plural} lack a measure and are not ranked."
    return Scored(
        weighted_mean(z_scores(table.oriented[complete]), weights[complete]),
        table.treatment(used=has.mul(complete, axis=0)),
        remarks=(said,) if left else (),
    )


@method("single_indicator")
def single_indicator(measures: Measures, league: League, *, indicator: str | None = None) -> Scored:
    """Rank units by one indicator and nothing else.

    Scores are in the indicator's own units, negated where lower is better; NaN for a unit that does
    not have it. All that is known of the other measures is "dropped".

    Parameters
    ----------
    indicator : str, optional
        Id of a scored indicator. If not given, the one that the most units have; among equals, the
        first in the league definition.

    Raises
    ------
    InvalidInput
        If the league scores no indicator of that name.

    Examples
    --------
    >>> from openness.naive import single_indicator
    >>> single_indicator(measures, league).table["rank"].head(3).tolist()
    [35.0, 18.0, 5.0]
    """
    table = tabulate(measures, league)
    if indicator is None:
        indicator = str(table.figures.notna().sum().idxmax())
    elif indicator not in list(table.figures):
        found = f"there is no scored indicator {indicator!r}"
        raise refuse("indicator", league.id, found, f"scored: {', '.join(table.figures.columns)}")
    return Scored(
        table.oriented[indicator],
        table.treatment(used=table.figures.notna() & (table.figures.columns == indicator)),
        remarks=(f"The indicator is {league.indicator(indicator).label}.",),
    )
