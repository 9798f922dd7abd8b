"""Leagues by a mean with a sampling error, and what its intervals allow one to say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.intervals.comparison_intervals import ComparisonIntervals, goldstein_healy
from openness.naive.intervals.overlap import overlap_rank
from openness.naive.method import MethodRanking, place
from openness.naive.sampling_errors import sampling_errors
from openness.naive.spreadsheet.z_scores import z_scores
from openness.naive.tabulate import tabulate
from openness.ranking.arguments import refuse


def goldstein_healy_league(
    measures: Measures, league: League, *, level: float = 0.05
) -> MethodRanking:
    """Rank units by a mean with a sampling error; a remark says how many can be told apart.

    Parameters
    ----------
    measures : Measures
    league : League
    level : float
        As in `goldstein_healy`.

    Returns
    -------
    MethodRanking
        Score and standard error as in Notes, in sds of a measure. The ranks are those of the
        score, as if there were no intervals: the method draws them and leaves the ranking alone.

    Raises
    ------
    InvalidInput
        If fewer than two units have a measure with a sampling error, or `level` is not allowed.

    Notes
    -----
    The published method is of one estimate with one standard error for each unit. Carried to a
    league: every measure is standardised over units as in `mean_available_z`, the estimate is the
    plain mean of the z that a unit has, and its standard error comes from the sampling errors of
    those measures alone (see `openness.naive.sampling_errors`), in sds of the measure. Those of
    one domain are correlated as the league states; others are not. Ratings and yes-or-no measures
    have no sampling error and are left out, because they would make a unit look exact. That units
    were measured on different things, and that a mean of few measures is a worse guide, is in none
    of this.
    """
    score, error, used = _mean_with_error(measures, league)
    intervals = goldstein_healy(score, error, level=level)
    return place(
        "goldstein_healy",
        score,
        tabulate(measures, league).treatment("left_out", used=used),
        measures,
        league,
        standard_error=error,
        remarks=(_remark(intervals),),
    )


def overlap_league(measures: Measures, league: League, *, level: float = 0.05) -> MethodRanking:
    """Rank units by how many others lie wholly above them.

    Parameters
    ----------
    measures : Measures
    league : League
    level : float
        As in `goldstein_healy`.

    Returns
    -------
    MethodRanking
        Score and standard error of `goldstein_healy_league`; the ranks of `overlap_rank`, many of
        them shared. A band of fixed size still has to cut between units of equal rank.

    Raises
    ------
    InvalidInput
        As in `goldstein_healy_league`.
    """
    plain = goldstein_healy_league(measures, league, level=level)
    score, error = plain.table["score"], plain.table["standard_error"]
    seen = score.notna()
    return place(
        "overlap_rank",
        score,
        plain.treatment,
        measures,
        league,
        rank=overlap_rank(score[seen], error[seen], level=level).astype(float),
        standard_error=error,
        remarks=plain.remarks,
    )


def _mean_with_error(
    measures: Measures, league: League
) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Mean of z and its sampling error, of units that have one, and which cells were used."""
    table = tabulate(measures, league)
    errors = sampling_errors(measures, league)
    used = errors.notna()
    z = z_scores(table.turned).where(used)
    alike = ~(table.figures.max() > table.figures.min())
    s = errors / table.figures.std().mask(alike, np.inf)
    variance = pd.Series(0.0, z.index)
    for domain in league.domains:
        own = s[[i.id for i in league.scored if i.domain == domain.id]]
        r = domain.error_correlation
        # Var(sum of e_k) = (1 - r) sum s_k^2 + r (sum s_k)^2
        variance += (1 - r) * (own**2).sum(axis=1) + r * own.sum(axis=1) ** 2
    seen = variance > 0
    if seen.sum() < 2:
        found = f"{seen.sum()} units have a measure with a sampling error"
        raise refuse("league", "scored indicators", found, "a comparison needs at least 2")
    error = np.sqrt(variance) / used.sum(axis=1)
    return z.mean(axis=1)[seen], error[seen], used


def _remark(intervals: ComparisonIntervals) -> str:
    n = len(intervals.table)
    pairs = n * (n - 1) // 2
    apart = intervals.apart
    return (
        f"{apart:,} of {pairs:,} pairs of units ({apart / pairs:.0%}) have intervals that do not "
        f"overlap: estimate ± {intervals.multiplier:.2f} standard errors."
    )
