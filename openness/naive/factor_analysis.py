"""One common factor, by maximum likelihood, as a score."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.components import against, pinned
from openness.naive.methods import Scored, method
from openness.naive.tabulated import measures_with_spread, tabulate

LEAST_UNIQUENESS = 1e-4
"""A measure is not taken to be more exact than that."""

FEWEST_SHARED = 3
"""Units that two measures must share to have a correlation."""


@method("factor_scores")
def factor_scores(measures: Measures, league: League) -> Scored:
    """Rank units by the regression score of one common factor.

    Scores are in sds of the factor, shrunk towards 0 where a unit has little; NaN for a unit that
    has no measure. A measure on which all units are alike is "dropped".

    Raises
    ------
    InvalidInput
        If units differ on fewer than three measures, which do not identify a factor, if two
        measures have fewer than three units in common, or if the correlations contradict each
        other.

    Notes
    -----
    With standardised z, z_k = l_k f + e_k, f ~ N(0, 1), e_k ~ N(0, u_k), u_k = 1 - l_k^2. The
    loadings are `statsmodels.multivariate.factor.Factor(corr=..., method="ml")` on correlations of
    the units that two measures share; nothing is filled in. Score and standard error from whatever
    measures a unit has (Thomson's regression score)::

        f = sum_k l_k z_k / u_k / (1 + sum_k l_k^2 / u_k)      s.e. = (1 + sum_k l_k^2 / u_k)^(-1/2)

    The sign is pinned so that the loadings, of measures oriented so that higher is better, add up
    to something positive. Lawley and Maxwell, *Factor Analysis as a Statistical Method*, 2nd ed.

    Examples
    --------
    >>> from openness.naive import factor_scores
    >>> factor_scores(measures, league).table["rank"].head(3).tolist()
    [12.0, 31.0, 34.0]
    """
    table = tabulate(measures, league)
    known = measures_with_spread(table.oriented.sort_index(), league, at_least=3)
    loadings, uniqueness, doubts = one_factor(correlations(known, league))
    scores, errors = regression_scores((known - known.mean()) / known.std(), loadings, uniqueness)
    return Scored(
        scores,
        table.treatment(used=table.within(known)),
        standard_error=errors,
        remarks=(*doubts, *against(loadings)),
    )


def correlations(values: pd.DataFrame, league: League) -> pd.DataFrame:
    """Correlate every two measures over the units that have both.

    Raises
    ------
    InvalidInput
        If one of them does not exist, or if they are not the correlations of anything.
    """
    matrix = values.corr(min_periods=FEWEST_SHARED)
    problems = [
        Problem(
            "measures",
            f"{matrix.index[i]} and {matrix.index[j]}",
            "their correlation is not known",
            f"at least {FEWEST_SHARED} {league.unit_plural} must have both, and differ on each",
            "Leave one of the two out, or use a method of z-scores",
        )
        for i, j in np.argwhere(np.triu(matrix.isna()))
    ]
    if not problems and np.linalg.eigvalsh(matrix.to_numpy())[0] <= 0:
        problems = [
            Problem(
                "measures",
                league.id,
                "the correlations contradict each other: each is over other units",
                "their matrix must be positive definite",
                "Leave out the measure that the fewest have, or use a method of z-scores",
            )
        ]
    if problems:
        raise InvalidInput(problems)
    return matrix


def one_factor(matrix: pd.DataFrame) -> tuple[pd.Series, pd.Series, tuple[str, ...]]:
    """Fit one factor to a matrix of correlations by maximum likelihood.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Measures by measures, at least three; positive definite.

    Returns
    -------
    loadings, uniqueness : pandas.Series
        By measure. The loadings add up to something positive.
    doubts : tuple of str
        What the reader should know of the fit.
    """
    # Here and not above, as it takes a second that other methods need not wait for.
    from statsmodels.multivariate.factor import Factor
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, EstimationWarning

    values, vectors = np.linalg.eigh(matrix.to_numpy())
    start = pinned(vectors[:, -1]) * np.sqrt(values[-1])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", ConvergenceWarning)
        warnings.simplefilter("always", EstimationWarning)
        # Started from the first component and not from random numbers, so that nothing varies.
        result = Factor(corr=matrix.to_numpy(), n_factor=1, method="ml").fit(
            start=(start[:, None], np.clip(1 - start**2, 0.05, None))
        )
    # Loadings of one factor come through an eigenvector of a 1 x 1 matrix, as complex numbers.
    loadings = pinned(result.loadings[:, 0].real)
    uniqueness = np.maximum(result.uniqueness, LEAST_UNIQUENESS)
    doubts = tuple(f"statsmodels: {warning.message}." for warning in caught)
    whole = matrix.columns[uniqueness <= LEAST_UNIQUENESS]
    doubts += tuple(f"{id} has no variance of its own: it is the factor." for id in whole)
    return pd.Series(loadings, matrix.columns), pd.Series(uniqueness, matrix.columns), doubts


def regression_scores(
    z: pd.DataFrame, loadings: pd.Series, uniqueness: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Score units on one factor from whatever measures they have.

    Parameters
    ----------
    z : pandas.DataFrame
        Rows units, columns measures; standardised, NaN where missing.
    loadings, uniqueness : pandas.Series
        By measure.

    Returns
    -------
    scores, standard_errors : pandas.Series
        By unit; NaN for one that has nothing.
    """
    information = z.notna() * (loadings**2 / uniqueness)
    precision = (1 + information.sum(axis=1)).where(z.notna().any(axis=1))
    return (z * (loadings / uniqueness)).sum(axis=1) / precision, precision**-0.5
