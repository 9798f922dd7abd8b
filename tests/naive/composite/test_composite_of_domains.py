"""A league by the textbook, worked out by hand."""

from __future__ import annotations

import numpy as np

from openness.naive import composite_league

from ..leagues import Cell, make_league, make_measures, make_units

LEAGUE = make_league(
    {"id": "bullied", "family": "proportion", "direction": "lower_is_better"},
    {"id": "mark", "family": "score", "respondent_sd": 1},
    {"id": "incidents", "family": "count", "groups": ["acute"], "domain": "incidents"},
    domains=[{"id": "all", "label": "All"}, {"id": "incidents", "label": "Incidents"}],
)
UNITS = make_units("ABCD", others="D")
CELLS: list[Cell] = [
    ("A", "bullied", 0.1, 100, "observed"),
    ("B", "bullied", 0.3, 100, "observed"),
    ("C", "bullied", 0.2, 100, "observed"),
    ("D", "bullied", 0.5, 100, "observed"),
    ("A", "mark", 4, 25, "observed"),
    ("B", "mark", 8, 25, "observed"),
    ("D", "mark", None, None, "not_returned"),
    ("A", "incidents", 30, 1000, "observed"),
    ("B", "incidents", 10, 1000, "observed"),
]


def test_the_index_worked_out_by_hand() -> None:
    """bullied 100, 50, 75, 0; mark 0, 100, and 50 imputed for C; incidents 100, 0, and 50.

    D is the only one of its type: nothing to impute, and half of what applies is there.
    """
    measures = make_measures(CELLS, UNITS, LEAGUE)
    table = composite_league(measures, LEAGUE, availability=0.5).table
    score = [(50 + 100) / 2, (75 + 0) / 2, (62.5 + 50) / 2, 0]
    np.testing.assert_allclose(table["score"], score, rtol=1e-12)
    assert table["rank"].tolist() == [1, 3, 2, 4]


def test_a_unit_with_too_little_is_screened_out() -> None:
    ranking = composite_league(make_measures(CELLS, UNITS, LEAGUE), LEAGUE)
    assert ranking.table.loc["D", ["score", "rank", "band"]].isna().all()
    assert ranking.treatment.loc["D"].tolist() == ["dropped", "left_out", "not_applicable"]
    # Without D, B is the worst of all on bullying.
    assert ranking.table.loc["B", "score"] == (0 + 100) / 2 / 2


def test_what_became_of_the_cells() -> None:
    treatment = composite_league(make_measures(CELLS, UNITS, LEAGUE), LEAGUE).treatment
    assert treatment.loc["C"].tolist() == ["used", "filled", "filled"]


def test_a_measure_on_which_all_are_alike_is_dropped() -> None:
    cells = [(*row[:2], 0.2, *row[3:]) if row[1] == "bullied" else row for row in CELLS]
    ranking = composite_league(make_measures(cells, UNITS, LEAGUE), LEAGUE, availability=0.5)
    assert ranking.treatment["bullied"].tolist() == ["dropped"] * 4
    assert ranking.table["score"].isna().tolist() == [False, False, False, True]
