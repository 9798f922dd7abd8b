from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive import hospital_stars, star_factor_model
from openness.naive.stars.summary_score import star_summary

INDICATORS = [
    *({"id": f"s{k}", "domain": "survey"} for k in range(4)),
    {"id": "deaths", "domain": "outcome", "direction": "lower_is_better"},
    {"id": "falls", "domain": "outcome", "direction": "lower_is_better"},
]
IDS = [i["id"] for i in INDICATORS]


def _figures(n: int = 30) -> dict[str, dict[str, float | None]]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 1)) + rng.normal(size=(n, 6))
    return {f"T{i:02d}": dict(zip(IDS, map(float, row), strict=True)) for i, row in enumerate(x)}


def _incomplete() -> dict[str, dict[str, float | None]]:
    """T00 lacks one of four answers, T01 two of them, T02 one of two outcomes."""
    figures = _figures()
    figures["T00"]["s0"] = None
    figures["T01"] |= {"s0": None, "s1": None}
    figures["T02"]["deaths"] = None
    return figures


def test_domains_are_groups_and_weigh_alike(build: Any) -> None:
    figures = _incomplete()
    ranking = hospital_stars(*build(INDICATORS, figures))
    found = star_summary(
        pd.DataFrame(figures).T.astype(float)[IDS],
        pd.Series([1, 1, 1, 1, -1, -1], IDS),
        pd.Series(["survey"] * 4 + ["outcome"] * 2, IDS),
        pd.Series({"survey": 1.0, "outcome": 1.0}),
        drop_up_to=0,
        minimum_measures=pd.Series({"survey": 3, "outcome": 2}),
        minimum_groups=2,
    )
    np.testing.assert_allclose(ranking.table["score"], found.summary, rtol=1e-12)
    assert (ranking.table["rank"].notna() == found.peer_group.notna()).all()


def test_who_has_too_little_keeps_the_score_and_has_no_rank(build: Any) -> None:
    ranking = hospital_stars(*build(INDICATORS, _incomplete()))
    without = ranking.table["rank"].isna()
    assert without[without].index.tolist() == ["T01", "T02"]
    assert ranking.table["score"].notna().all()
    assert ranking.table.loc[without, ["band", "own_band"]].isna().all(axis=None)
    assert ranking.table.loc[~without, ["band", "own_band"]].notna().all(axis=None)
    few, start = ranking.remarks
    assert few == "2 of 30 trusts have too few measures for stars."
    assert start.startswith("Of 28 trusts with 2 domains, ")
    assert ranking.treatment.loc["T01"].tolist() == ["left_out"] * 2 + ["used"] * 4


def test_better_scores_have_no_fewer_stars(build: Any) -> None:
    table = hospital_stars(*build(INDICATORS, _figures())).table.sort_values("score")
    assert table["own_band"].astype(int).is_monotonic_increasing
    assert set(table["own_band"]) == {*"12345"}


def test_weights_make_up_for_domains_that_are_missing(build: Any) -> None:
    figures = _figures()
    figures["T00"] = {id: figures["T00"][id] for id in ("deaths", "falls")}
    measures, league = build(INDICATORS, figures)
    one = hospital_stars(measures, league, weights={"survey": 1, "outcome": 9}).table["score"]
    other = hospital_stars(measures, league, weights={"survey": 9, "outcome": 1}).table["score"]
    assert one["T00"] == pytest.approx(other["T00"], rel=1e-12)
    assert not np.isclose(one["T01"], other["T01"])


def test_peer_groups_are_clustered_apart(build: Any) -> None:
    """With four domains, units with three are a group of their own: here too small to cut."""
    indicators = [{"id": f"i{k}", "domain": f"d{k}"} for k in range(4)]
    x = np.random.default_rng(2).normal(size=(24, 4))
    figures = {
        f"T{i:02d}": {f"i{k}": float(v) for k, v in enumerate(row)} for i, row in enumerate(x)
    }
    for i in range(4):
        figures[f"T{i:02d}"][f"i{i}"] = None
    ranking = hospital_stars(*build(indicators, figures))
    assert ranking.table["rank"].notna().all()
    assert ranking.table["own_band"].isna().tolist() == [True] * 4 + [False] * 20
    small, start = ranking.remarks
    assert small == (
        "The peer group of 3 domains, 4 trusts, is too small or too much alike for five clusters."
    )
    assert start.startswith("Of 20 trusts with 4 domains, ")


def test_a_measure_that_few_have_is_dropped(build: Any) -> None:
    figures = _figures()
    for unit in list(figures)[3:]:
        figures[unit]["s3"] = None
    ranking = hospital_stars(*build(INDICATORS, figures), drop_up_to=3)
    assert ranking.treatment["s3"].tolist() == ["dropped"] * 3 + ["left_out"] * 27
    assert ranking.remarks[0] == "Dropped, because too few have it: s3."
    assert ranking.table["rank"].notna().all()


def test_exact_stars_hang_on_no_start(build: Any) -> None:
    measures, league = build(INDICATORS, _figures())
    (start,) = hospital_stars(measures, league).remarks
    assert start.endswith("random starts of k-means.")
    assert hospital_stars(measures, league, clustering="exact").remarks == ()


def test_a_required_domain(build: Any) -> None:
    indicators = [{"id": f"i{k}", "domain": f"d{k}"} for k in range(4)]
    x = np.random.default_rng(3).normal(size=(24, 4))
    figures: dict[str, dict[str, float | None]] = {
        f"T{i:02d}": {f"i{k}": float(v) for k, v in enumerate(row)} for i, row in enumerate(x)
    }
    figures["T00"]["i0"] = None
    figures["T01"]["i1"] = None
    table = hospital_stars(*build(indicators, figures), required=["d0"]).table
    assert table["rank"].isna().tolist() == [True] + [False] * 23


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"weights": {"survey": 1}},
            "a finite weight above 0 for each scored domain: survey, outcome",
        ),
        ({"weights": {"survey": 1, "outcome": 0}}, "a finite weight above 0"),
        ({"weights": {}}, "a finite weight above 0"),
        ({"weights": {"survey": 1, "outcome": "1"}}, "a finite weight above 0"),
        ({"weights": {"survey": 1, "outcome": np.nan}}, "a finite weight above 0"),
        ({"weights": 5}, "weights: by-hand: found 5; a finite weight above 0"),
        ({"required": None}, "required: type: None; it must be a list"),
        ({"drop_up_to": 2.5}, "drop_up_to: value: 2.5; a whole number from 0"),
        ({"required": ["mortality"]}, "there is no scored domain 'mortality'"),
        ({"clustering": "Exact"}, "it is one of 'published', 'exact', 'one_iteration'"),
    ],
)
def test_settings_of_another_league_are_refused(build: Any, settings: Any, message: str) -> None:
    for method in (hospital_stars, star_factor_model):
        with pytest.raises(InvalidInput, match=message):
            method(*build(INDICATORS, _figures()), **settings)


def test_as_many_units_as_stars(build: Any) -> None:
    ranking = hospital_stars(*build(INDICATORS, _figures(5)))
    assert sorted(ranking.table["own_band"]) == [*"12345"]
    assert ranking.remarks == (
        "Of 5 trusts with 2 domains, 0 get other stars from one or another of 100 random starts of "
        "k-means.",
    )


def test_a_domain_needs_no_measure_that_is_dropped(build: Any) -> None:
    """Nobody has `deaths`: the outcomes have one measure left, and it is all that they need."""
    figures = {unit: row | {"deaths": None} for unit, row in _figures().items()}
    figures["T00"]["falls"] = None
    ranking = hospital_stars(*build(INDICATORS, figures))
    assert ranking.table["rank"].isna().tolist() == [True] + [False] * 29
    figures = {unit: row | {"falls": None} for unit, row in figures.items()}
    ranking = hospital_stars(*build(INDICATORS, figures))
    assert ranking.table["rank"].notna().all()
