"""The US hospital stars of 2021 to 2025."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.arguments import is_number
from openness.naive.k_means import CLUSTERINGS, Clustering, star_clusters
from openness.naive.k_means_stability import star_stability
from openness.naive.method import MethodRanking, place
from openness.naive.summary_score import reported_by_enough, star_summary
from openness.naive.tabulate import tabulate
from openness.ranking.arguments import as_choice, as_sequence, as_whole, refuse

STARS = ("5", "4", "3", "2", "1")
"""Best first."""

FEWEST = 3
"""Measures that a group needs to count towards stars, and groups that a hospital needs."""


def hospital_stars(
    measures: Measures,
    league: League,
    *,
    weights: Mapping[str, float] | None = None,
    drop_up_to: int = 0,
    required: Sequence[str] = (),
    clustering: Clustering = "published",
) -> MethodRanking:
    """Rank units by the summary score of the US hospital stars, and give them stars.

    Parameters
    ----------
    measures : Measures
    league : League
        Its domains are the groups of measures.
    weights : mapping of str to float, optional
        Of every domain with a scored indicator; all alike if not given.
    drop_up_to : int
        A measure that no more units than this have is dropped.
    required : sequence of str
        Domains of which a unit must have at least one, with enough measures.
    clustering : {"published", "exact", "one_iteration"}
        How scores become stars: see `openness.naive.k_means.star_clusters`.

    Returns
    -------
    MethodRanking
        Scores are summary scores. A unit with too few measures keeps its score and has neither rank
        nor stars. Own bands are the stars, "5" best; they are missing in a peer group that is too
        small to be cut into five.

    Raises
    ------
    InvalidInput
        If the weights or the required domains are not those of the league, or a setting is not
        allowed.

    Notes
    -----
    The recipe is `openness.naive.summary_score.star_summary` followed by k-means within peer groups
    (units with equally many domains with enough measures), and gives the published US stars from
    the published measures. What a league needs that is not made for it:

    * CMS weighs outcomes at .22 a group and process at .12. A league states no weights: all alike.
    * CMS drops measures that 100 hospitals or fewer of 4,600 have. A league may have fewer units
      than that: nothing is dropped.
    * A domain needs three measures, or all that it has left where it has fewer. A unit needs three
      such domains, or all of which something is left. No domain is required as mortality or safety
      is.
    * A measure that does not exist for a unit is one that it does not have, as in the original.
    * From 2026 on CMS gives no fifth star to a hospital in the lowest quarter of safety, and from
      2027 on takes one star from it. A league has no such domain: that is left out.
    * CMS publishes no ranks. The ranks here are those of the summary scores over all peer groups;
      stars are cut within them, so that a unit with the better rank may have fewer stars.
    """
    table = tabulate(measures, league)
    domains = domain_of_each(league)
    minimum_measures, minimum_groups = fewest_for_stars(table.figures, domains, drop_up_to)
    summary = star_summary(
        table.figures,
        table.signs,
        domains,
        domain_weights(league, weights),
        drop_up_to=drop_up_to,
        minimum_measures=minimum_measures,
        minimum_groups=minimum_groups,
        required=known_domains(league, required),
    )
    own_band, remarks = stars_by_peer_group(summary.summary, summary.peer_group, clustering, league)
    kept = table.figures.drop(columns=list(summary.dropped))
    return place(
        "hospital_stars",
        summary.summary,
        table.treatment("left_out", used=table.within(kept)),
        measures,
        league,
        rank=summary.summary.where(summary.peer_group.notna()).rank(ascending=False),
        own_band=own_band,
        own_bands=STARS,
        remarks=(*too_few_units(summary.dropped), *remarks),
    )


def fewest_for_stars(
    figures: pd.DataFrame, domains: pd.Series, drop_up_to: int
) -> tuple[pd.Series, int]:
    """How many measures a domain needs to count, and how many domains a unit needs for stars.

    Parameters
    ----------
    figures : pandas.DataFrame
        Rows units, columns measures.
    domains : pandas.Series of str
        By measure.
    drop_up_to : int
        A measure that no more units than this have is not asked for.

    Returns
    -------
    minimum_measures : pandas.Series of int
        By domain.
    minimum_groups : int
        Three each, or all that there are.
    """
    as_whole(drop_up_to, "drop_up_to", 0, np.inf, "a whole number from 0")
    kept, _ = reported_by_enough(figures, drop_up_to)
    left = domains[kept.columns].value_counts().reindex(domains.unique(), fill_value=0)
    return left.clip(1, FEWEST), max(1, min(FEWEST, int((left > 0).sum())))


def stars_by_peer_group(
    summary: pd.Series, peer_group: pd.Series, clustering: Clustering, league: League
) -> tuple[pd.Series, tuple[str, ...]]:
    """Give stars within each peer group.

    Parameters
    ----------
    summary : pandas.Series
        Summary scores by unit.
    peer_group : pandas.Series of float
        By unit; NaN for one that is not given stars.
    clustering : {"published", "exact", "one_iteration"}
    league : League
        For the remarks.

    Returns
    -------
    stars : pandas.Series of str
        "1" to "5", "5" best; missing without a peer group and in one that cannot be cut in five.
    remarks : tuple of str
        How many units have no stars for want of measures, which peer groups cannot be cut, and how
        many stars of the others hang on where k-means started.
    """
    as_choice(clustering, "clustering", CLUSTERINGS)
    stars = pd.Series(None, summary.index, dtype="str")
    remarks = []
    without = int(peer_group.isna().sum())
    if without:
        remarks.append(
            f"{without} of {len(summary)} {league.unit_plural} have too few measures for stars."
        )
    for number, scores in summary.groupby(peer_group):
        try:
            cluster = star_clusters(scores.to_numpy(), clustering=clustering).cluster
        except InvalidInput:
            remarks.append(
                f"The peer group of {number:.0f} domains, {len(scores)} {league.unit_plural}, "
                "is too small or too much alike for five clusters."
            )
        else:
            stars[scores.index] = [STARS[-1 - i] for i in cluster]
            if clustering != "exact":
                remarks.append(_hang_on_the_start(number, scores, clustering, league))
    return stars, tuple(remarks)


def _hang_on_the_start(
    number: float, scores: pd.Series, clustering: Clustering, league: League
) -> str:
    again = star_stability(scores, clustering=clustering)
    return (
        f"Of {len(scores)} {league.unit_plural} with {number:.0f} domains, {again.changing} get "
        f"other stars from one or another of {len(again.starts)} random starts of k-means."
    )


def domain_of_each(league: League) -> pd.Series:
    """The domain of each scored indicator, in their order."""
    return pd.Series({indicator.id: indicator.domain for indicator in league.scored})


def domain_weights(league: League, weights: Mapping[str, float] | None) -> pd.Series:
    """Weights of the scored domains, adding up to 1.

    Parameters
    ----------
    league : League
    weights : mapping of str to float, optional
        All alike if not given.

    Returns
    -------
    pandas.Series
        By domain.

    Raises
    ------
    InvalidInput
        If they are not finite weights above 0 of exactly the scored domains.
    """
    ids = [domain.id for domain in league.scored_domains]
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


def known_domains(league: League, required: Sequence[str]) -> Sequence[str]:
    """Return `required` if all of them are scored domains of the league.

    Raises
    ------
    InvalidInput
    """
    ids = [domain.id for domain in league.scored_domains]
    problems = [
        Problem(
            "required",
            league.id,
            f"there is no scored domain {name!r}",
            f"scored: {', '.join(ids)}",
        )
        for name in as_sequence(required, "required")
        if name not in ids
    ]
    if problems:
        raise InvalidInput(problems)
    return required


def too_few_units(dropped: Sequence[str]) -> tuple[str, ...]:
    """Say which measures were dropped because too few units have them."""
    return (f"Dropped, because too few have it: {', '.join(dropped)}.",) if dropped else ()
