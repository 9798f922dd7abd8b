"""What a composite indicator is built from, checked: the raw table and its structure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.naive.arguments import as_table, is_number
from openness.ranking.arguments import refuse


def check_composite_tables(
    table: pd.DataFrame, structure: pd.DataFrame, groups: pd.Series, availability: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check what `composite_indicator` is given, and return the columns of the table that are used.

    With them comes the structure with all its columns, weights as floating numbers.
    """
    structure = _complete(structure)
    _check(table, structure, groups, availability)
    leaves = structure.loc[~structure.index.isin(structure["parent"])]
    weight = structure["weight"].where(structure["parent"].notna(), 1.0).astype(float)
    return _columns(table, leaves), structure.assign(weight=weight)


def _complete(structure: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(structure, pd.DataFrame):
        raise refuse("structure", "type", type(structure).__name__, "it must be a pandas.DataFrame")
    missing = [name for name in ("parent", "weight") if name not in structure]
    if missing:
        raise refuse(
            "structure", "columns", f"no {missing[0]!r}", "'parent' and 'weight' are needed"
        )
    defaults = {"direction": 1, "denominator": None}
    absent = {name: value for name, value in defaults.items() if name not in structure}
    return structure.assign(**absent, parent=structure["parent"].astype(object))


def _check(
    table: pd.DataFrame, structure: pd.DataFrame, groups: pd.Series, availability: float
) -> None:
    for argument, given, kind in (
        ("table", table, pd.DataFrame),
        ("groups", groups, pd.Series),
    ):
        if not isinstance(given, kind):
            words = f"it must be a pandas.{kind.__name__}"
            raise refuse(argument, "type", type(given).__name__, words)
    wrong = []

    def complain(where: str, found: object, allowed: str) -> None:
        wrong.append(Problem("structure", where, str(found), allowed))

    parents = structure["parent"].dropna()
    for unit in groups.index[groups.index.duplicated()].unique():
        wrong.append(Problem("groups", f"unit {unit}", "it comes twice", "one row for each unit"))
    if wrong:
        raise InvalidInput(wrong)
    for name in structure.index[structure.index.duplicated()]:
        complain(f"element {name}", "there are two", "each has a name of its own")
    for name in sorted(set(parents) - set(structure.index), key=str):
        complain(f"parent {name}", "it is no element", "a parent has a row of its own")
    if len(parents) != len(structure) - 1:
        tops = len(structure) - len(parents)
        complain("parent", f"missing for {tops} elements", "the index alone has none")
    elif not len(parents):
        complain("parent", "there is none", "an index has at least one part")
    for name in _in_a_circle(parents):
        complain(f"element {name}", "it is part of itself", "parts and means form a tree")
    leaves = structure[~structure.index.isin(parents)]
    used = [*leaves.index, *leaves["denominator"].dropna()]
    for name in dict.fromkeys(used):
        if name not in table:
            complain(f"element {name}", "the table has no such column", "indicators have values")
    parts = structure[structure["parent"].notna()]
    for name, weight in parts["weight"].items():
        if not is_number(weight, lambda x: 0 <= x < np.inf):
            complain(f"weight of {name}", weight, "a number from 0")
    for name, own in parts["weight"].groupby(parts["parent"].to_numpy(), sort=False):
        if all(weight == 0 for weight in own):
            complain(f"parent {name}", "all of its parts weigh 0", "one has a weight above 0")
    for name, direction in leaves["direction"].items():
        if not is_number(direction, lambda x: abs(x) == 1):
            complain(f"direction of {name}", direction, "1 or -1")
    for unit in table.index[groups.reindex(table.index).isna()]:
        wrong.append(Problem("groups", f"unit {unit}", "it has none", "every unit has a group"))
    if not is_number(availability, lambda x: 0 <= x <= 1):
        wrong.append(Problem("availability", "argument", f"{availability!r}", "a share of 0 to 1"))
    if wrong:
        raise InvalidInput(wrong)


def _columns(table: pd.DataFrame, leaves: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that are used, as numbers, if all that is divided by is not 0."""
    divided_by = dict.fromkeys(leaves["denominator"].dropna())
    names = list(dict.fromkeys([*leaves.index, *divided_by]))
    columns = as_table(table[names], "table", ("unit", "column"))
    if wrong := [
        Problem(
            "table", f"column {name}, unit {unit}", "0", "a denominator is not 0", "Leave it out"
        )
        for name in divided_by
        for unit in columns.index[columns[name] == 0]
    ]:
        raise InvalidInput(wrong)
    return columns


def applicable(applies: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return which indicators exist for a unit, labelled as they are; or say what is not there."""
    for axis, given, needed in zip(
        ("unit", "indicator"), applies.axes, indicators.axes, strict=True
    ):
        for label in needed.difference(given):
            raise refuse("applies", f"{axis} {label}", "it is not there", "one for each value")
    return applies.loc[indicators.index, indicators.columns].astype(bool)


def _in_a_circle(parents: pd.Series) -> list[object]:
    up = parents.to_dict()
    circular = []
    for name in up:
        above, steps = up.get(name), 0
        while above is not None and above != name and steps <= len(up):
            above, steps = up.get(above), steps + 1
        if above == name:
            circular.append(name)
    return circular
