from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from openness.errors import InvalidInput
from openness.ranking import intervals as module
from openness.ranking.intervals import equal_tailed, interval, shortest
from openness.ranking.ranks import rank_draws

DRAWS = hnp.arrays(
    float,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=45),
    elements=st.integers(-20, 20).map(float),
)

MANY_DRAWS = hnp.arrays(
    float,
    st.tuples(st.integers(2, 30), st.integers(1, 5)),
    elements=st.integers(-20, 20).map(float),
)


@given(draws=DRAWS, percent=st.integers(1, 99))
def test_limits_are_the_innermost_draws_with_small_enough_tails(draws, percent):
    lower, upper = equal_tailed(draws, percent / 100)
    tail = Fraction(100 - percent, 200) * len(draws)
    for unit, column in enumerate(draws.T):
        # By exhaustion: the largest (smallest) value with no more than `tail` draws beyond it.
        assert lower[unit] == max(x for x in column if (column < x).sum() <= tail)
        assert upper[unit] == min(x for x in column if (column > x).sum() <= tail)


def test_limits_of_ranks_are_ranks_and_hold_the_probability():
    ranks = rank_draws(np.random.default_rng(3).normal(size=(997, 12)))
    lower, upper = equal_tailed(ranks, 0.9)
    assert set(lower) | set(upper) <= set(range(1, 13))
    assert ((ranks >= lower) & (ranks <= upper)).mean(axis=0).min() >= 0.9


def test_interval_turns_round_with_the_scale():
    draws = np.random.default_rng(4).normal(size=(4000, 3))
    lower, upper = equal_tailed(draws, 0.95)
    low, high = equal_tailed(-draws, 0.95)
    np.testing.assert_array_equal((low, high), (-upper, -lower))


def test_interval_of_normal_draws_is_the_normal_interval():
    size = 40_000
    draws = np.random.default_rng(5).normal(size=(size, 1))
    _, upper = equal_tailed(draws, 0.95)
    z = stats.norm.ppf(0.975)
    # Standard error of a sample quantile: sqrt(p (1 - p)/S) over the density there.
    error = np.sqrt(0.975 * 0.025 / size) / stats.norm.pdf(z)
    assert abs(upper[0] - z) < 4 * error


def test_limits_do_not_depend_on_the_chunks(monkeypatch):
    draws = np.random.default_rng(6).normal(size=(30, 11))
    whole = equal_tailed(draws, 0.8)
    monkeypatch.setattr(module, "_CHUNK", 60)
    np.testing.assert_array_equal(equal_tailed(draws, 0.8), whole)


@pytest.mark.parametrize("prob", [0.0, 1.0, 95, -0.1, float("nan")])
def test_what_is_not_a_probability_is_refused(prob):
    with pytest.raises(InvalidInput, match="it must lie between 0 and 1"):
        equal_tailed(np.zeros((4, 2)), prob)


@given(draws=DRAWS, percent=st.integers(1, 99))
def test_the_shortest_interval_is_the_best_of_all(draws, percent):
    lower, upper = shortest(draws, percent / 100)
    for unit, column in enumerate(draws.T):
        best = min(
            (high - low, -held, low, high)
            for low in set(column)
            for high in set(column)
            if (held := ((column >= low) & (column <= high)).sum()) * 100 >= percent * len(column)
        )
        assert (lower[unit], upper[unit]) == best[2:]


def made_by_the_others(draws, beyond):
    """Whether each draw is inside the intervals that the others make, one draw at a time."""
    inside = []
    for number, draw in enumerate(draws):
        others = np.sort(np.delete(draws, number, axis=0), axis=0)
        low, high = others[beyond], others[len(others) - 1 - beyond]
        inside.append(((low <= draw) & (draw <= high)).all())
    return np.array(inside)


@given(draws=MANY_DRAWS, percent=st.integers(1, 99))
def test_simultaneous_equal_tails_are_the_narrowest_that_suffice(draws, percent):
    """By exhaustion over the number of draws beyond each limit."""
    size = len(draws)
    found = interval(draws, percent / 100, simultaneous=True)
    ordered = np.sort(draws, axis=0)
    for beyond in range((size - 1) // 2, -1, -1):
        if made_by_the_others(draws, beyond).sum() * 100 >= percent * size:
            limits = ordered[beyond], ordered[size - 1 - beyond]
            np.testing.assert_array_equal(found, limits)
            return
    # The others' whole range does not suffice: it is widened as little as does.
    sd = draws.std(axis=0)
    margins = [(ordered[0] - found[0])[sd > 0], (found[1] - ordered[-1])[sd > 0]]
    widening = margins[0][0] / sd[sd > 0][0]
    assert widening > 0
    np.testing.assert_allclose(margins, [widening * sd[sd > 0]] * 2, rtol=1e-6)
    needed = []
    for number, draw in enumerate(draws):
        others = np.delete(draws, number, axis=0)
        outside = np.maximum(others.min(axis=0) - draw, draw - others.max(axis=0))
        needed.append(np.max(outside[sd > 0] / sd[sd > 0], initial=0))
    enough = np.array(needed) <= widening * (1 + 1e-6)
    assert enough.sum() * 100 >= percent * size
    less = np.array(needed) < widening * (1 - 1e-6)
    assert less.sum() * 100 < percent * size


@pytest.mark.parametrize("kind", ["equal-tailed", "shortest"])
@pytest.mark.parametrize(("size", "units"), [(400, 100), (2000, 20)])
def test_simultaneous_intervals_hold_draws_that_did_not_make_them(kind, size, units):
    """Within four standard errors: of a share of so many draws, and of the fresh ones.

    With many units and few draws, most draws have the most extreme value of some unit. Intervals
    that count such a draw as inside hold 60% of fresh draws in the first case.
    """
    rng = np.random.default_rng(7)
    draws = rng.normal(size=(size, units))
    lower, upper = interval(draws, 0.9, kind=kind, simultaneous=True)
    fresh = rng.normal(size=(4000, units))
    held = ((fresh >= lower) & (fresh <= upper)).all(axis=1).mean()
    assert abs(held - 0.9) < 4 * np.sqrt(0.9 * 0.1 * (1 / size + 1 / 4000))


@pytest.mark.parametrize("kind", ["equal-tailed", "shortest"])
def test_simultaneous_intervals_hold_all_units_at_once(kind):
    ranks = rank_draws(np.random.default_rng(5).normal(np.arange(8) / 2, 1, size=(2000, 8)))
    lower, upper = interval(ranks, 0.9, kind=kind, simultaneous=True)
    assert ((ranks >= lower) & (ranks <= upper)).all(axis=1).mean() >= 0.9
    own = interval(ranks, 0.9, kind=kind)
    assert (upper - lower >= own[1] - own[0]).all()
    assert ((ranks >= own[0]) & (ranks <= own[1])).all(axis=1).mean() < 0.9


def test_an_unknown_kind_is_refused():
    with pytest.raises(InvalidInput, match="'hdi'; it is one of 'equal-tailed', 'shortest'"):
        interval(np.zeros((4, 2)), 0.9, kind="hdi")


def test_one_draw_makes_no_simultaneous_interval():
    with pytest.raises(InvalidInput, match="simultaneous intervals take 2 draws"):
        interval(np.zeros((1, 2)), 0.9, simultaneous=True)
