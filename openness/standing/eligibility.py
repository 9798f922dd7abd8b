"""Which units are known well enough to be ranked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from openness.league.definition import Eligibility, League
from openness.measures.strata import Scope, strata_of


def reasons_not_ranked(
    completeness: pd.DataFrame, reliability: ArrayLike, rule: Eligibility
) -> list[str]:
    """Say for each unit why it is not ranked; nothing for a unit that is.

    Parameters
    ----------
    completeness : pandas.DataFrame, n rows
        `measures_present` and `domains_present`.
    reliability : array_like, shape (n,)
        Share of the between-unit variance that the unit's measures settle.
    rule : Eligibility
        The least evidence that the league asks for.

    Returns
    -------
    list of str, length n
        Every reason that holds, joined by semicolons; empty for an eligible unit.
    """
    reasons = []
    for measures, domains, settled in zip(
        completeness["measures_present"],
        completeness["domains_present"],
        np.asarray(reliability, dtype=float),
        strict=True,
    ):
        if measures == 0:
            reasons.append("no measure was observed")
            continue
        found = []
        if domains < rule.minimum_domains:
            found.append(f"measured in {domains} of the {rule.minimum_domains} domains it takes")
        if settled < rule.minimum_reliability:
            found.append(f"reliability {settled:.3f} is below {rule.minimum_reliability:g}")
        reasons.append("; ".join(found))
    return reasons


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
        The same, but for a unit that would be the only one ranked: rank 1 of 1 says nothing.
    """
    found = list(reasons)
    where = "" if scope == "all" else " in its group"
    for members in strata_of(groups, league, scope):
        ranked = [position for position in members if not found[position]]
        if len(ranked) == 1:
            found[ranked[0]] = f"nobody else{where} can be ranked"
    return found
