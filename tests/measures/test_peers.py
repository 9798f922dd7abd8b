"""Each unit is held against the others."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import nbinom

from openness.measures.overdispersion import WILD, WILD_SHARE
from openness.measures.peers import PEERS, judge, usual
from openness.measures.sample import Sample

# The twin has every dispersion of a fine grid where the code has 32 and a spline between them.
TWIN = 0.02


def sample(
    events: np.ndarray | list[float],
    size: np.ndarray | list[float],
    group: list[str] | None = None,
    *,
    share: bool = False,
) -> Sample:
    n = len(events)
    return Sample(
        share=share,
        events=np.array(events, dtype=float),
        size=np.array(size, dtype=float),
        group=np.array(group or ["a"] * n, dtype=object),
        factor=np.ones(n),
        extra=np.zeros(n),
    )


def counts(n: int, seed: int, cv: float = 0.3, rate: float = 0.01) -> Sample:
    rng = np.random.default_rng(seed)
    size = np.rint(20_000 * np.exp(rng.normal(0, 0.5, n)))
    return sample(rng.poisson(size * rate * rng.gamma(1 / cv**2, cv**2, n)), size)


def with_events(made: Sample, unit: int, events: float) -> Sample:
    changed = made.events.copy()
    changed[unit] = events
    return replace(made, events=changed)


def brute_force(made: Sample, unit: int) -> tuple[float, float]:
    """Expected events and probability: leave the unit out, try all dispersions, weigh the tails."""
    others = np.arange(len(made.events)) != unit
    events, size = made.events[others], made.size[others]
    fits = []
    for phi in np.geomspace(1e-3, 10, 150):

        def loss(log_rate: float, phi: float = phi) -> float:
            mean = np.exp(log_rate) * size
            parts = [
                np.log(weight) + nbinom.logpmf(events, 1 / d, 1 / (1 + d * mean))
                for weight, d in ((1 - WILD_SHARE, phi), (WILD_SHARE, WILD))
            ]
            return -np.logaddexp(*parts).sum()

        middle = np.log(np.median(events / size))
        best = minimize_scalar(loss, bounds=(middle - 1, middle + 1), method="bounded")
        rate = np.exp(best.x)
        # What is not known of log m: the inverse of its information, where none of them is wild.
        unknown = 1 / np.sum(rate * size / (1 + phi * rate * size))
        spread, mean = phi + unknown, rate * made.size[unit]
        tail = nbinom.cdf(made.events[unit], 1 / spread, 1 / (1 + spread * mean))
        fits.append((-best.fun, mean, tail))
    log_likelihood, mean, tail = np.array(fits).T
    weight = np.exp(log_likelihood - log_likelihood.max())
    return weight @ mean / weight.sum(), weight @ tail / weight.sum()


@pytest.mark.parametrize(("n", "left"), [(12, 0.0), (12, 0.1), (60, 0.0), (60, 0.2)])
def test_it_equals_brute_force(n: int, left: float) -> None:
    made = counts(n, seed=n)
    made = with_events(made, 3, np.rint(left * made.events[3]))
    found = judge(made)
    expected, probability = brute_force(made, 3)
    assert found.expected[3] == pytest.approx(expected, rel=TWIN)
    assert np.log(found.probability[3]) == pytest.approx(np.log(probability), rel=TWIN)
    assert probability < 1e-3


def test_an_unremarkable_unit_has_probability_one_and_the_usual_expectation() -> None:
    made = counts(40, seed=1)
    found, (rate, _) = judge(made), usual(made)
    assert (found.probability == 1).all()
    assert found.expected == pytest.approx(rate * made.size)
    assert rate[0] == pytest.approx(0.01, rel=0.2)


def test_a_second_nil_hides_nothing() -> None:
    made = counts(40, seed=2)
    alone = judge(with_events(made, 0, 0)).probability[0]
    among = judge(replace(made, events=np.where(np.arange(40) < 4, 0, made.events)))
    assert alone < 1e-9
    assert np.all(among.probability[:4] < 1e-7)


def test_small_units_and_rare_events_may_be_zero() -> None:
    made = counts(40, seed=3)
    tiny = replace(made, size=np.where(np.arange(40) == 0, 100.0, made.size))
    assert judge(with_events(tiny, 0, 0)).probability[0] > 0.01
    rare = counts(40, seed=3, rate=1e-4)
    assert (rare.events == 0).any()
    assert np.all(judge(rare).probability > 0.01)


def test_what_varies_much_may_be_low() -> None:
    """A zero among rates that differ by a cv of 0.2 and of 1, all else the same."""
    even, uneven = (judge(with_events(counts(100, 4, cv), 0, 0)) for cv in (0.2, 1.0))
    assert even.probability[0] < 1e-15
    assert uneven.probability[0] > 1e-4


def test_half_of_what_is_expected_is_no_collapse() -> None:
    """Rates that do not differ at all make six tenths impossible, and it is no missing return."""
    same = sample([1000.0] * 20, [1e5] * 20)
    assert judge(with_events(same, 0, 600)).probability[0] == 1
    assert judge(with_events(same, 0, 400)).probability[0] < 1e-6


def test_peers_are_of_the_same_group_where_there_are_enough() -> None:
    rng = np.random.default_rng(5)
    busy, quiet = rng.poisson(1000, 20), rng.poisson(10, PEERS + 1)
    events, groups = [*busy, *quiet], ["busy"] * 20 + ["quiet"] * (PEERS + 1)
    found = judge(sample(events, [1e5] * len(events), groups))
    assert (found.probability == 1).all(), "few events are usual in the quiet group"
    assert found.own_group.all()
    assert found.peers.tolist() == [19] * 20 + [PEERS] * (PEERS + 1)
    one_less = judge(sample(events[:-1], [1e5] * (len(events) - 1), groups[:-1]))
    assert not one_less.own_group[20:].any()
    assert one_less.peers[20:].tolist() == [len(events) - 2] * PEERS
    assert one_less.expected[21] > 100, "held against everybody, they look low"


def test_other_groups_lend_their_dispersion_and_not_their_rate() -> None:
    rng = np.random.default_rng(6)
    own = rng.poisson(200 * rng.gamma(10, 0.1, 8)).astype(float)
    own[0] = 0
    even = rng.poisson(9000 * rng.gamma(100, 0.01, 60))
    alone = judge(sample(own, [1e4] * 8))
    beside = judge(sample([*own, *even], [1e4] * 68, ["own"] * 8 + ["even"] * 60))
    assert beside.probability[0] < alone.probability[0] / 3
    assert beside.expected[0] == pytest.approx(alone.expected[0], rel=0.1)


def test_a_group_of_nothing_but_zeros_is_held_against_everybody() -> None:
    events, groups = [1000] * 20 + [0] * 8, ["a"] * 20 + ["b"] * 8
    found = judge(sample(events, [1e5] * 28, groups))
    assert np.all(found.probability[20:] < 1e-6)


@pytest.mark.parametrize("events", [[0.0] * 10, [50.0] * PEERS, []])
def test_no_opinion_where_there_is_nothing_to_go_by(events: list[float]) -> None:
    found = judge(sample(events, [1e4] * len(events)))
    assert np.isnan(found.probability).all()
    assert np.isnan(found.expected).all()


def test_a_share_of_nobody() -> None:
    rng = np.random.default_rng(7)
    people = np.rint(400 * np.exp(rng.normal(0, 0.5, 50)))
    share = 1 / (1 + np.exp(-rng.normal(1.5, 0.3, 50)))
    made = sample(rng.binomial(people.astype(int), share), people, share=True)
    assert (judge(made).probability == 1).all()
    nil = judge(with_events(made, 0, 0))
    assert nil.probability[0] < 1e-9
    assert nil.expected[0] == pytest.approx(people[0] / (1 + np.exp(-1.5)), rel=0.1)
    few = replace(made, size=np.where(np.arange(50) == 0, 3.0, people))
    assert judge(with_events(few, 0, 0)).probability[0] > 1e-3


def test_honest_shares_near_one_have_room_below() -> None:
    """Shares about 0.9 with a logit sd of 0.8: the lowest of 2,000 are far down, and honest.

    A gamma law for the shares themselves, instead of their odds, would not believe them.
    """
    rng = np.random.default_rng(8)
    share = 1 / (1 + np.exp(-rng.normal(2.2, 0.8, 2000)))
    made = sample(rng.binomial(400, share), [400.0] * 2000, share=True)
    assert made.events.min() < 0.45 * 400
    assert judge(made).probability.min() > 1e-4
    assert judge(replace(made, share=False)).probability.min() < 1e-6


def test_the_own_past_moves_what_is_expected() -> None:
    """A unit known for three times the events of its peers, whose 300 are then usual."""
    made = counts(40, seed=9, cv=0.1)
    usual_events = 0.01 * made.size[0]
    busy = with_events(made, 0, 3 * usual_events)
    known = replace(busy, factor=np.where(np.arange(40) == 0, 3.0, 1.0))
    assert judge(known).expected[0] == pytest.approx(3 * usual_events, rel=0.1)
    collapsed = with_events(known, 0, usual_events)
    assert judge(collapsed).probability[0] < 1e-6
    unsure = replace(collapsed, extra=np.where(np.arange(40) == 0, 0.5, 0.0))
    assert judge(unsure).probability[0] > 1e-2


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 1.0, 7.5, 400.0, 1e6]),
            st.sampled_from([0.3, 20.0, 1e4, 1e9]),
            st.sampled_from("aab"),
        ),
        max_size=25,
    ),
    st.booleans(),
)
def test_whatever_comes_is_a_probability_or_no_opinion(
    rows: list[tuple[float, float, str]], share: bool
) -> None:
    events, size = np.array([row[:2] for row in rows]).reshape(-1, 2).T
    if share:
        events = np.minimum(events, size)
    found = judge(sample(list(events), list(size), [row[2] for row in rows], share=share))
    known = ~np.isnan(found.probability)
    assert np.all((found.probability[known] >= 0) & (found.probability[known] <= 1 + 1e-9))
    assert np.all(found.expected[known] > 0)
    assert np.array_equal(known, found.peers > 0)
