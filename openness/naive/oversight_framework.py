"""The segments of the NHS Oversight Framework 2025/26: ranks averaged, and quartiles of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.methods import Scored, method
from openness.naive.tabulated import tabulate

SEGMENTS = ("1", "2", "3", "4")
"""Best first."""

DECIMALS = 12
"""Of averages, so that equal ones are equal in whatever order they were added up."""


@method("oversight_framework_2025")
def oversight_framework_2025(measures: Measures, league: League) -> Scored:
    """Rank units as the NHS Oversight Framework of 2025/26 does: average metric scores, quartered.

    The scored indicators are the metrics. Scores are average metric scores, negated so that higher
    is better: from -1 (best on every metric) to -4; NaN for a unit that reports no metric. Own
    bands are the segments 1 to 4.

    Notes
    -----
    NHS England, *NHS Oversight Framework 2025/26: methodology manual*: each metric is scored from
    1.00 (best) to 4.00, the scores of the metrics that a trust reports are averaged without
    weights, and the averages are cut at their quartiles. The rule taken here, where a league has no
    more than measures and directions:

    1. every metric is scored by rank, evenly from 1 for the best unit to 4 for the worst; units
       alike share the mean of their scores, and a metric with one unit gives it 2.5. (The framework
       scores some metrics against a target or a plan instead; a league states none.)
    2. scores are not rounded, and averages to 12 decimals only, so that equal ones are equal;
    3. an average up to the lower quartile of the averages (linear interpolation) is segment 1, up
       to the median 2, up to the upper quartile 3;
    4. all types of unit are quartered together, as they are there, and ranked together, where its
       league tables rank trusts among those of their type. What the framework does after that,
       for deficits and for trusts in the improvement programme (segment 5), is left out.

    Examples
    --------
    >>> from openness.naive import oversight_framework_2025
    >>> oversight_framework_2025(measures, league).table["rank"].head(3).tolist()
    [19.0, 21.0, 24.0]
    """
    table = tabulate(measures, league)
    average = metric_scores(table.oriented).mean(axis=1).round(DECIMALS)
    return Scored(-average, table.treatment(), own_band=segments(average), own_bands=SEGMENTS)


def metric_scores(oriented: pd.DataFrame) -> pd.DataFrame:
    """Score every metric from 1 (best) to 4 (worst) by rank.

    Parameters
    ----------
    oriented : pandas.DataFrame
        Rows units, columns metrics, higher is better; NaN where not reported.

    Returns
    -------
    pandas.DataFrame
        Same labels, NaN where it was.
    """
    ranks = oriented.rank(ascending=False)
    last = oriented.notna().sum()
    scores = 1 + 3 * (ranks - 1) / (last - 1).clip(lower=1)
    return scores.mask(oriented.notna() & (last == 1), 2.5)


def segments(average: pd.Series) -> pd.Series:
    """Cut average metric scores at their quartiles.

    Parameters
    ----------
    average : pandas.Series
        Lower is better; NaN for a unit without one.

    Returns
    -------
    pandas.Series of str
        "1" to "4"; missing where there is no average.
    """
    segment = pd.Series(None, average.index, dtype="str")
    scored = average.dropna().to_numpy(dtype=float)
    if len(scored):
        above = np.searchsorted(np.quantile(scored, [0.25, 0.5, 0.75]), scored)
        segment[average.notna().to_numpy()] = np.array(SEGMENTS)[above]
    return segment
