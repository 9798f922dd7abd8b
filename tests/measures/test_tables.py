"""Files good and bad: encodings, separators, quotes, and what is no table at all."""

from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from openness.errors import InvalidMeasures
from openness.league.definition import League
from openness.measures import read_measures
from openness.measures.tables import as_text, read_table

from .conftest import Refused
from .small import MEASURES, UNITS, make_league, one_row, text_frame

KNOWN = ("unit", "name", "group")


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"]
)
def test_accented_names_survive_every_encoding(tmp_path: Path, encoding: str) -> None:
    table = read_table(written(tmp_path / "u.csv", UNITS.encode(encoding)), "u.csv", KNOWN)
    assert table.text["name"].tolist() == ["North Avon", "Ynys Môn", ""]
    assert table.rows.tolist() == [2, 3, 4]


def test_only_a_guessed_encoding_is_a_warning(tmp_path: Path) -> None:
    guessed = read_table(written(tmp_path / "u.csv", UNITS.encode("cp1252")), "u.csv", KNOWN)
    (warning,) = guessed.warnings
    assert warning.where == "line 3"
    assert "Ynys Môn" in warning.found
    assert read_table(written(tmp_path / "v.csv", UNITS.encode()), "v.csv", KNOWN).warnings == ()


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_other_separators_and_line_ends(tmp_path: Path, delimiter: str, newline: str) -> None:
    text = UNITS.replace(",", delimiter).replace("\n", newline)
    table = read_table(written(tmp_path / "u.csv", text.encode()), "u.csv", KNOWN)
    expected = read_table(written(tmp_path / "v.csv", UNITS.encode()), "v.csv", KNOWN)
    assert_frame_equal(table.text, expected.text)
    assert table.rows.tolist() == [2, 3, 4]


def test_lines_are_those_that_a_person_counts(refused: Refused) -> None:
    note = '"two\nlines"'
    measures = (
        "unit,indicator,value,denominator,se,status,note\n"
        f"NA,has_policy,1,,,,{note}\n"  # lines 2 and 3
        "\n"
        ",,,,,,\n"
        "001,has_policy,7,,,,\n"
    )
    (problem,) = refused(measures=measures)
    assert problem.where == "line 6, column value"


def test_spaces_round_cells_and_headers_are_dropped(tmp_path: Path, league: League) -> None:
    measures = written(
        tmp_path / "m.csv", " unit ,indicator, value\n NA ,\u00a0has_policy , 1 \n".encode()
    )
    units = written(tmp_path / "u.csv", UNITS.encode())
    assert len(read_measures(measures, units, league).observed) == 1


def test_an_empty_column_without_name_is_dropped_but_not_one_with_text(refused: Refused) -> None:
    empty = "".join(f"{line},\n" for line in UNITS.splitlines())
    (problem,) = refused(units=empty, measures=one_row("NA,has_policy,7,,,,"))
    assert problem.source == "measures.csv"
    (problem,) = refused(units=empty.replace("West,", "West,x"))
    assert (problem.source, problem.where) == ("units.csv", "line 1")
    assert "column 5" in problem.found


def test_a_doubled_column_is_refused(refused: Refused) -> None:
    problems = refused(measures="unit,indicator,value,value\nNA,has_policy,1,0\n")
    assert "'value' comes twice" in problems[0].found


def test_ragged_rows_are_named_and_the_rest_is_still_checked(refused: Refused) -> None:
    measures = one_row("NA,valued,0.5,100,,,,extra") + "NA,has_policy\nNA,inspection,bad,,,,\n"
    problems = refused(measures=measures)
    assert [problem.where for problem in problems] == [
        "line 2",
        "line 3",
        "line 4, column value",
    ]
    assert problems[0].found == "8 cells where the header has 7"
    assert problems[1].found == "2 cells where the header has 7"


def test_many_ragged_rows_are_told_together(refused: Refused) -> None:
    (problem,) = refused(measures=one_row("\n".join(["NA,valued"] * 50)))
    assert problem.where == "lines 2-51"


@pytest.mark.parametrize("above", ["sep=,\n", "Staff survey 2024,,,,,,\n\n", "Title\nby us\n"])
def test_a_header_below_a_title_is_found(refused: Refused, above: str) -> None:
    (problem,) = refused(measures=above + MEASURES)
    assert f"header stands on line {above.count(chr(10)) + 1}" in problem.found


def test_a_ragged_unit_does_not_become_an_unknown_unit(refused: Refused) -> None:
    (problem,) = refused(units=UNITS.replace("AMB,,ambulance,West", "AMB,ambulance"))
    assert (problem.source, problem.where) == ("units.csv", "line 4")


@pytest.mark.parametrize("note", ['"never closed', '"closed" too early'])
def test_a_stray_quote_is_found(refused: Refused, note: str) -> None:
    problems = refused(measures=one_row(f"NA,has_policy,1,,,,\nNA,valued,0.5,100,,,{note}"))
    assert problems[0].where == "line 3"
    assert "quotation mark" in problems[0].found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (b",,,\n,,,\n", "no header"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\xd0\xcf\x11\xe0rest", "Excel"),
        (b"\x1f\x8brest", "compressed"),
        (b"%PDF-1.7", "PDF"),
        (b"PAR1 and no more", "damaged"),
        (b"\x00\x01\x02\x03", "zero bytes"),
        (UNITS.encode("utf-16-le"), "zero bytes"),
        (b"\xff\xfea", "UTF-16"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "no columns unit, name, group"),
    ],
)
@pytest.mark.parametrize("table", ["measures", "units"])
def test_what_is_no_table_is_told_as_what_it_is(
    refused: Refused, data: bytes, found: str, table: str
) -> None:
    if table == "measures" and found.startswith("no columns"):
        found = "no columns unit, indicator, value"
    problems = refused(**{table: data})
    (problem,) = [problem for problem in problems if problem.source == f"{table}.csv"][:1]
    assert found in problem.found


def test_a_file_called_parquet_that_is_not(tmp_path: Path, league: League) -> None:
    path = written(tmp_path / "m.parquet", MEASURES.encode())
    with pytest.raises(InvalidMeasures, match=r"m\.parquet: file: it is called Parquet but is not"):
        read_measures(path, text_frame(UNITS), league)


@pytest.mark.parametrize(
    ("name", "found"), [("absent.csv", "there is no file"), (".", "is a folder")]
)
def test_a_path_that_is_no_file(tmp_path: Path, league: League, name: str, found: str) -> None:
    with pytest.raises(InvalidMeasures) as refusal:
        read_measures(tmp_path / name, tmp_path / "units.csv", league)
    units, measures = refusal.value.problems
    assert "there is no file" in units.found
    assert found in measures.found


def test_something_else_than_a_table_is_refused(league: League) -> None:
    with pytest.raises(
        InvalidMeasures, match="a list came; it must be a path or a pandas data frame"
    ):
        read_measures([1, 2], text_frame(UNITS), league)  # type: ignore[arg-type]


def test_cells_of_a_frame_are_written_as_a_file_would_hold_them() -> None:
    frame = pd.DataFrame(
        {
            "whole": [1.0, None],
            "part": [0.1, 1e300],
            "flag": [True, False],
            "object": [None, " x "],
            "nullable": pd.array([3, None], dtype="Int64"),
            2024: ["", "\u00a0"],
        }
    )
    assert as_text(frame).to_dict("list") == {
        "whole": ["1", ""],
        "part": ["0.1", "1e+300"],
        "flag": ["1", "0"],
        "object": ["", "x"],
        "nullable": ["3", ""],
        "2024": ["", ""],
    }


def test_the_hash_of_a_frame_is_of_its_text() -> None:
    one, same, other = (
        read_table(pd.DataFrame({"unit": [code]}), "units", KNOWN).digest for code in (1, "1", 2)
    )
    assert one == same
    assert one != other


def test_parquet_keeps_a_named_index_and_drops_a_nameless_one(
    tmp_path: Path, league: League
) -> None:
    cells = text_frame(MEASURES)
    cells.index = pd.Index(list("abcdefghijkl"))
    cells.to_parquet(tmp_path / "m.parquet")
    text_frame(UNITS).set_index("unit").to_parquet(tmp_path / "u.parquet")
    read = read_measures(tmp_path / "m.parquet", tmp_path / "u.parquet", league)
    assert read.units.index.tolist() == ["001", "AMB", "NA"]


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with a few cuts, each filled with something else."""
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        gap = draw(st.integers(0, 8))
        filler = st.binary(max_size=3) | st.sampled_from([b'"', b",", b"\n", b";", b"-", b"1e9"])
        data = data[:at] + draw(filler) + data[at + gap :]
    return data


def parquet_bytes() -> bytes:
    stream = BytesIO()
    text_frame(MEASURES).to_parquet(stream)
    return stream.getvalue()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    measures=damaged(MEASURES.encode()) | damaged(parquet_bytes()),
    units=damaged(UNITS.encode()) | st.just(UNITS.encode()),
)
def test_rubbish_is_read_or_refused_and_never_crashes(
    tmp_path: Path, measures: bytes, units: bytes
) -> None:
    league = make_league()
    paths = written(tmp_path / "m.csv", measures), written(tmp_path / "u.csv", units)
    try:
        read = read_measures(*paths, league)
    except InvalidMeasures:
        return
    assert len(read.cells) == len(read.units) * len(league.indicators)
