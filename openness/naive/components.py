"""The first principal component as a score, and the orientation of loadings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.methods import Scored, method
from openness.naive.tabulated import measures_with_spread, tabulate

EM_TOLERANCE = 1e-9
EM_CYCLES = 2000
"""When filling stops: the relative change of the filled cells, or this many cycles."""


@method("principal_component")
def principal_component(measures: Measures, league: League) -> Scored:
    """Rank units by the first principal component of the standardised measures.

    Scores are sums of z-scores weighted by loadings of unit length; NaN for a unit that has no
    measure. A measure on which all units are alike is "dropped".

    Raises
    ------
    InvalidInput
        If there is no measure on which units differ.

    Notes
    -----
    `statsmodels.multivariate.pca.PCA` on correlations. What is missing is filled in by the
    component itself, in turns with the component (`missing="fill-em"`; EM without error variance),
    so that a filled cell agrees perfectly with the rest. Cells of measures that do not exist for a
    unit are "filled" as well: the method needs a rectangle. The sign is pinned so that the
    loadings, of measures oriented so that higher is better, add up to something positive.

    Examples
    --------
    >>> from openness.naive import principal_component
    >>> principal_component(measures, league).table["rank"].head(3).tolist()
    [16.0, 24.0, 26.0]
    """
    table = tabulate(measures, league)
    spread = measures_with_spread(table.oriented.sort_index(), league)
    known = spread.dropna(how="all")
    scores, loadings, share = first_component(known)
    within = table.within(known)
    filled = within & table.figures.isna()
    share_of = f"The first component has {share:.0%} of the variance of {len(loadings)} measures."
    return Scored(
        scores,
        table.treatment(used=within).mask(filled, "filled"),
        remarks=(share_of, *against(loadings)),
    )


def first_component(oriented: pd.DataFrame) -> tuple[pd.Series, pd.Series, float]:
    """Scores, loadings and share of the variance of the first principal component.

    Parameters
    ----------
    oriented : pandas.DataFrame
        Higher is better; NaN where missing. Every row has a value, every column varies.

    Returns
    -------
    scores : pandas.Series
        By row: the z-scores (sd with n) weighted by the loadings.
    loadings : pandas.Series
        By column, of unit length, adding up to something positive.
    share : float
        Of the variance of all columns after filling.
    """
    # Here and not above, as it takes a second that other methods need not wait for.
    from statsmodels.multivariate.pca import PCA

    result = PCA(
        oriented.to_numpy(copy=True),
        ncomp=1,
        normalize=False,
        missing="fill-em",
        tol_em=EM_TOLERANCE,
        max_em_iter=EM_CYCLES,
    )
    loadings = pinned(result.loadings[:, 0])
    scores = result.transformed_data @ loadings
    share = float(np.mean(scores**2) / oriented.shape[1])
    return pd.Series(scores, oriented.index), pd.Series(loadings, oriented.columns), share


def pinned(loadings: np.ndarray) -> np.ndarray:
    """Give loadings, of measures for which higher is better, the sign of a positive sum."""
    return -loadings if loadings.sum() < 0 else loadings


def against(loadings: pd.Series) -> tuple[str, ...]:
    """One sentence for each measure that loads against its declared direction."""
    return tuple(
        f"{id} loads negatively ({value:.2f}): the score falls where it reads better."
        for id, value in loadings.items()
        if value < 0
    )
