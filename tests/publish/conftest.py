from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from openness.league.definition import League
from openness.measures import Measures, read_measures
from openness.ranking import ranking_table


@pytest.fixture
def league() -> League:
    """Two groups and three bands, one of them with a label of two words."""
    indicator = {"family": "proportion", "direction": "higher_is_better", "domain": "survey"}
    return League.model_validate(
        {
            "id": "small",
            "title": "Openness of hospitals",
            "unit": "trust",
            "unit_plural": "trusts",
            "groups": [
                {"id": "acute", "label": "Acute"},
                {"id": "mental", "label": "Mental health"},
            ],
            "domains": [{"id": "survey", "label": "Survey"}],
            "indicators": [indicator | {"id": "q1", "label": "Q1"}],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "good", "label": "Good", "share": 0.25},
                    {"id": "middling", "label": "In between", "share": 0.5},
                    {"id": "poor", "label": "Poor", "share": 0.25},
                ],
            },
        }
    )


@pytest.fixture
def make_table(league: League) -> Callable[..., pd.DataFrame]:
    """A ranking of `units` units, the last `unmeasured` of which have no measure."""

    def make(units: int, unmeasured: int = 0, league=league, **settings) -> pd.DataFrame:
        rng = np.random.default_rng(2016)
        index = pd.Index([f"R{number:04d}" for number in range(units)], name="unit")
        frame = pd.DataFrame(
            {
                "name": [f"Trust [{number}] of Somewhere & Co" for number in range(units)],
                "group": ["acute" if number % 3 else "mental" for number in range(units)],
            },
            index=index,
        )
        present = np.where(np.arange(units) < units - unmeasured, 2, 0)
        completeness = pd.DataFrame(
            {"measures_present": present, "measures_applicable": 3, "domains_present": 1},
            index=index,
        )
        draws = rng.normal(size=units) + 0.5 * rng.normal(size=(200, units))
        reliability = np.full(units, 0.8)
        return ranking_table(draws, completeness, frame, league, reliability, **settings)

    return make


@pytest.fixture
def make_evidence() -> Callable[..., tuple[Measures, League]]:
    """Evidence of `units` trusts, every third of which lacks something for its own reason."""

    def make(units: int, extra: int = 0, groups: int = 2) -> tuple[Measures, League]:
        share = {"family": "proportion", "direction": "higher_is_better", "domain": "survey"}
        rating = {"family": "ordinal", "direction": "higher_is_better", "domain": "board"}
        codes = ["acute", "mental", *(f"type{number}" for number in range(2, groups))]
        league = League.model_validate(
            {
                "id": "evidence",
                "title": "Openness of hospitals",
                "unit": "trust",
                "unit_plural": "trusts",
                "groups": [{"id": code, "label": code.capitalize()} for code in codes],
                "domains": [{"id": d, "label": d.capitalize()} for d in ("survey", "board")],
                "indicators": [
                    share | {"id": "q1", "label": "Feels safe"},
                    share | {"id": "q2", "label": "Is heard"},
                    rating
                    | {
                        "id": "board",
                        "label": "Board papers",
                        "categories": ["poor", "good"],
                        "groups": [code for code in codes if code != "mental"],
                    },
                    *(
                        share | {"id": f"more{number}", "label": f"More {number}"}
                        for number in range(extra)
                    ),
                ],
                "bands": {
                    "rule": "shares",
                    "levels": [
                        {"id": "a", "label": "A", "share": 0.5},
                        {"id": "b", "label": "B", "share": 0.5},
                    ],
                },
            }
        )
        return read_measures(*_tables(units, extra, codes), league), league

    return make


def _tables(units: int, extra: int, groups: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    codes = [f"U{number}" for number in range(units)]
    group = [groups[number % len(groups)] for number in range(units)]
    frame = pd.DataFrame({"unit": codes, "name": [f"Trust {code[1:]}" for code in codes]})
    rows = []
    for number, (unit, kind) in enumerate(zip(codes, group, strict=True)):
        lacking = {
            0: ("q2", "", "not_returned", "asked twice"),
            1: ("q1", "", "", ""),
            2: ("q2", "0.75", "under_query", ""),
        }[number % 3]
        for indicator in ("q1", "q2", *(f"more{position}" for position in range(extra))):
            if indicator != lacking[0]:
                rows.append((unit, indicator, "0.50", "100", "observed", ""))
        if lacking[2]:
            indicator, value, status, note = lacking
            rows.append((unit, indicator, value, "", status, note))
        if kind != "mental":
            rows.append((unit, "board", "good", "", "observed", ""))
    columns = ["unit", "indicator", "value", "denominator", "status", "note"]
    return pd.DataFrame(rows, columns=columns), frame.assign(group=group)
