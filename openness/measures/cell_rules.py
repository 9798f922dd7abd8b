"""What each cell of the measures must be, in words: keys, then values, then their precision."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import get_args

import pandas as pd

from openness.league.definition import League
from openness.league.indicator import Family
from openness.measures.evidence import STATUSES
from openness.measures.numbers import number_advice
from openness.measures.parse import REQUIRED
from openness.measures.rules import Row, Rule, closest, quoted

NUMERIC = tuple(family for family in get_args(Family) if family != "ordinal")


def key_rules(league: League, units: Collection[str] | None) -> list[Rule]:
    """Say which cell a row is of, and whether it may be there; without `units`, any code may."""
    indicators = [indicator.id for indicator in league.indicators]
    known = set(units or ()) - {""}
    return [
        Rule(
            "unit",
            lambda t: (t["unit"] == "") if units is None else ~t["unit"].isin(known),
            "it must be a code from the units table",
            lambda row: closest(row.unit, known, cutoff=0.8) or _new_unit(row),
            reads=("unit",),
        ),
        Rule(
            "indicator",
            lambda t: ~t["indicator"].isin(indicators),
            f"the league's indicators are {', '.join(indicators)}",
            lambda row: closest(row.indicator, indicators),
            reads=("indicator",),
        ),
        Rule(
            "indicator",
            lambda t: t["repeated"],
            lambda row: f"one row for each cell, and it has {row.first} already",
            "Remove the one that is wrong",
            lambda row: f"{row.indicator} of {row.unit} again",
            reads=("unit", "indicator"),
        ),
        Rule(
            "period",
            lambda t: t["no_period"],
            "every row has a period if one has",
            "Write the period of this row",
        ),
        Rule(
            "status",
            lambda t: ~t["status"].isin(["", *STATUSES]),
            f"a status is one of {', '.join(STATUSES)}",
            lambda row: closest(row.status, STATUSES),
        ),
    ]


def value_rules(league: League) -> list[Rule]:
    """Say what the value of each family is. A value that is not used may be anything."""
    categories = {indicator.id: indicator.categories for indicator in league.indicators}

    def number(row: Row) -> float:
        return float(row.number)

    return [
        Rule(
            "value",
            lambda t: (t["value"] == "") & (t["status"] == "") & (t["indicator"] != ""),
            "an empty value has a status that says why it is empty",
            f"Write one of {', '.join(STATUSES[1:])}",
            _of_cell("value"),
            reads=REQUIRED,
        ),
        Rule(
            "value",
            lambda t: (t["value"] == "") & t["used"],
            "a cell with the status observed has a value",
            "Write the value, or the status that says why there is none",
            _of_cell("value"),
            reads=REQUIRED,
        ),
        Rule(
            "status",
            lambda t: t["used"] & (t["value"] != "") & ~t["applies"],
            "the indicator does not apply to the unit's group in this league",
            "Give the cell the status not_applicable, or add the group to the indicator",
            lambda row: f"{row.indicator} of {row.unit} is observed",
            reads=REQUIRED,
        ),
        Rule(
            "value",
            lambda t: _written(t, *NUMERIC) & t["number"].isna(),
            "a value is a finite number",
            lambda row: number_advice(row.value),
            _of_cell("value"),
            reads=REQUIRED,
        ),
        Rule(
            "value",
            lambda t: _written(t, "proportion") & ((t["number"] < 0) | (t["number"] > 1)),
            "a proportion lies from 0 to 1",
            lambda row: "Divide by 100 if it is a percentage" if 1 < number(row) <= 100 else "",
            _of_cell("value"),
            reads=REQUIRED,
        ),
        Rule(
            "value",
            lambda t: _written(t, "count") & (t["number"] < 0),
            "a count is 0 or more",
            "",
            _of_cell("value"),
            reads=REQUIRED,
        ),
        Rule(
            "value",
            lambda t: _written(t, "count") & (t["number"] >= 0) & (t["number"] % 1 != 0),
            "a count is a whole number of events",
            "If it is a rate, give the events, and the exposure as denominator",
            _of_cell("value"),
            reads=REQUIRED,
        ),
        Rule(
            "value",
            lambda t: _written(t, "binary") & t["number"].notna() & ~t["number"].isin([0, 1]),
            "a binary measure is 0 or 1",
            "",
            _of_cell("value"),
            reads=REQUIRED,
        ),
        Rule(
            "value",
            lambda t: _written(t, "ordinal") & t["number"].isna(),
            lambda row: f"its categories are {', '.join(categories[row.indicator])}",
            lambda row: closest(row.value, categories[row.indicator]),
            lambda row: f"{quoted(row.value)} for {row.indicator}",
            reads=REQUIRED,
        ),
    ]


def precision_rules(league: League) -> list[Rule]:
    """Say how denominators and standard errors are written, and who must have one."""
    by_median = league.missing_denominator == "indicator_median"
    texts = [_number_or_nothing(*pair) for pair in (("denominator", "size"), ("se", "error"))]
    signs = [
        _above_zero(
            "denominator", "size", "A cell of no respondents, or no exposure, is not observed"
        ),
        _above_zero("se", "error", ""),
    ]
    return [
        *texts,
        *signs,
        Rule(
            "denominator",
            lambda t: t["unsized"] & t["family"].isin(["proportion", "count"]),
            lambda row: f"an observed {row.family} comes with its {_size_of(row)}",
            "The median cannot stand in: no unit has one"
            if by_median
            else 'Give it, or set missing_denominator = "indicator_median" in the league',
            _of_cell("denominator"),
            reads=REQUIRED,
        ),
        Rule(
            "se",
            lambda t: t["unsized"] & (t["family"] == "score"),
            "an observed score comes with its standard error, or with a denominator and the "
            "indicator's respondent_sd",
            lambda row: (
                "Give either of the two"
                if row.has_respondent_sd
                else f"Give the standard error, or declare respondent_sd of {row.indicator} in the "
                "league and give the number of respondents as denominator"
            ),
            _of_cell("se"),
            reads=REQUIRED,
        ),
    ]


def _new_unit(row: Row) -> str:
    return "Add the unit there if it is new" if row.unit else "Write the code"


def _number_or_nothing(column: str, parsed: str) -> Rule:
    return Rule(
        column,
        lambda t: (t[column] != "") & t[parsed].isna(),
        f"{column} is a finite number or empty",
        lambda row: number_advice(getattr(row, column)),
        _of_cell(column),
    )


def _above_zero(column: str, parsed: str, remedy: str) -> Rule:
    return Rule(
        column,
        lambda t: t["used"] & (t[parsed] <= 0),
        f"the {column} of an observed cell is above 0",
        remedy,
        _of_cell(column),
    )


def unsized(cells: pd.DataFrame, league: League) -> pd.Series[bool]:
    """Mark observed, scored cells whose precision can neither be told nor stood in for."""
    written = cells["used"] & cells["scored"] & (cells["value"] != "")
    no_size = cells["denominator"] == ""
    counted = cells["family"].isin(["proportion", "count"])
    score = cells["family"] == "score"
    no_error = score & (cells["se"] == "") & (no_size | ~cells["has_respondent_sd"])
    donors = cells.loc[cells["used"] & (cells["size"] > 0), "indicator"]
    fillable = (counted | cells["has_respondent_sd"]) & cells["indicator"].isin(donors)
    filled = fillable & (league.missing_denominator == "indicator_median")
    return written & ((counted & no_size) | no_error) & ~filled


def _written(cells: pd.DataFrame, *families: str) -> pd.Series[bool]:
    """Cells of these families whose value will be used."""
    return cells["used"] & (cells["value"] != "") & cells["family"].isin(families)


def _of_cell(column: str) -> Callable[[Row], str]:
    def found(row: Row) -> str:
        return f"{quoted(getattr(row, column))} for {row.indicator} of {row.unit}"

    return found


def _size_of(row: Row) -> str:
    return "number of respondents" if row.family == "proportion" else "exposure"
