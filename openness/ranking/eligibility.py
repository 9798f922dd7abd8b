"""Which units are known well enough to be ranked."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from openness.league.definition import Eligibility


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
