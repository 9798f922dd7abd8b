"""How far chance moves the figures of a league's measures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import Indicator, League
from openness.measures.evidence import Measures
from openness.naive.tabulated import tabulate

Array = np.ndarray


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
    columns = [_error(part, x[:, k], n[:, k], se[:, k]) for k, part in enumerate(league.scored)]
    errors = np.where(np.isnan(x), np.nan, np.column_stack(columns))
    return pd.DataFrame(errors, table.figures.index, table.figures.columns)


def _error(indicator: Indicator, x: Array, n: Array, se: Array) -> Array:
    d = indicator.design_effect
    if indicator.family == "proportion":
        p = (x * n + 0.5) / (n + 1)
        return np.sqrt(d * p * (1 - p) / n)
    if indicator.family == "count":
        return np.sqrt(d * (x * n + 0.5)) / n
    if indicator.family == "score":
        assumed = np.nan if indicator.respondent_sd is None else indicator.respondent_sd
        return np.where(np.isnan(se), assumed * np.sqrt(d / n), se)
    return np.full_like(x, np.nan)
