"""What a league, which is not made for the stars, says to their recipe, and the stars it gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.league import League
from openness.naive.arguments import is_number
from openness.naive.methods import Scored
from openness.naive.stars.k_means import CLUSTERINGS, Clustering, star_clusters
from openness.naive.stars.k_means_stability import star_stability
from openness.naive.stars.summary_score import StarSummary
from openness.naive.stars.tables import reported_by_enough
from openness.naive.tabulated import Tabulated
from openness.ranking.arguments import as_choice, as_sequence, as_whole, refuse

STARS = ("5", "4", "3", "2", "1")
"""Best first."""

FEWEST = 3
"""Measures that a group needs to count towards stars, and groups that a hospital needs."""


def recipe(
    table: Tabulated,
    league: League,
    weights: Mapping[str, float] | None,
    drop_up_to: int,
    required: Sequence[str],
) -> dict[str, Any]:
    """Return the arguments of `star_summary` but the measures; groups are the scored domains.

    A group needs three measures, and a unit three groups, or all that there are.

    Raises
    ------
    InvalidInput
        If the weights or the required domains are not those of the league.
    """
    ids = [domain.id for domain in league.scored_domains]
    as_whole(drop_up_to, "drop_up_to", 0, np.inf, "a whole number from 0")
    groups = pd.Series({indicator.id: indicator.domain for indicator in league.scored})
    kept, _ = reported_by_enough(table.figures, drop_up_to)
    left = groups[kept.columns].value_counts().reindex(groups.unique(), fill_value=0)
    said = f"scored: {', '.join(ids)}"
    if problems := [
        Problem("required", league.id, f"there is no scored domain {name!r}", said)
        for name in as_sequence(required, "required")
        if name not in ids
    ]:
        raise InvalidInput(problems)
    return {
        "flips": table.signs,
        "groups": groups,
        "weights": _weights(league, ids, weights),
        "drop_up_to": drop_up_to,
        "minimum_measures": left.clip(1, FEWEST),
        "minimum_groups": max(1, min(FEWEST, int((left > 0).sum()))),
        "required": required,
    }


def _weights(league: League, ids: list[str], weights: Mapping[str, float] | None) -> pd.Series:
    """Weights of the scored domains, adding up to 1."""
    chosen = dict.fromkeys(ids, 1.0) if weights is None else weights
    if (
        not isinstance(chosen, Mapping | pd.Series)
        or set(chosen.keys()) != set(ids)
        or not all(is_number(weight, lambda x: 0 < x < np.inf) for _, weight in chosen.items())
    ):
        needs = f"a finite weight above 0 for each scored domain: {', '.join(ids)}"
        raise refuse("weights", league.id, f"found {chosen}", needs)
    series = pd.Series(chosen, dtype=float)[ids]
    return series / series.sum()


def with_stars(
    table: Tabulated,
    summary: StarSummary,
    clustering: Clustering,
    league: League,
    *,
    one_list: bool = False,
) -> Scored:
    """Give stars to the units that have enough measures, within peer groups or in one list.

    The remarks say which measures were dropped, how many units have no stars for want of measures,
    which lists cannot be cut, and how many stars of the others hang on where k-means started.
    """
    as_choice(clustering, "clustering", CLUSTERINGS)
    scores, peers = summary.summary, summary.peer_group
    stars = pd.Series(None, scores.index, dtype="str")
    remarks = []
    if summary.dropped:
        remarks.append(f"Dropped, because too few have it: {', '.join(summary.dropped)}.")
    if without := int(peers.isna().sum()):
        plural = league.unit_plural
        remarks.append(f"{without} of {len(scores)} {plural} have too few measures for stars.")
    for number, own in scores.groupby(peers.mask(peers.notna(), 0) if one_list else peers):
        units = f"{len(own)} {league.unit_plural}"
        try:
            cluster = star_clusters(own.to_numpy(), clustering=clustering).cluster
        except InvalidInput:
            name = "The list" if one_list else f"The peer group of {number:.0f} domains"
            remarks.append(f"{name}, {units}, is too small or too much alike for five clusters.")
            continue
        stars[own.index] = [STARS[-1 - i] for i in cluster]
        if clustering != "exact":
            again = star_stability(own, clustering=clustering)
            name = "in one list" if one_list else f"with {number:.0f} domains"
            remarks.append(
                f"Of {units} {name}, {again.changing} get other stars from one or another of "
                f"{len(again.starts)} random starts of k-means."
            )
    kept = table.figures.drop(columns=list(summary.dropped))
    return Scored(
        scores,
        table.treatment(used=table.within(kept)),
        rank=scores.where(peers.notna()).rank(ascending=False),
        own_band=stars,
        own_bands=STARS,
        remarks=tuple(remarks),
    )
