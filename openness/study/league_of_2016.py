"""A simulated league of 230 trusts with the shape, the gaps and the story of March 2016."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from openness.league import League, load_league
from openness.measures import Measures, read_measures
from openness.naive.learning_from_mistakes import (
    learning_from_mistakes_2016,
    score_with_gaps_as_nothing,
)
from openness.study.simulate import SimulatedLeague, Sizes, empty_cells, simulate_league
from openness.study.truth_of_2016 import UNITS_PER_GROUP, truth_of_2016

EMPTY_SHARES = {
    "not_returned": 0.015,
    "not_collected": 0.010,
    "under_query": 0.005,
}
"""Invented: share of the observed cells that is emptied for each reason, at random."""

SUPPRESSED_BELOW = 10
"""A survey share with fewer people than this behind it is withheld."""

BEST_SURVEYS = 30
PLACE = 125
"""The story's trust: one of the best 30 by its survey, 125th in the table."""

NOTES = {
    "not_returned": "asked, and no answer by the closing date",
    "not_collected": "not part of this year's collection",
    "suppressed": "withheld: fewer than 10 people",
    "under_query": "value disputed by the trust",
}

CHANGE_OF_SYSTEM = "nil return: the incident system was being replaced"

_COUNTS = ("near_misses_reported", "low_harm_reported")


def league_of_2016(seed: int) -> SimulatedLeague:
    """Simulate the league that `models/learning-from-mistakes-2016.toml` defines.

    Parameters
    ----------
    seed : int
        Everything random comes from `numpy.random.default_rng(seed)`.

    Returns
    -------
    SimulatedLeague
        `planted` is the code of the trust with the nil return.

    Notes
    -----
    The parameters are fixed (`truth_of_2016`); the seed makes the trusts. About 3% of the cells
    are emptied at random, with a status each, and survey shares with fewer than 10 people behind
    them are withheld.

    Then the story. Among the acute trusts whose survey alone puts them in the best 30, one was
    replacing its incident system, and its two counts came in as 0: status `system_change`, a note,
    and the 0 kept beside it. The story is told of the trust that such a return takes nearest to
    125th place in the table of `learning_from_mistakes_2016`. Nothing else about that trust is
    touched, and its place is worked out, not set: over seeds it lies between about 90th and 135th.
    With seed 7 it is 125th; with the counts that were to be expected of it, it would have been
    68th, and by its true openness it is 41st.

    Examples
    --------
    >>> simulated = openness.league_of_2016(2016)
    >>> len(simulated.units), simulated.planted
    (230, 'T003')
    >>> told = simulated.measures.query("unit == @simulated.planted and status == 'system_change'")
    >>> told["value"].tolist()
    [0.0, 0.0]
    """
    rng = np.random.default_rng(seed)
    league = load_league("learning-from-mistakes-2016")
    respondents = {"survey": Sizes(400, 0.5)}
    simulated = simulate_league(
        league, UNITS_PER_GROUP, truth_of_2016(), rng, respondents=respondents
    )
    simulated = replace(simulated, measures=_with_gaps(simulated.measures, rng))
    return _with_nil_return(simulated)


def as_first_returned(simulated: SimulatedLeague) -> pd.DataFrame:
    """Return the measures before anybody asked: the nil return as plain zeros.

    Parameters
    ----------
    simulated : SimulatedLeague
        From `league_of_2016`.

    Returns
    -------
    pandas.DataFrame
        `simulated.measures` with the cells of `simulated.planted` that are `system_change` marked
        as `observed`, without a note.
    """
    return _nil_marked(simulated, note="")


def as_confirmed(simulated: SimulatedLeague) -> pd.DataFrame:
    """Return the measures as they would be had somebody confirmed that nothing was reported.

    Parameters
    ----------
    simulated : SimulatedLeague
        From `league_of_2016`.

    Returns
    -------
    pandas.DataFrame
        `simulated.measures` with the cells of `simulated.planted` that are `system_change` marked
        as `observed`, with a note that lets the detector of nil returns pass them.
    """
    return _nil_marked(simulated, note="confirmed: nothing was reported")


def _nil_marked(simulated: SimulatedLeague, note: str) -> pd.DataFrame:
    """Return the measures with the nil returns as observed zeros."""
    measures = simulated.measures.copy()
    nil = (measures["unit"] == simulated.planted) & (measures["status"] == "system_change")
    measures.loc[nil, ["status", "note"]] = ["observed", note]
    return measures


def _with_gaps(measures: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Empty some observed cells at random, and withhold the shares of too few people."""
    shares = measures["denominator"].between(1, np.inf) & ~measures["indicator"].isin(_COUNTS)
    people = pd.to_numeric(measures["value"].where(shares)) * measures["denominator"]
    few = (people < SUPPRESSED_BELOW - 0.5).to_numpy()
    # A withheld share keeps its denominator: it is known to lie between 0 and the limit.
    measures = measures.copy()
    measures.loc[few, "value"] = np.nan
    measures.loc[few, ["status", "note"]] = ["suppressed", NOTES["suppressed"]]

    draw = rng.random(len(measures))
    observed = (measures["status"] == "observed").to_numpy()
    start = 0.0
    for status, share in EMPTY_SHARES.items():
        hit = observed & (start <= draw) & (draw < start + share)
        start += share
        if status == "under_query":  # the disputed value stays beside its status
            measures.loc[hit, ["status", "note"]] = [status, NOTES[status]]
        else:
            measures = empty_cells(measures, hit, status, NOTES[status])
    return measures


def _with_nil_return(simulated: SimulatedLeague) -> SimulatedLeague:
    """Turn the counts of one trust into nil returns and mark it as `planted`."""
    evidence = read_measures(simulated.measures, simulated.units, simulated.league)
    places = {
        unit: _place_with_nil(evidence, simulated.league, unit)
        for unit in _good_surveys(evidence, simulated.league)
    }
    planted = min(places, key=lambda unit: (abs(places[unit] - PLACE), unit))
    measures = simulated.measures.copy()
    nil = (measures["unit"] == planted) & measures["indicator"].isin(_COUNTS)
    measures.loc[nil, "value"] = 0.0
    measures.loc[nil, ["status", "note"]] = ["system_change", CHANGE_OF_SYSTEM]
    return replace(simulated, measures=measures, planted=planted)


def _good_surveys(evidence: Measures, league: League) -> list[str]:
    """Acute trusts with all measures, whose survey alone is among the best of the league."""
    ids = tuple(indicator.id for indicator in league.scored if indicator.domain == "survey")
    sign = np.array([league.indicator(id).sign for id in ids])
    observed = evidence.grid("status", ids) == "observed"
    survey = score_with_gaps_as_nothing(
        sign * evidence.grid("value", ids).astype(float), observed, np.ones_like(observed)
    )
    best = np.argsort(-survey, kind="stable")[:BEST_SURVEYS]
    incomplete = set(evidence.cells.loc[evidence.cells["status"] != "observed", "unit"])
    groups = evidence.units["group"].iloc[best]
    return [str(u) for u, group in groups.items() if group == "acute" and u not in incomplete]


def _place_with_nil(evidence: Measures, league: League, unit: str) -> int:
    """Place of `unit` in the table of 2016 if its counts were nil returns."""
    nil = (evidence.cells["unit"] == unit) & evidence.cells["indicator"].isin(_COUNTS)
    status = evidence.cells["status"].mask(nil, "system_change")
    changed = replace(evidence, cells=evidence.cells.assign(status=status))
    return int(learning_from_mistakes_2016(changed, league).table["rank"].to_dict()[unit])
