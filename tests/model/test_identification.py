"""What is refused, what is flagged, and which parameters are free."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pymc as pm
import pytest

from openness.errors import NotIdentified
from openness.measures import Measures, read_measures
from openness.model.build import build_collapsed
from openness.model.cells import Cells, make_cells
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


def in_facets(*names: str | None) -> Example:
    """Scores of a source `a`, each in the facet that is named, and two of another source."""
    inside = [
        {"id": f"a{k}", "family": "score", "domain": "a", "respondent_sd": 2.0}
        | ({"facet": name} if name else {})
        for k, name in enumerate(names)
    ]
    return simulate(make_league([*inside, *shares("b", "b0", "b1")]), 24, seed=2)


def found_again(example: Example, without: list[str]) -> tuple[Cells, Structure]:
    """What is found if nobody has some indicators."""
    cells = make_cells(example.league, emptied(example, indicator=without))
    return cells, identify(example.league, cells)


def test_a_facet_of_three_among_others_has_everything_of_its_own() -> None:
    example = in_facets("f", "f", "f", None, None)
    structure = example.structure
    assert structure.communality_like == tuple(range(7))
    assert (structure.facet_like, structure.communality_of_facet) == ((0,), ())
    assert example.cells.domain_of_facet.tolist() == [0]
    assert not any("acet" in flag for flag in structure.flags)


def test_the_two_of_a_facet_share_one_communality() -> None:
    structure = in_facets("f", "f", None, None).structure
    assert structure.communality_like == (0, 0, 2, 3, 4, 5)
    assert [flag for flag in structure.flags if "acet" in flag] == [
        "Facet f holds two indicators (a0, a1): only the product of their communalities is "
        "identified. They share one."
    ]


def test_a_facet_and_a_measure_share_what_they_have_of_their_source() -> None:
    structure = in_facets("f", "f", "f", None).structure
    assert structure.communality_of_facet == ((3, 0),)
    assert [flag for flag in structure.flags if "acet" in flag] == [
        "Source a has two parts (facet f and a3): what is identified within it is only the product "
        "of what each has in common with it, so the coherence of f is taken to be the communality "
        "of a3."
    ]


def test_two_facets_that_are_all_of_a_source_share_one_coherence() -> None:
    structure = in_facets("f", "f", "f", "g", "g", "g").structure
    assert structure.facet_like == (0, 0)
    assert any("(facets f and g)" in flag for flag in structure.flags)


def test_what_the_data_leave_of_a_facet_decides() -> None:
    example = in_facets("f", "f", "f", None, None)
    cells, structure = found_again(example, ["a1", "a2"])
    assert cells.facets == ()
    assert cells.facet.tolist() == [-1] * 5
    assert any("Only one indicator of facet f has data: a0" in flag for flag in structure.flags)
    cells, structure = found_again(example, ["a3", "a4"])
    assert cells.facets == ()
    assert any("nothing of a but facet f" in flag for flag in structure.flags)


def test_the_shared_parameters_are_one_in_the_model() -> None:
    """The pair has one communality, and it is a parameter; of the rest the measure's is kappa."""
    example = in_facets("f", "f", None)
    model = build_collapsed(example.league, example.cells, example.structure)
    names = ["communality", "facet_coherence", "free_communality"]
    drawn = pm.draw([model[name] for name in names], 5, random_seed=1)
    assert drawn[2].shape == (5, 3)
    np.testing.assert_array_equal(drawn[0][:, 0], drawn[0][:, 1])
    np.testing.assert_array_equal(drawn[0][:, 2], drawn[1][:, 0])
