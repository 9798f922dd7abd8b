from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.league import load_league
from openness.measures import Measures, find_nil_returns, read_measures
from openness.naive import learning_from_mistakes_2016
from openness.study import SimulatedLeague, league_of_2016, simulate_league, truth_of_2016
from openness.study.league_of_2016 import as_first_returned
from openness.study.names import invented_names
from openness.study.truth_of_2016 import UNITS_PER_GROUP

COUNTS = ["near_misses_reported", "low_harm_reported"]


@pytest.fixture(scope="module")
def league() -> SimulatedLeague:
    return league_of_2016(7)


def _rank(made: SimulatedLeague, measures: pd.DataFrame) -> int:
    """Place of the planted trust in the table of 2016."""
    assert made.planted is not None
    evidence = read_measures(measures, made.units, made.league)
    return int(
        learning_from_mistakes_2016(evidence, made.league).table["rank"].to_dict()[made.planted]
    )


@pytest.fixture(scope="module")
def evidence(league: SimulatedLeague) -> Measures:
    return read_measures(league.measures, league.units, league.league)


def test_it_has_the_trusts_of_2016(league: SimulatedLeague) -> None:
    assert league.units["group"].value_counts().to_dict() == UNITS_PER_GROUP
    assert len(league.units) == 230
    assert len(league.measures) == 230 * 10


def test_one_seed_gives_one_league(league: SimulatedLeague) -> None:
    again, other = league_of_2016(7), league_of_2016(8)
    pd.testing.assert_frame_equal(league.measures, again.measures)
    assert again.planted == league.planted
    assert not other.measures["value"].equals(league.measures["value"])


def test_the_nil_return_is_a_zero_with_a_status_and_a_note(league: SimulatedLeague) -> None:
    changed = league.measures[league.measures["status"] == "system_change"]
    assert changed["unit"].tolist() == [league.planted] * 2
    assert changed["indicator"].tolist() == COUNTS
    assert changed["value"].tolist() == [0.0, 0.0]
    assert changed["note"].str.contains("incident system").all()
    assert (changed["denominator"] > 0).all()


def test_the_planted_trust_is_among_the_best_by_its_survey(
    league: SimulatedLeague, evidence: Measures
) -> None:
    """By another reckoning than the one that chose it: mean standardised share, best 40."""
    ids = [i.id for i in league.league.scored if i.domain == "survey"]
    cells = evidence.observed[evidence.observed["indicator"].isin(ids)]
    wide = cells.pivot_table(index="unit", columns="indicator", values="value")
    wide["blamed_for_errors"] *= -1
    standard = ((wide - wide.mean()) / wide.std()).mean(axis=1)
    assert standard.rank(ascending=False).to_dict()[league.planted] <= 40


def test_counting_the_nil_as_nothing_takes_it_to_the_middle(league: SimulatedLeague) -> None:
    """With seed 7: 125th with the nil, 68th had it sent the counts expected of it."""
    assert _rank(league, league.measures) == 125

    sent = league.measures.copy()
    nil = sent["status"] == "system_change"
    eta = league.eta.loc[[str(league.planted)], COUNTS].to_numpy()[0]
    sent.loc[nil, "value"] = np.rint(sent.loc[nil, "denominator"].to_numpy() * np.exp(eta))
    sent.loc[nil, "status"] = "observed"
    assert _rank(league, sent) == 68


def test_the_table_as_it_was_first_returned_is_stopped(league: SimulatedLeague) -> None:
    """The two zeros, and nothing else in the table, look like nil returns."""
    first = read_measures(as_first_returned(league), league.units, league.league)
    found = find_nil_returns(first, league.league)
    assert found.index.tolist() == [(league.planted, count) for count in COUNTS]
    assert (found["probability"] < 1e-9).all()
    marked = read_measures(league.measures, league.units, league.league)
    assert find_nil_returns(marked, league.league).empty


@pytest.mark.parametrize("seed", [1, 2016])
def test_other_seeds_tell_the_same_story(seed: int) -> None:
    made = league_of_2016(seed)
    assert 90 <= _rank(made, made.measures) <= 140


def test_the_gaps_have_their_shares_and_statuses(league: SimulatedLeague) -> None:
    shares = league.measures["status"].value_counts() / 2180  # cells that apply
    for status, expected in {
        "not_returned": 0.015,
        "not_collected": 0.010,
        "under_query": 0.005,
    }.items():
        assert abs(shares[status] - expected) < 4 * np.sqrt(expected / 2180)
    # Ten ambulance trusts without two counts; 25 without the score; 75 without the binary measure.
    assert (league.measures["status"] == "not_applicable").sum() == 2 * 10 + 25 + 75
    disputed = league.measures["status"] == "under_query"
    assert league.measures.loc[disputed, "value"].notna().all()


def test_small_shares_are_withheld_and_keep_their_denominator() -> None:
    """Over two leagues: no observed survey share has fewer than ten people behind it."""
    withheld = 0
    for seed in (3, 4):
        table = league_of_2016(seed).measures
        hidden = table[table["status"] == "suppressed"]
        assert hidden["denominator"].notna().all()
        assert hidden["value"].isna().all()
        withheld += len(hidden)
        shares = table[(table["status"] == "observed") & table["denominator"].notna()]
        shares = shares[~shares["indicator"].isin(COUNTS)]
        assert (shares["value"].astype(float) * shares["denominator"]).min() > 9.5
    assert withheld > 0


def test_the_truth_gives_the_spread_it_states() -> None:
    """The centre of each measure and the shares of its categories, in a large league."""
    league, truth, n = load_league("learning-from-mistakes-2016"), truth_of_2016(), 20_000
    made = simulate_league(league, {"mental_health": n}, truth, np.random.default_rng(1))
    ratings = made.measures[made.measures["indicator"] == "inspection_rating"]["value"]
    assert abs((ratings == "outstanding").mean() - 0.05) < 0.01  # group effect and Monte Carlo
    assert truth.group_effect @ pd.Series(UNITS_PER_GROUP) == pytest.approx(0, abs=1e-12)
    eta = made.eta["secure_raising_concerns"]
    assert abs(1 / (1 + np.exp(-eta.mean())) - 0.69) < 0.01


def test_no_name_is_given_twice() -> None:
    names = invented_names(400)
    assert len(set(names)) == 400
    assert names[-1] == "Newmarch 80 NHS Trust"
