import numpy as np
import pandas as pd
import pytest
from scipy import integrate

from openness.errors import InvalidInput
from openness.ranking import Posterior, expected_rank, rank_draws

# The eight schools of Rubin (1981), as in Gelman et al., "Bayesian Data Analysis", table 5.2.
EFFECTS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
ERRORS = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])

SIZE = 40_000


def exact_means(y, se):
    """Posterior means under the normal prior, by quadrature over tau."""

    def given(tau):
        v = se**2 + tau**2
        precision = (1 / v).sum()
        mu = (y / v).sum() / precision
        density = np.exp(-0.5 * (np.log(v).sum() + np.log(precision) + ((y - mu) ** 2 / v).sum()))
        shrunk = tau**2 / v
        return density, mu + shrunk * (y - mu)

    def integral(pick):
        # Scaled, because the density is far below the quadrature's absolute tolerance.
        return integrate.quad(lambda tau: 1e20 * pick(*given(tau)), 0, np.inf, limit=400)[0]

    total = integral(lambda density, mean: density)
    units = range(len(y))
    return [integral(lambda density, mean, i=i: density * mean[i]) / total for i in units]


def test_draws_under_the_normal_prior_have_the_means_of_quadrature():
    draws = Posterior.from_estimates(EFFECTS, ERRORS, size=SIZE).draws
    # Four standard errors of a mean of independent draws.
    tolerance = 4 * draws.std(axis=0).max() / np.sqrt(SIZE)
    np.testing.assert_allclose(draws.mean(axis=0), exact_means(EFFECTS, ERRORS), atol=tolerance)


def test_draws_under_the_normal_prior_have_the_published_medians():
    """Table 5.3 of Bayesian Data Analysis, which rests on 200 draws: hence 1.5 either way."""
    draws = Posterior.from_estimates(EFFECTS, ERRORS, size=SIZE).draws
    np.testing.assert_allclose(np.median(draws, axis=0), [10, 8, 7, 8, 5, 6, 10, 8], atol=1.5)


def test_a_flat_prior_takes_estimates_at_their_word():
    post = Posterior.from_estimates(EFFECTS, ERRORS, prior="flat", size=SIZE)
    assert post.flat
    error = 4 * ERRORS / np.sqrt(SIZE)
    assert (abs(post.draws.mean(axis=0) - EFFECTS) < error).all()
    np.testing.assert_allclose(post.draws.std(axis=0), ERRORS, rtol=0.02)


def test_a_flat_prior_with_a_covariance_has_that_covariance():
    cov = np.array([[2.0, 1, 0], [1, 3, -1], [0, -1, 1]])
    draws = Posterior.from_estimates([0, 1, 2], cov=cov, prior="flat", size=SIZE).draws
    np.testing.assert_allclose(np.cov(draws.T), cov, atol=0.1)


@pytest.mark.parametrize("prior", ["normal", "flat"])
def test_an_error_that_all_estimates_share_does_not_move_ranks(prior):
    own = np.diag(ERRORS**2)
    ranks = [
        expected_rank(rank_draws(Posterior.from_estimates(EFFECTS, cov=cov, prior=prior).draws))
        for cov in (own, own + 50)
    ]
    # Two means of 4,000 independent draws, ranks with a standard deviation of at most 2.7.
    np.testing.assert_allclose(ranks[0], ranks[1], atol=4 * 2.7 * np.sqrt(2 / 4000))


def test_the_same_seed_gives_the_same_draws():
    first, second = (Posterior.from_estimates(EFFECTS, ERRORS, seed=5).draws for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_labels_of_a_series_are_names():
    est = pd.Series(EFFECTS[:3], index=["a", "b", "c"])
    assert Posterior.from_estimates(est, ERRORS[:3]).names == ("a", "b", "c")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"est": [1, 2, 3]}, "none given; exactly one of them"),
        ({"est": [1, 2, 3], "se": [1, 1, 1], "cov": np.eye(3)}, "both given"),
        ({"est": [1], "se": [1]}, "a ranking needs at least 2 units"),
        ({"est": [1, 2], "se": [1, 1]}, "takes 3 units. Use prior='flat'"),
        ({"est": [1, np.nan, 3], "se": [1, 1, 1]}, "est: unit 1: nan"),
        ({"est": [[1, 2, 3]], "se": [1, 1, 1]}, r"est: shape: \(1, 3\)"),
        ({"est": [1, 2, 3], "se": [1, 1]}, r"se: shape: \(2,\)"),
        ({"est": [1, 2, 3], "se": [1, 0, 1]}, "se: unit 2: 0; it must be above 0"),
        ({"est": [1, 2, 3], "cov": np.eye(2)}, r"cov: shape: \(2, 2\)"),
        ({"est": [1, 2, 3], "cov": np.triu(np.ones((3, 3)))}, "not symmetric"),
        ({"est": [1, 2, 3], "cov": np.ones((3, 3)) - 2 * np.eye(3)}, "smallest eigenvalue -2"),
        ({"est": [1, 2, 3], "cov": np.full((3, 3), np.inf)}, "row 0, column 0: inf"),
        ({"est": [1, 2], "se": [1, 1], "prior": "beta"}, "'beta'; it is one of 'normal', 'flat'"),
    ],
)
def test_estimates_that_cannot_be_used_are_refused(arguments, words):
    with pytest.raises(InvalidInput, match=words):
        Posterior.from_estimates(**arguments)
