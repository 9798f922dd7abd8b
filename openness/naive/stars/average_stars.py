"""The US hospital stars of 2021 to 2025."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.methods import Scored, method
from openness.naive.stars.k_means import Clustering
from openness.naive.stars.settings import recipe, with_stars
from openness.naive.stars.summary_score import star_summary
from openness.naive.tabulated import tabulate


@method("hospital_stars")
def hospital_stars(
    measures: Measures,
    league: League,
    *,
    weights: Mapping[str, float] | None = None,
    drop_up_to: int = 0,
    required: Sequence[str] = (),
    clustering: Clustering = "published",
) -> Scored:
    """Rank units by the summary score of the US hospital stars, and give them stars.

    The league's domains are the groups of measures. Scores are summary scores. A unit with too few
    measures keeps its score and has neither rank nor stars. Own bands are the stars, "5" best; they
    are missing in a peer group that is too small to be cut into five.

    Parameters
    ----------
    weights : mapping of str to float, optional
        Of every domain with a scored indicator; all alike if not given.
    drop_up_to : int
        A measure that no more units than this have is dropped.
    required : sequence of str
        Domains of which a unit must have at least one, with enough measures.
    clustering : {"published", "exact", "one_iteration"}
        How scores become stars: see `star_clusters`.

    Raises
    ------
    InvalidInput
        If the weights or the required domains are not those of the league, or a setting is not
        allowed.

    Notes
    -----
    The recipe is `star_summary` followed by k-means within peer groups (units with equally many
    domains with enough measures), and gives the published US stars from the published measures.
    What a league needs that is not made for it:

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
    given = recipe(table, league, weights, drop_up_to, required)
    return with_stars(table, star_summary(table.figures, **given), clustering, league)
