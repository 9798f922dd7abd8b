from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.naive.comparison.agreement import fairness_gap

UNITS = list("ABCDEF")
MISSING = pd.DataFrame(
    {
        "applicable": 3,
        "any": [0, 0, 0, 1, 2, 1],
        "suppressed": [0, 0, 0, 1, 1, 0],
        "system_change": [0, 0, 0, 0, 1, 1],
    },
    index=pd.Index(UNITS, name="unit"),
)


def test_the_gap_by_hand() -> None:
    reference = pd.Series([4, 5, 6, 1, 2, 3], UNITS, dtype=float)
    rank = pd.Series([1, 2, 3, 4, 5, 6], UNITS, dtype=float)
    table = fairness_gap(rank, reference, MISSING)
    assert table.index.tolist() == ["any", "suppressed", "system_change"]
    assert table["units"].tolist() == [3, 2, 2]
    # The incomplete ones all lose three places, and the complete ones win them.
    assert table["shift"].tolist() == [3, 3, 3]
    assert table["gap"].tolist() == [6, 6, 6]
    assert table["gap_error"].tolist() == [0, 0, 0]


def test_error_of_the_gap() -> None:
    reference = pd.Series([1, 2, 3, 4, 5, 6], UNITS, dtype=float)
    rank = pd.Series([2, 1, 3, 6, 4, 5], UNITS, dtype=float)
    row = fairness_gap(rank, reference, MISSING).loc["any"]
    complete, incomplete = np.array([1, -1, 0]), np.array([2, -1, -1])
    expected = np.hypot(complete.std(ddof=1), incomplete.std(ddof=1)) / np.sqrt(3)
    # 1e-12: the same sums in another order.
    assert row["gap_error"] == pytest.approx(expected, rel=1e-12)


def test_a_method_that_leaves_incomplete_units_out_has_no_gap() -> None:
    reference = pd.Series([1, 2, 3, 4, 5, 6], UNITS, dtype=float)
    rank = pd.Series([1, 2, 3, np.nan, np.nan, np.nan], UNITS)
    row = fairness_gap(rank, reference, MISSING).loc["any"]
    assert row["units"] == 0
    assert np.isnan(row["gap"])
