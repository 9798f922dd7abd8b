"""How many stars hang on where k-means started."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.naive.stars.k_means import (
    Clustering,
    Clusters,
    exact_k_means,
    star_clusters,
    sum_of_squares,
)
from openness.ranking.arguments import as_generator, as_vector, as_whole, refuse

SEED = 2016
"""Of the generator that is used when none is given."""


@dataclass(frozen=True)
class StarStability:
    """Stars, compared with those from other starts.

    Attributes
    ----------
    units : pandas.DataFrame
        Indexed as the scores: `stars`, `exact_stars` (of the least sum of squares), `lowest` and
        `highest` (over the starts) and `changed` (share of the starts that give other stars).
    starts : pandas.DataFrame
        One row for each start: `changed` (how many units get other stars),
        `iterations`, and `excess` (sum of squares over the least there is, minus 1; where there is
        none at all, as with k points in k clusters, infinite if the start leaves some, else 0).

    Examples
    --------
    >>> from openness.naive import star_stability
    >>> stability = star_stability(pd.Series([0.0, 0.1, 5.0, 5.1, 9.0, 9.1]), k=3, starts=5, rng=1)
    >>> stability.starts.shape
    (5, 3)
    """

    units: pd.DataFrame
    starts: pd.DataFrame

    @property
    def changing(self) -> int:
        """How many units change stars with at least one start."""
        return int((self.units["changed"] > 0).sum())


def star_stability(
    scores: pd.Series,
    *,
    k: int = 5,
    clustering: Clustering = "published",
    starts: int = 100,
    rng: np.random.Generator | int | None = None,
) -> StarStability:
    """Run k-means again from other starts, and count the units that change stars.

    Parameters
    ----------
    scores : pandas.Series
        Summary scores of one peer group.
    k : int
    clustering : {"published", "exact", "one_iteration"}
        As in `star_clusters`. "exact" stars depend on no start; those that they are compared with
        are made as the published ones.
    starts : int
        How many starts, each of k units with different scores, drawn at random.
    rng : numpy.random.Generator or int, optional
        A generator, or its seed; 2016 if not given.

    Returns
    -------
    StarStability

    Raises
    ------
    InvalidInput
        If the scores do not give k starts that differ, one is not a finite number, or a setting is
        not allowed.

    Examples
    --------
    >>> from openness.naive import star_stability
    >>> stability = star_stability(pd.Series([0.0, 0.1, 5.0, 5.1, 9.0, 9.1]), k=3, starts=5, rng=1)
    >>> stability.changing
    3
    """
    rng = as_generator(SEED if rng is None else rng)
    starts = as_whole(starts, "starts", 1, np.inf, "a whole number from 1")
    if not isinstance(scores, pd.Series):
        raise refuse("scores", "type", type(scores).__name__, "it must be a pandas.Series")
    x = as_vector(scores, "scores")
    base = star_clusters(x, k=k, clustering=clustering)
    best = exact_k_means(x, k)
    points = np.unique(x)
    again: Clustering = "published" if clustering == "exact" else clustering
    runs = [
        star_clusters(x, k=k, clustering=again, starts=rng.choice(points, k, replace=False))
        for _ in range(starts)
    ]
    stars = np.array([run.cluster for run in runs]) + 1
    other = stars != base.cluster + 1
    return StarStability(
        units=pd.DataFrame(
            {
                "stars": base.cluster + 1,
                "exact_stars": best.cluster + 1,
                "lowest": stars.min(axis=0),
                "highest": stars.max(axis=0),
                "changed": other.mean(axis=0),
            },
            index=scores.index,
        ),
        starts=pd.DataFrame(
            {
                "changed": other.sum(axis=1),
                "iterations": [run.iterations for run in runs],
                "excess": [_excess(x, run, best) for run in runs],
            },
            index=pd.RangeIndex(starts, name="start"),
        ),
    )


def _excess(x: np.ndarray, run: Clusters, best: Clusters) -> float:
    own, least = sum_of_squares(x, run), sum_of_squares(x, best)
    if least == 0:
        return np.inf if own > 0 else 0.0
    return own / least - 1
