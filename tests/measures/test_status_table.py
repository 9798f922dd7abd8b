"""Statuses laid out, and what of them is missing."""

import numpy as np
import pytest

from openness.league.definition import League
from openness.measures import STATUSES, completeness, missing_cells, read_measures, status_table

from .small import MEASURES, UNITS, make_league, text_frame


def test_rows_are_units_and_columns_scored_indicators_in_their_own_order(league: League) -> None:
    table = status_table(read_measures(text_frame(MEASURES), text_frame(UNITS), league), league)
    assert table.index.tolist() == ["001", "AMB", "NA"]
    assert table.columns.tolist() == [indicator.id for indicator in league.scored]
    assert "lag" not in table
    assert table.loc["001"].to_dict() == {
        "valued": "observed",
        "concerns": "not_collected",
        "safety_score": "not_collected",
        "incidents": "not_returned",
        "inspection": "under_query",
        "has_policy": "not_collected",
    }


def test_what_does_not_apply_to_a_group_is_not_applicable_whatever_the_table_says() -> None:
    league = make_league()
    measures = text_frame(MEASURES + "AMB,incidents,,,,not_returned,asked in vain\n")
    read = read_measures(measures, text_frame(UNITS), league)
    assert read.grid("status", ("incidents",))[1, 0] == "not_returned"
    assert status_table(read, league).loc["AMB", "incidents"] == "not_applicable"
    assert missing_cells(read, league).loc["AMB", "applicable"] == 5


def test_missing_cells_are_counted_for_each_reason(league: League) -> None:
    read = read_measures(text_frame(MEASURES), text_frame(UNITS), league)
    counts = missing_cells(read, league)
    reasons = ["applicable", "any", "not_collected", "not_returned", "under_query"]
    assert counts.columns.tolist() == reasons
    assert counts.loc["NA"].tolist() == [6, 0, 0, 0, 0]
    assert counts.loc["001"].tolist() == [6, 5, 3, 1, 1]
    assert counts.loc["AMB"].tolist() == [5, 4, 3, 0, 1]


@pytest.mark.parametrize("status", STATUSES)
def test_reasons_add_up_to_what_completeness_lacks(status: str) -> None:
    league = make_league()
    measures = text_frame(MEASURES)
    value = "1" if status == "observed" else ""
    measures.loc[len(measures)] = ["001", "has_policy", value, "", "", status, ""]
    read = read_measures(measures, text_frame(UNITS), league)
    missing, whole = missing_cells(read, league), completeness(read, league)
    np.testing.assert_array_equal(
        missing["any"], whole["measures_applicable"] - whole["measures_present"]
    )
    np.testing.assert_array_equal(
        missing.drop(columns=["applicable", "any"]).sum(axis=1), missing["any"]
    )
    expected = {"observed": (6, 4), "not_applicable": (5, 4)}.get(status, (6, 5))
    assert (missing.loc["001", "applicable"], missing.loc["001", "any"]) == expected
