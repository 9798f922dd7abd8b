"""The US hospital stars on a league: by averages, as since 2021, and by factors, as until 2020."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.components import against
from openness.naive.methods import Scored, method
from openness.naive.stars.factor_summary import FactorSummary, star_factor_summary
from openness.naive.stars.k_means import Clustering
from openness.naive.stars.settings import recipe, with_stars
from openness.naive.stars.summary_score import star_summary
from openness.naive.tabulated import tabulate
from openness.ranking.arguments import as_generator

SEED = 2016
"""Of the generator that is used when none is given."""

TAKEN_OVER = 0.5
"""Share of a group's information from which on a measure is said to have taken over."""


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

    Examples
    --------
    >>> from openness.naive import hospital_stars
    >>> hospital_stars(measures, league).table["score"].head(3).round(1).tolist()
    [-0.3, -0.3, 0.1]
    """
    table = tabulate(measures, league)
    given = recipe(table, league, weights, drop_up_to, required)
    return with_stars(table, star_summary(table.figures, **given), clustering, league)


@method("star_factor_model")
def star_factor_model(
    measures: Measures,
    league: League,
    *,
    weights: Mapping[str, float] | None = None,
    drop_up_to: int = 0,
    required: Sequence[str] = (),
    clustering: Clustering = "published",
    one_list: bool = False,
    rng: np.random.Generator | int | None = None,
) -> Scored:
    """Rank units as the US hospital stars of 2016 to 2020: a factor model for each domain.

    The league's domains are the groups of measures, and denominators are the volumes. Scores are
    summary scores, and their standard errors those of the factor scores, taken as independent
    between domains; NaN where a domain has none. A unit with too few measures keeps its score and
    has neither rank nor stars. The remarks name every measure that has taken over its domain, and
    every Heywood case.

    Parameters
    ----------
    weights, drop_up_to, required, clustering
        As in `hospital_stars`. The first two releases were made with one iteration.
    one_list : bool
        Cut all units with enough measures into stars together, as it was published from 2016 to
        2020. If not, peer groups are cut by themselves, as in `hospital_stars`.
    rng : numpy.random.Generator or int, optional
        For starts of the optimiser, or its seed; 2016 if not given.

    Raises
    ------
    InvalidInput
        As `hospital_stars`.

    Notes
    -----
    The recipe is `star_factor_summary`, followed by k-means. What a league needs that it is not
    made for is as in `hospital_stars`, and:

    * A denominator is the volume of a measure: respondents, cases, exposure. A measure without
      denominators (a rating) weighs all units alike.
    * A domain of one or two measures does not identify a factor: its score is the mean of its
      z-scores, standardised, and units that have it have no standard error.
    * CMS drew the summary scores in at their 0.5% and 99.5% points until 2017; that is left out.

    Examples
    --------
    >>> from openness.naive import star_factor_model
    >>> star_factor_model(measures, league).table["score"].head(3).round(1).tolist()
    [-0.3, -0.3, 0.2]
    """
    rng = as_generator(SEED if rng is None else rng)
    table = tabulate(measures, league)
    # In the order of their ids, so that the order of the table changes no digit.
    fitted = star_factor_summary(
        table.figures.sort_index(),
        table.denominators.sort_index(),
        **recipe(table, league, weights, drop_up_to, required),
        rng=rng,
    )
    starred = with_stars(table, fitted.stars, clustering, league, one_list=one_list)
    # What was dropped is said first.
    first = len(fitted.stars.dropped) > 0
    remarks = (*starred.remarks[:first], *_remarks_on_fits(fitted), *starred.remarks[first:])
    return replace(starred, standard_error=fitted.standard_error, remarks=remarks)


def _remarks_on_fits(fitted: FactorSummary) -> tuple[str, ...]:
    """Name domains without a model, what has taken over, doubtful fits, and reversed loadings."""
    found = [
        f"{domain} has no factor model (too few measures or units): its score is the mean z-score."
        for domain in fitted.stars.group_scores
        if domain not in fitted.fits
    ]
    used = fitted.parameters["group"].value_counts()
    found += [
        f"{measure} has taken over {row['group']}: {row['information_share']:.0%} of the "
        f"information and {row['variance_share']:.0%} of the variance of the scores "
        f"are its own, of {used[row['group']]} measures."
        for measure, row in fitted.leading.iterrows()
        if row["information_share"] > TAKEN_OVER
    ]
    found += [
        f"{measure} has no variance of its own left in {row['group']} (a Heywood case): it is the "
        "factor, and scores of the domain have no standard error."
        for measure, row in fitted.parameters.iterrows()
        if row["heywood"]
    ]
    for domain, fit in fitted.fits.items():
        if not fit.converged:
            found.append(f"The factor model of {domain} did not converge.")
        if fit.agreeing < len(fit.attempts):
            found.append(
                f"{fit.agreeing} of {len(fit.attempts)} starts of the factor model of {domain} "
                "reached the highest likelihood."
            )
    return (*found, *against(fitted.parameters["loading"]))
