import numpy as np
import pandas as pd
import pytest

from openness.measures import read_measures
from openness.study import Study
from openness.study.worlds import league_of, simulate_world, truth_of

from .studies import GAPS, small_study


def world(study: Study, seed: int = 1):
    condition = study.conditions[0]
    league = league_of(condition, study.bands, study.interval)
    truth = truth_of(condition, league)
    simulated = simulate_world(condition, league, truth, np.random.default_rng(seed))
    return simulated, read_measures(simulated.measures, simulated.units, league)


def many(*, missing: dict[str, object], seed: int = 1):
    types = {"town": {"units": 3000}, "country": {"units": 1000, "effect": -0.5}}
    return world(small_study({"types": types, "missing": missing}), seed)


def test_a_world_is_a_league_that_can_be_read():
    simulated, measures = world(small_study())
    assert len(measures.units) == 40
    assert [i.direction for i in simulated.league.indicators].count("lower_is_better") == 1
    assert (measures.cells["status"] == "observed").all()
    # Centred over units: 25 at 0 and 15 at 0.5.
    assert simulated.truth.group_effect.to_numpy() == pytest.approx([-0.1875, 0.3125])


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_a_gap_strikes_as_many_as_it_says(slope):
    simulated, measures = many(missing={"x": {"share": 0.2, "slope": slope}})
    missing = measures.cells["status"] == "not_returned"
    # Cells of a unit go together if openness decides: 4000 units with sd below a half.
    assert missing.mean() == pytest.approx(0.2, abs=0.02)
    theta = simulated.factor.loc[measures.cells["unit"]].to_numpy()
    difference = theta[missing].mean() - theta[~missing].mean()
    assert (difference < -0.5) == (slope > 0)


def test_returns_go_as_a_whole_and_from_whom_they_are_said_to():
    gap = {"status": "system_change", "share": 0.5, "of": "returns", "domains": ["incidents"]}
    _, measures = many(missing={"nil": {**gap, "types": ["country"]}})
    status = measures.grid("status", ("survey_1", "incidents_1", "incidents_2"))
    struck = status == "system_change"
    country = (measures.units["group"] == "country").to_numpy()
    assert not struck[~country].any()
    assert not struck[:, 0].any()
    assert (struck[:, 1] == struck[:, 2]).all()
    assert struck[country, 1].mean() == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 1000))


def test_what_is_specific_to_first_indicators_is_common():
    study = small_study({"specific_correlation": 0.8, "types": {"town": {"units": 4000}}})
    simulated, _ = world(study)
    specific = pd.DataFrame(
        {
            k.id: k.sign * (simulated.eta[k.id] - simulated.truth.intercept[k.id])
            - simulated.truth.spread[k.id]
            * np.sqrt(simulated.truth.communality[k.id])
            * simulated.domain_levels[k.domain]
            for k in simulated.league.scored
        }
    )
    correlation = specific.corr()
    error = 4 / np.sqrt(4000)
    assert correlation.loc["survey_1", "incidents_1"] == pytest.approx(0.8, abs=error)
    assert correlation.loc["survey_2", "incidents_2"] == pytest.approx(0.0, abs=error)
    assert correlation.loc["survey_1", "incidents_2"] == pytest.approx(0.0, abs=error)


def test_gaps_leave_every_other_value_as_it_was():
    whole, _ = world(small_study())
    holed, _ = world(small_study(GAPS))
    observed = holed.measures["status"] == "observed"
    assert 0 < observed.mean() < 1
    pd.testing.assert_frame_equal(whole.measures[observed], holed.measures[observed])


COPIES = {
    "types": {"town": {"units": 4000}},
    "domains": {"survey": {"indicators": 4, "copies": {"coherence": 0.5, "communality": 0.9}}},
}


def test_copies_share_more_than_their_source():
    """h between the copies, and kappa h between a copy and the level of the source."""
    study = small_study(COPIES)
    condition = study.conditions[0]
    made = league_of(condition, study.bands, study.interval, as_made=True)
    simulated = simulate_world(condition, made, truth_of(condition, made), np.random.default_rng(1))
    eta = simulated.eta.assign(level=simulated.domain_levels["survey"]).corr()
    error = 4 / np.sqrt(4000)
    assert eta.loc["survey_1", "survey_2"] == pytest.approx(0.9, abs=error)
    assert eta.loc["survey_2", "level"] == pytest.approx(np.sqrt(0.5 * 0.9), abs=error)
    assert eta.loc["survey_3", "level"] == pytest.approx(np.sqrt(0.6), abs=error)


@pytest.mark.parametrize("in_facet", [True, False])
def test_a_league_may_not_know_of_copies(in_facet):
    survey = {"indicators": 4, "copies": {"in_facet": in_facet}}
    study = small_study({"domains": {"survey": survey}})
    arguments = study.conditions[0], study.bands, study.interval
    facets = [i.facet for i in league_of(*arguments).indicators]
    assert facets == [*["survey_copies" if in_facet else None] * 2, None, None, None, None]
    assert [facet.id for facet in league_of(*arguments, as_made=True).facets] == ["survey_copies"]


def test_a_league_ranks_what_its_condition_declares():
    score = {"of": "sources", "weights": {"survey": 2, "incidents": 1}}
    study = small_study({"score": score})
    league = league_of(study.conditions[0], study.bands, study.interval)
    assert league.score == study.conditions[0].score
    assert league.score.weights == score["weights"]
