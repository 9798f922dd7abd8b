"""The rules of the two tables, one after the other, in words."""

from __future__ import annotations

import difflib
from collections.abc import Collection

import pandas as pd

from openness.errors import Problem
from openness.league.definition import League
from openness.measures.cell_rules import key_rules, precision_rules, unsized, value_rules
from openness.measures.parse import COLUMNS, REQUIRED, UNIT_COLUMNS
from openness.measures.rules import Rule, broken_rules, closest, quoted
from openness.measures.tables import Table

SWAPPED = "Are the two tables the wrong way round?"


_TINY_SE = 0.01  # of the median of its indicator: below it, the odd one out


def check_units(table: Table, league: League) -> list[Problem]:
    """List what is wrong with the units table.

    Parameters
    ----------
    table : Table
    league : League

    Returns
    -------
    list of Problem
        Layout first, then rows from the top; empty if the table may be used.
    """
    layout = _layout(table, UNIT_COLUMNS, None, SWAPPED if set(REQUIRED) <= set(table.text) else "")
    text = table.text.reindex(columns=list(UNIT_COLUMNS), fill_value="")
    text["first"] = _first_rows(table, text, ["unit"])
    groups = [group.id for group in league.groups]
    rules = (
        Rule("unit", lambda t: t["unit"] == "", "every row has the code of its unit"),
        Rule(
            "unit",
            lambda t: (t["unit"] != "") & t.duplicated("unit"),
            lambda row: f"one row for each unit, and it has {row.first} already",
            "Remove one of the two",
            reads=("group",),
        ),
        Rule(
            "group",
            lambda t: ~t["group"].isin(groups),
            f"the league's groups are {', '.join(groups)}",
            lambda row: closest(row.group, groups),
            reads=("group",),
        ),
    )
    return [*layout, *broken_rules(rules, text, table)]


def check_measures(
    table: Table, cells: pd.DataFrame, league: League, units: Collection[str] | None
) -> list[Problem]:
    """List what is wrong with the measures table.

    Parameters
    ----------
    table : Table
    cells : pandas.DataFrame
        The rows to judge, from `parse_measures`.
    league : League
    units : collection of str, or None
        Codes of the units table; None if it could not be read, and then no code is unknown.

    Returns
    -------
    list of Problem
        Layout first, then rows from the top; empty if the table may be used.
    """
    layout = _layout(table, REQUIRED, COLUMNS, _other_shape(table, league))
    keys = ["unit", "indicator", "period"]
    cells = cells.assign(
        first=_first_rows(table, cells, keys),
        repeated=cells.duplicated(keys) & (cells["unit"] != "") & (cells["indicator"] != ""),
        unsized=unsized(cells, league),
        no_period=(cells["period"] == "") & bool((cells["period"] != "").any()),
    )
    rules = [*key_rules(league, units), *value_rules(league), *precision_rules(league)]
    return [*layout, *broken_rules(rules, cells, table)]


def look_again(table: Table, cells: pd.DataFrame) -> list[Problem]:
    """List what is allowed but may surprise whoever wrote it."""
    idle = Rule(
        "se",
        lambda t: t["used"] & (t["se"] != "") & ~t["figure"].isin(["", "mean"]),
        "only a score is read with its standard error",
        "The error of other measures follows from denominator and design_effect; this se is unused",
        lambda row: f"a standard error beside {row.indicator}, a {row.family}",
    )
    tiny = Rule(
        "se",
        lambda t: (
            t["used"]
            & (t["figure"] == "mean")
            & (t["error"] < _TINY_SE * t.groupby("indicator")["error"].transform("median"))
        ),
        f"half of its indicator have one {1 / _TINY_SE:,.0f} times as large or more",
        "The value is taken as all but exact: is it in the same units as the others?",
        lambda row: f"a standard error of {row.se} for {row.indicator} of {row.unit}",
        reads=REQUIRED,
    )
    return broken_rules([idle, tiny], cells, table)


def _layout(
    table: Table, required: Collection[str], known: Collection[str] | None, hint: str
) -> list[Problem]:
    """Columns that are missing (`hint` may say why) or unknown, and a table without rows."""
    problems = list(table.problems)
    columns = list(table.text.columns)
    where = "line 1" if table.row_word == "line" else "columns"
    allowed = f"the columns are {', '.join(known or required)}"
    if missing := [column for column in required if column not in columns]:
        came = f"it has {quoted(', '.join(columns))}" if columns else "it has none"
        found = f"no column{'s' * (len(missing) > 1)} {', '.join(missing)}; {came}"
        remedy = hint or _renamed(missing, columns)
        return [*problems, Problem(table.source, where, found, allowed, remedy)]
    if unknown := [column for column in columns if known is not None and column not in known]:
        found = f"unknown column{'s' * (len(unknown) > 1)} {', '.join(map(quoted, unknown))}"
        remedy = closest(unknown[0], known or ()) or "Remove them, or put what they say into note"
        problems.append(Problem(table.source, where, found, allowed, remedy))
    if not len(table.text) and not table.problems:
        found = "no row below the header"
        problems.append(Problem(table.source, "table", found, "a table has at least one row"))
    return problems


def _other_shape(table: Table, league: League) -> str:
    """Say what a measures table without its columns looks like, if it looks like something."""
    columns = set(table.text)
    if set(UNIT_COLUMNS) <= columns:
        return SWAPPED
    if columns & {indicator.id for indicator in league.indicators}:
        return "Each measure has a row of its own here, not a column: pandas.melt turns the table"
    return ""


def _renamed(missing: list[str], columns: list[str]) -> str:
    folded = {column.casefold(): column for column in columns}
    for name in missing:
        near = difflib.get_close_matches(name, list(folded), n=1)
        if near:
            return f"Rename {folded[near[0]]!r} to {name!r}?"
    return ""


def _first_rows(table: Table, frame: pd.DataFrame, keys: list[str]) -> pd.Series[str]:
    """Where each row's key comes first in the table, as in `line 3`."""
    numbers = pd.Series(table.rows[frame.index], index=frame.index)
    first = numbers.groupby([frame[key] for key in keys], sort=False).transform("first")
    return f"{table.row_word} " + first.astype("str")
