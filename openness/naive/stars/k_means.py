"""K-means on a line: from given starts, as the US stars do it, and exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from openness.ranking.arguments import as_choice, as_vector, as_whole, refuse

Clustering = Literal["published", "exact", "one_iteration"]
CLUSTERINGS: tuple[Clustering, ...] = get_args(Clustering)

STRICT = 1.0
"""In the second pass of the stars, points further than this from their centre do not move it."""

MOST_ITERATIONS = 1000


@dataclass(frozen=True)
class Clusters:
    """Points on a line in clusters.

    Attributes
    ----------
    centres : ndarray, shape (k,)
        Ascending.
    cluster : ndarray of int, shape (n,)
        Position of the nearest centre; the lower one of two equally near.
    iterations : int
        How often the centres were moved; 0 for the exact answer.
    converged : bool
        Whether another iteration would change nothing.

    Examples
    --------
    >>> from openness.naive import star_clusters
    >>> clusters = star_clusters(np.array([0.0, 0.1, 5.0, 5.1]), k=2)
    >>> clusters.centres.round(2).tolist()
    [0.05, 5.05]
    """

    centres: np.ndarray
    cluster: np.ndarray
    iterations: int
    converged: bool


def quantile_starts(x: np.ndarray, k: int) -> np.ndarray:
    """Medians of the k bins of equal numbers, by quantiles of type 1.

    Ascending and distinct, shape (k,) or shorter: fewer than k where points are alike.
    """
    ordered = np.sort(x)
    # The quantile j/k of type 1 is the ceil(n j / k)-th smallest point, in whole numbers.
    cuts = ordered[[-(-len(x) * j // k) - 1 for j in range(1, k)]]
    bins = np.searchsorted(cuts, ordered)
    return np.unique([np.median(ordered[bins == i]) for i in np.unique(bins)])


def lloyd(
    x: np.ndarray,
    starts: np.ndarray,
    *,
    most_iterations: int = MOST_ITERATIONS,
    strict: float = np.inf,
) -> Clusters:
    """Move centres to the means of their points until nothing changes.

    Parameters
    ----------
    x : ndarray, shape (n,)
    starts : ndarray, shape (k,)
    most_iterations : int
        1 moves the centres once.
    strict : float
        Points further than this from their centre do not count for its mean.

    Returns
    -------
    Clusters
        Every point, however far, with its nearest centre.

    Notes
    -----
    What `PROC FASTCLUS` of SAS does with `MAXITER` and `STRICT` where every centre keeps a point.
    One that loses all of its points stays where it is.
    """
    centres = np.sort(np.array(starts, dtype=float))
    cluster, inside = _nearest(x, centres, strict)
    for iteration in range(1, most_iterations + 1):
        n = np.bincount(cluster[inside], minlength=len(centres))
        total = np.bincount(cluster[inside], weights=x[inside], minlength=len(centres))
        centres = np.where(n > 0, total / np.maximum(n, 1), centres)
        before = cluster, inside
        cluster, inside = _nearest(x, centres, strict)
        if np.array_equal(cluster, before[0]) and np.array_equal(inside, before[1]):
            return Clusters(centres, cluster, iteration, converged=True)
    return Clusters(centres, cluster, most_iterations, converged=False)


def _nearest(x: np.ndarray, centres: np.ndarray, strict: float) -> tuple[np.ndarray, np.ndarray]:
    distance = np.abs(x[:, None] - centres)
    return distance.argmin(axis=1), distance.min(axis=1) <= strict


def exact_k_means(x: np.ndarray, k: int) -> Clusters:
    """Find the k clusters with the least sum of squares about their means, by dynamic programming.

    Parameters
    ----------
    x : ndarray, shape (n,)
    k : int

    Returns
    -------
    Clusters

    Raises
    ------
    InvalidInput
        If there are fewer than k different points, or one is not a finite number.

    Notes
    -----
    On a line an optimal cluster is an interval, so that with the points in order
    D(j, m) = min_i D(i, m - 1) + SS(i, j): Wang and Song (2011), "Ckmeans.1d.dp: optimal k-means
    clustering in one dimension by dynamic programming", *The R Journal* 3(2). O(k n^2).
    """
    x, k = as_vector(x, "x"), as_whole(k, "k", 1, np.inf, "a whole number from 1")
    points, position, count = np.unique(x, return_inverse=True, return_counts=True)
    if len(points) < k:
        found = f"{len(points)} of them differ"
        raise refuse("x", f"{len(x)} points", found, f"{k} clusters need at least {k} points")
    size, mean, within = np.zeros((3, len(points)))
    least = np.full((k + 1, len(points) + 1), np.inf)  # D(j, m) in row m
    least[0, 0] = 0
    first = np.zeros((k + 1, len(points) + 1), dtype=int)
    for j, (point, n) in enumerate(zip(points, count, strict=True), start=1):
        # SS(i, j) for every i by Welford's update, as a difference of large sums loses its digits.
        size[:j] += n
        step = point - mean[:j]
        mean[:j] += step * n / size[:j]
        within[:j] += step * (point - mean[:j]) * n
        total = least[:-1, :j] + within[:j]
        first[1:, j], least[1:, j] = total.argmin(axis=1), total.min(axis=1)

    cluster = np.empty(len(points), dtype=int)
    end = len(points)
    for m in range(k, 0, -1):
        cluster[first[m, end] : end] = m - 1
        end = first[m, end]
    centres = np.bincount(cluster, weights=count * points) / np.bincount(cluster, weights=count)
    return Clusters(centres, cluster[position], iterations=0, converged=True)


def sum_of_squares(x: np.ndarray, clusters: Clusters) -> float:
    """Sum of the squared distances of the points from the means of their clusters."""
    n = np.bincount(clusters.cluster)
    means = np.bincount(clusters.cluster, weights=x) / np.maximum(n, 1)
    return float(np.sum((x - means[clusters.cluster]) ** 2))


def star_clusters(
    x: np.ndarray,
    *,
    k: int = 5,
    clustering: Clustering = "published",
    starts: np.ndarray | None = None,
) -> Clusters:
    """Cluster summary scores into stars.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Summary scores of one peer group.
    k : int
    clustering : {"published", "exact", "one_iteration"}
        "published": to convergence, and again from there without the points further than 1.0 from
        their centre. "one_iteration": the centres moved once, as the stars of 2016 were made.
        "exact": the least sum of squares there is, whatever the start.
    starts : ndarray, shape (k,), optional
        The medians of the k bins of equal numbers if not given.

    Returns
    -------
    Clusters
        The worst first: a unit's stars are its cluster and one. The iterations are of both passes.

    Raises
    ------
    InvalidInput
        If a point is not a finite number, `clustering` is another word, or there are not exactly k
        starts that differ.

    Examples
    --------
    >>> from openness.naive import star_clusters
    >>> clusters = star_clusters(np.array([0.0, 0.1, 5.0, 5.1]), k=2)
    >>> clusters.cluster.tolist()
    [0, 0, 1, 1]
    """
    as_choice(clustering, "clustering", CLUSTERINGS)
    if clustering == "exact":
        return exact_k_means(x, k)
    x, k = as_vector(x, "x"), as_whole(k, "k", 1, np.inf, "a whole number from 1")
    starts = quantile_starts(x, k) if starts is None else as_vector(starts, "starts")
    if len(np.unique(starts)) != k:
        raise refuse(
            "starts",
            f"{len(x)} points",
            f"{len(np.unique(starts))} starts differ",
            f"{k} clusters need {k} starts that differ",
            "Medians of bins of equal numbers differ if the bins have different points",
        )
    if clustering == "one_iteration":
        return lloyd(x, starts, most_iterations=1)
    first = lloyd(x, starts)
    second = lloyd(x, first.centres, strict=STRICT)
    return replace(second, iterations=first.iterations + second.iterations)
