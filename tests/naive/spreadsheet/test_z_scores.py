"""Three units and a few measures, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.measures import Measures
from openness.naive import Method, mean_available_z, mean_fill, zero_fill
from openness.naive.spreadsheet import z_scores

from ..leagues import Cell, make_league, make_measures, make_units

EXACT = 1e-12
"""Sums of a few numbers in another order."""

NAN = np.nan


LEAGUE = make_league(
    {"id": "mean", "family": "score", "respondent_sd": 1},
    {"id": "bullied", "family": "proportion", "direction": "lower_is_better"},
    {"id": "reports", "family": "count", "groups": ["acute"]},
    {"id": "rating", "family": "ordinal", "categories": ["low", "middle", "high"]},
    {"id": "shown", "family": "score", "respondent_sd": 1, "scored": False},
)
UNITS = make_units("ABCD", others="D")
CELLS: list[Cell] = [
    ("A", "mean", 5, 100, "observed"),
    ("B", "mean", 6, 100, "observed"),
    ("C", "mean", 7, 100, "observed"),
    ("D", "mean", None, None, "not_returned"),
    ("A", "bullied", 0.2, 100, "observed"),
    ("B", "bullied", None, None, "not_collected"),
    ("C", "bullied", 0.1, 100, "observed"),
    ("D", "bullied", 0.3, 100, "observed"),
    ("A", "reports", 30, 1000, "observed"),
    ("B", "reports", 20, 2000, "observed"),
    ("C", "reports", 0, 1000, "system_change"),
    ("A", "rating", "low", None, "observed"),
    ("B", "rating", "high", None, "observed"),
    ("C", "rating", "middle", None, "observed"),
    ("D", "rating", None, None, "under_query"),
    ("D", "shown", 9.9, 100, "observed"),
]


def _measures(cells: list[Cell] = CELLS) -> Measures:
    return make_measures(cells, UNITS, LEAGUE)


# Over the units that have it: mean has mean 6 and sd 1; bullied, turned, mean 0.2 and sd 0.1;
# reports per bed day, 0.03 and 0.01, mean 0.02 and sd 0.02 / sqrt 2; rating 0, 2, 1: mean 1, sd 1.
R = 1 / np.sqrt(2)
Z = {"A": [-1, 0, R, -1], "B": [0, NAN, -R, 1], "C": [1, 1, NAN, 0], "D": [NAN, -1, NAN, NAN]}


def test_mean_of_available_z() -> None:
    table = mean_available_z(_measures(), LEAGUE).table
    by_hand = [(-2 + R) / 4, (1 - R) / 3, 2 / 3, -1.0]
    np.testing.assert_allclose(table["score"], by_hand, rtol=EXACT)
    assert table["rank"].to_dict() == {"A": 3, "B": 2, "C": 1, "D": 4}


def test_mean_fill_divides_by_all_that_applies() -> None:
    """The one bad measure of D is averaged with two that are not there."""
    table = mean_fill(_measures(), LEAGUE).table
    np.testing.assert_allclose(
        table["score"], [(-2 + R) / 4, (1 - R) / 4, 2 / 4, -1 / 3], rtol=EXACT
    )
    assert table["rank"].to_dict() == {"A": 3, "B": 2, "C": 1, "D": 4}


def test_zero_fill_reads_a_gap_as_the_figure_zero() -> None:
    """B, of whom nobody says how much bullying there is, has none; D has the lowest rating."""
    table = zero_fill(_measures(), LEAGUE).table
    raw = {  # by unit; reports do not apply to D
        "mean": [5, 6, 7, 0],
        "bullied": [-0.2, 0, -0.1, -0.3],
        "reports": [0.03, 0.01, 0],
        "rating": [0, 2, 1, 0],
    }
    z = {name: (np.array(x) - np.mean(x)) / np.std(x, ddof=1) for name, x in raw.items()}
    by_hand = [np.mean([z[name][i] for name in z if i < len(z[name])]) for i in range(4)]
    np.testing.assert_allclose(table["score"], by_hand, rtol=EXACT)
    assert table["rank"].to_dict() == {"A": 3, "B": 1, "C": 2, "D": 4}


METHODS: list[Method] = [mean_available_z, mean_fill, zero_fill]


@pytest.mark.parametrize("method", METHODS)
def test_the_same_answer_where_nothing_is_missing(method: Method) -> None:
    values = {"mean": [5, 6, 7, 8], "bullied": [0.4, 0.3, 0.2, 0.1], "rating": ["low"] * 4}
    cells: list[Cell] = [
        (unit, indicator, values[indicator][i], 100, "observed")
        for i, unit in enumerate("ABCD")
        for indicator in values
    ]
    cells += [(unit, "reports", 10, 1000, "observed") for unit in "ABC"]
    complete = _measures(cells)
    table = method(complete, LEAGUE).table
    pd.testing.assert_frame_equal(table, mean_available_z(complete, LEAGUE).table)
    assert table["rank"].tolist() == [4, 3, 2, 1]


@pytest.mark.parametrize("method", METHODS)
def test_labels_are_those_of_the_units_table(method: Method) -> None:
    ranking = method(_measures(), LEAGUE)
    assert ranking.table.index.equals(pd.Index([*"ABCD"], name="unit"))
    assert ranking.treatment.index.equals(ranking.table.index)
    assert ranking.treatment.columns.tolist() == ["mean", "bullied", "reports", "rating"]


@pytest.mark.parametrize(
    ("method", "gap"),
    [(mean_available_z, "left_out"), (mean_fill, "filled"), (zero_fill, "as_zero")],
)
def test_what_becomes_of_a_gap(method: Method, gap: str) -> None:
    kept = method(_measures(), LEAGUE).treatment
    assert kept.loc["C"].tolist() == ["used", "used", gap, "used"]
    assert kept.loc["D"].tolist() == [gap, "used", "not_applicable", gap]


def test_a_unit_with_nothing_is_not_ranked_unless_something_is_filled_in() -> None:
    measures = _measures([row for row in CELLS if row[0] != "D"])
    table = mean_available_z(measures, LEAGUE).table
    assert table.loc["D"].isna().all()
    assert table["rank"].tolist()[:3] == [3, 2, 1]
    assert mean_fill(measures, LEAGUE).table.loc["D", "score"] == 0
    assert zero_fill(measures, LEAGUE).table[["score", "rank", "band"]].notna().all(axis=None)


def test_equal_scores_share_their_ranks() -> None:
    cells = [(*row[:2], 5 if row[1] == "mean" else row[2], *row[3:]) for row in CELLS]
    tied = [row for row in cells if row[1] == "mean"]
    table = mean_available_z(_measures(tied), LEAGUE).table
    assert table["score"].tolist()[:3] == [0, 0, 0]
    assert table["rank"].tolist()[:3] == [2, 2, 2]


def test_a_column_without_spread_gives_zero() -> None:
    """0.1 three times has an sd of 1e-17 in floating point, which is no spread."""
    z = z_scores(pd.DataFrame({"alike": [0.1, 0.1, 0.1, NAN], "one": [3, NAN, NAN, NAN]}))
    assert z["alike"].tolist()[:3] == [0, 0, 0]
    assert z["one"].tolist()[:1] == [0]
    assert z.isna().to_numpy().tolist() == [
        [False, False],
        [False, True],
        [False, True],
        [True] * 2,
    ]
