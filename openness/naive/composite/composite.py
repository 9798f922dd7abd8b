"""A composite indicator by the textbook: stage by stage from a raw table to an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from openness.naive.composite.stages import (
    aggregate,
    denominate,
    impute,
    normalise,
    screen,
    treat,
    weigh,
)
from openness.naive.composite.tables import applicable, check_composite_tables
from openness.ranking.arguments import as_sequence, refuse


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
        elements = as_sequence(elements, "elements")
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
        If the structure is not a tree whose leaves are columns of the table, a number of the table
        is infinite or is 0 and divides, or a setting or a group is missing or not allowed.

    Notes
    -----
    Imputing comes before screening, as in the published example: only what no group mean could fill
    counts as missing by then, so that a unit with next to no data of its own stays. Each stage is a
    function of `openness.naive.composite.stages`, where another order can be put together.
    """
    columns, structure = check_composite_tables(table, structure, groups, availability)
    leaves = structure.loc[~structure.index.isin(structure["parent"])]
    if applies is not None:
        applies = applicable(applies, columns[leaves.index])
    denominated = denominate(columns, leaves["denominator"])
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
