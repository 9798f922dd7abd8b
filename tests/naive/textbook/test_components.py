from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive import principal_component
from openness.naive.components import first_component


def _table(n: int = 40, k: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    x = 3 + rng.normal(size=(n, 1)) * np.linspace(0.5, 2, k) + rng.normal(size=(n, k))
    return pd.DataFrame(x, columns=[*"abcdefgh"[:k]])


def test_complete_data_against_the_eigenvectors_of_the_correlations() -> None:
    x = _table()
    scores, loadings, share = first_component(x)
    values, vectors = np.linalg.eigh(x.corr())
    first = vectors[:, -1] * np.sign(vectors[:, -1].sum())
    np.testing.assert_allclose(loadings, first, rtol=1e-10)
    np.testing.assert_allclose(scores, (x - x.mean()) / x.std(ddof=0) @ first, rtol=1e-8)
    assert share == pytest.approx(values[-1] / 5, rel=1e-10)


def test_gaps_against_an_em_written_out() -> None:
    x = _table()
    gaps = np.random.default_rng(2).random(x.shape) < 0.2
    x = x.mask(gaps)
    mean, sd = x.mean().to_numpy(), x.std(ddof=0).to_numpy()
    z = np.where(gaps, 0, (x - mean) / sd)
    for _ in range(3000):
        v = np.linalg.eigh(z.T @ z)[1][:, -1]
        z = np.where(gaps, np.outer(z @ v, v), z)
    filled = z * sd + mean
    z = (filled - filled.mean(0)) / filled.std(0)
    v = np.linalg.eigh(z.T @ z)[1][:, -1]
    v = v * np.sign(v.sum())
    scores, loadings, _ = first_component(x)
    # What statsmodels leaves when the relative change of the filled cells is below 1e-9.
    np.testing.assert_allclose(loadings, v, atol=1e-6)
    np.testing.assert_allclose(scores, z @ v, atol=1e-6)


INDICATORS = [
    {"id": "a"},
    {"id": "b"},
    {"id": "c", "groups": ["acute"]},
    {"id": "same"},
    {"id": "against"},
]


def test_what_it_says_of_cells_and_loadings(build: Any) -> None:
    x = _table(12, 3)
    figures: dict[str, dict[str, float | None]] = {
        f"T{i:02d}": {"a": a, "b": b, "c": c, "same": 1, "against": -a}
        for i, (a, b, c) in enumerate(x.to_numpy())
    }
    figures["T00"]["b"] = None
    del figures["T01"]["c"]
    figures["T02"] = dict.fromkeys(figures["T02"])
    ranking = principal_component(*build(INDICATORS, figures, {"T01": "other"}))
    kept = ranking.treatment
    assert kept.loc["T00"].tolist() == ["used", "filled", "used", "dropped", "used"]
    assert kept.loc["T01"].tolist() == ["used", "used", "filled", "dropped", "used"]
    assert kept.loc["T02"].tolist() == ["left_out"] * 5
    assert ranking.table["rank"].isna().sum() == 1
    share, against = ranking.remarks
    assert share.startswith("The first component has ")
    assert against.startswith("against loads negatively (-0.")


def test_measures_on_which_all_are_alike_have_no_component(build: Any) -> None:
    figures = {unit: {"same": 1} for unit in "ABC"}
    with pytest.raises(InvalidInput, match="trusts differ on 0 of 5 measures"):
        principal_component(*build(INDICATORS, figures))
