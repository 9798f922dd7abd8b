"""Means of z-scores, and three ways of a spreadsheet with what is missing.

Each measure is standardised over units, z = (x - mean) / sd with n - 1 in the sd, and turned so
that higher is better; a measure on which all units are alike gives 0. A unit's score is the plain
mean of its z. A measure that does not apply to a unit never counts for it. For the others:

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
from openness.naive.method import MethodRanking, place
from openness.naive.tabulate import tabulate


def mean_available_z(measures: Measures, league: League) -> MethodRanking:
    """Rank units by the mean of the z-scores that they have.

    Parameters
    ----------
    measures : Measures
    league : League
        Its scored indicators are averaged, all weighted alike.

    Returns
    -------
    MethodRanking
        Scores in sds of a measure; NaN for a unit that has no measure.
    """
    table = tabulate(measures, league)
    score = z_scores(table.turned).mean(axis=1)
    return place("mean_available_z", score, table.treatment("left_out"), measures, league)


def mean_fill(measures: Measures, league: League) -> MethodRanking:
    """Rank units by the mean of their z-scores, where a missing one is 0: the mean of the others.

    Parameters
    ----------
    measures : Measures
    league : League
        Its scored indicators are averaged, all weighted alike.

    Returns
    -------
    MethodRanking
        Scores in sds of a measure; NaN for a unit to which no measure applies.
    """
    table = tabulate(measures, league)
    score = z_scores(table.turned).fillna(0.0).where(table.applies).mean(axis=1)
    return place("mean_fill", score, table.treatment("filled"), measures, league)


def zero_fill(measures: Measures, league: League) -> MethodRanking:
    """Rank units by the mean of their z-scores, where a missing figure is read as a zero.

    Parameters
    ----------
    measures : Measures
    league : League
        Its scored indicators are averaged, all weighted alike.

    Returns
    -------
    MethodRanking
        Scores in sds of a measure; NaN for a unit to which no measure applies.

    Notes
    -----
    The zero is put in before anything is standardised or turned, so that it moves the mean and the
    sd of the measure for everybody, and is a merit where lower is better.
    """
    table = tabulate(measures, league)
    filled = table.figures.fillna(0.0).where(table.applies)
    score = z_scores(filled * table.signs).mean(axis=1)
    return place("zero_fill", score, table.treatment("as_zero"), measures, league)


def z_scores(values: pd.DataFrame) -> pd.DataFrame:
    """Standardise each column over the rows that have a value; 0 where all are alike.

    Parameters
    ----------
    values : pandas.DataFrame of float
        NaN where there is no value.

    Returns
    -------
    pandas.DataFrame
        Same labels, NaN in the same places.
    """
    alike = ~(values.max() > values.min())
    return (values - values.mean()).mask(values.notna() & alike, 0.0) / values.std().mask(alike, 1)
