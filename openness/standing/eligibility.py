"""Which units are known well enough to be ranked."""

from __future__ import annotations

import pandas as pd

from openness.league.definition import Eligibility, League
from openness.measures.strata import Scope


def reasons_not_ranked(known: pd.DataFrame, league: League, scope: Scope) -> pd.Series:
    """Say for each unit why it is not ranked: every reason that holds, or nothing if it is ranked.

    `known`, by unit, has `group`, `measures_present`, `domains_present` and `reliability`; the
    league says what the least evidence is. A unit that would be the only one ranked is not ranked
    either: rank 1 of 1 says nothing.
    """
    evidence = (known["measures_present"], known["domains_present"], known["reliability"])
    texts = [_too_little(*row, league.eligibility) for row in zip(*evidence, strict=True)]
    reasons = pd.Series(texts, known.index, dtype="str")
    ranked = reasons == ""
    lonely = ranked & ranked.groupby(stratum_ids(known["group"], scope)).transform("sum").eq(1)
    where = " in its group" if scope == "within_group" else ""
    return reasons.mask(lonely, f"nobody else{where} can be ranked")


def stratum_ids(groups: pd.Series, scope: Scope) -> pd.Series:
    """Return by unit the id of the stratum that it belongs to, whether it is ranked or not."""
    return groups if scope == "within_group" else pd.Series("all", groups.index, dtype="str")


def _too_little(measures: int, domains: int, reliability: float, rule: Eligibility) -> str:
    if measures == 0:
        return "no measure was observed"
    found = []
    if domains < rule.minimum_domains:
        found.append(f"measured in {domains} of the {rule.minimum_domains} domains it takes")
    if reliability < rule.minimum_reliability:
        found.append(f"reliability {reliability:.3f} is below {rule.minimum_reliability:g}")
    return "; ".join(found)
