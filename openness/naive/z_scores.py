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
from openness.naive.tabulate import tabulate


def mean_available_z(measures: Measures, league: League) -> pd.DataFrame:
    """Rank units by the mean of the z-scores that they have.

    Parameters
    ----------
    measures : Measures
    league : League
        Its scored indicators are averaged, all weighted alike.

    Returns
    -------
    pandas.DataFrame
        Indexed by `unit`, in the order of the units table: `score`, in sds of a measure, and `rank`
        (1 is best, equal scores share the mean of their ranks). NaN for a unit that has none.
    """
    table = tabulate(measures, league)
    return _ranked((z_scores(table.figures) * table.signs).mean(axis=1))


def mean_fill(measures: Measures, league: League) -> pd.DataFrame:
    """Rank units by the mean of their z-scores, where a missing one is 0: the mean of the others.

    Parameters
    ----------
    measures : Measures
    league : League
        Its scored indicators are averaged, all weighted alike.

    Returns
    -------
    pandas.DataFrame
        Indexed by `unit`, in the order of the units table: `score`, in sds of a measure, and `rank`
        (1 is best, equal scores share the mean of their ranks). NaN for a unit to which no measure
        applies.
    """
    table = tabulate(measures, league)
    filled = (z_scores(table.figures) * table.signs).fillna(0.0)
    return _ranked(filled.where(table.applies).mean(axis=1))


def zero_fill(measures: Measures, league: League) -> pd.DataFrame:
    """Rank units by the mean of their z-scores, where a missing figure is read as a zero.

    Parameters
    ----------
    measures : Measures
    league : League
        Its scored indicators are averaged, all weighted alike.

    Returns
    -------
    pandas.DataFrame
        Indexed by `unit`, in the order of the units table: `score`, in sds of a measure, and `rank`
        (1 is best, equal scores share the mean of their ranks). NaN for a unit to which no measure
        applies.

    Notes
    -----
    The zero is put in before anything is standardised or turned, so that it moves the mean and the
    sd of the measure for everybody, and is a merit where lower is better.
    """
    table = tabulate(measures, league)
    filled = table.figures.fillna(0.0).where(table.applies)
    return _ranked((z_scores(filled) * table.signs).mean(axis=1))


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


def _ranked(score: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"score": score, "rank": score.rank(ascending=False)})
