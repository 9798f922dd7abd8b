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
from openness.naive.methods import Scored, method
from openness.naive.tabulated import tabulate


@method("mean_available_z")
def mean_available_z(measures: Measures, league: League) -> Scored:
    """Rank units by the mean of the z-scores that they have.

    Scores are in sds of a measure; NaN for a unit that has none.
    """
    table = tabulate(measures, league)
    return Scored(z_scores(table.oriented).mean(axis=1), table.treatment())


@method("mean_fill")
def mean_fill(measures: Measures, league: League) -> Scored:
    """Rank units by the mean of their z-scores, where a missing one is 0: the mean of the others.

    Scores are in sds of a measure; NaN for a unit to which none applies.
    """
    table = tabulate(measures, league)
    filled = z_scores(table.oriented).fillna(0.0).where(table.applies)
    return Scored(filled.mean(axis=1), table.treatment("filled"))


@method("zero_fill")
def zero_fill(measures: Measures, league: League) -> Scored:
    """Rank units by the mean of their z-scores, where a missing figure is read as a zero.

    The zero is put in before anything is standardised or oriented, so that it moves the mean and
    the sd of the measure for everybody, and is a merit where lower is better. Scores are in sds of
    a measure; NaN for a unit to which none applies.
    """
    table = tabulate(measures, league)
    filled = table.figures.fillna(0.0).where(table.applies)
    return Scored(z_scores(filled * table.signs).mean(axis=1), table.treatment("as_zero"))


def z_scores(values: pd.DataFrame) -> pd.DataFrame:
    """Standardise each column over the rows that have a value; 0 where all are alike."""
    alike = ~(values.max() > values.min())
    return (values - values.mean()).mask(values.notna() & alike, 0.0) / values.std().mask(alike, 1)
