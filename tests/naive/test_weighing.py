"""Means of other leagues weigh measures as the score of the league declares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.league import Score
from openness.naive import (
    METHODS,
    complete_case,
    goldstein_healy_league,
    mean_available_z,
    mean_fill,
    multiple_imputation,
    tabulate,
    zero_fill,
)
from openness.naive.comparison.other import without
from openness.naive.spreadsheet import z_scores
from openness.naive.weighing import weights_by_unit

EXACT = 1e-12
"""Sums of a few numbers in another order."""

INDICATORS = [
    {"id": "heard", "domain": "survey"},
    {"id": "bullied", "domain": "survey", "direction": "lower_is_better"},
    {"id": "reports", "domain": "board"},
    {"id": "minutes", "domain": "board", "groups": ["acute"]},
]
FIGURES = {
    "A": {"heard": 1, "bullied": 6, "reports": 2, "minutes": 1},
    "B": {"heard": 2, "bullied": 2, "reports": 4, "minutes": 3},
    "C": {"heard": 6, "bullied": 4, "reports": 9, "minutes": 2},
    "D": {"heard": 9, "bullied": 0, "reports": 5},
    "E": {"heard": None, "bullied": 9, "reports": 7, "minutes": 5},
}
GROUPS = {"D": "other"}
STATED = {"heard": 4, "bullied": 1, "reports": 2, "minutes": 3}
MEANS = (
    *("mean_available_z", "mean_fill", "zero_fill", "complete_case"),
    *("multiple_imputation", "goldstein_healy", "overlap_rank"),
)


def made(build: Any, **score: Any) -> tuple[Any, Any]:
    measures, league = build(INDICATORS, FIGURES, GROUPS)
    return measures, league.model_copy(update={"score": Score(**score)})


def test_a_missing_measure_leaves_its_weight_to_all_that_is_there(build: Any) -> None:
    measures, league = made(build, of="measures", weights=STATED)
    z = z_scores(tabulate(measures, league).oriented)
    score = mean_available_z(measures, league).table["score"]
    assert score["A"] == pytest.approx(z.loc["A"] @ np.array([4, 1, 2, 3]) / 10, rel=EXACT)
    e = z.loc["E", ["bullied", "reports", "minutes"]] @ np.array([1, 2, 3]) / 6
    assert score["E"] == pytest.approx(e, rel=EXACT)


def test_one_that_does_not_apply_leaves_its_weight_to_its_source(build: Any) -> None:
    measures, league = made(build, of="measures", weights=STATED)
    weights = weights_by_unit(league, tabulate(measures, league).applies)
    np.testing.assert_allclose(weights.loc["A"], [0.4, 0.1, 0.2, 0.3], rtol=EXACT)
    np.testing.assert_allclose(weights.loc["D"], [0.4, 0.1, 0.5, 0.0], rtol=EXACT)


def test_measures_share_the_weight_of_their_source(build: Any) -> None:
    measures, league = made(build, of="sources", weights={"survey": 3, "board": 1})
    weights = weights_by_unit(league, tabulate(measures, league).applies)
    np.testing.assert_allclose(weights.loc["A"], [0.375, 0.375, 0.125, 0.125], rtol=EXACT)
    np.testing.assert_allclose(weights.loc["D"], [0.375, 0.375, 0.25, 0.0], rtol=EXACT)


def test_what_stands_in_for_a_gap_has_the_weight_of_its_measure(build: Any) -> None:
    measures, league = made(build, of="measures", weights=STATED)
    z = z_scores(tabulate(measures, league).oriented).fillna(0.0)
    by_hand = z.loc["E"] @ np.array([0.4, 0.1, 0.2, 0.3])
    assert mean_fill(measures, league).table.loc["E", "score"] == pytest.approx(by_hand, rel=EXACT)
    zero = z_scores(tabulate(measures, league).figures.fillna({"heard": 0}) * [1, -1, 1, 1])
    by_hand = zero.loc["E"] @ np.array([0.4, 0.1, 0.2, 0.3])
    assert zero_fill(measures, league).table.loc["E", "score"] == pytest.approx(by_hand, rel=EXACT)


def test_the_sampling_error_is_that_of_the_weighted_mean(build: Any) -> None:
    """Respondents differ by an sd of 1, and there are 100: the error of every figure is .1."""
    measures, league = made(build, of="measures", weights=STATED)
    sd = tabulate(measures, league).figures.std()
    error = goldstein_healy_league(measures, league).table["standard_error"]
    by_hand = np.linalg.norm(0.1 * np.array([4, 1, 2, 3]) / sd) / 10
    assert error["A"] == pytest.approx(by_hand, rel=EXACT)


def test_what_weighs_nothing_is_dropped_and_makes_nobody_incomplete(build: Any) -> None:
    measures, league = made(build, of="measures", weights={**STATED, "heard": 0})
    for name in MEANS:
        treatment = METHODS[name](measures, league).treatment["heard"]
        assert treatment.tolist() == ["dropped"] * 4 + ["left_out"], name
    ranks = complete_case(measures, league).table["rank"]
    assert ranks.notna().all()


@pytest.mark.parametrize("name", MEANS)
def test_equal_weights_are_the_plain_mean(build: Any, name: str) -> None:
    """Of units with every measure: D, to whom one does not apply, is a matter of the rule."""
    plain = METHODS[name](*build(INDICATORS, FIGURES, GROUPS)).table
    equal = METHODS[name](*made(build, of="measures", weights="equal_measures")).table
    np.testing.assert_allclose(plain["score"].drop("D"), equal["score"].drop("D"), rtol=EXACT)


def test_the_factor_weighs_all_that_is_there_alike(build: Any) -> None:
    measures, league = build(INDICATORS, FIGURES, GROUPS)
    z = z_scores(tabulate(measures, league).oriented)
    pd.testing.assert_series_equal(
        mean_available_z(measures, league).table["score"],
        z.mean(axis=1),
        check_names=False,
        check_exact=True,
    )


def test_imputed_tables_are_weighed_too(build: Any) -> None:
    """Complete units have the same score in every imputation but for the mean and the sd."""
    one = {**dict.fromkeys(STATED, 0), "reports": 1}
    measures, league = made(build, of="measures", weights=one)
    z = z_scores(tabulate(measures, league).oriented)["reports"]
    score = multiple_imputation(measures, league, imputations=2).table["score"]
    np.testing.assert_allclose(score, z, rtol=EXACT)


def test_a_league_left_without_weight_is_refused(build: Any) -> None:
    one = {**dict.fromkeys(STATED, 0), "reports": 1}
    measures, league = made(build, of="measures", weights=one)
    with pytest.raises(InvalidInput, match="at least one must be above 0"):
        mean_available_z(measures, without(league, "reports"))
