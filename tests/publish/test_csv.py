import pandas as pd

from openness.publish.csv import write_ranking


def test_unit_comes_first_and_lines_end_in_lf(make_table, tmp_path):
    table = make_table(5, unmeasured=1)
    written = write_ranking(table, tmp_path / "ranking.csv").read_bytes()
    assert b"\r" not in written
    header = written.decode().splitlines()[0].split(",")
    assert header == ["unit", *table.columns]


def test_what_is_read_back_is_what_was_written_to_six_figures(make_table, tmp_path):
    table = make_table(30, unmeasured=3)
    path = write_ranking(table, tmp_path / "ranking.csv")
    again = pd.read_csv(path, index_col="unit")
    again["reason"] = again["reason"].fillna("")
    pd.testing.assert_frame_equal(again, table, rtol=5e-6, check_dtype=False)


def test_equal_tables_give_equal_bytes(make_table, tmp_path):
    first = write_ranking(make_table(40), tmp_path / "a.csv").read_bytes()
    assert write_ranking(make_table(40), tmp_path / "b.csv").read_bytes() == first


def test_every_row_of_a_draft_says_so_and_the_table_is_left_alone(make_table, tmp_path):
    table = make_table(6)
    lines = write_ranking(table, tmp_path / "a.csv", draft=True).read_text().splitlines()
    assert lines[0].startswith("unit,draft,name,")
    assert [line.split(",")[1] for line in lines[1:]] == ["DRAFT"] * 6
    assert "draft" not in table.columns
