"""From the declared world of a condition to a league, its true parameters and its simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from openness.families import FAMILIES
from openness.league import Indicator, League
from openness.league.bands import Bands
from openness.study.definition import Condition, Gap, Source, World
from openness.study.departures import Departures
from openness.study.simulate import (
    EXPOSURE,
    RESPONDENTS,
    SimulatedLeague,
    Sizes,
    empty_cells,
    simulate_league,
)
from openness.study.truth import Truth, by_facet


def league_of(
    condition: Condition, bands: Bands, interval: float, *, as_made: bool = False
) -> League:
    """Return the league that a condition is about.

    Parameters
    ----------
    condition : Condition
        Its indicators are called by their domain and a number from 1.
    bands : Bands
    interval : float
    as_made : bool
        Whether copies are in a facet, as they are made, whatever the condition says of the league
        that is analysed.
    """
    facets = {
        name: f"{name}_copies"
        for name, source in condition.domains.items()
        if source.copies is not None and (as_made or source.copies.in_facet)
    }
    return League.model_validate(
        {
            "id": condition.id.replace("_", "-"),
            "title": condition.label,
            "unit": "unit",
            "unit_plural": "units",
            "interval": interval,
            "groups": [{"id": name, "label": name} for name in condition.types],
            "domains": [
                {"id": name, "label": name, "error_correlation": source.error_correlation}
                for name, source in condition.domains.items()
            ],
            "indicators": [
                indicator
                for name, source in condition.domains.items()
                for indicator in _indicators(name, source, facets.get(name))
            ],
            "facets": [
                {"id": id, "label": f"copies of {name} 1", "domain": name}
                for name, id in facets.items()
            ],
            "score": condition.score,
            "bands": bands,
            "selection": {"slope": condition.assumed_slope},
        }
    )


def truth_of(world: World, league: League) -> Truth:
    """Return the parameters that a world declares; locations and spreads are typical ones.

    The league is that of `league_of`, as it is made.
    """
    ids = pd.Index([indicator.id for indicator in league.scored], name="indicator")
    domains = pd.Index(world.domains, name="domain")
    groups = pd.Index(world.types, name="group")
    source = {indicator.id: world.domains[indicator.domain] for indicator in league.scored}
    typical = [FAMILIES[source[k].family].typical for k in ids]
    cuts = {
        (name, number): float(cut)
        for name in ids
        for number, cut in enumerate(_even_cuts(league.indicator(name)), start=1)
    }
    keys = pd.MultiIndex.from_tuples(list(cuts), names=["indicator", "cut"])
    effect = np.array([kind.effect for kind in world.types.values()])
    size = [kind.units for kind in world.types.values()]
    shift = [[kind.shifts.get(m, 0.0) for kind in world.types.values()] for m in domains]
    one = len(domains) == 1
    h = {k: source[k].communality for k in ids}
    kappa = {}
    for facet in league.scored_facets:
        within = world.domains[facet.domain]
        if within.copies is not None:
            kappa[facet.id] = within.copies.coherence
            h |= dict.fromkeys(_copies(facet.domain, within), within.copies.communality)
    return Truth(
        intercept=pd.Series([centre for centre, _, _ in typical], ids, name="intercept"),
        spread=pd.Series([spread for _, _, spread in typical], ids, name="spread"),
        communality=pd.Series(h, ids, name="communality"),
        cuts=pd.Series(list(cuts.values()), keys, dtype=float, name="cut_point"),
        coherence=pd.Series(
            [1.0 if one else world.domains[m].coherence for m in domains], domains, name="coherence"
        ),
        group_effect=pd.Series(
            effect - np.average(effect, weights=size), groups, name="group_effect"
        ),
        domain_shift=pd.DataFrame(shift, domains, groups, dtype=float),
        facet_coherence=by_facet(kappa),
    )


def simulate_world(
    world: World, league: League, truth: Truth, rng: np.random.Generator
) -> SimulatedLeague:
    """Simulate one league of a world, with its gaps.

    Parameters
    ----------
    world : World
    league : League
        From `league_of`, as it is made.
    truth : Truth
        From `truth_of`.
    rng : numpy.random.Generator
    """
    simulated = simulate_league(
        league,
        {name: kind.units for name, kind in world.types.items()},
        truth,
        rng,
        respondents=_sizes(world, RESPONDENTS, counts=False),
        exposure=_sizes(world, EXPOSURE, counts=True),
        relative_se={name: source.relative_se for name, source in world.domains.items()},
        departures=Departures(
            world.tail_df,
            world.specific_correlation,
            {name: source.bend for name, source in world.domains.items()},
        ),
    )
    measures = simulated.measures
    for gap in world.missing.values():
        hit = _struck(gap, simulated, rng) & (measures["status"] == "observed").to_numpy()
        measures = empty_cells(measures, hit, gap.status)
    return replace(simulated, measures=measures)


def _struck(gap: Gap, simulated: SimulatedLeague, rng: np.random.Generator) -> np.ndarray:
    """Which rows of the measures a gap strikes.

    P(returned) = Phi(a + b theta); within a type theta varies by 1, and a makes the share right:
    E Phi(a + b theta) = Phi(a / sqrt(1 + b^2)) for theta ~ N(0, 1).
    """
    measures = simulated.measures
    domain_of = {indicator.id: indicator.domain for indicator in simulated.league.scored}
    unit = pd.Index(simulated.units["unit"]).get_indexer(pd.Index(measures["unit"]))
    domain = measures["indicator"].map(domain_of)
    b = gap.slope
    a = norm.isf(gap.share) * np.sqrt(1 + b**2)
    returned = norm.cdf(a + b * simulated.factor.to_numpy())
    if gap.of == "cells":
        luck = rng.random(len(measures))
    else:
        names = pd.Index([source.id for source in simulated.league.scored_domains])
        luck = rng.random((len(returned), len(names)))[unit, names.get_indexer(pd.Index(domain))]
    can_strike = np.ones(len(measures), dtype=bool)
    if gap.domains:
        can_strike &= domain.isin(gap.domains).to_numpy()
    if gap.types:
        can_strike &= simulated.units["group"].isin(gap.types).to_numpy()[unit]
    return can_strike & (luck >= returned[unit])


def _indicators(domain: str, source: Source, facet: str | None) -> list[dict[str, object]]:
    first_lower = source.indicators - source.lower_is_better
    settings: dict[str, object] = {"family": source.family, "domain": domain}
    if "categories" in FAMILIES[source.family].settings:
        settings["categories"] = [f"{number}" for number in range(1, source.categories + 1)]
    return [
        {
            "id": id,
            "label": f"{domain} {k + 1}",
            "direction": "higher_is_better" if k < first_lower else "lower_is_better",
            "facet": facet if id in _copies(domain, source) else None,
            **settings,
        }
        for k, id in enumerate(source.ids(domain))
    ]


def _copies(domain: str, source: Source) -> list[str]:
    """Return the indicators that are copies of each other."""
    return source.ids(domain)[: source.copies.indicators] if source.copies is not None else []


def _even_cuts(indicator: Indicator) -> np.ndarray:
    number = len(indicator.labels)
    return norm.ppf(np.arange(1, number) / number)


def _sizes(world: World, usual: Sizes, *, counts: bool) -> dict[str, Sizes]:
    return {
        name: Sizes(source.size, usual.log_sd)
        for name, source in world.domains.items()
        if source.size is not None and (FAMILIES[source.family].figure == "rate") == counts
    }
