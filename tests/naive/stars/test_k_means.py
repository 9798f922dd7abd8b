from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.vq import kmeans2

from openness.errors import InvalidInput
from openness.naive.stars.k_means import (
    exact_k_means,
    lloyd,
    quantile_starts,
    star_clusters,
    sum_of_squares,
)

EXACT = 1e-9
"""Sums of squares as differences of running sums, and as they are written."""

POINTS = st.lists(st.integers(-20, 20).map(lambda i: i / 4), min_size=3, max_size=9)


def _least(x: np.ndarray, k: int) -> float:
    """Least sum of squares over all ways to cut the points in order into k parts."""
    ordered = np.sort(x)
    return min(
        sum(((part - part.mean()) ** 2).sum() for part in np.split(ordered, cuts))
        for cuts in combinations(range(1, len(x)), k - 1)
    )


@given(POINTS, st.integers(1, 4))
def test_exact_against_all_ways_to_cut(points: list[float], k: int) -> None:
    x = np.array(points)
    if len(np.unique(x)) < k:
        with pytest.raises(InvalidInput, match=f"{k} clusters need at least {k} points"):
            exact_k_means(x, k)
        return
    clusters = exact_k_means(x, k)
    assert sum_of_squares(x, clusters) == pytest.approx(_least(x, k), abs=EXACT)
    assert set(clusters.cluster) == set(range(k))
    assert (np.diff(clusters.cluster[np.argsort(x, kind="stable")]) >= 0).all()
    for j in range(k):
        assert clusters.centres[j] == pytest.approx(x[clusters.cluster == j].mean())


@given(POINTS, st.integers(2, 4))
def test_no_start_is_better_than_exact(points: list[float], k: int) -> None:
    x = np.array(points)
    if len(np.unique(x)) < k:
        return
    least = sum_of_squares(x, exact_k_means(x, k))
    for start in combinations(np.unique(x), k):
        run = lloyd(x, np.array(start))
        assert run.converged
        assert sum_of_squares(x, run) >= least - EXACT


@pytest.mark.parametrize("iterations", [1, 2, 1000])
def test_lloyd_against_scipy(iterations: int) -> None:
    x = np.random.default_rng(1).normal(size=300)
    starts = np.array([-2, -0.1, 0.0, 0.1, 2])
    centres, _ = kmeans2(x, starts, iter=min(iterations, 200), minit="matrix")
    run = lloyd(x, starts, most_iterations=iterations)
    np.testing.assert_allclose(run.centres, centres, rtol=1e-12)
    assert run.converged == (iterations == 1000)


def test_far_points_do_not_move_their_centre() -> None:
    """From 0 and 10: 3 is nearer to 0 and further than 1 from it, so that 0 and 1 give 0.5."""
    x = np.array([0.0, 1, 3, 9.5, 10.5])
    run = lloyd(x, np.array([0.0, 10]), strict=1.0)
    assert run.centres.tolist() == [0.5, 10]
    assert run.cluster.tolist() == [0, 0, 0, 1, 1]


def test_a_centre_without_points_stays() -> None:
    run = lloyd(np.array([0.0, 1, 9]), np.array([0.5, 9, 50]))
    assert run.centres.tolist() == [0.5, 9, 50]


def test_equally_near_goes_to_the_lower() -> None:
    assert lloyd(np.array([0.0, 1, 2]), np.array([0.0, 2])).cluster.tolist() == [0, 0, 1]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(2, 6))
def test_starts_against_quantiles_of_type_1(points: list[int], k: int) -> None:
    x = np.array(points, dtype=float)
    # numpy takes the probability as a float, and 3/5 of 5 points is then not always 3.
    cuts = np.quantile(x, np.arange(1, k) / k - 1e-12, method="inverted_cdf")
    bins = [x[(low < x) & (x <= high)] for low, high in zip([-1, *cuts], [*cuts, 99], strict=True)]
    expected = sorted({float(np.median(part)) for part in bins if len(part)})
    assert quantile_starts(x, k).tolist() == expected


def test_stars_by_hand() -> None:
    """Ten points, five pairs: medians of the pairs are their means, and nothing moves."""
    x = np.array([5, 5.2, 1, 1.2, 3, 3.2, 2, 2.2, 4, 4.2])
    for clustering in ("published", "exact", "one_iteration"):
        stars = star_clusters(x, clustering=clustering).cluster + 1
        assert stars.tolist() == [5, 5, 1, 1, 3, 3, 2, 2, 4, 4]


def test_the_second_pass_leaves_far_points_out() -> None:
    """The first pass ends at 0.1 and 5.733 (5, 5.2 and 7); 7 is further than 1 from that."""
    clusters = star_clusters(np.array([0.0, 0.2, 5, 5.2, 7]), k=2)
    np.testing.assert_allclose(clusters.centres, [0.1, 5.1], rtol=1e-12)
    assert clusters.cluster.tolist() == [0, 0, 1, 1, 1]


def test_one_iteration_is_not_the_end_of_it() -> None:
    """From 0, 1.5 and 13 one move gives 0, 3 and 20; in the end 3/4, 6 and 20."""
    x = np.array([0.0, 0, 1, 2, 6, 20])
    one = star_clusters(x, k=3, clustering="one_iteration")
    assert one.centres.tolist() == [0, 3, 20]
    assert (one.iterations, one.converged) == (1, False)
    end = lloyd(x, quantile_starts(x, 3))
    np.testing.assert_allclose(end.centres, [3 / 4, 6, 20])
    assert end.converged


def test_too_few_starts_are_refused() -> None:
    with pytest.raises(InvalidInput, match="5 clusters need 5 starts that differ"):
        star_clusters(np.array([1.0, 2, 2, 2, 2, 2, 3]))


@pytest.mark.parametrize("far", [1e9, -1e9])
def test_exact_beside_a_point_far_away(far: float) -> None:
    """Sums of squares of 1e18 hold no digit of what the clusters of the others differ by."""
    x = np.append(np.random.default_rng(7).normal(size=9), far)
    clusters = exact_k_means(x, 4)
    assert sum_of_squares(x, clusters) == pytest.approx(_least(x, 4), rel=EXACT)


@pytest.mark.parametrize("x", [[1, 2, np.nan], [1, 2, np.inf], [], [[1, 2], [3, 4]], ["a", "b"]])
def test_what_is_no_list_of_points(x: list) -> None:
    for clustering in ("published", "exact", "one_iteration"):
        with pytest.raises(InvalidInput, match="1 problem found:\n  x: "):
            star_clusters(x, k=1, clustering=clustering)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"clustering": "Exact"}, "it is one of 'published', 'exact', 'one_iteration'"),
        ({"k": 0}, "k: value: 0; a whole number from 1"),
        ({"k": 2.5}, "k: value: 2.5; a whole number from 1"),
        ({"k": 0, "clustering": "exact"}, "k: value: 0; a whole number from 1"),
        ({"k": 2, "starts": np.arange(3)}, "3 starts differ; 2 clusters need 2 starts"),
        ({"k": 2, "starts": [0, np.nan]}, "starts: unit 1: nan; it must be a finite number"),
    ],
)
def test_settings_that_are_refused(settings: dict, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        star_clusters(np.arange(9.0), **settings)
