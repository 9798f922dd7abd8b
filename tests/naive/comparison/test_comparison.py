from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput, Problem
from openness.league import League
from openness.measures import Measures, read_measures
from openness.naive import (
    MethodRanking,
    ModelRanking,
    compare,
    drop_each,
    mean_available_z,
    mean_fill,
    zero_fill,
)
from openness.naive.methods import Scored, as_ranking
from openness.ranking import Posterior, bands, probability_of_superiority

EXACT = 1e-12
"""The same shares added up in another order."""

UNITS = [f"U{number:02d}" for number in range(12)]


def _league(*, scope: str = "all", indicators: int = 3) -> League:
    return League.model_validate(
        {
            "id": "twelve",
            "title": "Twelve schools",
            "unit": "school",
            "unit_plural": "schools",
            "scope": scope,
            "groups": [{"id": "town", "label": "Town"}, {"id": "country", "label": "Country"}],
            "domains": [{"id": "all", "label": "All"}],
            "indicators": [
                {
                    "id": f"q{number}",
                    "label": f"Question {number}",
                    "family": "proportion",
                    "direction": "higher_is_better",
                    "domain": "all",
                }
                for number in range(indicators)
            ],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "upper", "label": "Upper", "share": 0.5},
                    {"id": "lower", "label": "Lower", "share": 0.5},
                ],
            },
        }
    )


def _measures(league: League, *, seed: int = 1, missing: tuple[str, ...] = ()) -> Measures:
    """Units get worse down the list; those named did not return the first question."""
    rng = np.random.default_rng(seed)
    rows = [
        {
            "unit": unit,
            "indicator": indicator.id,
            "value": np.clip(0.9 - 0.06 * position + rng.normal(0, 0.05), 0.01, 0.99),
            "denominator": 400,
            "status": "observed",
        }
        for position, unit in enumerate(UNITS)
        for indicator in league.indicators
    ]
    for row in rows:
        if row["unit"] in missing and row["indicator"] == "q0":
            row |= {"value": None, "denominator": None, "status": "not_returned"}
    units = pd.DataFrame(
        {
            "unit": UNITS,
            "name": [f"School {unit}" for unit in UNITS],
            "group": ["town", "country"] * 6,
        }
    )
    return read_measures(pd.DataFrame(rows), units, league)


def _model(measures: Measures, league: League, *, ranked: int = 12) -> ModelRanking:
    rng = np.random.default_rng(8)
    draws = rng.normal(size=(400, ranked)) - 0.4 * np.arange(ranked)
    post = Posterior.from_draws(draws, UNITS[:ranked])
    banded = bands(post, shares=[0.5, 0.5], labels=["upper", "lower"])
    score = pd.Series(draws.mean(axis=0), UNITS[:ranked])
    ranking = as_ranking("model", Scored(score, pd.DataFrame()), measures, league)
    table = ranking.table.assign(band=banded.band()["band"].astype("str"))
    return ModelRanking(replace(ranking, table=table), post, banded.prob_band.probability)


METHODS = {"mean_available_z": mean_available_z, "mean_fill": mean_fill, "zero_fill": zero_fill}
LEAGUE = _league()
MEASURES = _measures(LEAGUE, missing=("U01", "U02"))


def test_without_a_model_the_first_method_is_the_reference() -> None:
    found = compare(MEASURES, LEAGUE, METHODS)
    assert found.reference == "mean_available_z"
    assert found.summary.index.tolist() == list(METHODS)
    assert found.summary.loc["mean_available_z", "rank_correlation"] == 1
    assert found.summary.loc["mean_available_z", "fairness_gap"] == 0
    assert "tau" not in found.summary
    # A zero in place of a return takes two of the best schools down.
    assert found.summary.loc["zero_fill", "fairness_gap"] > 2
    assert set(found.furthest.loc["zero_fill"]["unit"].iloc[:2]) == {"U01", "U02"}


def test_against_a_model_the_pairs_are_judged_by_its_posterior() -> None:
    model = _model(MEASURES, LEAGUE)
    found = compare(MEASURES, LEAGUE, METHODS, model=model, drop=False)
    assert found.reference == "model"
    pi = probability_of_superiority(model.posterior).probability
    rank = found.ranks["zero_fill"]
    right = sum(
        pi.loc[a, b] if rank[a] < rank[b] else pi.loc[b, a]
        for a in UNITS
        for b in UNITS
        if a < b and rank[a] != rank[b]
    )
    assert found.summary.loc["zero_fill", "concordance"] == pytest.approx(right / 66, abs=EXACT)
    held = [model.band_probability.loc[unit, found.bands.loc[unit, "zero_fill"]] for unit in UNITS]
    assert found.summary.loc["zero_fill", "expected_misbanded"] == pytest.approx(
        1 - np.mean(held), abs=EXACT
    )
    # Nothing can beat the most probable bands on this yardstick.
    assert (
        found.summary.loc["model", "expected_misbanded"]
        <= found.summary["expected_misbanded"].min() + EXACT
    )


def test_units_that_the_model_does_not_rank_are_left_out_of_every_list() -> None:
    found = compare(MEASURES, LEAGUE, METHODS, model=_model(MEASURES, LEAGUE, ranked=8))
    assert found.ranks.index.tolist() == UNITS[:8]
    for name in found.ranks:
        assert sorted(found.ranks[name]) == list(range(1, 9))
        assert found.bands[name].value_counts().to_dict() == {"upper": 4, "lower": 4}


def test_within_groups_ranks_start_anew() -> None:
    league = _league(scope="within_group")
    found = compare(_measures(league), league, METHODS, drop=False)
    town = [unit for position, unit in enumerate(UNITS) if position % 2 == 0]
    assert sorted(found.ranks.loc[town, "mean_fill"]) == [1, 2, 3, 4, 5, 6]


def test_every_method_is_ranked_again_without_each_measure() -> None:
    found = compare(MEASURES, LEAGUE, METHODS)
    table = found.dropped.loc["mean_fill"]
    assert table.index.tolist() == ["q0", "q1", "q2"]
    pd.testing.assert_frame_equal(table, drop_each(mean_fill, MEASURES, LEAGUE))
    worst = table["rank_correlation"].astype(float)
    assert found.summary.loc["mean_fill", "drop_one_correlation"] == worst.min()
    assert found.summary.loc["mean_fill", "drop_one_indicator"] == worst.idxmin()


def test_another_year() -> None:
    other = _measures(LEAGUE, seed=2)
    found = compare(MEASURES, LEAGUE, METHODS, other=other, drop=False)
    assert found.years.loc["mean_fill", "units"] == 12
    assert found.summary.loc["mean_fill", "year_correlation"] > 0.8
    same = compare(MEASURES, LEAGUE, METHODS, other=MEASURES, drop=False)
    assert (same.summary["year_correlation"] == 1).all()
    assert (same.summary["year_other_band"] == 0).all()


def _refuses(measures: Measures, league: League) -> MethodRanking:
    raise InvalidInput([Problem("method", "indicators", "3", "it needs ten")])


def _needs_the_first(measures: Measures, league: League) -> MethodRanking:
    if "q0" not in {indicator.id for indicator in league.scored}:
        raise InvalidInput([Problem("method", "indicators", "no q0", "it needs q0")])
    return mean_fill(measures, league)


def test_a_method_that_cannot_rank_the_table_is_named_with_its_reason() -> None:
    found = compare(MEASURES, LEAGUE, {**METHODS, "ten": _refuses}, drop=False)
    assert dict(found.refused) == {"ten": "method: indicators: 3; it needs ten"}
    assert "ten" not in found.summary.index


def test_a_measure_that_a_method_cannot_do_without_is_named() -> None:
    found = compare(MEASURES, LEAGUE, {**METHODS, "first": _needs_the_first})
    row: Any = found.dropped.loc[("first", "q0")]
    assert row["refused"] == "method: indicators: no q0; it needs q0"
    assert np.isnan(row["rank_correlation"])
    assert found.summary.loc["first", "drop_one_indicator"] in {"q1", "q2"}


def test_one_ranking_is_no_comparison() -> None:
    with pytest.raises(InvalidInput, match=r"1 ranking \(ten: .*\); a comparison needs two"):
        compare(MEASURES, LEAGUE, {"mean_fill": mean_fill, "ten": _refuses})


def test_other_evidence_on_other_units_is_refused() -> None:
    other = replace(MEASURES, units=MEASURES.units.rename(index=lambda unit: f"X{unit}"))
    with pytest.raises(InvalidInput, match="0 units in both tables"):
        compare(MEASURES, LEAGUE, METHODS, other=other)


def test_other_evidence_of_another_league_is_refused_before_the_work() -> None:
    steps: list[str] = []
    few, many = _league(indicators=2), _league()
    found = "without 1 of the scored indicators: q2"
    with pytest.raises(InvalidInput, match=found):
        compare(
            _measures(many), many, {"a": zero_fill, "b": mean_fill}, other=_measures(few),
            report=steps.append,
        )  # fmt: skip
    assert steps == []


def test_a_league_of_one_measure_has_none_to_drop() -> None:
    league = _league(indicators=1)
    found = compare(_measures(league), league, MappingProxyType(METHODS))
    assert found.dropped.empty
    assert found.summary["drop_one_correlation"].isna().all()
