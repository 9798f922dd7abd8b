"""Reading: what is kept, in what order, from what kind of table."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from openness.errors import InvalidInput
from openness.league.definition import League
from openness.measures import Measures, read_measures

from .small import INDICATORS, MEASURES, UNITS, make_league, text_frame


def cell(measures: Measures, unit: str, indicator: str) -> pd.Series:
    cells = measures.cells
    (row,) = cells.index[(cells["unit"] == unit) & (cells["indicator"] == indicator)]
    return cells.loc[row]


@pytest.fixture
def read(folder: Path, league: League) -> Measures:
    return read_measures(folder / "measures.csv", folder / "units.csv", league)


def test_codes_are_text_and_stay_as_they_are(read: Measures) -> None:
    assert read.units.index.tolist() == ["001", "AMB", "NA"]
    assert read.units["name"].tolist() == ["Ynys Môn", "AMB", "North Avon"]
    assert read.units["region"].tolist() == ["Wales", "West", "West"]
    assert read.units.columns.tolist() == ["name", "group", "region"]


def test_every_unit_has_every_indicator_in_order(read: Measures) -> None:
    ids = [item["id"] for item in INDICATORS]
    assert read.cells["unit"].tolist() == [u for u in ("001", "AMB", "NA") for _ in ids]
    assert read.cells["indicator"].tolist() == ids * 3
    assert list(read.cells.columns) == [
        "unit",
        "indicator",
        "value",
        "label",
        "denominator",
        "se",
        "status",
        "note",
        "denominator_filled",
    ]
    assert read.cells[["value", "denominator", "se"]].dtypes.tolist() == [np.float64] * 3
    assert read.cells["denominator_filled"].dtype == bool


def test_a_missing_row_is_not_collected_or_not_applicable(read: Measures) -> None:
    assert cell(read, "001", "concerns")["status"] == "not_collected"
    assert cell(read, "AMB", "incidents")["status"] == "not_applicable"
    assert np.isnan(cell(read, "AMB", "incidents")["value"])


def test_a_value_without_status_is_observed(read: Measures) -> None:
    concerns = cell(read, "NA", "concerns")
    assert (concerns["status"], concerns["value"]) == ("observed", 6.5)
    assert concerns["note"] == "from the survey"


def test_a_label_becomes_its_position(read: Measures) -> None:
    assert (cell(read, "NA", "inspection")["value"]) == 2.0
    assert (cell(read, "NA", "inspection")["label"]) == "good"


def test_a_value_beside_another_status_is_kept_and_not_observed(read: Measures) -> None:
    query = cell(read, "001", "inspection")
    assert (query["value"], query["label"], query["status"]) == (1.0, "fair", "under_query")
    awaited = cell(read, "AMB", "safety_score")
    assert np.isnan(awaited["value"])
    assert awaited["label"] == "awaited"
    assert set(read.observed["unit"] + read.observed["indicator"]).isdisjoint(
        {"001inspection", "AMBsafety_score"}
    )


def test_grid_is_units_by_indicators(read: Measures) -> None:
    grid = read.grid("value", ("incidents", "valued"))
    np.testing.assert_array_equal(grid, [[np.nan, 0.5], [np.nan, 0.25], [152, 0.625]])


def test_sources_are_the_hashes_of_the_bytes(read: Measures, folder: Path) -> None:
    assert dict(read.sources) == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("measures.csv", "units.csv")
    }


def test_two_files_of_one_name_are_told_apart(tmp_path: Path, league: League) -> None:
    paths = [tmp_path / folder / "table.csv" for folder in ("cells", "units")]
    for path, text in zip(paths, (MEASURES, UNITS), strict=True):
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    assert set(read_measures(paths[0], paths[1], league).sources) == {str(path) for path in paths}


def test_frames_equal_files(read: Measures, league: League) -> None:
    framed = read_measures(text_frame(MEASURES), text_frame(UNITS), league)
    assert_frame_equal(framed.cells, read.cells)
    assert_frame_equal(framed.units, read.units)
    assert set(framed.sources) == {"measures", "units"}


def test_a_frame_with_numbers_nulls_and_categories_equals_the_file(
    read: Measures, league: League
) -> None:
    frame = text_frame(MEASURES)
    frame["denominator"] = pd.to_numeric(frame["denominator"])  # float with NaN
    frame["se"] = pd.to_numeric(frame["se"])
    frame["status"] = frame["status"].replace("", None).astype("category")
    frame["note"] = frame["note"].astype(object).where(frame["note"] != "", None)
    value = frame["value"].astype(object)
    numeric = value.str.fullmatch(r"[\d.]+")
    value[numeric] = value[numeric].astype(float)
    frame["value"] = value.where(value != "", np.nan)
    units = text_frame(UNITS).set_index("unit")
    units.loc["AMB", "name"] = None
    framed = read_measures(frame, units, league)
    assert_frame_equal(framed.cells, read.cells)
    assert_frame_equal(framed.units, read.units)


def test_parquet_equals_csv(read: Measures, folder: Path, league: League) -> None:
    frame = text_frame(MEASURES)
    for column in ("denominator", "se"):
        frame[column] = pd.to_numeric(frame[column]).astype("Float64")
    frame["status"] = frame["status"].replace("", None).astype("category")
    frame.to_parquet(folder / "measures.parquet")
    text_frame(UNITS).to_parquet(folder / "units.pq", index=False)
    stored = read_measures(folder / "measures.parquet", folder / "units.pq", league)
    assert_frame_equal(stored.cells, read.cells)
    assert_frame_equal(stored.units, read.units)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(12)))
def test_the_order_of_the_rows_does_not_matter(order: list[int], read: Measures) -> None:
    shuffled = text_frame(MEASURES).iloc[order]
    again = read_measures(shuffled, text_frame(UNITS), make_league())
    assert_frame_equal(again.cells, read.cells)


def test_the_order_of_rows_decides_nothing(league: League) -> None:
    measures, units = text_frame(MEASURES), text_frame(UNITS)
    read = read_measures(measures, units, league)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        turned = read_measures(
            measures.iloc[rng.permutation(len(measures))],
            units.iloc[rng.permutation(len(units))],
            league,
        )
        assert_frame_equal(turned.units, read.units)
        assert_frame_equal(turned.cells, read.cells)


def test_the_median_denominator_stands_in_and_is_marked() -> None:
    league = make_league(missing_denominator="indicator_median")
    measures = (
        MEASURES.replace("001,valued,0.5,100", "001,valued,0.5,")
        + "001,concerns,5,,,observed,\nAMB,concerns,5,,0.5,observed,\n"
    )
    read = read_measures(text_frame(measures), text_frame(UNITS), league)
    filled = read.cells[read.cells["denominator_filled"]]
    assert filled[["unit", "indicator", "denominator"]].to_numpy().tolist() == [
        ["001", "valued", 600.0],  # median of 800 and 400
        ["001", "concerns", 900.0],
    ]
    assert np.isnan(cell(read, "AMB", "concerns")["denominator"])


def test_the_row_of_every_cell_is_known(folder: Path, league: League) -> None:
    read = read_measures(folder / "measures.csv", folder / "units.csv", league)
    lines = MEASURES.splitlines()
    assert len(read.places) == len(lines) - 1
    for (unit, indicator), place in read.places.items():
        assert lines[int(place.removeprefix("line ")) - 1].startswith(f"{unit},{indicator},")
    assert read.table == "measures.csv"


def test_a_standard_error_that_is_not_used_is_a_warning(folder: Path, league: League) -> None:
    measures = text_frame(MEASURES)
    measures.loc[0, "se"] = "0.01"
    (warning,) = read_measures(measures, text_frame(UNITS), league).warnings
    assert warning.where == "row 0, column se"


def test_five_thousand_units_keep_every_value(league: League) -> None:
    twelve = [{"id": f"share_{n}", "family": "proportion", "domain": "survey"} for n in range(12)]
    league = make_league(twelve)
    units = pd.DataFrame({"unit": [f"U{n:04}" for n in range(5000)], "name": "", "group": "acute"})
    grid = units[["unit"]].merge(pd.DataFrame({"indicator": [i["id"] for i in twelve]}), "cross")
    rng = np.random.default_rng(1)
    measures = grid.assign(value=rng.uniform(0.2, 0.8, len(grid)), denominator=500)
    read = read_measures(measures, units, league)
    np.testing.assert_array_equal(read.cells["value"], measures["value"])


def test_a_standard_error_far_below_the_others_is_a_warning(league: League) -> None:
    units = pd.DataFrame({"unit": list("abcde"), "name": "", "group": "acute"})
    table = pd.DataFrame({"unit": list("abcde"), "indicator": "safety_score"})
    table["value"], table["se"] = "6.1", ["0.15", "0.2", "0.1", "0.12", "1e-9"]
    (warning,) = read_measures(table, units, league).warnings
    assert warning.found == "a standard error of 1e-9 for safety_score of e"
    table["se"] = ["0.15", "0.2", "0.1", "0.12", "0.01"]
    assert read_measures(table, units, league).warnings == ()


def test_a_score_outside_its_declared_range_is_refused() -> None:
    score = {"id": "s", "family": "score", "domain": "survey", "range": [0, 10]}
    units = pd.DataFrame({"unit": ["a", "b", "c"], "name": "", "group": "acute"})
    table = pd.DataFrame({"unit": ["a", "b", "c"], "indicator": "s", "se": "0.2"})
    table["value"] = ["10", "61", "0"]
    with pytest.raises(InvalidInput) as refused:
        read_measures(table, units, make_league([score]))
    (problem,) = refused.value.problems
    assert "'61' for s of b" in problem.found
    assert problem.allowed == "the league declares a range from 0 to 10"
