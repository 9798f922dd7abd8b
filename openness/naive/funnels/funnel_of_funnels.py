"""A league by funnel plots: the mean of the z-scores of all measures, in a funnel of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.families import family_of
from openness.league import Indicator, League
from openness.measures.evidence import Measures
from openness.naive.funnels.funnel import band_names, check_limits, refuse_zeros, transform
from openness.naive.funnels.overdispersion import Array, Rule, overdispersion
from openness.naive.methods import Scored, method
from openness.naive.tabulated import sampling_errors, tabulate
from openness.ranking.arguments import refuse

BANDS = ("better than expected", "as expected", "worse than expected")


@method("funnel_bands")
def funnel_league(
    measures: Measures,
    league: League,
    *,
    method: Rule = "cqc",
    limits: float = 0.95,
    trim: float = 0.1,
) -> Scored:
    """Rank units by the mean of their z-scores in the funnels of all measures.

    Scores are in sds of a unit that is as expected. `own_band` says whether a unit is better than
    expected, as expected or worse. The settings are those of `funnel_bands`.

    Raises
    ------
    InvalidInput
        If a setting is not allowed, or, under "shmi", a unit has no event: its log is not a number.

    Notes
    -----
    Both published methods are of one measure at a time, and of one against what a case-mix model
    expects. Carried to a league:

    1. A share is a proportion against that of all its units together. A count is a standardised
       ratio: E is the denominator times the rate of all its units together. Both are divided by the
       design effect first. A score is taken as it is, y = x with its standard error as s, against
       the mean of its units weighted by 1/s^2. Not used are ratings, yes-or-no measures, scores
       without a standard error, and measures of fewer than 2 units or without a single event.
    2. Each measure has its own tau^2. Its adjusted z is oriented so that higher is better.
    3. The score is the plain mean of the z of the measures that a unit has.
    4. The m measures of a unit go together, so that their mean varies by more than 1/sqrt(m). It is
       put into a funnel of its own: target 0, s = 1/sqrt(m), and trimmed as the measures were.

    The mean of z is how Spiegelhalter et al. (2012) put unlike measures together; step 4 is our
    reading of their re-standardising.

    Examples
    --------
    >>> from openness.naive import funnel_league
    >>> funnel_league(measures, league).table["rank"].head(3).tolist()
    [20.0, 22.0, 24.0]
    """
    check_limits(limits)
    table = tabulate(measures, league)
    z = pd.DataFrame(np.nan, table.figures.index, table.figures.columns)
    errors = sampling_errors(measures, league)
    for indicator in league.scored:
        x = table.figures[indicator.id].dropna()
        distances = _distances(
            indicator, x, errors.loc[x.index, indicator.id], table.denominators, method
        )
        if distances is not None:
            over = overdispersion(*distances, method=method, trim=trim)
            z.loc[x.index, indicator.id] = over.z * indicator.sign
    if z.notna().to_numpy().sum() == 0:
        none = "none is a share, a count or a score with a standard error, at 2 units or more"
        raise refuse("league", "scored indicators", none, "a funnel needs a sampling error")
    score = z.mean(axis=1)
    seen = score.dropna()
    m = z.notna().sum(axis=1)[seen.index].to_numpy()
    over = overdispersion(seen.to_numpy(), 1 / np.sqrt(m), method=method, trim=trim)
    own = pd.Series(band_names(over.z, limits, BANDS), seen.index)
    return Scored(
        score,
        table.treatment(used=z.notna()),
        own_band=own,
        own_bands=BANDS,
    )


def _distances(
    indicator: Indicator,
    x: pd.Series,
    error: pd.Series,
    denominators: pd.DataFrame,
    method: Rule,
) -> tuple[Array, Array] | None:
    """Return distance from target and sampling error of each unit; None if there is no funnel."""
    family = family_of(indicator)
    if len(x) < 2:
        return None
    if family.figure == "mean":
        if error.isna().any():
            return None
        s = error.to_numpy()
        return (x - np.average(x, weights=1 / s**2)).to_numpy(), s
    if not family.counts_events:
        return None
    size = denominators.loc[x.index, indicator.id].to_numpy() / indicator.design_effect
    events = x.to_numpy() * size
    if events.sum() == 0:
        return None
    if family.figure == "share":
        y, s, target = transform(events, size, "proportion", method)
    else:
        expected = size * events.sum() / size.sum()
        refuse_zeros(pd.Series(events, x.index), f"indicator {indicator.id}", method)
        y, s, target = transform(events, expected, "ratio", method)
    return y - target, s
