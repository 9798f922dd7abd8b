"""How far chance moves the figures of a league's measures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.families import family_of
from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.tabulated import tabulate


def sampling_errors(measures: Measures, league: League) -> pd.DataFrame:
    """Sampling standard error of every figure that `tabulate` gives, with its labels.

    NaN where there is no figure, and for ratings and yes-or-no measures, which are what they are.

    Notes
    -----
    With a design effect d: a share of n has sqrt(d p (1 - p) / n) with p = (y + 1/2) / (n + 1), so
    that nobody is certain who has no event or nothing else; a rate of y events in exposure n has
    sqrt(d (y + 1/2)) / n; a score has its published standard error, or respondent_sd sqrt(d / n).
    """
    table = tabulate(measures, league)
    x, n = table.figures.to_numpy(), table.denominators.to_numpy()
    se = measures.grid("se", tuple(table.figures.columns)).astype(float)
    columns = [
        family_of(part).standard_error(part, x[:, k], n[:, k], se[:, k])
        for k, part in enumerate(league.scored)
    ]
    errors = np.where(np.isnan(x), np.nan, np.column_stack(columns))
    return pd.DataFrame(errors, table.figures.index, table.figures.columns)
