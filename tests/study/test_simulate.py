"""The simulator against the moments of the model it says it draws from.

Tolerances are multiples of the Monte Carlo standard error of each estimate: `SIGMAS` of them, so
that a right simulator fails one comparison in about 16,000. Seeds are fixed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from openness.errors import OpennessError
from openness.league import Band, Bands, Domain, Group, Indicator, League
from openness.measures import read_measures
from openness.study import SimulatedLeague, Sizes, Truth, draw_truth, simulate_league

N = 40_000
SIGMAS = 4.0


def _indicator(id: str, family: str, domain: str, **settings: object) -> Indicator:
    defaults = {"label": id, "direction": "higher_is_better"}
    return Indicator.model_validate(
        {**defaults, "id": id, "family": family, "domain": domain, **settings}
    )


LEAGUE = League(
    id="every-family",
    title="Every family",
    unit="unit",
    unit_plural="units",
    groups=(Group(id="a", label="A"), Group(id="b", label="B")),
    domains=(
        Domain(id="survey", label="Survey", error_correlation=0.6),
        Domain(id="counts", label="Counts"),
        Domain(id="rating", label="Rating"),
    ),
    indicators=(
        _indicator("up", "proportion", "survey"),
        _indicator("down", "proportion", "survey", direction="lower_is_better", design_effect=2.0),
        _indicator("mean", "score", "survey", respondent_sd=2.0, design_effect=1.5),
        _indicator("events", "count", "counts", design_effect=3.0),
        _indicator("reported", "score", "counts", direction="lower_is_better"),
        _indicator("rating", "ordinal", "rating", categories=["poor", "fair", "good"]),
        _indicator("yes", "binary", "rating", direction="lower_is_better"),
        _indicator("shown", "score", "rating", scored=False),
        _indicator("only_a", "proportion", "counts", groups=["a"]),
    ),
    bands=Bands(
        rule="shares",
        levels=(Band(id="high", label="High", share=0.5), Band(id="low", label="Low", share=0.5)),
    ),
)


def _truth() -> Truth:
    ids = [indicator.id for indicator in LEAGUE.scored]
    index = pd.Index(ids, name="indicator")
    cuts = {("rating", 1): -0.8, ("rating", 2): 0.6, ("yes", 1): 0.3}
    domains = pd.Index(["survey", "counts", "rating"], name="domain")
    groups = pd.Index(["a", "b"], name="group")
    return Truth(
        intercept=pd.Series([0.2, -1.0, 6.0, -3.5, 2.0, 0.0, 0.0, 0.5], index),
        spread=pd.Series([0.3, 0.4, 0.5, 0.35, 0.8, 1.0, 1.0, 0.3], index),
        communality=pd.Series([0.7, 0.5, 0.6, 0.8, 0.4, 0.6, 0.5, 0.5], index),
        cuts=pd.Series(
            list(cuts.values()), pd.MultiIndex.from_tuples(cuts, names=["indicator", "cut"])
        ),
        coherence=pd.Series([0.6, 0.5, 0.7], domains),
        group_effect=pd.Series([0.3, -0.3], groups),
        domain_shift=pd.DataFrame([[0.0, 0.5], [-0.4, 0.0], [0.0, 0.0]], domains, groups),
    )


@pytest.fixture(scope="module")
def large() -> SimulatedLeague:
    """Group a only, so that the moments are those within a type."""
    return simulate_league(LEAGUE, {"a": N}, _truth(), np.random.default_rng(2016))


def _column(simulated: SimulatedLeague, indicator: str, column: str = "value") -> np.ndarray:
    rows = simulated.measures[simulated.measures["indicator"] == indicator]
    return rows[column].to_numpy()


def _within(estimate: float, expected: float, standard_error: float) -> None:
    assert abs(estimate - expected) < SIGMAS * standard_error, (estimate, expected, standard_error)


def _signed_loading(id: str) -> float:
    truth, indicator = _truth(), LEAGUE.indicator(id)
    h, omega = truth.communality[id], truth.spread[id]
    return float(indicator.sign * omega * np.sqrt(h))


def test_openness_is_standard_normal_about_the_group_effect(large: SimulatedLeague) -> None:
    theta = large.factor
    _within(theta.mean(), 0.3, 1 / np.sqrt(N))
    _within(theta.var(), 1.0, np.sqrt(2 / N))


@pytest.mark.parametrize(("domain", "shift", "rho"), [("survey", 0.0, 0.6), ("counts", -0.4, 0.5)])
def test_a_domain_is_coherent_with_openness(
    large: SimulatedLeague, domain: str, shift: float, rho: float
) -> None:
    u = large.domain_levels[domain]
    _within(u.mean(), shift + np.sqrt(rho) * 0.3, 1 / np.sqrt(N))
    _within(u.var(), 1.0, np.sqrt(2 / N))
    _within(u.corr(large.factor), np.sqrt(rho), (1 - rho) / np.sqrt(N))


@pytest.mark.parametrize("id", [indicator.id for indicator in LEAGUE.scored])
def test_the_mean_and_spread_of_an_indicator(large: SimulatedLeague, id: str) -> None:
    """E eta = alpha + sign omega sqrt(h) (nu + sqrt(rho) mu), sd eta = omega."""
    truth, domain = _truth(), LEAGUE.indicator(id).domain
    level = truth.domain_shift.loc[domain, "a"] + np.sqrt(truth.coherence[domain]) * 0.3
    omega = truth.spread[id]
    eta = large.eta[id]
    _within(eta.mean(), truth.intercept[id] + _signed_loading(id) * level, omega / np.sqrt(N))
    _within(eta.var(), omega**2, omega**2 * np.sqrt(2 / N))


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("up", "down", 1.0),
        ("up", "mean", 1.0),
        ("events", "reported", 1.0),
        ("up", "events", np.sqrt(0.6 * 0.5)),
        ("mean", "rating", np.sqrt(0.6 * 0.7)),
        ("down", "yes", np.sqrt(0.6 * 0.7)),
    ],
)
def test_correlations_between_indicators(
    large: SimulatedLeague, first: str, second: str, shared: float
) -> None:
    """sqrt(h1 h2) within a domain, times sqrt(rho1 rho2) across two, with the signs."""
    truth = _truth()
    expected = shared * np.sqrt(truth.communality[first] * truth.communality[second])
    expected *= LEAGUE.indicator(first).sign * LEAGUE.indicator(second).sign
    estimate = large.eta[first].corr(large.eta[second])
    _within(estimate, expected, (1 - expected**2) / np.sqrt(N))


@pytest.mark.parametrize(("id", "design_effect"), [("up", 1.0), ("down", 2.0)])
def test_a_share_is_binomial_with_its_design_effect(
    large: SimulatedLeague, id: str, design_effect: float
) -> None:
    """(y - p) / sqrt(D p (1 - p) / n) has mean 0 and variance 1."""
    share = 1 / (1 + np.exp(-large.eta[id].to_numpy()))
    n = _column(large, id, "denominator")
    effective = np.rint(n / design_effect)
    z = (_column(large, id).astype(float) - share) / np.sqrt(share * (1 - share) / effective)
    _within(z.mean(), 0.0, 1 / np.sqrt(N))
    _within(z.var(), 1.0, np.sqrt(2 / N))
    np.testing.assert_allclose(
        _column(large, id).astype(float) * effective,
        np.rint(_column(large, id).astype(float) * effective),
        atol=1e-8,  # rounding of the division
    )


def test_a_score_has_the_error_of_its_respondents(large: SimulatedLeague) -> None:
    se = 2.0 * np.sqrt(1.5 / _column(large, "mean", "denominator"))
    z = (_column(large, "mean").astype(float) - large.eta["mean"].to_numpy()) / se
    _within(z.mean(), 0.0, 1 / np.sqrt(N))
    _within(z.var(), 1.0, np.sqrt(2 / N))
    assert np.isnan(_column(large, "mean", "se")).all()


def test_a_score_with_a_published_error_has_that_error(large: SimulatedLeague) -> None:
    se = _column(large, "reported", "se")
    z = (_column(large, "reported").astype(float) - large.eta["reported"].to_numpy()) / se
    _within(z.var(), 1.0, np.sqrt(2 / N))
    _within(np.log(se).mean(), np.log(0.5 * 0.8), 0.2 / np.sqrt(N))


def test_a_count_is_poisson_with_its_design_effect(large: SimulatedLeague) -> None:
    """Three times a Poisson of a third of the mean: whole, and three times as variable."""
    mean = _column(large, "events", "denominator") * np.exp(large.eta["events"].to_numpy())
    y = _column(large, "events").astype(float)
    z = (y - mean) / np.sqrt(3 * mean)
    _within(z.mean(), 0.0, 1 / np.sqrt(N))
    _within(z.var(), 1.0, np.sqrt(2 / N))
    assert (y % 3 == 0).all()


def test_shared_respondents_correlate_the_errors(large: SimulatedLeague) -> None:
    """By 0.6 once each is turned; the binomial steps take away less than 0.01 of it."""
    errors = {}
    for id in ("up", "down"):
        share = 1 / (1 + np.exp(-large.eta[id].to_numpy()))
        errors[id] = (_column(large, id).astype(float) - share) / np.sqrt(share * (1 - share))
        errors[id] *= np.sqrt(_column(large, id, "denominator")) * LEAGUE.indicator(id).sign
    errors["mean"] = _column(large, "mean").astype(float) - large.eta["mean"].to_numpy()
    errors["mean"] *= np.sqrt(_column(large, "mean", "denominator"))
    steps = 0.01
    for first, second in (("up", "down"), ("up", "mean"), ("down", "mean")):
        estimate = np.corrcoef(errors[first], errors[second])[0, 1]
        assert abs(estimate - 0.6) < SIGMAS * 0.64 / np.sqrt(N) + steps


def test_errors_of_different_domains_are_independent(large: SimulatedLeague) -> None:
    mean = _column(large, "mean").astype(float) - large.eta["mean"].to_numpy()
    reported = _column(large, "reported").astype(float) - large.eta["reported"].to_numpy()
    _within(np.corrcoef(mean, reported)[0, 1], 0.0, 1 / np.sqrt(N))


def test_categories_are_the_thresholds_of_eta(large: SimulatedLeague) -> None:
    """The label is a function of eta, and its shares are normal areas between the cuts."""
    eta = large.eta["rating"].to_numpy()
    expected = np.select([eta <= -0.8, eta <= 0.6], ["poor", "fair"], "good")
    labels = _column(large, "rating")
    assert (labels == expected).all()
    mean = np.sqrt(0.6 * 0.7) * 0.3
    ends = norm.cdf(np.array([-0.8, 0.6]) - mean)
    for label, share in zip(("poor", "fair", "good"), np.diff([0, *ends, 1]), strict=True):
        _within((labels == label).mean(), share, np.sqrt(share * (1 - share) / N))


def test_a_binary_measure_is_one_above_its_cut(large: SimulatedLeague) -> None:
    values = _column(large, "yes").astype(float)
    assert (values == (large.eta["yes"].to_numpy() > 0.3)).all()


def test_a_domain_shares_its_denominators(large: SimulatedLeague) -> None:
    up, down = (_column(large, id, "denominator") for id in ("up", "down"))
    assert (up == down).all()
    assert (up == np.rint(up)).all()
    assert up.min() >= 1
    _within(np.log(up).mean(), np.log(400), 0.5 / np.sqrt(N))


def test_sizes_may_differ_by_domain() -> None:
    made = simulate_league(
        LEAGUE,
        {"a": 50},
        _truth(),
        np.random.default_rng(1),
        respondents={"survey": Sizes(1000, 0.0)},
        exposure=Sizes(500, 0.0),
    )
    assert set(_column(made, "up", "denominator")) == {1000}
    assert set(_column(made, "events", "denominator")) == {500}
    assert len(set(_column(made, "only_a", "denominator"))) > 1


def _small(seed: int, empty_share: float = 0.0) -> SimulatedLeague:
    rng = np.random.default_rng(seed)
    return simulate_league(LEAGUE, {"a": 60, "b": 40}, _truth(), rng, empty_share=empty_share)


def test_one_row_for_every_unit_and_scored_indicator() -> None:
    made = _small(3)
    ids = [indicator.id for indicator in LEAGUE.scored]
    assert list(made.measures["indicator"]) == ids * 100
    assert list(made.measures["unit"]) == [f"T{i + 1:03d}" for i in range(100) for _ in ids]
    assert made.units["group"].tolist() == ["a"] * 60 + ["b"] * 40
    assert made.units["name"].is_unique


def test_a_measure_that_does_not_apply_is_empty_and_says_so() -> None:
    made = _small(3)
    rows = made.measures[made.measures["indicator"] == "only_a"]
    outside = rows.merge(made.units)["group"].to_numpy() == "b"
    assert (rows["status"].to_numpy() == np.where(outside, "not_applicable", "observed")).all()
    assert rows.loc[outside, ["value", "denominator", "se"]].isna().all(axis=None)


def test_emptied_cells_are_the_stated_share_and_are_not_returned() -> None:
    full, made = _small(4), _small(4, empty_share=0.25)
    lost = (made.measures["status"] == "not_returned").to_numpy()
    could = (full.measures["status"] == "observed").to_numpy()
    assert not (lost & ~could).any()
    _within(lost.sum() / could.sum(), 0.25, np.sqrt(0.25 * 0.75 / could.sum()))
    assert made.measures.loc[lost, ["value", "denominator", "se"]].isna().all(axis=None)
    pd.testing.assert_frame_equal(made.measures[~lost], full.measures[~lost])


def test_one_seed_gives_one_league() -> None:
    first, second, other = _small(5, 0.1), _small(5, 0.1), _small(6, 0.1)
    pd.testing.assert_frame_equal(first.measures, second.measures)
    pd.testing.assert_series_equal(first.factor, second.factor)
    assert not first.measures["value"].equals(other.measures["value"])


def test_what_is_simulated_can_be_read() -> None:
    made = _small(7, empty_share=0.1)
    evidence = read_measures(made.measures, made.units, LEAGUE)
    counted = evidence.cells["status"].value_counts()
    expected = made.measures["status"].value_counts()
    assert counted["observed"] == expected["observed"]
    assert counted["not_applicable"] == expected["not_applicable"]


def test_a_truth_of_another_league_is_refused() -> None:
    truth = _truth()
    other = replace(truth, communality=truth.communality.iloc[::-1])
    with pytest.raises(OpennessError) as caught:
        simulate_league(LEAGUE, {"a": 2}, other, np.random.default_rng(1))
    ids = [indicator.id for indicator in LEAGUE.scored]
    assert str(caught.value) == (
        f"truth: its indicators are {', '.join(ids[::-1])}; the league 'every-family' has, "
        f"in this order, {', '.join(ids)}"
    )


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(OpennessError) as caught:
        simulate_league(LEAGUE, {"c": 2}, _truth(), np.random.default_rng(1))
    assert str(caught.value) == "units_per_group: there is no group 'c'; declared: a, b"


def test_a_drawn_truth_fits_its_league() -> None:
    truth = draw_truth(LEAGUE, np.random.default_rng(8), units_per_group={"a": 30, "b": 10})
    assert list(truth.communality.index) == [indicator.id for indicator in LEAGUE.scored]
    assert truth.communality.between(0, 1).all()
    assert truth.coherence.between(0, 1).all()
    assert (30 * truth.group_effect["a"] + 10 * truth.group_effect["b"]) == pytest.approx(0)
    assert len(truth.cuts_of("rating")) == 2
    assert len(truth.cuts_of("yes")) == 1
    assert np.all(np.diff(truth.cuts_of("rating")) > 0)
    assert list(truth.spread[["rating", "yes"]]) == [1, 1]
    assert list(truth.intercept[["rating", "yes"]]) == [0, 0]
    simulate_league(LEAGUE, {"a": 3, "b": 3}, truth, np.random.default_rng(8))


def test_drawn_communalities_follow_their_prior() -> None:
    """Beta(2, 2): mean 1/2, variance 1/20; the fourth moment gives the error of the variance."""
    rng = np.random.default_rng(9)
    h = np.concatenate([draw_truth(LEAGUE, rng).communality for _ in range(150)])
    _within(h.mean(), 0.5, np.sqrt(0.05 / len(h)))
    _within(h.var(), 0.05, np.sqrt((3 / 560 - 0.05**2) / len(h)))


def test_one_domain_is_openness_and_one_group_has_no_effect() -> None:
    league = LEAGUE.model_copy(
        update={
            "groups": LEAGUE.groups[:1],
            "domains": LEAGUE.domains[:1],
            "indicators": LEAGUE.indicators[:3],
        }
    )
    truth = draw_truth(league, np.random.default_rng(10))
    assert list(truth.coherence) == [1.0]
    assert list(truth.group_effect) == [0.0]
    assert not truth.domain_shift.to_numpy().any()
    made = simulate_league(league, {"a": 20}, truth, np.random.default_rng(10))
    np.testing.assert_allclose(made.domain_levels["survey"], made.factor, rtol=1e-12)
