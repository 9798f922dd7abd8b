"""Which units are known well enough to be ranked, in which strata, and how a stratum is cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from openness.league import Bands, League
from openness.league.definition import Eligibility
from openness.measures.strata import Scope
from openness.ranking import BandProbabilities, Posterior, band_limits
from openness.ranking import bands as bands_of_posterior


@dataclass(frozen=True, eq=False)
class Stratum:
    """Units that are ranked against each other.

    Attributes
    ----------
    id : str
        "all", or the id of a group.
    label : str
        The same for readers.
    posterior : openness.ranking.Posterior
        Joint draws of the published score of the units that are ranked, by code.

    Examples
    --------
    >>> stratum = openness.stand(fit).stratum("all")
    >>> stratum.label, stratum.posterior.draws.shape
    ('All schools', (6000, 40))
    """

    id: str
    label: str
    posterior: Posterior


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


def band_probabilities(stratum: Stratum, league: League) -> BandProbabilities:
    """Return the probability of each band of the league for each unit of the stratum."""
    rule = cut_among(league.bands, len(stratum.posterior.names))
    ids = [band.id for band in league.bands.levels]
    return bands_of_posterior(stratum.posterior, labels=ids, **rule)


def cut_among(bands: Bands, units: int) -> dict[str, list[Any]]:
    """Return the rule of a league's bands for so many ranked units, as `openness.ranking.bands`.

    A league's counts are for the units that it expects. Where fewer are ranked, the lowest bands
    are short.
    """
    if bands.rule != "counts":
        return bands.cut
    limits = band_limits(units, **bands.cut)
    return {"counts": np.diff(limits, prepend=0).tolist()}
