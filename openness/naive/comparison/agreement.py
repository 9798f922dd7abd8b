"""How far two rankings of the same units agree, and how far one agrees with a posterior."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openness.ranking import Estimate, monte_carlo_error, rank_draws
from openness.ranking.discordance import discordance_of_draws


class Agreement(TypedDict):
    """How two rankings agree over the units that both rank.

    `units`: how many these are. `rank_correlation`: Spearman's, NaN for fewer than two units.
    `median_shift` and `largest_shift`: of the rank. `moved_most`: the unit of the
    latter. `other_band`: how many of the units that have a band in both are in another.
    """

    units: int
    rank_correlation: float
    median_shift: float
    largest_shift: float
    moved_most: str | None
    other_band: int


def agreement(
    rank: pd.Series, band: pd.Series, reference_rank: pd.Series, reference_band: pd.Series
) -> Agreement:
    """Compare the ranks and the bands of units with those of another ranking; NaN is no rank."""
    pair = pd.DataFrame({"rank": rank, "reference": reference_rank}).dropna()
    shift = (pair["rank"] - pair["reference"]).abs()
    bands = pd.DataFrame({"band": band, "reference": reference_band}).loc[pair.index].dropna()
    return Agreement(
        units=len(pair),
        rank_correlation=_spearman(pair),
        median_shift=float(shift.median()),
        largest_shift=float(shift.max()),
        moved_most=str(shift.idxmax()) if len(shift) else None,
        other_band=int((bands["band"] != bands["reference"]).sum()),
    )


def rank_among_ranked(
    reference_rank: pd.Series, rank: pd.Series, strata: Sequence[NDArray[np.intp]]
) -> pd.Series:
    """Rank the units of a reference among those that another ranking ranks.

    From 1 in each stratum, given by the positions of its units; NaN where either has no rank.
    """
    kept = reference_rank.where(rank.notna())
    among = kept.copy()
    for members in strata:
        among.iloc[members] = kept.iloc[members].rank()
    return among


def _spearman(pair: pd.DataFrame) -> float:
    ranks = pair.rank()
    if len(ranks) < 2 or (ranks.nunique() < 2).any():
        return float("nan")
    return float(np.corrcoef(ranks.to_numpy(dtype=float).T)[0, 1])


def discordance_under(
    rank: NDArray[np.floating],
    draws: NDArray[np.floating],
    strata: Sequence[NDArray[np.intp]],
) -> tuple[Estimate, Estimate, Estimate]:
    """Expected discordance, concordance and Kendall's tau of a ranking under a posterior.

    Parameters
    ----------
    rank : numpy.ndarray, shape (n,)
        Lowest for the best; equal ranks part nobody. NaN for units that are not ranked: their pairs
        are not counted.
    draws : numpy.ndarray, shape (S, n)
        Of what the units are ranked by; larger is better.
    strata : sequence of int arrays
        Positions of the units that are ranked against each other, as `strata_of` gives them.

    Returns
    -------
    discordance, concordance, tau : Estimate
        Shares of the pairs that the ranking parts wrongly, and rightly, and the second minus the
        first: posterior means with their Monte Carlo errors. NaN where there is no pair.

    Notes
    -----
    Kline, Rose and Walters (2024), with a grade for every rank.
    """
    ranked = [members[np.isfinite(rank[members])] for members in strata]
    ranked = [members for members in ranked if len(members) > 1]
    if not ranked:
        nothing = Estimate(float("nan"), float("nan"))
        return nothing, nothing, nothing
    pairs = np.array([len(members) * (len(members) - 1) / 2 for members in ranked])
    counts = np.zeros((len(draws), 2))
    for members, number in zip(ranked, pairs, strict=True):
        _, grade = np.unique(rank[members], return_inverse=True)
        counts += number * discordance_of_draws(grade, rank_draws(draws[:, members]))
    shares = np.column_stack([counts, counts[:, 1] - counts[:, 0]]) / pairs.sum()
    means, errors = shares.mean(axis=0), monte_carlo_error(shares)
    discordance, concordance, tau = (
        Estimate(float(mean), float(error)) for mean, error in zip(means, errors, strict=True)
    )
    return discordance, concordance, tau
