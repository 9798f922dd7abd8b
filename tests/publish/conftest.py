from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from openness.league.definition import League
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

    def make(units: int, unmeasured: int = 0, **settings) -> pd.DataFrame:
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
