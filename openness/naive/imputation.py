"""Multiple imputation, by a joint normal distribution or chained equations, and Rubin's rules."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.methods import Scored, method
from openness.naive.spreadsheet import z_scores
from openness.naive.tabulated import measures_with_spread, tabulate
from openness.naive.weighing import weighted_mean, weights_by_unit
from openness.ranking.arguments import as_choice, as_generator, as_whole, refuse

SEED = 2016
"""Of the generator that is used when none is given."""

BURN_IN = 50
THIN = 5
"""Cycles over all measures before the first imputation, and from one to the next."""

DONORS = 5
"""Units, those with the nearest predictions, of which one lends its figure to a gap."""


@method("multiple_imputation")
def multiple_imputation(
    measures: Measures,
    league: League,
    *,
    imputations: int = 20,
    by: Literal["joint", "chained"] = "joint",
    rng: np.random.Generator | int | None = None,
) -> Scored:
    """Rank units by their mean z-score, averaged over imputations of what is missing.

    Scores are in sds of a measure; NaN for a unit that has no measure at all. The standard error
    says what the missing figures leave open, and nothing of sampling error. A measure on which all
    units are alike is "dropped".

    Parameters
    ----------
    imputations : int
        At least 2.
    by : {"joint", "chained"}
        From one normal distribution of all measures, or by chained equations (MICE): a regression
        of each measure on all others, with predictive mean matching.
    rng : numpy.random.Generator or int, optional
        A generator, or its seed; 2016 if not given.

    Raises
    ------
    InvalidInput
        If there is no measure on which units differ, a setting is not allowed, there are too few
        units for a distribution of so many measures, or a measure has too few figures to be
        regressed on all others.

    Notes
    -----
    The figures are oriented and standardised, and what is missing is drawn given what is there, all
    types of unit together: missing at random. Every completed table is standardised anew,
    z = (x - mean) / sd with n - 1, and a unit's score in it is the mean of its z over the measures
    that apply to it, weighed as in `mean_available_z`. Figures for measures that do not exist for a
    unit are drawn too, as the distribution needs a rectangle, and are not averaged.

    Over M tables with scores q the score is their mean and, by Rubin's rules with no variance
    within a table, since a published figure is taken as it stands::

        T = (1 + 1/M) sum (q - mean q)^2 / (M - 1)

    The joint distribution is that of `statsmodels.imputation.bayes_mi.BayesGaussMI`, the chain that
    of `statsmodels.imputation.mice.MICEData`. The first is the default because a regression on all
    other measures needs more units with a figure than there are measures, and the thinnest measure
    of a league seldom has them. Units are drawn in the order of their ids, so that the order of the
    table changes nothing. Rubin, *Multiple Imputation for Nonresponse in Surveys* (1987), chapter
    3; van Buuren, *Flexible Imputation of Missing Data* (2018), chapters 3 and 4.

    Examples
    --------
    >>> from openness.naive import multiple_imputation
    >>> multiple_imputation(measures, league).table["rank"].head(3).tolist()
    [23.0, 26.0, 19.0]
    """
    as_choice(by, "by", ("joint", "chained"))
    imputations = as_whole(imputations, "imputations", 2, np.inf, "a whole number from 2")
    rng = as_generator(SEED if rng is None else rng)
    table = tabulate(measures, league)
    spread = measures_with_spread(table.oriented.sort_index(), league)
    known = spread.dropna(how="all")
    applies = table.applies.loc[known.index, known.columns]
    weights = weights_by_unit(league, applies)
    if by == "chained":
        _refuse_thin_measures(known, league)
    draw = impute if by == "joint" else impute_by_chain
    scores = pd.DataFrame(
        [
            weighted_mean(
                z_scores(pd.DataFrame(filled, known.index, known.columns).where(applies)), weights
            )
            for filled in draw(z_scores(known).to_numpy(), imputations, rng)
        ],
        columns=known.index,
    )
    used = table.within(known)
    used.loc[weights.index, weights.columns] &= weights > 0
    gaps = pd.DataFrame("left_out", used.index, used.columns).mask(used, "filled")
    return Scored(
        scores.mean(),
        table.treatment(gaps, used=used),
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
    """Draw completed tables from the posterior of a normal distribution, given what is there.

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

    Raises
    ------
    InvalidInput
        If a covariance matrix cannot be drawn, as may be with fewer units than measures.
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
            try:
                sampler.update()
            except np.linalg.LinAlgError:
                raise refuse(
                    "multiple_imputation",
                    f"{len(values)} units, {values.shape[1]} measures",
                    "a covariance matrix that is drawn is not positive definite",
                    "there are more units than measures, and no measure is a copy of others",
                    "Leave measures out, or use a method of z-scores",
                ) from None
        drawn[i] = sampler.data
    return drawn


def impute_by_chain(
    values: np.ndarray,
    imputations: int,
    rng: np.random.Generator,
    *,
    burn_in: int = BURN_IN,
    thin: int = THIN,
) -> np.ndarray:
    """Draw completed tables by chained equations, with predictive mean matching.

    The parameters and what is returned are those of `impute`. Every measure needs more figures than
    there are measures.
    """
    from statsmodels.imputation.mice import MICEData

    names = [f"measure_{k}" for k in range(values.shape[1])]
    donors = min(DONORS, *(~np.isnan(values)).sum(axis=0))
    chain = MICEData(pd.DataFrame(values, columns=names), k_pmm=donors, rng=rng)
    drawn = np.empty((imputations, *values.shape))
    for i in range(imputations):
        chain.update_all(burn_in if i == 0 else thin)
        drawn[i] = chain.data
    return drawn


def _refuse_thin_measures(known: pd.DataFrame, league: League) -> None:
    gaps = known.columns[known.isna().any()]
    counts = known[gaps].count()
    if problems := [
        Problem(
            "multiple_imputation",
            str(id),
            f"figures at {count} {league.unit_plural}",
            f"more figures than there are measures, {known.shape[1]}",
            'Leave the measure out, or impute `by="joint"`',
        )
        for id, count in counts[counts <= known.shape[1]].items()
    ]:
        raise InvalidInput(problems)
