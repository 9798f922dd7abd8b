from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.league import Bands
from openness.naive.methods import band_sizes, cut


def _bands(rule: str, *sizes: float | None) -> Bands:
    setting = {"shares": "share", "counts": "count", "cut_points": "above"}[rule]
    levels = [
        {"id": f"band_{i}", "label": f"Band {i}", **({setting: size} if size is not None else {})}
        for i, size in enumerate(sizes, start=1)
    ]
    return Bands.model_validate({"rule": rule, "levels": levels})


@pytest.mark.parametrize(
    ("bands", "n", "sizes"),
    [
        (_bands("counts", 18, 102, 78, None), 230, [18, 102, 78, 32]),
        (_bands("counts", 18, 102, 78, None), 100, [18, 82, 0, 0]),
        (_bands("counts", 18, 102, 78, 32), 230, [18, 102, 78, 32]),
        (_bands("counts", 18, 102, 78, 32), 115, [9, 51, 39, 16]),
        (_bands("shares", 0.25, 0.5, 0.25), 210, [52, 106, 52]),
        (_bands("shares", 0.1, 0.9), 3, [0, 3]),
    ],
)
def test_band_sizes(bands: Bands, n: int, sizes: list[int]) -> None:
    assert band_sizes(n, bands) == sizes
    assert sum(sizes) == n


def test_units_on_a_cut_go_to_either_side_in_their_order() -> None:
    rank = pd.Series([2.5, 1, 2.5, np.nan, 4], list("ABCDE"))
    banded = cut(rank, _bands("counts", 2, None))
    assert banded.dropna().to_dict() == {
        "A": "band_1",
        "B": "band_1",
        "C": "band_2",
        "E": "band_2",
    }


def test_cut_points_give_no_band() -> None:
    assert cut(pd.Series([1.0, 2.0]), _bands("cut_points", 0.5, None)).isna().all()
