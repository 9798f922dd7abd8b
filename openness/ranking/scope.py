"""Who is ranked against whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openness.league.definition import League
from openness.ranking.arguments import refuse

Scope = Literal["all", "within_group"]


def as_scope(scope: str | None, league: League) -> Scope:
    """Return the scope, the league's if none is given, or say that there is no such scope."""
    chosen = league.scope if scope is None else scope
    if chosen not in get_args(Scope):
        raise refuse("scope", "value", repr(scope), "it is 'all' or 'within_group'")
    return cast("Scope", chosen)


def leagues_within(groups: pd.Series, league: League, scope: Scope) -> list[NDArray[np.intp]]:
    """Positions of the units that are ranked against each other, for each such set of units."""
    if scope == "all":
        return [np.arange(len(groups))]
    codes = groups.to_numpy()
    return [np.flatnonzero(codes == group.id) for group in league.groups]


def without_lone_units(
    reasons: Sequence[str], groups: pd.Series, league: League, scope: Scope
) -> list[str]:
    """Add the reason of a unit that has nobody in its group to be ranked against.

    Parameters
    ----------
    reasons : sequence of str, length n
        Why each unit is not ranked; empty for those that are. From `reasons_not_ranked`.
    groups : pandas.Series, length n
    league : League
    scope : {"all", "within_group"}

    Returns
    -------
    list of str, length n
        The same, but within groups for a unit that would be the only one ranked in its own.
    """
    found = list(reasons)
    if scope == "within_group":
        for members in leagues_within(groups, league, scope):
            ranked = [position for position in members if not found[position]]
            if len(ranked) == 1:
                found[ranked[0]] = "nobody else in its group can be ranked"
    return found
