"""What each measure weighs in a mean, as the score of the league declares it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import League
from openness.scoring import declared_weights, reweighted, score_of


def weights_by_unit(league: League, applies: pd.DataFrame) -> pd.DataFrame:
    """Return what each measure weighs at each unit.

    Parameters
    ----------
    league : League
        A score of measures declares their weights. In a score of sources the measures of a source
        share its weight. A score of the factor declares none: every measure weighs 1.
    applies : pandas.DataFrame of bool
        Rows `unit`, columns scored measures. A measure without a column applies to nobody.

    Returns
    -------
    pandas.DataFrame
        With the labels of `applies`; 0 where a measure does not apply. Its weight goes to the
        unit's other measures of the same source, or else to other sources
        (`openness.scoring.reweighted`); a table has no prediction that could keep it.

    Raises
    ------
    InvalidInput
        If all measures that are left weigh 0.

    Examples
    --------
    >>> from openness.naive import tabulate
    >>> from openness.naive.weighing import weights_by_unit
    >>> weights_by_unit(league, tabulate(measures, league).applies).iloc[0].tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    if league.score.of == "factor":
        return applies.astype(float)
    declared = pd.Series(declared_weights(league, score_of(league, "measures")))
    source = np.unique([i.domain for i in league.scored], return_inverse=True)[1]
    known = applies.reindex(columns=declared.index, fill_value=False)
    weights = reweighted(declared.to_numpy(), source, known.to_numpy(dtype=bool))
    return pd.DataFrame(weights, known.index, known.columns)[applies.columns]


def weighted_mean(values: pd.DataFrame, weights: pd.DataFrame) -> pd.Series:
    """Mean of the values that a unit has, by its weights divided by their sum over those values.

    NaN for a unit without a value that weighs something.
    """
    weights = weights.where(values.notna(), 0.0)
    total = weights.sum(axis=1)
    return (values * weights).sum(axis=1) / total.where(total > 0)
