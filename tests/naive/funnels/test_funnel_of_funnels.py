"""A league by funnel plots, worked out from the funnel of each measure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive import funnel_bands, funnel_league
from openness.naive.funnels.overdispersion import overdispersion

from ..leagues import Cell, make_league, make_measures, make_units

LEAGUE = make_league(
    {"id": "bullied", "family": "proportion", "direction": "lower_is_better", "design_effect": 2},
    {"id": "reports", "family": "count", "groups": ["acute"]},
    {"id": "mark", "family": "score", "respondent_sd": 2},
    {"id": "rating", "family": "ordinal", "categories": ["low", "high"]},
)
UNITS = make_units("ABCD", others="D")
BULLIED = pd.DataFrame({"value": [0.1, 0.2, 0.4, 0.3], "n": [200, 100, 400, 50]}, [*"ABCD"])
REPORTS = pd.DataFrame({"value": [30, 5, 40], "n": [1000, 500, 2000]}, [*"ABC"])
MARK = pd.DataFrame({"value": [5.0, 7.0], "n": [4, 16]}, [*"BC"])


def _cells() -> list[Cell]:
    tables = {"bullied": BULLIED, "reports": REPORTS, "mark": MARK}
    cells: list[Cell] = [
        (str(unit), name, row["value"], row["n"], "observed")
        for name, table in tables.items()
        for unit, row in table.iterrows()
    ]
    return [*cells, ("A", "rating", "high", None, "observed")]


MEASURES = make_measures(_cells(), UNITS, LEAGUE)


def _by_hand(trim: float) -> pd.DataFrame:
    size = BULLIED["n"] / 2
    bullied = funnel_bands(
        BULLIED["value"] * size, size, kind="proportion", method="cqc", trim=trim
    )
    expected = REPORTS["n"] * 75 / 3500
    reports = funnel_bands(REPORTS["value"], expected, method="cqc", trim=trim)
    s = 2 / np.sqrt(MARK["n"])
    mean = (5 * 1 + 7 * 4) / 5  # weights 1/s^2: 1 and 4
    mark = overdispersion((MARK["value"] - mean).to_numpy(), s.to_numpy(), method="cqc", trim=trim)
    return pd.DataFrame(
        {
            "bullied": -bullied.table["adjusted_z"],
            "reports": reports.table["adjusted_z"],
            "mark": pd.Series(mark.z, MARK.index),
        }
    )


@pytest.mark.parametrize("trim", [0, 0.1])
def test_the_score_is_the_mean_of_the_adjusted_z(trim: float) -> None:
    z = _by_hand(trim)
    table = funnel_league(MEASURES, LEAGUE, trim=trim).table
    np.testing.assert_allclose(table["score"], z.mean(axis=1), rtol=1e-12)
    assert table["rank"].tolist() == z.mean(axis=1).rank(ascending=False).tolist()


def test_the_means_are_banded_in_a_funnel_of_their_own() -> None:
    z = _by_hand(0)
    s = 1 / np.sqrt([2, 3, 3, 1])
    over = overdispersion(z.mean(axis=1).to_numpy(), s, method="cqc", trim=0)
    limits = 0.5  # so narrow that somebody is outside
    c = 0.6744897501960817
    expected = np.select(
        [over.z > c, over.z < -c], ["better than expected", "worse than expected"], "as expected"
    )
    ranking = funnel_league(MEASURES, LEAGUE, limits=limits, trim=0)
    assert ranking.table["own_band"].tolist() == expected.tolist()
    assert len(set(expected)) > 1
    assert set(expected) <= set(ranking.own_bands)


def test_what_became_of_the_cells() -> None:
    treatment = funnel_league(MEASURES, LEAGUE).treatment
    assert treatment.loc["A"].tolist() == ["used", "used", "left_out", "dropped"]
    assert treatment.loc["D"].tolist() == ["used", "not_applicable", "left_out", "left_out"]


def test_a_measure_without_an_event_or_of_one_unit_is_not_used() -> None:
    cells = [(*row[:2], 0, *row[3:]) if row[1] == "reports" else row for row in _cells()]
    cells = [row for row in cells if row[:2] != ("C", "mark")]
    treatment = funnel_league(make_measures(cells, UNITS, LEAGUE), LEAGUE).treatment
    assert treatment.loc["B"].tolist() == ["used", "dropped", "dropped", "left_out"]


def test_no_event_has_no_log() -> None:
    cells = [(*row[:2], 0, *row[3:]) if row[:2] == ("B", "reports") else row for row in _cells()]
    measures = make_measures(cells, UNITS, LEAGUE)
    with pytest.raises(InvalidInput, match=r"indicator reports: unit B: 0; the log of 0"):
        funnel_league(measures, LEAGUE, method="shmi")
    assert np.isfinite(funnel_league(measures, LEAGUE).table["score"]).all()


def test_ratings_alone_have_no_funnel() -> None:
    league = make_league({"id": "rating", "family": "ordinal", "categories": ["low", "high"]})
    cells: list[Cell] = [("A", "rating", "high", None, "observed")]
    with pytest.raises(InvalidInput, match="a funnel needs a sampling error"):
        funnel_league(make_measures(cells, UNITS, league), league)


def test_a_setting_that_is_not_allowed() -> None:
    with pytest.raises(InvalidInput, match="it is one of 'shmi', 'cqc'"):
        funnel_league(MEASURES, LEAGUE, method="CQC")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="a probability between 0 and 1"):
        funnel_league(MEASURES, LEAGUE, limits=2)
