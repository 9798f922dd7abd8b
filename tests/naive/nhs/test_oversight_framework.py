from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from openness.naive import oversight_framework_2025
from openness.naive.oversight_framework import metric_scores, segments

NAN = np.nan


def test_metric_scores_run_evenly_from_1_to_4() -> None:
    """Four units are 1, 2, 3, 4; three are 1, 2.5, 4; two alike at the top of four are 1.5."""
    turned = pd.DataFrame(
        {
            "all": [10, 7, 0, 9],
            "three": [5, NAN, 1, 3],
            "tied": [8, 8, 1, 2],
            "one": [NAN, NAN, 6, NAN],
            "none": [NAN] * 4,
        }
    )
    expected = pd.DataFrame(
        {
            "all": [1, 3, 4, 2],
            "three": [1, NAN, 4, 2.5],
            "tied": [1.5, 1.5, 4, 3],
            "one": [NAN, NAN, 2.5, NAN],
            "none": [NAN] * 4,
        }
    )
    pd.testing.assert_frame_equal(metric_scores(turned), expected, check_dtype=False)


def test_segments_are_cut_at_the_quartiles() -> None:
    """Of 1 to 5 the quartiles are 2, 3 and 4, and a unit on one is in the better segment."""
    cut = segments(pd.Series([1.0, 2, 3, 4, 5, NAN], [*"ABCDEF"]))
    assert cut.dropna().to_dict() == {"A": "1", "B": "1", "C": "2", "D": "3", "E": "4"}
    assert segments(pd.Series([NAN, NAN])).isna().all()
    twice = segments(pd.Series([1.0, 2, NAN, 4], [*"AABB"]))
    assert twice.dropna().tolist() == ["1", "2", "4"]


def test_the_mean_is_of_what_is_reported(build: Any) -> None:
    indicators = [{"id": "heard"}, {"id": "bullied", "direction": "lower_is_better"}]
    figures = {
        "A": {"heard": 9, "bullied": 4},
        "B": {"heard": 5, "bullied": 1},
        "C": {"heard": 1, "bullied": 2},
        "D": {"heard": None, "bullied": 3},
        "E": {"heard": None},
    }
    ranking = oversight_framework_2025(*build(indicators, figures))
    # heard: A 1, B 2.5, C 4. bullied: B 1, C 2, D 3, A 4.
    assert ranking.table["score"].dropna().to_dict() == {"A": -2.5, "B": -1.75, "C": -3, "D": -3}
    assert ranking.table["rank"].dropna().to_dict() == {"A": 2, "B": 1, "C": 3.5, "D": 3.5}
    # Quartiles of 1.75, 2.5, 3, 3: 2.3125, 2.75, 3.
    assert ranking.table["own_band"].dropna().to_dict() == {"A": "2", "B": "1", "C": "3", "D": "3"}
    assert ranking.own_bands == ("1", "2", "3", "4")
    assert ranking.treatment.loc["D"].tolist() == ["left_out", "used"]


def test_equal_means_share_a_rank(build: Any) -> None:
    """Places of 50 units on four metrics: sums of thirds of 49ths, in whatever order, have ties."""
    rng = np.random.default_rng(1)
    places = np.array([rng.permutation(50) for _ in range(4)]).T
    figures = {
        f"T{i:02d}": dict(zip("abcd", map(float, row), strict=True)) for i, row in enumerate(places)
    }
    table = oversight_framework_2025(*build([{"id": id} for id in "abcd"], figures)).table
    expected = pd.Series(places.sum(axis=1), table.index).rank(ascending=False)
    assert expected.duplicated().any()
    pd.testing.assert_series_equal(table["rank"], expected, check_names=False)
