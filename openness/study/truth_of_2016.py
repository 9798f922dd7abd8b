"""The parameters of the simulated league of 2016, each written down."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

from openness.families import family_of
from openness.league import load_league
from openness.study.truth import Truth

UNITS_PER_GROUP = {
    "acute": 138,
    "acute_specialist": 17,
    "mental_health": 50,
    "community": 15,
    "ambulance": 10,
}
"""230 trusts: close to the numbers of each type in England in 2016."""

# Centre (share, rate per bed day, or score), between-trust sd on the link scale, communality.
# All invented, of the size that such figures have.
_MEASURES = {
    "treated_fairly": (0.52, 0.26, 0.65),
    "secure_raising_concerns": (0.69, 0.26, 0.70),
    "encouraged_to_report": (0.86, 0.30, 0.55),
    "told_of_changes": (0.53, 0.28, 0.60),
    "blamed_for_errors": (0.11, 0.30, 0.60),
    "near_misses_reported": (0.006, 0.35, 0.65),
    "low_harm_reported": (0.028, 0.30, 0.65),
    "board_openness_score": (6.4, 0.80, 0.60),
}
_SHARES = {
    "board_hears_of_incidents": ((0.45, 0.55), 0.50),
    "inspection_rating": ((0.07, 0.50, 0.38, 0.05), 0.70),
}
_COHERENCE = {"survey": 0.65, "incident_reporting": 0.60, "board": 0.60, "inspection": 0.70}
_GROUP_EFFECT = {
    "acute": -0.05,
    "acute_specialist": 0.45,
    "mental_health": 0.00,
    "community": 0.25,
    "ambulance": -0.45,
}
_SURVEY_SHIFT = {
    "acute": 0.00,
    "acute_specialist": 0.20,
    "mental_health": 0.00,
    "community": 0.20,
    "ambulance": -0.60,
}


def truth_of_2016() -> Truth:
    """Return the fixed parameters of the simulated league; all are invented.

    Ambulance trusts come out low, on openness and once more on the survey alone; specialist and
    community trusts come out high. With these figures a trust's own measures settle about three
    quarters of what differs between trusts of its type.
    """
    league = load_league("learning-from-mistakes-2016")
    ids = pd.Index([indicator.id for indicator in league.scored], name="indicator")
    domains = pd.Index([domain.id for domain in league.scored_domains], name="domain")
    groups = pd.Index([group.id for group in league.groups], name="group")
    intercept: dict[str, float] = {}
    spread: dict[str, float] = {}
    communality: dict[str, float] = {}
    cuts: dict[tuple[str, int], float] = {}
    for indicator in league.scored:
        if indicator.id in _MEASURES:
            centre, spread[indicator.id], communality[indicator.id] = _MEASURES[indicator.id]
            intercept[indicator.id] = family_of(indicator).link(centre)
        else:
            shares, communality[indicator.id] = _SHARES[indicator.id]
            intercept[indicator.id], spread[indicator.id] = 0.0, 1.0
            for number, cut in enumerate(norm.ppf(np.cumsum(shares)[:-1]), start=1):
                cuts[indicator.id, number] = float(cut)

    shift = pd.DataFrame(0.0, domains, groups)
    shift.loc["survey"] = pd.Series(_SURVEY_SHIFT)
    index = pd.MultiIndex.from_tuples(cuts, names=["indicator", "cut"])
    weights = [UNITS_PER_GROUP[group] for group in groups]
    mu = pd.Series(_GROUP_EFFECT)[groups]
    return Truth(
        intercept=pd.Series(intercept, ids, name="intercept"),
        spread=pd.Series(spread, ids, name="spread"),
        communality=pd.Series(communality, ids, name="communality"),
        cuts=pd.Series(list(cuts.values()), index, name="cut_point"),
        coherence=pd.Series(_COHERENCE, domains, name="coherence"),
        group_effect=(mu - np.average(mu, weights=weights)).rename("group_effect"),
        domain_shift=shift,
    )
