"""Leagues of any make for the tests of the model, with simulated measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures import Measures, read_measures
from openness.model.cells import Cells, make_cells
from openness.model.identification import Structure, identify
from openness.study import SimulatedLeague, draw_truth, simulate_league

CATEGORIES = ["poor", "fair", "good", "best"]

EVERY_FAMILY: tuple[dict[str, Any], ...] = (
    {"id": "up", "family": "proportion", "domain": "survey"},
    {
        "id": "down",
        "family": "proportion",
        "domain": "survey",
        "direction": "lower_is_better",
        "design_effect": 1.5,
    },
    {"id": "mean", "family": "score", "domain": "survey", "respondent_sd": 2.0},
    {"id": "events", "family": "count", "domain": "counts"},
    {"id": "exact_events", "family": "count", "domain": "counts", "likelihood": "exact"},
    {"id": "reported", "family": "score", "domain": "counts", "direction": "lower_is_better"},
    {"id": "rating", "family": "ordinal", "domain": "rating", "categories": CATEGORIES},
    {"id": "yes", "family": "binary", "domain": "rating", "direction": "lower_is_better"},
    {"id": "graded", "family": "proportion", "domain": "rating", "likelihood": "exact"},
)
"""Three domains: a survey with shared errors, counts, and one with ordered categories."""


def make_league(
    indicators: Sequence[Mapping[str, Any]] = EVERY_FAMILY,
    *,
    groups: Sequence[str] = ("acute", "ambulance"),
    error_correlation: Mapping[str, float] | None = None,
    **settings: Any,
) -> League:
    domains = list(dict.fromkeys(indicator["domain"] for indicator in indicators))
    facets = {i["facet"]: i["domain"] for i in indicators if "facet" in i}
    shared = error_correlation or {}
    return League.model_validate(
        {
            "id": "small",
            "title": "Small league",
            "unit": "trust",
            "unit_plural": "trusts",
            "groups": [{"id": group, "label": group} for group in groups],
            "domains": [
                {"id": d, "label": d, "error_correlation": shared.get(d, 0)} for d in domains
            ],
            "facets": [{"id": f, "label": f, "domain": d} for f, d in facets.items()],
            "indicators": [
                {"label": item["id"], "direction": "higher_is_better", **item}
                for item in indicators
            ],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "better", "label": "Better", "share": 0.5},
                    {"id": "worse", "label": "Worse", "share": 0.5},
                ],
            },
            **settings,
        }
    )


Indicators = tuple[dict[str, Any], ...]


def indicators(family: str, domain: str, n: int, **settings: Any) -> Indicators:
    """Several of a family; those of a facet are named after it."""
    if family == "ordinal":
        settings["categories"] = CATEGORIES
    if family == "score":
        settings["respondent_sd"] = 2.0
    return tuple(
        {
            "id": f"{settings.get('facet', domain)}_{family}{k}",
            "family": family,
            "domain": domain,
            **settings,
        }
        for k in range(n)
    )


STRUCTURES: dict[str, tuple[Indicators, dict[str, Any]]] = {
    "every family": (EVERY_FAMILY, {"error_correlation": {"survey": 0.5}}),
    "one domain, no groups": (indicators("proportion", "a", 3), {"groups": ("acute",)}),
    "one domain of ratings": (
        indicators("ordinal", "a", 2) + indicators("binary", "a", 1), {"groups": ("acute",)},
    ),
    "one domain of a rating and counts": (
        indicators("ordinal", "a", 1) + indicators("count", "a", 2), {},
    ),
    "two domains": (indicators("score", "a", 2) + indicators("count", "b", 2), {}),
    "two domains, one of ratings": (
        indicators("proportion", "a", 2) + indicators("ordinal", "b", 2), {},
    ),
    "lone indicators": (
        indicators("score", "a", 1)
        + indicators("count", "b", 1)
        + indicators("proportion", "c", 1),
        {},
    ),
    "a lone indicator among several": (
        indicators("count", "a", 2)
        + indicators("proportion", "b", 2)
        + indicators("score", "c", 1),
        {},
    ),
    "a lone indicator beside a lone rating": (
        indicators("proportion", "a", 2) + indicators("score", "b", 1)
        + indicators("ordinal", "c", 1),
        {},
    ),
    "lone ratings": (
        indicators("proportion", "a", 2) + indicators("ordinal", "b", 1)
        + indicators("binary", "c", 1),
        {},
    ),
    "exact counts and shares": (
        indicators("count", "a", 2, likelihood="exact")
        + indicators("proportion", "b", 2, likelihood="exact")
        + indicators("score", "b", 1),
        {},
    ),
    "suppressed counts and shares": (
        indicators("count", "a", 2, suppressed=[1, 4])
        + indicators("proportion", "b", 2, suppressed=[0, 30]),
        {},
    ),
    "a stated selection": (
        indicators("score", "a", 2) + indicators("count", "b", 2) + indicators("score", "c", 2),
        {"selection": {"slope": -0.5}},
    ),
    "an estimated selection": (
        indicators("score", "a", 2)
        + indicators("count", "b", 1)
        + ({"id": "late", "family": "count", "domain": "b", "collection": "second"},),
        {"selection": {"estimate": True}},
    ),
    "facets and shared errors": (
        indicators("proportion", "a", 3, facet="f") + indicators("score", "a", 2)
        + indicators("count", "b", 2, facet="g") + indicators("count", "b", 2),
        {"error_correlation": {"a": 0.6}},
    ),
    "facets of two that are all of a source": (
        indicators("score", "a", 2, facet="f") + indicators("score", "a", 2, facet="g"),
        {"groups": ("acute",), "error_correlation": {"a": 0.6}},
    ),
    "a facet and one measure": (
        indicators("score", "a", 2, facet="f") + indicators("score", "a", 1)
        + indicators("count", "b", 2),
        {},
    ),
    "a facet beside ratings": (
        indicators("proportion", "a", 2, facet="f") + indicators("ordinal", "a", 2)
        + indicators("score", "b", 2),
        {"error_correlation": {"a": 0.6}},
    ),
    "suppressed and exact cells in facets": (
        indicators("count", "a", 2, facet="f", suppressed=[1, 4])
        + indicators("count", "a", 2, facet="g", likelihood="exact")
        + indicators("count", "a", 1, likelihood="exact")
        + indicators("proportion", "b", 3, facet="h", suppressed=[0, 30])
        + indicators("proportion", "b", 1) + indicators("ordinal", "b", 1),
        {"error_correlation": {"b": 0.5}},
    ),
    "shifts of single indicators": (
        indicators("score", "a", 2) + indicators("score", "b", 2),
        {"priors": {"indicator_shift_scale": 0.3}},
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A simulated league as the model sees it."""

    league: League
    measures: Measures
    cells: Cells
    structure: Structure
    simulated: SimulatedLeague


def simulate(
    league: League,
    n: int,
    *,
    seed: int = 1,
    empty_share: float = 0.0,
    suppress: bool = False,
    keep_back: str = "",
) -> Example:
    """Simulate `n` units, spread over the groups, and take them to cells and structure.

    With `suppress`, every third cell comes without its value, as suppressed; every third unit does
    not return the domain `keep_back`.
    """
    rng = np.random.default_rng(seed)
    ids = [group.id for group in league.groups]
    per_group = {group: n // len(ids) + (g < n % len(ids)) for g, group in enumerate(ids)}
    truth = draw_truth(
        league, rng, units_per_group=per_group, communality=(12, 8), coherence=(12, 8),
        group_sd=0.5, shift_sd=0.3,
    )  # fmt: skip
    simulated = simulate_league(league, per_group, truth, rng, empty_share=empty_share)
    table = simulated.measures
    every_third = {
        "suppressed": suppress & (np.arange(len(table)) % 3 == 0),
        "not_returned": table["indicator"].isin(
            [indicator.id for indicator in league.indicators if indicator.domain == keep_back]
        )
        & (pd.factorize(table["unit"])[0] % 3 == 0),
    }
    for status, rows in every_third.items():
        hit = (table["status"] == "observed") & rows
        table = table.assign(
            value=table["value"].mask(hit), status=table["status"].mask(hit, status)
        )
    measures = read_measures(table, simulated.units, league)
    cells = make_cells(league, measures)
    return Example(league, measures, cells, identify(league, cells), simulated)
