"""The US hospital stars of 2021 to 2025."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from openness.errors import InvalidInput
from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.method import MethodRanking, place
from openness.naive.stars.k_means import CLUSTERINGS, Clustering, star_clusters
from openness.naive.stars.k_means_stability import star_stability
from openness.naive.stars.settings import (
    domain_of_each,
    domain_weights,
    fewest_for_stars,
    known_domains,
)
from openness.naive.stars.summary_score import star_summary
from openness.naive.tabulate import tabulate
from openness.ranking.arguments import as_choice

STARS = ("5", "4", "3", "2", "1")
"""Best first."""


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
        How scores become stars: see `openness.naive.stars.k_means.star_clusters`.

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
    The recipe is `openness.naive.stars.summary_score.star_summary` followed by k-means within peer groups
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


def too_few_units(dropped: Sequence[str]) -> tuple[str, ...]:
    """Say which measures were dropped because too few units have them."""
    return (f"Dropped, because too few have it: {', '.join(dropped)}.",) if dropped else ()
