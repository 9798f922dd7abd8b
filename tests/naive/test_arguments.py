from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.naive.arguments import as_column, as_table

NAN = np.nan
AXES = ("unit", "measure")


@pytest.mark.parametrize(
    "dtype", ["float32", "Float64", "int8", "Int64", "bool", "boolean", "object"]
)
def test_numbers_of_any_type_become_floats(dtype: str) -> None:
    table = pd.DataFrame({"x": pd.Series([1, 0], dtype=dtype), "y": [0.5, NAN]}, ["A", "B"])
    table.columns.name = "measure"
    table["x"] = pd.Series([1, 0], ["A", "B"], dtype=dtype)
    expected = pd.DataFrame({"x": [1.0, 0.0], "y": [0.5, NAN]}, ["A", "B"])
    found = as_table(table, "table", AXES)
    pd.testing.assert_frame_equal(found, expected.rename_axis(columns="measure"))


@pytest.mark.parametrize("empty", [[None, None], [pd.NA, pd.NA], [pd.NaT, pd.NaT], [NAN, NAN]])
def test_a_column_without_a_value_may_be_of_any_type(empty: list[object]) -> None:
    table = pd.DataFrame({"x": empty, "y": pd.array([3, pd.NA], dtype="Int64")})
    expected = pd.DataFrame({"x": [NAN, NAN], "y": [3.0, NAN]})
    pd.testing.assert_frame_equal(as_table(table, "table", AXES), expected)


def test_all_that_is_wrong_is_said_at_once() -> None:
    table = pd.DataFrame({"x": ["1", "2"], "y": [1.0, np.inf], "z": [1j, 2]}, ["A", "B"])
    with pytest.raises(InvalidInput) as refusal:
        as_table(table, "table", AXES)
    assert [str(problem) for problem in refusal.value.problems] == [
        "table: measure x: str; numbers",
        "table: measure y, unit B: infinite; a number, or nothing",
        "table: measure z: complex128; numbers",
    ]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pd.DataFrame({"x": [1, 2]}, ["A", "A"]), "table: unit A: it comes twice"),
        (pd.DataFrame([[1, 2]], columns=["x", "x"]), "table: measure x: it comes twice"),
        ([[1, 2]], "table: type: list; it must be a pandas.DataFrame"),
    ],
)
def test_tables_that_are_none(table: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        as_table(table, "table", AXES)


def test_complex_numbers_are_no_column() -> None:
    with pytest.raises(InvalidInput, match="complex128; it must be a column of numbers"):
        as_column(np.array([1j, 2]), "x")
