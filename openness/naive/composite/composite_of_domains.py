"""A league by the textbook composite indicator: measures into domains, domains into an index."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.composite.composite import composite_indicator
from openness.naive.methods import Scored, method
from openness.naive.tabulated import tabulate

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
