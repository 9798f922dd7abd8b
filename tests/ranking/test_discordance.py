import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from openness.errors import InvalidInput
from openness.ranking.discordance import discordance_of_draws, expected_discordance
from openness.ranking.pairs import pair_probabilities
from openness.ranking.ranks import rank_draws

DRAWS = hnp.arrays(float, (5, 6), elements=st.integers(-2, 2).map(float))
GRADES = st.lists(st.integers(0, 3), min_size=6, max_size=6).map(np.array)


@settings(deadline=None)  # the first example waits for the compiler
@given(draws=DRAWS, grade=GRADES)
def test_pairs_graded_apart_are_counted_one_by_one(draws, grade):
    expected = np.zeros((len(draws), 2))
    for (s, row), (i, j) in itertools.product(
        enumerate(draws), itertools.permutations(range(6), 2)
    ):
        if grade[i] < grade[j]:
            right = 0.5 if row[i] == row[j] else float(row[i] > row[j])
            expected[s] += (1 - right, right)
    found = discordance_of_draws(grade, rank_draws(draws))
    np.testing.assert_allclose(found, expected / 15, atol=1e-12)
    means = expected_discordance(grade, pair_probabilities(rank_draws(draws)))
    np.testing.assert_allclose(means, found.mean(axis=0), atol=1e-12)


def test_scores_are_not_taken_for_ranks() -> None:
    scores = np.random.default_rng(1).normal(size=(16, 3))
    with pytest.raises(InvalidInput, match="ranks of 3 units"):
        discordance_of_draws(np.array([0, 1, 1]), scores)
