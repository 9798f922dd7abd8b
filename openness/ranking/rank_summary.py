"""Ranks of a posterior, labelled: one set a draw, and what summarises them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openness.ranking.alike import Alike, pooled, shared
from openness.ranking.arguments import as_whole
from openness.ranking.banding import rank_band_probabilities
from openness.ranking.intervals import IntervalKind, interval
from openness.ranking.posterior import Posterior, as_posterior
from openness.ranking.precision import Probabilities, mean_and_error, monte_carlo_error
from openness.ranking.ranks import (
    expected_rank,
    median_rank,
    percentile,
    rank_draws,
)


@dataclass(frozen=True, eq=False)
class PosteriorRanks:
    """Ranks within each draw, 1 for the best, and their summaries by unit.

    Attributes
    ----------
    names : tuple of str, length n
    ranks : numpy.ndarray, shape (S, n)
        From `rank_draws`.
    alike : tuple of numpy.ndarray
        As in `Posterior`: of such units the draws are pooled.

    Examples
    --------
    >>> from openness.ranking import Posterior, posterior_ranks
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> ranks = posterior_ranks(post)
    >>> ranks.expected_rank.round(1).to_dict()
    {'a': 1.2, 'b': 2.1, 'c': 3.0, 'd': 3.8}
    >>> ranks.prob_top(1)["probability"].round(2).to_dict()
    {'a': 0.82, 'b': 0.16, 'c': 0.02, 'd': 0.0}
    """

    names: tuple[str, ...]
    ranks: NDArray[np.float32]
    alike: Alike = ()

    @property
    def expected_rank(self) -> pd.Series:
        """Posterior mean of each rank."""
        return self._labelled(pooled(expected_rank, self.ranks, self.alike), "expected_rank")

    @property
    def expected_rank_error(self) -> pd.Series:
        """Monte Carlo error of each expected rank; that of a class is of its mean in each draw."""
        ranks = shared(self.ranks.astype(np.float64), self.alike, axis=1)
        return self._labelled(monte_carlo_error(ranks), "expected_rank_error")

    @property
    def median_rank(self) -> pd.Series:
        """Posterior median of each rank, one that was attained."""
        return self._labelled(pooled(median_rank, self.ranks, self.alike), "median_rank")

    @property
    def optimal_rank(self) -> pd.Series:
        """Ranks from 1 to n that are optimal under squared-error loss; ties share their mean."""
        ranks = rank_draws(-self.expected_rank.to_numpy()[None])[0].astype(np.float64)
        return self._labelled(ranks, "optimal_rank")

    @property
    def percentile(self) -> pd.Series:
        """Posterior mean of each percentile, 100 for the best."""
        return self._labelled(shared(percentile(self.ranks), self.alike), "percentile")

    def rank_interval(
        self,
        prob: float = 0.95,
        kind: IntervalKind = "equal-tailed",
        *,
        simultaneous: bool = False,
    ) -> pd.DataFrame:
        """Interval of each rank.

        Parameters
        ----------
        prob : float
            Probability, between 0 and 1.
        kind : {"equal-tailed", "shortest"}
        simultaneous : bool
            Widen the intervals until a share `prob` of the draws has all ranks inside at once. They
            then start and end at whole ranks.

        Returns
        -------
        pandas.DataFrame, n rows
            Indexed by unit: `rank_lower`, `rank_upper`, `interval_prob`, `interval_kind`, and
            `simultaneous`.
        """
        if simultaneous:
            lower, upper = interval(self.ranks, prob, kind=kind, simultaneous=True)
            for members in self.alike:
                lower[members], upper[members] = lower[members].min(), upper[members].max()
            lower = np.maximum(np.floor(lower), 1)
            upper = np.minimum(np.ceil(upper), len(self.names))
        else:
            lower, upper = pooled(
                lambda ranks: interval(ranks, prob, kind=kind), self.ranks, self.alike
            )
        return pd.DataFrame(
            {
                "rank_lower": lower,
                "rank_upper": upper,
                "interval_prob": prob,
                "interval_kind": kind,
                "simultaneous": simultaneous,
            },
            index=self._index(),
        )

    def rank_probabilities(self) -> Probabilities:
        """Probability of each rank, a column for each; ties share the ranks they take up."""
        possible = np.arange(1, len(self.names) + 1)
        mean, error = mean_and_error(
            lambda part: shared(rank_band_probabilities(part, possible), self.alike), self.ranks
        )
        columns = pd.Index(possible, name="rank")
        return Probabilities(
            pd.DataFrame(mean, self._index(), columns),
            pd.DataFrame(error, self._index(), columns),
        )

    def prob_top(self, m: int) -> pd.DataFrame:
        """Probability of being one of the best `m` units.

        Parameters
        ----------
        m : int
            From 1 to n.

        Returns
        -------
        pandas.DataFrame, n rows
            Indexed by unit: `probability`, which adds up to `m`, and `monte_carlo_error`.
        """
        units = len(self.names)
        m = as_whole(m, "m", 1, units, f"it must be from 1 to the {units} units")
        mean, error = mean_and_error(
            lambda part: shared(rank_band_probabilities(part, [m, units])[:, 0], self.alike),
            self.ranks,
        )
        return pd.DataFrame(
            {"probability": mean, "monte_carlo_error": error},
            index=self._index(),
        )

    def _index(self) -> pd.Index:
        return pd.Index(self.names, name="unit")

    def _labelled(self, values: NDArray[np.float64], name: str) -> pd.Series:
        return pd.Series(values, index=self._index(), name=name)


def posterior_ranks(post: Posterior) -> PosteriorRanks:
    """Rank the units within each draw of their joint posterior.

    Parameters
    ----------
    post : Posterior
        For ranks within a group, `post.only(names)` of that group.

    Returns
    -------
    PosteriorRanks

    References
    ----------
    Laird and Louis (1989), "Empirical Bayes ranking methods", Journal of Educational Statistics
    14(1). Lin, Louis, Paddock and Ridgeway (2006), "Loss function based ranking in two-stage,
    hierarchical models", Bayesian Analysis 1(4).

    Examples
    --------
    >>> from openness.ranking import Posterior, posterior_ranks
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> posterior_ranks(post).rank_interval(0.9)[["rank_lower", "rank_upper"]]
          rank_lower  rank_upper
    unit
    a            1.0         2.0
    b            1.0         3.0
    c            2.0         4.0
    d            3.0         4.0
    """
    post = as_posterior(post)
    return PosteriorRanks(post.names, post.ranks, post.alike)
