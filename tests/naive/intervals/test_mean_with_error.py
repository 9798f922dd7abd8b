"""Four units, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.measures import read_measures
from openness.naive import goldstein_healy, goldstein_healy_league, overlap_league, overlap_rank
from openness.naive.tabulated import sampling_errors

from ..leagues import Cell, make_league, make_measures, make_units

EXACT = 1e-12
"""Sums of a few numbers in another order."""

LEAGUE = make_league(
    {"id": "bullied", "family": "proportion", "direction": "lower_is_better", "design_effect": 2},
    {"id": "reports", "family": "count", "groups": ["acute"], "domain": "incidents"},
    {"id": "mark", "family": "score", "respondent_sd": 2},
    {"id": "rating", "family": "ordinal", "categories": ["low", "high"]},
    domains=[
        {"id": "all", "label": "All", "error_correlation": 0.5},
        {"id": "incidents", "label": "Incidents"},
    ],
)
UNITS = make_units("ABCD", others="D")
CELLS: list[Cell] = [
    ("A", "bullied", 0.1, 100, "observed"),
    ("B", "bullied", 0.2, 100, "observed"),
    ("C", "bullied", 0.3, 100, "observed"),
    ("A", "reports", 30, 1000, "observed"),
    ("B", "reports", 10, 1000, "observed"),
    ("A", "mark", 4, 25, "observed"),
    ("C", "mark", 6, 100, "observed"),
    ("D", "rating", "high", None, "observed"),
]
MEASURES = make_measures(CELLS, UNITS, LEAGUE)

# Per standard deviation of the measure: bullied 0.1, reports 0.01 sqrt 2, mark sqrt 2.
P = (np.array([10, 20, 30]) + 0.5) / 101
BULLIED = np.sqrt(2 * P * (1 - P) / 100)
REPORTS = np.sqrt(np.array([30.5, 10.5])) / 1000
MARK = np.array([2 / 5, 2 / 10])
R = 1 / np.sqrt(2)


def test_sampling_errors_of_the_figures() -> None:
    errors = sampling_errors(MEASURES, LEAGUE)
    nan = np.nan
    by_hand = {
        "bullied": [*BULLIED, nan],
        "reports": [*REPORTS, nan, nan],
        "mark": [MARK[0], nan, MARK[1], nan],
        "rating": [nan] * 4,
    }
    pd.testing.assert_frame_equal(errors, pd.DataFrame(by_hand, errors.index), check_names=False)


def test_nobody_is_certain() -> None:
    """No event, and nothing else, leave room for chance."""
    cells: list[Cell] = [
        ("A", "bullied", 0, 10, "observed"),
        ("B", "bullied", 1, 10, "observed"),
        ("A", "reports", 0, 10, "observed"),
    ]
    errors = sampling_errors(make_measures(cells, UNITS, LEAGUE), LEAGUE)
    assert (errors.fillna(1) > 0).all(axis=None)
    assert errors.loc["A", "bullied"] == pytest.approx(errors.loc["B", "bullied"])


def test_a_published_standard_error_comes_first() -> None:
    columns = ["unit", "indicator", "value", "denominator", "se", "status"]
    table = pd.DataFrame([("A", "mark", 4, 25, 0.7, "observed")], columns=columns)
    errors = sampling_errors(read_measures(table, UNITS, LEAGUE), LEAGUE)
    assert errors.loc["A", "mark"] == 0.7


def test_score_and_error_worked_out_by_hand() -> None:
    table = goldstein_healy_league(MEASURES, LEAGUE).table
    # z of bullied, turned: 1, 0, -1; of reports R, -R; of mark -R, R.
    score = [(1 + R - R) / 3, -R / 2, (-1 + R) / 2, np.nan]
    np.testing.assert_allclose(table["score"], score, rtol=EXACT)
    b, n, m = BULLIED / 0.1, REPORTS / (0.01 * np.sqrt(2)), MARK / np.sqrt(2)
    # bullied and mark are answered by the same people: 2 r s s' more of variance, r = 1/2.
    variance = [
        (b[0] ** 2 + m[0] ** 2 + b[0] * m[0] + n[0] ** 2) / 9,
        (b[1] ** 2 + n[1] ** 2) / 4,
        (b[2] ** 2 + m[1] ** 2 + b[2] * m[1]) / 4,
        np.nan,
    ]
    np.testing.assert_allclose(table["standard_error"], np.sqrt(variance), rtol=EXACT)
    assert table["rank"].tolist()[:3] == [1, 3, 2]
    assert table.loc["D", ["score", "rank", "band"]].isna().all()


def test_the_ranks_are_those_of_the_intervals() -> None:
    plain = goldstein_healy_league(MEASURES, LEAGUE).table.dropna(subset="score")
    for level in (0.05, 0.9):
        tied = overlap_league(MEASURES, LEAGUE, level=level).table.dropna(subset="score")
        expected = overlap_rank(plain["score"], plain["standard_error"], level=level)
        assert tied["rank"].tolist() == expected.tolist()
    assert len(set(tied["rank"])) > 1


def test_the_remark_counts_pairs() -> None:
    ranking = goldstein_healy_league(MEASURES, LEAGUE, level=0.9)
    seen = ranking.table.dropna(subset="score")
    overlap = goldstein_healy(seen["score"], seen["standard_error"], level=0.9).overlap
    apart = sum(not overlap.iloc[i, j] for i in range(3) for j in range(i))
    assert ranking.remarks[0].startswith(f"{apart} of 3 pairs of units")
    assert apart > 0


def test_what_became_of_the_cells() -> None:
    for method in (goldstein_healy_league, overlap_league):
        treatment = method(MEASURES, LEAGUE).treatment
        assert treatment.loc["C"].tolist() == ["used", "left_out", "used", "left_out"]
        assert treatment.loc["D"].tolist() == ["left_out", "not_applicable", "left_out", "dropped"]


def test_a_measure_on_which_all_are_alike_says_nothing() -> None:
    cells = [(*row[:2], 0.2, *row[3:]) if row[1] == "bullied" else row for row in CELLS]
    table = goldstein_healy_league(make_measures(cells, UNITS, LEAGUE), LEAGUE).table
    n, m = REPORTS / (0.01 * np.sqrt(2)), MARK / np.sqrt(2)
    np.testing.assert_allclose(table["score"].dropna(), [0, -R / 2, R / 2], atol=EXACT)
    errors = [np.hypot(n[0], m[0]) / 3, n[1] / 2, m[1] / 2]
    np.testing.assert_allclose(table["standard_error"].dropna(), errors, rtol=EXACT)


def test_without_sampling_errors_there_is_nothing_to_compare() -> None:
    ratings = make_measures(CELLS[-1:], UNITS, LEAGUE)
    with pytest.raises(InvalidInput, match="0 units have a measure with a sampling error"):
        goldstein_healy_league(ratings, LEAGUE)
