"""What every method has to do, whatever it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput, OpennessError
from openness.league import League
from openness.measures import Measures
from openness.naive import (
    METHODS,
    Method,
    MethodRanking,
    Scored,
    compare,
    mean_fill,
    method,
    tabulate,
)
from openness.naive.methods import TREATMENTS, _registered

STABLE = 1e-5
"""What is left of another order of sums after an iteration: an optimiser stops at a gradient."""

INDICATORS = [
    {"id": "heard", "domain": "survey"},
    {"id": "safe", "domain": "survey"},
    {"id": "bullied", "domain": "survey", "direction": "lower_is_better"},
    {"id": "near_misses", "domain": "incidents", "groups": ["acute"]},
    {"id": "harm", "domain": "incidents", "direction": "lower_is_better"},
    {"id": "rating", "domain": "inspection", "family": "ordinal", "categories": [*"abcd"]},
]
IDS = [i["id"] for i in INDICATORS]
SIGNS = np.array([1, 1, -1, 1, -1, 1])


def _figures(n: int = 60) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """One unit in ten is of another type, one figure in twelve is missing, and T07 has none."""
    rng = np.random.default_rng(1)
    x = (rng.normal(size=(n, 1)) + rng.normal(size=(n, 6))) * SIGNS
    gaps = rng.random(x.shape) < 1 / 12
    gaps[7] = True
    others = {f"T{i:02d}": "other" for i in range(0, n, 10)}
    figures: dict[str, dict[str, Any]] = {}
    for i, row in enumerate(x):
        unit = f"T{i:02d}"
        values: dict[str, Any] = dict(zip(IDS, map(float, row), strict=True))
        values["rating"] = "abcd"[int(np.clip(np.floor(row[5] + 2), 0, 3))]
        figures[unit] = {
            id: None if gaps[i, k] else values[id]
            for k, id in enumerate(IDS)
            if not (id == "near_misses" and unit in others)
        }
    return figures, others


def _same(first: MethodRanking, second: MethodRanking, *, atol: float = STABLE) -> None:
    """Hold two rankings alike, unit by unit."""
    other = second.table.loc[first.table.index]
    for column in ("score", "standard_error"):
        np.testing.assert_allclose(first.table[column], other[column], atol=atol)
    pd.testing.assert_frame_equal(
        first.table[["rank", "band", "own_band"]], other[["rank", "band", "own_band"]]
    )
    pd.testing.assert_frame_equal(
        first.treatment, second.treatment.loc[first.table.index, first.treatment.columns]
    )


@pytest.fixture(scope="module")
def league_and_measures(build: Any) -> tuple[Measures, Any]:
    return build(INDICATORS, *_figures())


each_method = pytest.mark.parametrize("name", METHODS)


@each_method
def test_labels(name: str, league_and_measures: Any) -> None:
    measures, league = league_and_measures
    ranking = METHODS[name](measures, league)
    assert ranking.method == name
    pd.testing.assert_index_equal(ranking.table.index, measures.units.index)
    pd.testing.assert_index_equal(ranking.treatment.index, measures.units.index)
    assert ranking.treatment.columns.tolist() == IDS
    assert all(isinstance(remark, str) and remark.endswith(".") for remark in ranking.remarks)


@each_method
def test_bands_of_the_ranked(name: str, league_and_measures: Any) -> None:
    measures, league = league_and_measures
    ranking = METHODS[name](measures, league)
    table = ranking.table
    ranked = table["rank"].notna()
    assert ranked.any()
    assert table.loc[ranked, ["score", "band"]].notna().all(axis=None)
    assert table.loc[~ranked, ["band", "own_band"]].isna().all(axis=None)
    assert set(table["band"].dropna()) == {level.id for level in league.bands.levels}
    if ranking.own_bands:
        assert table.loc[ranked, "own_band"].isin(ranking.own_bands).all()
    else:
        assert table["own_band"].isna().all()
    # Ranks are those of the scores, 1 best, among the ranked.
    order = table["score"][ranked].rank(ascending=False, method="first")
    tied = table["score"][ranked].duplicated(keep=False)
    if name != "overlap_rank":  # whose ranks are of intervals, and shared more often
        assert table["rank"][ranked][~tied].equals(order[~tied])
        assert table["rank"].sum() == pytest.approx(ranked.sum() * (ranked.sum() + 1) / 2)
    assert not (table["standard_error"] < 0).any()


@each_method
def test_treatment_goes_with_the_statuses(name: str, league_and_measures: Any) -> None:
    measures, league = league_and_measures
    kept = METHODS[name](measures, league).treatment.to_numpy()
    status = measures.grid("status", tuple(IDS))
    assert set(kept.ravel()) <= set(TREATMENTS)
    allowed = {
        "observed": {"used", "dropped"},
        "not_returned": {"left_out", "filled", "as_zero"},
        # A method that needs a rectangle fills these as well, and says so.
        "not_applicable": {"not_applicable", "filled", "as_zero"},
    }
    for given, choices in allowed.items():
        assert set(kept[status == given]) <= choices
    assert "used" in kept


@each_method
def test_a_unit_with_nothing_is_not_ranked_unless_something_stands_in(
    name: str, league_and_measures: Any
) -> None:
    ranking = METHODS[name](*league_and_measures)
    stands_in = ranking.treatment.loc["T07"].isin(["filled", "as_zero"]).all()
    assert ranking.table["rank"].notna()["T07"] == stands_in


@each_method
def test_the_order_of_the_units_does_not_matter(name: str, build: Any) -> None:
    figures, others = _figures()
    shuffled = np.random.default_rng(2).permutation(list(figures)).tolist()
    first = METHODS[name](*build(INDICATORS, figures, others))
    second = METHODS[name](*build(INDICATORS, {unit: figures[unit] for unit in shuffled}, others))
    _same(first, second)


@each_method
def test_who_is_best_on_everything_is_first(name: str, build: Any) -> None:
    """Nearly all measures are better when lower: a score of plain figures is upside down."""
    rng = np.random.default_rng(4)
    indicators = [
        {"id": f"i{k}", "domain": "ab"[k % 2], "direction": "lower_is_better"} for k in range(6)
    ]
    indicators[0] = {**indicators[0], "direction": "higher_is_better"}
    x = rng.normal(size=(30, 1)) + rng.normal(size=(30, 6))
    x[3], x[20] = x.max(axis=0) + 0.1, x.min(axis=0) - 0.1
    x *= [1, -1, -1, -1, -1, -1]
    figures = {
        f"T{i:02d}": {f"i{k}": float(v) for k, v in enumerate(row)} for i, row in enumerate(x)
    }
    rank = METHODS[name](*build(indicators, figures)).table["rank"]
    assert (rank["T03"], rank["T20"]) == (1, 30)


@each_method
def test_turning_figures_and_direction_together_changes_nothing(name: str, build: Any) -> None:
    figures, others = _figures()
    turned = [
        {**i, "direction": "lower_is_better"} if i["id"] in ("heard", "harm") else i
        for i in INDICATORS
    ]
    turned[4] = {**INDICATORS[4], "direction": "higher_is_better"}
    mirrored = {
        unit: {
            id: -value if value is not None and id in ("heard", "harm") else value
            for id, value in row.items()
        }
        for unit, row in figures.items()
    }
    first = METHODS[name](*build(INDICATORS, figures, others))
    second = METHODS[name](*build(turned, mirrored, others))
    _same(first, second)


@each_method
def test_twice_is_the_same(name: str, league_and_measures: Any) -> None:
    first, second = (METHODS[name](*league_and_measures) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, second.table, check_exact=True)
    assert first.remarks == second.remarks


@each_method
def test_what_is_not_observed_is_not_read(name: str, league_and_measures: Any) -> None:
    """A value that stays beside another status, as one under query does, counts for nothing."""
    measures, league = league_and_measures
    missing = measures.cells["status"] == "not_returned"
    disputed = replace(
        measures, cells=measures.cells.assign(value=measures.cells["value"].mask(missing, 99.0))
    )
    _same(METHODS[name](measures, league), METHODS[name](disputed, league), atol=0)


def _small(k: int, domains: list[str]) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(12, 1)) + rng.normal(size=(12, k))
    indicators = [{"id": f"i{j}", "domain": domains[j]} for j in range(k)]
    return indicators, {
        f"T{i:02d}": {f"i{j}": float(v) for j, v in enumerate(row)} for i, row in enumerate(x)
    }


NEED_THREE = {
    "factor_scores": "needs at least 3 measures",
    "unobserved_components": "is identified from 3 of them",
}


@pytest.mark.parametrize(
    ("k", "domains"), [(1, ["a"]), (2, ["a", "b"]), (3, ["a"] * 3), (4, [*"abcd"])]
)
@each_method
def test_a_small_league_works_or_is_refused(
    name: str, build: Any, k: int, domains: list[str]
) -> None:
    method: Method = METHODS[name]
    measures, league = build(*_small(k, domains))
    if name in NEED_THREE and k < 3:
        with pytest.raises(OpennessError, match=NEED_THREE[name]):
            method(measures, league)
        return
    ranking = method(measures, league)
    assert ranking.table["rank"].notna().all()
    if k == 1:
        raw = pd.Series(measures.grid("value", ("i0",))[:, 0], ranking.table.index, dtype=float)
        assert ranking.table["score"].rank().equals(raw.rank())


REFUSE_ALIKE = {
    "multiple_imputation": "trusts differ on 0 of 4 measures",
    "principal_component": "trusts differ on 0 of 4 measures",
    "factor_scores": "trusts differ on 0 of 4 measures",
    "unobserved_components": "0 representative sources are given",
    "goldstein_healy": "0 units have a measure with a sampling error",
    "overlap_rank": "0 units have a measure with a sampling error",
}


@each_method
def test_units_that_are_all_alike_share_a_rank_or_are_refused(name: str, build: Any) -> None:
    indicators, figures = _small(4, ["a"] * 4)
    alike = {unit: dict.fromkeys(row, 5.0) for unit, row in figures.items()}
    if name in REFUSE_ALIKE:
        with pytest.raises(OpennessError, match=REFUSE_ALIKE[name]):
            METHODS[name](*build(indicators, alike))
        return
    table = METHODS[name](*build(indicators, alike)).table
    if name == "composite_indicator":  # which drops a measure on which all are alike
        assert table["rank"].isna().all()
        return
    assert (table["rank"] == 6.5).all() or name == "learning_from_mistakes_2016"
    assert (table["score"] == table["score"].iloc[0]).all()


@pytest.fixture
def _own_methods() -> Iterator[None]:
    """Methods that a test enters leave with it."""
    entered = dict(_registered)
    yield
    _registered.clear()
    _registered.update(entered)


@pytest.mark.usefixtures("_own_methods")
def test_a_method_of_your_own_is_ranked_and_compared(league_and_measures: Any) -> None:
    measures, league = league_and_measures

    @method("mean_rank")
    def mean_rank(measures: Measures, league: League, *, worst: bool = False) -> Scored:
        """Score units by their mean rank on the measures that they have."""
        table = tabulate(measures, league)
        score = table.oriented.rank(pct=True)
        return Scored(score.min(axis=1) if worst else score.mean(axis=1), table.treatment())

    assert list(METHODS)[-1] == "mean_rank"
    assert METHODS["mean_rank"] is mean_rank
    ranking = mean_rank(measures, league)
    assert isinstance(ranking, MethodRanking)
    assert ranking.table["band"].notna().sum() == ranking.table["score"].notna().sum() == 59
    assert not mean_rank(measures, league, worst=True).table.equals(ranking.table)
    found = compare(measures, league, drop=False)
    assert found.summary.loc["mean_rank", "rank_correlation"] > 0.9


@pytest.mark.usefixtures("_own_methods")
def test_a_name_belongs_to_one_method_and_a_cell_can_run_again() -> None:
    def enter() -> Any:
        @method("mine")
        def mine(measures: Measures, league: League) -> Scored: ...

        return mine

    first, second = enter(), enter()
    assert METHODS["mine"] is second is not first
    with pytest.raises(InvalidInput, match=r"'mean_fill' is that of .*spreadsheet\.mean_fill"):

        @method("mean_fill")
        def other(measures: Measures, league: League) -> Scored: ...

    assert METHODS["mean_fill"] is mean_fill


@pytest.mark.usefixtures("_own_methods")
def test_a_method_that_returns_something_else_is_refused(league_and_measures: Any) -> None:
    @method("bare")
    def bare(measures: Measures, league: League) -> Any:
        return tabulate(measures, league).oriented.mean(axis=1)

    with pytest.raises(InvalidInput, match="bare: returned: Series; a method returns"):
        bare(*league_and_measures)
