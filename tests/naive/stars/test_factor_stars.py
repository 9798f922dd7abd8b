from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from openness.naive import star_factor_model
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
