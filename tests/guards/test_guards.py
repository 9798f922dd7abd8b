"""A table of planted faults: who must speak, who may, and nobody else; and of what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from openness.fitting import Fit, with_score
from openness.guards import GUARDS, Finding, findings, look
from openness.league import League, Score

from .conftest import COUNTS, LONE, SURVEY, fit_of, rows_of


def grave(fit: Fit) -> list[Finding]:
    return [finding for finding in findings(fit) if finding.severity != "notes"]


def _copy(table: pd.DataFrame) -> pd.DataFrame:
    first = table[table["indicator"] == SURVEY[0]].set_index("unit")["value"].astype(float)
    rows = rows_of(table, SURVEY[1]) & table["unit"].isin(first.dropna().index)
    noise = np.random.default_rng(1).normal(0, 0.003, rows.sum())
    table.loc[rows, "value"] = np.clip(table.loc[rows, "unit"].map(first) + noise, 0.01, 0.99)
    return table


def _equal(table: pd.DataFrame) -> pd.DataFrame:
    columns = ["value", "denominator", "se", "status", "note"]
    first = table[table["indicator"] == SURVEY[0]].set_index("unit")[columns]
    rows = table["indicator"] == SURVEY[1]
    table.loc[rows, columns] = first.loc[table.loc[rows, "unit"]].to_numpy()
    return table


def _reversed_measure(table: pd.DataFrame) -> pd.DataFrame:
    rows = rows_of(table, SURVEY[2])
    table.loc[rows, "value"] = 1 - table.loc[rows, "value"].astype(float)
    return table


def _reversed_source(table: pd.DataFrame) -> pd.DataFrame:
    rows = rows_of(table, LONE)
    mean = table.loc[rows, "value"].astype(float).mean()
    table.loc[rows, "value"] = 2 * mean - table.loc[rows, "value"].astype(float)
    return table


def _constant(table: pd.DataFrame) -> pd.DataFrame:
    table.loc[rows_of(table, LONE), "value"] = 6.0
    return table


def _shrunk(table: pd.DataFrame) -> pd.DataFrame:
    rows = rows_of(table, *COUNTS)
    size = table.loc[rows, "denominator"].astype(float)
    table.loc[rows, "value"] = np.rint(0.02 * size)
    return table


def _silent(table: pd.DataFrame) -> pd.DataFrame:
    rows = rows_of(table, *COUNTS)
    size = table.loc[rows, "denominator"].astype(float)
    table.loc[rows, "value"] = np.random.default_rng(2).poisson(0.002 * size)
    return table


def _mistyped(table: pd.DataFrame) -> pd.DataFrame:
    rows = rows_of(table, SURVEY[3])
    table.loc[rows & (table["unit"] == "T003"), "value"] = 0.999
    return table


def _tiny_error(table: pd.DataFrame) -> pd.DataFrame:
    table.loc[rows_of(table, LONE) & (table["unit"] == "T004"), "denominator"] = 1e12
    return table


def _other_in_a_type(table: pd.DataFrame) -> pd.DataFrame:
    ambulance = table["unit"] > "T060"
    rows = rows_of(table, SURVEY[0]) & ambulance
    value = table.loc[rows, "value"].astype(float)
    table.loc[rows, "value"] = 1 / (1 + np.exp(-1.0) * (1 / value - 1))
    return table


class Case(NamedTuple):
    plant: Callable[[pd.DataFrame], pd.DataFrame]
    must: str
    about: str
    may: frozenset[str] = frozenset()


CASES = {
    "near copy": Case(_copy, "copies", " and ".join(SURVEY[:2]), frozenset({"misfit"})),
    "equal": Case(_equal, "copies", " and ".join(SURVEY[:2]), frozenset({"misfit"})),
    "reversed measure": Case(
        _reversed_measure, "direction", SURVEY[2], frozenset({"misfit", "outlying_cells"})
    ),
    "reversed source": Case(
        _reversed_source, "direction", LONE, frozenset({"misfit", "outlying_cells"})
    ),
    "constant": Case(_constant, "nothing_in_it", LONE, frozenset({"misfit"})),
    "shrunk": Case(
        _shrunk, "nothing_in_it", COUNTS[0], frozenset({"misfit", "copies", "outlying_cells"})
    ),
    "silent": Case(_silent, "nothing_in_it", COUNTS[1], frozenset({"misfit"})),
    "mistyped": Case(_mistyped, "outlying_cells", f"{SURVEY[3]} and T003", frozenset({"misfit"})),
    "other in a type": Case(
        _other_in_a_type, "misfit", f"{SURVEY[0]} and ambulance", frozenset({"takeover"})
    ),
}


def test_an_honest_league_raises_no_alarm(honest: Fit) -> None:
    assert [finding.sentence for finding in grave(honest)] == []


@pytest.mark.parametrize("name", CASES)
def test_a_planted_fault_is_found_and_named(name: str, league: League) -> None:
    case = CASES[name]
    found = grave(fit_of(league, case.plant))
    assert case.about in {finding.about for finding in found if finding.name == case.must}
    assert {finding.name for finding in found} <= {case.must} | case.may


def test_equal_columns_are_called_equal(league: League) -> None:
    (found,) = (f for f in grave(fit_of(league, _equal)) if f.name == "copies")
    assert "are equal in every one of" in found.sentence


def test_a_constant_measure_is_called_the_same_for_all(league: League) -> None:
    (found,) = (f for f in grave(fit_of(league, _constant)) if f.about == LONE)
    assert "it is the same for all that do" in found.sentence


def test_a_shrunk_measure_is_not_merely_called_silent(league: League) -> None:
    found = {finding.about: finding for finding in grave(fit_of(league, _shrunk))}
    assert "varies less" in found[COUNTS[0]].sentence
    assert found[COUNTS[0]].figures["figure"] < league.guards.tight_ratio


def test_a_standard_error_far_below_the_others_is_named(league: League) -> None:
    found = grave(fit_of(league, _tiny_error))
    assert [(f.name, f.about) for f in found if f.name == "copies"] == [
        ("copies", f"{LONE} and T004")
    ]


def test_a_mistyped_cell_that_is_confirmed_is_passed_over(league: League) -> None:
    def odd(table: pd.DataFrame, note: str) -> pd.DataFrame:
        rows = rows_of(table, LONE) & (table["unit"] == "T004")
        table.loc[rows, "value"] = table.loc[rows, "value"].astype(float) + 20
        table.loc[rows, "note"] = note
        return table

    for note, number in (("", 1), ("confirmed: asked the unit", 0)):
        found = grave(fit_of(league, partial(odd, note=note)))
        assert sum(finding.name == "outlying_cells" for finding in found) == number


def test_a_measure_without_data_is_told(league: League) -> None:
    fit = fit_of(league)
    more = league.indicators[0].model_copy(update={"id": "nobodys", "label": "Nobody's"})
    longer = league.model_copy(update={"indicators": (*league.indicators, more)})
    found = grave(replace(fit, league=longer))
    assert [(f.name, f.about) for f in found] == [("nothing_in_it", "nobodys")]


def test_a_measure_that_takes_over_stops(league: League) -> None:
    found = grave(fit_of(league, **{SURVEY[0]: 0.99}))
    stops = {(f.name, f.about) for f in found if f.severity == "stops"}
    assert ("takeover", SURVEY[0]) in stops
    assert "has become the level of survey" in found[0].sentence


def test_a_takeover_of_declared_measures_is_a_note(league: League) -> None:
    fit = fit_of(league, **{SURVEY[0]: 0.99})
    for of, severity in (("measures", "notes"), ("sources", "warns"), ("factor", "stops")):
        weights = None if of == "factor" else "equal_measures"
        ranked = with_score(fit, Score(of=of, weights=weights))
        found = [f for f in findings(ranked) if f.name == "takeover" and "has become" in f.sentence]
        assert [f.severity for f in found] == [severity]


def test_a_split_source_is_told(league: League) -> None:
    """Two sources go with the factor alone, and the third hardly does."""
    fit = fit_of(league)
    looked = look(fit)
    looked.__dict__["coherence"] = np.array([0.9, 0.3, 0.95])
    (found,) = GUARDS["split_source"](looked)
    assert found.about == "survey and audit"
    looked.__dict__["coherence"] = np.array([0.9, 0.6, 0.95])
    assert list(GUARDS["split_source"](looked)) == []


def test_a_count_of_either_direction_is_noted(league: League) -> None:
    def shuffled(table: pd.DataFrame) -> pd.DataFrame:
        rows = rows_of(table, COUNTS[1])
        drawn = np.random.default_rng(3).permutation(rows.sum())
        for column in ("value", "denominator"):
            table.loc[rows, column] = table.loc[rows, column].to_numpy()[drawn]
        return table

    looked = look(fit_of(league, shuffled))
    (found,) = (f for f in GUARDS["direction"](looked) if f.about == COUNTS[1])
    assert found.severity == "notes"
    assert found.figures["figure"] > league.guards.ambiguous
    assert not list(GUARDS["direction"](look(fit_of(league))))


def test_a_source_that_goes_with_no_other_is_told(league: League) -> None:
    looked = look(fit_of(league))
    looked.__dict__["coherence"] = np.array([0.7, 0.1, 0.04])
    found = [finding.about for finding in GUARDS["nothing_in_it"](looked)]
    assert found == ["counts", "audit"]
