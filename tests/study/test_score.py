import numpy as np
import pandas as pd
import pytest

from openness.league.bands import Bands
from openness.study.score import Intervals, positions, score_table, target_of

BANDS = Bands.model_validate(
    {
        "rule": "counts",
        "levels": [{"id": name, "label": name, "count": 2} for name in ("a", "b", "c")],
    }
)
OPENNESS = pd.Series([5.0, 4.0, 3.0, 2.0, 1.0, 0.0])
ALL = {"all": np.ones(6, dtype=bool)}


def test_the_truth_is_cut_as_the_league_is():
    target = target_of(OPENNESS, BANDS)
    assert target.rank.tolist() == [1, 2, 3, 4, 5, 6]
    assert target.band.tolist() == [0, 0, 1, 1, 2, 2]


def test_a_right_table_has_no_error():
    target = target_of(OPENNESS, BANDS)
    row = score_table(target.rank, target.band, target, ALL).loc["all"]
    assert (
        row[["rank_error", "rank_bias", "wrong_band", "far_off", "discordance"]].tolist() == [0] * 5
    )
    # 15 pairs, of which 3 are within a band.
    assert row["concordance"] == pytest.approx(12 / 15)
    assert np.isnan(row["coverage"])


def test_figures_by_hand():
    """The best unit is put last: the others move up by one."""
    target = target_of(OPENNESS, BANDS)
    rank = np.array([6, 1, 2, 3, 4, 5.0])
    band = np.array([2, 0, 0, 1, 1, 2])
    row = score_table(rank, band, target, ALL).loc["all"]
    assert row["rank_error"] == pytest.approx((5 + 5 * 1) / 6)
    assert row["rank_bias"] == 0
    assert row["wrong_band"] == pytest.approx(3 / 6)
    assert row["placed_too_low"] == pytest.approx(1 / 6)
    assert row["placed_too_high"] == pytest.approx(2 / 6)
    assert row["far_off"] == pytest.approx(1 / 6)
    # The first unit is put below the four others of better bands, which it is above.
    assert row["discordance"] == pytest.approx(4 / 15)


def test_classes_have_rows_of_their_own():
    target = target_of(OPENNESS, BANDS)
    rank = np.array([6, 1, 2, 3, 4, 5.0])
    first = np.arange(6) == 0
    table = score_table(
        rank,
        np.array([2, 0, 0, 1, 1, 2]),
        target,
        {"first": first, "others": ~first, "none": first & ~first},
    )
    assert table.loc["first", "rank_bias"] == 5
    assert table.loc["others", "rank_bias"] == -1
    assert table["units"].tolist() == [1, 5, 0]
    assert table.loc["none"].drop("units").isna().all()


def test_a_unit_that_is_not_ranked_is_counted_as_that():
    target = target_of(OPENNESS, BANDS)
    rank = np.array([np.nan, 1, 2, 3, 4, 5])
    row = score_table(rank, np.array([-1, 0, 0, 1, 1, 2]), target, ALL).loc["all"]
    assert row["ranked"] == pytest.approx(5 / 6)
    assert row["wrong_band"] == pytest.approx(2 / 5)


def test_coverage_and_width():
    target = target_of(OPENNESS, BANDS)
    truth = OPENNESS.to_numpy()
    lower = truth - 1
    lower[0] += 1.5
    intervals = Intervals(lower, lower + 2, target.rank - 1, target.rank + 2)
    row = score_table(target.rank, target.band, target, ALL, intervals).loc["all"]
    assert row["coverage"] == pytest.approx(5 / 6)
    assert row["width"] == pytest.approx(2)
    assert row["rank_coverage"] == 1
    assert row["rank_width"] == 3


def test_a_band_that_is_missing_has_no_position():
    assert positions(pd.Series(["c", None, "a"], dtype="str"), BANDS).tolist() == [2, -1, 0]
