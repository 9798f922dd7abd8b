"""Mixtures of normal laws, against large samples from them and against exact integrals."""

import numpy as np
import pytest
from scipy.stats import norm

from openness.explain.predictive import (
    category_probabilities,
    category_quantile,
    mixture_nodes,
    mixture_quantile,
)

RNG = np.random.default_rng(1)
MEAN, VARIANCE = RNG.normal(size=50), RNG.uniform(0.2, 2, size=50)


@pytest.mark.parametrize("probability", [0.05, 0.5, 0.95])
def test_the_quantile_has_its_probability(probability: float) -> None:
    found = mixture_quantile(MEAN, VARIANCE, probability)
    mass = norm.cdf(found, MEAN, np.sqrt(VARIANCE)).mean()
    assert mass == pytest.approx(probability, abs=1e-12)


def test_nodes_are_exact_to_the_fifth_power_of_a_normal_law() -> None:
    mean, variance = np.full(4, 0.7), np.full(4, 2.0)
    nodes, weights = mixture_nodes(mean, variance)
    for power in range(6):
        exact = norm.moment(power, loc=0.7, scale=np.sqrt(2.0)) if power else 1.0
        assert weights @ nodes**power == pytest.approx(exact)


def test_nodes_have_the_mean_and_variance_of_the_mixture() -> None:
    nodes, weights = mixture_nodes(MEAN, VARIANCE)
    assert weights @ nodes == pytest.approx(MEAN.mean())
    assert weights @ (nodes - MEAN.mean()) ** 2 == pytest.approx(VARIANCE.mean() + MEAN.var())


def test_categories_lie_between_their_cut_points() -> None:
    cuts = np.sort(RNG.normal(size=(50, 3)), axis=1)
    found = category_probabilities(MEAN, VARIANCE, cuts)
    assert found.shape == (50, 4)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    law = norm(MEAN, np.sqrt(VARIANCE))
    np.testing.assert_allclose(found[:, 1], law.cdf(cuts[:, 1]) - law.cdf(cuts[:, 0]))
    np.testing.assert_allclose(found[:, 3], law.sf(cuts[:, 2]))


@pytest.mark.parametrize(("probability", "category"), [(0.05, 0), (0.1, 0), (0.5, 1), (0.95, 2)])
def test_the_quantile_of_a_category(probability: float, category: int) -> None:
    chances = np.array([[0.2, 0.6, 0.2], [0.0, 0.7, 0.3]])
    assert category_quantile(chances, probability) == category
