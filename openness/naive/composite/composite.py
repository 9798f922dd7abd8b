"""A composite indicator by the textbook: from a raw table, or a league, to an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
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
from openness.naive.methods import Scored, method
from openness.naive.tabulated import tabulate
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

    Examples
    --------
    >>> from openness.naive import composite_indicator
    >>> table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [3.0, None, 4.0]}, index=["x", "y", "z"])
    >>> tree = {"parent": ["index", "index", None], "weight": [1.0, 1.0, 1.0]}
    >>> structure = pd.DataFrame(tree, index=["a", "b", "index"])
    >>> groups = pd.Series("all", table.index)
    >>> made = composite_indicator(table, structure, groups)
    >>> made.imputed["b"].tolist()
    [3.0, 3.5, 4.0]
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

    Examples
    --------
    >>> from openness.naive import composite_indicator
    >>> table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [3.0, None, 4.0]}, index=["x", "y", "z"])
    >>> tree = {"parent": ["index", "index", None], "weight": [1.0, 1.0, 1.0]}
    >>> structure = pd.DataFrame(tree, index=["a", "b", "index"])
    >>> groups = pd.Series("all", table.index)
    >>> made = composite_indicator(table, structure, groups)
    >>> made.aggregated["index"].round(1).tolist()
    [0.0, 50.0, 100.0]
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


INDEX = "index: all domains"


@method("composite_indicator")
def composite_league(measures: Measures, league: League, *, availability: float = 0.9) -> Scored:
    """Rank units by a composite indicator of their measures.

    Scores are from 0 to 100; NaN for a unit that was screened out.

    Parameters
    ----------
    availability : float
        As in `composite_indicator`.

    Raises
    ------
    InvalidInput
        If `availability` is not a share, or no unit has so much.

    Notes
    -----
    The published pipeline is of countries, three levels and many outlying indicators. Carried to a
    league: the figures of `openness.naive.tabulate` are denominated already; the index is the plain
    mean of the domains and a domain the plain mean of its scored measures, so that a measure counts
    for more in a small domain; the group whose mean stands in for a missing figure is the unit's
    type. A measure that does not exist for a type is neither imputed nor asked for, and the means
    are over what is there. Ratings enter as positions. A measure on which all are alike is dropped.

    Examples
    --------
    >>> from openness.naive import composite_league
    >>> composite_league(measures, league).table["rank"].head(3).tolist()
    [17.0, 21.0, 27.0]
    """
    table = tabulate(measures, league)
    # An id holds no colon, so that these names are nobody's id.
    domains = {domain.id: f"domain: {domain.id}" for domain in league.scored_domains}
    parents = {i.id: domains[i.domain] for i in league.scored}
    parents |= dict.fromkeys(domains.values(), INDEX)
    structure = pd.DataFrame(
        {"parent": pd.Series({**parents, INDEX: None}), "weight": 1.0, "direction": 1}
    )
    structure.loc[list(table.signs.index), "direction"] = table.signs
    built = composite_indicator(
        table.figures,
        structure,
        measures.units["group"],
        availability=availability,
        applies=table.applies,
    )
    counted = built.normalised.notna().reindex(table.figures.index, fill_value=False)
    gaps = pd.DataFrame(
        np.where(counted, "filled", "left_out"), table.figures.index, table.figures.columns
    )
    return Scored(built.index, table.treatment(gaps, used=counted))
