import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from openness.errors import InvalidInput
from openness.ranking import (
    Posterior,
    monte_carlo_error,
    prob_better,
    probability_of_superiority,
    rank_draws,
)
from openness.ranking.pairs import as_pairs, pair_probabilities, superiority_of_ranks

TIED_DRAWS = hnp.arrays(
    float,
    st.tuples(st.integers(16, 40), st.integers(2, 6)),
    elements=st.integers(-2, 2).map(float),
)


def two(a, b):
    return Posterior.from_draws(np.column_stack([a, b]), ["a", "b"])


@settings(deadline=None)  # the first example waits for the compiler
@given(draws=TIED_DRAWS)
def test_all_pairs_are_compared_draw_by_draw(draws):
    ahead = (draws[:, :, None] > draws[:, None]) + 0.5 * (draws[:, :, None] == draws[:, None])
    probability, error = superiority_of_ranks(rank_draws(draws))
    np.testing.assert_allclose(probability, ahead.mean(axis=0), atol=1e-12)
    expected = monte_carlo_error(ahead.reshape(len(draws), -1)).reshape(error.shape)
    np.testing.assert_allclose(error, expected, atol=1e-9)
    np.testing.assert_array_equal(pair_probabilities(rank_draws(draws)), probability)


def test_continuous_draws_are_compared_draw_by_draw():
    draws = np.random.default_rng(3).normal(size=(101, 9))
    ahead = draws[:, :, None] > draws[:, None]
    np.fill_diagonal(expected := ahead.mean(axis=0), 0.5)
    np.testing.assert_allclose(pair_probabilities(rank_draws(draws)), expected, atol=1e-12)


def test_the_matrix_and_one_pair_agree_and_are_labelled():
    post = Posterior.from_draws(np.random.default_rng(4).normal(size=(500, 3)), ["a", "b", "c"])
    matrix, pair = probability_of_superiority(post), prob_better(post, "c", "a")
    assert matrix.probability.loc["c", "a"] == pair.probability
    assert matrix.monte_carlo_error.loc["c", "a"] == pytest.approx(pair.monte_carlo_error)
    assert (np.diag(matrix.probability) == 0.5).all()


def test_independent_normals_have_a_closed_form():
    rng = np.random.default_rng(7)
    post = two(rng.normal(0.5, 1, 40_000), rng.normal(0, 2, 40_000))
    for margin in (0.0, 0.75):
        found = prob_better(post, "a", "b", margin)
        exact = stats.norm.cdf((0.5 - margin) / np.sqrt(1 + 4))
        assert abs(found.probability - exact) < 4 * found.monte_carlo_error


def test_joint_draws_are_compared_draw_by_draw():
    shared = np.random.default_rng(8).normal(0, 100, 64)
    assert prob_better(two(shared + 0.01, shared), "a", "b").probability == 1


def test_ties_count_half_and_the_two_directions_add_up():
    a = np.array([1.0, 2.0, 2.0, 0.0] * 4)
    b = np.array([1.0, 1.0, 3.0, 0.0] * 4)
    post = two(a, b)
    assert prob_better(post, "a", "b").probability == 0.5 * 2 / 4 + 1 / 4
    forth, back = prob_better(post, "a", "b"), prob_better(post, "b", "a")
    assert forth.probability + back.probability == 1
    assert prob_better(post, "a", "b", margin=1.0).probability == 0.5 / 4


def test_a_matrix_is_made_to_add_up_exactly():
    pi = np.array([[0.0, 0.7, 0.1], [0.3000002, 0.0, 0.5], [0.9, 0.5, 0.0]])
    names, found = as_pairs(pd.DataFrame(pi, index=["a", "b", "c"]))
    assert names == ("a", "b", "c")
    np.testing.assert_allclose(found + found.T, 1, rtol=0, atol=1e-15)
    assert (np.diag(found) == 0.5).all()
    assert pi[0, 0] == 0


@pytest.mark.parametrize(
    ("pi", "words"),
    [
        (np.zeros((2, 3)), r"pi: shape: \(2, 3\)"),
        (np.zeros((1, 1)), r"pi: shape: \(1, 1\)"),
        ([[0.5, 1.2], [-0.2, 0.5]], "row 0, column 1: 1.2; it must be a probability"),
        ([[0.5, np.nan], [0.5, 0.5]], "row 0, column 1: nan"),
        ([[0.5, 0.7], [0.7, 0.5]], "0.7 and 0.7; the probability of an order and that of"),
        ([["a", "b"], ["c", "d"]], "must hold real numbers"),
    ],
)
def test_what_is_not_probabilities_of_pairs_is_refused(pi, words):
    with pytest.raises(InvalidInput, match=words):
        as_pairs(pi)


def test_an_unknown_unit_or_margin_is_refused():
    post = two(np.arange(16.0), np.zeros(16))
    with pytest.raises(InvalidInput, match="one of the 2 units"):
        prob_better(post, "a", "c")
    with pytest.raises(InvalidInput, match="must be a finite number"):
        prob_better(post, "a", "b", margin=np.nan)
