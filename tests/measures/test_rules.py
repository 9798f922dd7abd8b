import pytest

from openness.measures.places import place
from openness.measures.rules import closest, quoted


def test_rows_are_named_in_runs() -> None:
    assert place("line", [5], "value") == "line 5, column value"
    assert place("line", [9, 4, 7, 8], "value") == "lines 4, 7-9, column value"


def test_a_long_list_of_runs_ends_in_a_count() -> None:
    assert place("row", list(range(0, 60, 2)), "se").endswith("36, 38 and 10 more, column se")


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [("obsrved", "observed"), ("OBSERVED", "observed"), ("1", "001"), ("r0a", "R0A")],
)
def test_the_nearest_option_is_suggested(word: str, suggestion: str) -> None:
    assert closest(word, ["observed", "001", "R0A"]) == f"Did you mean {suggestion!r}?"


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert closest("RXX", ["R0A", "R0B"], cutoff=0.8) == ""
    assert closest("", ["R0A"]) == ""


def test_a_long_cell_is_cut() -> None:
    assert quoted("x" * 500) == repr("x" * 57 + "...")
    assert quoted("") == "empty"
