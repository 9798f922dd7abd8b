"""How a rank may be shown: in a single place, or with its interval, shared, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openness.ranking.pairs import settled_pairs
from openness.ranking.ranks import median_rank, optimal_rank
from openness.ranking.separation import Separation

SEPARATED_AT = 0.9
"""Probability above which the order of a pair counts as settled."""

LEAST_SEPARATED = 0.5
"""Share of the pairs that must be settled for single places to be shown."""

WhenPlaces = Literal["auto", "always", "never"]

COLUMNS = ("place", "shared_rank", "not_separated", "rank_shown", "in_words")


@dataclass(frozen=True, eq=False)
class Places:
    """What may be shown of the ranks of units that are ranked against each other.

    Attributes
    ----------
    table : pandas.DataFrame, n rows
        Indexed by unit, with `COLUMNS`; see `places`.
    share_separated : float
        Share of the pairs that are settled.
    """

    table: pd.DataFrame
    share_separated: float


def may_show_places(
    share_separated: float, when: WhenPlaces = "auto", least: float = LEAST_SEPARATED
) -> bool:
    """Whether single places (1, 2, 3) may be shown, given the share of pairs that are settled."""
    return when == "always" or (when == "auto" and share_separated >= least)


def places(
    ranks: NDArray[np.floating],
    lower: NDArray[np.floating],
    upper: NDArray[np.floating],
    names: Sequence[str],
    when: WhenPlaces = "auto",
) -> Places:
    """Say what may be shown of each rank.

    Parameters
    ----------
    ranks : numpy.ndarray, shape (S, n)
        From `rank_draws`.
    lower, upper : numpy.ndarray, shape (n,)
        Limits of the ranks' intervals.
    names : sequence of str, length n
    when : {"auto", "always", "never"}
        Whether single places are shown; "auto" does so where at least half of the pairs are in
        order with more than 90% probability.

    Returns
    -------
    Places
        `place`: 1 to n by expected rank, NaN if places are not to be shown. `shared_rank`: one more
        than the number of units that are settled to be ahead. `not_separated`: how many others
        there are whose order against this one is not settled. `rank_shown`: what a table shows,
        such as "4 (2 to 19)", the place or otherwise the median with the interval. `in_words`: such
        as "#2 to #19, statistically tied with 11 others".
    """
    separation = Separation(tuple(names), SEPARATED_AT, settled_pairs(ranks, SEPARATED_AT))
    shown = may_show_places(separation.share, when)
    place = optimal_rank(ranks)
    counts = separation.table
    limits = pd.DataFrame({"rank_lower": lower, "rank_upper": upper}, index=counts.index)
    table = pd.DataFrame(
        {
            "place": place if shown else np.nan,
            "shared_rank": counts["shared_rank"].astype(float),
            "not_separated": counts["not_separated"].astype(float),
            "rank_shown": [
                f"{rank:,g} ({low:,g} to {high:,g})"
                for rank, low, high in zip(
                    place if shown else median_rank(ranks), lower, upper, strict=True
                )
            ],
            "in_words": separation.in_words(limits),
        },
        index=counts.index,
    )
    return Places(table, separation.share)
