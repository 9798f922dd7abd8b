from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive import factor_scores
from openness.naive.factor_analysis import one_factor, regression_scores

LOADINGS = pd.Series([0.9, 0.7, 0.5, 0.3], [*"abcd"])

OPTIMISER = 1e-5
"""What the optimiser of statsmodels leaves in a loading."""


def _matrix(loadings: pd.Series) -> pd.DataFrame:
    matrix = np.outer(loadings, loadings)
    np.fill_diagonal(matrix, 1)
    return pd.DataFrame(matrix, loadings.index, loadings.index)


@pytest.mark.parametrize("sign", [1, -1])
def test_loadings_that_made_the_correlations_come_back(sign: int) -> None:
    """Their sum decides the sign, whatever the sign that they were made with."""
    loadings, uniqueness, doubts = one_factor(_matrix(sign * LOADINGS))
    np.testing.assert_allclose(loadings, LOADINGS, atol=OPTIMISER)
    np.testing.assert_allclose(uniqueness, 1 - LOADINGS**2, atol=OPTIMISER)
    assert loadings.dtype == float
    assert doubts == ()


def test_scores_are_the_conditional_mean_given_what_is_there() -> None:
    z = pd.DataFrame(np.random.default_rng(1).normal(size=(3, 4)), columns=[*"abcd"])
    z.iloc[1, [0, 2]] = np.nan
    z.iloc[2] = np.nan
    scores, errors = regression_scores(z, LOADINGS, 1 - LOADINGS**2)
    for i, there in enumerate([[*"abcd"], [*"bd"]]):
        weights = np.linalg.solve(_matrix(LOADINGS).loc[there, there], LOADINGS[there])
        assert scores[i] == pytest.approx(weights @ z.loc[i, there], rel=1e-10)
        assert errors[i] == pytest.approx(np.sqrt(1 - weights @ LOADINGS[there]), rel=1e-10)
    assert np.isnan(scores[2])
    assert np.isnan(errors[2])


@pytest.mark.real_data
def test_holzinger_and_swineford_against_lavaan(real_data: Path) -> None:
    folder = real_data / "published" / "factor-holzinger-1939"
    x = pd.read_csv(folder / "HolzingerSwineford1939.csv")[[f"x{i}" for i in range(1, 10)]]
    published = pd.read_csv(folder / "HS_onefactor.csv").query("op == '=~'").set_index("rhs")
    loadings, uniqueness, doubts = one_factor(x.corr())
    np.testing.assert_allclose(loadings, published.loc[x.columns, "std.all"], atol=OPTIMISER)
    scores, _ = regression_scores((x - x.mean()) / x.std(ddof=0), loadings, uniqueness)
    expected = pd.read_csv(folder / "HS_onefactor_scores.csv")["g"]
    np.testing.assert_allclose(scores, expected, atol=10 * OPTIMISER)
    assert doubts == ()


INDICATORS = [{"id": "a"}, {"id": "b"}, {"id": "c", "direction": "lower_is_better"}, {"id": "d"}]


def _figures(n: int = 40) -> dict[str, dict[str, float | None]]:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(n, 1)) * [1, 1, -1, 0.5] + 0.6 * rng.normal(size=(n, 4))
    return {f"T{i:02d}": dict(zip("abcd", map(float, row), strict=True)) for i, row in enumerate(x)}


def test_nothing_is_filled_in(build: Any) -> None:
    figures = _figures()
    figures["T00"]["a"] = None
    figures["T01"] = {"d": 0.5}
    ranking = factor_scores(*build(INDICATORS, figures))
    assert ranking.treatment.loc["T00"].tolist() == ["left_out", "used", "used", "used"]
    error = ranking.table["standard_error"]
    assert error["T02"] < error["T00"] < error["T01"] < 1
    assert ranking.table["rank"].notna().all()
    assert ranking.remarks == ()


def test_a_measure_that_is_the_factor_is_named() -> None:
    """r_ab r_ac / r_bc = 1.28 would be the square of a's loading: a Heywood case."""
    matrix = pd.DataFrame([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]], [*"abc"], [*"abc"])
    loadings, uniqueness, doubts = one_factor(matrix)
    assert "a has no variance of its own: it is the factor." in doubts
    z = pd.DataFrame([[1.0, -1, -1]], columns=[*"abc"])
    score, error = regression_scores(z, loadings, uniqueness)
    assert score[0] == pytest.approx(1, abs=0.01)
    assert error[0] < 0.02


def test_what_has_no_factor_is_refused(build: Any) -> None:
    two = {unit: {"a": i, "b": i**2} for i, unit in enumerate("ABCDE")}
    with pytest.raises(InvalidInput, match="trusts differ on 2 of 4 measures"):
        factor_scores(*build(INDICATORS, two))
    apart = {unit: {"a": i, "b": i**2} for i, unit in enumerate("ABCD")}
    apart |= {unit: {"c": i, "d": i**2} for i, unit in enumerate("EFGH")}
    with pytest.raises(InvalidInput, match="4 problems found") as refusal:
        factor_scores(*build(INDICATORS, apart))
    assert refusal.value.problems[0].where == "a and c"
    clash = {f"A{i}": {"a": i, "b": i, "d": i % 2} for i in range(5)}
    clash |= {f"B{i}": {"b": i, "c": i} for i in range(5)}
    clash |= {f"C{i}": {"c": i, "a": i, "d": i % 2} for i in range(5)}
    clash |= {f"D{i}": {"c": i, "d": i % 2} for i in range(5)}
    with pytest.raises(InvalidInput, match="contradict each other"):
        factor_scores(*build(INDICATORS, clash))
