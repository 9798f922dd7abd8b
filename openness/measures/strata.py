"""Who is ranked against whom."""

from __future__ import annotations

from typing import Literal, cast, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openness.errors import InvalidInput, Problem
from openness.league.definition import League

Scope = Literal["all", "within_group"]


def as_scope(scope: str | None, league: League) -> Scope:
    """Return the scope, the league's if none is given, or say that there is no such scope."""
    chosen = league.scope if scope is None else scope
    if chosen not in get_args(Scope):
        allowed = "it is 'all' or 'within_group'"
        raise InvalidInput([Problem("scope", "value", repr(scope), allowed)])
    return cast("Scope", chosen)


def strata_of(groups: pd.Series, league: League, scope: Scope) -> list[NDArray[np.intp]]:
    """Positions of the units that are ranked against each other, for each such set of units."""
    if scope == "all":
        return [np.arange(len(groups))]
    codes = groups.to_numpy()
    return [np.flatnonzero(codes == group.id) for group in league.groups]
