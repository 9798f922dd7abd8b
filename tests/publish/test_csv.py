from dataclasses import replace

import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.measures import SYMBOLS
from openness.publish import evidence, read_ranking, write

from .reading import cells, has_no_empty_cell


def written(result, folder, name):
    """The file of this name among those of a result."""
    return next(path for path in write(result, folder) if path.name == name)


def test_unit_comes_first_and_lines_end_in_lf(make_ranking, tmp_path):
    ranking = make_ranking(5, unmeasured=1)
    table, file = ranking.table, written(ranking, tmp_path, "ranking.csv").read_bytes()
    assert b"\r" not in file
    header = file.decode().splitlines()[0].split(",")
    assert header == ["unit", *table.columns]


@pytest.mark.parametrize("unmeasured", [0, 3, 30])
def test_what_is_read_back_is_what_was_written_to_six_figures(make_ranking, tmp_path, unmeasured):
    ranking = make_ranking(30, unmeasured=unmeasured)
    table, path = ranking.table, written(ranking, tmp_path, "ranking.csv")
    assert has_no_empty_cell(path)
    # Six significant figures: the last is off by at most one half.
    pd.testing.assert_frame_equal(read_ranking(path), table, rtol=5e-6)


def test_a_unit_that_is_not_ranked_has_a_symbol_for_every_rank_and_band(make_ranking, tmp_path):
    path = written(make_ranking(6, unmeasured=2), tmp_path, "ranking.csv")
    rows = pd.read_csv(path, dtype="str").set_index("unit")
    without = rows[rows["ranked"] == "False"]
    blank = ["expected_rank", "rank_median", "rank_lower", "rank_upper", "band", "prob_good"]
    assert (without[blank] == "[u]").all(axis=None)
    assert (without["reason"] == "no measure was observed").all()
    assert (rows.loc[rows["ranked"] == "True", "reason"] == "[z]").all()


def test_codes_and_names_that_look_like_nothing_stay_what_they_are(make_ranking, tmp_path):
    ranking = make_ranking(3)
    table = ranking.table.set_axis(pd.Index(["NA", "001", "null"], name="unit"))
    table["name"] = ["[z]", "NaN", "None"]
    again = read_ranking(written(replace(ranking, table=table), tmp_path, "ranking.csv"))
    assert again.index.tolist() == ["NA", "001", "null"]
    assert again["name"].tolist() == ["[z]", "NaN", "None"]


def test_what_is_not_a_ranking_is_refused(tmp_path):
    path = tmp_path / "measures.csv"
    path.write_text("unit,indicator,value\nA,q1,0.5\n")
    with pytest.raises(InvalidInput, match=r"measures\.csv: line 1: no column name, group"):
        read_ranking(path)


def test_every_row_of_a_draft_says_so(make_ranking, tmp_path):
    path = written(make_ranking(6, passed=False), tmp_path, "ranking.csv")
    lines = path.read_text().splitlines()
    assert lines[0].startswith("unit,draft,name,")
    assert [line.split(",")[1] for line in lines[1:]] == ["DRAFT"] * 6
    assert (read_ranking(path)["draft"] == "DRAFT").all()


def test_the_table_of_measures_has_the_value_as_written_or_a_symbol(make_evidence, tmp_path):
    measures, league = make_evidence(6)
    path = written(evidence(measures, league), tmp_path, "measures_table.csv")
    assert has_no_empty_cell(path)
    rows = cells(path)
    assert rows[0] == ["unit", "name", "group", "q1", "q2", "board"]
    assert rows[1:4] == [
        ["U0", "Trust 0", "acute", "0.50", "[nr]", "good"],
        ["U1", "Trust 1", "mental", "[x]", "0.50", "[z]"],
        ["U2", "Trust 2", "acute", "0.50", "[q]", "good"],
    ]


def test_the_table_of_measures_is_read_as_numbers_with_the_key(make_evidence, tmp_path):
    measures, league = make_evidence(6)
    path = written(evidence(measures, league), tmp_path, "measures_table.csv")
    symbols = pd.read_csv(tmp_path / "symbols.csv")["symbol"]
    table = pd.read_csv(path, index_col="unit", keep_default_na=False, na_values=list(symbols))
    assert table["q1"].dtype == float
    assert table["q1"].isna().tolist() == [False, True, False] * 2


def test_the_list_of_empty_cells_has_those_that_apply_and_why(make_evidence, tmp_path):
    measures, league = make_evidence(3)
    path = written(evidence(measures, league), tmp_path, "empty_cells.csv")
    assert has_no_empty_cell(path)
    rows = cells(path)
    assert rows[0] == [
        *("unit", "name", "group", "indicator", "domain", "status", "symbol", "value", "note")
    ]
    assert rows[1:] == [
        ["U0", "Trust 0", "acute", "q2", "survey", "not_returned", "[nr]", "[z]", "asked twice"],
        ["U1", "Trust 1", "mental", "q1", "survey", "not_collected", "[x]", "[z]", "[z]"],
        ["U2", "Trust 2", "acute", "q2", "survey", "under_query", "[q]", "0.75", "[z]"],
    ]


def test_nothing_missing_leaves_a_heading(make_evidence, tmp_path):
    measures, league = make_evidence(3)
    observed = measures.cells.assign(status="observed")
    whole = type(measures)(units=measures.units.assign(group="acute"), cells=observed)
    assert len(cells(written(evidence(whole, league), tmp_path, "empty_cells.csv"))) == 1


def test_what_is_missing_at_which_scores_has_no_empty_cell(make_missingness, tmp_path):
    path = written(make_missingness(30, passed=False), tmp_path, "missingness.csv")
    assert has_no_empty_cell(path)
    rows = cells(path)
    assert rows[0][:5] == ["by", "level", "reason", "draft", "cells"]
    assert rows[0][-3:] == ["interval_prob", "interval_kind", "score_of"]
    difference = next(row for row in rows if row[0] == "difference")
    assert difference[3:6] == ["DRAFT", "[z]", "[z]"]


def test_the_key_has_every_symbol(make_ranking, tmp_path):
    path = written(make_ranking(3), tmp_path, "symbols.csv")
    assert has_no_empty_cell(path)
    assert {symbol.text for symbol in SYMBOLS.values()} < {row[0] for row in cells(path)}
