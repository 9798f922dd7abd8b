"""What each cell of the measures must be, in words: keys, then values, then their precision."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pandas as pd

from openness.families import COUNTED, FAMILIES, ValueRule, family_of
from openness.league.definition import League
from openness.measures.evidence import STATUSES
from openness.measures.numbers import number_advice
from openness.measures.parse import REQUIRED
from openness.measures.rules import Row, Rule, closest, quoted


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
    families = dict.fromkeys(indicator.family for indicator in league.indicators)
    ranges = {i.id: i.range for i in league.indicators if i.range is not None}
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
            lambda t: _written(t) & (t["family"] != "") & ~t["labelled"] & t["number"].isna(),
            "a value is a finite number",
            lambda row: number_advice(row.value),
            _of_cell("value"),
            reads=REQUIRED,
        ),
        *(_of_family(name, rule) for name in families for rule in FAMILIES[name].rules),
        *(_of_range(id, *limits) for id, limits in ranges.items()),
        Rule(
            "value",
            lambda t: _written(t) & t["labelled"] & t["number"].isna(),
            lambda row: f"its categories are {', '.join(categories[row.indicator])}",
            lambda row: closest(row.value, categories[row.indicator]),
            lambda row: f"{quoted(row.value)} for {row.indicator}",
            reads=REQUIRED,
        ),
    ]


def precision_rules(league: League) -> list[Rule]:
    """Say how denominators and standard errors are written, and who must have one."""
    by_median = league.missing_denominator == "indicator_median"
    # Of a share: no fewer respondents than the events that a suppressed cell stands for.
    least = {
        indicator.id: indicator.suppressed[0]
        for indicator in league.indicators
        if indicator.suppressed is not None and family_of(indicator).figure == "share"
    }
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
            lambda t: (
                (t["status"] == "suppressed")
                & (t["size"] < t["indicator"].map(least).astype("float64"))
            ),
            lambda row: (
                f"in this league a suppressed {row.indicator} stands for at least "
                f"{least[row.indicator]} of the respondents"
            ),
            "Correct the denominator, or `suppressed` of the indicator in the league",
            _of_cell("denominator"),
            reads=REQUIRED,
        ),
        Rule(
            "denominator",
            lambda t: t["unsized"] & t["figure"].isin(COUNTED),
            lambda row: (
                f"an observed {row.family} comes with its {FAMILIES[row.family].size_in_words}"
            ),
            "The median cannot stand in: no unit has one"
            if by_median
            else 'Give it, or set missing_denominator = "indicator_median" in the league',
            _of_cell("denominator"),
            reads=REQUIRED,
        ),
        Rule(
            "se",
            lambda t: t["unsized"] & (t["figure"] == "mean"),
            lambda row: (
                f"an observed {row.family} comes with its standard error, or with a denominator "
                "and the indicator's respondent_sd"
            ),
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
    counted = cells["figure"].isin(COUNTED)
    mean = cells["figure"] == "mean"
    no_error = mean & (cells["se"] == "") & (no_size | ~cells["has_respondent_sd"])
    donors = cells.loc[cells["used"] & (cells["size"] > 0), "indicator"]
    fillable = (counted | cells["has_respondent_sd"]) & cells["indicator"].isin(donors)
    filled = fillable & (league.missing_denominator == "indicator_median")
    return written & ((counted & no_size) | no_error) & ~filled


def _written(cells: pd.DataFrame) -> pd.Series[bool]:
    """Cells whose value will be used."""
    return cells["used"] & (cells["value"] != "")


def _of_family(name: str, rule: ValueRule) -> Rule:
    """Ask a rule of a family of the numbers that are written for it."""
    return Rule(
        "value",
        lambda t: (
            _written(t) & (t["family"] == name) & t["number"].notna() & rule.broken(t["number"])
        ),
        rule.allowed,
        lambda row: rule.remedy(float(row.number)),
        _of_cell("value"),
        reads=REQUIRED,
    )


def _of_range(id: str, least: float, largest: float) -> Rule:
    """Ask that a score lies in the range that is declared for it."""
    return Rule(
        "value",
        lambda t: (
            _written(t)
            & (t["indicator"] == id)
            & ~t["number"].between(least, largest)
            & t["number"].notna()
        ),
        f"the league declares a range from {least:g} to {largest:g}",
        f"Correct the value, or `range` of {id} in the league",
        _of_cell("value"),
        reads=REQUIRED,
    )


def _of_cell(column: str) -> Callable[[Row], str]:
    def found(row: Row) -> str:
        return f"{quoted(getattr(row, column))} for {row.indicator} of {row.unit}"

    return found
