"""How far two rankings agree, or a ranking and a posterior, and what a missing measure costs."""

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


def fairness_gap(rank: pd.Series, reference_rank: pd.Series, missing: pd.DataFrame) -> pd.DataFrame:
    """Mean change of rank of incomplete units, minus that of complete ones.

    Parameters
    ----------
    rank, reference_rank : pandas.Series
        Indexed by unit, 1 is best; NaN where a unit is not ranked.
    missing : pandas.DataFrame of int
        From `openness.measures.missing_cells`: by unit, how many cells are missing, for `any`
        reason and by status.

    Returns
    -------
    pandas.DataFrame
        Indexed by `status` ("any" first): `units`, that lack a measure for this reason and are in
        both rankings; `shift`, their mean rank minus that of the reference (above 0:
        the method ranks them lower); `shift_of_complete`, the same of the units that lack nothing;
        `gap`, the first minus the second; `gap_error`, its standard error over units. NaN where
        there are too few units. A method that does not rank incomplete units has no gap.
    """
    shift = (rank - reference_rank).reindex(missing.index)
    complete = shift[missing["any"] == 0].dropna().to_numpy(dtype=float)
    rows = {}
    for status in missing.columns.drop("applicable"):
        incomplete = shift[missing[status] > 0].dropna().to_numpy(dtype=float)
        (own, own_error), (others, others_error) = _mean(incomplete), _mean(complete)
        rows[status] = {
            "units": len(incomplete),
            "shift": own,
            "shift_of_complete": others,
            "gap": own - others,
            "gap_error": float(np.hypot(own_error, others_error)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("status")


def _mean(values: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and its standard error, NaN where there are too few values for it."""
    n = len(values)
    mean = float(values.mean()) if n else float("nan")
    return mean, float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
