"""Bands of a posterior, labelled: their probabilities, and the band to name under a stated loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from openness.ranking.alike import Alike, shared
from openness.ranking.arguments import as_choice, as_sequence, refuse
from openness.ranking.banding import (
    band_of_least_loss,
    limits_among,
    narrowest_band_set,
    rank_band_probabilities,
    require_one_rule,
    score_band_probabilities,
)
from openness.ranking.declared_sizes import bands_of_sizes
from openness.ranking.posterior import Posterior, as_posterior
from openness.ranking.precision import Estimate, Probabilities, batch_means, error_of_batches

BandLoss = Literal["zero-one", "absolute"] | ArrayLike
BandSizes = Literal["free", "as_declared"]


@dataclass(frozen=True, eq=False)
class BandProbabilities:
    """Posterior probability of each band for each unit, and decisions that rest on it.

    Attributes
    ----------
    names : tuple of str, length n
    labels : tuple of str, length B
        Names of the bands, best first.
    mean : numpy.ndarray, shape (n, B)
        Share of the draws in each band.
    by_batch : numpy.ndarray, shape (batches, n, B)
        The same for batches of consecutive draws, from which Monte Carlo errors come.
    declared : tuple of int, length B, or None
        How many units the rule puts into each band; None for cut points, which declare no number.
    alike : tuple of numpy.ndarray
        As in `Posterior`: such units have the same probabilities, and one band.

    Examples
    --------
    >>> from openness.ranking import Posterior, bands
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> found = bands(post, counts=[1, None], labels=["first", "rest"])
    >>> found.band()[["band", "stable"]]
           band  stable
    unit
    a     first    True
    b      rest    True
    c      rest    True
    d      rest    True
    >>> round(found.expected_misbanded().value, 2)
    0.09
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    mean: NDArray[np.float64]
    by_batch: NDArray[np.float64]
    declared: tuple[int, ...] | None = None
    alike: Alike = ()

    @property
    def prob_band(self) -> Probabilities:
        """Probability of each band, a column for each, with its Monte Carlo error."""
        index = pd.Index(self.names, name="unit")
        columns = pd.Index(self.labels, name="band")
        return Probabilities(
            pd.DataFrame(self.mean, index, columns),
            pd.DataFrame(error_of_batches(self.by_batch), index, columns),
        )

    def band(self, loss: BandLoss = "zero-one", *, sizes: BandSizes = "free") -> pd.DataFrame:
        """Band of least expected loss for each unit.

        Parameters
        ----------
        loss : {"zero-one", "absolute"} or array_like, shape (B, B)
            "zero-one" names the most probable band, "absolute" (bands between the named and the
            true one) the median band. A matrix says what it costs to name the band of the row
            where that of the column is true.
        sizes : {"free", "as_declared"}
            "free" names for each unit by itself, whatever sizes that gives. "as_declared" keeps
            the sizes of the rule, and names for all units together; see `bands_of_sizes`.

        Returns
        -------
        pandas.DataFrame, n rows
            Indexed by unit: `band`, its `probability` and `monte_carlo_error`, and `stable`:
            whether each half of the draws by itself names the same band.
        """
        chosen, table = self._chosen(self.mean, loss, sizes), self.prob_band
        rows, middle = np.arange(len(chosen)), len(self.by_batch) // 2
        halves = [
            self._chosen(half.mean(axis=0), loss, sizes)
            for half in (self.by_batch[:middle], self.by_batch[middle:])
        ]
        return pd.DataFrame(
            {
                "band": np.array(self.labels, dtype=object)[chosen],
                "probability": self.mean[rows, chosen],
                "monte_carlo_error": table.monte_carlo_error.to_numpy()[rows, chosen],
                "stable": (halves[0] == chosen) & (halves[1] == chosen),
            },
            index=table.probability.index,
        ).astype({"band": "str"})

    def band_set(self, prob: float = 0.95) -> pd.DataFrame:
        """Fewest neighbouring bands that hold each unit with at least a given probability.

        Parameters
        ----------
        prob : float
            Between 0 and 1.

        Returns
        -------
        pandas.DataFrame, n rows
            Indexed by unit: `best` and `worst` band of the set, its `probability` and
            `monte_carlo_error`.
        """
        best, worst = narrowest_band_set(self.mean, prob)
        levels = np.arange(len(self.labels))
        inside = (levels >= best[:, None]) & (levels <= worst[:, None])
        labels = np.array(self.labels, dtype=object)
        return pd.DataFrame(
            {
                "best": labels[best],
                "worst": labels[worst],
                "probability": (self.mean * inside).sum(axis=1),
                "monte_carlo_error": error_of_batches((self.by_batch * inside).sum(axis=2)),
            },
            index=pd.Index(self.names, name="unit"),
        ).astype({"best": "str", "worst": "str"})

    def expected_misbanded(
        self, loss: BandLoss = "zero-one", *, sizes: BandSizes = "free"
    ) -> Estimate:
        """Expected share of the units whose named band is not the true one.

        Parameters
        ----------
        loss : {"zero-one", "absolute"} or array_like, shape (B, B)
            The loss under which the bands are named; see `band`. The share counts wrong bands,
            however wrong.
        sizes : {"free", "as_declared"}
            See `band`.

        Returns
        -------
        Estimate
        """
        chosen, rows = self._chosen(self.mean, loss, sizes), np.arange(len(self.names))
        right = self.by_batch[:, rows, chosen].mean(axis=1)
        return Estimate(float(1 - self.mean[rows, chosen].mean()), float(error_of_batches(right)))

    def _chosen(
        self, probabilities: NDArray[np.float64], loss: BandLoss, sizes: BandSizes
    ) -> NDArray[np.intp]:
        as_choice(sizes, "sizes", get_args(BandSizes))
        if sizes == "free":
            return band_of_least_loss(probabilities, self._losses(loss))
        if self.declared is None:
            found, allowed = "'as_declared' with cut points", "cut points declare no sizes"
            raise refuse("sizes", "value", found, allowed, "Use sizes='free'.")
        return bands_of_sizes(probabilities, self._losses(loss), self.declared, alike=self.alike)

    def _losses(self, loss: BandLoss) -> ArrayLike:
        """Loss of naming the band of the row where that of the column is true, shape (B, B)."""
        levels = np.arange(len(self.labels), dtype=float)
        if isinstance(loss, str):
            apart = np.abs(levels[:, None] - levels)
            if loss == "absolute":
                return apart
            if loss == "zero-one":
                return np.minimum(apart, 1)
            raise refuse(
                "loss", "value", repr(loss), "it is 'zero-one', 'absolute' or a matrix of losses"
            )
        return loss


def bands(
    post: Posterior,
    *,
    shares: Sequence[float] | None = None,
    counts: Sequence[int | None] | None = None,
    cut_points: Sequence[float] | None = None,
    labels: Sequence[str] | None = None,
) -> BandProbabilities:
    """Probability of each band for each unit, from the band of each draw.

    Parameters
    ----------
    post : Posterior
    shares : sequence of float, length B
        Share of the units in each band, best first, adding up to 1.
    counts : sequence of int, length B
        Number of units in each band, best first, adding up to n; the last may be None, and takes
        what is left.
    cut_points : sequence of float, length B - 1
        Falling cut points: a score above the first is in the best band, one that is not above the
        last in the worst. Exactly one of `shares`, `counts` and `cut_points` is given.
    labels : sequence of str, length B, optional
        Names of the bands, best first; "1", "2" and so on if not given.

    Returns
    -------
    BandProbabilities

    Raises
    ------
    InvalidInput
        If not exactly one rule is given, or it makes no sense.

    Examples
    --------
    >>> from openness.ranking import Posterior, bands
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> bands(post, shares=[0.5, 0.5], labels=["upper", "lower"]).prob_band.probability.round(2)
    band  upper  lower
    unit
    a      0.98   0.02
    b      0.80   0.20
    c      0.21   0.79
    d      0.02   0.98
    """
    as_posterior(post)
    declared = None
    require_one_rule(shares=shares, counts=counts, cut_points=cut_points)
    if cut_points is not None:
        mean, by_batch = batch_means(
            lambda part: score_band_probabilities(part, cut_points), post.draws
        )
    else:
        limits = limits_among(len(post.names), shares=shares, counts=counts)
        declared = tuple(np.diff(limits, prepend=0).tolist())
        mean, by_batch = batch_means(lambda part: rank_band_probabilities(part, limits), post.ranks)
    mean, by_batch = shared(mean, post.alike), shared(by_batch, post.alike, axis=1)
    levels = mean.shape[1]
    found = (
        tuple(str(number + 1) for number in range(levels))
        if labels is None
        else tuple(str(label) for label in as_sequence(labels, "labels"))
    )
    if len(found) != levels or len(set(found)) != levels:
        raise refuse(
            "labels", "values", f"{found}", f"there are {levels} bands, each with its name"
        )
    return BandProbabilities(post.names, found, mean, by_batch, declared, post.alike)
