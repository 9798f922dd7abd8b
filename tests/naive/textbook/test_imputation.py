from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive import mean_available_z, multiple_imputation
from openness.naive.imputation import SEED, impute, impute_by_chain
from openness.naive.spreadsheet import z_scores

EXACT = 1e-12
"""Sums of a few numbers in another order."""

INDICATORS = [{"id": "a"}, {"id": "b", "direction": "lower_is_better"}, {"id": "c"}]


def _one_factor(n: int, k: int, rng: np.random.Generator) -> np.ndarray:
    """Measures with correlations of 0.6."""
    return np.sqrt(0.6) * rng.normal(size=(n, 1)) + np.sqrt(0.4) * rng.normal(size=(n, k))


def _rows(x: np.ndarray, gaps: np.ndarray) -> dict[str, dict[str, float | None]]:
    width = len(str(len(x)))
    return {
        f"T{i:0{width}d}": {
            id: None if gaps[i, k] else float(x[i, k]) for k, id in enumerate("abc")
        }
        for i in range(len(x))
    }


def test_what_is_observed_stays_whatever_the_pattern_of_gaps() -> None:
    """statsmodels knows patterns of gaps by a sum of logs: that of {1, 3} is that of {0, 7}."""
    rng = np.random.default_rng(1)
    x = _one_factor(60, 8, rng)
    x[0, [1, 3]] = x[1, [0, 7]] = x[2, 5] = np.nan
    drawn = impute(x, 3, rng)
    there = ~np.isnan(x)
    assert np.isfinite(drawn).all()
    for table in drawn:
        np.testing.assert_array_equal(table[there], x[there])
    assert (np.std(drawn, axis=0)[~there] > 0).all()


def test_a_gap_is_drawn_from_the_regression_on_the_rest() -> None:
    """With 5,000 units the law is known: correlation 0.6, so b | a ~ N(0.6 a, 0.64)."""
    rng = np.random.default_rng(2)
    x = _one_factor(5000, 2, rng)
    x[:2, 1] = np.nan
    drawn = impute(x, 400, rng, burn_in=20, thin=2)[:, :2, 1]
    # Four Monte Carlo standard errors, and 0.03 for the estimated regression.
    np.testing.assert_allclose(drawn.mean(axis=0), 0.6 * x[:2, 0], atol=4 * 0.8 / 20 + 0.03)
    np.testing.assert_allclose(drawn.std(axis=0), 0.8, rtol=4 / np.sqrt(800) + 0.02)


def test_rubins_rules_by_hand(build: Any) -> None:
    rng = np.random.default_rng(3)
    x = _one_factor(30, 3, rng)
    gaps = rng.random(x.shape) < 0.15
    measures, league = build(INDICATORS, _rows(x, gaps))
    table = multiple_imputation(measures, league, imputations=7).table

    turned = pd.DataFrame(np.where(gaps, np.nan, x * [1, -1, 1]))
    some = turned.notna().any(axis=1)
    drawn = impute(z_scores(turned[some]).to_numpy(), 7, np.random.default_rng(SEED))
    q = np.array([((t - t.mean(0)) / t.std(0, ddof=1)).mean(1) for t in drawn])
    between = ((q - q.mean(0)) ** 2).sum(0) / 6
    np.testing.assert_allclose(table["score"].to_numpy()[some], q.mean(0), rtol=1e-9)
    np.testing.assert_allclose(
        table["standard_error"].to_numpy()[some], np.sqrt(8 / 7 * between), rtol=1e-9
    )


def test_complete_tables_have_nothing_to_impute(build: Any) -> None:
    x = _one_factor(12, 3, np.random.default_rng(4))
    measures, league = build(INDICATORS, _rows(x, np.zeros_like(x, bool)))
    table = multiple_imputation(measures, league).table
    expected = mean_available_z(measures, league).table
    np.testing.assert_allclose(table["score"], expected["score"], rtol=EXACT, atol=EXACT)
    np.testing.assert_allclose(table["standard_error"], 0, atol=EXACT)


def test_intervals_cover_the_score_of_the_complete_table(build: Any) -> None:
    """With gaps at random, 95 of 100 intervals hold the mean z of the complete table."""
    rng = np.random.default_rng(5)
    inside = []
    for _ in range(8):
        x = _one_factor(120, 3, rng)
        gaps = np.zeros_like(x, bool)
        gaps[:50, 2] = True
        full = mean_available_z(*build(INDICATORS, _rows(x, np.zeros_like(x, bool)))).table
        table = multiple_imputation(*build(INDICATORS, _rows(x, gaps)), rng=rng).table
        error = (table["score"] - full["score"]).abs() / table["standard_error"]
        inside += (error[:50] < 2.0).tolist()  # 19 degrees of freedom or more
    # 400 units, not independent within a table: 0.95 and four binomial standard errors.
    assert np.mean(inside) == pytest.approx(0.95, abs=0.045)


def test_a_generator_decides(build: Any) -> None:
    x = _one_factor(30, 3, np.random.default_rng(6))
    measures, league = build(INDICATORS, _rows(x, np.arange(90).reshape(30, 3) % 7 == 0))
    first, again, other = (
        multiple_imputation(measures, league, rng=np.random.default_rng(seed)).table["score"]
        for seed in (1, 1, 2)
    )
    pd.testing.assert_series_equal(first, again, check_exact=True)
    assert not np.allclose(first, other, atol=1e-4)


def test_a_unit_with_nothing_is_not_made_up(build: Any) -> None:
    x = _one_factor(20, 3, np.random.default_rng(7))
    gaps = np.zeros_like(x, bool)
    gaps[0], gaps[1, 0] = True, True
    ranking = multiple_imputation(*build(INDICATORS, _rows(x, gaps)))
    assert ranking.table.loc["T00"].isna().all()
    assert ranking.treatment.loc["T00"].tolist() == ["left_out"] * 3
    assert ranking.treatment.loc["T01"].tolist() == ["filled", "used", "used"]


def test_a_chained_gap_borrows_from_units_with_a_like_prediction() -> None:
    """As under the joint law: correlation 0.6, so b | a ~ N(0.6 a, 0.64); figures are others'."""
    rng = np.random.default_rng(8)
    x = _one_factor(5000, 2, rng)
    x[:500, 1] = np.nan
    drawn = impute_by_chain(x, 20, rng, burn_in=2, thin=1)[:, :500, 1]
    assert np.isin(drawn, x[:, 1]).all()
    # A unit's 20 figures come from a few neighbours, no fewer than five: its mean has an error of
    # 0.8 / sqrt(5) at most, and the slope over 500 units one of 0.016. Four of these.
    slope, intercept = np.polyfit(x[:500, 0], drawn.mean(axis=0), 1)
    assert slope == pytest.approx(0.6, abs=0.07)
    assert intercept == pytest.approx(0, abs=0.07)
    residual = drawn - 0.6 * x[:500, 0]
    assert residual.std() == pytest.approx(0.8, abs=0.05)


def test_chained_equations_agree_with_the_joint_law(build: Any) -> None:
    """A normal law is what a chain of linear regressions converges to."""
    rng = np.random.default_rng(9)
    x = _one_factor(400, 3, rng)
    gaps = rng.random(x.shape) < 0.15
    measures, league = build(INDICATORS, _rows(x, gaps))
    joint, chained = (
        multiple_imputation(measures, league, imputations=40, by=by).table
        for by in ("joint", "chained")
    )
    gaps = gaps.any(axis=1) & ~gaps.all(axis=1)
    assert gaps.sum() > 100
    error = (chained["score"] - joint["score"])[gaps] / joint["standard_error"][gaps]
    # Each mean of 40 has a Monte Carlo error of 0.16 standard errors, a difference 0.22; matching
    # adds what the few donors differ by, and their spread is a little less than that of the law.
    assert abs(error.mean()) < 0.06
    assert error.std() < 0.45
    ratio = chained["standard_error"][gaps] / joint["standard_error"][gaps]
    assert ratio.median() == pytest.approx(1, abs=0.15)


def test_a_thin_measure_cannot_be_chained(build: Any) -> None:
    x = _one_factor(20, 3, np.random.default_rng(10))
    gaps = np.zeros_like(x, bool)
    gaps[3:, 2] = True
    measures, league = build(INDICATORS, _rows(x, gaps))
    assert multiple_imputation(measures, league).table["score"].notna().all()
    with pytest.raises(InvalidInput, match=r"c: figures at 3 \w+; more figures than .* 3\."):
        multiple_imputation(measures, league, by="chained")


def test_a_seed_will_do(build: Any) -> None:
    x = _one_factor(20, 3, np.random.default_rng(10))
    gaps = np.zeros_like(x, bool)
    gaps[:5, 0] = True
    measures, league = build(INDICATORS, _rows(x, gaps))
    seeded = multiple_imputation(measures, league, rng=3).table
    drawn = multiple_imputation(measures, league, rng=np.random.default_rng(3)).table
    pd.testing.assert_frame_equal(seeded, drawn)
    with pytest.raises(InvalidInput, match="a whole number from 0 up, or a Generator"):
        multiple_imputation(measures, league, rng="a")


@pytest.mark.parametrize("imputations", [0, 1, 2.5, "20"])
def test_fewer_imputations_than_have_a_variance_are_refused(build: Any, imputations: Any) -> None:
    x = _one_factor(20, 3, np.random.default_rng(10))
    measures, league = build(INDICATORS, _rows(x, np.zeros_like(x, bool)))
    with pytest.raises(InvalidInput, match=r"imputations: value: .*; a whole number from 2"):
        multiple_imputation(measures, league, imputations=imputations)


def test_too_few_units_for_a_law_are_refused(build: Any) -> None:
    """Three units and six measures: sooner or later a covariance matrix has no root."""
    indicators = [{"id": id} for id in "abcdef"]
    x = _one_factor(3, 6, np.random.default_rng(0))
    rows = {
        f"T{i}": {id: None if i == k else float(x[i, k]) for k, id in enumerate("abcdef")}
        for i in range(3)
    }
    with pytest.raises(InvalidInput, match="3 units, 6 measures: a covariance matrix"):
        multiple_imputation(*build(indicators, rows))
