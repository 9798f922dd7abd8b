from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive import star_stability
from openness.naive.stars.k_means import exact_k_means, star_clusters


def _scores(x: np.ndarray) -> pd.Series:
    return pd.Series(x, pd.Index([f"T{i:03d}" for i in range(len(x))], name="unit"))


def test_five_clear_clusters_need_no_luck() -> None:
    """Ten points in each of five places far apart."""
    x = np.repeat([0.0, 10, 20, 30, 40], 10) + np.tile(np.arange(10) / 1000, 5)
    found = star_stability(_scores(x), rng=np.random.default_rng(1))
    assert found.units["stars"].tolist() == np.repeat([1, 2, 3, 4, 5], 10).tolist()
    assert (found.units["stars"] == found.units["exact_stars"]).all()
    # A start that leaves a place out ends in a worse optimum: the only ones that change anything.
    moved = found.starts["changed"] > 0
    assert moved.equals(found.starts["excess"] > 1e-6)
    assert moved.any()
    assert not moved.all()


def test_counts_by_unit_and_by_start_agree() -> None:
    scores = _scores(np.random.default_rng(2).normal(size=200))
    found = star_stability(scores, starts=30, rng=np.random.default_rng(3))
    x, rng = scores.to_numpy(), np.random.default_rng(3)
    stars = star_clusters(x).cluster
    assert (found.units["stars"] == stars + 1).all()
    assert (found.units["stars"] != found.units["exact_stars"]).any()
    for changed in found.starts["changed"]:
        again = star_clusters(x, starts=rng.choice(np.unique(x), 5, replace=False)).cluster
        assert changed == (again != stars).sum()
    assert found.starts["changed"].sum() == round(found.units["changed"].sum() * 30)
    assert found.changing == (found.units["changed"] > 0).sum()
    assert found.changing > 0
    assert (found.starts["excess"] > -1e-12).all()
    assert found.units["lowest"].le(found.units["highest"]).all()
    assert (exact_k_means(scores.to_numpy(), 5).cluster + 1 == found.units["exact_stars"]).all()


def test_one_iteration_hangs_more_on_its_start_than_convergence() -> None:
    scores = _scores(np.random.default_rng(4).normal(size=200))
    one = star_stability(scores, clustering="one_iteration")
    end = star_stability(scores, clustering="published")
    assert one.starts["changed"].mean() > 2 * end.starts["changed"].mean()
    assert (one.starts["iterations"] == 1).all()


def test_exact_stars_are_compared_with_the_published_way() -> None:
    scores = _scores(np.random.default_rng(5).normal(size=100))
    exact = star_stability(scores, clustering="exact", rng=np.random.default_rng(6))
    published = star_stability(scores, rng=np.random.default_rng(6))
    assert exact.units["stars"].equals(exact.units["exact_stars"])
    assert exact.starts["excess"].equals(published.starts["excess"])


def test_the_generator_decides() -> None:
    scores = _scores(np.random.default_rng(7).normal(size=100))
    first, again = (star_stability(scores, rng=np.random.default_rng(8)) for _ in range(2))
    pd.testing.assert_frame_equal(first.units, again.units)
    pd.testing.assert_frame_equal(first.starts, again.starts)


def test_as_many_scores_as_stars() -> None:
    """Every score is a cluster, and there is no sum of squares to be in excess of."""
    found = star_stability(_scores(np.array([3.0, 1, 5, 2, 4])), starts=10)
    assert found.units["stars"].tolist() == [3, 1, 5, 2, 4]
    assert found.changing == 0
    assert (found.starts["excess"] == 0).all()


def test_scores_and_settings_that_are_refused() -> None:
    scores = _scores(np.arange(9.0))
    with pytest.raises(InvalidInput, match="scores: unit 2: nan"):
        star_stability(scores.mask(scores == 2))
    with pytest.raises(InvalidInput, match="starts: value: 0; a whole number from 1"):
        star_stability(scores, starts=0)
    with pytest.raises(InvalidInput, match="scores: type: list; it must be a pandas"):
        star_stability([1.0, 2, 3, 4, 5])
    with pytest.raises(InvalidInput, match="seed: value: 'a'"):
        star_stability(scores, rng="a")
