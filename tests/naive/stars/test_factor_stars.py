from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from openness.naive import star_clusters, star_factor_model
from openness.naive.stars.factor_summary import star_factor_summary

INDICATORS = [
    *({"id": f"s{k}", "domain": "survey"} for k in range(4)),
    {"id": "deaths", "domain": "outcome", "direction": "lower_is_better"},
    {"id": "falls", "domain": "outcome", "direction": "lower_is_better"},
    {"id": "harm", "domain": "outcome", "direction": "lower_is_better"},
]
IDS = [i["id"] for i in INDICATORS]

STABLE = 1e-6
"""What an optimiser leaves of sums in another order."""


def _figures(n: int = 300) -> dict[str, dict[str, float | None]]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 1)) * np.repeat([1, -1], [4, 3]) + rng.normal(size=(n, 7))
    return {f"T{i:03d}": dict(zip(IDS, map(float, row), strict=True)) for i, row in enumerate(x)}


def _volumes(figures: dict[str, dict[str, float | None]]) -> dict[str, dict[str, float]]:
    """Alike for all, but for s1: from 30 to 100,000."""
    rng = np.random.default_rng(2)
    return {unit: {"s1": float(np.exp(rng.uniform(3.5, 11.5)))} for unit in figures}


def test_denominators_are_volumes(build: Any) -> None:
    figures = _figures()
    figures["T000"]["s0"] = None
    volumes = _volumes(figures)
    ranking = star_factor_model(*build(INDICATORS, figures, volumes=volumes))
    expected = star_factor_summary(
        pd.DataFrame(figures).T.astype(float)[IDS],
        pd.DataFrame({unit: {**dict.fromkeys(IDS, 100.0), **volumes[unit]} for unit in figures}).T,
        pd.Series([1] * 4 + [-1] * 3, IDS),
        pd.Series(["survey"] * 4 + ["outcome"] * 3, IDS),
        pd.Series({"survey": 0.5, "outcome": 0.5}),
        drop_up_to=0,
        minimum_groups=2,
        rng=np.random.default_rng(2016),
    )
    np.testing.assert_allclose(ranking.table["score"], expected.stars.summary, atol=STABLE)
    np.testing.assert_allclose(
        ranking.table["standard_error"], expected.standard_error, atol=STABLE
    )
    assert ranking.table["own_band"].notna().all()


def test_a_measure_that_takes_over_is_named(build: Any) -> None:
    figures = _figures()
    even = star_factor_model(*build(INDICATORS, figures))
    assert not any("taken over" in remark for remark in even.remarks)
    uneven = star_factor_model(*build(INDICATORS, figures, volumes=_volumes(figures)))
    (remark,) = (remark for remark in uneven.remarks if "taken over" in remark)
    assert remark.startswith("s1 has taken over survey: ")
    assert remark.endswith("of 4 measures.")
    share = uneven.table["score"].corr(pd.Series({u: f["s1"] for u, f in figures.items()}))
    assert share > even.table["score"].corr(pd.Series({u: f["s1"] for u, f in figures.items()}))


def test_measures_that_were_dropped_are_not_counted(build: Any) -> None:
    figures = _figures()
    for unit in list(figures)[3:]:
        figures[unit]["s0"] = None
    ranking = star_factor_model(
        *build(INDICATORS, figures, volumes=_volumes(figures)), drop_up_to=3
    )
    assert ranking.remarks[0] == "Dropped, because too few have it: s0."
    (remark,) = (remark for remark in ranking.remarks if "taken over" in remark)
    assert remark.endswith("of 3 measures.")


def test_a_heywood_case_is_named_and_has_no_standard_error(build: Any) -> None:
    figures = _figures()
    even = star_factor_model(*build(INDICATORS, figures))
    assert even.table["standard_error"].notna().all()
    assert not any("Heywood" in remark for remark in even.remarks)
    for row in figures.values():  # of which s1 is what the other two have in common
        row["s0"] = row["s1"] + row["s2"]
        row["s3"] = row["s1"] - row["s2"]
    case = star_factor_model(*build(INDICATORS, figures))
    (remark,) = (remark for remark in case.remarks if "Heywood" in remark)
    assert "has no variance of its own left in survey (a Heywood case)" in remark
    assert case.table["standard_error"].isna().all()
    assert case.table["score"].notna().all()


def test_one_list_as_it_was_published_or_peer_groups(build: Any) -> None:
    indicators = [{"id": f"i{k}", "domain": f"d{k}"} for k in range(4)]
    x = np.random.default_rng(2).normal(size=(60, 4))
    figures: dict[str, dict[str, float | None]] = {
        f"T{i:02d}": {f"i{k}": float(v) for k, v in enumerate(row)} for i, row in enumerate(x)
    }
    for i in range(30):
        figures[f"T{i:02d}"]["i0"] = None
    given = build(indicators, figures)
    peers, one = star_factor_model(*given), star_factor_model(*given, one_list=True)
    pd.testing.assert_frame_equal(
        peers.table.drop(columns="own_band"), one.table.drop(columns="own_band")
    )
    expected = star_clusters(one.table["score"].to_numpy()).cluster + 1
    assert one.table["own_band"].astype(int).tolist() == expected.tolist()
    assert peers.table["own_band"].tolist() != one.table["own_band"].tolist()
    assert any(remark.startswith("Of 60 trusts in one list, ") for remark in one.remarks)
    assert any(remark.startswith("Of 30 trusts with 3 domains, ") for remark in peers.remarks)


def test_a_domain_too_small_for_a_model_is_named(build: Any) -> None:
    figures = {unit: {id: row[id] for id in IDS[:6]} for unit, row in _figures().items()}
    ranking = star_factor_model(*build(INDICATORS[:6], figures))
    assert (
        "outcome has no factor model (too few measures or units): its score is the mean z-score."
        in ranking.remarks
    )
    assert ranking.table["standard_error"].isna().all()
    assert ranking.table["rank"].notna().all()


def test_a_measure_that_loads_the_other_way_is_named(build: Any) -> None:
    turned = [
        {**i, "direction": "higher_is_better"} if i["id"] == "harm" else i for i in INDICATORS
    ]
    ranking = star_factor_model(*build(turned, _figures()))
    remark, start = ranking.remarks
    assert start.endswith("random starts of k-means.")
    assert remark.startswith("harm loads negatively (-0.")
