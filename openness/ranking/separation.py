"""Which pairs are in order with a stated probability, which are tied, and how to show ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_level, as_sequence, refuse
from openness.ranking.pairs import as_pairs, settled_pairs
from openness.ranking.posterior import Posterior
from openness.ranking.precision import Probabilities
from openness.ranking.rank_summary import PosteriorRanks


@dataclass(frozen=True, eq=False)
class Separation:
    """Which pairs are settled: in one order or the other with a stated probability.

    Attributes
    ----------
    names : tuple of str, length n
    prob : float
        Probability above which an order counts as settled.
    ahead : numpy.ndarray, shape (n, n)
        Whether the unit of the row is settled to be ahead of that of the column.

    Examples
    --------
    >>> from openness.ranking import Posterior, separate
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> separation = separate(post, 0.9)
    >>> separation.tied_with("a"), round(separation.share, 2)
    (('b',), 0.5)
    """

    names: tuple[str, ...]
    prob: float
    ahead: NDArray[np.bool_]

    @property
    def table(self) -> pd.DataFrame:
        """Indexed by unit: how many units are ahead, behind, and neither; and the shared rank.

        Returns
        -------
        pandas.DataFrame, n rows
            `settled_ahead` and `settled_behind` (the number of others that are), `not_separated`,
            and `shared_rank`, one more than `settled_ahead`: units that nobody is settled to be
            ahead of share rank 1.
        """
        before, after = self.ahead.sum(axis=0), self.ahead.sum(axis=1)
        return pd.DataFrame(
            {
                "settled_ahead": before,
                "settled_behind": after,
                "not_separated": len(self.names) - 1 - before - after,
                "shared_rank": 1 + before,
            },
            index=pd.Index(self.names, name="unit"),
        )

    @property
    def share(self) -> float:
        """Share of all pairs that are settled; 1 for one unit, which has none that is not."""
        units = len(self.names)
        return float(self.ahead.sum() / (units * (units - 1) / 2)) if units > 1 else 1.0

    def tied_with(self, name: str) -> tuple[str, ...]:
        """Return the units that this one is statistically tied with: their order is not settled."""
        if not isinstance(name, str) or name not in self.names:
            raise refuse("unit", "name", repr(name), f"one of the {len(self.names)} units")
        unit = self.names.index(name)
        level = ~self.ahead[unit] & ~self.ahead[:, unit]
        level[unit] = False
        return tuple(self.names[other] for other in np.flatnonzero(level))

    def in_words(self, ranks: pd.DataFrame) -> pd.Series:
        """Say for each unit where it is and how many others it is statistically tied with.

        Parameters
        ----------
        ranks : pandas.DataFrame, n rows
            Indexed by unit: `rank_lower` and `rank_upper`, such as `PosteriorRanks.rank_interval`
            and `rank_sets` return.

        Returns
        -------
        pandas.Series, n rows
            Such as "#3 to #9, statistically tied with 4 others".
        """
        level = self.table["not_separated"]
        if not isinstance(ranks, pd.DataFrame) or set(ranks.index) != set(level.index):
            raise refuse("ranks", "index", type(ranks).__name__, "it must have the same units")
        if not {"rank_lower", "rank_upper"} <= {*ranks.columns}:
            columns = ", ".join(map(str, ranks.columns))
            raise refuse("ranks", "columns", columns, "it must have rank_lower and rank_upper")
        return pd.Series(
            [
                _sentence(lower, upper, others)
                for lower, upper, others in zip(
                    ranks["rank_lower"], ranks["rank_upper"], level[ranks.index], strict=True
                )
            ],
            index=ranks.index,
            name="in_words",
            dtype="str",
        )


def _sentence(lower: float, upper: float, others: int) -> str:
    rank = f"#{lower:g}" if lower == upper else f"#{lower:g} to #{upper:g}"
    tied = {0: "no other", 1: "1 other"}.get(others, f"{others} others")
    return f"{rank}, statistically tied with {tied}"


def separate(pairs: Posterior | Probabilities | ArrayLike, prob: float = 0.9) -> Separation:
    """Find the pairs of units whose order has more than a stated probability.

    Parameters
    ----------
    pairs : Posterior, Probabilities, or array_like of shape (n, n)
        Draws, or probabilities of superiority.
    prob : float
        From 0.5 up to 1, excluded.

    Returns
    -------
    Separation

    Raises
    ------
    InvalidInput
        If `prob` is not in that range, or the pairs are not probabilities.

    Examples
    --------
    >>> from openness.ranking import Posterior, separate
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> separate(post, 0.9).table
          settled_ahead  settled_behind  not_separated  shared_rank
    unit
    a                 0               2              1            1
    b                 0               1              2            1
    c                 1               0              2            2
    d                 2               0              1            3
    """
    level = as_level(prob)
    if isinstance(pairs, Posterior):
        return Separation(pairs.names, prob, settled_pairs(pairs.ranks, level, pairs.alike))
    names, pi = as_pairs(pairs)
    return Separation(names, prob, pi > level)


def separability(
    pairs: Posterior | Probabilities | ArrayLike, levels: Sequence[float] = (0.8, 0.9, 0.95)
) -> pd.Series:
    """Share of the pairs that are in one order or the other with more than a stated probability.

    Parameters
    ----------
    pairs : Posterior, Probabilities, or array_like of shape (n, n)
        Draws, or probabilities of superiority.
    levels : sequence of float
        Probabilities from 0.5 up to 1, excluded.

    Returns
    -------
    pandas.Series
        Indexed by `level`.

    Raises
    ------
    InvalidInput
        If a level is not in that range, or the pairs are not probabilities.

    Examples
    --------
    >>> from openness.ranking import Posterior, separability
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> separability(post, [0.8, 0.95]).round(2).to_dict()
    {0.8: 0.67, 0.95: 0.5}
    """
    checked = [as_level(level, "levels") for level in as_sequence(levels, "levels")]
    _, pi = as_pairs(pairs)
    number = len(pi) * (len(pi) - 1) / 2
    shares = [(pi > level).sum() / number for level in checked]
    return pd.Series(shares, index=pd.Index(checked, name="level"), name="share_of_pairs")


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


def places(ranks: PosteriorRanks, prob: float, when: WhenPlaces = "auto") -> Places:
    """Say what may be shown of each rank.

    Parameters
    ----------
    ranks : PosteriorRanks
    prob : float
        Probability of the ranks' equal-tailed intervals, between 0 and 1.
    when : {"auto", "always", "never"}
        Whether single places are shown; "auto" does so where at least half of the pairs are in
        order with more than 90% probability.

    Returns
    -------
    Places
        `place`: one more than the number of units with a better expected rank, so that units that
        are alike share it; NaN if places are not to be shown. `shared_rank`: one more
        than the number of units that are settled to be ahead. `not_separated`: how many others
        there are whose order against this one is not settled. `rank_shown`: what a table shows,
        such as "4 (2 to 19)", the place or otherwise the median with the interval, and
        "8= (4 to 14)" where others are in the same place. `in_words`: such as "#2 to #19,
        statistically tied with 11 others".
    """
    ahead = settled_pairs(ranks.ranks, SEPARATED_AT, ranks.alike)
    separation = Separation(ranks.names, SEPARATED_AT, ahead)
    shown = may_show_places(separation.share, when)
    place = ranks.expected_rank.rank(method="min")
    counts = separation.table
    limits = ranks.rank_interval(prob)[["rank_lower", "rank_upper"]]
    marks = np.where(place.duplicated(keep=False) & shown, "=", "")
    table = pd.DataFrame(
        {
            "place": place if shown else np.nan,
            "shared_rank": counts["shared_rank"].astype(float),
            "not_separated": counts["not_separated"].astype(float),
            "rank_shown": [
                f"{rank:,g}{mark} ({low:,g} to {high:,g})"
                for rank, mark, low, high in zip(
                    place if shown else ranks.median_rank, marks, *limits.to_numpy().T, strict=True
                )
            ],
            "in_words": separation.in_words(limits),
        },
        index=counts.index,
    )
    return Places(table, separation.share)
