"""Leagues by a mean with a sampling error, and what its intervals allow one to say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.intervals import ComparisonIntervals, goldstein_healy, overlap_rank
from openness.naive.methods import Scored, method
from openness.naive.spreadsheet import z_scores
from openness.naive.tabulated import sampling_errors, tabulate
from openness.naive.weighing import weighted_mean, weights_by_unit
from openness.ranking.arguments import refuse


@method("goldstein_healy")
def goldstein_healy_league(measures: Measures, league: League, *, level: float = 0.05) -> Scored:
    """Rank units by a mean with a sampling error; a remark says how many pairs are not tied.

    Score and standard error are in sds of a measure. The ranks are those of the score, as if there
    were no intervals: the method draws them and leaves the ranking alone. `level` is that of
    `goldstein_healy`.

    Raises
    ------
    InvalidInput
        If fewer than two units have a measure with a sampling error, or `level` is not allowed.

    Notes
    -----
    The published method is of one estimate with one standard error for each unit. Carried to a
    league: every measure is standardised over units as in `mean_available_z`, the estimate is the
    mean of the z that a unit has, weighed as there, and its standard error comes from the sampling
    errors of those measures alone (see `openness.naive.tabulated`), in sds of the measure. Those of
    one domain are correlated as the league states; others are not. Ratings and yes-or-no measures
    have no sampling error and are left out, because they would make a unit look exact. That units
    were measured on different things, and that a mean of few measures is a worse guide, is in none
    of this.

    Examples
    --------
    >>> from openness.naive import goldstein_healy_league
    >>> goldstein_healy_league(measures, league).table["rank"].head(3).tolist()
    [18.0, 22.0, 24.0]
    """
    return _mean_with_error(measures, league, level)


@method("overlap_rank")
def overlap_league(measures: Measures, league: League, *, level: float = 0.05) -> Scored:
    """Rank units by how many others lie wholly above them.

    Score, standard error and `level` are those of `goldstein_healy_league`; the ranks are those of
    `overlap_rank`, many of them shared. A band of fixed size still has to cut between units of
    equal rank.

    Examples
    --------
    >>> from openness.naive import overlap_league
    >>> overlap_league(measures, league).table["rank"].head(3).tolist()
    [15.0, 14.0, 19.0]
    """
    plain = _mean_with_error(measures, league, level)
    assert plain.standard_error is not None
    rank = overlap_rank(plain.score, plain.standard_error, level=level)
    return replace(plain, rank=rank.astype(float))


def _mean_with_error(measures: Measures, league: League, level: float) -> Scored:
    """Mean of z and its sampling error, of the units that have one."""
    table = tabulate(measures, league)
    errors = sampling_errors(measures, league)
    weights = weights_by_unit(league, table.applies).where(errors.notna(), 0.0)
    used = weights > 0
    z = z_scores(table.oriented).where(used)
    alike = ~(table.figures.max() > table.figures.min())
    s = weights * errors / table.figures.std().mask(alike, np.inf)
    variance = pd.Series(0.0, z.index)
    for domain in league.domains:
        own = s[[i.id for i in league.scored if i.domain == domain.id]]
        r = domain.error_correlation
        # Var(sum of w_k e_k) = (1 - r) sum s_k^2 + r (sum s_k)^2, s_k = w_k se_k
        variance += (1 - r) * (own**2).sum(axis=1) + r * own.sum(axis=1) ** 2
    seen = variance > 0
    if seen.sum() < 2:
        found = f"{seen.sum()} units have a measure with a sampling error"
        raise refuse("league", "scored indicators", found, "a comparison needs at least 2")
    score = weighted_mean(z, weights)[seen]
    error = (np.sqrt(variance) / weights.sum(axis=1))[seen]
    said = _remark(goldstein_healy(score, error, level=level))
    return Scored(score, table.treatment(used=used), standard_error=error, remarks=(said,))


def _remark(intervals: ComparisonIntervals) -> str:
    n = len(intervals.table)
    pairs = n * (n - 1) // 2
    apart = intervals.apart
    return (
        f"{apart:,} of {pairs:,} pairs of units ({apart / pairs:.0%}) have intervals that do not "
        f"overlap: estimate ± {intervals.multiplier:.2f} standard errors."
    )
