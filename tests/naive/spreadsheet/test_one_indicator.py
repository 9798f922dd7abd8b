from __future__ import annotations

from typing import Any

import pytest

from openness.errors import InvalidInput
from openness.naive import single_indicator

INDICATORS = [
    {"id": "heard"},
    {"id": "bullied", "direction": "lower_is_better"},
    {"id": "safe"},
    {"id": "shown", "scored": False},
]
FIGURES = {
    "A": {"heard": 3, "bullied": 1, "safe": 1, "shown": 1},
    "B": {"heard": None, "bullied": 5, "safe": 2, "shown": 2},
    "C": {"heard": 9, "bullied": 1, "safe": 9, "shown": 3},
    "D": {"heard": 1, "shown": 4},
}


def test_the_first_of_those_that_the_most_units_have(build: Any) -> None:
    """All three are had by three units, so it is the first; without A's figure, the second."""
    ranking = single_indicator(*build(INDICATORS, FIGURES))
    assert ranking.table["score"].dropna().to_dict() == {"A": 3, "C": 9, "D": 1}
    assert ranking.remarks == ("The indicator is heard.",)
    fewer = {**FIGURES, "A": {**FIGURES["A"], "heard": None}}
    assert single_indicator(*build(INDICATORS, fewer)).remarks == ("The indicator is bullied.",)


def test_lower_is_better_is_negated_and_equal_units_share_a_rank(build: Any) -> None:
    table = single_indicator(*build(INDICATORS, FIGURES), indicator="bullied").table
    assert table["score"].dropna().to_dict() == {"A": -1, "B": -5, "C": -1}
    assert table["rank"].dropna().to_dict() == {"A": 1.5, "B": 3, "C": 1.5}


def test_everything_else_is_dropped(build: Any) -> None:
    kept = single_indicator(*build(INDICATORS, FIGURES), indicator="heard").treatment
    assert kept.loc["A"].tolist() == ["used", "dropped", "dropped"]
    assert kept.loc["B"].tolist() == ["left_out", "dropped", "dropped"]
    assert kept.loc["D"].tolist() == ["used", "left_out", "left_out"]


@pytest.mark.parametrize("name", ["shown", "hered"])
def test_an_indicator_that_is_not_scored_is_refused(build: Any, name: str) -> None:
    with pytest.raises(InvalidInput, match=f"no scored indicator '{name}'; scored: heard, bullied"):
        single_indicator(*build(INDICATORS, FIGURES), indicator=name)
