"""The US hospital stars of 2016 to 2020."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.method import MethodRanking, place
from openness.naive.stars.average_stars import STARS, stars_by_peer_group, too_few_units
from openness.naive.stars.factor_summary import FactorSummary, star_factor_summary
from openness.naive.stars.k_means import Clustering
from openness.naive.stars.settings import (
    domain_of_each,
    domain_weights,
    fewest_for_stars,
    known_domains,
)
from openness.naive.tabulate import tabulate
from openness.naive.textbook.loadings import against
from openness.ranking.arguments import as_generator

SEED = 2016
"""Of the generator that is used when none is given."""

TAKEN_OVER = 0.5
"""Share of a group's information from which on a measure is said to have taken over."""


def star_factor_model(
    measures: Measures,
    league: League,
    *,
    weights: Mapping[str, float] | None = None,
    drop_up_to: int = 0,
    required: Sequence[str] = (),
    clustering: Clustering = "published",
    rng: np.random.Generator | int | None = None,
) -> MethodRanking:
    """Rank units as the US hospital stars of 2016 to 2020: a factor model for each domain.

    Parameters
    ----------
    measures : Measures
        Their denominators are the volumes.
    league : League
        Its domains are the groups of measures.
    weights : mapping of str to float, optional
        Of every domain with a scored indicator; all alike if not given.
    drop_up_to : int
        A measure that no more units than this have is dropped.
    required : sequence of str
        Domains of which a unit must have at least one, with enough measures.
    clustering : {"published", "exact", "one_iteration"}
        How scores become stars: see `openness.naive.stars.k_means.star_clusters`. The first two releases
        were made with one iteration.
    rng : numpy.random.Generator or int, optional
        For starts of the optimiser, or its seed; 2016 if not given.

    Returns
    -------
    MethodRanking
        Scores are summary scores, and their standard errors those of the factor scores, taken as
        independent between domains. A unit with too few measures keeps its score and has neither
        rank nor stars. The remarks name every measure that has taken over its domain.

    Raises
    ------
    InvalidInput
        If the weights or the required domains are not those of the league, or a setting is not
        allowed.

    Notes
    -----
    The recipe is `openness.naive.stars.factor_summary.star_factor_summary`, followed by k-means within
    groups of units with equally many domains. What a league needs that it is not made for is as in
    `hospital_stars`; besides:

    * A denominator is the volume of a measure: respondents, cases, exposure. A measure without
      denominators (a rating) weighs all units alike.
    * A domain of one or two measures does not identify a factor: its score is the mean of its
      z-scores, standardised, and units that have it have no standard error.
    * CMS made one list of stars until 2020; peer groups are used here as they are from 2021 on.
    * CMS drew the summary scores in at their 0.5% and 99.5% points until 2017; that is left out.
    """
    rng = as_generator(SEED if rng is None else rng)
    table = tabulate(measures, league)
    domains = domain_of_each(league)
    sizes = domains.value_counts().reindex(list(dict.fromkeys(domains)))
    minimum_measures, minimum_groups = fewest_for_stars(table.figures, domains, drop_up_to)
    volumes = pd.DataFrame(
        measures.grid("denominator", tuple(table.figures.columns)).astype(float),
        table.figures.index,
        table.figures.columns,
    )
    # In the order of their ids, so that the order of the table changes no digit.
    fitted = star_factor_summary(
        table.figures.sort_index(),
        volumes.sort_index(),
        table.signs,
        domains,
        domain_weights(league, weights),
        drop_up_to=drop_up_to,
        minimum_measures=minimum_measures,
        minimum_groups=minimum_groups,
        required=known_domains(league, required),
        rng=rng,
    )
    stars = fitted.stars
    own_band, remarks = stars_by_peer_group(stars.summary, stars.peer_group, clustering, league)
    kept = table.figures.drop(columns=list(stars.dropped))
    return place(
        "star_factor_model",
        stars.summary,
        table.treatment("left_out", used=table.within(kept)),
        measures,
        league,
        rank=stars.summary.where(stars.peer_group.notna()).rank(ascending=False),
        standard_error=fitted.standard_error,
        own_band=own_band,
        own_bands=STARS,
        remarks=(*too_few_units(stars.dropped), *remarks_on_fits(fitted, sizes), *remarks),
    )


def remarks_on_fits(fitted: FactorSummary, sizes: pd.Series) -> tuple[str, ...]:
    """Say what a reader should know of the factor models.

    Parameters
    ----------
    fitted : FactorSummary
    sizes : pandas.Series of int
        Measures in each domain.

    Returns
    -------
    tuple of str
        Domains without a model, measures that have taken over, fits that did not converge, starts
        that ended elsewhere, and measures that load against their direction.
    """
    found = [
        f"{domain} has no factor model (too few measures or units): its score is the mean z-score."
        for domain in sizes.index
        if domain not in fitted.fits
    ]
    found += [
        f"{measure} has taken over {row['group']}: {row['information_share']:.0%} of the "
        f"information and {row['variance_share']:.0%} of the variance of the scores "
        f"are its own, of {sizes[row['group']]} measures."
        for measure, row in fitted.leading.iterrows()
        if row["information_share"] > TAKEN_OVER
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
