"""Complete units and others, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from openness.naive import complete_case

INDICATORS = [
    {"id": "heard"},
    {"id": "bullied", "direction": "lower_is_better"},
    {"id": "reports", "groups": ["acute"]},
]
FIGURES = {
    "A": {"heard": 1, "bullied": 6, "reports": 2},
    "B": {"heard": 2, "bullied": 2, "reports": 4},
    "C": {"heard": 6, "bullied": 4, "reports": 9},
    "D": {"heard": 9, "bullied": 0},
    "E": {"heard": None, "bullied": 9, "reports": 9},
}
GROUPS = {"D": "other"}

EXACT = 1e-12
"""Sums of a few numbers in another order."""


def test_means_and_sds_are_of_the_complete_units(build: Any) -> None:
    """E lacks a measure; D has all that apply to it. With E, every other score would move."""
    measures, league = build(INDICATORS, FIGURES, GROUPS)
    ranking = complete_case(measures, league)
    heard = (np.array([1, 2, 6, 9]) - 4.5) / np.std([1, 2, 6, 9], ddof=1)
    bullied = -(np.array([6, 2, 4, 0]) - 3) / np.std([6, 2, 4, 0], ddof=1)
    reports = (np.array([2, 4, 9]) - 5) / np.std([2, 4, 9], ddof=1)
    by_hand = [*((heard + bullied)[:3] + reports) / 3, (heard + bullied)[3] / 2]
    np.testing.assert_allclose(ranking.table["score"].tolist()[:4], by_hand, rtol=EXACT)
    assert ranking.table.loc["E", ["score", "rank", "band"]].isna().all()
    assert ranking.remarks == ("1 of 5 trusts lack a measure and are not ranked.",)


def test_what_is_known_of_an_incomplete_unit_is_dropped(build: Any) -> None:
    kept = complete_case(*build(INDICATORS, FIGURES, GROUPS)).treatment
    assert kept.loc["A"].tolist() == ["used", "used", "used"]
    assert kept.loc["D"].tolist() == ["used", "used", "not_applicable"]
    assert kept.loc["E"].tolist() == ["left_out", "dropped", "dropped"]


def test_nobody_complete_is_nobody_ranked(build: Any) -> None:
    ranking = complete_case(*build(INDICATORS, {"A": {"heard": 1}, "B": {"bullied": 2}}))
    assert ranking.table["rank"].isna().all()
    assert set(ranking.treatment.stack()) == {"dropped", "left_out"}


def test_no_remark_where_nothing_is_lost(build: Any) -> None:
    complete = {unit: FIGURES[unit] for unit in "ABC"}
    assert complete_case(*build(INDICATORS, complete)).remarks == ()
