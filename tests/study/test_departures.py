import numpy as np
import pytest
from scipy.stats import kurtosis

from openness.study.departures import Departures

N = 200_000


@pytest.mark.parametrize("bend", [0.3, 1.0])
def test_a_bent_level_keeps_mean_and_variance(bend):
    u = np.random.default_rng(1).normal(size=N)
    seen = Departures(bends={"survey": bend}).bent("survey", u)
    # The fourth moment of a log-normal is large: four standard errors by the sample itself.
    error = seen.std() * np.sqrt((kurtosis(seen) + 2) / N)
    assert abs(seen.mean()) < 4 / np.sqrt(N)
    assert abs(seen.var() - 1) < 4 * error
    assert np.all(np.diff(seen[np.argsort(u)]) >= 0)


def test_it_levels_off_for_the_best():
    departures = Departures(bends={"survey": 1.0})
    low, middle, high = departures.bent("survey", np.array([-2.0, 0.0, 2.0]))
    assert high - middle < (middle - low) / 2
    assert departures.bent("board", np.array([2.0])) == 2.0


def test_heavy_tails_have_variance_one():
    drawn = Departures(tail_df=6).draw(N, np.random.default_rng(2))
    # t with 6 degrees of freedom has kurtosis 6: the variance has a standard error of sqrt(5 / N).
    assert abs(drawn.var() - 1) < 4 * np.sqrt(5 / N)
    assert (np.abs(drawn) > 4).mean() > 10 * 6.3e-5


def test_none_is_the_model():
    drawn = Departures().draw((2, 3), np.random.default_rng(3))
    assert np.array_equal(drawn, np.random.default_rng(3).normal(size=(2, 3)))
