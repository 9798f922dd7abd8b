"""A composite indicator by the textbook: stage by stage from a raw table to an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.naive.composite_stages import (
    aggregate,
    denominate,
    impute,
    normalise,
    screen,
    treat,
    weigh,
)
from openness.ranking.arguments import refuse


@dataclass(frozen=True, eq=False)
class Composite:
    """A composite indicator after each of its stages.

    Attributes
    ----------
    denominated, imputed, screened, treated, normalised : pandas.DataFrame
        Rows are units, columns are indicators.
    weights : pandas.Series
        Share of each element in the mean of its parent.
    aggregated : pandas.DataFrame
        Columns are the elements above the indicators, the index last.
    structure : pandas.DataFrame
        What it was built by.
    """

    denominated: pd.DataFrame
    imputed: pd.DataFrame
    screened: pd.DataFrame
    treated: pd.DataFrame
    normalised: pd.DataFrame
    weights: pd.Series
    aggregated: pd.DataFrame
    structure: pd.DataFrame

    @property
    def index(self) -> pd.Series:
        """The element that is nobody's part."""
        return self.aggregated.iloc[:, -1]

    @property
    def ranks(self) -> pd.DataFrame:
        """Ranks on every element above the indicators; equal scores share the best rank."""
        return self.aggregated.rank(ascending=False, method="min")

    def remove_one(self, elements: Sequence[str]) -> pd.DataFrame:
        """Ranks on the index if one element had no weight, for each of them.

        Parameters
        ----------
        elements : sequence of str
            Indicators, or means of them.

        Returns
        -------
        pandas.DataFrame
            Rows are units, one column for each element.
        """
        parts = self.structure.index[self.structure["parent"].notna()]
        for element in elements:
            if element not in parts:
                known = ", ".join(map(str, parts))
                raise refuse("elements", "name", repr(element), f"the parts are {known}")
        without = {}
        for element in elements:
            weight = self.structure["weight"].where(self.structure.index != element, 0.0)
            changed = aggregate(self.normalised, self.structure.assign(weight=weight))
            without[element] = changed.iloc[:, -1].rank(ascending=False, method="min")
        return pd.DataFrame(without)


def composite_indicator(
    table: pd.DataFrame,
    structure: pd.DataFrame,
    groups: pd.Series,
    *,
    availability: float = 0.9,
    applies: pd.DataFrame | None = None,
) -> Composite:
    """Build an index from a raw table: denominate, impute, screen, treat, normalise, aggregate.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows are units; columns are indicators, and what they are divided by.
    structure : pandas.DataFrame
        Indexed by element, indicators and means of them alike: `parent` (the mean that it is part
        of; missing for the index), `weight` among the parts of that mean, and, of indicators,
        `direction` (1 or -1) and `denominator` (a column of `table`; missing if none). The last
        two columns may be left out: higher is better, and nothing is divided.
    groups : pandas.Series
        Indexed by unit: whose mean stands in for a missing value.
    availability : float
        Least share of indicators, after imputation, with which a unit stays.
    applies : pandas.DataFrame of bool, optional
        Which indicators exist for a unit. One that does not is neither imputed nor asked for.

    Returns
    -------
    Composite

    Raises
    ------
    InvalidInput
        If the structure is not a tree whose leaves are columns of the table, or a setting or a
        group is missing or not allowed.

    Notes
    -----
    Imputing comes before screening, as in the published example: only what no group mean could fill
    counts as missing by then, so that a unit with next to no data of its own stays. Each stage is a
    function of `openness.naive.composite_stages`, where another order can be put together.
    """
    structure = _complete(structure)
    _check(table, structure, groups, availability)
    leaves = structure.loc[~structure.index.isin(structure["parent"])]
    denominated = denominate(table, leaves["denominator"])
    imputed = impute(denominated, groups)
    if applies is not None:
        imputed = imputed.where(applies)
    screened = screen(imputed, availability, applies)
    if screened.empty:
        found = f"no unit has {availability:g} of its indicators"
        raise refuse("availability", "argument", found, "some unit must stay")
    treated = treat(screened)
    normalised = normalise(treated, leaves["direction"])
    return Composite(
        denominated=denominated,
        imputed=imputed,
        screened=screened,
        treated=treated,
        normalised=normalised,
        weights=weigh(structure),
        aggregated=aggregate(normalised, structure),
        structure=structure,
    )


def _complete(structure: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in ("parent", "weight") if name not in structure]
    if missing:
        raise refuse(
            "structure", "columns", f"no {missing[0]!r}", "'parent' and 'weight' are needed"
        )
    defaults = {"direction": 1, "denominator": None}
    absent = {name: value for name, value in defaults.items() if name not in structure}
    return structure.assign(**absent)


def _check(
    table: pd.DataFrame, structure: pd.DataFrame, groups: pd.Series, availability: float
) -> None:
    wrong = []

    def complain(where: str, found: object, allowed: str) -> None:
        wrong.append(Problem("structure", where, str(found), allowed))

    parents = structure["parent"].dropna()
    for source, index in (("table", table.index), ("groups", groups.index)):
        for unit in index[index.duplicated()].unique():
            wrong.append(Problem(source, f"unit {unit}", "it comes twice", "one row for each unit"))
    if wrong:
        raise InvalidInput(wrong)
    for name in structure.index[structure.index.duplicated()]:
        complain(f"element {name}", "there are two", "each has a name of its own")
    for name in sorted(set(parents) - set(structure.index)):
        complain(f"parent {name}", "it is no element", "a parent has a row of its own")
    if len(parents) != len(structure) - 1:
        tops = len(structure) - len(parents)
        complain("parent", f"missing for {tops} elements", "the index alone has none")
    for name in _in_a_circle(parents):
        complain(f"element {name}", "it is part of itself", "parts and means form a tree")
    leaves = structure[~structure.index.isin(parents)]
    used = [*leaves.index, *leaves["denominator"].dropna()]
    for name in dict.fromkeys(used):
        if name not in table:
            complain(f"element {name}", "the table has no such column", "indicators have values")
        elif not pd.api.types.is_numeric_dtype(table[name]):
            wrong.append(Problem("table", f"column {name}", str(table[name].dtype), "numbers"))
    for name, weight in structure["weight"].items():
        if not weight >= 0:
            complain(f"weight of {name}", weight, "a number from 0")
    for name, direction in leaves["direction"].items():
        if direction not in (1, -1):
            complain(f"direction of {name}", direction, "1 or -1")
    for unit in table.index[groups.reindex(table.index).isna()]:
        wrong.append(Problem("groups", f"unit {unit}", "it has none", "every unit has a group"))
    if not 0 <= availability <= 1:
        wrong.append(Problem("availability", "argument", f"{availability!r}", "a share of 0 to 1"))
    if wrong:
        raise InvalidInput(wrong)


def _in_a_circle(parents: pd.Series) -> list[object]:
    up = parents.to_dict()
    circular = []
    for name in up:
        place, steps = up.get(name), 0
        while place is not None and place != name and steps <= len(up):
            place, steps = up.get(place), steps + 1
        if place == name:
            circular.append(name)
    return circular
