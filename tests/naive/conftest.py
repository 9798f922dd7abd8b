"""Small tables for methods that are worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from openness.league import League
from openness.measures import Measures, read_measures

Build = Callable[..., tuple[Measures, League]]


@pytest.fixture(scope="session")
def build() -> Build:
    """Build measures and their league from one row of figures for each unit."""
    return _build


def _build(
    indicators: Sequence[dict[str, Any]],
    figures: Mapping[str, Mapping[str, object]],
    groups: Mapping[str, str] | None = None,
    *,
    volumes: Mapping[str, Mapping[str, float]] | None = None,
) -> tuple[Measures, League]:
    """Scores where nothing else is said. A figure that is None was not returned.

    `groups` names the units that are not of the type "acute"; `volumes` the denominators, 100 where
    nothing is said.
    """
    settings: dict[str, Any] = {"direction": "higher_is_better", "domain": "all", "family": "score"}
    full = [{"label": i["id"], **settings, **i} for i in indicators]
    for i in full:
        if i["family"] == "score":
            i["respondent_sd"] = 1
    league = League.model_validate(
        {
            "id": "by-hand",
            "title": "By hand",
            "unit": "trust",
            "unit_plural": "trusts",
            "groups": [{"id": "acute", "label": "Acute"}, {"id": "other", "label": "Other"}],
            "domains": [{"id": id, "label": id} for id in dict.fromkeys(i["domain"] for i in full)],
            "indicators": full,
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "upper", "label": "Upper", "share": 0.5},
                    {"id": "lower", "label": "Lower", "share": 0.5},
                ],
            },
        }
    )
    cells = [
        {
            "unit": unit,
            "indicator": id,
            "value": value,
            "denominator": None if value is None else (volumes or {}).get(unit, {}).get(id, 100),
            "status": "not_returned" if value is None else "observed",
        }
        for unit, row in figures.items()
        for id, value in row.items()
    ]
    units = pd.DataFrame(
        {
            "unit": list(figures),
            "name": list(figures),
            "group": [(groups or {}).get(unit, "acute") for unit in figures],
        }
    )
    columns = ["unit", "indicator", "value", "denominator", "status"]
    return read_measures(pd.DataFrame(cells, columns=columns), units, league), league
