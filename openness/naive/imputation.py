"""Multiple imputation under a joint normal law, and Rubin's rules."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.loadings import measures_with_spread
from openness.naive.method import MethodRanking, place
from openness.naive.tabulate import tabulate
from openness.naive.z_scores import z_scores

SEED = 2016
"""Of the generator that is used when none is given."""

BURN_IN = 50
THIN = 5
"""Gibbs cycles before the first imputation, and from one to the next."""


def multiple_imputation(
    measures: Measures,
    league: League,
    *,
    imputations: int = 20,
    rng: np.random.Generator | None = None,
) -> MethodRanking:
    """Rank units by their mean z-score, averaged over imputations of what is missing.

    Parameters
    ----------
    measures : Measures
    league : League
        Its scored indicators are averaged, all weighted alike.
    imputations : int
        At least 2.
    rng : numpy.random.Generator, optional
        A generator seeded with 2016 if not given.

    Returns
    -------
    MethodRanking
        Scores in sds of a measure; NaN for a unit that has no measure at all. The standard error
        says what the missing figures leave open, and nothing of sampling error. A measure on which
        all units are alike is "dropped".

    Raises
    ------
    InvalidInput
        If there is no measure on which units differ.

    Notes
    -----
    The figures are turned, standardised and taken for a sample from one normal law, all types of
    unit together: missing at random. Every completed table is standardised anew,
    z = (x - mean) / sd with n - 1, and a unit's score in it is the mean of its z over the measures
    that apply to it. Figures for measures that do not exist for a unit are drawn too, as the law
    needs a rectangle, and are not averaged.

    Over M tables with scores q the score is their mean and, by Rubin's rules with no variance
    within a table, since a published figure is taken as it stands::

        T = (1 + 1/M) sum (q - mean q)^2 / (M - 1)

    The law is drawn by `statsmodels.imputation.bayes_mi.BayesGaussMI` and not by the chained
    regressions of its `MICEData`: a regression on all other measures needs more units than there
    are measures, and the thinnest measure of a league seldom has them. Units are drawn in the order
    of their ids, so that the order of the table changes nothing. Rubin, *Multiple Imputation for
    Nonresponse in Surveys* (1987), chapter 3.
    """
    rng = np.random.default_rng(SEED) if rng is None else rng
    table = tabulate(measures, league)
    spread = measures_with_spread(table.turned.sort_index(), league)
    known = spread.dropna(how="all")
    applies = table.applies.loc[known.index, known.columns]
    scores = pd.DataFrame(
        [
            z_scores(pd.DataFrame(filled, known.index, known.columns).where(applies)).mean(axis=1)
            for filled in impute(z_scores(known).to_numpy(), imputations, rng)
        ],
        columns=known.index,
    )
    within = table.within(known)
    gaps = pd.DataFrame("left_out", within.index, within.columns).mask(within, "filled")
    return place(
        "multiple_imputation",
        scores.mean(),
        table.treatment(gaps, used=within),
        measures,
        league,
        standard_error=np.sqrt((1 + 1 / imputations) * scores.var()),
    )


def impute(
    values: np.ndarray,
    imputations: int,
    rng: np.random.Generator,
    *,
    burn_in: int = BURN_IN,
    thin: int = THIN,
) -> np.ndarray:
    """Draw completed tables from the posterior of a normal law, given what is there.

    Parameters
    ----------
    values : ndarray, shape (units, measures)
        Standardised; NaN where missing. Every row and column has a value.
    imputations : int
    rng : numpy.random.Generator
    burn_in, thin : int
        Gibbs cycles before the first table, and from one to the next.

    Returns
    -------
    ndarray, shape (imputations, units, measures)
    """
    # Here and not above, as it takes a second that other methods need not wait for.
    from statsmodels.imputation.bayes_mi import BayesGaussMI

    sampler = BayesGaussMI(np.array(values), rng=rng)
    # statsmodels 0.15 tells patterns of gaps apart by a sum of logarithms, which {1, 3} and {0, 7}
    # share; it would then overwrite figures that are there.
    patterns, which = np.unique(sampler.mask, axis=0, return_inverse=True)
    sampler.patterns = [
        np.flatnonzero(which == i) for i in range(len(patterns)) if patterns[i].any()
    ]
    drawn = np.empty((imputations, *values.shape))
    for i in range(imputations):
        for _ in range(burn_in if i == 0 else thin):
            sampler.update()
        drawn[i] = sampler.data
    return drawn
