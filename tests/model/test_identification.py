"""What is refused, what is flagged, and which parameters are free."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from openness.errors import NotIdentified
from openness.measures import Measures, read_measures
from openness.model.cells import make_cells
from openness.model.identification import Structure, identify

from .leagues import CATEGORIES, EVERY_FAMILY, Example, make_league, simulate


def shares(domain: str, *names: str) -> list[dict[str, Any]]:
    return [{"id": name, "family": "proportion", "domain": domain} for name in names]


def ratings(domain: str, *names: str) -> list[dict[str, Any]]:
    rating = {"family": "ordinal", "domain": domain, "categories": CATEGORIES}
    return [rating | {"id": name} for name in names]


def structure_of(indicators: list[dict[str, Any]], **settings: Any) -> Structure:
    return simulate(make_league(indicators, **settings), 40).structure


def emptied(example: Example, **which: list[str]) -> Measures:
    """The measures of an example with the cells of some units or indicators not returned."""
    table = example.simulated.measures
    rows = np.logical_or.reduce([table[column].isin(names) for column, names in which.items()])
    table = table.copy()
    table.loc[rows, ["value", "denominator", "se"]] = np.nan
    table.loc[rows, "status"] = "not_returned"
    return read_measures(table, example.simulated.units, example.league)


def test_one_indicator_is_refused() -> None:
    example = simulate(make_league(shares("a", "q1", "q2")), 20)
    cells = make_cells(example.league, emptied(example, indicator=["q2"]))
    with pytest.raises(NotIdentified, match=r"1 scored indicator\(s\) with data \(q1\)"):
        identify(example.league, cells)


def test_two_units_are_refused() -> None:
    example = simulate(make_league(shares("a", "q1", "q2")), 20)
    measures = emptied(example, unit=[f"T{i:03d}" for i in range(3, 21)])
    with pytest.raises(NotIdentified, match=r"2 unit\(s\) have"):
        identify(example.league, make_cells(example.league, measures))


@pytest.mark.parametrize("domains", ["aa", "ab"])
def test_two_indicators_are_flagged(domains: str) -> None:
    flags = structure_of(shares(domains[0], "q1") + shares(domains[1], "q2")).flags
    assert sum("Two indicators have data" in flag for flag in flags) == 1


def test_one_domain() -> None:
    structure = structure_of(shares("a", "q1", "q2", "q3"))
    assert (structure.coherence, structure.coherent) == ("one", ())
    assert structure.has_groups
    assert not structure.has_shifts
    assert structure.flags == ()


def test_two_domains_share_one_coherence() -> None:
    structure = structure_of(shares("a", "q1", "q2") + shares("b", "q3", "q4"))
    assert (structure.coherence, structure.coherent) == ("common", (0, 1))
    assert structure.has_shifts
    (flag,) = structure.flags
    assert "Two domains (a, b)" in flag
    assert "agreement between the two sources" in flag


def test_two_domains_one_of_a_single_indicator() -> None:
    structure = structure_of(shares("a", "q1", "q2") + shares("b", "q3"))
    assert (structure.coherence, structure.coherent) == ("own", (0,))
    assert structure.lone.tolist() == [False, False, True]
    (flag,) = structure.flags
    assert "one of a single indicator" in flag


def test_three_domains_have_their_own_coherence() -> None:
    structure = structure_of(shares("a", "q1", "q2") + shares("b", "q3", "q4") + shares("c", "q5"))
    assert (structure.coherence, structure.coherent) == ("own", (0, 1))
    assert structure.lone.tolist() == [False] * 4 + [True]
    assert structure.flags == ()


def test_domains_with_ordered_categories_are_sampled() -> None:
    structure = structure_of(
        shares("a", "q1", "q2") + ratings("b", "r1", "r2") + ratings("c", "r3")
    )
    assert structure.sampled == (1, 2)
    assert structure.lone_ordered == ((2, 4),)
    assert structure.coherent == (0, 1)


def test_one_group_has_no_effects() -> None:
    structure = structure_of(shares("a", "q1", "q2") + shares("b", "q3", "q4"), groups=("acute",))
    assert not structure.has_groups
    assert not structure.has_shifts


def test_a_reversed_direction_is_flagged() -> None:
    """One of four that measure the same, declared the wrong way round."""
    example = simulate(make_league(shares("a", "q1", "q2", "q3", "q4")), 200)
    assert example.structure.flags == ()
    wrong = make_league(
        [{**item, "direction": "lower_is_better"} if item["id"] == "q2" else item
         for item in shares("a", "q1", "q2", "q3", "q4")]
    )  # fmt: skip
    cells = make_cells(wrong, example.measures)
    (flag,) = identify(wrong, cells).flags
    assert flag.startswith("q2 correlates -0.")
    assert "Is the direction right?" in flag


def test_a_rating_that_all_units_share_is_left_out_and_said_so() -> None:
    example = simulate(make_league(shares("a", "q1", "q2") + ratings("b", "r1")), 20)
    table = example.simulated.measures.copy()
    table.loc[table["indicator"] == "r1", "value"] = "fair"
    measures = read_measures(table, example.simulated.units, example.league)
    cells = make_cells(example.league, measures)
    flags = identify(example.league, cells).flags
    assert cells.domains == ("a",)
    assert any(flag.startswith("Left out") and flag.endswith(": r1.") for flag in flags)


def test_an_indicator_that_few_have_is_flagged() -> None:
    example = simulate(make_league(shares("a", "q1", "q2", "q3")), 30)
    cells = example.cells
    assert identify(example.league, cells).flags == ()
    present = cells.present.copy()
    present[9:, 2] = False
    flags = identify(example.league, replace(cells, present=present)).flags
    assert flags == ("Only 9 units have q3: its parameters lean on their priors.",)


def test_every_family_at_once() -> None:
    structure = structure_of(list(EVERY_FAMILY))
    assert (structure.coherence, structure.coherent) == ("own", (0, 1, 2))
    assert structure.sampled == (2,)
    assert not structure.lone.any()
