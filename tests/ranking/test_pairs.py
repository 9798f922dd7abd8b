import numpy as np
import pytest
from scipy import stats

from openness.errors import InvalidInput
from openness.ranking.pairs import probability_of_superiority


def test_independent_normals_have_a_closed_form():
    rng = np.random.default_rng(7)
    a, b = rng.normal(0.5, 1, 40_000), rng.normal(0, 2, 40_000)
    found = probability_of_superiority(a, b)
    exact = stats.norm.cdf(0.5 / np.sqrt(1 + 4))
    assert abs(found.probability - exact) < 4 * found.monte_carlo_error


def test_joint_draws_are_compared_draw_by_draw():
    shared = np.random.default_rng(8).normal(0, 100, 64)
    assert probability_of_superiority(shared + 0.01, shared).probability == 1


def test_ties_count_half_and_the_two_directions_add_up():
    a = np.array([1.0, 2.0, 2.0, 0.0] * 4)
    b = np.array([1.0, 1.0, 3.0, 0.0] * 4)
    assert probability_of_superiority(a, b).probability == 0.5 * 2 / 4 + 1 / 4
    forth, back = probability_of_superiority(a, b), probability_of_superiority(b, a)
    assert forth.probability + back.probability == 1


@pytest.mark.parametrize(("a", "b"), [(np.zeros(16), np.zeros(17)), (np.zeros((16, 2)),) * 2])
def test_different_draws_are_refused(a, b):
    with pytest.raises(InvalidInput, match="both must be vectors of the same draws"):
        probability_of_superiority(a, b)
